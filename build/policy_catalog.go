package build

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// catalog is the file for the edge. A draft whose mistakes would make it one
// that the edge refuses is left out with the others: the mistakes are
// reported, and the sites are shown all the same.
func (b *Builder) catalog(forms []policy.Form) ([]byte, error) {
	c, err := b.catalogWith(b.dated, forms)
	if err != nil {
		return nil, err
	}
	text, err := c.Encode()
	if err == nil || !b.cfg.Drafts {
		return text, err
	}
	if c, err = b.catalogWith(published, forms); err != nil {
		return nil, err
	}
	return c.Encode()
}

// published returns the versions that are no drafts.
func published(p *policies.Policy) []*policies.Version {
	return slices.DeleteFunc(slices.Clone(p.Versions), func(v *policies.Version) bool { return v.Meta.Draft })
}

// catalogWith makes the catalog with those versions of each policy.
func (b *Builder) catalogWith(versions func(*policies.Policy) []*policies.Version, forms []policy.Form) (*policy.Catalog, error) {
	c := &policy.Catalog{
		Format: policy.CatalogFormat, Company: b.company(), Identity: policy.OnChoice, Forms: forms,
		Sites: []policy.Site{}, Redirects: []policy.Redirect{}, Texts: map[string]string{},
	}
	if b.x.provider.Identity == string(policy.OnVisit) {
		c.Identity = policy.OnVisit
	}
	for _, t := range b.x.sites {
		c.Sites = append(c.Sites, policy.Site{ID: t.id, Title: t.file.Title.Value, Host: t.host, Origin: t.origin, Language: t.view.Language, Shell: shellFile})
		for _, r := range t.redirects {
			c.Redirects = append(c.Redirects, policy.Redirect{Host: t.host, From: r.from.Value, To: r.to.url})
		}
	}
	b.addRegisters(c)
	return c, b.addPolicies(c, versions)
}

// company is what provider.yaml says of the company.
func (b *Builder) company() policy.Company {
	p := b.x.provider
	c := policy.Company{Name: p.Name, LegalName: p.LegalName, Domain: p.Domain.Value}
	for _, line := range p.PostalAddress {
		c.PostalAddress = append(c.PostalAddress, line.Value)
	}
	for _, k := range p.Contacts {
		c.Contacts = append(c.Contacts, policy.Contact{ID: k.ID, Label: k.Label, Email: k.Email.Value, About: k.About})
	}
	return c
}

// addRegisters gives the catalog what is declared for all policies.
func (b *Builder) addRegisters(c *policy.Catalog) {
	set := b.x.declared
	for _, p := range set.Purposes {
		c.Purposes = append(c.Purposes, p.Model())
	}
	for _, k := range set.Categories {
		c.Categories = append(c.Categories, k.Model())
	}
	for _, r := range set.Retentions {
		c.Retention = append(c.Retention, r.Model())
	}
	for _, m := range set.Mechanisms {
		c.Mechanisms = append(c.Mechanisms, m.Model())
	}
	for _, p := range set.Processors {
		c.Processors = append(c.Processors, p.Model())
	}
	for _, choice := range set.Choices {
		c.Choices = append(c.Choices, choice.Model())
	}
}

// addPolicies gives the catalog what the edge knows of policies. It has all
// versions, since the edge goes by its own clock, and the notices about those
// that are in force now or will be.
func (b *Builder) addPolicies(c *policy.Catalog, versions func(*policies.Policy) []*policies.Version) error {
	for _, p := range b.x.policyPages {
		if !p.at.IsZero() {
			c.Timed = append(c.Timed, policy.Timed{Host: p.site.host, Path: p.path, From: p.at.UTC(), File: p.timedFile()})
		}
	}
	for _, p := range b.x.declared.Policies {
		if b.x.byID[p.Meta.Site.Value] == nil {
			continue // reported
		}
		entry, err := b.catalogPolicy(p, versions(p))
		if err != nil {
			return err
		}
		if len(entry.Versions) > 0 {
			c.Policies = append(c.Policies, entry)
		}
	}
	b.addTexts(c)
	return nil
}

// addTexts gives the catalog the words of the sections that offer choices.
func (b *Builder) addTexts(c *policy.Catalog) {
	texts := map[string]string{}
	for _, p := range b.x.declared.Policies {
		for _, v := range p.Versions {
			for _, s := range v.Sections() {
				texts[s.Hash] = s.Text
			}
		}
	}
	for _, choice := range c.Choices {
		p := c.Policy(choice.Policy)
		if p == nil {
			continue // Encode says so
		}
		for i := range p.Versions {
			if s := p.Offering(&p.Versions[i], choice.Section); s != nil {
				c.Texts[s.Hash] = texts[s.Hash]
			}
		}
	}
}

