package build

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// policyView is everything that a page of a policy shows.
func (b *Builder) policyView(p *policyPage) templates.Page {
	meta := p.policy.Model(true).Title
	v := templates.Page{
		Site: p.site.view, Layout: "policy", Title: meta, URL: p.path, Canonical: p.site.origin + p.path,
		ShareImage:  p.site.shareImage(),
		Breadcrumbs: []templates.Link{{Title: p.site.file.Short, URL: "/"}},
	}
	if p.kind != inForcePage {
		v.Breadcrumbs = append(v.Breadcrumbs, templates.Link{Title: p.policy.Meta.Short, URL: p.root()})
	}
	switch p.kind {
	case versionsPage:
		v.Title = "All versions of our " + lowerFirst(meta)
		v.Description = "Every version stays online, with its dates and with what changed in it."
		v.Versions = b.versionList(p)
	case changesPage:
		v.Title = fmt.Sprintf("%s: what changed from version %d to version %d", meta, p.old.Number(), p.version.Number())
		v.Description = fmt.Sprintf("What is new in the version of %s, for readers of the one of %s.", longDay(p.version), longDay(p.old))
		v.Comparison = b.comparisonPage(p)
	default:
		if p.kind == permanentPage {
			v.Title = fmt.Sprintf("%s, version %d", meta, p.version.Number())
		}
		v.Description = p.policy.Model(true).Description
		v.Contents = p.contents()
		v.Policy = b.versionPage(p)
		v.Highlighted = p.version.Document.Code
	}
	v.StructuredData = b.policyStructured(p, &v)
	return v
}

func longDay(v *policies.Version) string { return v.Effective().Format("2 January 2006") }

// lowerFirst writes a title within a sentence, unless it begins with an
// abbreviation.
func lowerFirst(title string) string {
	if len(title) > 1 && title[1] >= 'A' && title[1] <= 'Z' {
		return title
	}
	return strings.ToLower(title[:min(1, len(title))]) + title[min(1, len(title)):]
}

func (p *policyPage) root() string { return "/" + p.policy.ID + "/" }

func (p *policyPage) links() templates.PolicyLinks {
	root := p.root()
	return templates.PolicyLinks{InForce: root, Versions: root + "versions/", Feed: root + "feed.atom", Data: root + "policy.json"}
}

// ref names a version as it stands at the page's moment.
func (p *policyPage) ref(v *policies.Version) templates.VersionRef {
	r := templates.VersionRef{
		Number: v.Number(), State: p.standing.state(v), Published: v.Meta.Published.Time, Effective: v.Effective(),
		URL: fmt.Sprintf("%sv/%d/", p.root(), v.Number()),
	}
	if before := v.Before(); before != nil {
		r.Changes = p.changes(before, v)
	}
	if next := v.Policy.Version(v.Number() + 1); next != nil && slices.Contains(p.standing.public, next) && slices.Contains(p.standing.dated, next) {
		r.Until = next.Effective()
	}
	return r
}

// changes is the address of a comparison; empty where one of the two is not
// public.
func (p *policyPage) changes(old, new *policies.Version) string {
	if old == nil || new == nil || old.Number() >= new.Number() || !slices.Contains(p.standing.public, old) || !slices.Contains(p.standing.public, new) || !p.standing.compared(old, new) {
		return ""
	}
	return fmt.Sprintf("%schanges/%d..%d/", p.root(), old.Number(), new.Number())
}

func (p *policyPage) contents() []templates.Heading {
	var all []templates.Heading
	for _, h := range p.version.Document.Headings {
		if !h.Nested && (h.Level == 2 || h.Level == 3) {
			all = append(all, templates.Heading{Level: h.Level, ID: h.ID, HTML: h.HTML})
		}
	}
	return all
}

