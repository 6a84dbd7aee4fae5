package policies

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

var idForm = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// ids refuses ids that stand twice in one list or are no ids, and references
// within the lists that lead to nothing.
func (c *checker) ids() {
	c.unique(PurposesFile, "purpose", idsOf(c.Purposes, func(p *Purpose) front.Text { return p.ID }))
	c.unique(PurposesFile, "category", idsOf(c.Categories, func(p *Category) front.Text { return p.ID }))
	c.unique(PurposesFile, "retention", idsOf(c.Retentions, func(p *Retention) front.Text { return p.ID }))
	c.unique(PurposesFile, "mechanism", idsOf(c.Mechanisms, func(p *Mechanism) front.Text { return p.ID }))
	c.unique(ChoicesFile, "choice", idsOf(c.Choices, func(p *Choice) front.Text { return p.ID }))
	c.unique(ProcessorsFile, "processor", idsOf(c.Processors, func(p *Processor) front.Text { return p.ID }))
}

func idsOf[T any](list []T, id func(T) front.Text) []front.Text {
	ids := make([]front.Text, len(list))
	for i, item := range list {
		ids[i] = id(item)
	}
	return ids
}

func (c *checker) unique(file, what string, ids []front.Text) {
	first := map[string]int{}
	for _, id := range ids {
		switch line := first[id.Value]; {
		case id.Value == "": // reported where it was decoded
		case !idForm.MatchString(id.Value):
			c.report(problem.Error, file, id.Pos, "policy-id", fmt.Sprintf("%s id %q is no id", what, id.Value), "use a-z, 0-9, hyphens and dots, such as newsletter.services")
		case line > 0:
			c.report(problem.Error, file, id.Pos, "policy-id", fmt.Sprintf("%s %q is declared twice, first in line %d", what, id.Value, line), "keep one of them")
		default:
			first[id.Value] = id.Line
		}
	}
}

// known reports a reference to an id that a list doesn't have, and says
// whether it has it. What names the kind of thing, file where it is declared.
func (c *checker) known(file string, ref front.Text, what string, ids []front.Text, declared string) bool {
	if ref.Value == "" {
		return false // reported where it was decoded
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.Value
	}
	if slices.Contains(names, ref.Value) {
		return true
	}
	hint := fmt.Sprintf("declare it in %s, or name one that is there", declared)
	if near := problem.Nearest(ref.Value, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.report(problem.Error, file, ref.Pos, "policy-reference", fmt.Sprintf("%s %q is not declared", what, ref.Value), hint)
	return false
}

// files checks what each policy's folder holds: a policy.yaml, versions named
// by their day and numbered without a gap.
func (c *checker) files() {
	for _, p := range c.Policies {
		if !formID.MatchString(p.ID) {
			c.report(problem.Error, p.File, front.Pos{}, "file-name", fmt.Sprintf("the folder's name %q is no id for a policy", p.ID), "use a-z, 0-9 and hyphens: it is part of the address")
		}
		c.policyFile(p)
		if len(p.Versions) == 0 {
			c.report(problem.Error, p.File, front.Pos{}, "policy-version", "the policy has no version", "write the first as policies/"+p.ID+"/YYYY-MM-DD.md")
		}
		for i, v := range p.Versions {
			c.versionFile(v, i)
		}
	}
}

func (c *checker) policyFile(p *Policy) {
	if c.Set.files[p.File] == nil {
		c.report(problem.Error, p.File, front.Pos{}, "policy-version", "the folder has versions but no policy.yaml", "write one with title, short, description and site")
		return
	}
	if site := p.Meta.Site; site.Value != "" && !c.Site(site.Value) {
		c.report(problem.Error, p.File, site.Pos, "policy-reference", fmt.Sprintf("there is no site %q", site.Value), "name a folder below sites/")
	}
	if contact := p.Meta.Contact; contact.Value != "" && !c.Contact(contact.Value) {
		c.report(problem.Error, p.File, contact.Pos, "policy-reference", fmt.Sprintf("there is no contact %q", contact.Value), "name one of the contacts in provider.yaml")
	}
	for _, r := range p.Meta.Reviews {
		if r.Version.Value != 0 && p.Version(r.Version.Value) == nil {
			c.report(problem.Error, p.File, r.Version.Pos, "policy-reference", fmt.Sprintf("there is no version %d", r.Version.Value), "name the version that was read")
		}
	}
}

// versionFile checks name and number of the version at a place in the order.
func (c *checker) versionFile(v *Version, i int) {
	day := v.Effective().Format(time.DateOnly)
	switch {
	case v.Effective().IsZero(): // reported where it was decoded
	case !v.Effective().Equal(v.Day):
		c.report(problem.Error, v.File, v.Meta.Effective.Pos, "policy-version", fmt.Sprintf("the version takes effect on %s, which is not the day in the file's name", day), fmt.Sprintf("rename the file to %s.md, or correct the date", day))
	}
	for _, date := range []front.Date{v.Meta.Published, v.Meta.Effective} {
		if !date.Time.Equal(date.Time.Truncate(24 * time.Hour)) {
			c.report(problem.Error, v.File, date.Pos, "policy-date", "a version is published, and takes effect, on a day, not at a time of day", "write the day alone: "+date.Time.Format(time.DateOnly))
		}
	}
	if v.Number() == 0 {
		return // reported where it was decoded
	}
	switch before := i > 0 && v.Policy.Versions[i-1].Number() == v.Number(); {
	case before:
		c.report(problem.Error, v.File, v.Meta.Number.Pos, "policy-version", fmt.Sprintf("version %d is that of %s too", v.Number(), v.Policy.Versions[i-1].File), "number the versions 1, 2, 3 by the days on which they take effect")
	case v.Number() != i+1 && (i == 0 || v.Policy.Versions[i-1].Number() == i):
		c.report(problem.Error, v.File, v.Meta.Number.Pos, "policy-version", fmt.Sprintf("version %d follows version %d", v.Number(), i), fmt.Sprintf("number it %d", i+1))
	}
}
