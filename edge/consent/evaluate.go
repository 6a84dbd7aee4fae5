package consent

import (
	"slices"
	"time"

	"indigex.com/indigex/policy"
)

// A Standing is what holds of one choice at a time.
type Standing struct {
	Choice *policy.Choice
	State  State
	// Record is the last answer, whether it stands or not; nil for none.
	Record *Record
	// Fallen says why the last answer stands no more; nil where it does, or
	// where there is none.
	Fallen *Fallen
	// Signal says that the state is Refused since Global Privacy Control is
	// on; without it, Stored would hold.
	Signal bool
	// Stored is the state without the signal.
	Stored State
}

// Fallen is why an answer stands no more. One of the fields is set at least.
type Fallen struct {
	// Notice tells of the change that touches the choice.
	Notice *policy.Notice
	// Words says that the choice's own words are others now.
	Words bool
	// Withdrawn says that no version in force offers the choice, as where
	// its policy or section is gone, or where the answer names a version
	// that is not in force yet, or none.
	Withdrawn bool
}

// Evaluate returns the standing of each of the catalog's choices, in its
// order, from what a person answered and nothing else. The records may have
// several of a choice: the one with the highest sequence counts, whatever the
// clock said. Signal is Global Privacy Control. Evaluate does no I/O, and what
// happened between a record's version and the one in force has no say.
func Evaluate(c *policy.Catalog, at time.Time, records []Record, signal bool) []Standing {
	all := make([]Standing, len(c.Choices))
	for i := range c.Choices {
		all[i] = evaluate(c, &c.Choices[i], at, last(records, c.Choices[i].ID), signal)
	}
	return all
}

// last returns the newest record of a choice, or nil.
func last(records []Record, choice string) *Record {
	var newest *Record
	for i := range records {
		r := &records[i]
		if r.Choice == choice && (newest == nil || r.Sequence > newest.Sequence) {
			newest = r
		}
	}
	return newest
}

func evaluate(c *policy.Catalog, choice *policy.Choice, at time.Time, r *Record, signal bool) Standing {
	s := Standing{Choice: choice, Record: r}
	if r != nil {
		if s.Fallen = fallen(c, choice, at, r); s.Fallen == nil {
			s.Stored = r.State
		}
	}
	s.State = s.Stored
	if signal && choice.GPC && s.Stored != Refused && (s.Stored != Granted || !r.Signal) {
		s.State, s.Signal = Refused, true
	}
	return s
}

// fallen says why a record stands no more, or nil.
func fallen(c *policy.Catalog, choice *policy.Choice, at time.Time, r *Record) *Fallen {
	v, section := Offer(c, choice, at)
	if section == nil || r.Policy != choice.Policy || r.Version < 1 || r.Version > v.Number || !answered(r.State) {
		return &Fallen{Withdrawn: true}
	}
	var f Fallen
	if n := c.Policy(choice.Policy).Notice(r.Version, v.Number); n != nil && slices.Contains(n.Choices, choice.ID) {
		f.Notice = n
	}
	f.Words = r.WordsHash != choice.Hash
	if f == (Fallen{}) {
		return nil
	}
	return &f
}

func answered(s State) bool { return s == Granted || s == Refused }

// Offer returns the version in force of a choice's policy and the section in
// it that offers the choice; the section is nil where none does.
func Offer(c *policy.Catalog, choice *policy.Choice, at time.Time) (*policy.CatalogVersion, *policy.Section) {
	p := c.Policy(choice.Policy)
	if p == nil {
		return nil, nil
	}
	v := p.InForce(at)
	if v == nil {
		return nil, nil
	}
	return v, p.Offering(v, choice.Section)
}
