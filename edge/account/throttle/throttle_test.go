package throttle_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/account/throttle/throttletest"
	"indigex.com/indigex/edge/identity"
)

// A model is what a store is: buckets, and one who changes them at a time.
type model struct {
	mu      sync.Mutex
	buckets map[throttle.Key]throttle.Bucket
}

func (m *model) Update(_ context.Context, keys []throttle.Key, change func([]throttle.Bucket)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]throttle.Bucket, len(keys))
	for i, k := range keys {
		list[i] = m.buckets[k]
	}
	change(list)
	for i, k := range keys {
		if m.buckets[k] = list[i]; list[i] == (throttle.Bucket{}) {
			delete(m.buckets, k)
		}
	}
	return nil
}

func (m *model) Purge(_ context.Context, before time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, b := range m.buckets {
		if b.Last.Before(before) {
			delete(m.buckets, k)
		}
	}
	return nil
}

func TestModel(t *testing.T) {
	throttletest.Conform(t, &model{buckets: map[throttle.Key]throttle.Bucket{}})
}

// A door has a limiter, and a clock.
type door struct {
	testing.TB
	*throttle.Limiter
	model
	now time.Time
}

// marks are keyed by a secret.
func marks(secret string) func(kind, value string) throttle.Key {
	return func(kind, value string) throttle.Key {
		sum := sha256.Sum256([]byte(secret + "\n" + kind + "\n" + value))
		return throttle.Key(sum[:16])
	}
}

func newDoor(t testing.TB) *door {
	d := &door{TB: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), model: model{buckets: map[throttle.Key]throttle.Bucket{}}}
	d.Limiter = throttle.New(&d.model, marks("secret"), func() time.Time { return d.now })
	return d
}

// begin returns how long a try has to wait, 0 for one that may go on.
func (d *door) begin(t throttle.Try) time.Duration {
	d.Helper()
	err := d.Begin(d.Context(), t)
	var wait *throttle.WaitError
	if err != nil && !errors.As(err, &wait) {
		d.Fatal(err)
	}
	if wait == nil {
		return 0
	}
	return wait.For
}

func from(address string) throttle.Try {
	return throttle.Try{UserID: "anna", Address: netip.MustParseAddr(address)}
}

func TestAccountsDelayGrows(t *testing.T) {
	d := newDoor(t)
	var delays []time.Duration
	for n := range 16 {
		if wait := d.begin(from(fmt.Sprintf("192.0.2.%d", n))); wait > 0 {
			delays = append(delays, wait)
			d.now = d.now.Add(wait)
			if again := d.begin(from(fmt.Sprintf("192.0.2.%d", n))); again > 0 {
				t.Errorf("after waiting %v another %v", wait, again)
			}
		}
	}
	want := "[1s 2s 4s 8s 16s 32s 1m4s 2m8s 4m16s 8m32s 15m0s]"
	if got := fmt.Sprint(delays); got != want {
		t.Errorf("delays are %s, want %s", got, want)
	}
	d.now = d.now.Add(24 * time.Hour)
	if wait := d.begin(from("192.0.2.200")); wait > 0 {
		t.Errorf("after a day: %v", wait)
	}
}

