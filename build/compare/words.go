package compare

import (
	"strings"

	"znkr.io/diff"
)

// A run is a stretch of n equal tokens, or lines, on both sides.
type run struct{ old, new, n int }

const (
	// manyTokens is the length from which anchors alone decide: tokens that
	// occur once on each side. Below, Myers' algorithm looks for a short
	// result; where next to nothing is equal, it takes 25 µs a token.
	manyTokens = 1 << 14
	// effort is for how many tokens of a pair of texts it is asked at most.
	effort = 1 << 16
)

// equalRuns returns what two sequences have in common, in order.
func (p *pair) equalRuns(old, new []int32) []run {
	start := 0
	for start < len(old) && start < len(new) && old[start] == new[start] {
		start++
	}
	end := 0
	for end < len(old)-start && end < len(new)-start && old[len(old)-1-end] == new[len(new)-1-end] {
		end++
	}
	var runs []run
	if start > 0 {
		runs = append(runs, run{0, 0, start})
	}
	runs = p.between(runs, old[start:len(old)-end], new[start:len(new)-end], start)
	if end > 0 {
		runs = append(runs, run{len(old) - end, len(new) - end, end})
	}
	return runs
}

// between adds the runs of sequences that begin at an offset and have neither
// beginning nor end in common.
func (p *pair) between(runs []run, old, new []int32, offset int) []run {
	if len(old) == 0 || len(new) == 0 {
		return runs
	}
	options := []diff.Option{diff.Context(0)}
	if p.effort -= len(old) + len(new); len(old)+len(new) > manyTokens || p.effort < 0 {
		options = append(options, diff.Fast())
	}
	i, j := 0, 0
	add := func(n int) {
		if n > 0 {
			runs = append(runs, run{offset + i, offset + j, n})
		}
	}
	for _, hunk := range diff.Hunks(old, new, options...) {
		add(hunk.PosX - i)
		i, j = hunk.EndX, hunk.EndY
	}
	add(len(old) - i)
	return runs
}

// A piece is a stretch of tokens that are equal on both sides, or a change;
// the numbers are those of the texts' tokens.
type piece struct {
	equal          bool
	oldFrom, oldTo int
	newFrom, newTo int
}

// compareWords compares stretches of tokens.
func (p *pair) compareWords(oldFrom, oldTo, newFrom, newTo int) []piece {
	runs := p.equalRuns(p.old.ids[oldFrom:oldTo], p.new.ids[newFrom:newTo])
	for i := range runs {
		runs[i].old += oldFrom
		runs[i].new += newFrom
	}
	runs = p.dropIslands(runs, oldFrom, oldTo, newFrom, newTo)
	p.slide(runs, oldFrom, oldTo, newFrom, newTo)
	return pieces(runs, oldFrom, oldTo, newFrom, newTo)
}

// pieces fills the gaps between runs with changes.
func pieces(runs []run, oldFrom, oldTo, newFrom, newTo int) []piece {
	var all []piece
	for _, r := range runs {
		if r.n == 0 {
			continue
		}
		if r.old > oldFrom || r.new > newFrom {
			all = append(all, piece{false, oldFrom, r.old, newFrom, r.new})
		}
		oldFrom, newFrom = r.old+r.n, r.new+r.n
		all = append(all, piece{true, r.old, oldFrom, r.new, newFrom})
	}
	if oldFrom < oldTo || newFrom < newTo {
		all = append(all, piece{false, oldFrom, oldTo, newFrom, newTo})
	}
	return all
}

// dropIslands gives up equal tokens between two larger changes: a "the" among
// new words is no help to a reader. Islands of more than two words stay, and
// those of which a neighboring change has no three times as many words.
func (p *pair) dropIslands(runs []run, oldFrom, oldTo, newFrom, newTo int) []run {
	kept := runs[:0]
	for i, r := range runs {
		before := run{oldFrom, newFrom, 0}
		if n := len(kept); n > 0 {
			before = kept[n-1]
		}
		after := run{oldTo, newTo, 0}
		if i+1 < len(runs) {
			after = runs[i+1]
		}
		words := p.wordsIn(r.old, r.old+r.n)
		left := max(p.wordsIn(before.old+before.n, r.old), wordsOf(p.new.tokens, before.new+before.n, r.new))
		right := max(p.wordsIn(r.old+r.n, after.old), wordsOf(p.new.tokens, r.new+r.n, after.new))
		if words > 2 || 3*max(words, 1) > min(left, right) {
			kept = append(kept, r)
		}
	}
	return kept
}

