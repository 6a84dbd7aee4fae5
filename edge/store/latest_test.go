package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

func TestLatestTogetherSQLite(t *testing.T) { latestTogether(t, storetest.SQLite(t)) }

func TestLatestTogetherPostgres(t *testing.T) {
	latestTogether(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t).Database()}))
}

// latestTogether asks for many persons at once: each gets their own records,
// what they have just stored included, and who goes away leaves the others.
func latestTogether(t *testing.T, s *store.Store) {
	var all sync.WaitGroup
	for n := range 300 {
		all.Go(func() {
			code := storetest.Person(n)
			choice := []string{"a", "-a", "b", "-b"}[n%4]
			if _, _, err := s.Append(t.Context(), storetest.Submission(code, choice)); err != nil {
				t.Error(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			if n%7 == 0 {
				stop()
			}
			defer stop()
			records, err := s.Latest(ctx, code)
			if n%7 == 0 && errors.Is(err, context.Canceled) {
				return
			}
			if err != nil || storetest.States(records) != storetest.States([]consent.Record{{Answer: storetest.Submission(code, choice).Answers[0]}}) {
				t.Errorf("person %d answered %s: %s, %v", n, choice, storetest.States(records), err)
			}
		})
	}
	all.Wait()
	if records, err := s.Latest(t.Context(), storetest.Person(1000)); err != nil || len(records) > 0 {
		t.Errorf("of nobody: %v, %v", records, err)
	}
}

// TestLatestOfASilentServer asks one that neither answers nor refuses: who asks
// is told in time to come again, and later ones are answered.
func TestLatestOfASilentServer(t *testing.T) {
	server := storetest.Postgres(t, "-c fsync=off")
	s := storetest.Open(t, store.Config{URL: server.Database()})
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	goOn := server.Halt()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Latest(t.Context(), code); !errors.Is(err, consent.ErrUnavailable) {
				t.Errorf("of a silent server: %v", err)
			}
		})
	}
	all.Wait()
	goOn()
	if records, err := s.Latest(t.Context(), code); err != nil || storetest.States(records) != " a" {
		t.Errorf("%v, %v", records, err)
	}
}