func TestAccountsOwnerOnAKnownDeviceGetsIn(t *testing.T) {
	d := newDoor(t)
	for n := range 200 {
		d.begin(from(fmt.Sprintf("198.51.100.%d", n)))
	}
	if wait := d.begin(from("203.0.113.1")); wait == 0 {
		t.Error("a stranger may try on")
	}
	owner := from("203.0.113.9")
	owner.Device = identity.NewCode()
	if wait := d.begin(owner); wait > 0 {
		t.Fatalf("the owner waits %v", wait)
	}
	if err := d.Succeeded(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if wait := d.begin(from("203.0.113.1")); wait == 0 {
		t.Error("the owner's success lets strangers try on")
	}
}

func TestAccountsSprayingFromOneAddress(t *testing.T) {
	for _, addresses := range [][2]string{{"192.0.2.1", "192.0.2.1"}, {"::ffff:192.0.2.1", "192.0.2.1"}, {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"}} {
		d := newDoor(t)
		tries := 0
		for n := range 100 {
			try := from(addresses[n%2])
			try.UserID = fmt.Sprint("person", n)
			if d.begin(try) == 0 {
				tries++
			}
		}
		if tries != 30 {
			t.Errorf("%v: %d tries", addresses, tries)
		}
		if wait := d.begin(from("192.0.2.77")); wait > 0 {
			t.Errorf("%v: another address waits %v", addresses, wait)
		}
		d.now = d.now.Add(15 * time.Minute)
		if wait := d.begin(from(addresses[0])); wait > 0 {
			t.Errorf("%v: after the window: %v", addresses, wait)
		}
	}
}

func TestAccountsSuccessForgets(t *testing.T) {
	d := newDoor(t)
	for range 100 {
		if wait := d.begin(from("192.0.2.1")); wait > 0 {
			t.Fatalf("who knows the password waits %v", wait)
		}
		if err := d.Succeeded(t.Context(), from("192.0.2.1")); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.buckets) > 0 {
		t.Errorf("left are %v", d.buckets)
	}
}

func TestTimeAndCrashesClockJumps(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour, 400 * 24 * time.Hour, -400 * 24 * time.Hour} {
		d := newDoor(t)
		for range 50 {
			d.now = d.now.Add(d.begin(from("192.0.2.1")))
		}
		d.now = d.now.Add(jump)
		wait := d.begin(from("192.0.2.2"))
		d.now = d.now.Add(15 * time.Minute)
		if later := d.begin(from("192.0.2.3")); wait > 15*time.Minute || later > 0 {
			t.Errorf("a jump of %v: %v, and a quarter of an hour later %v", jump, wait, later)
		}
	}
}

// Whatever others do and however the clock jumps, who waits as long as they
// were told to may try, and never longer than a quarter of an hour and what
// clocks may differ.
func TestNobodyWaitsForLonger(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := newDoor(t)
		tries := rapid.SampledFrom([]throttle.Try{from("192.0.2.1"), from("192.0.2.2"), from("2001:db8::1"), {UserID: "bert", Address: netip.MustParseAddr("192.0.2.1")}})
		for range rapid.IntRange(0, 120).Draw(r, "tries") {
			d.begin(tries.Draw(r, "try"))
			d.now = d.now.Add(time.Duration(rapid.IntRange(-600, 7200).Draw(r, "seconds")) * time.Second)
		}
		try := tries.Draw(r, "last")
		wait := d.begin(try)
		if wait > 15*time.Minute+identity.Skew {
			r.Fatalf("waits %v", wait)
		}
		d.now = d.now.Add(wait)
		if again := d.begin(try); wait > 0 && again > 0 {
			r.Fatalf("after %v another %v", wait, again)
		}
	})
}

func TestKeysShowNobody(t *testing.T) {
	d := newDoor(t)
	d.begin(from("192.0.2.1"))
	if len(d.buckets) != 2 {
		t.Errorf("buckets are %v", d.buckets)
	}
	other := newDoor(t)
	other.Limiter = throttle.New(&other.model, marks("other secret"), func() time.Time { return other.now })
	other.begin(from("192.0.2.1"))
	for key := range other.buckets {
		if _, same := d.buckets[key]; same {
			t.Error("a key doesn't depend on the secret")
		}
	}
	d.now = d.now.Add(24*time.Hour + time.Second)
	if err := d.Limiter.Purge(t.Context()); err != nil || len(d.buckets) > 0 {
		t.Errorf("after a day: %v, %v", d.buckets, err)
	}
}

// A thing is allowed so many times within a time, and again after it, whatever
// is counted for others.
func TestAllow(t *testing.T) {
	d := newDoor(t)
	allow := func(value string) time.Duration {
		err := d.Allow(t.Context(), "confirmation", value, 2, time.Hour)
		var wait *throttle.WaitError
		if errors.As(err, &wait) {
			return wait.For
		}
		if err != nil {
			t.Fatal(err)
		}
		return 0
	}
	for _, value := range []string{"a", "b", "a"} {
		if wait := allow(value); wait != 0 {
			t.Errorf("%s waits %v", value, wait)
		}
	}
	d.now = d.now.Add(time.Minute)
	if wait := allow("a"); wait != 59*time.Minute {
		t.Errorf("the third time waits %v", wait)
	}
	if err := d.Allow(t.Context(), "registration", "a", 2, time.Hour); err != nil {
		t.Errorf("another kind: %v", err)
	}
	d.now = d.now.Add(59 * time.Minute)
	if wait := allow("a"); wait != 0 {
		t.Errorf("after the time it waits %v", wait)
	}
}
