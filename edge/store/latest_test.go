package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"indigex.com/indigex/edge/consent"
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
