package problem

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that a misspelt word most likely means, or ""
// when none is close: the smallest Damerau-Levenshtein distance (optimal
// string alignment) without regard to case, at most a third of the word's
// length. Of several as close, it is the first.
func Nearest(word string, candidates []string) string {
	length := utf8.RuneCountInString(word)
	best, found := length/3+1, ""
	for _, c := range candidates {
		if n := utf8.RuneCountInString(c); n-length >= best || length-n >= best {
			continue // as many insertions or deletions at least
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < best {
			best, found = d, c
		}
	}
	return found
}

// distance counts insertions, deletions, replacements and swaps of
// neighbours.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 200 || len(y) > 200 {
		return 1 << 20
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
