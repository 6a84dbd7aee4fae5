package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/account/throttle/throttletest"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

func TestThrottleSQLite(t *testing.T) { throttletest.Conform(t, storetest.SQLite(t).Throttle()) }

// Two nodes count in one database.
func TestThrottlePostgres(t *testing.T) {
	url := storetest.Postgres(t, "-c fsync=off").Database()
	a, b := storetest.Open(t, store.Config{URL: url}), storetest.Open(t, store.Config{URL: url})
	throttletest.Conform(t, &twoNodes{all: [2]throttle.Store{a.Throttle(), b.Throttle()}})
}

// Two nodes take turns.
type twoNodes struct {
	mu  sync.Mutex
	n   int
	all [2]throttle.Store
}

func (n *twoNodes) next() throttle.Store {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	return n.all[n.n%2]
}

func (n *twoNodes) Update(ctx context.Context, keys []throttle.Key, change func([]throttle.Bucket)) error {
	return n.next().Update(ctx, keys, change)
}

func (n *twoNodes) Purge(ctx context.Context, before time.Time) error {
	return n.next().Purge(ctx, before)
}

// Updates and submissions share the writers, and neither waits for good.
func TestUpdatesBesideSubmissions(t *testing.T) {
	s := storetest.SQLite(t)
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			for i := range 20 {
				storetest.Append(t, s, storetest.Submission(storetest.Person(n), []string{"a", "-a"}[i%2]))
				countIn(t, s.Throttle(), throttle.Key{byte(n)})
			}
		})
	}
	all.Wait()
	for n := range 16 {
		if got := failures(t, s.Throttle(), throttle.Key{byte(n)}); got != 20 {
			t.Errorf("bucket %d counts %d", n, got)
		}
	}
}

func countIn(t *testing.T, s throttle.Store, key throttle.Key) {
	t.Helper()
	if err := s.Update(t.Context(), []throttle.Key{key}, func(b []throttle.Bucket) {
		b[0] = throttle.Bucket{Failures: b[0].Failures + 1, Last: storetest.At}
	}); err != nil {
		t.Error(err)
	}
}

func failures(t *testing.T, s throttle.Store, key throttle.Key) (n int) {
	t.Helper()
	if err := s.Update(t.Context(), []throttle.Key{key}, func(b []throttle.Bucket) { n = b[0].Failures }); err != nil {
		t.Error(err)
	}
	return n
}

func TestUpdateWithoutADatabase(t *testing.T) {
	server := storetest.Postgres(t, "-c fsync=off")
	s := storetest.Open(t, store.Config{URL: server.Database()})
	countIn(t, s.Throttle(), throttle.Key{1})
	server.Stop()
	err := s.Throttle().Update(t.Context(), []throttle.Key{{1}}, func([]throttle.Bucket) {})
	if !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("without a server: %v", err)
	}
	server.Start()
	for range 4 { // as many as there are writers, and more
		countIn(t, s.Throttle(), throttle.Key{1})
	}
	if n := failures(t, s.Throttle(), throttle.Key{1}); n != 5 {
		t.Errorf("counted %d", n)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Throttle().Purge(ctx, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("who went away: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Throttle().Purge(t.Context(), time.Now()); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("when it is closed: %v", err)
	}
	if _, _, err := s.Append(t.Context(), storetest.Submission(identity.NewCode(), "a")); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("a submission when it is closed: %v", err)
	}
}
