package edge

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

// BenchmarkHandler is what a file costs the edge itself, without connection,
// log and visitor; see BenchmarkVisitor for the whole.
//
//	go test -run=- -bench=Handler ./edge
func BenchmarkHandler(b *testing.B) {
	s := benchServer(b, strings.Repeat("x", 8000))
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

func benchServer(b *testing.B, page string) *Server {
	b.Helper()
	dir := b.TempDir()
	c := policy.Catalog{Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnChoice, Sites: []policy.Site{
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
	s, err := New(Config{Public: dir})
	if err != nil {
		b.Fatal(err)
	}
	return s
}
