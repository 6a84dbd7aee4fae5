package compare

import (
	"strings"

	"indigex.com/indigex/policy"
)

// A Text is the visible text of a Markdown file. It is immutable.
type Text struct {
	tokens   []token
	blocks   []block
	sections []section
}

// A block is a line of visible text: tokens[from:to].
type block struct {
	kind     policy.BlockKind
	level    int
	marker   string
	section  int
	from, to int
	text     string
}

// A section is a heading and what follows it: blocks[from:to]. The first
// section of a text may lack a heading.
type section struct {
	id       string
	explicit bool
	level    int
	number   string
	// title has no number in front.
	title    string
	from, to int
}

// A Section is one section of a text: a heading and what stands below it, up
// to the next heading of any level.
type Section struct {
	// ID is the one that the author chose, else one made from the title.
	// It is empty for what stands before the first heading.
	ID       string
	Explicit bool
	// Level is that of the heading, 1 to 6.
	Level int
	// Title is the heading's text, its number included.
	Title string
	// Text is the visible text with the heading, one block a line, and
	// Words counts what stands between spaces in it.
	Text  string
	Words int
}

// String returns the visible text, one block a line, each ended by a line
// feed.
func (t *Text) String() string { return t.lines(0, len(t.blocks)) }

func (t *Text) lines(from, to int) string {
	var b strings.Builder
	for _, block := range t.blocks[from:to] {
		b.WriteString(block.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Sections returns the sections in order.
func (t *Text) Sections() []Section {
	all := make([]Section, len(t.sections))
	for i, s := range t.sections {
		all[i] = Section{
			ID: s.id, Explicit: s.explicit, Level: s.level, Title: s.heading(),
			Text:  t.lines(s.from, s.to),
			Words: t.words(s.from, s.to),
		}
	}
	return all
}

// words counts the words of blocks.
func (t *Text) words(from, to int) int {
	n := 0
	for _, b := range t.blocks[from:to] {
		for _, k := range t.tokens[b.from:b.to] {
			if k.start {
				n++
			}
		}
	}
	return n
}

// heading returns the title as it stands in the text.
func (s *section) heading() string {
	if s.number == "" {
		return s.title
	}
	return s.number + " " + s.title
}
