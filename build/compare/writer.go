package compare

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	extast "github.com/yuin/goldmark/extension/ast"

	"indigex.com/indigex/policy"
)

// A writer gathers visible text, block by block.
type writer struct {
	src  []byte
	text *Text
	// line is the text of the block that is being written; space and cells
	// wait for what follows.
	line  []byte
	space bool
	cells int
	kind  policy.BlockKind
	// level is the heading's, else lists counts the lists around.
	level, lists int
	marker       string
	// quiet says that a callout's title is being written.
	callout bool
	// links are where parts of the line lead; href is where the text that
	// is written next does.
	links []span
	href  string
	// used counts ids, so that none is made twice.
	used map[string]int
	// notes are the footnotes by index, waiting those that the section has
	// referred to.
	notes   map[int]*extast.Footnote
	waiting []*extast.Footnote
}

// A span is a part of a line that leads somewhere.
type span struct {
	from, to int
	href     string
}

// begin starts a block. What was written before belongs to one of its own.
func (w *writer) begin(kind policy.BlockKind) {
	w.flush()
	w.kind = kind
}

// write adds text to the block. White space becomes one space, and none at
// the ends; what has no width is left out.
func (w *writer) write(text []byte) {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case unicode.IsSpace(r):
			w.space = true
		case isInvisible(r):
		default:
			w.put(text[:n])
		}
		text = text[n:]
	}
}

func (w *writer) put(character []byte) {
	switch {
	case w.cells > 0:
		for range w.cells {
			w.line = append(w.line, '\t')
		}
	case w.space && len(w.line) > 0:
		w.line = append(w.line, ' ')
	}
	w.space, w.cells = false, 0
	if w.href != "" {
		w.link(len(w.line), len(w.line)+len(character))
	}
	w.line = append(w.line, character...)
}

// link notes that a part of the line leads to href. A space within a link is
// part of it.
func (w *writer) link(from, to int) {
	if n := len(w.links); n > 0 && w.links[n-1].href == w.href && w.links[n-1].to >= from-1 {
		w.links[n-1].to = to
		return
	}
	w.links = append(w.links, span{from, to, w.href})
}

// isInvisible holds for characters that nobody sees and that change nothing
// in what stands around them.
func isInvisible(r rune) bool {
	return r == '\u00ad' || r == '\u200b' || r == '\u2060' || r == '\ufeff' || unicode.IsControl(r)
}

// flush ends the block. A block without text is none.
func (w *writer) flush() {
	if len(w.line) > 0 {
		w.endBlock()
	}
	w.line, w.links = w.line[:0], w.links[:0]
	w.space, w.cells, w.marker, w.level = false, 0, "", 0
	w.kind = policy.BlockParagraph
}

func (w *writer) endBlock() {
	t := w.text
	b := block{kind: w.kind, level: w.lists, marker: w.marker, from: len(t.tokens), text: string(w.line)}
	if w.kind == policy.BlockHeading {
		b.level = w.level
	}
	if len(t.sections) == 0 {
		t.sections = append(t.sections, section{})
	}
	t.tokens = tokenize(t.tokens, b.text)
	b.to = len(t.tokens)
	b.section = len(t.sections) - 1
	w.setLinks(t.tokens[b.from:])
	t.blocks = append(t.blocks, b)
	t.sections[b.section].to = len(t.blocks)
}

// setLinks tells the tokens of a line where they lead.
func (w *writer) setLinks(tokens []token) {
	at, next := 0, 0
	for i := range tokens {
		at += len(tokens[i].space)
		for next < len(w.links) && w.links[next].to <= at {
			next++
		}
		at += len(tokens[i].text)
		if next < len(w.links) && w.links[next].from < at {
			tokens[i].link = w.links[next].href
		}
	}
}

// heading writes what is in the line as a heading with which a section
// begins.
func (w *writer) heading(level int, id string) {
	if len(w.line) == 0 {
		w.flush()
		return
	}
	title, space, links := w.line, w.space, w.links
	w.line, w.links = nil, nil
	w.endSection()
	w.line, w.space, w.links = title, space, links

	s := section{id: id, explicit: id != "", level: level, from: len(w.text.blocks)}
	s.number, s.title = splitNumber(string(title))
	s.id = w.unique(id, s.title)
	w.text.sections = append(w.text.sections, s)
	w.kind, w.level = policy.BlockHeading, level
	w.flush()
	w.number(&s)
}

// number marks the tokens of a heading's number.
func (w *writer) number(s *section) {
	b := w.text.blocks[s.from]
	at := 0
	for i := b.from; i < b.to; i++ {
		t := &w.text.tokens[i]
		if at += len(t.space) + len(t.text); at > len(s.number) {
			return
		}
		t.numbering = true
	}
}

// unique returns an id that no section has: the one chosen, one made of the
// title, or such a one with a number.
func (w *writer) unique(id, title string) string {
	if id == "" {
		id = slug(title)
	}
	base := id
	for {
		n := w.used[id]
		w.used[id]++
		if n == 0 {
			return id
		}
		w.used[base] = max(w.used[base], n+1)
		id = base + "-" + strconv.Itoa(w.used[base])
	}
}

// slug makes an id of letters, digits and hyphens.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !isInner(r) || r == '_' })
	if len(words) == 0 {
		return "section"
	}
	return strings.Join(words, "-")
}
