package consent

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// Field is what the names of the fields of choices begin with.
const Field = "choice."

// A Form is what a form with choices sends beside the answers.
type Form struct {
	// Offer marks the words and versions shown; see [Mark].
	Offer string
	// Shown has what was stored, and what was marked, for each choice; see
	// [EncodeShown].
	Shown string
}

// ErrSuperseded says that a form shows other words or versions than those
// that hold now. Nothing was stored.
var ErrSuperseded = errors.New("form shows words that do not hold any more")

// NewForm returns the hidden fields for choices as they stand.
func NewForm(c *policy.Catalog, at time.Time, standings []Standing) Form {
	return Form{Mark(c, at), EncodeShown(standings)}
}

// Mark identifies everything that the catalog offers at a time: the words of
// the choices, the sections and the versions that offer them. It is no secret:
// what it stands for is looked up, never taken from a client.
func Mark(c *policy.Catalog, at time.Time) string {
	var b strings.Builder
	for i := range c.Choices {
		choice := &c.Choices[i]
		if v, section := Offer(c, choice, at); section != nil {
			fmt.Fprintf(&b, "%s %s %s@%d %s\n", choice.ID, choice.Hash, choice.Policy, v.Number, section.Hash)
		}
	}
	return policy.HashText(b.String())[:32]
}

// A Shown choice is what a form showed of it.
type Shown struct {
	// Stored is the last answer, whether or not it stood; Marked is the
	// answer that the form had marked.
	Stored, Marked State
}

// EncodeShown writes what a form shows, such as
//
//	marketing.email=granted third-party.offers=granted:refused
//
// where the last answer of each choice follows its id, and after a colon what
// the form marks, where that is something else. A choice that was never
// answered and isn't marked is left out.
func EncodeShown(standings []Standing) string {
	var b strings.Builder
	for _, s := range standings {
		stored := NotAsked
		if s.Record != nil {
			stored = s.Record.State
		}
		if stored == NotAsked && s.State == NotAsked {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.Choice.ID + "=" + string(stored))
		if s.State != stored {
			b.WriteString(":" + string(s.State))
		}
	}
	return b.String()
}

// DecodeShown reads what EncodeShown wrote. It fails for anything else.
// Choices that are gone are its caller's to pass over.
func DecodeShown(text string) (map[string]Shown, error) {
	all := map[string]Shown{}
	if text == "" {
		return all, nil
	}
	for part := range strings.SplitSeq(text, " ") {
		id, states, ok := strings.Cut(part, "=")
		stored, marked, two := strings.Cut(states, ":")
		if !two {
			marked = stored
		}
		s := Shown{State(stored), State(marked)}
		if _, doubled := all[id]; !ok || id == "" || doubled || s == (Shown{}) || !known(s.Stored) || !known(s.Marked) || two && stored == marked {
			return nil, fmt.Errorf("shown: %q is not an answer", part)
		}
		all[id] = s
	}
	return all, nil
}

func known(s State) bool { return s == NotAsked || answered(s) }

// A Posted form is one that a person sent.
type Posted struct {
	Form
	// Answers are by choice. All refuses every choice instead.
	Answers map[string]State
	All     bool
}

// A Situation is where and when a form was sent, and by whom.
type Situation struct {
	Catalog *policy.Catalog
	Now     time.Time
	Host    string
	Source  Source
	Code    identity.Code
	Nonce   identity.Nonce
	// Records are the person's, Signal is Global Privacy Control.
	Records []Record
	Signal  bool
}

// Submit returns what is to be stored of a form: the answers by which it
// differs from what it showed, so that what was answered elsewhere meanwhile
// stays. Those that hold already are left out, but for a form of which none
// would be left, which may be one that was sent twice. ok is false where the
// form changes nothing. It fails with ErrSuperseded, and for a Shown that no
// form has.
func Submit(in Situation, p Posted) (s Submission, ok bool, err error) {
	if p.Offer != Mark(in.Catalog, in.Now) {
		return Submission{}, false, ErrSuperseded
	}
	shown, err := DecodeShown(p.Shown)
	if err != nil {
		return Submission{}, false, err
	}
	s = Submission{
		Nonce: in.Nonce, Code: in.Code, Host: in.Host, At: in.Now, Source: in.Source,
		Texts: map[string]string{}, Shown: map[string]State{}, Guarded: !p.All,
	}
	var settled []Answer
	for _, now := range Evaluate(in.Catalog, in.Now, in.Records, in.Signal) {
		was := shown[now.Choice.ID]
		state, wanted := p.wants(now.Choice.ID, was)
		a, offered := in.answer(now, state)
		if !wanted || !offered {
			continue
		}
		s.Shown[a.Choice] = was.Stored
		if holds := now.State == state && (!p.All || now.Stored == state); holds {
			settled = append(settled, a)
			continue
		}
		s.Answers = append(s.Answers, a)
	}
	if len(s.Answers) == 0 {
		s.Answers = settled
	}
	in.addTexts(&s)
	return s, len(s.Answers) > 0, nil
}

// wants returns the answer that a form gives to a choice, and whether it is
// another one than the form showed.
func (p *Posted) wants(choice string, was Shown) (State, bool) {
	if p.All {
		return Refused, was.Stored != Refused || was.Marked != Refused
	}
	state := p.Answers[choice]
	return state, answered(state) && state != was.Marked
}

// answer returns an answer to the words in force; ok is false where the choice
// isn't offered now.
func (in *Situation) answer(now Standing, state State) (a Answer, ok bool) {
	v, section := Offer(in.Catalog, now.Choice, in.Now)
	if section == nil {
		return Answer{}, false
	}
	honoured := in.Signal || now.Record != nil && now.Record.Source == FromSignal
	return Answer{
		Choice: now.Choice.ID, State: state, Policy: now.Choice.Policy, Version: v.Number,
		SectionHash: section.Hash, WordsHash: now.Choice.Hash,
		Signal: now.Choice.GPC && honoured,
	}, true
}

func (in *Situation) addTexts(s *Submission) {
	for _, a := range s.Answers {
		choice := in.Catalog.Choice(a.Choice)
		s.Texts[a.WordsHash] = choice.Words + "\n" + choice.Refuse + "\n"
		s.Texts[a.SectionHash] = in.Catalog.Texts[a.SectionHash]
	}
}
