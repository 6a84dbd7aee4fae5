// Package throttle slows down those who guess passwords, without locking out
// the person whose password they guess.
//
// Each try to sign in counts, before the password is looked at, in up to two
// buckets: one for the address it comes from, and one for the account. A try
// from a browser that signed in to the account before has a bucket of its own
// in place of the account's, so that its owner gets in while others guess.
// A try that succeeds is taken back.
//
// After a few tries an account's bucket asks for a delay, which doubles with
// each further one up to a bound; an address may fail a number of times in a
// window, on however many accounts. Tries that come too early change nothing:
// nobody is kept out for longer than one delay or one window by what others
// do, or by a clock that jumps, but for what the clocks of nodes may differ.
//
// The buckets are in the database, so that all nodes count together. Their
// keys are MACs of a secret: the database has no address and no User ID for
// it.
package throttle

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"indigex.com/indigex/edge/identity"
)

const (
	// free tries of an account cost no delay; the next costs firstDelay, and
	// each further one twice as much, up to lastDelay.
	free                  = 5
	firstDelay, lastDelay = time.Second, 15 * time.Minute
	// Memory is how long an account's failures count after the last one.
	Memory = 24 * time.Hour
	// perAddress is how often tries from an address may fail in a window.
	perAddress, window = 30, 15 * time.Minute
)

// A Key names a bucket.
type Key [16]byte

// A Bucket counts failures. The zero one has none.
type Bucket struct {
	Failures int
	// Last is when the last one was, in whole microseconds of UTC.
	Last time.Time
}

// A Store keeps buckets for all nodes. It may be used by several goroutines.
type Store interface {
	// Update has change replace the buckets of keys, which are distinct, by
	// others, in one step: what other calls with one of the keys do comes
	// before or after. change gets a bucket for each key, the zero one for
	// those that aren't there, and must be a function of these alone, since
	// it may be called again. A bucket that becomes the zero one is removed.
	// The error wraps consent.ErrUnavailable; nothing was changed then.
	Update(ctx context.Context, keys []Key, change func([]Bucket)) error
	// Purge removes buckets whose last failure was before a time.
	Purge(ctx context.Context, before time.Time) error
}

// A Try is one to sign in.
type Try struct {
	// UserID is the folded one, whether or not there is such an account.
	UserID string
	// Device is the code of a browser that signed in to this account before;
	// zero for any other.
	Device identity.Code
	// Address is that of the client, as far as proxies can be believed.
	Address netip.Addr
}

// A WaitError says that a try came too early, and changed nothing.
type WaitError struct {
	// For is how long to wait, more than zero.
	For time.Duration
}

func (e *WaitError) Error() string { return fmt.Sprintf("too many tries: wait %v", e.For) }

// A Limiter decides about tries. It may be used by several goroutines.
type Limiter struct {
	store Store
	mark  func(kind, value string) Key
	now   func() time.Time
}

// New returns a limiter. mark makes the keys of buckets: keyed hashes of a kind
// and a value, the same on all nodes; now is the clock.
func New(s Store, mark func(kind, value string) Key, now func() time.Time) *Limiter {
	return &Limiter{store: s, mark: mark, now: now}
}

// Begin counts a try, before its password is looked at. A *[WaitError] says
// that it must not be looked at. Other errors are the store's; then it must
// not be looked at either. A browser that is known counts for itself alone: who
// else guesses from its address does not lock its owner out.
func (l *Limiter) Begin(ctx context.Context, t Try) error {
	now := l.now().UTC().Truncate(time.Microsecond)
	var wait time.Duration
	err := l.store.Update(ctx, l.keys(t), func(b []Bucket) {
		account, address := b[0].at(now, Memory), b[1].at(now, window)
		wait = account.delay(now)
		if t.Device.IsZero() {
			wait = max(wait, address.blocked(now))
		}
		if wait > 0 {
			return
		}
		b[0] = account.plus(now)
		if t.Device.IsZero() {
			b[1] = address.plus(now)
		}
	})
	if err == nil && wait > 0 {
		err = &WaitError{wait}
	}
	return err
}

// Succeeded takes a try back whose password was right, and forgets the
// failures of the account, or of the browser that is known.
func (l *Limiter) Succeeded(ctx context.Context, t Try) error {
	return l.store.Update(ctx, l.keys(t), func(b []Bucket) {
		b[0] = Bucket{}
		if !t.Device.IsZero() {
			return
		}
		if b[1].Failures--; b[1].Failures <= 0 {
			b[1] = Bucket{}
		}
	})
}

// Purge removes buckets that count no more.
func (l *Limiter) Purge(ctx context.Context) error {
	return l.store.Purge(ctx, l.now().Add(-Memory))
}

// keys returns the key of the account's bucket, or of the known browser's, and
// that of the address's: an IPv6 address counts by its /64, which is what one
// customer has (RFC 6177).
func (l *Limiter) keys(t Try) []Key {
	account := l.mark("account", t.UserID)
	if !t.Device.IsZero() {
		account = l.mark("device", t.UserID+" "+string(t.Device[:]))
	}
	return []Key{account, l.mark("address", Network(t.Address))}
}

// Network is what counts as one address: an IPv4 address by itself, an IPv6
// one by its /64.
func Network(address netip.Addr) string {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		// It never fails: 64 is within the bits of such an address.
		prefix, _ := address.Prefix(64)
		address = prefix.Addr()
	}
	return address.String()
}

// Allow counts something of a kind, such as a confirmation to one address,
// unless it was counted so many times within a time, at most a day; then the
// error is a *[WaitError], and nothing was counted.
func (l *Limiter) Allow(ctx context.Context, kind, value string, most int, within time.Duration) error {
	now := l.now().UTC().Truncate(time.Microsecond)
	var wait time.Duration
	err := l.store.Update(ctx, []Key{l.mark("allow "+kind, value)}, func(b []Bucket) {
		counted := b[0].at(now, within)
		if wait = 0; counted.Failures >= most {
			wait = counted.Last.Add(within).Sub(now)
			return
		}
		b[0] = counted.plus(now)
	})
	if err == nil && wait > 0 {
		err = &WaitError{wait}
	}
	return err
}

// at returns what a bucket counts at a time. What is as old as its age, or
// further in the future than a clock may differ, counts no more.
func (b Bucket) at(now time.Time, age time.Duration) Bucket {
	if since := now.Sub(b.Last); since >= age || since < -identity.Skew {
		return Bucket{}
	}
	return b
}

func (b Bucket) plus(now time.Time) Bucket { return Bucket{b.Failures + 1, now} }

// delay is how long an account's next try has to wait.
func (b Bucket) delay(now time.Time) time.Duration {
	if b.Failures < free {
		return 0
	}
	delay := lastDelay
	if n := b.Failures - free; n < 10 {
		delay = min(firstDelay<<n, lastDelay)
	}
	return b.Last.Add(delay).Sub(now)
}

// blocked is how long an address's next try has to wait.
func (b Bucket) blocked(now time.Time) time.Duration {
	if b.Failures < perAddress {
		return 0
	}
	return b.Last.Add(window).Sub(now)
}
