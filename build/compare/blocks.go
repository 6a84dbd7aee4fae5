package compare

import "indigex.com/indigex/policy"

// An element is a stretch of blocks on both sides that belong together, or
// blocks of one side. Its words are compared cell by cell where it is a row
// of a table, else as one cell.
type element struct {
	oldFrom, oldTo int
	newFrom, newTo int
	cells          [][]piece
	// moved is the section on the other side that has the block, word for
	// word; -1 where none has.
	moved int
}

func (e *element) both() bool { return e.oldFrom < e.oldTo && e.newFrom < e.newTo }

// alignBlocks compares the blocks of each group.
func (p *pair) alignBlocks() {
	for i := range p.groups {
		g := &p.groups[i]
		a := aligner{pair: p, old: p.old.blocksOf(g.old), new: p.new.blocksOf(g.new)}
		a.align(len(g.old) == 1 && len(g.new) == 1)
		g.elements = a.elements
	}
}

// blocksOf lists the blocks of sections.
func (s *side) blocksOf(sections []int) []int {
	var list []int
	for _, i := range sections {
		for b := s.sections[i].from; b < s.sections[i].to; b++ {
			list = append(list, b)
		}
	}
	return list
}

// An aligner pairs the blocks of a group, given by their numbers.
type aligner struct {
	*pair
	old, new []int
	elements []element
}

// align pairs equal blocks first and then what stands between them. A section
// and its partner have their headings in common, whatever these say.
func (a *aligner) align(partners bool) {
	i, j := 0, 0
	if partners && a.headings() {
		a.beside(a.old[0], a.new[0])
		i, j = 1, 1
	}
	oldLines, newLines := make([]int32, len(a.old)-i), make([]int32, len(a.new)-j)
	for k := range oldLines {
		oldLines[k] = a.pair.old.lines[a.old[i+k]]
	}
	for k := range newLines {
		newLines[k] = a.pair.new.lines[a.new[j+k]]
	}
	first := i
	for _, r := range a.equalRuns(oldLines, newLines) {
		a.gap(i, r.old+first, j, r.new+first)
		i, j = r.old+first, r.new+first
		for range r.n {
			a.beside(a.old[i], a.new[j])
			i, j = i+1, j+1
		}
	}
	a.gap(i, len(a.old), j, len(a.new))
}

func (a *aligner) headings() bool {
	return len(a.old) > 0 && len(a.new) > 0 &&
		a.pair.old.blocks[a.old[0]].kind == policy.BlockHeading && a.pair.new.blocks[a.new[0]].kind == policy.BlockHeading
}

// beside adds an element of one block on each side.
func (a *aligner) beside(old, new int) { a.together(old, old+1, new, new+1) }

// together adds an element of blocks that belong together.
func (a *aligner) together(oldFrom, oldTo, newFrom, newTo int) {
	e := element{oldFrom: oldFrom, oldTo: oldTo, newFrom: newFrom, newTo: newTo, moved: -1}
	e.cells = a.compareCells(&e)
	a.elements = append(a.elements, e)
}

// apart adds blocks that are only on one side, old[i:iEnd] and new[j:jEnd].
// One block in place of one of the same kind stays with it.
func (a *aligner) apart(i, iEnd, j, jEnd int) {
	if iEnd-i == 1 && jEnd-j == 1 && a.pair.old.blocks[a.old[i]].kind == a.pair.new.blocks[a.new[j]].kind {
		a.instead(a.old[i], a.new[j])
		return
	}
	for ; i < iEnd; i++ {
		a.elements = append(a.elements, element{oldFrom: a.old[i], oldTo: a.old[i] + 1, moved: -1})
	}
	for ; j < jEnd; j++ {
		a.elements = append(a.elements, element{newFrom: a.new[j], newTo: a.new[j] + 1, moved: -1})
	}
}

// instead adds a block that replaces another. In a short one equal words are
// still of help; in a long one they would be chance.
func (a *aligner) instead(old, new int) {
	const short = 8
	o, n := &a.pair.old.blocks[old], &a.pair.new.blocks[new]
	if a.pair.old.words(old, old+1) <= short || a.pair.new.words(new, new+1) <= short {
		a.beside(old, new)
		return
	}
	all := piece{oldFrom: o.from, oldTo: o.to, newFrom: n.from, newTo: n.to}
	a.elements = append(a.elements, element{
		oldFrom: old, oldTo: old + 1, newFrom: new, newTo: new + 1,
		cells: [][]piece{{all}}, moved: -1,
	})
}

// compareCells compares the words of an element: of a row by cell, where it
// has as many on both sides.
func (a *aligner) compareCells(e *element) [][]piece {
	o, n := a.pair.old.blocks[e.oldFrom:e.oldTo], a.pair.new.blocks[e.newFrom:e.newTo]
	oldFrom, oldTo, newFrom, newTo := o[0].from, o[len(o)-1].to, n[0].from, n[len(n)-1].to
	if len(o) == 1 && len(n) == 1 {
		if o[0].text == n[0].text {
			return [][]piece{{{true, oldFrom, oldTo, newFrom, newTo}}}
		}
		oldEnds, newEnds := a.pair.old.cellEnds(&o[0]), a.pair.new.cellEnds(&n[0])
		if len(oldEnds) > 1 && len(oldEnds) == len(newEnds) {
			return a.compareRow(oldFrom, oldEnds, newFrom, newEnds)
		}
	}
	return [][]piece{a.compareWords(oldFrom, oldTo, newFrom, newTo)}
}

func (a *aligner) compareRow(oldFrom int, oldEnds []int, newFrom int, newEnds []int) [][]piece {
	cells := make([][]piece, len(oldEnds))
	for c := range cells {
		cells[c] = a.compareWords(oldFrom, oldEnds[c], newFrom, newEnds[c])
		oldFrom, newFrom = oldEnds[c], newEnds[c]
	}
	return cells
}

// cellEnds returns where the tokens of each cell of a block end.
func (s *side) cellEnds(b *block) []int {
	var ends []int
	for i := b.from; i < b.to; i++ {
		for _, c := range s.tokens[i].space {
			if c == '\t' {
				ends = append(ends, i)
			}
		}
	}
	return append(ends, b.to)
}

// findMovedBlocks finds the blocks that were removed at one place and added,
// word for word, at another. Short ones recur by chance.
func (p *pair) findMovedBlocks() {
	const short = 5
	removed := map[int32][]*element{}
	p.each(func(e *element) {
		if e.newFrom == e.newTo && p.old.words(e.oldFrom, e.oldTo) >= short {
			line := p.old.lines[e.oldFrom]
			removed[line] = append(removed[line], e)
		}
	})
	p.each(func(e *element) {
		if e.oldFrom < e.oldTo {
			return
		}
		line := p.new.lines[e.newFrom]
		if from := removed[line]; len(from) > 0 {
			e.moved = p.old.blocks[from[0].oldFrom].section
			from[0].moved = p.new.blocks[e.newFrom].section
			removed[line] = from[1:]
		}
	})
}

func (p *pair) each(do func(*element)) {
	for i := range p.groups {
		for j := range p.groups[i].elements {
			do(&p.groups[i].elements[j])
		}
	}
}
