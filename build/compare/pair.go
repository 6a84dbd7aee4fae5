package compare

import (
	"cmp"
	"math"
	"slices"
)

// A pair is two texts while they are compared.
type pair struct {
	old, new side
	// weight says how much a token tells about the section it stands in.
	weight []float64
	groups []group
	// effort is for how many more tokens a short result is looked for.
	effort int
}

// A side is one of the two texts, its tokens and lines numbered so that equal
// ones have equal numbers on both sides.
type side struct {
	*Text
	ids   []int32
	lines []int32
	bags  []bag
	// totals are what the words of sections weigh together.
	totals []float64
	// partner is the section's on the other side, kin the one on the other
	// side that has taken it over, or that it was split from; -1 where there
	// is none.
	partner, kin []int
	// moved sections left the order that the others kept.
	moved []bool
}

// A bag counts the words of a section, ordered by number.
type bag []count

type count struct {
	id int32
	n  int32
}

func newPair(old, new *Text) *pair {
	p := &pair{old: side{Text: old}, new: side{Text: new}, effort: effort}
	tokens, lines := map[string]int32{}, map[string]int32{}
	p.old.number(tokens, lines)
	p.new.number(tokens, lines)
	p.weigh(len(tokens))
	return p
}

func (s *side) number(tokens, lines map[string]int32) {
	s.ids = make([]int32, len(s.tokens))
	for i := range s.tokens {
		s.ids[i] = intern(tokens, s.tokens[i].text)
	}
	s.lines = make([]int32, len(s.blocks))
	for i := range s.blocks {
		s.lines[i] = intern(lines, s.blocks[i].text)
	}
	s.bags = make([]bag, len(s.sections))
	s.partner, s.kin = make([]int, len(s.sections)), make([]int, len(s.sections))
	s.moved = make([]bool, len(s.sections))
	for i := range s.sections {
		s.bags[i] = s.bag(&s.sections[i])
		s.partner[i], s.kin[i] = -1, -1
	}
}

func intern(numbers map[string]int32, text string) int32 {
	n, ok := numbers[text]
	if !ok {
		n = int32(len(numbers))
		numbers[text] = n
	}
	return n
}

// bag counts the words of a section, its number and marks left out.
func (s *side) bag(of *section) bag {
	from, to := s.tokensOf(of)
	ids := make([]int32, 0, to-from)
	for i := from; i < to; i++ {
		if t := &s.tokens[i]; t.kind != mark && !t.numbering {
			ids = append(ids, s.ids[i])
		}
	}
	slices.Sort(ids)
	var b bag
	for _, id := range ids {
		if n := len(b); n > 0 && b[n-1].id == id {
			b[n-1].n++
		} else {
			b = append(b, count{id, 1})
		}
	}
	return b
}

// tokensOf returns the range of a section's tokens.
func (s *side) tokensOf(of *section) (from, to int) {
	if of.from == of.to {
		return 0, 0
	}
	return s.blocks[of.from].from, s.blocks[of.to-1].to
}

// weigh gives each token a weight: the fewer sections have it, the more.
// Few sections are reckoned as some more, lest a shared word, which stands in
// two of two, weigh next to nothing.
func (p *pair) weigh(tokens int) {
	const smooth = 8
	in := make([]int, tokens)
	for _, s := range []*side{&p.old, &p.new} {
		for _, b := range s.bags {
			for _, c := range b {
				in[c.id]++
			}
		}
	}
	all := float64(len(p.old.bags) + len(p.new.bags) + smooth)
	p.weight = make([]float64, tokens)
	for id, n := range in {
		if n > 0 {
			p.weight[id] = math.Log(1 + all/float64(n))
		}
	}
	for _, s := range []*side{&p.old, &p.new} {
		s.totals = make([]float64, len(s.bags))
		for i, b := range s.bags {
			s.totals[i] = p.total(b)
		}
	}
}

// likeness is the share of words that two sections have in common, 0 to 1
// (Dice's coefficient over weighted bags). Sections without words are alike;
// what cannot reach the least is 0.
func (p *pair) likeness(old, new int, least float64) float64 {
	a, b := p.old.totals[old], p.new.totals[new]
	switch {
	case a+b == 0:
		return 1
	case 2*min(a, b) <= least*(a+b):
		return 0
	}
	return 2 * p.shared(p.old.bags[old], p.new.bags[new]) / (a + b)
}

// grown says whether nearly all words of one section are in the other.
func (p *pair) grown(old, new int) bool {
	small, large, all := p.old.bags[old], p.new.bags[new], p.old.totals[old]
	if all > p.new.totals[new] {
		small, large, all = large, small, p.new.totals[new]
	}
	return len(small) >= containedWords && p.sharedRest(small, large, nil) >= contained*all
}

func (p *pair) total(b bag) float64 {
	sum := 0.0
	for _, c := range b {
		sum += p.weight[c.id] * float64(c.n)
	}
	return sum
}

func (p *pair) shared(a, b bag) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].id < b[j].id:
			i++
		case a[i].id > b[j].id:
			j++
		default:
			sum += p.weight[a[i].id] * float64(min(a[i].n, b[j].n))
			i, j = i+1, j+1
		}
	}
	return sum
}

// sharedRest weighs what a bag has in common with what remains of another
// when a third is taken out of that.
func (p *pair) sharedRest(b, of, without bag) float64 {
	sum := 0.0
	for _, c := range b {
		sum += p.weight[c.id] * float64(max(0, min(c.n, of.count(c.id)-without.count(c.id))))
	}
	return sum
}

func (b bag) count(id int32) int32 {
	i, ok := slices.BinarySearchFunc(b, id, func(c count, id int32) int { return cmp.Compare(c.id, id) })
	if !ok {
		return 0
	}
	return b[i].n
}
