package admin

import (
	"sync"
	"time"

	"indigex.com/indigex/edge/admin/apikey"
)

// wrongKeys names the bucket of all who have no key. No key has this name.
const wrongKeys = ""

// A rate is how many requests a second are taken for long, and how many at
// once after a pause.
type rate struct{ second, burst float64 }

// rateOf is that of each key for a scope, on one node. Details of persons are
// the slowest to get: who has stolen a key should not have everybody's within
// the hour.
func rateOf(scope apikey.Scope) rate {
	switch scope {
	case apikey.Permit:
		return rate{500, 1000}
	case apikey.Suppression:
		return rate{20, 50}
	case apikey.Profile:
		return rate{10, 50}
	case apikey.Disclosure:
		return rate{50, 200}
	default: // wrong keys
		return rate{10, 50}
	}
}

// limits are token buckets, one for each name of a valid key and scope, which
// bounds them. They may be used by several goroutines.
type limits struct {
	now     func() time.Time
	mu      sync.Mutex
	buckets map[bucketKey]*bucket
}

type bucketKey struct {
	name  string
	scope apikey.Scope
}

type bucket struct {
	tokens float64
	filled time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, buckets: make(map[bucketKey]*bucket)}
}

// take takes tokens, or returns how long to wait until there are enough.
func (l *limits) take(name string, scope apikey.Scope, cost float64) (wait time.Duration) {
	r, now := rateOf(scope), l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[bucketKey{name, scope}]
	if b == nil {
		b = &bucket{r.burst, now}
		l.buckets[bucketKey{name, scope}] = b
	}
	// A clock that was put back neither empties a bucket nor holds it.
	if passed := now.Sub(b.filled); passed > 0 {
		b.tokens = min(r.burst, b.tokens+passed.Seconds()*r.second)
	}
	b.filled = now
	if b.tokens < cost {
		return time.Duration((cost - b.tokens) / r.second * float64(time.Second))
	}
	b.tokens -= cost
	return 0
}
