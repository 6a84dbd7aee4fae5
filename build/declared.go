package build

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// declare reads what editors declare: policies, choices, forms. Nothing is
// done where no such file changed.
func (b *Builder) declare() {
	files := map[string][]byte{}
	h := sha256.New()
	for _, name := range b.paths {
		if s := b.sources[name]; s.kind == declaredFile {
			files[name] = s.data
			h.Write([]byte(name))
			h.Write(s.sum[:])
		}
	}
	sum := hash(h.Sum(nil))
	if b.declared != nil && sum == b.declaredSum {
		return
	}
	b.declared, b.declaredSum = b.loader.Load(files), sum
}

// judgeDeclared checks what is declared against the sites. A draft's own
// problems stop no build, so that its editor sees it while writing: with
// drafts they are warnings, else notices. A check, and publishing, takes them
// as they are.
func (b *Builder) judgeDeclared() problem.List {
	all := b.declaredAt(b.cfg.Now)
	for i, p := range all {
		if b.draft(p.Path) {
			all[i].Severity = b.eased(p.Severity)
		}
	}
	return all
}

// ahead finds the errors that the content will have by the clock alone: when
// a version takes effect that promises less than forms and choices need.
func (b *Builder) ahead() problem.List {
	known := map[problem.Problem]bool{}
	for _, p := range b.declaredAt(b.cfg.Now) {
		known[p] = true
	}
	var all problem.List
	for _, p := range b.x.declared.Policies {
		for _, at := range p.Moments(b.cfg.Now) {
			for _, found := range b.declaredAt(at) {
				if found.Severity != problem.Error || known[found] {
					continue
				}
				known[found] = true
				found.Severity = problem.Warning
				found.Message = fmt.Sprintf("from %s on: %s", at.Format(time.DateOnly), found.Message)
				all = append(all, found)
			}
		}
	}
	return all
}

// declaredAt checks what is declared as of a time.
func (b *Builder) declaredAt(now time.Time) problem.List {
	return b.x.declared.Check(policies.Surroundings{
		Now:     now,
		Drafts:  b.cfg.Drafts && !b.checking,
		Site:    func(id string) bool { return b.x.byID[id] != nil },
		Contact: func(id string) bool { return b.x.contact(id) != nil },
		Serves:  b.x.serves,
		Controllers: slices.DeleteFunc([]string{b.x.provider.Name, b.x.provider.LegalName}, func(name string) bool {
			return name == ""
		}),
	})
}

// eased is the severity that a draft's problem has in this build.
func (b *Builder) eased(s problem.Severity) problem.Severity {
	switch {
	case b.checking:
		return s
	case b.cfg.Drafts:
		return max(s, problem.Warning)
	}
	return problem.Notice
}

// draft says whether a file is a version that isn't published.
func (b *Builder) draft(name string) bool {
	for _, p := range b.x.declared.Policies {
		for _, v := range p.Versions {
			if v.File == name {
				return v.Meta.Draft
			}
		}
	}
	return false
}

// serves says whether a path leads somewhere on one of the sites, or to an
// address of the edge.
func (x *index) serves(path string) bool {
	if _, ok := policy.EdgeAddress(path, x.form); ok || x.later(path) != nil {
		return true
	}
	return slices.ContainsFunc(x.sites, func(t *site) bool {
		_, ok := x.addresses[t.host+strings.ToLower(path)]
		return ok
	})
}

// form says whether there is a form with an id.
func (x *index) form(id string) bool {
	return slices.ContainsFunc(x.declared.Forms, func(f *policies.Form) bool { return f.ID == id })
}

// elsewhere returns the address that a path means which the site doesn't
// have itself: one of the edge, or one of a policy, which stands on one site
// for all.
func (x *index) elsewhere(t *site, target *url.URL) (address string, to *page, ok bool) {
	if apex, ok := policy.EdgeAddress(target.Path, x.form); ok {
		if apex && len(x.sites) > 0 && x.sites[0] != t {
			return x.sites[0].origin + target.String(), nil, true
		}
		return target.String(), nil, true
	}
	for _, p := range x.policyPages {
		if p.at.IsZero() && p.path == target.Path {
			address = target.String()
			if p.site != t {
				address = p.site.origin + address
			}
			return address, p.text, true
		}
	}
	if on := x.later(target.Path); on != nil {
		return on.origin + target.String(), nil, true
	}
	return "", nil, false
}

// later returns the site of a policy whose first version is published after
// the time asked about, though the content has it: who builds the sites as
// they were finds links to what came then.
func (x *index) later(path string) *site {
	for _, p := range x.declared.Policies {
		if root := "/" + p.ID + "/"; path == root || path == root+"versions/" || path == root+"feed.atom" || path == root+"policy.json" {
			if len(p.Published(x.clock)) > 0 {
				return x.byID[p.Meta.Site.Value]
			}
		}
	}
	return nil
}

// policyMenu leads to all policies, to what changed in them for the reader, to
// the preferences where there are choices, and to the account where people can
// register.
func (b *Builder) policyMenu(t *site) []templates.Link {
	var menu []templates.Link
	for _, p := range b.x.declared.Policies {
		on := b.x.byID[p.Meta.Site.Value]
		if on == nil || b.standing(p, b.cfg.Now).shown() == nil {
			continue
		}
		address := "/" + p.ID + "/"
		if on != t {
			address = on.origin + address
		}
		menu = append(menu, templates.Link{Title: p.Meta.Short, URL: address})
	}
	if len(menu) > 0 {
		menu = append(menu, templates.Link{Title: "What changed for you", URL: "/notices"})
	}
	if len(b.x.declared.Choices) > 0 {
		menu = append(menu, templates.Link{Title: "Your preferences", URL: "/preferences"})
	}
	if b.x.form("register") {
		address := "/account"
		if first := b.x.sites[0]; first != t {
			address = first.origin + address
		}
		menu = append(menu, templates.Link{Title: "Your account", URL: address})
	}
	return menu
}

// nearAddress helps who wrote an address that the sites don't have.
func (x *index) nearAddress(path string) string {
	known := policy.EdgeAddresses()
	for _, p := range x.policyPages {
		if p.at.IsZero() {
			known = append(known, p.path)
		}
	}
	for _, f := range x.declared.Forms {
		known = append(known, "/forms/"+f.ID)
	}
	if near := problem.Nearest(path, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "link to the Markdown file instead, relative to this one: ../folder/page.md"
}

// pages counts the pages of all sites, those of policies included.
func (x *index) pages() int {
	n := len(x.byPath)
	for _, p := range x.policyPages {
		if p.reads() {
			n++
		}
	}
	return n
}
