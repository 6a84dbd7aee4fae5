package templates

import (
	"strconv"
	"strings"

	"indigex.com/indigex/policy"
)

// A fold is how much of a block a reader wants to see.
type fold int

const (
	// shown blocks have a change.
	shown fold = iota
	// same blocks have none.
	same
	// repeated blocks have only changes that are told at the top.
	repeated
)

// A shape is what blocks are as HTML.
type shape int

const (
	prose shape = iota
	items
	rows
	lines
)

// A part is neighboring blocks of one shape: a paragraph, a list, a table.
type part struct {
	shape  shape
	blocks []policy.BlockComparison
}

// A stretch is parts that are folded alike, under one summary; those that are
// shown have none.
type stretch struct {
	fold  fold
	parts []part
}

// fewWords is how many a stretch must have to be folded: a line that says
// what is folded takes as much room as they do.
const fewWords = 15

func foldOf(b *policy.BlockComparison) fold {
	switch {
	case b.Repeated:
		return repeated
	case b.Status == policy.SectionUnchanged:
		return same
	}
	return shown
}

func shapeOf(k policy.BlockKind) shape {
	switch k {
	case policy.BlockItem:
		return items
	case policy.BlockHead, policy.BlockRow:
		return rows
	case policy.BlockCode:
		return lines
	}
	return prose
}

// parts divides blocks into lists, tables, code, and what stands alone.
func parts(blocks []policy.BlockComparison) []part {
	var all []part
	for i, b := range blocks {
		s, last := shapeOf(b.Kind), len(all)-1
		begins := last < 0 || s == prose || all[last].shape != s ||
			b.Kind == policy.BlockHead && blocks[i-1].Kind == policy.BlockRow
		if begins {
			all = append(all, part{shape: s})
			last++
		}
		all[last].blocks = append(all[last].blocks, b)
	}
	return all
}

// stretches joins neighboring parts that fold alike. A part folds whole or
// not at all, but that a list gives its unchanged ends away; what is folded
// in its middle is up to [part.stretches].
func stretches(all []part) []stretch {
	var list []stretch
	add := func(f fold, p part) {
		if len(p.blocks) == 0 {
			return
		}
		if last := len(list) - 1; last >= 0 && list[last].fold == f {
			list[last].parts = append(list[last].parts, p)
		} else {
			list = append(list, stretch{fold: f, parts: []part{p}})
		}
	}
	for _, p := range all {
		if f := p.fold(); f != shown || p.shape != items {
			add(f, p)
			continue
		}
		from, to := 0, len(p.blocks)
		for foldOf(&p.blocks[from]) == same {
			from++
		}
		for to > from && foldOf(&p.blocks[to-1]) == same {
			to--
		}
		add(same, part{items, p.blocks[:from]})
		add(shown, part{items, p.blocks[from:to]})
		add(same, part{items, p.blocks[to:]})
	}
	return unfoldShort(list)
}

// fold is that of all blocks, or else shown.
func (p *part) fold() fold {
	f := foldOf(&p.blocks[0])
	for i := range p.blocks {
		if foldOf(&p.blocks[i]) != f {
			return shown
		}
	}
	return f
}

// stretches divides the items or rows of a part; each stretch has one part.
func (p *part) stretches() []stretch {
	var list []stretch
	for _, b := range p.blocks {
		f := foldOf(&b)
		if b.Kind == policy.BlockHead {
			f = shown
		}
		last := len(list) - 1
		if last < 0 || list[last].fold != f {
			list = append(list, stretch{fold: f, parts: []part{{shape: p.shape}}})
			last++
		}
		part := &list[last].parts[0]
		part.blocks = append(part.blocks, b)
	}
	return unfoldShort(list)
}

// unfoldShort shows the unchanged stretches of a few words.
func unfoldShort(list []stretch) []stretch {
	for i := range list {
		if s := &list[i]; s.fold == same && s.words() < fewWords {
			s.fold = shown
		}
	}
	return list
}

func (s *stretch) words() int {
	n := 0
	for i := range s.parts {
		for j := range s.parts[i].blocks {
			n += s.parts[i].blocks[j].Words
		}
	}
	return n
}

// summary says what is folded, as in "3 paragraphs and 2 items unchanged".
func (s *stretch) summary() string {
	var order []string
	counts := map[string]int{}
	for i := range s.parts {
		for j := range s.parts[i].blocks {
			noun := nounOf(s.parts[i].blocks[j].Kind)
			if counts[noun] == 0 {
				order = append(order, noun)
			}
			counts[noun]++
		}
	}
	for i, noun := range order {
		order[i] = count(counts[noun], noun)
	}
	if s.fold == repeated {
		return series(order) + " changed only as said above"
	}
	return series(order) + " unchanged"
}

func nounOf(k policy.BlockKind) string {
	switch k {
	case policy.BlockItem:
		return "item"
	case policy.BlockHead, policy.BlockRow:
		return "row"
	case policy.BlockCode:
		return "line"
	case policy.BlockNote:
		return "footnote"
	case policy.BlockHeading:
		return "heading"
	}
	return "paragraph"
}

// heads divides a table's rows into those that name its columns and the rest.
func (p *part) heads() (heads, rest []policy.BlockComparison) {
	n := 0
	for n < len(p.blocks) && p.blocks[n].Kind == policy.BlockHead {
		n++
	}
	return p.blocks[:n], p.blocks[n:]
}

// columns counts the cells of a table's longest row.
func (p *part) columns() int {
	n := 1
	for i := range p.blocks {
		n = max(n, len(p.blocks[i].Cells()))
	}
	return n
}

// class tells the style what became of a block, and how deep in lists it
// stands. It follows another class.
func class(b *policy.BlockComparison) string {
	var names []string
	switch b.Status {
	case policy.SectionAdded:
		names = append(names, "added")
	case policy.SectionRemoved:
		names = append(names, "removed")
	}
	depth := b.Level
	switch b.Kind {
	case policy.BlockItem:
		depth--
	case policy.BlockTerm:
		names = append(names, "term")
	case policy.BlockDefinition:
		depth++
	}
	if depth > 0 {
		names = append(names, "in-"+strconv.Itoa(min(depth, 3)))
	}
	if len(names) == 0 {
		return ""
	}
	return " " + strings.Join(names, " ")
}

// twoSided says that a block stands on both sides.
func twoSided(b *policy.BlockComparison) bool {
	return b.Status != policy.SectionAdded && b.Status != policy.SectionRemoved
}
