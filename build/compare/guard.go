package compare

import "bytes"

// Where the time of the Markdown parser grows with the square of something,
// that is bounded, far beyond what anybody writes. From the line on that goes
// beyond a bound, the text is read as lines without markup, so that nothing
// of it is lost to the comparison.
const (
	// maxDepth is for the quotations and lists that one line begins: the
	// parser calls itself for each.
	maxDepth = 200
	// maxMarks is for the marks of links, emphasis and HTML in a paragraph.
	maxMarks = 5000
	// maxBraces is for a line, which a heading's attributes may end.
	maxBraces = 100
	// maxCells is for the cells of a table: a short row is filled up.
	maxCells = 100_000
)

// markupEnds returns where the first line stands that goes beyond a bound, or
// the end of the source.
func markupEnds(src []byte) int {
	marks, columns, rows, paragraph := 0, 0, 0, 0
	for at := 0; at < len(src); {
		line := src[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		if len(bytes.TrimSpace(line)) == 0 {
			marks, columns, rows, paragraph = 0, 0, 0, at
		}
		braces := 0
		for _, c := range line {
			switch c {
			case '[', '*', '_', '<', '~':
				marks++
			case '{':
				braces++
			}
		}
		if rows++; isDelimiterRow(line) {
			columns, rows = 1+bytes.Count(line, []byte("|")), 0
		}
		if marks > maxMarks || braces > maxBraces || columns*rows > maxCells {
			return paragraph
		}
		if len(line) > maxDepth && depth(line) > maxDepth {
			return at
		}
		at += len(line) + 1
	}
	return len(src)
}

// isDelimiterRow says whether a line may stand below the head of a table.
func isDelimiterRow(line []byte) bool {
	return bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, "|:- \t>")) == 0
}

// depth counts the marks of quotations and lists with which a line begins.
func depth(line []byte) int {
	for n := 0; ; n++ {
		line = bytes.TrimLeft(line, " \t")
		rest := bytes.TrimLeft(line, "0123456789")
		switch {
		case len(rest) > 0 && rest[0] == '>' && len(rest) == len(line):
		case len(rest) > 1 && rest[1] <= ' ' && bytes.IndexByte([]byte("-+*.)"), rest[0]) >= 0:
		default:
			return n
		}
		line = rest[1:]
	}
}
