package edge

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

// BenchmarkPage serves one page of 8 KB over a loopback connection: by a
// handler that does nothing but write it; by one that sends the edge's headers
// with it, which are what the client and the connection have to carry more;
// and by the edge. The ratio is to the first.
//
//	go test -run=- -bench=Page ./edge
func BenchmarkPage(b *testing.B) {
	page := strings.Repeat("<p>0123456789abc", 500)
	production, development := benchServer(b, page, false), benchServer(b, page, true)
	example := httptest.NewRecorder()
	production.ServeHTTP(example, httptest.NewRequest("GET", "https://lanterns.example/guides/gain/", nil))
	handlers := []struct {
		name string
		http.Handler
	}{
		{"bare", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(page))
		})},
		{"headers", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), example.Header())
			_, _ = w.Write([]byte(page))
		})},
		{"edge", production},
		{"development", development},
	}
	var floor float64
	for _, h := range handlers {
		b.Run(h.name, func(b *testing.B) {
			took := benchmark(b, h)
			if h.name == "bare" {
				floor = took
			}
			b.ReportMetric(took/floor, "×bare")
		})
	}
}

// BenchmarkHandler leaves the connection out: what the edge itself costs.
func BenchmarkHandler(b *testing.B) {
	s := benchServer(b, strings.Repeat("x", 8000), false)
	r := httptest.NewRequest("GET", "https://lanterns.example/guides/gain/", nil)
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(&discard{header: make(http.Header)}, r)
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func benchServer(b *testing.B, page string, development bool) *Server {
	b.Helper()
	dir := b.TempDir()
	c := policy.Catalog{Format: policy.CatalogFormat, Provider: "Lanterns", Identity: policy.OnChoice, Sites: []policy.Site{
		{ID: "apex", Title: "Lanterns", Host: apex, Origin: "https://" + apex, Language: "en", Shell: ".edge/shell.html"},
	}}
	catalog, err := c.Encode()
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"catalog.json": string(catalog), apex + "/guides/gain/index.html": page} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	s, err := New(Config{Public: dir, Development: development})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// benchmark asks for the page over one connection and returns the
// nanoseconds that one request took.
func benchmark(b *testing.B, handler http.Handler) float64 {
	server := httptest.NewServer(handler)
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL+"/guides/gain/", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Host = apex
	r.Header.Set("Accept-Encoding", "identity")
	for b.Loop() {
		answer, err := server.Client().Do(r)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, answer.Body)
		if n != 8000 || err != nil || answer.StatusCode != http.StatusOK {
			b.Fatalf("%d with %d bytes: %v", answer.StatusCode, n, err)
		}
		_ = answer.Body.Close()
	}
	return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
}
