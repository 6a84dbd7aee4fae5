package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// budget is how many bytes the HTML and the styles of a page may take, each
// compressed: what a server sends at once, before it hears from the browser
// (ten segments, RFC 6928).
const budget = 14_000

// TestWeight weighs every page.
func TestWeight(t *testing.T) {
	t.Parallel()
	out := production(t)
	var heaviest int
	var name string
	for _, p := range out.pages {
		weight := compressed(t, p.text)
		for link := range p.elements("link") {
			if attr(link, "rel") == "stylesheet" {
				weight += compressed(t, out.file(t, p.site.Host+attr(link, "href")))
			}
		}
		if weight > budget {
			t.Errorf("%s: %d bytes, %d are allowed", p.name, weight, budget)
		}
		if weight > heaviest {
			heaviest, name = weight, p.name
		}
	}
	t.Logf("of %d pages, %s is the heaviest: %d bytes of HTML and styles", len(out.pages), name, heaviest)
}

// compressed is the size in gzip.
func compressed(t *testing.T, data []byte) int {
	t.Helper()
	var size bytes.Buffer
	w, err := gzip.NewWriterLevel(&size, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return size.Len()
}

// TestCompressed unpacks the files that a build with --compress adds.
func TestCompressed(t *testing.T) {
	t.Parallel()
	out := production(t)
	dir := t.TempDir()
	if err := copyTree(dir); err != nil {
		t.Fatal(err)
	}
	packed, err := all.build(dir, "--compress")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for name := range packed.files {
		plain, ok := strings.CutSuffix(name, ".gz")
		if !ok {
			continue
		}
		files++
		r, err := gzip.NewReader(bytes.NewReader(packed.file(t, name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(text, out.file(t, plain)) {
			t.Errorf("%s holds something else than %s; error %v", name, plain, err)
		}
	}
	if files < len(out.pages) {
		t.Errorf("%d files are compressed, there are %d pages", files, len(out.pages))
	}
}
