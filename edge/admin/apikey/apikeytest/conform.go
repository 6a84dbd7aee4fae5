// Package apikeytest holds stores of keys to their contract.
package apikeytest

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indigex.com/indigex/edge/admin/apikey"
)

// At is when the keys are made.
var At = time.Date(2026, 3, 1, 9, 30, 0, 123456000, time.UTC)

// Key returns a new one that opens permits and profiles for 90 days.
func Key(name string) apikey.Key {
	_, id, hash := apikey.New()
	return apikey.Key{
		ID: id, Name: name, Hash: hash, Scopes: []apikey.Scope{apikey.Permit, apikey.Profile}, Created: At, Expires: At.AddDate(0, 0, 90),
	}
}

// Conform holds an empty store to what [apikey.Store] says.
func Conform(t *testing.T, s apikey.Store) {
	t.Run("add", func(t *testing.T) { add(t, s) })
	t.Run("rotate", func(t *testing.T) { rotate(t, s) })
	t.Run("revoke", func(t *testing.T) { revoke(t, s) })
	t.Run("used", func(t *testing.T) { used(t, s) })
	t.Run("together", func(t *testing.T) { together(t, s) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, s apikey.Store, want apikey.Key) {
	t.Helper()
	got, err := s.Find(t.Context(), want.ID)
	must(t, err)
	if !equal(got, want) {
		t.Errorf("holds %+v, want %+v", got, want)
	}
}

func equal(a, b apikey.Key) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Hash == b.Hash && slices.Equal(a.Scopes, b.Scopes) &&
		a.Created.Equal(b.Created) && a.Used.Equal(b.Used) && a.Expires.Equal(b.Expires) && a.Revoked.Equal(b.Revoked)
}

func add(t *testing.T, s apikey.Store) {
	k := Key("add")
	must(t, s.Add(t.Context(), k))
	holds(t, s, k)
	if err := s.Add(t.Context(), Key("add")); !errors.Is(err, apikey.ErrTaken) {
		t.Errorf("a name twice: %v", err)
	}
	if _, err := s.Find(t.Context(), "aaaaaaaa"); !errors.Is(err, apikey.ErrNotFound) {
		t.Errorf("no such id: %v", err)
	}
	endless := Key("add-endless")
	endless.Expires = time.Time{}
	must(t, s.Add(t.Context(), endless))
	holds(t, s, endless)
	list, err := s.List(t.Context())
	must(t, err)
	if len(list) != 2 || !equal(list[0], k) || !equal(list[1], endless) {
		t.Errorf("lists %+v", list)
	}
}

func rotate(t *testing.T, s apikey.Store) {
	first := Key("rotate")
	if _, err := s.Rotate(t.Context(), first, At); !errors.Is(err, apikey.ErrNotFound) {
		t.Errorf("nothing to rotate: %v", err)
	}
	must(t, s.Add(t.Context(), first))
	second := Key("rotate")
	second.Created, second.Scopes = At.Add(time.Hour), []apikey.Scope{apikey.Disclosure}
	until := At.Add(25 * time.Hour)
	scopes, err := s.Rotate(t.Context(), second, until)
	must(t, err)
	if !slices.Equal(scopes, first.Scopes) {
		t.Errorf("opens %v, and opened %v before", scopes, first.Scopes)
	}
	first.Expires, second.Scopes = until, first.Scopes
	holds(t, s, first)
	holds(t, s, second)

	third := Key("rotate")
	third.Created = At.Add(2 * time.Hour)
	_, err = s.Rotate(t.Context(), third, At.Add(80*time.Hour))
	must(t, err)
	second.Expires = At.Add(80 * time.Hour)
	holds(t, s, first) // ended earlier already
	holds(t, s, second)

	late := Key("rotate")
	late.Created = At.AddDate(1, 0, 0)
	if _, err := s.Rotate(t.Context(), late, late.Created); !errors.Is(err, apikey.ErrNotFound) {
		t.Errorf("when all have ended: %v", err)
	}
}

func revoke(t *testing.T, s apikey.Store) {
	first, second := Key("revoke"), Key("revoke")
	second.Created = At.Add(time.Hour)
	must(t, s.Add(t.Context(), first))
	_, err := s.Rotate(t.Context(), second, At.Add(24*time.Hour))
	must(t, err)
	at := At.Add(2 * time.Hour)
	n, err := s.Revoke(t.Context(), "revoke", at)
	must(t, err)
	if n != 2 {
		t.Errorf("%d revoked", n)
	}
	first.Expires, first.Revoked, second.Revoked = At.Add(24*time.Hour), at, at
	holds(t, s, first)
	holds(t, s, second)
	if n, err := s.Revoke(t.Context(), "revoke", at.Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	holds(t, s, first)
	if _, err := s.Revoke(t.Context(), "nobody", at); !errors.Is(err, apikey.ErrNotFound) {
		t.Errorf("no such name: %v", err)
	}
	if err := s.Add(t.Context(), Key("revoke")); !errors.Is(err, apikey.ErrTaken) {
		t.Errorf("the name of a revoked key: %v", err)
	}
}

func used(t *testing.T, s apikey.Store) {
	k := Key("used")
	must(t, s.Add(t.Context(), k))
	for _, use := range []time.Time{At.AddDate(0, 0, 3), At.AddDate(0, 0, 2), At.AddDate(0, 0, 3).Add(time.Hour)} {
		must(t, s.Used(t.Context(), k.ID, use))
	}
	k.Used = time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	holds(t, s, k)
	must(t, s.Used(t.Context(), "aaaaaaaa", At))
}

// together gives one name from many sides.
func together(t *testing.T, s apikey.Store) {
	var won, lost atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := s.Add(t.Context(), Key("together")); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, apikey.ErrTaken):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 7 {
		t.Errorf("%d got the name, %d did not", won.Load(), lost.Load())
	}
}
