package compare

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or a mark, and the white space before it.
type token struct {
	space, text string
	kind        kind
	// start says that a word, as it stands between spaces, begins here, line
	// that a block does.
	start, line bool
	// numbering says that the token belongs to a heading's number.
	numbering bool
	// link is where the token leads, "" where nowhere.
	link string
}

type kind uint8

const (
	mark   kind = iota // punctuation
	word               // letters
	number             // anything with a digit
	symbol             // currency, mathematics, pictures, the percent of a number
)

// tokenize cuts a block into tokens; its white space is normalized already.
func tokenize(into []token, text string) []token {
	for at := 0; at < len(text); {
		from := at
		for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
			at++
		}
		n, kind := measure(text, at)
		t := token{space: text[from:at], text: text[at : at+n], kind: kind}
		t.line = from == 0
		t.start = t.line || at > from || standsAlone(first(t.text))
		into = append(into, t)
		at += n
	}
	return into
}

// measure returns how long the token is that begins at a byte, and its kind.
func measure(text string, at int) (int, kind) {
	r, n := utf8.DecodeRuneInString(text[at:])
	switch {
	case isSuffix(text[at:]):
		return n + 1, word
	case standsAlone(r):
		return n, word
	case isInner(r):
		return measureWord(text[at:])
	case isSign(r) && startsNumber(text[at+n:]) && (at == 0 || !isInner(last(text[:at]))):
		digits, _ := measureWord(text[at+n:])
		return n + digits, number
	case unicode.IsSymbol(r), (r == '%' || r == '‰') && unicode.IsNumber(last(strings.TrimRight(text[:at], " "))):
		return n, symbol
	}
	return n, mark
}

// measureWord measures letters and digits with what joins them. A token with
// a digit is a number, whatever its letters: 30-day, B2B, 2024-03-01.
func measureWord(text string) (int, kind) {
	kind, at := word, 0
	var before rune
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		switch {
		case isInner(r) && !standsAlone(r):
			if unicode.IsNumber(r) {
				kind = number
			}
		case at > 0 && isInner(before) && joins(r, before, first(text[at+n:])) && !isSuffix(text[at:]):
		default:
			return at, kind
		}
		before, at = r, at+n
	}
	return at, kind
}

func isInner(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) ||
		r == '_' || r == '\u200c' || r == '\u200d'
}

// joins says whether a mark between two characters is part of a word.
func joins(r, before, after rune) bool {
	if !isInner(after) || standsAlone(after) {
		return false
	}
	switch r {
	case '\'', '’', '-', '‐', '‑', '.', '@':
		return true
	case ',', ':', '/', '–', '−':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	}
	return false
}

// isSuffix says whether a possessive 's stands here.
func isSuffix(text string) bool {
	rest, ok := strings.CutPrefix(text, "'")
	if !ok {
		rest, ok = strings.CutPrefix(text, "’")
	}
	return ok && len(rest) > 0 && rest[0]|0x20 == 's' && !isInner(first(rest[1:]))
}

// isSign says whether a mark before digits is part of their number.
func isSign(r rune) bool { return strings.ContainsRune("+-−±<>≤≥≈~", r) }

func startsNumber(text string) bool { return unicode.IsNumber(first(text)) }

// standsAlone says whether a letter is a word in itself, for the scripts that
// put no spaces between words.
func standsAlone(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.IsLetter(r)
}

func first(text string) rune {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return 0
	}
	return r
}

func last(text string) rune {
	r, n := utf8.DecodeLastRuneInString(text)
	if n == 0 {
		return 0
	}
	return r
}
