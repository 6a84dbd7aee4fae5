package policies

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// fieldName is a name that a browser, a log and a table can all hold.
var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_.-]*$`)

// forms checks that forms ask nothing that the policy in force doesn't say.
func (c *checker) forms() {
	pledges := map[string][]pledge{}
	for _, p := range c.Policies {
		for _, v := range p.current(c.clock) {
			pledges[p.ID] = append(pledges[p.ID], v.pledge())
		}
	}
	for _, form := range c.Forms {
		c.names(form)
		for _, f := range form.Meta.Fields {
			c.field(form, f)
		}
		if len(c.refer(form.File, retentionKind, form.Meta.Retention)) > 0 {
			c.kept(form)
		}
		c.follows(form)
		c.asks(form, pledges)
	}
}

// names checks that the names of fields are fit to send, and differ.
func (c *checker) names(form *Form) {
	first := map[string]int{}
	for _, f := range form.Meta.Fields {
		name := f.Name.Value
		var message, hint string
		switch {
		case name == "": // reported where it was decoded
			continue
		case !fieldName.MatchString(name):
			message, hint = fmt.Sprintf("field name %q can't be sent", name), "begin with a-z and go on with a-z, 0-9, dots, hyphens and underscores"
		case first[name] > 0:
			message, hint = fmt.Sprintf("two fields have the name %q, the first in line %d", name, first[name]), "give each its own"
		case f.Type == "consent" && f.Choice.Value != "" && name != "choice."+f.Choice.Value:
			message, hint = fmt.Sprintf("the field of choice %q has the name %q", f.Choice.Value, name), "name it choice."+f.Choice.Value
		case f.Type != "consent" && f.Type != "" && strings.HasPrefix(name, "choice."):
			message, hint = fmt.Sprintf("field name %q is kept for a choice", name), "give it another name, or the type consent"
		}
		if first[name] == 0 {
			first[name] = f.Name.Line
		}
		if message != "" {
			c.report(problem.Error, form.File, f.Name.Pos, "form-name", message, hint)
		}
	}
}

// field checks what a field needs, and must not have, for its type.
func (c *checker) field(form *Form, f *Field) {
	wrong := func(message, hint string) {
		c.report(problem.Error, form.File, f.Pos, "form-field", message, hint)
	}
	listed, scale := f.Type == "choice" || f.Type == "several", f.Type == "scale"
	switch {
	case f.Type == "": // reported where it was decoded
		return
	case f.Type == "consent" && f.Choice == (front.Text{}):
		wrong("a field of type consent needs a choice", "add choice: and the id of one in "+ChoicesFile)
	case f.Type == "consent" && (f.Category.Value != "" || f.Purpose.Value != ""):
		wrong("a field of type consent has no category and no purpose", "remove them: what it permits stands with the choice in "+ChoicesFile)
	case f.Type != "consent" && f.Choice.Value != "":
		wrong(fmt.Sprintf("a field of type %s has no choice", f.Type), "remove it, or write type: consent")
	case f.Label == "" && !f.silent():
		wrong(fmt.Sprintf("field %q has no label", f.Name.Value), "add label: and the question as people read it")
	case listed && len(f.Options) == 0:
		wrong(fmt.Sprintf("a field of type %s needs options", f.Type), `add options: ["One", "Another"]`)
	case !listed && len(f.Options) > 0:
		wrong(fmt.Sprintf("a field of type %s has no options", f.Type), "remove them, or write type: choice or several")
	case scale && (f.From >= f.To || f.To-f.From > policy.MaxSteps):
		wrong(fmt.Sprintf("a scale can't go from %d to %d", f.From, f.To), fmt.Sprintf("write numbers that rise by at most %d, such as from: 1, to: 5", policy.MaxSteps))
	case !scale && (f.From != 0 || f.To != 0):
		wrong(fmt.Sprintf("a field of type %s has no from and to", f.Type), "remove them, or write type: scale")
	}
	if m := f.Model(); !listed && !scale {
		if _, err := m.Limits(); err != nil {
			wrong(fmt.Sprintf("field %q: %v", f.Name.Value, err), "mend min: and max:, or remove them")
		}
	}
	c.options(form, f)
}

// follows checks when a form may be sent, and what follows then.
func (c *checker) follows(form *Form) {
	m := form.Model()
	if err := m.CheckThen(); err != nil {
		c.report(problem.Error, form.File, form.place(), "form-then", fmt.Sprintf("the form's %v", err), "see Forms in docs/editors.md")
	}
	if t := form.Meta.Then; t != nil && t.Mail.Value != "" && !c.Contact(t.Mail.Value) {
		c.report(problem.Error, form.File, t.Mail.Pos, "policy-reference", fmt.Sprintf("there is no contact %q", t.Mail.Value), "name one of the contacts in provider.yaml")
	}
}

// place is where a form says what follows.
func (f *Form) place() front.Pos {
	switch {
	case f.Meta.Then != nil:
		return f.Meta.Then.Pos
	case f.Meta.Closes.Line > 0:
		return f.Meta.Closes.Pos
	}
	return f.Meta.Title.Pos
}

// silent says that the field asks nothing of its own.
func (f *Field) silent() bool { return f.Type == "consent" || f.Type == "hidden" }

func (c *checker) options(form *Form, f *Field) {
	for i, option := range f.Options {
		if option.Value != "" && slices.ContainsFunc(f.Options[:i], func(t front.Text) bool { return t.Value == option.Value }) {
			c.report(problem.Error, form.File, option.Pos, "form-field", fmt.Sprintf("option %q stands twice", option.Value), "keep one of them")
		}
	}
}

// kept checks that a form keeps no kind of data for longer than that is kept
// at most: its rule of retention is what people read in the policy. What the
// two count from may differ, and is not compared.
func (c *checker) kept(form *Form) {
	own := c.rule(form.Meta.Retention.Value)
	var seen []string
	for _, f := range form.Meta.Fields {
		k := named(c.Categories, f.Category.Value, func(k *Category) front.Text { return k.ID })
		if k == nil || slices.Contains(seen, f.Category.Value) {
			continue
		}
		seen = append(seen, f.Category.Value)
		limit := c.rule(k.Retention.Value)
		if own == nil || limit == nil || !own.Model().Keep.Exceeds(limit.Model().Keep) {
			continue
		}
		c.report(problem.Error, form.File, form.Meta.Retention.Pos, "retention",
			fmt.Sprintf("the form keeps for %s what %s says is kept for %s: category %q, asked for by field %q", inWords(own.Keep.Value), PurposesFile, inWords(limit.Keep.Value), f.Category.Value, f.Name.Value),
			"name a rule that is no longer, or remove the field")
	}
}

// rule returns the rule of retention with an id and a period that can be
// read, or nil.
func (s *Set) rule(id string) *Retention {
	r := named(s.Retentions, id, func(r *Retention) front.Text { return r.ID })
	if r == nil {
		return nil
	}
	if _, err := policy.ParsePeriod(r.Keep.Value); err != nil {
		return nil // reported with the rule
	}
	return r
}

// asks holds the fields of a form against its policy.
func (c *checker) asks(form *Form, pledges map[string][]pledge) {
	policies := idsOf(c.Policies, func(p *Policy) front.Text { return front.Text{Value: p.ID} })
	bound := c.known(form.File, form.Meta.Policy, "policy", policies, "policies/") && c.bound(form)
	for _, f := range form.Meta.Fields {
		switch {
		case f.Type == "consent":
			if len(c.refer(form.File, choiceKind, f.Choice)) > 0 {
				c.consent(form, f, pledges)
			}
		case c.declared(form, f) && bound:
			c.covered(form, f, pledges[form.Meta.Policy.Value])
		}
	}
}

// bound says whether the form's policy has a version in force that can be
// read, and reports where it has none.
func (c *checker) bound(form *Form) bool {
	p := c.Policy(form.Meta.Policy.Value)
	if v := p.InForce(c.clock); v != nil {
		return c.legible(v)
	}
	hint := "publish a version before the form asks for anything"
	if i := slices.IndexFunc(p.Versions, func(v *Version) bool { return !v.Meta.Draft && !v.Effective().IsZero() }); i >= 0 {
		hint = fmt.Sprintf("its first takes effect on %s: add the form then", p.Versions[i].Effective().Format(time.DateOnly))
	}
	c.report(problem.Error, form.File, form.Meta.Policy.Pos, "form-policy", fmt.Sprintf("policy %q has no version in force", p.ID), hint)
	return false
}

// consent checks that the choice of a field is promised by now.
func (c *checker) consent(form *Form, f *Field, pledges map[string][]pledge) {
	p := c.Policy(c.Choice(f.Choice.Value).Policy.Value)
	if p == nil {
		return // reported in the file of choices
	}
	held := p.InForce(c.clock)
	if held == nil && p.ID == form.Meta.Policy.Value || held != nil && !c.legible(held) {
		return // reported of the form, or of the version
	}
	promises := func(q pledge) bool { return q.has(choiceKind, f.Choice.Value) }
	message := fmt.Sprintf("policy %s, of which no version is in force, does not promise choice %q", p.ID, f.Choice.Value)
	if held != nil {
		message = fmt.Sprintf("%v, in force, does not promise choice %q", held, f.Choice.Value)
	}
	hint := "publish a version that promises it, or remove the field"
	if i := slices.IndexFunc(pledges[p.ID], promises); i >= 0 {
		if pledges[p.ID][i].version == held {
			return
		}
		hint = from(pledges[p.ID][i].version, "it")
	} else if slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(pledges))...), promises) {
		return // by another policy, which is reported in the file of choices
	}
	c.report(problem.Error, form.File, f.Choice.Pos, "form-policy", message, hint)
}

// from says from which day a later version permits to ask.
func from(v *Version, what string) string {
	if v.Meta.Draft {
		return fmt.Sprintf("the draft of version %d promises %s: publish it, and add the field when it takes effect", v.Number(), what)
	}
	return fmt.Sprintf("version %d promises %s from %s: add the field on that day", v.Number(), what, v.Effective().Format(time.DateOnly))
}

// declared checks that a field names a category and a purpose that
// purposes.yaml declares together.
func (c *checker) declared(form *Form, f *Field) bool {
	for _, ref := range []struct {
		kind string
		text front.Text
	}{{categoryKind, f.Category}, {purposeKind, f.Purpose}} {
		if ref.text == (front.Text{}) && !f.silent() && f.Type != "" {
			c.report(problem.Error, form.File, f.Pos, "form-field", fmt.Sprintf("field %q names no %s", f.Name.Value, ref.kind), fmt.Sprintf("add %s: and the id of one in %s", ref.kind, PurposesFile))
		}
	}
	category := len(c.refer(form.File, categoryKind, f.Category)) > 0
	if purpose := len(c.refer(form.File, purposeKind, f.Purpose)) > 0; !category || !purpose {
		return false
	}
	uses := func(p *Purpose) bool {
		return slices.ContainsFunc(p.Categories, func(t front.Text) bool { return t.Value == f.Category.Value })
	}
	var others []string
	for _, p := range c.Purposes {
		switch {
		case p.is(f.Purpose) && uses(p):
			return true
		case uses(p):
			others = append(others, p.ID.Value)
		}
	}
	hint := "add the category to the purpose in " + PurposesFile
	if len(others) > 0 {
		hint += ", or name a purpose that uses it: " + strings.Join(others, ", ")
	}
	c.report(problem.Error, form.File, f.Category.Pos, "form-purpose", fmt.Sprintf("purpose %q does not use category %q", f.Purpose.Value, f.Category.Value), hint)
	return false
}

// covered checks that the version in force, which is the first of the
// pledges, promises category and purpose of a field in one section.
func (c *checker) covered(form *Form, f *Field, pledges []pledge) {
	purpose, category := thing{purposeKind, f.Purpose.Value}, thing{categoryKind, f.Category.Value}
	if pledges[0].together(purpose, category) {
		return
	}
	held := pledges[0]
	var lacks, hint string
	at := f.Purpose.Pos
	switch where := held.sections[purpose]; {
	case len(where) == 0 && !held.has(categoryKind, category.id):
		lacks = fmt.Sprintf("does not promise purpose %q and category %q", purpose.id, category.id)
		hint = "publish a version that promises both in one section, or remove the field"
	case len(where) == 0:
		lacks = fmt.Sprintf("does not promise purpose %q", purpose.id)
		hint = fmt.Sprintf("publish a version that promises it, in one section with category %s, or remove the field", category.id)
	case !held.has(categoryKind, category.id):
		at, lacks = f.Category.Pos, fmt.Sprintf("does not promise category %q", category.id)
		hint = fmt.Sprintf("section %q promises the purpose: publish a version that promises the category there, or remove the field", where[0])
	default:
		at, lacks = f.Category.Pos, fmt.Sprintf("promises purpose %q and category %q in no section together", purpose.id, category.id)
		hint = fmt.Sprintf("section %q promises the purpose: publish a version that promises the category there, too, or remove the field", where[0])
	}
	if i := slices.IndexFunc(pledges, func(p pledge) bool { return p.together(purpose, category) }); i > 0 {
		hint = from(pledges[i].version, "both in one section")
	}
	c.report(problem.Error, form.File, at, "form-policy", fmt.Sprintf("%v, in force, %s", held.version, lacks), hint)
}

// together says whether one section promises both.
func (p pledge) together(a, b thing) bool {
	return slices.ContainsFunc(p.sections[a], func(section string) bool { return slices.Contains(p.sections[b], section) })
}
