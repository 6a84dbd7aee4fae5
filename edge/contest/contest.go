// Package contest draws winners in a way that anybody can check: the list of
// entries is sealed and published first, a number that nobody could know then
// comes from outside, and a documented computation puts the entries into an
// order.
//
// # What stands in the list
//
// Whoever enters is told a ticket, 16 random bytes, written as 26 letters and
// digits (base32, RFC 4648 section 6, with the alphabet
// 0123456789ABCDEFGHJKMNPQRSTVWXYZ and no padding). The list has an entry of
// 32 bytes in its place, which tells nobody the ticket:
//
//	entry = HMAC-SHA256(ticket, "indigex contest entry 1" LF form LF)
//
// LF is the byte 0x0A, form the id of the contest's form. The published list
// names nobody, and each finds their own entry in it. Only the entry needs to
// be stored; the ticket is the person's.
//
// # The published list
//
// It is lines of UTF-8, each ended by one LF, in this order, with one space
// after the first word:
//
//	indigex contest list 1
//	form FORM
//	closed TIME
//	winners NUMBER
//	substitutes NUMBER
//	source TEXT
//	known TIME
//	entries NUMBER
//	root HEX
//	(an empty line)
//	HEX, one line for each entry
//
// FORM is 1 to 100 of a-z, 0-9 and hyphens. TIME is RFC 3339 in UTC to the
// second, as 2027-01-29T22:00:00Z, after 1970. NUMBER is decimal without
// leading zeros: of winners 1 to 1,000,000, of substitutes and of entries 0 to
// 1,000,000. TEXT says where the public seed comes from and how it is to be
// written, in 1 to 1,000 bytes without space at its ends, control characters,
// line separators and marks of direction. known is the moment from which the
// seed can be known, and lies after closed. HEX is 32 bytes in small
// hexadecimal digits. Entries ascend and none stands twice. root is the Merkle
// tree hash of RFC 6962, section 2.1, with SHA-256, over the 32 bytes of each
// entry in the order of the list.
//
// The hash of a list is the SHA-256 of its whole text. It is what has to be
// public before the moment known; the rest may follow.
//
// # The seed
//
// A seed is at most 4,096 bytes of printable ASCII, spaces, tabs and ends of
// lines (LF, CR LF or CR). It is brought into one form, so that copying it
// cannot change the draw: on each line a run of spaces and tabs becomes one
// space, and none stays at either end; lines without anything are dropped; one
// LF stands between the lines and none after the last. What is empty then is
// refused. Letters keep their case.
//
// # The draw
//
//	key      = SHA-256("indigex contest draw 1" LF root seed)
//	block(i) = HMAC-SHA256(key, i as 8 bytes, big-endian), i = 0, 1, 2 …
//
// The blocks, one after another, are read as words of 4 bytes, big-endian. A
// number below n is had from them so: k is the number of bits of n-1 (0 for 1);
// take the next word and of it the first k bits; while that is n or more, take
// the next word. Each number is equally likely.
//
// The order comes from a shuffle (Fisher and Yates, from the front). Positions
// begin at 0 and there are N entries: for each i = 0, 1, 2 … N-1, in this
// order, take a number r below N-i and exchange the entries at i and i+r. The
// entry at position i is then the one drawn as number i+1. A step never changes
// what earlier ones gave, so the order can be cut at any place: the first are
// the winners, and the next the substitutes, who win in this order where a
// winner does not answer.
//
// With no more entries than winners all win, in the order of the draw; the
// substitutes are those who are left, where there are fewer than announced.
//
// # The published result
//
// Lines as in the list. A seed of several lines takes as many; winners and
// substitutes are in the order of the draw.
//
//	indigex contest result 1
//	form FORM
//	list HEX, the hash of the list
//	drawn TIME, not before the moment known
//	seed LINE
//	winner HEX
//	substitute HEX
//
// Both texts have exactly one spelling: what a parser takes is what it would
// write, byte by byte. testdata/verify.py checks a draw without any of this
// code.
//
// # What it shows, and what not
//
// Whoever kept their ticket and the hash of the list sees that they took part,
// that the list was not changed after the seed was known, and that the order
// follows from both. Nobody sees from the texts when they were published, that
// the entries are those of different people, or that two people were not told
// the same ticket. The first is why the hash has to stand in public before the
// seed is known, best where others date it. Invented entries lessen
// everybody's chance alike and are the matter of the form, which takes one a
// person.
package contest

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxEntries bounds entries, winners and substitutes.
const maxEntries = 1_000_000

const (
	maxForm   = 100  // bytes of a form's id
	maxSource = 1000 // bytes of the source of a seed
)

// Terms are what is announced of a drawing before anybody can know its outcome.
type Terms struct {
	// Form is the id of the contest's form.
	Form string
	// Closed is when entering ended.
	Closed time.Time
	// Winners is how many win, at least 1; Substitutes how many are named
	// after them.
	Winners, Substitutes int
	// Source says in words of one line where the public seed comes from and
	// how it is written.
	Source string
	// Known is the first moment at which the seed can be known. It lies
	// after Closed.
	Known time.Time
}

// exact returns the terms with times in UTC, cut to seconds.
func (t Terms) exact() Terms {
	t.Closed = t.Closed.UTC().Truncate(time.Second)
	t.Known = t.Known.UTC().Truncate(time.Second)
	return t
}

// check names the first thing that the package comment does not allow.
func (t Terms) check() error {
	if err := checkForm(t.Form); err != nil {
		return err
	}
	if err := checkTime("closed", t.Closed); err != nil {
		return err
	}
	if t.Winners < 1 || t.Winners > maxEntries {
		return fmt.Errorf("winners: %d is not between 1 and %d", t.Winners, maxEntries)
	}
	if t.Substitutes < 0 || t.Substitutes > maxEntries {
		return fmt.Errorf("substitutes: %d is not between 0 and %d", t.Substitutes, maxEntries)
	}
	if err := checkSource(t.Source); err != nil {
		return err
	}
	if err := checkTime("known", t.Known); err != nil {
		return err
	}
	if !t.Known.After(t.Closed) {
		return fmt.Errorf("known: the seed is known at %s, which is not after the closing at %s",
			t.Known.Format(time.RFC3339), t.Closed.Format(time.RFC3339))
	}
	return nil
}

func checkForm(id string) error {
	if id == "" || len(id) > maxForm {
		return fmt.Errorf("form: has %d characters, not 1 to %d", len(id), maxForm)
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return fmt.Errorf("form: %q is not of a-z, 0-9 and hyphens", id)
		}
	}
	return nil
}

// checkTime refuses what has no spelling in four digits of a year, and times
// that were forgotten.
func checkTime(name string, t time.Time) error {
	if t.Unix() <= 0 || t.Year() > 9999 {
		return fmt.Errorf("%s: the time is not between 1970 and 9999", name)
	}
	return nil
}

func checkSource(text string) error {
	if text == "" || len(text) > maxSource {
		return fmt.Errorf("source: has %d bytes, not 1 to %d", len(text), maxSource)
	}
	if !utf8.ValidString(text) {
		return errors.New("source: is not UTF-8")
	}
	if strings.TrimSpace(text) != text {
		return errors.New("source: has space at an end")
	}
	for _, r := range text {
		// These sets hardly ever grow with Unicode, so that an old list
		// stays readable.
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return fmt.Errorf("source: has the character %U", r)
		}
	}
	return nil
}
