package identity

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// All tests of this package that read a value twice read it from memory the
// second time; these are about what is special to that.

// A value that was read before is judged again.
func TestReadAgain(t *testing.T) {
	w := newWorld(t)
	issued := w.now
	cookie := codeCookie + "=" + w.value(regular())
	first := w.want(Known, cookie)
	for _, step := range []struct {
		after time.Duration
		want  State
	}{{MaxAge, Known}, {MaxAge + time.Second, Broken}, {-Skew - time.Second, Broken}, {-Skew, Known}, {time.Hour, Known}} {
		w.now = issued.Add(step.after)
		if v := w.want(step.want, cookie); step.want == Known && fmt.Sprint(v) != fmt.Sprint(first) {
			t.Errorf("after %v somebody else is read", step.after)
		}
	}
	w.now = issued
	w.want(Broken, cookie[:len(cookie)-4])
	w.want(Broken, cookie+"AAAA")
	w.want(Known, cookie)
}

// A key that is retired while serving, or past its end, ends what was read
// with it.
func TestReadAgainWithoutItsKey(t *testing.T) {
	w := newWorld(t)
	cookie := codeCookie + "=" + w.value(regular())
	w.rotate()
	w.want(Known, cookie)
	both := w.ring
	ring, err := w.ring.Retire(w.ring.keys[0].ID, w.now)
	w.must(err)
	w.ring = ring
	w.want(Broken, cookie)
	w.ring = both
	w.want(Known, cookie)
	// Its end comes before the cookie is too old where the operator says so.
	both.keys[0].AcceptedUntil = w.now.Add(time.Minute)
	w.want(Known, cookie)
	w.now = w.now.Add(time.Minute)
	w.want(Broken, cookie)
	w.now = w.now.Add(-time.Second)
	w.want(Known, cookie)
}

// However many visitors come, a bounded number is kept, and those who come
// often stay.
func TestRecentIsBounded(t *testing.T) {
	w := newWorld(t)
	regularly := w.value(regular())
	for n := range 40_000 {
		w.cookies.recent.keep(fmt.Sprint(strings.Repeat("x", 200), n), opened{ring: w.ring})
		if n%1000 == 0 {
			if _, ok := w.cookies.recent.find(regularly, w.ring); !ok && n > 0 {
				t.Fatalf("after %d others, who comes often is not known", n)
			}
			w.want(Known, codeCookie+"="+regularly)
		}
	}
	unfit := []string{"", "broken", regularly + "AAAA", strings.Repeat("A", maxLine+4)}
	for _, value := range unfit {
		w.want(Broken, codeCookie+"="+value)
	}
	size, entries := 0, 0
	for i := range w.cookies.recent.shards {
		s := &w.cookies.recent.shards[i]
		for _, generation := range []map[string]opened{s.young, s.old} {
			entries += len(generation)
			for value := range generation {
				size += len(value)
				if slices.Contains(unfit, value) {
					t.Errorf("%.20q is kept", value)
				}
			}
		}
	}
	if entries < 1000 || size+256*entries > 2*recentShards*recentBytes {
		t.Errorf("%d values of %d bytes are kept", entries, size)
	}
}

func TestRecentTogether(t *testing.T) {
	w := newWorld(t)
	var lines []string
	for range 64 {
		lines = append(lines, codeCookie+"="+w.value(NewVisitor()))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range 2000 {
				w.cookies.recent.keep(fmt.Sprint(strings.Repeat("x", 200), n), opened{ring: w.ring})
				w.want(Known, lines[n%len(lines)])
			}
		})
	}
	all.Wait()
}
