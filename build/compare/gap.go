package compare

import "indigex.com/indigex/policy"

// A bond is what a block of the old text, by its place in the gap, shares
// with one of the new.
type bond struct {
	i, j int
	// weight is the sum of what the shared tokens weigh, longest the number
	// of words in the longest stretch of them.
	weight, longest int
}

// gap aligns old[i:iEnd] with new[j:jEnd], none of which are equal. Blocks
// are paired by the words that they share in order.
func (a *aligner) gap(i, iEnd, j, jEnd int) {
	if i == iEnd || j == jEnd {
		a.apart(i, iEnd, j, jEnd)
		return
	}
	for _, c := range a.clusters(a.bonds(i, iEnd, j, jEnd), i, j) {
		a.apart(i, c.i, j, c.j)
		i, j = c.iEnd, c.jEnd
		a.together(a.old[c.i], a.old[i-1]+1, a.new[c.j], a.new[j-1]+1)
	}
	a.apart(i, iEnd, j, jEnd)
}

// bonds returns the bonds of a gap that hold, in order.
func (a *aligner) bonds(i, iEnd, j, jEnd int) []bond {
	telling := a.telling(a.old[i:iEnd], a.new[j:jEnd])
	oldIDs, oldOf := a.pair.old.gather(a.old[i:iEnd], telling)
	newIDs, newOf := a.pair.new.gather(a.new[j:jEnd], telling)
	var bonds []bond
	for _, r := range a.equalRuns(oldIDs, newIDs) {
		length := 0
		for k := range r.n {
			o, n := oldOf[r.old+k], newOf[r.new+k]
			b := len(bonds) - 1
			if b < 0 || bonds[b].i != o.block || bonds[b].j != n.block {
				bonds, length = append(bonds, bond{i: o.block, j: n.block}), 0
				b++
			}
			length++
			bonds[b].weight += o.weight
			bonds[b].longest = max(bonds[b].longest, length)
		}
	}
	oldWeight, newWeight := weights(oldOf, iEnd-i), weights(newOf, jEnd-j)
	kept := bonds[:0]
	for _, b := range bonds {
		if holds(b, oldWeight[b.i], newWeight[b.j]) {
			kept = append(kept, b)
		}
	}
	return kept
}

// holds says whether two blocks share enough to be compared: a third of the
// lighter one, and a fifth of the heavier one or a stretch of words that is
// not chance.
func holds(b bond, old, new int) bool {
	const stretch = 4
	return 3*b.weight >= min(old, new) && (5*b.weight >= max(old, new) || b.longest >= stretch)
}

// telling returns which tokens say what blocks belong together: not marks,
// and of words none that many of the blocks have, as "your" in a list of what
// is yours.
func (a *aligner) telling(old, new []int) func(id int32, t *token) bool {
	if len(old)+len(new) == 2 {
		return func(_ int32, t *token) bool { return t.kind != mark }
	}
	most := 1 + (len(old)+len(new))/8
	often := map[int32]bool{}
	a.pair.old.count(old, most, often)
	a.pair.new.count(new, most, often)
	return func(id int32, t *token) bool { return t.kind != mark && !often[id] }
}

// count notes which tokens stand in more than a number of blocks.
func (s *side) count(blocks []int, most int, often map[int32]bool) {
	type tally struct{ n, last int }
	in := map[int32]tally{}
	for k, b := range blocks {
		for i := s.blocks[b].from; i < s.blocks[b].to; i++ {
			t := in[s.ids[i]]
			if t.n > 0 && t.last == k {
				continue
			}
			if in[s.ids[i]] = (tally{t.n + 1, k}); t.n == most {
				often[s.ids[i]] = true
			}
		}
	}
}

// weight is what a shared word tells: a short one, "the", less.
func (t *token) weight() int {
	const short = 3
	if t.kind != number && len(t.text) <= short {
		return 1
	}
	return 3
}

// weights sums the weights of each block.
func weights(places []place, blocks int) []int {
	sums := make([]int, blocks)
	for _, p := range places {
		sums[p.block] += p.weight
	}
	return sums
}

// A place is the block of a token, and its weight.
type place struct{ block, weight int }

// gather returns the tokens of blocks in a row that tell something.
func (s *side) gather(blocks []int, telling func(int32, *token) bool) ([]int32, []place) {
	var ids []int32
	var of []place
	for k, b := range blocks {
		for i := s.blocks[b].from; i < s.blocks[b].to; i++ {
			if t := &s.tokens[i]; telling(s.ids[i], t) {
				ids = append(ids, s.ids[i])
				of = append(of, place{k, t.weight()})
			}
		}
	}
	return ids, of
}

// A cluster is blocks old[i:iEnd] and new[j:jEnd] of a group that are one
// text: a block and its successor, or a text that was cut or joined.
type cluster struct{ i, iEnd, j, jEnd, weight int }

// clusters joins the bonds that have a block in common; they are counted from
// places of the group.
func (a *aligner) clusters(bonds []bond, i, j int) []cluster {
	var all []cluster
	for _, b := range bonds {
		c := cluster{i + b.i, i + b.i + 1, j + b.j, j + b.j + 1, b.weight}
		n := len(all) - 1
		switch {
		case n < 0 || c.i >= all[n].iEnd && c.j >= all[n].jEnd:
			all = append(all, c)
		case a.mayJoin(all[n], c):
			all[n].iEnd, all[n].jEnd = c.iEnd, c.jEnd
			all[n].weight += c.weight
		case c.weight > all[n].weight && (n == 0 || c.i >= all[n-1].iEnd && c.j >= all[n-1].jEnd):
			all[n] = c
		}
	}
	return all
}

// mayJoin says whether a cluster may take in another block: of the same
// section, and neither has rows, which stay apart.
func (a *aligner) mayJoin(into, c cluster) bool {
	o, n := a.pair.old.blocks, a.pair.new.blocks
	for _, b := range []*block{&o[a.old[into.i]], &o[a.old[c.i]], &n[a.new[into.j]], &n[a.new[c.j]]} {
		if b.kind == policy.BlockRow || b.kind == policy.BlockHead || b.kind == policy.BlockHeading {
			return false
		}
	}
	return o[a.old[into.i]].section == o[a.old[c.i]].section && n[a.new[into.j]].section == n[a.new[c.j]].section
}
