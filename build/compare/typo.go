package compare

import (
	_ "embed" // for the vocabulary
	"sort"
	"strings"
)

// vocabulary is a list of English words in small letters, sorted, a line
// each: those that the public-domain policies of the tests' corpus and our
// own pages use, and those that are often misspelled.
//
//go:embed vocabulary.txt
var vocabulary string

// typos says whether words were replaced by as many, at most three, that are
// the same but for typos.
func (j *judge) typos(old, new []string) bool {
	if len(old) != len(new) || len(old) > 3 {
		return false
	}
	for i := range old {
		if old[i] != new[i] && !j.isTypo(old[i], new[i]) {
			return false
		}
	}
	return true
}

// isTypo says whether two words differ by so little that one is the other
// misspelled, and exactly one of them is a word. The first letter is hardly
// ever mistyped, but makes "legal" of "illegal".
func (j *judge) isTypo(old, new string) bool {
	if isLogic(old) || isLogic(new) || !lettersOnly(old) || !lettersOnly(new) {
		return false
	}
	if old == "a" && new == "an" || old == "an" && new == "a" {
		return true
	}
	a, b := []rune(old), []rune(new)
	const shortest, long, longest = 3, 8, 40
	if min(len(a), len(b)) < shortest || max(len(a), len(b)) > longest {
		return false
	}
	allowed := 1
	if min(len(a), len(b)) >= long {
		allowed = 2
	}
	swapped := a[0] == b[1] && a[1] == b[0]
	if a[0] != b[0] && !swapped || distanceOf(a, b, allowed) > allowed {
		return false
	}
	return j.known(old, j.inNew) != j.known(new, j.inOld) || spelling(old) == spelling(new)
}

// spelling gives one form to words that are spelled in two ways, such as
// "cancelled" and "canceled", "organisation" and "organization".
func spelling(text string) string {
	return strings.NewReplacer("lled", "led", "lling", "ling", "isation", "ization", "ise", "ize", "ising", "izing",
		"yse", "yze", "your", "yor", "lour", "lor", "vour", "vor", "nour", "nor", "bour", "bor").Replace(text)
}

// lettersOnly says whether a word has no digit, sign or date in it.
func lettersOnly(text string) bool {
	return text != aDate && !strings.ContainsAny(text, "0123456789%$€£")
}

// known says whether something is a word: by the vocabulary, or because it
// stands elsewhere in the other text.
func (j *judge) known(text string, elsewhere map[string]bool) bool {
	if elsewhere[text] || listed(text) {
		return true
	}
	for _, ending := range []string{"s", "es", "d", "ed", "ing", "ly", "er", "ers", "ment", "ness"} {
		stem, ok := strings.CutSuffix(text, ending)
		if !ok || len(stem) < 3 {
			continue
		}
		doubled := stem[len(stem)-1] == stem[len(stem)-2]
		if listed(stem) || listed(stem+"e") || doubled && listed(stem[:len(stem)-1]) {
			return true
		}
		if y, ok := strings.CutSuffix(stem, "i"); ok && listed(y+"y") {
			return true
		}
	}
	return false
}

// listed looks a word up in the vocabulary.
func listed(text string) bool {
	lineAt := func(at int) int { return strings.LastIndexByte(vocabulary[:at], '\n') + 1 }
	at := lineAt(sort.Search(len(vocabulary), func(at int) bool {
		line, _, _ := strings.Cut(vocabulary[lineAt(at):], "\n")
		return line >= text
	}))
	line, _, _ := strings.Cut(vocabulary[at:], "\n")
	return line == text
}

// distanceOf counts the letters that were changed, left out, added or swapped
// with their neighbor (optimal string alignment), or returns a number above
// the limit.
func distanceOf(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