func (b *Builder) versionPage(p *policyPage) *templates.PolicyPage {
	version, model := p.version, p.version.Model()
	v := &templates.PolicyPage{
		PolicyLinks: p.links(), Version: p.ref(version), Permanent: p.kind == permanentPage,
		Override: model.Override, Updated: model.Published, Contact: b.contactOf(p.policy),
	}
	if version.Number() > 1 {
		v.Summary = model.Summary
	}
	if current := p.standing.inForce; current != nil {
		ref := p.ref(current)
		v.Current = &ref
		v.ToCurrent = p.changes(version, current)
	}
	if before := version.Before(); before != nil && p.standing.state(version) == templates.Announced && p.standing.state(before) == templates.Announced {
		ref := p.ref(before)
		v.Current = &ref // what will hold until then
	}
	for _, other := range p.standing.public {
		if p.standing.upcoming(other) && other.Number() > version.Number() {
			v.Upcoming = append(v.Upcoming, templates.Upcoming{VersionRef: p.ref(other), Summary: other.Model().Summary, Comparison: p.changes(version, other)})
		}
	}
	for _, r := range p.policy.Model(true).Reviews {
		if r.Version == version.Number() && !r.Date.After(p.standing.at) && r.Date.After(v.Reviewed) {
			v.Reviewed, v.Review = r.Date, r.Note
		}
	}
	v.Preamble, v.Sections = b.policySections(p)
	return v
}

func (b *Builder) contactOf(p *policies.Policy) *templates.Contact {
	c := b.x.contact(p.Meta.Contact.Value)
	if c == nil {
		return nil
	}
	return &templates.Contact{ID: c.ID, Label: c.Label, Email: c.Email.Value, About: c.About}
}

var numbered = regexp.MustCompile(`^(\d+(?:\.\d+)*\.?)\s+`)

// policySections cuts the compiled text at its headings of the second level.
func (b *Builder) policySections(p *policyPage) (preamble templ.Component, all []templates.PolicySection) {
	names, sections := p.version.Names(), p.version.Sections()
	end := len(p.version.Document.HTML)
	if len(sections) > 0 && sections[0].Heading.Start > 0 {
		preamble = p.text.part(0, sections[0].Heading.Start)
	} else if len(sections) == 0 {
		return p.text.part(0, end), nil
	}
	for i, s := range sections {
		to := end
		if i+1 < len(sections) {
			to = sections[i+1].Heading.Start
		}
		v := templates.PolicySection{ID: s.ID, Title: s.Heading.HTML, Aliases: names[s.ID], Body: p.text.part(s.Heading.End, to)}
		if m := numbered.FindStringSubmatch(v.Title); m != nil {
			v.Number, v.Title = m[1], v.Title[len(m[0]):]
		}
		for _, inner := range s.Inner {
			v.Aliases = append(v.Aliases, names[inner]...)
		}
		for _, id := range p.version.Offers(s.ID) {
			if c := b.x.declared.Choice(id); c != nil {
				v.Choices = append(v.Choices, choiceView(c))
			}
		}
		all = append(all, v)
	}
	return preamble, all
}

func choiceView(c *policies.Choice) templates.PolicyChoice {
	return templates.PolicyChoice{ID: c.ID.Value, Name: c.Name, Words: c.Words.Value, URL: "/preferences#choice." + c.ID.Value}
}

// part writes a piece of the document's HTML with its gaps filled.
func (p *page) part(from, to int) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return p.writePart(w, from, to) })
}

func (p *page) writePart(w io.Writer, from, to int) error {
	doc, at := &p.page.Document, from
	for i, gap := range doc.Gaps {
		if gap.Offset < from || gap.Offset >= to {
			continue
		}
		if _, err := w.Write(doc.HTML[at:gap.Offset]); err != nil {
			return err
		}
		if _, err := io.WriteString(w, p.filled[i]); err != nil {
			return err
		}
		at = gap.Offset
	}
	_, err := w.Write(doc.HTML[at:to])
	return err
}

func (b *Builder) versionList(p *policyPage) *templates.VersionList {
	l := &templates.VersionList{PolicyLinks: p.links()}
	for _, v := range slices.Backward(p.standing.public) {
		model := v.Model()
		e := templates.VersionEntry{VersionRef: p.ref(v), Summary: model.Summary, Override: model.Override, ToCurrent: p.changes(v, p.standing.inForce)}
		if e.ToCurrent == e.VersionRef.Changes {
			e.ToCurrent = ""
		}
		for _, c := range model.Changes {
			e.Changes = append(e.Changes, b.declaredChange(c, v, e.URL))
		}
		l.Versions = append(l.Versions, e)
	}
	for _, r := range p.policy.Model(true).Reviews {
		if !r.Date.After(p.standing.at) {
			l.Reviews = append(l.Reviews, r)
		}
	}
	return l
}

