package compare

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

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
// comparisons promise. With -v it prints the table of docs/policies.md: what
// is proposed, and how long the slowest pair takes, reading included.
func TestCorpus(t *testing.T) {
	docs := corpus(t)
	var rows []proposals
	for _, doc := range slices.Sorted(maps.Keys(docs)) {
		versions := docs[doc]
		t.Run(doc, func(t *testing.T) {
			row := proposals{doc: doc, of: map[policy.Proposal]int{}}
			first := Parse(versions[0])
			for i := 1; i < len(versions); i++ {
				old, new := Parse(versions[i-1]), Parse(versions[i])
				c := Diff(old, new)
				row.add(c.Proposed, fastest(versions[i-1], versions[i]))
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
			rows = append(rows, row)
		})
	}
	writeProposals(t.Output(), rows)
}

// proposals are those for the pairs of a document.
type proposals struct {
	doc     string
	pairs   int
	of      map[policy.Proposal]int
	slowest time.Duration
}

func (p *proposals) add(proposed policy.Proposal, took time.Duration) {
	p.pairs++
	p.of[proposed]++
	p.slowest = max(p.slowest, took)
}

// fastest compares two files three times and returns the shortest time, which
// says most about the comparison and least about what else the machine did.
func fastest(old, new []byte) time.Duration {
	least := time.Hour
	for range 3 {
		start := time.Now()
		Diff(Parse(old), Parse(new))
		least = min(least, time.Since(start))
	}
	return least
}

// writeProposals writes the rows and their sum as a table in Markdown.
func writeProposals(w io.Writer, rows []proposals) {
	all := proposals{doc: "all", of: map[policy.Proposal]int{}}
	for _, row := range rows {
		all.pairs += row.pairs
		all.slowest = max(all.slowest, row.slowest)
		for proposed, n := range row.of {
			all.of[proposed] += n
		}
	}
	fmt.Fprintln(w, "| document | pairs | none | editorial | substantive | slowest pair |")
	fmt.Fprintln(w, "| --- | ---: | ---: | ---: | ---: | ---: |")
	for _, row := range append(rows, all) {
		fmt.Fprintf(w, "| %s | %d |", row.doc, row.pairs)
		for _, proposed := range []policy.Proposal{policy.ProposedNone, policy.ProposedEditorial, policy.ProposedSubstantive} {
			fmt.Fprintf(w, " %d (%.0f %%) |", row.of[proposed], 100*float64(row.of[proposed])/float64(max(row.pairs, 1)))
		}
		fmt.Fprintf(w, " %.1f ms |\n", float64(row.slowest.Microseconds())/1000)
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
