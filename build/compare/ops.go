package compare

import (
	"strings"

	"indigex.com/indigex/policy"
)

// An opWriter gathers operations. Deletions and insertions wait until text
// follows that is equal, so that neighbors differ in kind.
type opWriter struct {
	ops          []policy.Op
	equal        strings.Builder
	deleted, ins strings.Builder
}

func (w *opWriter) keep(text string) {
	if text == "" {
		return
	}
	w.flushChange()
	w.equal.WriteString(text)
}

// flushChange ends a change. White space that both sides have at its ends is
// no part of it.
func (w *opWriter) flushChange() {
	if w.deleted.Len() == 0 && w.ins.Len() == 0 {
		return
	}
	del, ins := w.deleted.String(), w.ins.String()
	w.deleted.Reset()
	w.ins.Reset()
	head := commonSpace(del, ins)
	w.equal.WriteString(del[:head])
	del, ins = del[head:], ins[head:]
	tail := commonSpaceEnd(del, ins)
	rest := del[len(del)-tail:]
	del, ins = del[:len(del)-tail], ins[:len(ins)-tail]
	if del != "" || ins != "" {
		w.flushEqual()
	}
	w.add(policy.OpDelete, del)
	w.add(policy.OpInsert, ins)
	w.equal.WriteString(rest)
}

func (w *opWriter) flushEqual() {
	w.add(policy.OpEqual, w.equal.String())
	w.equal.Reset()
}

func (w *opWriter) add(kind policy.OpKind, text string) {
	if text != "" {
		w.ops = append(w.ops, policy.Op{Kind: kind, Text: text})
	}
}

func (w *opWriter) finish() []policy.Op {
	w.flushChange()
	w.flushEqual()
	return w.ops
}

func commonSpace(a, b string) int {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] && isSpace(a[at]) {
		at++
	}
	return at
}

func commonSpaceEnd(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] && isSpace(a[len(a)-1-n]) {
		n++
	}
	return n
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

// element writes the operations of an element, without its last line end.
func (w *opWriter) element(p *pair, e *element) {
	switch {
	case e.oldFrom == e.oldTo:
		w.ins.WriteString(p.new.blocks[e.newFrom].text)
	case e.newFrom == e.newTo:
		w.deleted.WriteString(p.old.blocks[e.oldFrom].text)
	case p.identical(e):
		w.keep(p.new.blocks[e.newFrom].text)
	default:
		for i, cell := range e.cells {
			if i > 0 {
				w.keep("\t")
			}
			w.cell(p, cell, i > 0)
		}
	}
}

// identical says whether an element is the same block on both sides.
func (p *pair) identical(e *element) bool {
	return e.oldTo-e.oldFrom == 1 && e.newTo-e.newFrom == 1 && p.old.lines[e.oldFrom] == p.new.lines[e.newFrom]
}

// cell writes the pieces of a cell; tabs before the cells of a row are
// written already.
func (w *opWriter) cell(p *pair, pieces []piece, row bool) {
	oldStart, newStart := true, true
	for _, piece := range pieces {
		if !piece.equal {
			for i := piece.oldFrom; i < piece.oldTo; i++ {
				w.deleted.WriteString(space(p.old.tokens, i, oldStart, row))
				w.deleted.WriteString(p.old.tokens[i].text)
				oldStart = false
			}
			for i := piece.newFrom; i < piece.newTo; i++ {
				w.ins.WriteString(space(p.new.tokens, i, newStart, row))
				w.ins.WriteString(p.new.tokens[i].text)
				newStart = false
			}
			continue
		}
		for k := range piece.oldTo - piece.oldFrom {
			before, now := space(p.old.tokens, piece.oldFrom+k, oldStart, row), space(p.new.tokens, piece.newFrom+k, newStart, row)
			oldStart, newStart = false, false
			if before == now {
				w.keep(before)
			} else {
				w.deleted.WriteString(before)
				w.ins.WriteString(now)
			}
			w.keep(p.old.tokens[piece.oldFrom+k].text)
		}
	}
}

// space returns the white space before a token: a line end where a block
// begins within an element, nothing for the tabs before a row's cell.
func space(tokens []token, i int, start, row bool) string {
	switch {
	case start && row:
		return strings.TrimLeft(tokens[i].space, "\t")
	case tokens[i].line && !start:
		return "\n" + tokens[i].space
	}
	return tokens[i].space
}

// flat returns the operations from text to text. What moved is deleted and
// inserted; the rest keeps its order, or as much of its words as can.
func (p *pair) flat() []policy.Op {
	var w opWriter
	oldAt, newAt := 0, 0
	to := func(old, new int) {
		for ; oldAt < old; oldAt++ {
			w.deleted.WriteString(p.old.blocks[oldAt].text + "\n")
		}
		for ; newAt < new; newAt++ {
			w.ins.WriteString(p.new.blocks[newAt].text + "\n")
		}
	}
	for _, e := range p.backbone() {
		to(e.oldFrom, e.newFrom)
		w.element(p, e)
		w.keep("\n")
		oldAt, newAt = e.oldTo, e.newTo
	}
	to(len(p.old.blocks), len(p.new.blocks))
	return w.finish()
}

// backbone returns the elements that have the same order in both texts.
func (p *pair) backbone() []*element {
	at := make([]*element, len(p.old.blocks))
	p.each(func(e *element) {
		if e.both() && !p.new.moved[p.new.blocks[e.newFrom].section] && !p.old.moved[p.old.blocks[e.oldFrom].section] {
			at[e.oldFrom] = e
		}
	})
	var list []*element
	var steps []step
	for _, e := range at {
		if e != nil {
			list = append(list, e)
			steps = append(steps, step{e.newFrom, 1 + p.equalTokens(e)})
		}
	}
	var kept []*element
	for i, ok := range heaviestRise(steps) {
		if ok {
			kept = append(kept, list[i])
		} else {
			p.markMoved(list[i])
		}
	}
	return kept
}

// markMoved marks the section that was split off, or merged, elsewhere.
func (p *pair) markMoved(e *element) {
	if old := p.old.blocks[e.oldFrom].section; p.old.kin[old] >= 0 {
		p.old.moved[old] = true
		return
	}
	p.new.moved[p.new.blocks[e.newFrom].section] = true
}

func (p *pair) equalTokens(e *element) int {
	n := 0
	for _, cell := range e.cells {
		for _, piece := range cell {
			if piece.equal {
				n += piece.oldTo - piece.oldFrom
			}
		}
	}
	return n
}

// cutLines cuts the operations of an element at its line ends. A line that was
// only deleted is one of its own, a line end that was deleted within a line
// becomes a space.
func cutLines(ops []policy.Op) [][]policy.Op {
	all := [][]policy.Op{nil}
	for _, op := range ops {
		for part := range strings.SplitAfterSeq(op.Text, "\n") {
			text, ends := strings.CutSuffix(part, "\n")
			line := &all[len(all)-1]
			if text != "" {
				*line = append(*line, policy.Op{Kind: op.Kind, Text: text})
			}
			switch {
			case !ends:
			case op.Kind != policy.OpDelete || onlyDeleted(*line):
				all = append(all, nil)
			default:
				*line = append(*line, policy.Op{Kind: policy.OpDelete, Text: " "})
			}
		}
	}
	return all
}

func onlyDeleted(line []policy.Op) bool {
	for _, op := range line {
		if op.Kind != policy.OpDelete {
			return false
		}
	}
	return len(line) > 0
}