// declaredChange shows a change; its sections lead to the version's page.
func (b *Builder) declaredChange(c policy.Change, v *policies.Version, address string) templates.DeclaredChange {
	d := templates.DeclaredChange{Kind: c.Kind, Text: c.Text}
	for _, s := range v.Sections() {
		if slices.Contains(c.Sections, s.ID) {
			d.Sections = append(d.Sections, templates.Link{Title: s.Title, URL: address + "#" + s.ID})
		}
	}
	d.Choices = b.choiceViews(c.Choices)
	return d
}

func (b *Builder) choiceViews(ids []string) []templates.PolicyChoice {
	var all []templates.PolicyChoice
	for _, id := range ids {
		if c := b.x.declared.Choice(id); c != nil {
			all = append(all, choiceView(c))
		}
	}
	return all
}

func (b *Builder) comparisonPage(p *policyPage) *templates.ComparisonPage {
	between := b.x.declared.Between(p.old, p.version)
	v := &templates.ComparisonPage{
		PolicyLinks: p.links(), Old: p.ref(p.old), New: p.ref(p.version),
		Choices: b.choiceViews(between.Choices), Comparison: b.withAddresses(*b.x.declared.Compare(p.old, p.version), p.site),
	}
	for _, other := range slices.Backward(p.policy.Versions) {
		if other.Number() > p.old.Number() && other.Number() <= p.version.Number() {
			v.Summaries = append(v.Summaries, templates.VersionSummary{Number: other.Number(), Summary: other.Model().Summary})
		}
	}
	for _, c := range between.Changes {
		v.Changes = append(v.Changes, b.declaredChange(c, p.version, v.New.URL))
	}
	return v
}

// withAddresses returns the comparison with the addresses to which links
// lead, in place of the files that the texts name.
func (b *Builder) withAddresses(c policy.Comparison, t *site) policy.Comparison {
	c.Sections = slices.Clone(c.Sections)
	for i := range c.Sections {
		s := &c.Sections[i]
		s.Blocks = slices.Clone(s.Blocks)
		for j := range s.Blocks {
			links := slices.Clone(s.Blocks[j].Links)
			for k, l := range links {
				links[k].Old, links[k].New = b.addressOf(l.Old, t), b.addressOf(l.New, t)
			}
			s.Blocks[j].Links = links
		}
	}
	return c
}

// addressOf is the whole address of what a text of a policy links to. What is
// not there any more stays as it was written.
func (b *Builder) addressOf(target string, t *site) string {
	file, id, _ := strings.Cut(target, "#")
	if to := b.x.byPath[join("policies/any/version.md", file)]; to != nil {
		address := to.site.origin + to.url
		if id != "" {
			address += "#" + id
		}
		return address
	}
	if strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//") {
		return t.origin + target
	}
	return target
}

// policyFeed lists the published versions, the newest first.
func (b *Builder) policyFeed(p *policyPage) templates.Feed {
	root, t := p.site.origin+p.root(), p.site
	model := p.policy.Model(true)
	f := templates.Feed{
		ID: root + "feed.atom", Self: root + "feed.atom", Home: root, Title: t.file.Title.Value + ": " + model.Title,
		Subtitle: model.Description, Language: t.view.Language, Author: b.x.provider.Name,
	}
	if t.view.Icon != "" {
		f.Icon = t.origin + t.view.Icon
	}
	for _, v := range slices.Backward(p.standing.public) {
		at := v.Meta.Published.Time
		if at.IsZero() {
			at = v.Effective()
		}
		address := fmt.Sprintf("%sv/%d/", root, v.Number())
		f.Entries = append(f.Entries, templates.Entry{
			ID: address, URL: address, Summary: v.Model().Summary, Published: at, Updated: at,
			Title: fmt.Sprintf("%s, version %d, in force from %s", model.Title, v.Number(), longDay(v)),
		})
	}
	if len(f.Entries) == 0 {
		f.Updated = time.Unix(0, 0).UTC()
	}
	return f
}
