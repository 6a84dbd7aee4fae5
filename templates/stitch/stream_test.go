package stitch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// TestConcurrent stitches one page for many visitors at once.
func TestConcurrent(t *testing.T) {
	page := []byte(small)
	slot, _ := stitch.Slot(page)
	packed, err := stitch.Pack(page, slot, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	p, err := stitch.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	var visitors sync.WaitGroup
	for visitor := range 8 {
		visitors.Go(func() {
			for visit := range 50 {
				notice := fmt.Sprintf("<p>Visitor %d, visit %d</p>", visitor, visit)
				var b bytes.Buffer
				_, _ = p.Stitched([]byte(notice)).WriteTo(&b)
				z, err := gzip.NewReader(&b)
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(z)
				if want := small[:slot] + notice + small[slot:]; err != nil || string(got) != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
					return
				}
			}
		})
	}
	visitors.Wait()
}

// TestStreamAllocates sees that a request costs no copy of the page.
func TestStreamAllocates(t *testing.T) {
	p, plain, notice := opened(t, []byte(small))
	for name, do := range map[string]func(){
		"stitched": func() { _, _ = p.Stitched(notice).WriteTo(io.Discard) },
		"plain": func() {
			s, _ := stitch.StitchPlain(plain, p.Slot(), notice)
			_, _ = s.WriteTo(io.Discard)
		},
	} {
		if n := testing.AllocsPerRun(100, do); n > 1 {
			t.Errorf("%s: %v allocations, want at most one", name, n)
		}
	}
}

// opened is a page, packed and opened, its plain form and a notice.
func opened(t testing.TB, page []byte) (*stitch.Page, []byte, []byte) {
	t.Helper()
	slot, ok := stitch.Slot(page)
	if !ok {
		t.Fatal("page has no slot")
	}
	packed, err := stitch.Pack(page, slot, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	p, err := stitch.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	return p, page, []byte(`<div class="notice"><p><b>Privacy.</b> Since 1 March 2026: lantern orders are kept for two years.</p></div>`)
}

var errGone = errors.New("client has gone")

// A client goes after some bytes.
type client struct{ left int }

func (c *client) Write(b []byte) (int, error) {
	n := min(len(b), c.left)
	c.left -= n
	if n < len(b) {
		return n, errGone
	}
	return n, nil
}

// TestStreamStops sees that a stream ends where its writer does, wherever
// that is.
func TestStreamStops(t *testing.T) {
	p, plain, notice := opened(t, []byte(small))
	unpacked, err := stitch.StitchPlain(plain, p.Slot(), notice)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []stitch.Stream{p.Stitched(notice), unpacked} {
		for left := range s.Len() {
			if n, err := s.WriteTo(&client{int(left)}); n != left || !errors.Is(err, errGone) {
				t.Errorf("a client that takes %d bytes: %d, %v", left, n, err)
			}
		}
		if n, err := s.WriteTo(&client{int(s.Len())}); n != s.Len() || err != nil {
			t.Errorf("a client that takes all: %d, %v", n, err)
		}
	}
}
