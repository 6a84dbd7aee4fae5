package problem_test

import (
	"strings"
	"testing"

	"indigex.com/indigex/build/problem"
)

func TestNearest(t *testing.T) {
	keys := []string{"title", "description", "layout", "date", "updated", "draft", "publish", "expires", "tags", "toc"}
	for _, c := range []struct {
		name, word string
		candidates []string
		want       string
	}{
		{"a letter replaced", "lajout", keys, "layout"},
		{"a letter too many", "expiress", keys, "expires"},
		{"two letters too many", "titlexx", keys, "title"},
		{"a letter missing", "desription", keys, "description"},
		{"neighbours swapped", "tilte", keys, "title"},
		{"swapped in a word of three", "tco", keys, "toc"},
		{"another case", "TITLE", keys, "title"},
		{"the word itself", "date", keys, "date"},
		{"as far as a third", "descriptabc", keys, "description"},
		{"farther than a third", "descripabcd", keys, ""},
		{"too short to guess", "da", keys, ""},
		{"another word", "colour", keys, ""},
		{"nothing", "", keys, ""},
		{"no candidates", "title", nil, ""},
		{"the closer of two", "updates", []string{"upkeep", "updated", "update-it"}, "updated"},
		{"the first of two as close", "tag", []string{"tags", "tap"}, "tags"},
		{"two letters of five beyond ASCII", "äöüßé", []string{"äöüab"}, ""},
		{"one letter of five beyond ASCII", "äöüßé", []string{"äöüße"}, "äöüße"},
		{"longer than any name", strings.Repeat("a", 201), []string{strings.Repeat("a", 202)}, ""},
	} {
		if got := problem.Nearest(c.word, c.candidates); got != c.want {
			t.Errorf("%s: nearest to %q is %q, want %q", c.name, c.word, got, c.want)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = strings.Repeat("cables-", 1+i%5) + "index.md"
	}
	for b.Loop() {
		problem.Nearest("cabels-cables-index.md", names)
	}
}
