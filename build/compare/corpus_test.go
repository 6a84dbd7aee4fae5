package compare

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

// corpus returns the documents below a folder, each as its versions in order.
// It is testdata/corpus, a part of the public-domain policies of
// github/site-policy, or the folder that INDIGEX_CORPUS names.
func corpus(tb testing.TB) map[string][][]byte {
	dir := os.Getenv("INDIGEX_CORPUS")
	if dir == "" {
		dir = "testdata/corpus"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.md"))
	if err != nil || len(files) < 2 {
		tb.Fatalf("no documents below %s: %v", dir, err)
	}
	docs := map[string][][]byte{}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		doc := filepath.Base(filepath.Dir(name))
		docs[doc] = append(docs[doc], src)
	}
	return docs
}

// Every pair of neighbors, and the first version with the last, holds what
// comparisons promise. With -v it prints what is proposed.
func TestCorpus(t *testing.T) {
	for doc, versions := range corpus(t) {
		t.Run(doc, func(t *testing.T) {
			proposed := map[policy.Proposal]int{}
			first := Parse(versions[0])
			for i := 1; i < len(versions); i++ {
				old, new := Parse(versions[i-1]), Parse(versions[i])
				c := Diff(old, new)
				proposed[c.Proposed]++
				rebuilds(t, c, old, new)
				rebuilds(t, Diff(new, old), new, old)
				rebuilds(t, Diff(first, new), first, new)
				if again := Diff(old, new); !reflect.DeepEqual(again, c) {
					t.Fatalf("version %d: another result the second time", i+1)
				}
				if itself := Diff(new, Parse(versions[i])); !itself.Same || len(itself.Ops) > 1 {
					t.Fatalf("version %d differs from itself: %s", i+1, redline(itself.Ops))
				}
			}
			t.Logf("| %s | %d | %d | %d | %d |", doc, len(versions)-1,
				proposed[policy.ProposedNone], proposed[policy.ProposedEditorial], proposed[policy.ProposedSubstantive])
		})
	}
}

// What the versions of one document did to their readers, as a person would
// put it.
func TestCorpusIsUnderstood(t *testing.T) {
	tests := []struct {
		doc, old, new string
		want          policy.Proposal
		outline       string
	}{
		{
			"privacy-policies-github-cookies", "003-2025-09-04", "004-2025-09-04", policy.ProposedEditorial,
			"cookies changed +1 -1\n",
		},
		{
			"privacy-policies-github-cookies", "004-2025-09-04", "005-2026-01-27", policy.ProposedSubstantive,
			"cookies changed +29 -0\n",
		},
		{"privacy-policies-github-cookies", "006-2026-03-23", "007-2026-03-23", policy.ProposedNone, ""},
	}
	for _, test := range tests {
		read := func(version string) string {
			src, err := os.ReadFile(filepath.Join("testdata/corpus", test.doc, version+".md"))
			if err != nil {
				t.Fatal(err)
			}
			return string(src)
		}
		c := compared(read(test.old), read(test.new))
		var changed []string
		for line := range strings.Lines(outline(c)) {
			if !strings.HasSuffix(line, " unchanged\n") {
				changed = append(changed, line)
			}
		}
		if got := strings.Join(changed, ""); c.Proposed != test.want || got != test.outline {
			t.Errorf("%s %s to %s: %s\n%swant %s\n%s", test.doc, test.old, test.new, c.Proposed, got, test.want, test.outline)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	for doc, versions := range corpus(b) {
		old, new := versions[0], versions[0]
		for i := 1; i < len(versions); i++ {
			if len(versions[i-1])+len(versions[i]) > len(old)+len(new) || i == 1 {
				old, new = versions[i-1], versions[i]
			}
		}
		b.Run(fmt.Sprintf("largest pair/%s", doc), func(b *testing.B) { benchmark(b, old, new) })
		b.Run(fmt.Sprintf("first to last/%s", doc), func(b *testing.B) { benchmark(b, versions[0], versions[len(versions)-1]) })
	}
}

// benchmark compares two files, reading included.
func benchmark(b *testing.B, old, new []byte) {
	b.ReportAllocs()
	b.SetBytes(int64(len(old) + len(new)))
	for b.Loop() {
		Diff(Parse(old), Parse(new))
	}
}
