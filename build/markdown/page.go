package markdown

import (
	"bytes"
	"unicode/utf8"

	"indigex.com/indigex/build/problem"
)

// A page is a document while it is written.
type page struct {
	code *highlighter
	// src is the body: line endings are LF, the encoding is valid.
	src []byte
	out []byte
	// scratch holds the text of a block of code.
	scratch []byte

	gaps        []Gap
	headings    []Heading
	anchors     []string
	problems    problem.List
	excerpt     string
	words       int
	highlighted bool

	// first is the line of the file at which src begins, indent the number
	// of characters before it on that line.
	first, indent int
	// line is the line that begins at lineStart, the last one asked for.
	line, lineStart int

	// level is that of the last heading; the title of the page is 1.
	level  int
	ids    map[string]anchor
	tables int
	// notes says that there may be footnotes.
	notes bool

	// inWord, double and single carry words and open quotes from one piece
	// of text to the next.
	inWord         bool
	double, single int

	// inLink keeps links out of links. bare writes the inline HTML of a
	// table of contents, which has no links, pictures and footnote marks.
	inLink, bare bool
}

// place returns the line and the column of an offset into src. It is cheap
// where offsets grow, as they do but for footnotes.
func (p *page) place(offset int) (line, col int) {
	offset = max(0, min(offset, len(p.src)))
	if offset < p.lineStart {
		p.line, p.lineStart = p.first, 0
	}
	between := p.src[p.lineStart:offset]
	if last := bytes.LastIndexByte(between, '\n'); last >= 0 {
		p.line += bytes.Count(between, []byte("\n"))
		p.lineStart += last + 1
	}
	col = 1 + utf8.RuneCount(p.src[p.lineStart:offset])
	if p.line == p.first {
		col += p.indent
	}
	return p.line, col
}

// report adds a problem at an offset into src.
func (p *page) report(offset int, severity problem.Severity, rule, message, hint string) {
	if p.bare {
		return // it was reported when the heading itself was written
	}
	line, col := p.place(offset)
	source := p.src[p.lineStart:]
	if end := bytes.IndexByte(source, '\n'); end >= 0 {
		source = source[:end]
	}
	p.problems = append(p.problems, problem.Problem{
		Line: line, Col: col, Severity: severity, Rule: rule,
		Message: message, Source: string(source), Hint: hint,
	})
}

// gap leaves a hole at the end of what is written so far.
func (p *page) gap(kind GapKind, target string, offset int) {
	line, col := p.place(offset)
	p.gaps = append(p.gaps, Gap{Offset: len(p.out), Kind: kind, Target: target, Line: line, Col: col})
}

func (p *page) write(s string) { p.out = append(p.out, s...) }
