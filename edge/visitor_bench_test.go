package edge_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkVisitor asks over a loopback connection for one page of 8 KB: of a
// handler that does nothing but write it, as a visitor with nothing to be
// told, and as one with a notice in it. of_bare is the share of the first
// one's requests a second.
//
//	TMPDIR=/dev/shm go test -run=- -bench=Visitor ./edge
func BenchmarkVisitor(b *testing.B) {
	page := strings.Replace(home, "<h1>", strings.Repeat("<p>0123456789abc", 500)+"<h1>", 1)
	w := newTown(b, 1)
	told, known := w.visitor(), w.visitor()
	told.told()
	w.publish(2)
	w.write(host+"/index.html", page)
	w.must(w.server.Reload())
	known.ask("GET", "/", "")
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	})
	var floor float64
	for _, h := range []struct {
		name string
		*visitor
		handler http.Handler
	}{{"bare", known, bare}, {"known", known, w.server}, {"stitched", told, w.server}} {
		b.Run(h.name, func(b *testing.B) {
			took := h.asks(b, h.handler, len(page), h.name == "stitched")
			if h.name == "bare" {
				floor = took
			}
			b.ReportMetric(floor/took, "of_bare")
		})
	}
}

// asks returns the nanoseconds that one request takes.
func (v *visitor) asks(b *testing.B, handler http.Handler, size int, longer bool) float64 {
	server := httptest.NewServer(handler)
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL+"/", nil)
	v.must(err)
	r.Host = host
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("Cookie", "__Secure-code="+v.cookies["__Secure-code"])
	b.ReportAllocs()
	for b.Loop() {
		answer, err := server.Client().Do(r)
		v.must(err)
		n, err := io.Copy(io.Discard, answer.Body)
		if err != nil || (n > int64(size)) != longer || answer.StatusCode != http.StatusOK {
			b.Fatalf("%d with %d bytes: %v", answer.StatusCode, n, err)
		}
		_ = answer.Body.Close()
	}
	return float64(b.Elapsed()) / float64(b.N)
}
