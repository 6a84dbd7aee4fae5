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

// policyBudget is the same for the pages of policies, which are as long as
// what they have to say: a policy's ten sections and their changes may take a
// quarter more.
const policyBudget = budget + budget/4

// TestWeight weighs every page.
func TestWeight(t *testing.T) {
	t.Parallel()
	out := production(t)
	heaviest, name := map[string]int{}, map[string]string{}
	for _, p := range out.documents() {
		weight := compressed(t, p.text)
		for link := range p.elements("link") {
			if attr(link, "rel") == "stylesheet" {
				weight += compressed(t, out.file(t, p.site.Host+attr(link, "href")))
			}
		}
		limit, kind := budget, "ordinary"
		if p.layout() == "policy" {
			limit, kind = policyBudget, "policy"
		}
		if weight > limit {
			t.Errorf("%s: %d bytes, %d are allowed", p.name, weight, limit)
		}
		if weight > heaviest[kind] {
			heaviest[kind], name[kind] = weight, p.name
		}
	}
	for kind, weight := range heaviest {
		t.Logf("the heaviest %s page: %s, %d bytes of HTML and styles", kind, name[kind], weight)
	}
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
	if files < len(out.documents()) {
		t.Errorf("%d files are compressed, there are %d pages", files, len(out.documents()))
	}
}
