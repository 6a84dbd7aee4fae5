package password

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate go run list.go

// common are passwords that were found in breaches, of those that are long
// enough to be tried: lower case, sorted, one a line. See list.go.
//
//go:embed common.txt
var common string

const (
	// MinLength is in characters, MaxLength in bytes.
	MinLength, MaxLength = 8, 1024
	// minDistinct is how many different characters a password has at least.
	minDistinct = 4
)

// A WeakError says why a password is not taken, and what would be.
type WeakError struct{ Text string }

func (e *WeakError) Error() string { return "password: " + e.Text }

// Check returns a *[WeakError] for a password that is too short or too long,
// or that is tried first by those who guess: one of a breach, one that is made
// of few characters or of a row of them, and one that is little more than a
// word which belongs to the account or to the company.
func Check(password string, words ...string) error {
	switch {
	case utf8.RuneCountInString(password) < MinLength:
		return &WeakError{"This is too short. Use at least 8 characters; a few words in a row are easy to remember."}
	case len(password) > MaxLength:
		return &WeakError{"This is too long. Use at most 1,024 characters."}
	case !utf8.ValidString(password) || strings.IndexByte(password, 0) >= 0:
		return &WeakError{"This has characters that are not text. Type it again."}
	}
	plain := strings.ToLower(password)
	if isCommon(plain) || isCommon(letters.Replace(plain)) {
		return &WeakError{"This password is known from break-ins elsewhere, so it is among the first to be tried. Choose another, such as a few words in a row."}
	}
	if distinct(plain) < minDistinct || isRow(plain) {
		return &WeakError{"This is one character, or a row of them, over and over. Choose another, such as a few words in a row."}
	}
	for _, word := range words {
		if rest := without(plain, strings.ToLower(word)); utf8.RuneCountInString(word) >= 3 && len(rest) < len(plain) && utf8.RuneCountInString(rest) < MinLength/2 {
			return &WeakError{"This is little more than your User ID, your address, or our name. Choose another, such as a few words in a row."}
		}
	}
	return nil
}

// letters undoes the signs that people put for letters.
var letters = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// isCommon says whether the list has a password, in as many comparisons as the
// list's length has digits in base two, and without a copy of the list.
func isCommon(plain string) bool {
	low, high := 0, len(common)
	for low < high {
		middle := low + (high-low)/2
		start := strings.LastIndexByte(common[:middle], '\n') + 1
		end := start + strings.IndexByte(common[start:], '\n')
		switch line := common[start:end]; {
		case line == plain:
			return true
		case line < plain:
			low = end + 1
		default:
			high = start
		}
	}
	return false
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, c := range s {
		seen[c] = true
	}
	return len(seen)
}

// isRow says whether each character follows the one before, up or down, as in
// 23456789 and hgfedcba.
func isRow(s string) bool {
	all := []rune(s)
	for _, step := range []rune{1, -1} {
		if !slices.ContainsFunc(pairs(all), func(p [2]rune) bool { return p[1]-p[0] != step }) {
			return true
		}
	}
	return false
}

func pairs(all []rune) [][2]rune {
	var list [][2]rune
	for i := 1; i < len(all); i++ {
		list = append(list, [2]rune{all[i-1], all[i]})
	}
	return list
}

func without(s, word string) string {
	if word == "" {
		return s
	}
	return strings.ReplaceAll(s, word, "")
}

// A Strength is how much work guessing a password is.
type Strength int

// The strengths. A password that [Check] refuses is Weak.
const (
	Weak Strength = iota
	Fair
	Good
	Strong
)

// String returns the strength as a word for its owner.
func (s Strength) String() string { return [...]string{"weak", "fair", "good", "strong"}[s] }

// Estimate judges a password by its length and the kinds of characters in it.
// It is coarse: only Check knows what is tried first.
func Estimate(password string, words ...string) Strength {
	if Check(password, words...) != nil {
		return Weak
	}
	// A character that repeats the one before or follows it adds little.
	bits, before := 0.0, rune(-9)
	each := perCharacter(password)
	for _, c := range password {
		if d := c - before; d >= -1 && d <= 1 {
			bits++
		} else {
			bits += each
		}
		before = c
	}
	switch {
	case bits < 35:
		return Fair
	case bits < 55:
		return Good
	}
	return Strong
}

// perCharacter is how many bits a character counts for: people don't choose
// at random, so it is less than the size of the alphabet would say.
func perCharacter(password string) float64 {
	kinds := map[int]bool{}
	for _, c := range password {
		switch {
		case unicode.IsLower(c):
			kinds[0] = true
		case unicode.IsUpper(c):
			kinds[1] = true
		case unicode.IsDigit(c):
			kinds[2] = true
		default:
			kinds[3] = true
		}
	}
	return 2 + float64(len(kinds))*0.5
}
