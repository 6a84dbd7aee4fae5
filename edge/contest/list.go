package contest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// A List is the sealed entries of a contest. It has no other way to be than as
// [Close] and [ParseList] make it; the zero List is empty and nothing can be
// drawn from it.
type List struct {
	terms   Terms
	entries []Entry // ascending, each once
	root    Hash
}

// Close seals the entries of a contest, in any order; the slice is not kept. It
// fails where the terms are not as the package comment has them, and where an
// entry stands twice. Fractions of a second of the terms are dropped.
func Close(t Terms, entries []Entry) (List, error) {
	t = t.exact()
	if err := t.check(); err != nil {
		return List{}, fmt.Errorf("contest list: %w", err)
	}
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, compare)
	if err := checkEntries(sorted); err != nil {
		return List{}, fmt.Errorf("contest list: %w", err)
	}
	return List{t, sorted, root(sorted)}, nil
}

func compare(a, b Entry) int { return bytes.Compare(a[:], b[:]) }

// checkEntries says where a list does not ascend.
func checkEntries(list []Entry) error {
	if len(list) > maxEntries {
		return fmt.Errorf("entries: %d are more than %d", len(list), maxEntries)
	}
	for i := 1; i < len(list); i++ {
		switch compare(list[i-1], list[i]) {
		case 0:
			return fmt.Errorf("entry %d: %s stands twice", i+1, list[i])
		case 1:
			return fmt.Errorf("entry %d: %s is less than the one before", i+1, list[i])
		}
	}
	return nil
}

// Terms returns what was announced of the drawing.
func (l List) Terms() Terms { return l.terms }

// Len returns the number of entries.
func (l List) Len() int { return len(l.entries) }

// Entry returns the one at a position, which counts from 0. It panics where
// there is none.
func (l List) Entry(i int) Entry { return l.entries[i] }

// Find returns the position of an entry, from 0, and whether it stands in the
// list.
func (l List) Find(e Entry) (int, bool) { return slices.BinarySearchFunc(l.entries, e, compare) }

// Root returns the Merkle tree hash over the entries.
func (l List) Root() Hash { return l.root }

// Hash returns the SHA-256 of the list's text: the seal that has to be public
// before the seed is known.
func (l List) Hash() Hash { return sha256.Sum256(l.Text()) }

// listTitle is the first line, with the version of the format.
const listTitle = "indigex contest list 1"

// Text returns the list in the format of the package comment.
func (l List) Text() []byte {
	b := bytes.NewBuffer(make([]byte, 0, 2048+len(l.entries)*(2*len(Entry{})+1)))
	t := l.terms
	fmt.Fprintf(b, "%s\nform %s\nclosed %s\nwinners %d\nsubstitutes %d\nsource %s\nknown %s\nentries %d\nroot %s\n\n",
		listTitle, t.Form, t.Closed.Format(time.RFC3339), t.Winners, t.Substitutes, t.Source,
		t.Known.Format(time.RFC3339), len(l.entries), l.root)
	for _, e := range l.entries {
		b.WriteString(e.String())
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// ParseList reads what [List.Text] writes and nothing else. The error has the
// number of the line, or says what does not fit together: terms that no list
// may have, entries that do not ascend, a root that is not theirs.
func ParseList(text []byte) (List, error) {
	s := newScanner(text)
	s.title(listTitle)
	t := Terms{
		Form: s.value("form"), Closed: s.time("closed"),
		Winners: s.number("winners"), Substitutes: s.number("substitutes"),
		Source: s.value("source"), Known: s.time("known"),
	}
	n, sealed := s.number("entries"), Hash(s.hex("root"))
	s.title("")
	list := s.entries(n)
	if err := s.end(); err != nil {
		return List{}, fmt.Errorf("contest list: %w", err)
	}
	if err := t.check(); err != nil {
		return List{}, fmt.Errorf("contest list: %w", err)
	}
	if err := checkEntries(list); err != nil {
		return List{}, fmt.Errorf("contest list: %w", err)
	}
	if computed := root(list); computed != sealed {
		return List{}, fmt.Errorf("contest list: root: %s is not that of the entries, %s", sealed, computed)
	}
	return List{t, list, sealed}, nil
}
