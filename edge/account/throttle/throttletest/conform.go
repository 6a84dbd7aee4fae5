// Package throttletest holds stores of buckets to their contract.
package throttletest

import (
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge/account/throttle"
)

// Conform holds an empty store to what [throttle.Store] says.
func Conform(t *testing.T, s throttle.Store) {
	t.Helper()
	a, b := throttle.Key{1}, throttle.Key{2}
	at := time.Date(2026, 3, 1, 9, 0, 0, 123456000, time.UTC)
	update := func(change func([]throttle.Bucket), keys ...throttle.Key) {
		t.Helper()
		if err := s.Update(t.Context(), keys, change); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want ...throttle.Bucket) {
		t.Helper()
		update(func(got []throttle.Bucket) {
			for i := range want {
				if got[i].Failures != want[i].Failures || !got[i].Last.Equal(want[i].Last) {
					t.Errorf("bucket %d is %+v, want %+v", i, got[i], want[i])
				}
			}
		}, a, b)
	}
	holds(throttle.Bucket{}, throttle.Bucket{})
	update(func(all []throttle.Bucket) {
		all[0], all[1] = throttle.Bucket{Failures: 3, Last: at}, throttle.Bucket{Failures: 1, Last: at.Add(time.Hour)}
	}, b, a)
	holds(throttle.Bucket{Failures: 1, Last: at.Add(time.Hour)}, throttle.Bucket{Failures: 3, Last: at})
	update(func(all []throttle.Bucket) { all[0] = throttle.Bucket{} }, a)
	holds(throttle.Bucket{}, throttle.Bucket{Failures: 3, Last: at})
	if err := s.Purge(t.Context(), at); err != nil {
		t.Error(err)
	}
	holds(throttle.Bucket{}, throttle.Bucket{Failures: 3, Last: at})
	together(t, s, at)
	if err := s.Purge(t.Context(), at.Add(time.Microsecond)); err != nil {
		t.Error(err)
	}
	holds(throttle.Bucket{}, throttle.Bucket{})
}

// together counts in two buckets from many sides, in either order.
func together(t *testing.T, s throttle.Store, at time.Time) {
	t.Helper()
	const sides, each = 8, 25
	one, two := throttle.Key{3}, throttle.Key{4}
	var all sync.WaitGroup
	for side := range sides {
		all.Go(func() {
			keys := []throttle.Key{one, two}
			if side%2 == 1 {
				keys = []throttle.Key{two, one}
			}
			for range each {
				if err := s.Update(t.Context(), keys, func(b []throttle.Bucket) {
					b[0], b[1] = throttle.Bucket{Failures: b[0].Failures + 1, Last: at}, throttle.Bucket{Failures: b[1].Failures + 1, Last: at}
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := s.Update(t.Context(), []throttle.Key{one, two}, func(b []throttle.Bucket) {
		if b[0].Failures != sides*each || b[1].Failures != sides*each {
			t.Errorf("counted %d and %d of %d", b[0].Failures, b[1].Failures, sides*each)
		}
	}); err != nil {
		t.Error(err)
	}
}