func (p *pair) wordsIn(from, to int) int { return wordsOf(p.old.tokens, from, to) }

// wordsOf counts the tokens that are no marks. Nobody asks for more than a
// few, so that it looks at the first alone.
func wordsOf(tokens []token, from, to int) int {
	const enough = 64
	n := 0
	for i := from; i < min(to, from+enough); i++ {
		if tokens[i].kind != mark {
			n++
		}
	}
	return n
}

// slide moves what was only inserted, or only deleted, to where it reads
// best, as far as its neighbors allow: "A. B." becomes "A. C. B." by "C." and
// not by ". C".
func (p *pair) slide(runs []run, oldFrom, oldTo, newFrom, newTo int) {
	for i := range runs {
		r, after := &runs[i], &run{oldTo, newTo, 0}
		if i+1 < len(runs) {
			after = &runs[i+1]
		}
		next := run{oldTo, newTo, 0}
		if i+2 < len(runs) {
			next = runs[i+2]
		}
		g := slot{left: r, right: after}
		g.atStart = r.old == oldFrom && r.new == newFrom
		g.atEnd = after.old+after.n == oldTo && after.new+after.n == newTo
		oldEnd, newEnd := r.old+r.n, r.new+r.n
		switch {
		case r.n == 0 || after.n == 0:
		case oldEnd == after.old && newEnd < after.new:
			g.meets = after.new+after.n == next.new && after.old+after.n < next.old
			g.slide(&p.new, newEnd, after.new)
		case newEnd == after.new && oldEnd < after.old:
			g.meets = after.old+after.n == next.old && after.new+after.n < next.new
			g.slide(&p.old, oldEnd, after.old)
		}
	}
}

// A slot is what stands on one side alone between two runs.
type slot struct {
	left, right *run
	// atStart and atEnd say that nothing has changed beyond the runs, meets
	// that behind the right one something stands on the other side alone:
	// what was inserted meets there what was deleted, and replaces it.
	atStart, atEnd, meets bool
}

// slide moves the slot, from:to on its side, along the text to the best place.
// A run must not vanish otherwise: two changes would be one.
func (g *slot) slide(s *side, from, to int) {
	best, most := 0, s.boundary(from)+s.boundary(to)
	try := func(shift, more int) {
		if score := s.boundary(from+shift) + s.boundary(to+shift) + more; score > most {
			best, most = shift, score
		}
	}
	for shift := -1; mayLeave(g.left, -shift, g.atStart) && s.ids[from+shift] == s.ids[to+shift]; shift-- {
		try(shift, 0)
	}
	for shift := 1; mayLeave(g.right, shift, g.atEnd || g.meets) && s.ids[from+shift-1] == s.ids[to+shift-1]; shift++ {
		if g.meets && shift == g.right.n {
			try(shift, 2*lineBoundary)
		} else {
			try(shift, 0)
		}
	}
	g.left.n += best
	g.right.old, g.right.new, g.right.n = g.right.old+best, g.right.new+best, g.right.n-best
}

// mayLeave says whether a run may lose n tokens to the run beyond a slot.
func mayLeave(r *run, n int, whole bool) bool { return n < r.n || whole && n == r.n }

// lineBoundary is the best place to cut a text.
const lineBoundary = 4

// boundary says how well a text is cut before a token.
func (s *side) boundary(at int) int {
	switch {
	case at == len(s.tokens) || s.tokens[at].line:
		return lineBoundary
	case s.tokens[at].space == "":
		return 0
	}
	switch r := last(s.tokens[at-1].text); {
	case strings.ContainsRune(".!?", r):
		return 3
	case strings.ContainsRune(";:", r):
		return 2
	case strings.ContainsRune(",)–—", r):
		return 1
	}
	return 0
}
