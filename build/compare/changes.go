package compare

import (
	"slices"
	"strings"

	"indigex.com/indigex/policy"
)

// A change is tokens without equal ones between them.
type change struct{ old, new []int }

// A blockChange is a replacement within a block of the section.
type blockChange struct {
	block int
	is    replacement
}

type replacement struct{ old, new string }

// element reports an element with the section that it is in.
func (r *report) element(e *element) {
	if e.newFrom < e.newTo {
		s := &r.sections[r.ofNew[r.new.blocks[e.newFrom].section]]
		r.blocks(s, e)
		return
	}
	r.blocks(&r.sections[r.ofOld[r.old.blocks[e.oldFrom].section]], e)
}

// blocks adds the blocks of an element to a section and counts its words.
func (r *report) blocks(s *sectionReport, e *element) {
	switch {
	case e.newFrom == e.newTo:
		b := wholeBlock(&r.old.blocks[e.oldFrom], policy.SectionRemoved, policy.OpDelete)
		b.Words = r.old.words(e.oldFrom, e.oldTo)
		if e.moved >= 0 {
			b.MovedTo = r.new.sections[e.moved].id
		}
		s.WordsRemoved += b.Words
		s.Blocks = append(s.Blocks, b)
		s.open.old = appendRange(s.open.old, r.old.blocks[e.oldFrom].from, r.old.blocks[e.oldFrom].to)
	case e.oldFrom == e.oldTo:
		b := wholeBlock(&r.new.blocks[e.newFrom], policy.SectionAdded, policy.OpInsert)
		b.Words = r.new.words(e.newFrom, e.newTo)
		if e.moved >= 0 {
			b.MovedFrom = r.old.sections[e.moved].id
		}
		s.WordsAdded += b.Words
		s.Blocks = append(s.Blocks, b)
		s.open.new = appendRange(s.open.new, r.new.blocks[e.newFrom].from, r.new.blocks[e.newFrom].to)
	default:
		r.words(s, e)
		r.both(s, e)
	}
}

func wholeBlock(b *block, status policy.SectionStatus, op policy.OpKind) policy.BlockComparison {
	return policy.BlockComparison{
		Kind: b.kind, Level: b.level, Marker: b.marker, Status: status,
		Ops: []policy.Op{{Kind: op, Text: b.text}},
	}
}

func appendRange(list []int, from, to int) []int {
	for i := from; i < to; i++ {
		list = append(list, i)
	}
	return list
}

// both adds the blocks of an element that has both sides.
func (r *report) both(s *sectionReport, e *element) {
	var w opWriter
	w.element(r.pair, e)
	old, new := e.oldFrom, e.newFrom
	first := len(s.Blocks)
	for _, ops := range cutLines(w.finish()) {
		if onlyDeleted(ops) {
			b := wholeBlock(&r.old.blocks[old], policy.SectionRemoved, policy.OpDelete)
			b.Ops = ops
			s.Blocks = append(s.Blocks, b)
			old = min(old+1, e.oldTo-1)
			continue
		}
		b := wholeBlock(&r.new.blocks[new], policy.SectionUnchanged, policy.OpEqual)
		b.Ops, b.Words = ops, r.new.words(new, new+1)
		if changesWords(ops) {
			b.Status = policy.SectionChanged
		}
		s.Blocks = append(s.Blocks, b)
		old, new = min(old+1, e.oldTo-1), min(new+1, e.newTo-1)
	}
	r.links(s, e, s.Blocks[first:])
}

// changesWords says whether operations change more than white space.
func changesWords(ops []policy.Op) bool {
	return slices.ContainsFunc(ops, func(op policy.Op) bool {
		return op.Kind != policy.OpEqual && strings.Trim(op.Text, " \t\n") != ""
	})
}

// words counts the words that an element changes and gathers its changes.
func (r *report) words(s *sectionReport, e *element) {
	r.close(s, none)
	block := none
	if e.oldTo-e.oldFrom == 1 && e.newTo-e.newFrom == 1 {
		block = len(s.Blocks)
	}
	removed, added := touched{tokens: r.old.tokens}, touched{tokens: r.new.tokens}
	for _, cell := range e.cells {
		for _, piece := range cell {
			if piece.equal {
				r.close(s, block)
				continue
			}
			for i := piece.oldFrom; i < piece.oldTo; i++ {
				removed.touch(i)
			}
			for i := piece.newFrom; i < piece.newTo; i++ {
				added.touch(i)
			}
			s.open.old = appendRange(s.open.old, piece.oldFrom, piece.oldTo)
			s.open.new = appendRange(s.open.new, piece.newFrom, piece.newTo)
		}
		r.close(s, block)
	}
	s.WordsRemoved += removed.n
	s.WordsAdded += added.n
}

// touched counts the words, as they stand between spaces, of which a token
// has changed. The number of a heading counts for none.
type touched struct {
	tokens []token
	n      int
	// end is the end of the tokens that were looked at.
	end int
}

// touch counts a token that changed; tokens come in order.
func (t *touched) touch(i int) {
	if t.tokens[i].numbering {
		return
	}
	at := i
	for at >= t.end && !t.tokens[at].start {
		at--
	}
	if at >= t.end {
		t.n++
	}
	t.end = i + 1
}

// links adds to the blocks of an element the links that lead elsewhere.
func (r *report) links(s *sectionReport, e *element, blocks []policy.BlockComparison) {
	at := 0
	var open *policy.LinkChange
	for _, cell := range e.cells {
		for _, piece := range cell {
			if !piece.equal {
				open = nil
				continue
			}
			for k := range piece.oldTo - piece.oldFrom {
				o, n := &r.old.tokens[piece.oldFrom+k], &r.new.tokens[piece.newFrom+k]
				for piece.newFrom+k >= r.new.blocks[e.newFrom+at].to {
					at++
				}
				switch {
				case o.link == n.link:
					open = nil
				case open != nil && open.Old == o.link && open.New == n.link && !n.line:
					open.Text += n.space + n.text
				default:
					b := lineOf(blocks, at)
					b.Links = append(b.Links, policy.LinkChange{Text: n.text, Old: o.link, New: n.link})
					open = &b.Links[len(b.Links)-1]
					s.links++
				}
			}
		}
	}
}

// lineOf returns the nth block that the new text has.
func lineOf(blocks []policy.BlockComparison, n int) *policy.BlockComparison {
	for i := range blocks {
		if blocks[i].Status != policy.SectionRemoved {
			if n == 0 {
				return &blocks[i]
			}
			n--
		}
	}
	return &blocks[len(blocks)-1]
}

// none stands for the block of a change that is not within one.
const none = -1

// close ends the change that is open in a section and judges it.
func (r *report) close(s *sectionReport, block int) {
	c := s.open
	if len(c.old) == 0 && len(c.new) == 0 {
		return
	}
	edit := r.judge.edit(c)
	s.open.old, s.open.new = s.open.old[:0], s.open.new[:0]
	if w := weightOf(edit.Kind); heavier(w, s.Proposed) {
		s.Proposed, s.Decisive = w, edit
	}
	if edit.Kind == policy.EditNumbering {
		return
	}
	is := replacement{edit.Old, edit.New}
	r.counts[is]++
	s.changes = append(s.changes, blockChange{block, is})
}
