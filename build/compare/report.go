package compare

import (
	"cmp"
	"slices"
	"strings"

	"indigex.com/indigex/policy"
)

// A report is a comparison while it is written.
type report struct {
	*pair
	judge judge
	// ofNew and ofOld are the places of sections among those reported.
	ofNew, ofOld []int
	sections     []sectionReport
	// counts tells how often a text was replaced by another.
	counts map[replacement]int
}

// A sectionReport is a section while it is written.
type sectionReport struct {
	policy.SectionComparison
	links int
	// open is the change that the last pieces belong to.
	open change
	// changes are those of the section, by block.
	changes []blockChange
}

func (p *pair) comparison() *policy.Comparison {
	c := &policy.Comparison{Proposed: policy.ProposedNone, Ops: p.flat()}
	r := &report{pair: p, judge: judge{pair: p}, counts: map[replacement]int{}}
	r.list()
	for i := range p.groups {
		for j := range p.groups[i].elements {
			r.element(&p.groups[i].elements[j])
		}
	}
	for i := range r.sections {
		r.close(&r.sections[i], none)
		r.count(c, &r.sections[i])
	}
	r.mark()
	for i := range r.sections {
		c.Sections = append(c.Sections, r.sections[i].SectionComparison)
	}
	c.Same = c.Proposed == policy.ProposedNone
	c.Replacements = r.replacements()
	c.Rewritten = 2*c.WordsChanged > p.old.words(0, len(p.old.blocks))+p.new.words(0, len(p.new.blocks))
	return c
}

// list makes the sections that are reported: those of the new text, and the
// removed ones, each behind the section that it stood behind.
func (r *report) list() {
	r.ofNew, r.ofOld = make([]int, len(r.new.sections)), make([]int, len(r.old.sections))
	gone := r.gone(-1)
	for _, old := range gone {
		r.addRemoved(old)
	}
	for i, old := range r.new.partner {
		r.ofNew[i] = len(r.sections)
		if old < 0 {
			r.addAdded(i)
			continue
		}
		r.ofOld[old] = len(r.sections)
		r.addKept(old, i)
		for _, old := range r.gone(old) {
			r.addRemoved(old)
		}
	}
	r.linkKin()
}

// gone returns the removed sections that directly follow an old section.
func (r *report) gone(after int) []int {
	var list []int
	for i := after + 1; i < len(r.old.partner) && r.old.partner[i] < 0; i++ {
		list = append(list, i)
	}
	return list
}

func (r *report) addRemoved(old int) {
	s := &r.old.sections[old]
	r.ofOld[old] = len(r.sections)
	r.sections = append(r.sections, sectionReport{SectionComparison: policy.SectionComparison{
		ID: s.id, Title: s.heading(), OldID: s.id, OldTitle: s.heading(), Level: s.level,
		Status: policy.SectionRemoved, Proposed: policy.ProposedNone, Moved: r.old.moved[old],
	}})
}

func (r *report) addAdded(new int) {
	s := &r.new.sections[new]
	r.sections = append(r.sections, sectionReport{SectionComparison: policy.SectionComparison{
		ID: s.id, Title: s.heading(), Level: s.level,
		Status: policy.SectionAdded, Proposed: policy.ProposedNone, Moved: r.new.moved[new],
	}})
}

func (r *report) addKept(old, new int) {
	o, n := &r.old.sections[old], &r.new.sections[new]
	s := policy.SectionComparison{
		ID: n.id, Title: n.heading(), OldID: o.id, OldTitle: o.heading(), Level: n.level,
		Status: policy.SectionUnchanged, Proposed: policy.ProposedNone,
		Moved: r.new.moved[new], Renamed: o.title != n.title, Renumbered: o.number != n.number,
	}
	if s.Moved && old > 0 {
		s.After = r.old.sections[old-1].id
	}
	r.sections = append(r.sections, sectionReport{SectionComparison: s})
}

// linkKin names the sections that were split off and merged.
func (r *report) linkKin() {
	for i, old := range r.new.kin {
		if old >= 0 {
			s, from := &r.sections[r.ofNew[i]], &r.sections[r.ofOld[old]]
			s.SplitFrom = r.old.sections[old].id
			from.SplitInto = append(from.SplitInto, s.ID)
		}
	}
	for i, new := range r.old.kin {
		if new >= 0 {
			s, into := &r.sections[r.ofOld[i]], &r.sections[r.ofNew[new]]
			s.MergedInto = into.ID
			into.MergedFrom = append(into.MergedFrom, s.ID)
		}
	}
}

// count adds a section to the sums.
func (r *report) count(c *policy.Comparison, s *sectionReport) {
	if s.Status == policy.SectionUnchanged && s.WordsAdded+s.WordsRemoved+s.links > 0 {
		s.Status = policy.SectionChanged
	}
	if s.Proposed == policy.ProposedNone && (s.links > 0 || s.Moved || s.Renumbered || s.Renamed) {
		s.Proposed = policy.ProposedEditorial
	}
	c.WordsChanged += s.WordsAdded + s.WordsRemoved
	c.LinksChanged += s.links
	if heavier(s.Proposed, c.Proposed) {
		c.Proposed = s.Proposed
	}
}

// mark marks the blocks in which all changes recur.
func (r *report) mark() {
	const often = 3
	for i := range r.sections {
		s := &r.sections[i]
		rare := map[int]bool{}
		for _, c := range s.changes {
			rare[c.block] = rare[c.block] || r.counts[c.is] < often
		}
		for block, rare := range rare {
			if block != none && s.Blocks[block].Status == policy.SectionChanged {
				s.Blocks[block].Repeated = !rare
			}
		}
	}
}

// replacements lists what was replaced more than once.
func (r *report) replacements() []policy.Replacement {
	var list []policy.Replacement
	for is, n := range r.counts {
		if n > 1 && strings.ContainsFunc(is.old, isInner) && strings.ContainsFunc(is.new, isInner) {
			list = append(list, policy.Replacement{Old: is.old, New: is.new, Count: n})
		}
	}
	slices.SortFunc(list, func(a, b policy.Replacement) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Old, b.Old), cmp.Compare(a.New, b.New))
	})
	return list
}
