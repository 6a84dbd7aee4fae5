package identity

import (
	"hash/maphash"
	"strings"
	"sync"
)

const (
	// recentShards spread the values, so that requests seldom wait for each
	// other.
	recentShards = 16
	// recentBytes bounds one generation of one shard. All of them together
	// stay within 8 MiB, which is some ten thousand visitors.
	recentBytes = 256 << 10
)

// An opened cookie is what a value decrypts to, and the key that made it. Both
// follow from the value and the ring alone; whether they count now is judged
// anew for each request.
type opened struct {
	visitor Visitor
	ring    *Ring
	key     *key
}

// recent keeps the cookies that were opened last, since a browser sends the
// same value with each request and opening one costs more than all the rest
// of reading it. Only authentic values get in. They are found by the whole
// value under a hash with a random seed, so that the time which this takes
// tells nothing about values of others.
//
// Each shard has two generations: what is asked for moves to the young one,
// and when that is full, the old one is dropped.
type recent struct {
	seed   maphash.Seed
	shards [recentShards]shard
}

type shard struct {
	mu         sync.RWMutex
	young, old map[string]opened
	size       int // of the young ones, in bytes
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed()} }

func (c *recent) shard(value string) *shard {
	return &c.shards[maphash.String(c.seed, value)%recentShards]
}

// find returns what a value was under a ring. What was opened with another
// ring is not known: its key may have been retired.
func (c *recent) find(value string, ring *Ring) (opened, bool) {
	s := c.shard(value)
	s.mu.RLock()
	o, ok := s.young[value]
	aged := false
	if !ok {
		o, aged = s.old[value]
	}
	s.mu.RUnlock()
	if aged && o.ring == ring {
		s.keep(value, o)
	}
	return o, (ok || aged) && o.ring == ring
}

// keep remembers a value. It copies it, since the string of a request holds on
// to the whole header.
func (c *recent) keep(value string, o opened) { c.shard(value).keep(strings.Clone(value), o) }

func (s *shard) keep(value string, o opened) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The entry of the map, and the visitor, who is never larger than the
	// value by more than that.
	cost := 256 + 2*len(value)
	if s.young == nil || s.size+cost > recentBytes {
		s.young, s.old, s.size = make(map[string]opened), s.young, 0
	}
	if _, ok := s.young[value]; !ok {
		s.size += cost
	}
	s.young[value] = o
}
