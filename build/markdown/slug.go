package markdown

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// slug makes an id of ASCII letters, digits and single hyphens from the text
// of inline HTML.
func slug(html string) string {
	id := make([]byte, 0, len(html))
	for i := 0; i < len(html); {
		c, n := html[i], 1
		switch {
		case c == '<':
			n = strings.IndexByte(html[i:], '>') + 1
		case c == '&':
			_, n = entity([]byte(html[i:]))
		case c >= utf8.RuneSelf:
			var r rune
			r, n = utf8.DecodeRuneInString(html[i:])
			id = join(id, plainLetter(r))
		case isAlnum(c) && c <= 'Z' && c >= 'A':
			id = append(id, c|0x20)
		case isAlnum(c):
			id = append(id, c)
		case c <= ' ' || c == '-' || c == '_' || c == '/':
			id = join(id, "-")
		}
		i += n
	}
	id = bytes.TrimSuffix(id, []byte("-"))
	if len(id) == 0 {
		return "section"
	}
	return string(id)
}

// join appends letters, or a hyphen where that stands between others.
func join(id []byte, letters string) []byte {
	if letters == "-" && (len(id) == 0 || id[len(id)-1] == '-') {
		return id
	}
	return append(id, letters...)
}

// plainLetter returns the ASCII letters for a Latin letter with a mark, a
// hyphen for a dash or a space, and nothing for the rest.
func plainLetter(r rune) string {
	const marked = "àáâãäåāąçćčďđðèéêëēėęěğìíîïīįıłľñńňòóôõöøōőřśšşșťţțùúûüūůűųýÿžźż"
	const letters = "aaaaaaaacccdddeeeeeeeegiiiiiiillnnnoooooooorsssstttuuuuuuuuyyzzz"
	switch r = unicode.ToLower(r); r {
	case '–', '—', '\u00a0':
		return "-"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ß':
		return "ss"
	case 'þ':
		return "th"
	}
	if i := strings.IndexRune(marked, r); i >= 0 {
		n := utf8.RuneCountInString(marked[:i])
		return letters[n : n+1]
	}
	return ""
}
