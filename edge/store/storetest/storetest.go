// Package storetest has what tests of stores need: the conformance suite that
// each engine must pass, submissions to put in, and a PostgreSQL of one's own.
package storetest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

// The words of the submissions.
const (
	Section = "You decide whether we write to you."
	Agree   = "Write to me."
	Refuse  = "Do not write to me."
)

// At is the time of submissions, with a part that is not stored.
var At = time.Date(2026, 3, 1, 9, 30, 0, 123456789, time.FixedZone("", 3600))

// Open opens a store that is closed at the end of the test.
func Open(tb testing.TB, cfg store.Config) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), cfg)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}

// SQLite opens a new store in a folder of the test.
func SQLite(tb testing.TB) *store.Store {
	tb.Helper()
	return Open(tb, store.Config{URL: "sqlite:" + tb.TempDir() + "/edge.db"})
}

// Submission returns one of a person's, with a new nonce, that grants each
// choice, or refuses it where it is written with a minus before its name.
func Submission(code identity.Code, choices ...string) consent.Submission {
	words := policy.HashChoice(Agree, Refuse)
	s := consent.Submission{
		Nonce: Nonce(), Code: code, Host: "shop.example.com", At: At, Source: consent.FromPreferences,
		Texts: map[string]string{words: Agree + "\n" + Refuse + "\n", policy.HashText(Section): Section},
	}
	for _, choice := range choices {
		a := consent.Answer{Choice: choice, State: consent.Granted, Policy: "privacy", Version: 3, SectionHash: policy.HashText(Section), WordsHash: words}
		if choice[0] == '-' {
			a.Choice, a.State = choice[1:], consent.Refused
		}
		s.Answers = append(s.Answers, a)
	}
	return s
}

// Nonce returns one that no other submission has.
func Nonce() (n [16]byte) {
	binary.LittleEndian.PutUint64(n[:], rand.Uint64())
	binary.LittleEndian.PutUint64(n[8:], rand.Uint64())
	return n
}

// Guarded has a submission depend on what was shown, written as the choices of
// [Submission] are.
func Guarded(s consent.Submission, shown ...string) consent.Submission {
	s.Guarded, s.Shown = true, make(map[string]consent.State)
	for _, choice := range shown {
		if choice[0] == '-' {
			s.Shown[choice[1:]] = consent.Refused
		} else {
			s.Shown[choice] = consent.Granted
		}
	}
	return s
}

// States writes down answers in the words of [Submission].
func States(records []consent.Record) string {
	text := ""
	for _, r := range records {
		sign := ""
		if r.State == consent.Refused {
			sign = "-"
		}
		text += fmt.Sprintf(" %s%s", sign, r.Choice)
	}
	return text
}
