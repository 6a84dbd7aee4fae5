package edge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates/stitch"
)

// amend changes the catalog that stands in the folder.
func (w *town) amend(change func(*policy.Catalog)) {
	w.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, "catalog.json"))
	w.must(err)
	c, err := policy.DecodeCatalog(data)
	w.must(err)
	change(c)
	data, err = c.Encode()
	w.must(err)
	w.write("catalog.json", string(data))
}

// Pages and catalog are replaced under visitors who have something to be told:
// neither a page nor its notice is ever made of two builds.
func TestReloadLeavesNoAnswerOfTwoBuilds(t *testing.T) {
	w := newTown(t, 1)
	first := w.visitor()
	first.told()
	const size = 20_000
	half := func(n int) string { return strings.Repeat(fmt.Sprint(n%10), size) }
	w.publish(2)
	w.page(half(0), half(0))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			v := &visitor{w, map[string]string{"__Secure-code": first.cookies["__Secure-code"]}}
			for {
				select {
				case <-done:
					return
				default:
				}
				r := v.ask("GET", "/", "", "Accept-Encoding: "+[]string{"gzip", "identity"}[i%2])
				page := v.text(r)
				notice, ok := strings.CutPrefix(page, strings.Repeat(page[:1], size)+stitch.Marker)
				notice, ok2 := strings.CutSuffix(notice, strings.Repeat(page[:1], size))
				of2, of3 := strings.Contains(notice, "from 1 to 2"), strings.Contains(notice, "from 1 to 3")
				if r.StatusCode != 200 || !ok || !ok2 || of2 == of3 || strings.Contains(notice, "privacy@3") != of3 {
					t.Errorf("%d with %d bytes, and the notice %s", r.StatusCode, len(page), notice)
					return
				}
			}
		})
	}
	for n := range 60 {
		w.publish(2 + n%2)
		w.page(half(n), half(n))
	}
	close(done)
	readers.Wait()
}

// A page that stands in place of another from a moment on has room for a
// notice, too.
func TestStitchedTimedPages(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	const at, page = ".at/2026-03-01T000000Z/index.html", "<main>" + stitch.Marker + "<h1>In March</h1></main>"
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	packed, err := stitch.Pack([]byte(page), strings.Index(page, "<h1>"), 9)
	w.must(err)
	w.write(host+"/"+at, page)
	w.write(host+"/"+at+".gz", string(packed))
	w.amend(func(c *policy.Catalog) { c.Timed = []policy.Timed{{Host: host, Path: "/", From: march, File: at}} })
	w.must(w.server.Reload())
	if got := v.told(); got != "from 1 to 2" {
		t.Errorf("in February: %q", got)
	}
	w.now = march
	for _, encoding := range []string{"gzip", "identity"} {
		r := v.ask("GET", "/", "", "Accept-Encoding: "+encoding, "Range: bytes=0-1", "If-None-Match: *")
		got := v.text(r)
		if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(got, "<main>"+stitch.Marker+"<aside") || !strings.HasSuffix(got, "<h1>In March</h1></main>") {
			t.Errorf("in March, %s: %d %v %s", encoding, r.StatusCode, r.Header, got)
		}
	}
	v.ask("POST", "/notices", v.hidden("/").Encode())
	r := v.ask("GET", "/", "")
	if got := v.text(r); got != page || r.Header.Get("Etag") == "" {
		t.Errorf("with nothing to tell: %v %s", r.Header, got)
	}
	if r := v.ask("GET", "/", "", "If-None-Match: "+r.Header.Get("Etag")); r.StatusCode != 304 {
		t.Errorf("with its tag: %d", r.StatusCode)
	}
}
