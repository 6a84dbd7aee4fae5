package policies

import (
	"fmt"
	"slices"
	"strings"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// changes holds what each version declares of its changes against what the
// comparison with the version before sees.
func (c *checker) changes() {
	for _, p := range c.Policies {
		for _, v := range p.Versions {
			before := v.Before()
			switch {
			case v.Number() == 1 && len(v.Meta.Changes) > 0:
				c.report(problem.Error, v.File, v.Meta.Changes[0].Pos, "policy-change", "the first version declares a change", "remove changes: there is nothing that it could have changed")
			case before != nil && c.legible(v) && c.legible(before):
				d := &declaration{checker: c, v: v, before: before, step: c.differences(before, v), listed: map[*difference][]*Change{}}
				d.check()
			}
		}
		for _, v := range p.current(c.clock) {
			c.affected(v)
		}
	}
}

// A declaration is what one version declares, while it is checked.
type declaration struct {
	*checker
	v, before *Version
	step      *step
	// listed are the changes that list a section.
	listed map[*difference][]*Change
}

func (d *declaration) check() {
	for i := range d.v.Meta.Changes {
		d.change(&d.v.Meta.Changes[i])
	}
	d.unlisted()
	d.promised()
	for _, s := range d.step.sections {
		d.weight(s)
	}
}

// change checks the sections that a change lists.
func (d *declaration) change(change *Change) {
	if len(change.Sections) == 0 {
		d.report(problem.Error, d.v.File, change.Pos, "policy-change", "the change lists no section", "name the sections that differ: "+d.differing())
	}
	for i, id := range change.Sections {
		if id.Value == "" {
			continue // reported where it was decoded
		}
		s := d.step.find(id.Value)
		switch {
		case s == nil:
			d.report(problem.Error, d.v.File, id.Pos, "policy-change", fmt.Sprintf("section %q is neither in version %d nor in version %d", id.Value, d.v.Number(), d.before.Number()), d.nearSection(d.v, id.Value))
		case slices.ContainsFunc(change.Sections[:i], func(t front.Text) bool { return d.step.find(t.Value) == s }):
			d.report(problem.Error, d.v.File, id.Pos, "policy-change", fmt.Sprintf("section %q is listed twice in one change", id.Value), "keep one of them")
		case !s.changed && !s.renumbered:
			d.report(problem.Error, d.v.File, id.Pos, "policy-change", fmt.Sprintf("section %q is listed, and is the same as in version %d", id.Value, d.before.Number()), "sections that differ: "+d.differing())
		default:
			d.listed[s] = append(d.listed[s], change)
		}
	}
}

// differing names the sections that differ.
func (d *declaration) differing() string {
	var ids []string
	for _, s := range d.step.sections {
		if s.changed && s.id != "" {
			ids = append(ids, s.id)
		}
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

// unlisted reports sections that differ and that no change lists; in one
// problem where the version declares nothing at all.
func (d *declaration) unlisted() {
	at := place
	if len(d.v.Meta.Changes) > 0 {
		at = d.v.Meta.Changes[0].Pos
	}
	var missing []*difference
	for _, s := range d.step.sections {
		switch {
		case !s.changed || len(d.listed[s]) > 0:
		case s.id == "":
			d.report(problem.Error, d.v.File, at, "policy-change", "the text before the first section differs from that of the version before, and no change can name it", "give it a heading with an id, such as ## Preamble {#preamble}")
		default:
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 && len(d.v.Meta.Changes) == 0 {
		d.undeclared(missing)
		return
	}
	for _, s := range missing {
		d.report(problem.Error, d.v.File, at, "policy-change", fmt.Sprintf("section %q %s, and no change lists it", s.id, s), "add below changes: "+s.entry())
	}
}

func (d *declaration) undeclared(missing []*difference) {
	var whats, entries []string
	for _, s := range missing {
		whats = append(whats, fmt.Sprintf("section %q %s", s.id, s))
		entries = append(entries, s.entry())
	}
	d.report(problem.Error, d.v.File, place, "policy-change", "the version declares no changes, but "+strings.Join(whats, "; "), "add changes: "+strings.Join(entries, " "))
}

// String says what became of the section.
func (s *difference) String() string {
	words := fmt.Sprintf("%d words differ", s.words)
	if s.words == 1 {
		words = "1 word differs"
	}
	switch {
	case s.removed:
		return fmt.Sprintf("is gone (%s)", words)
	case s.added:
		return fmt.Sprintf("is new (%s)", words)
	case s.words > 0:
		return fmt.Sprintf("changed (%s, proposed: %s)", words, s.proposed)
	case s.moved:
		return "moved"
	}
	return "has other links"
}

// entry is the line that declares the change.
func (s *difference) entry() string {
	kind := policy.Editorial
	if s.proposed == policy.ProposedSubstantive {
		kind = policy.Material
	}
	return fmt.Sprintf(`- {kind: %s, sections: [%s], text: "…"}`, kind, s.id)
}

// promised reports what the version promises for the first time and does not
// declare.
func (d *declaration) promised() {
	had, has := d.before.pledge(), d.v.pledge()
	for _, p := range d.v.Meta.Promises {
		for _, list := range p.lists() {
			for _, id := range list.ids {
				t := thing{list.kind, id.Value}
				if sections := has.sections[t]; list.kind != mechanismKind && id.Value != "" && len(had.sections[t]) == 0 {
					d.new(t, id, sections)
					delete(has.sections, t) // told once
				}
			}
		}
	}
}

// new checks that something which no section promised before is declared for
// one of those that promise it now: by a material change, or by one that
// names it and is not editorial.
func (d *declaration) new(t thing, at front.Text, sections []string) {
	if len(sections) == 0 {
		return
	}
	var changes []*Change
	for _, id := range sections {
		changes = append(changes, d.listed[d.step.find(id)]...)
	}
	for _, change := range changes {
		if change.Kind == string(policy.Editorial) && change.names(t) {
			d.lie(t, change, sections)
			return
		}
	}
	if slices.ContainsFunc(changes, func(c *Change) bool {
		return c.Kind == string(policy.Material) || c.Kind == string(policy.Clarification) && c.names(t)
	}) {
		return
	}
	i := slices.IndexFunc(changes, func(c *Change) bool { return c.Kind == string(policy.Editorial) })
	switch {
	case i >= 0:
		d.lie(t, changes[i], sections)
	case d.same(sections):
		d.report(problem.Notice, d.v.File, at.Pos, "policy-change", fmt.Sprintf("section %q promises %s %q for the first time, and its text is that of version %d", sections[0], t.kind, t.id, d.before.Number()), "make sure that the text said so before; else say it there")
	default:
		d.report(problem.Error, d.v.File, at.Pos, "policy-change", fmt.Sprintf("section %q promises %s %q for the first time, and no change says so", sections[0], t.kind, t.id), "list the section in a change of kind material"+t.naming())
	}
}

func (d *declaration) lie(t thing, change *Change, sections []string) {
	d.report(problem.Error, d.v.File, change.Pos, "policy-change", fmt.Sprintf("%s %q is new in section %q, and the change is declared editorial", t.kind, t.id, sections[0]), "declare it material"+t.naming())
}

// naming is the end of the cure for what a change can name.
func (t thing) naming() string {
	if t.kind == categoryKind {
		return ""
	}
	return fmt.Sprintf(", and name it there: %ss: [%s]", t.kind, t.id)
}

// same says that none of the sections differs.
func (d *declaration) same(sections []string) bool {
	return !slices.ContainsFunc(sections, func(id string) bool { s := d.step.find(id); return s != nil && s.changed })
}

// names says whether the change names something as affected.
func (change *Change) names(t thing) bool {
	var list []front.Text
	switch t.kind {
	case choiceKind:
		list = change.Choices
	case purposeKind:
		list = change.Purposes
	case processorKind:
		list = change.Processors
	}
	return slices.ContainsFunc(list, func(id front.Text) bool { return id.Value == t.id })
}

// weight reports a section that is declared editorial only, and where more
// happened: somebody else answers for the data, which is an error, or the
// comparison sees a change of substance, on which it can be wrong.
func (d *declaration) weight(s *difference) {
	changes := d.listed[s]
	if len(changes) == 0 || slices.ContainsFunc(changes, func(c *Change) bool { return c.Kind != string(policy.Editorial) }) {
		return
	}
	for _, name := range append([]string{"controller"}, d.Controllers...) {
		if old, new := s.mentions(name); old != new {
			d.report(problem.Error, d.v.File, changes[0].Pos, "policy-change", fmt.Sprintf("section %q names %s %d times, before %d times, and the change is declared editorial", s.id, name, new, old), "who answers for the data is material: declare it so")
			return
		}
	}
	if s.proposed == policy.ProposedSubstantive && s.body {
		d.report(problem.Warning, d.v.File, changes[0].Pos, "policy-change", fmt.Sprintf("section %q is declared editorial, and %s", s.id, edited(s)), "declare it clarification or material, unless no reader could understand the two differently")
	}
}

// edited says what makes a section's change one of substance.
func edited(s *difference) string {
	e := s.decisive
	switch {
	case e.Old == "" && e.New == "":
		return s.String()
	case e.Old == "":
		return fmt.Sprintf("%q was added", shortened(e.New))
	case e.New == "":
		return fmt.Sprintf("%q was taken away", shortened(e.Old))
	}
	return fmt.Sprintf("%q became %q", shortened(e.Old), shortened(e.New))
}

// shortened bounds what a message quotes.
func shortened(text string) string {
	const most = 80
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// affected checks what the changes of a current version name. Those of
// versions that were replaced may name what is gone.
func (c *checker) affected(v *Version) {
	for _, change := range v.Meta.Changes {
		c.refer(v.File, purposeKind, change.Purposes...)
		c.refer(v.File, processorKind, change.Processors...)
		for _, id := range c.refer(v.File, choiceKind, change.Choices...) {
			if of := c.Choice(id.Value).Policy.Value; of != v.Policy.ID && of != "" {
				c.report(problem.Error, v.File, id.Pos, "policy-change", fmt.Sprintf("choice %q is offered by policy %s, not by this one", id.Value, of), "name choices of this policy, or none")
			}
		}
	}
}
