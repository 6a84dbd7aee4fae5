package markdown

import (
	"strings"
	"testing"

	"indigex.com/indigex/build/problem"
)

// What would take the parser seconds or hours is refused with a problem that
// names the cause. Without the bounds, this test takes minutes.
func TestHostile(t *testing.T) {
	r := strings.Repeat
	tests := map[string]struct{ src, rule, message string }{
		"body":          {r("words ", 50_000), "too-large", "256 KiB"},
		"lines":         {"- a" + r("\n", 200_000), "too-large", "lines"},
		"links":         {r("[a](", 60_000), "too-large", "links"},
		"angles":        {r("[a](<", 50_000), "too-large", "links"},
		"titles":        {r("[a](b (c ", 28_000), "too-large", "links"},
		"brackets":      {r("[", 100_000) + r("]", 100_000), "too-large", "brackets"},
		"code":          {runs(500), "too-large", "code"},
		"attributes":    {"## a {x=" + r("{a=", 80_000), "too-large", "braces"},
		"underlined":    {"a {x=" + r("{a=", 80_000) + "\n---\n", "too-large", "braces"},
		"strikethrough": {r("~~a ~b", 43_000), "too-large", "emphasis"},
		"emphasis":      {r("*a _b ", 43_000), "too-large", "emphasis"},
		"list":          {r("- ", 150) + "a", "nesting", "nest"},
		"nested lists":  {steps(200), "nesting", "nest"},
		"columns":       {r("|a", 201) + "\n" + r("|-", 201) + "\n", "too-large", "columns"},
		"cells":         {r("|a", 150) + "\n" + r("|-", 150) + "\n" + r("|\n", 10_000), "too-large", "cells"},
		"HTML":          {"a " + r("<![CDATA[", 28_000), "too-large", "<"},
		"definitions":   {r("[a]: b\n", 6_000), "too-large", "lines"},
		"footnotes":     {r("[^a]: b\n\n", 1_001), "too-large", "footnotes"},
	}
	for name, tt := range tests {
		doc := New().Compile([]byte(tt.src), 0)
		found := false
		for _, p := range doc.Problems {
			found = found || p.Severity == problem.Error && p.Rule == tt.rule && strings.Contains(p.Message, tt.message)
		}
		if !found || len(doc.Problems) > maxProblems {
			t.Errorf("%s: %d problems: %.300v", name, len(doc.Problems), doc.Problems)
		}
	}
}

// runs are of backticks, each of its own length.
func runs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("`", i+1) + "a")
	}
	return b.String()
}

// steps are lists, each within the one before.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// A footnote that is missing is reported once, however often it is used.
func TestMissingFootnoteOnce(t *testing.T) {
	doc := New().Compile([]byte(strings.Repeat("[^a] ", 12_400)+"[^b]"), 0)
	if len(doc.Problems) != 2 {
		t.Errorf("%d problems: %.200v", len(doc.Problems), doc.Problems)
	}
}

// The last problem counts those that are not told, and is an error where one
// of them is.
func TestManyProblems(t *testing.T) {
	warning, mistake := "[](b)\n", "# A\n\n"
	for _, tt := range []struct {
		src  string
		n    int
		last string
		want problem.Severity
	}{
		{strings.Repeat(warning, 100), 100, "link has no text", problem.Warning},
		{strings.Repeat(warning, 101), 100, "there are 2 more", problem.Warning},
		{strings.Repeat(warning, 150) + "\n" + mistake, 100, "there are 52 more", problem.Error},
	} {
		problems := New().Compile([]byte(tt.src), 0).Problems
		if len(problems) != tt.n {
			t.Fatalf("%d problems, want %d", len(problems), tt.n)
		}
		if last := problems[tt.n-1]; last.Severity != tt.want || !strings.Contains(last.Message, tt.last) {
			t.Errorf("last problem %+v, want %q", last, tt.last)
		}
	}
}

// Code beyond what chroma is given is plain, whatever is in the cache.
func TestLexerBudget(t *testing.T) {
	c := New()
	block := "```rust\nfn a() {}\n" + strings.Repeat("// a\n", lexerLimit/10) + "```\n\n"
	for range 2 {
		doc := c.Compile([]byte(strings.Repeat(block, 6)), 0)
		if n := strings.Count(string(doc.HTML), `<span class="k">fn`); n != 3 {
			t.Errorf("%d blocks of half the limit are highlighted, want 3", n)
		}
	}
}
