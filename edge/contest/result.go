package contest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Result is what is published of a drawing.
type Result struct {
	Form string
	// List is the hash of the list that was drawn from.
	List Hash
	// Drawn is when, in UTC and whole seconds.
	Drawn time.Time
	// Seed is in its one form; see [Normalize].
	Seed string
	// Winners and Substitutes are in the order of the draw.
	Winners, Substitutes []Entry
}

// Decide draws the winners and the substitutes that the list announces. It
// fails as [Draw] does, and with [ErrEarly] before the moment from which the
// seed can be known.
func Decide(l List, seed []byte, now time.Time) (Result, error) {
	now = now.UTC().Truncate(time.Second)
	if now.Before(l.terms.Known) {
		return Result{}, fmt.Errorf("contest draw: %w: it is %s, and the seed is known at %s",
			ErrEarly, now.Format(time.RFC3339), l.terms.Known.Format(time.RFC3339))
	}
	if err := checkTime("drawn", now); err != nil {
		return Result{}, fmt.Errorf("contest draw: %w", err)
	}
	text, err := Normalize(seed)
	if err != nil {
		return Result{}, fmt.Errorf("contest draw: %w", err)
	}
	order, err := draw(l, text, l.terms.Winners+l.terms.Substitutes)
	if err != nil {
		return Result{}, fmt.Errorf("contest draw: %w", err)
	}
	won := min(l.terms.Winners, len(order))
	return Result{l.terms.Form, l.Hash(), now, text, l.pick(order[:won]), l.pick(order[won:])}, nil
}

// pick returns the entries at positions, nil for none.
func (l List) pick(at []int) []Entry {
	var list []Entry
	for _, i := range at {
		list = append(list, l.entries[i])
	}
	return list
}

// Verify draws again and names the first thing of a result that does not hold,
// in the order of the result's lines.
func Verify(l List, r Result) error {
	if r.Form != l.terms.Form {
		return fmt.Errorf("contest result: form: is %q, the list is of %q", r.Form, l.terms.Form)
	}
	if sealed := l.Hash(); r.List != sealed {
		return fmt.Errorf("contest result: list: is %s, the list has the hash %s", r.List, sealed)
	}
	again, err := Decide(l, []byte(r.Seed), r.Drawn)
	if err != nil {
		return fmt.Errorf("contest result: %w", err)
	}
	if r.Seed != again.Seed {
		return fmt.Errorf("contest result: seed: is not in its one form, %.80q", again.Seed)
	}
	if err := same("winner", r.Winners, again.Winners); err != nil {
		return err
	}
	return same("substitute", r.Substitutes, again.Substitutes)
}

// same names the first place at which two orders differ.
func same(kind string, have, want []Entry) error {
	for i := range min(len(have), len(want)) {
		if have[i] != want[i] {
			return fmt.Errorf("contest result: %s %d: is %s, the draw gives %s", kind, i+1, have[i], want[i])
		}
	}
	if len(have) != len(want) {
		return fmt.Errorf("contest result: %ss: are %d, the draw gives %d", kind, len(have), len(want))
	}
	return nil
}

// resultTitle is the first line, with the version of the format.
const resultTitle = "indigex contest result 1"

// Text returns the result in the format of the package comment. It is one that
// [ParseResult] reads where [Decide] made the result.
func (r Result) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nform %s\nlist %s\ndrawn %s\n", resultTitle, r.Form, r.List, r.Drawn.Format(time.RFC3339))
	for line := range strings.SplitSeq(r.Seed, "\n") {
		fmt.Fprintf(&b, "seed %s\n", line)
	}
	for _, e := range r.Winners {
		fmt.Fprintf(&b, "winner %s\n", e)
	}
	for _, e := range r.Substitutes {
		fmt.Fprintf(&b, "substitute %s\n", e)
	}
	return b.Bytes()
}

// ParseResult reads what [Result.Text] writes and nothing else. Whether the
// result follows from a list, [Verify] says.
func ParseResult(text []byte) (Result, error) {
	s := newScanner(text)
	s.title(resultTitle)
	r := Result{Form: s.value("form"), List: s.hex("list"), Drawn: s.time("drawn")}
	var lines []string
	for s.has("seed") {
		lines = append(lines, s.value("seed"))
	}
	r.Seed = strings.Join(lines, "\n")
	r.Winners, r.Substitutes = s.named("winner"), s.named("substitute")
	if err := s.end(); err != nil {
		return Result{}, fmt.Errorf("contest result: %w", err)
	}
	if err := r.check(); err != nil {
		return Result{}, fmt.Errorf("contest result: %w", err)
	}
	return r, nil
}

// check names the first thing that no result has, whatever its list.
func (r Result) check() error {
	if err := checkForm(r.Form); err != nil {
		return err
	}
	if err := checkTime("drawn", r.Drawn); err != nil {
		return err
	}
	if text, err := Normalize([]byte(r.Seed)); err != nil {
		return err
	} else if text != r.Seed {
		return fmt.Errorf("seed: is not in its one form, %.80q", text)
	}
	if len(r.Winners) == 0 {
		return errors.New("winners: there are none")
	}
	return nil
}
