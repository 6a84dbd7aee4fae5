package policies

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// Kinds of what a section can promise.
const (
	choiceKind    = "choice"
	purposeKind   = "purpose"
	categoryKind  = "category"
	processorKind = "processor"
	mechanismKind = "mechanism"
	retentionKind = "retention"
)

// A promised is one kind of what a section promises.
type promised struct {
	kind string
	ids  []front.Text
}

// lists returns what the section promises, by kind.
func (p Promise) lists() []promised {
	return []promised{
		{choiceKind, p.Choices}, {purposeKind, p.Purposes}, {categoryKind, p.Categories},
		{processorKind, p.Processors}, {mechanismKind, p.Mechanisms},
	}
}

// A thing is what a section can promise.
type thing struct{ kind, id string }

// A pledge is all that a version promises, each with the sections that
// promise it.
type pledge struct {
	version  *Version
	sections map[thing][]string
}

// pledge gathers what the version promises. What a heading within a section
// promises counts as the section's own.
func (v *Version) pledge() pledge {
	top := v.tops()
	all := pledge{v, map[thing][]string{}}
	for _, p := range v.Meta.Promises {
		for _, list := range p.lists() {
			for _, id := range list.ids {
				t := thing{list.kind, id.Value}
				all.sections[t] = append(all.sections[t], cmp.Or(top[p.Section.Value], p.Section.Value))
			}
		}
	}
	return all
}

// has says whether some section promises it.
func (p pledge) has(kind, id string) bool { return len(p.sections[thing{kind, id}]) > 0 }

// legible says that a version's file could be read, so that what it lacks is
// really missing.
func (s *Set) legible(v *Version) bool {
	return !slices.ContainsFunc(s.Problems, func(p problem.Problem) bool { return p.Path == v.File && p.Severity == problem.Error })
}

// String names the version in messages.
func (v *Version) String() string {
	return fmt.Sprintf("version %d of policy %s", v.Number(), v.Policy.ID)
}

// current returns the version in force and those after it, drafts included:
// what they promise can still be kept or taken back.
func (p *Policy) current(at time.Time) []*Version {
	held := p.InForce(at)
	return slices.DeleteFunc(slices.Clone(p.Versions), func(v *Version) bool {
		return held != nil && v.Number() < held.Number()
	})
}

// A register is the list of what is declared of one kind.
type register struct {
	kind, file string
	ids        []front.Text
}

func (s *Set) registers() []register {
	return []register{
		{choiceKind, ChoicesFile, idsOf(s.Choices, func(c *Choice) front.Text { return c.ID })},
		{purposeKind, PurposesFile, idsOf(s.Purposes, func(p *Purpose) front.Text { return p.ID })},
		{categoryKind, PurposesFile, idsOf(s.Categories, func(c *Category) front.Text { return c.ID })},
		{processorKind, ProcessorsFile, idsOf(s.Processors, func(p *Processor) front.Text { return p.ID })},
		{mechanismKind, PurposesFile, idsOf(s.Mechanisms, func(m *Mechanism) front.Text { return m.ID })},
		{retentionKind, PurposesFile, idsOf(s.Retentions, func(r *Retention) front.Text { return r.ID })},
	}
}

// refer checks references to things of one kind, none twice, and returns
// those that lead somewhere.
func (c *checker) refer(file, kind string, refs ...front.Text) []front.Text {
	all := c.registers()
	r := all[slices.IndexFunc(all, func(r register) bool { return r.kind == kind })]
	var good []front.Text
	for i, ref := range refs {
		twice := slices.ContainsFunc(refs[:i], func(t front.Text) bool { return t.Value == ref.Value })
		switch {
		case twice && ref.Value != "":
			c.report(problem.Error, file, ref.Pos, "policy-reference", fmt.Sprintf("%s %q is named twice", kind, ref.Value), "keep one of them")
		case c.known(file, ref, kind, r.ids, r.file):
			good = append(good, ref)
		}
	}
	return good
}

// promises checks that what the sections promise exists and is kept, and that
// what is declared is promised. Versions that were replaced are left as they
// are: what they promised may be gone.
func (c *checker) promises() {
	var pledges []pledge
	for _, p := range c.Policies {
		offered := map[string]bool{}
		for _, v := range p.current(c.clock) {
			pledges = append(pledges, v.pledge())
			c.promisesOf(v, offered)
		}
	}
	c.purposes()
	c.categories()
	c.retentions()
	c.mechanisms(pledges)
	for _, choice := range c.Choices {
		c.choice(choice, pledges)
	}
	for _, p := range c.Processors {
		c.processor(p, pledges)
	}
	c.nowhere(pledges)
}

// promisesOf checks what one version promises. Offered are the choices of the
// versions before it, which need a form already.
func (c *checker) promisesOf(v *Version, offered map[string]bool) {
	sections := v.Sections()
	for _, p := range v.Meta.Promises {
		id := p.Section.Value
		if !slices.ContainsFunc(sections, func(s Section) bool { return s.ID == id || slices.Contains(s.Inner, id) }) {
			c.report(problem.Error, v.File, p.Section.Pos, "promise-section", fmt.Sprintf("the text has no section %q that could promise something", id), c.nearSection(v, id))
		}
		for _, list := range p.lists() {
			known := c.refer(v.File, list.kind, list.ids...)
			if list.kind == choiceKind {
				c.offered(v, known, offered)
			}
		}
	}
}

// offered checks that choices can be made: on a form now where they are
// promised now, and from the day on which they are promised where that is to
// come.
func (c *checker) offered(v *Version, choices []front.Text, already map[string]bool) {
	for _, choice := range choices {
		if already[choice.Value] || len(c.fieldsOf(func(f *Field) bool { return f.Type == "consent" && f.Choice.Value == choice.Value })) > 0 {
			continue
		}
		already[choice.Value] = true
		field := fmt.Sprintf("{name: choice.%s, type: consent, choice: %s}", choice.Value, choice.Value)
		if v == v.Policy.InForce(c.clock) {
			c.report(problem.Error, v.File, choice.Pos, "promise-form", fmt.Sprintf("choice %q is promised, and no form offers it", choice.Value), "add a field to a form: "+field)
		} else {
			c.report(problem.Notice, v.File, choice.Pos, "promise-form", fmt.Sprintf("no form offers choice %q yet", choice.Value), fmt.Sprintf("add a field to a form on %s, when the version takes effect: %s", v.Effective().Format(time.DateOnly), field))
		}
	}
}

// A use is a field and the form that has it.
type use struct {
	form  *Form
	field *Field
}

// String is the place of the field.
func (u use) String() string { return fmt.Sprintf("%s:%d", u.form.File, u.field.Line) }

// fieldsOf returns the fields for which which is true.
func (s *Set) fieldsOf(which func(*Field) bool) []use {
	var all []use
	for _, form := range s.Forms {
		for _, field := range form.Meta.Fields {
			if which(field) {
				all = append(all, use{form, field})
			}
		}
	}
	return all
}
