package compare

import "strings"

// splitNumber divides a heading into its number, as in "3.", "B.", "(iv)",
// "Article 7:" or "2.1 –", and the rest. Without number, or without rest, all
// is rest.
func splitNumber(title string) (number, rest string) {
	at := 0
	label, after, ok := strings.Cut(title, " ")
	labeled := ok && isNumberLabel(label)
	if labeled {
		at = len(title) - len(after)
	}
	n := numberLength(title[at:], labeled)
	if n == 0 {
		return "", title
	}
	at += n
	if at < len(title) && title[at] != ' ' {
		return "", title
	}
	for _, dash := range []string{" –", " —", " -"} {
		if strings.HasPrefix(title[at:], dash+" ") {
			at += len(dash)
		}
	}
	rest = strings.TrimPrefix(title[at:], " ")
	if rest == "" {
		return "", title
	}
	return title[:at], rest
}

func isNumberLabel(word string) bool {
	switch strings.ToLower(word) {
	case "section", "article", "part", "chapter", "clause", "annex", "appendix", "schedule", "§":
		return true
	}
	return false
}

// numberLength measures a number at the start of a title. Without a mark
// behind it, a number has at most two digits, so that "2024 in review" has
// none, and a letter is no number, so that "A word on cookies" has none.
func numberLength(text string, labeled bool) int {
	open := 0
	if strings.HasPrefix(text, "(") {
		open = 1
	}
	body := text[open:]
	digits := len(body) - len(strings.TrimLeft(body, "0123456789."))
	digits = len(strings.TrimRight(body[:digits], "."))
	letters := 0
	if digits == 0 || body[0] == '.' {
		digits, letters = 0, letterNumber(body)
	}
	n := digits + letters
	if n == 0 {
		return 0
	}
	closed := n < len(body) && strings.IndexByte(".):", body[n]) >= 0
	switch {
	case open > 0 && (!closed || body[n] != ')'):
		return 0
	case closed:
		return open + n + 1
	case labeled, digits > 0 && (digits <= 2 || strings.Contains(body[:n], ".")):
		return n
	}
	return 0
}

// letterNumber measures a single letter or a Roman number.
func letterNumber(text string) int {
	n := 0
	for n < len(text) && 'a' <= text[n]|0x20 && text[n]|0x20 <= 'z' {
		n++
	}
	if n == 1 || n > 1 && n <= 6 && strings.Trim(strings.ToLower(text[:n]), "ivxlc") == "" {
		return n
	}
	return 0
}
