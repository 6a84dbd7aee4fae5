package markdown

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// escapes says what a byte is written as, where it is not written as it is.
// Characters that HTML forbids become U+FFFD
// (https://html.spec.whatwg.org/#preprocessing-the-input-stream).
var escapes = func() (as [256]string) {
	for c := range ' ' {
		as[c] = "\ufffd"
	}
	as[0x7f] = "\ufffd"
	as['\t'], as['\n'], as['\r'] = "", "", " "
	as['<'], as['>'], as['&'], as['"'] = "&lt;", "&gt;", "&amp;", "&quot;"
	return as
}()

// escape appends text to the text of an element.
func escape(out, text []byte) []byte {
	from := 0
	for i, c := range text {
		if escapes[c] == "" || c == '"' {
			continue
		}
		out = append(append(out, text[from:i]...), escapes[c]...)
		from = i + 1
	}
	return append(out, text[from:]...)
}

// attribute appends text to the value of an attribute in double quotes.
func attribute(out, text []byte) []byte {
	from := 0
	for i, c := range text {
		if escapes[c] == "" {
			continue
		}
		out = append(append(out, text[from:i]...), escapes[c]...)
		from = i + 1
	}
	return append(out, text[from:]...)
}

// unescape resolves the backslash escapes and entities of Markdown. It
// returns text itself where there are none.
func unescape(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && util.IsPunct(text[i+1]):
			out = append(out, text[i+1])
			i += 2
		case c == '&':
			value, n := entity(text[i:])
			out = append(out, value...)
			i += n
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// entity reads the entity at the start of text and returns what it stands
// for and its length; the ampersand itself where there is none.
func entity(text []byte) ([]byte, int) {
	end := bytes.IndexByte(text[:min(len(text), 40)], ';')
	if end < 2 {
		return text[:1], 1
	}
	name := text[1:end]
	if name[0] != '#' {
		if known, ok := util.LookUpHTML5EntityByName(string(name)); ok {
			return known.Characters, end + 1
		}
		return text[:1], 1
	}
	digits, base := string(name[1:]), 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 24)
	if err != nil {
		return text[:1], 1
	}
	if n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		n = utf8.RuneError
	}
	return utf8.AppendRune(nil, rune(n)), end + 1
}
