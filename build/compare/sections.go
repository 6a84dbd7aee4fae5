package compare

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// A match is two sections that may be the same.
type match struct {
	old, new int
	score    float64
}

const (
	// alike is the likeness from which sections are the same without a
	// common title, alikeTitle the one for a title that several have.
	alike      = 0.5
	alikeTitle = 0.25
	// titleHelps is what a title of nearly the same words adds to likeness.
	titleHelps = 0.3
	// contained is the share of a section's words, containedWords of them or
	// more, that another must have for it to have grown, or shrunk, into that.
	contained      = 0.8
	containedWords = 12
	// rareWords and postings bound the candidates of a section: so many of
	// its rarest words are looked up, so many sections each.
	rareWords, postings = 12, 32
	// candidates is how many sections are looked at closely.
	candidates = 6
)

// alignSections finds the partner of each section that has one.
func (p *pair) alignSections() {
	p.matchIDs()
	p.matchPreambles()
	var found []match
	found = p.matchTitles(found)
	found = p.matchWords(found)
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(distance(a), distance(b)),
			cmp.Compare(a.old, b.old), cmp.Compare(a.new, b.new))
	})
	for _, m := range found {
		if p.old.partner[m.old] < 0 && p.new.partner[m.new] < 0 {
			p.join(m.old, m.new)
		}
	}
	p.findMoved()
}

func distance(m match) int { return max(m.old-m.new, m.new-m.old) }

func (p *pair) join(old, new int) {
	p.old.partner[old], p.new.partner[new] = new, old
}

func (p *pair) matchIDs() {
	chosen := map[string]int{}
	for i, s := range p.old.sections {
		if s.explicit {
			chosen[s.id] = i
		}
	}
	for i, s := range p.new.sections {
		if old, ok := chosen[s.id]; ok && s.explicit {
			p.join(old, i)
		}
	}
}

// matchPreambles joins what stands before the first headings.
func (p *pair) matchPreambles() {
	if len(p.old.sections) > 0 && len(p.new.sections) > 0 && p.old.sections[0].level == 0 && p.new.sections[0].level == 0 {
		p.join(0, 0)
	}
}

// matchTitles proposes sections with the same title. Where several have it,
// they must be alike, or stand in the same place among those that have it.
func (p *pair) matchTitles(found []match) []match {
	olds, news := p.old.byTitle(), p.new.byTitle()
	for i := range p.new.sections {
		key := titleKey(&p.new.sections[i])
		same, mine := olds[key], news[key]
		if len(mine) == 0 || mine[0] != i {
			continue
		}
		if len(same)*len(mine) > postings {
			for k := range min(len(same), len(mine)) {
				found = append(found, match{same[k], mine[k], 1 + p.likeness(same[k], mine[k], 0)})
			}
			continue
		}
		for _, old := range same {
			for _, new := range mine {
				score := p.likeness(old, new, 0)
				if score >= alikeTitle || len(same) == 1 && len(mine) == 1 {
					found = append(found, match{old, new, 1 + score})
				}
			}
		}
	}
	return found
}

// byTitle returns the sections without partner by their titles.
func (s *side) byTitle() map[string][]int {
	by := map[string][]int{}
	for i := range s.sections {
		if s.partner[i] < 0 && s.sections[i].level > 0 {
			key := titleKey(&s.sections[i])
			by[key] = append(by[key], i)
		}
	}
	return by
}

// titleKey is a title without its number, marks and capitals.
func titleKey(s *section) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s.title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ")
}

// titleLikeness is the share of words that two titles have in common.
func titleLikeness(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch strings.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}

// titles returns the words of each title, in order of the alphabet.
func (s *side) titles() [][]string {
	const enough = 32
	titles := make([][]string, len(s.sections))
	for i := range s.sections {
		words := strings.Fields(titleKey(&s.sections[i]))
		words = words[:min(len(words), enough)]
		slices.Sort(words)
		titles[i] = words
	}
	return titles
}

// matchWords proposes sections with like content.
func (p *pair) matchWords(found []match) []match {
	index := p.old.index(func(i int) bool { return p.old.partner[i] < 0 })
	if len(index) == 0 {
		return found
	}
	olds, news := p.old.titles(), p.new.titles()
	for i, b := range p.new.bags {
		if p.new.partner[i] >= 0 {
			continue
		}
		for _, old := range p.candidates(index, b) {
			score := p.likeness(old, i, alike-titleHelps)
			score += titleHelps * titleLikeness(olds[old], news[i])
			if p.grown(old, i) {
				score = max(score, alike)
			}
			if score >= alike {
				found = append(found, match{old, i, min(score, 1)})
			}
		}
	}
	return found
}

// index lists, for each word, the first sections that have it.
func (s *side) index(of func(int) bool) map[int32][]int {
	index := map[int32][]int{}
	for i, b := range s.bags {
		if !of(i) {
			continue
		}
		for _, c := range b {
			if list := index[c.id]; len(list) < postings {
				index[c.id] = append(list, i)
			}
		}
	}
	return index
}

// candidates returns the sections of an index that share the most of a bag's
// rarest words.
func (p *pair) candidates(index map[int32][]int, b bag) []int {
	rare := make([]int32, 0, len(b))
	for _, c := range b {
		if len(index[c.id]) > 0 {
			rare = append(rare, c.id)
		}
	}
	slices.SortFunc(rare, func(x, y int32) int {
		return cmp.Or(cmp.Compare(p.weight[y], p.weight[x]), cmp.Compare(x, y))
	})
	hits := map[int]int{}
	for _, id := range rare[:min(len(rare), rareWords)] {
		for _, i := range index[id] {
			hits[i]++
		}
	}
	best := make([]int, 0, len(hits))
	for i := range hits {
		best = append(best, i)
	}
	slices.SortFunc(best, func(x, y int) int {
		return cmp.Or(cmp.Compare(hits[y], hits[x]), cmp.Compare(x, y))
	})
	return best[:min(len(best), candidates)]
}

// findMoved marks the sections that left the order of the others. As few as
// possible have moved; among these, those with the fewest words.
func (p *pair) findMoved() {
	var steps []step
	for i, new := range p.old.partner {
		if new >= 0 {
			from, to := p.old.tokensOf(&p.old.sections[i])
			steps = append(steps, step{new, 1<<32 + to - from})
		}
	}
	kept := heaviestRise(steps)
	k := 0
	for i, new := range p.old.partner {
		if new >= 0 {
			p.old.moved[i], p.new.moved[new] = !kept[k], !kept[k]
			k++
		}
	}
}