func (b *Builder) catalogPolicy(p *policies.Policy, versions []*policies.Version) (policy.CatalogPolicy, error) {
	t := b.x.byID[p.Meta.Site.Value]
	root := t.policyRoot(p)
	entry := policy.CatalogPolicy{ID: p.ID, Title: p.Meta.Title.Value, Short: p.Meta.Short, Site: t.id, Address: root, Contact: p.Meta.Contact.Value}
	inForce := b.standing(p, b.cfg.Now).inForce
	for i, v := range versions {
		model := b.catalogModel(v)
		entry.Versions = append(entry.Versions, policy.CatalogVersion{
			Number: v.Number(), Published: policy.Day{Time: model.Published}, Effective: policy.Day{Time: model.Effective},
			Address: fmt.Sprintf("%sv/%d/", root, v.Number()), Summary: model.Summary, Sections: model.Sections, Aliases: topAliases(v),
			Promises: b.x.declared.Promised(v),
		})
		if inForce != nil && v.Number() < inForce.Number() {
			continue // nobody will be told of it
		}
		for _, from := range versions[:i] {
			n, err := b.catalogNotice(t, from, v)
			if err != nil {
				return entry, err
			}
			if len(n.Changes) > 0 {
				entry.Notices = append(entry.Notices, n)
			}
		}
	}
	return entry, nil
}

// catalogModel is a version with what a draft lacks: it counts as published
// today, and as summed up.
func (b *Builder) catalogModel(v *policies.Version) policy.Version {
	model := v.Model()
	if !v.Meta.Draft {
		return model
	}
	if model.Published.IsZero() {
		model.Published = b.cfg.Now.UTC().Truncate(24 * time.Hour)
		if model.Effective.Before(model.Published) {
			model.Published = model.Effective
		}
	}
	model.Summary = cmp.Or(strings.TrimSpace(model.Summary), "This draft has no summary yet.")
	return model
}

// topAliases leads from old ids to sections; one that means a heading within
// a section leads to that section.
func topAliases(v *policies.Version) map[string]string {
	all := map[string]string{}
	for _, a := range v.Meta.Aliases {
		if top := v.Top(a.New.Value); top != "" && v.Top(a.Old.Value) != a.Old.Value {
			all[a.Old.Value] = top
		}
	}
	return all
}

// policyRoot is the whole address below which a policy has its pages.
func (t *site) policyRoot(p *policies.Policy) string { return fmt.Sprintf("%s/%s/", t.origin, p.ID) }

func (b *Builder) catalogNotice(t *site, from, to *policies.Version) (policy.Notice, error) {
	between := b.offered(b.x.declared.Between(from, to))
	root := t.policyRoot(to.Policy)
	n := policy.Notice{
		From: from.Number(), To: to.Number(), Kind: between.Kind, Changes: between.Changes, Choices: between.Choices,
		Address: fmt.Sprintf("%schanges/%d..%d/", root, from.Number(), to.Number()),
	}
	view := templates.NoticeView{
		Policy: to.Policy.Meta.Title.Value, Effective: to.Effective(),
		Comparison: n.Address, Decide: "/notices", // each host has it
		Choices: b.choiceViews(between.Choices),
	}
	for _, c := range between.Changes {
		view.Changes = append(view.Changes, b.declaredChange(c, to, fmt.Sprintf("%sv/%d/", root, to.Number())))
	}
	var err error
	if n.HTML, err = rendered(view); err != nil {
		return n, err
	}
	view.Announced = true
	n.AnnouncedHTML, err = rendered(view)
	return n, err
}

// offered leaves out choices that are not offered any more: there is nothing
// to ask again.
func (b *Builder) offered(between policies.Between) policies.Between {
	gone := func(id string) bool { return b.x.declared.Choice(id) == nil }
	between.Choices = slices.DeleteFunc(slices.Clone(between.Choices), gone)
	between.Changes = slices.Clone(between.Changes)
	for i := range between.Changes {
		c := &between.Changes[i]
		c.Choices = slices.DeleteFunc(slices.Clone(c.Choices), gone)
	}
	return between
}

func rendered(view templates.NoticeView) (string, error) {
	var w strings.Builder
	err := templates.Notice(view).Render(context.Background(), &w)
	return w.String(), err
}
