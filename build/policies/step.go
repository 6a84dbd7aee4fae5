package policies

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"indigex.com/indigex/policy"
)

// A step is the way from one version to another, by section. Headings below
// the second level count for the section that they stand in.
type step struct {
	old, new *Version
	// oldTops and newTops lead from the id of a heading to that of its
	// section.
	oldTops, newTops map[string]string
	// partner leads from an old section to what it became.
	partner  map[string]string
	sections []*difference
	// kept are the sections of the new text by id, gone those of the old one
	// that have no partner.
	kept, gone map[string]*difference
}

// A difference is what became of one section.
type difference struct {
	// id is that of the new text, of a removed section that of the old one.
	// It is empty for what stands before the first section.
	id             string
	added, removed bool
	// changed says that a reader sees another text, place or link.
	changed           bool
	moved, renumbered bool
	// body says that more than headings changed.
	body  bool
	words int
	// proposed and decisive are those of the heaviest part.
	proposed policy.Proposal
	decisive policy.Edit
	blocks   []policy.BlockComparison
}

// tops leads from the id of each heading to that of its section.
func (v *Version) tops() map[string]string {
	all := map[string]string{}
	for _, s := range v.Sections() {
		for _, id := range append([]string{s.ID}, s.Inner...) {
			all[id] = s.ID
		}
	}
	return all
}

// differences rolls the comparison of two versions up to sections. What was
// asked for once is kept.
func (s *Set) differences(old, new *Version) *step {
	k := [2]*Version{old, new}
	if t, ok := s.steps.Load(k); ok {
		return t.(*step)
	}
	t := s.compared(old, new)
	s.steps.Store(k, t)
	return t
}

func (s *Set) compared(old, new *Version) *step {
	t := &step{
		old: old, new: new, oldTops: old.tops(), newTops: new.tops(),
		partner: map[string]string{}, kept: map[string]*difference{}, gone: map[string]*difference{},
	}
	c := s.Compare(old, new)
	t.join(c)
	for i := range c.Sections {
		t.add(&c.Sections[i])
	}
	return t
}

// join finds what each old section became: by the comparison, else by an
// alias that leads to a section which the old text didn't have.
func (t *step) join(c *policy.Comparison) {
	taken := map[string]bool{}
	for _, s := range c.Sections {
		if paired := s.Status != policy.SectionRemoved && s.Status != policy.SectionAdded; paired && t.oldTops[s.OldID] == s.OldID {
			t.partner[s.OldID] = t.newTops[s.ID]
			taken[s.ID] = true
		}
	}
	for _, s := range t.old.Sections() {
		if _, ok := t.partner[s.ID]; ok {
			continue
		}
		for _, id := range t.old.Policy.synonyms(s.ID) {
			if t.newTops[id] == id && !taken[id] && t.oldTops[id] == "" {
				t.partner[s.ID], taken[id] = id, true
				break
			}
		}
	}
}

// add counts a section of the comparison for the one that it belongs to.
func (t *step) add(s *policy.SectionComparison) {
	from, to := t.oldTops[s.OldID], t.newTops[s.ID]
	switch s.Status {
	case policy.SectionAdded:
		t.open(to).add(s)
	case policy.SectionRemoved:
		t.openOld(from).add(s)
	default:
		now, before := t.open(to), t.openOld(from)
		now.add(s)
		if now != before {
			// A heading that came to stand in another section changes both.
			now.touch(policy.ProposedEditorial)
			before.touch(policy.ProposedEditorial)
		}
	}
}

// open returns the difference of a new section, made where there is none yet.
func (t *step) open(id string) *difference {
	if t.kept[id] == nil {
		d := &difference{id: id, proposed: policy.ProposedNone, added: id != ""}
		for _, to := range t.partner {
			d.added = d.added && to != id
		}
		t.kept[id] = d
		t.sections = append(t.sections, d)
	}
	return t.kept[id]
}

// openOld does the same for an old section.
func (t *step) openOld(id string) *difference {
	if to, ok := t.partner[id]; ok || id == "" {
		return t.open(to)
	}
	if t.gone[id] == nil {
		t.gone[id] = &difference{id: id, proposed: policy.ProposedNone, removed: true}
		t.sections = append(t.sections, t.gone[id])
	}
	return t.gone[id]
}

// was returns what became of an old section.
func (t *step) was(id string) *difference {
	if to, ok := t.partner[id]; ok {
		return t.kept[to]
	}
	return t.gone[id]
}

func (d *difference) add(s *policy.SectionComparison) {
	d.words += s.WordsAdded + s.WordsRemoved
	d.moved = d.moved || s.Moved
	d.renumbered = d.renumbered || s.Renumbered
	if s.Status != policy.SectionUnchanged || s.Moved || s.Renamed {
		if heavier(s.Proposed, d.proposed) {
			d.decisive = s.Decisive
		}
		d.touch(s.Proposed)
	}
	for _, b := range s.Blocks {
		if b.Status != policy.SectionUnchanged {
			d.body = d.body || b.Kind != policy.BlockHeading
			d.blocks = append(d.blocks, b)
		}
	}
}

// touch marks the section as changed, with a weight at least.
func (d *difference) touch(by policy.Proposal) {
	d.changed = true
	if heavier(by, d.proposed) {
		d.proposed = by
	}
}

// heavier says whether a proposal weighs more than another.
func heavier(a, b policy.Proposal) bool { return weightOf(a) > weightOf(b) }

func weightOf(p policy.Proposal) int {
	return slices.Index([]policy.Proposal{policy.ProposedNone, policy.ProposedEditorial, policy.ProposedSubstantive}, p)
}

// find returns what became of the section that an id means: in the new text,
// in the old one, or by alias; nil where it is in neither.
func (t *step) find(id string) *difference {
	for _, same := range t.new.Policy.synonyms(id) {
		if top := t.newTops[same]; top != "" {
			return t.kept[top]
		}
		if top := t.oldTops[same]; top != "" {
			return t.was(top)
		}
	}
	return nil
}

// mentions counts a name in the blocks that changed, before and after.
func (d *difference) mentions(name string) (old, new int) {
	for _, b := range d.blocks {
		c := policy.Comparison{Ops: b.Ops}
		old += count(c.OldText(), name)
		new += count(c.NewText(), name)
	}
	return old, new
}

// count counts a name where it is not part of a longer word.
func count(text, name string) int {
	n := 0
	for name = cmp.Or(name, "\x00"); ; {
		i := strings.Index(text, name)
		if i < 0 {
			return n
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		text = text[i+len(name):]
		after, _ := utf8.DecodeRuneInString(text)
		if !isWordRune(before) && !isWordRune(after) {
			n++
		}
	}
}
