package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// Kinds of bytes in prose.
const (
	letter = iota // letters, digits, and all that is not ASCII
	space
	punctuation // stands for itself
	pair        // means something else when doubled: - and .
	special     // escaped, or the start of something else
)

// prose says of each byte what it is in prose.
var prose = func() (kinds [256]uint8) {
	for c := range kinds[:0x80] {
		switch {
		case c == ' ' || c == '\n' || c == '\t':
			kinds[c] = space
		case c < ' ' || c == 0x7f:
			kinds[c] = special
		case '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z':
			kinds[c] = letter
		default:
			kinds[c] = punctuation
		}
	}
	for _, c := range `\&<>"'` {
		kinds[c] = special
	}
	kinds['-'], kinds['.'] = pair, pair
	return kinds
}()

// text writes src[from:to] as prose: escapes and entities resolved, with
// typographic quotes, dashes and ellipses. It may look at what stands around
// the range in src.
func (p *page) text(src []byte, from, to int) {
	start := from
	for i := from; i < to; {
		c := src[i]
		switch prose[c] {
		case letter:
			p.inWord = true
		case space:
			p.endWord()
		case pair:
			if i+1 < to && src[i+1] == c {
				p.out = append(p.out, src[start:i]...)
				i += p.run(src[i:to])
				start = i
				continue
			}
		case special:
			p.out = append(p.out, src[start:i]...)
			i += p.special(src, i, to)
			start = i
			continue
		}
		i++
	}
	p.out = append(p.out, src[start:to]...)
}

// endWord counts a word that has ended.
func (p *page) endWord() {
	if p.inWord && !p.bare {
		p.words++
	}
	p.inWord = false
}

// run writes the hyphens or full stops that text begins with and returns
// their number.
func (p *page) run(text []byte) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	switch {
	case text[0] == '-' && n == 2:
		p.write("–")
	case text[0] == '-' && n == 3:
		p.write("—")
	case text[0] == '.' && n == 3:
		p.write("…")
	default:
		p.out = append(p.out, text[:n]...)
	}
	return n
}

// special writes the one at src[i] and returns the number of bytes read.
func (p *page) special(src []byte, i, to int) int {
	switch src[i] {
	case '\\':
		if i+1 < to && util.IsPunct(src[i+1]) {
			p.out = escape(p.out, src[i+1:i+2])
			return 2
		}
	case '&':
		value, n := entity(src[i:to])
		p.inWord = p.inWord || n > 1
		p.out = escape(p.out, value)
		return n
	case '"', '\'':
		p.quote(src, i)
		return 1
	}
	p.out = escape(p.out, src[i:i+1])
	return 1
}

// quote writes the quotation mark at src[i] as an opening or closing one, as
// an apostrophe, or as it is where it means inches or feet.
func (p *page) quote(src []byte, i int) {
	before, _ := utf8.DecodeLastRune(src[:i])
	after, _ := utf8.DecodeRune(src[i+1:])
	if i == 0 {
		before = ' '
	}
	if i+1 == len(src) {
		after = ' '
	}
	left, right, count := "“", "”", &p.double
	if src[i] == '\'' {
		left, right, count = "‘", "’", &p.single
	}
	straight := src[i : i+1]
	switch {
	case unicode.IsSpace(before) && unicode.IsSpace(after):
		p.out = append(p.out, straight...)
	case isWord(before) && isWord(after):
		if src[i] == '\'' && !unicode.IsDigit(after) {
			p.write(right)
		} else {
			p.out = append(p.out, straight...)
		}
	case unicode.IsDigit(before) && *count == 0:
		p.out = append(p.out, straight...)
	case src[i] == '\'' && unicode.IsDigit(after) && !isWord(before):
		p.write(right) // the '90s
	case opens(before, after, *count):
		*count++
		p.write(left)
	default:
		*count = max(0, *count-1)
		p.write(right)
	}
}

// opens says whether a quotation mark between two characters, not both of
// them spaces or letters, is an opening one. open counts those not closed.
func opens(before, after rune, open int) bool {
	switch {
	case unicode.IsSpace(before):
		return true
	case unicode.IsSpace(after), isWord(before):
		return false
	case isWord(after):
		return true
	}
	return open == 0
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// flush ends the words and quotes of a block.
func (p *page) flush() {
	p.endWord()
	p.double, p.single = 0, 0
}

// Smart gives plain text the quotes, dashes and ellipses that prose has.
func Smart(text string) string {
	if !strings.ContainsAny(text, `"'-.`) {
		return text
	}
	src, p := []byte(text), &page{bare: true}
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '"' || c == '\'':
			p.quote(src, i)
			i++
		case (c == '-' || c == '.') && i+1 < len(src) && src[i+1] == c:
			i += p.run(src[i:])
		default:
			p.out = append(p.out, c)
			i++
		}
	}
	return string(p.out)
}
