package markdown

import (
	"bytes"
	"fmt"
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

	gaps     []Gap
	headings []Heading
	anchors  []string
	problems problem.List
	// dropped counts the problems beyond the bound, worst is the worst of
	// them and next the first.
	dropped     int
	worst       problem.Severity
	next        problem.Problem
	excerpt     string
	words       int
	highlighted bool

	// first is the line of the file at which src begins, indent the number
	// of characters before it on that line.
	first, indent int
	// line is the line that begins at lineStart, the last one asked for.
	line, lineStart int
	// col is the column of the offset at, the last one asked for.
	col, at int

	// level is that of the last heading; the title of the page is 1.
	level  int
	ids    map[string]anchor
	tables int
	// missing are the footnotes that were reported as missing.
	missing map[string]bool
	// spent is what chroma was given, as the sum of squares.
	spent int
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
		p.line, p.lineStart, p.at = p.first, 0, 0
	}
	from := max(p.at, p.lineStart)
	if offset < from {
		from = p.lineStart
	}
	between := p.src[from:offset]
	if last := bytes.LastIndexByte(between, '\n'); last >= 0 {
		p.line += bytes.Count(between, []byte("\n"))
		p.lineStart = from + last + 1
		from = p.lineStart
	}
	if from == p.lineStart {
		p.col = 1
		if p.line == p.first {
			p.col += p.indent
		}
	}
	p.col += utf8.RuneCount(p.src[from:offset])
	p.at = offset
	return p.line, p.col
}

// full says that the next problem is counted and not told.
func (p *page) full() bool { return len(p.problems) >= maxProblems-1 }

// report adds a problem at an offset into src.
func (p *page) report(offset int, severity problem.Severity, rule, message, hint string) {
	if p.bare {
		return // it was reported when the heading itself was written
	}
	if p.full() {
		if p.dropped++; p.dropped > 1 {
			p.worst = min(p.worst, severity)
			return
		}
		p.worst = severity
	}
	line, col := p.place(offset)
	source := p.src[p.lineStart:]
	if len(source) > maxSource {
		source = bytes.ToValidUTF8(source[:maxSource], nil) // may end within a character
	}
	if end := bytes.IndexByte(source, '\n'); end >= 0 {
		source = source[:end]
	}
	found := problem.Problem{
		Line: line, Col: col, Severity: severity, Rule: rule,
		Message: message, Source: string(source), Hint: hint,
	}
	if p.dropped > 0 {
		p.next = found
		return
	}
	p.problems = append(p.problems, found)
}

// more adds what stands for the problems that are not told, as severe as the
// worst of them.
func (p *page) more() {
	if p.dropped == 1 {
		p.problems = append(p.problems, p.next)
		p.problems.Sort()
	}
	if p.dropped < 2 {
		return
	}
	p.problems = append(p.problems, problem.Problem{
		Line: p.next.Line, Col: p.next.Col, Severity: p.worst, Rule: "too-many",
		Message: fmt.Sprintf("there are %d more problems from here on", p.dropped), Source: p.next.Source,
		Hint: "mend those above first",
	})
}

// gap leaves a hole at the end of what is written so far.
func (p *page) gap(kind GapKind, target string, offset int) {
	line, col := p.place(offset)
	p.gaps = append(p.gaps, Gap{Offset: len(p.out), Kind: kind, Target: target, Line: line, Col: col})
}

func (p *page) write(s string) { p.out = append(p.out, s...) }
