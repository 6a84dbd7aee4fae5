package problem

import (
	"fmt"
	"strings"
	"unicode"
)

// Place is path:line:col, or the path alone for the whole file.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.Path
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, max(p.Col, 1))
}

// excerptWidth is how many characters of a source line are shown.
const excerptWidth = 100

// Excerpt returns the part of the source line around the column, at most 100
// characters of it, and a caret that stands below the column when both are
// set in a typewriter face. It has no control characters. Both are empty
// where there is no line to show.
func (p Problem) Excerpt() (source, caret string) {
	if strings.TrimSpace(p.Source) == "" || p.Line == 0 {
		return "", ""
	}
	line := []rune(clean(strings.ReplaceAll(p.Source, "\t", " ")))
	at := min(max(p.Col, 1), len(line)+1) - 1
	from := 0
	if len(line) > excerptWidth && at > excerptWidth-20 {
		from = min(at-excerptWidth/2, len(line)-excerptWidth)
	}
	to := min(len(line), from+excerptWidth)
	before, after := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(line) {
		after = "…"
	}
	indent := cells(before) + cells(string(line[from:at]))
	return before + string(line[from:to]) + after, strings.Repeat(" ", indent) + "^"
}

// wide are the characters that take two cells of a terminal: the wide and
// fullwidth ones of Unicode Standard Annex #11, by their main blocks.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, {Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}

// cells is how many cells of a terminal a text takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// clean keeps control characters of content out of the terminal: those that
// move the cursor or change colours, and those that turn the direction of
// text around.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
