// Package disclosuretest holds stores of accesses and disclosures to their
// contract.
package disclosuretest

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
)

// At is a time as it is stored.
var At = time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)

// Conform holds a store to what [disclosure.Store] says.
func Conform(t *testing.T, s disclosure.Store) {
	t.Run("accesses", func(t *testing.T) { accesses(t, s) })
	t.Run("disclosures", func(t *testing.T) { disclosures(t, s) })
	t.Run("together", func(t *testing.T) { together(t, s) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func accesses(t *testing.T, s disclosure.Store) {
	jane, other := identity.NewCode(), identity.NewCode()
	must(t, s.Access(t.Context(), nil))
	var want []disclosure.Access
	for i := range 70 { // more than are written at once
		want = append(want, disclosure.Access{At: At.Add(-time.Duration(i)), Code: jane, Key: "crm", What: disclosure.Profile, Purpose: fmt.Sprintf("purpose-%d", i)})
		want[i].At = want[i].At.Truncate(time.Microsecond)
	}
	must(t, s.Access(t.Context(), append(want[:69:69], disclosure.Access{At: At, Code: other, Key: "shop", What: disclosure.Permit})))
	must(t, s.Access(t.Context(), want[69:]))
	got, err := s.Accesses(t.Context(), jane, 0, 100)
	must(t, err)
	if len(got) != len(want) {
		t.Fatalf("%d accesses, want %d", len(got), len(want))
	}
	for i := range got {
		if w := want[len(want)-1-i]; !reflect.DeepEqual(got[i], w) {
			t.Fatalf("access %d is %+v, want %+v", i, got[i], w)
		}
	}
	got, err = s.Accesses(t.Context(), jane, 68, 1)
	must(t, err)
	if len(got) != 1 || got[0].Purpose != "purpose-1" {
		t.Errorf("behind the first 68: %+v", got)
	}
	if got, err := s.Accesses(t.Context(), identity.NewCode(), 0, 9); len(got) != 0 || err != nil {
		t.Errorf("somebody else's: %v, %v", got, err)
	}
}

func one(code identity.Code, reference string) disclosure.Disclosure {
	return disclosure.Disclosure{
		At: At.Add(789), Code: code, Key: "shop", Reference: reference, Processor: "delivery", Purpose: "orders",
		Categories: []string{"contact.postal", "contact.name"},
	}
}

func disclosures(t *testing.T, s disclosure.Store) {
	jane := identity.NewCode()
	sent := one(jane, "order 17")
	want := sent
	want.At, want.Categories = At, []string{"contact.name", "contact.postal"}
	stored, repeated, err := s.Disclose(t.Context(), sent)
	must(t, err)
	if repeated || !reflect.DeepEqual(stored, want) {
		t.Errorf("stored %+v (repeated %v), want %+v", stored, repeated, want)
	}
	later := sent
	later.At = At.Add(time.Hour)
	stored, repeated, err = s.Disclose(t.Context(), later)
	must(t, err)
	if !repeated || !reflect.DeepEqual(stored, want) {
		t.Errorf("again: %+v (repeated %v)", stored, repeated)
	}
	for name, change := range map[string]func(*disclosure.Disclosure){
		"person":     func(d *disclosure.Disclosure) { d.Code = identity.NewCode() },
		"processor":  func(d *disclosure.Disclosure) { d.Processor = "printing" },
		"purpose":    func(d *disclosure.Disclosure) { d.Purpose = "contests" },
		"categories": func(d *disclosure.Disclosure) { d.Categories = []string{"contact.name"} },
	} {
		d := sent
		change(&d)
		if _, _, err := s.Disclose(t.Context(), d); !errors.Is(err, disclosure.ErrConflict) {
			t.Errorf("another %s under the reference: %v", name, err)
		}
	}
	other := one(jane, "order 17")
	other.Key = "crm" // whose references are its own
	_, repeated, err = s.Disclose(t.Context(), other)
	must(t, err)
	if repeated {
		t.Error("two systems share their references")
	}
	got, err := s.Disclosures(t.Context(), jane, 0, 9)
	must(t, err)
	if len(got) != 2 || got[0].Key != "crm" || !reflect.DeepEqual(got[1], want) {
		t.Errorf("lists %+v", got)
	}
	if got, err := s.Disclosures(t.Context(), jane, 1, 1); len(got) != 1 || err != nil || got[0].Key != "shop" {
		t.Errorf("behind the first: %+v, %v", got, err)
	}
	noted, err := s.Accesses(t.Context(), jane, 0, 9)
	must(t, err)
	if len(noted) != 2 || !reflect.DeepEqual(noted[1], disclosure.Access{At: At, Code: jane, Key: "shop", What: disclosure.Noted, Purpose: "orders"}) {
		t.Errorf("accesses %+v", noted)
	}
}

// together sends one disclosure from many sides.
func together(t *testing.T, s disclosure.Store) {
	jane := identity.NewCode()
	var first atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, repeated, err := s.Disclose(t.Context(), one(jane, "at once"))
			if err != nil {
				t.Error(err)
			}
			if !repeated {
				first.Add(1)
			}
		})
	}
	all.Wait()
	got, err := s.Disclosures(t.Context(), jane, 0, 9)
	must(t, err)
	if first.Load() != 1 || len(got) != 1 {
		t.Errorf("%d were the first, %d are stored", first.Load(), len(got))
	}
}
