package contest

import (
	"encoding/binary"
	"flag"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the vectors of testdata anew")

// ticket returns the ticket of the person with a number.
func ticket(number int) Ticket {
	var t Ticket
	binary.BigEndian.PutUint64(t[8:], uint64(number))
	return t
}

// people returns the entries of so many people.
func people(form string, n int) []Entry {
	list := make([]Entry, n)
	for i := range list {
		list[i] = ticket(i + 1).Entry(form)
	}
	return list
}

// cable is the drawing that the tests vary.
func cable() Terms {
	return Terms{
		Form:        "contest",
		Closed:      time.Date(2027, 1, 29, 22, 0, 0, 0, time.UTC),
		Winners:     3,
		Substitutes: 2,
		Source:      "NIST Randomness Beacon 2.0, outputValue of the first pulse at or after 18:00 UTC on 5 February 2027, in capital letters",
		Known:       time.Date(2027, 2, 5, 18, 0, 0, 0, time.UTC),
	}
}

// drawn is when the tests draw.
func drawn() time.Time { return time.Date(2027, 2, 5, 18, 5, 0, 0, time.UTC) }

func closed(t testing.TB, terms Terms, n int) List {
	t.Helper()
	l, err := Close(terms, people(terms.Form, n))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func decided(t testing.TB, l List, seed string) Result {
	t.Helper()
	r, err := Decide(l, []byte(seed), drawn())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// anyTerms makes terms that may be announced.
func anyTerms() *rapid.Generator[Terms] {
	return rapid.Custom(func(t *rapid.T) Terms {
		at := rapid.Int64Range(1, 4e9).Draw(t, "closed")
		return Terms{
			Form:        rapid.StringMatching(`[a-z0-9-]{1,100}`).Draw(t, "form"),
			Closed:      time.Unix(at, 0).UTC(),
			Winners:     rapid.IntRange(1, 20).Draw(t, "winners"),
			Substitutes: rapid.IntRange(0, 20).Draw(t, "substitutes"),
			Source:      rapid.StringMatching(`[!-~é→]([ -~é→]{0,80}[!-~é→])?`).Draw(t, "source"),
			Known:       time.Unix(at+rapid.Int64Range(1, 1e8).Draw(t, "later"), 0).UTC(),
		}
	})
}

// anyList makes the list of up to 40 people.
func anyList() *rapid.Generator[List] {
	return rapid.Custom(func(t *rapid.T) List {
		terms := anyTerms().Draw(t, "terms")
		numbers := rapid.SliceOfNDistinct(rapid.IntRange(0, 1e6), 0, 40, rapid.ID[int]).Draw(t, "people")
		var entries []Entry
		for _, n := range numbers {
			entries = append(entries, ticket(n).Entry(terms.Form))
		}
		l, err := Close(terms, entries)
		if err != nil {
			t.Fatal(err)
		}
		return l
	})
}

// anySeed makes what Normalize takes.
func anySeed() *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		return []byte(rapid.StringMatching(`[ -~\t\r\n]{0,60}[!-~][ -~\t\r\n]{0,60}`).Draw(t, "seed"))
	})
}
