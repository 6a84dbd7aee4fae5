package build

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// addPolicies gives the catalog what the edge knows of policies. It has all
// versions that are no drafts, since the edge goes by its own clock, and the
// notices about those that are in force now or will be.
func (b *Builder) addPolicies(c *policy.Catalog) error {
	for _, p := range b.x.policyPages {
		if !p.at.IsZero() {
			c.Timed = append(c.Timed, policy.Timed{Host: p.site.host, Path: p.path, From: p.at.UTC(), File: p.timedFile()})
		}
	}
	for _, p := range b.x.declared.Policies {
		if b.x.byID[p.Meta.Site.Value] == nil {
			continue // reported
		}
		entry, err := b.catalogPolicy(p)
		if err != nil {
			return err
		}
		if len(entry.Versions) > 0 {
			c.Policies = append(c.Policies, entry)
		}
	}
	for _, choice := range b.x.declared.Choices {
		c.Choices = append(c.Choices, choice.Model())
	}
	return nil
}

func (b *Builder) catalogPolicy(p *policies.Policy) (policy.CatalogPolicy, error) {
	t := b.x.byID[p.Meta.Site.Value]
	root := t.policyRoot(p)
	entry := policy.CatalogPolicy{ID: p.ID, Title: p.Meta.Title.Value, Short: p.Meta.Short, Site: t.id, Address: root}
	versions := slices.DeleteFunc(slices.Clone(p.Versions), func(v *policies.Version) bool { return v.Meta.Draft })
	inForce := p.InForce(b.cfg.Now)
	for i, v := range versions {
		model := v.Model()
		entry.Versions = append(entry.Versions, policy.CatalogVersion{
			Number: v.Number(), Published: policy.Day{Time: model.Published}, Effective: policy.Day{Time: model.Effective},
			Address: fmt.Sprintf("%sv/%d/", root, v.Number()), Summary: model.Summary, Sections: model.Sections, Aliases: topAliases(v),
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

// topAliases leads from old ids to sections; one that means a heading within
// a section leads to that section.
func topAliases(v *policies.Version) map[string]string {
	all := map[string]string{}
	for _, a := range v.Meta.Aliases {
		if top := v.Top(a.New.Value); top != "" {
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
		Comparison: n.Address, Decide: t.origin + "/notices", Choices: b.choiceViews(between.Choices),
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
