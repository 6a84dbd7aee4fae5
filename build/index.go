package build

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// makeIndex puts the files together and reports what is wrong between them,
// but for links, which each page resolves.
func (b *Builder) makeIndex() *index {
	x := &index{
		provider: b.provider, menus: map[string]bool{}, byID: map[string]*site{}, sources: b.sources,
		byPath: make(map[string]*page, len(b.sources)), folders: map[string][]*page{},
		sequences: map[sequenceKey]sequence{}, declared: b.declared, clock: b.declared.Clock(b.cfg.Now),
	}
	if x.provider == nil {
		x.problems = append(x.problems, problem.Problem{Path: "provider.yaml", Rule: "provider", Message: "the content has no provider.yaml", Hint: "write one with name and domain of the company"})
		x.provider = &content.Provider{}
	}
	x.addSites(b)
	for _, name := range b.paths {
		s := b.sources[name]
		if s.kind != pageFile && s.kind != assetFile {
			continue
		}
		id, rel := siteOf(name)
		t := x.byID[id]
		if t == nil {
			continue // addSites reported the folder
		}
		if s.kind == assetFile {
			t.assets = append(t.assets, s)
			if strings.HasPrefix(strings.ToLower(rel), "assets/") {
				x.problems = append(x.problems, problem.Problem{Path: name, Rule: "duplicate-url", Message: "the folder assets of a site is kept for its styles", Hint: "put the file beside the page that uses it"})
			}
			continue
		}
		x.addPage(b, t, s, rel)
	}
	for _, t := range x.sites {
		x.finish(b, t)
	}
	return x
}

// contact returns the contact of the company with an id, or nil.
func (x *index) contact(id string) *content.Contact {
	for i := range x.provider.Contacts {
		if x.provider.Contacts[i].ID == id {
			return &x.provider.Contacts[i]
		}
	}
	return nil
}

var aliasPath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)

var siteID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// addSites lists the sites in order of weight and refuses folders that have
// no site.yaml and sites that share a host.
func (x *index) addSites(b *Builder) {
	hosts := map[string]string{}
	for _, name := range b.paths {
		id, _ := siteOf(name)
		if k := kindOf(name); k == otherFile || k == providerFile || k == declaredFile || x.byID[id] != nil {
			continue
		}
		file := b.siteFiles[id]
		if file == nil {
			if !slices.ContainsFunc(x.problems, func(p problem.Problem) bool { return p.Path == "sites/"+id }) {
				x.problems = append(x.problems, problem.Problem{Path: "sites/" + id, Rule: "site", Message: "the folder has no site.yaml", Hint: "each folder below sites/ is a site and needs one"})
			}
			continue
		}
		if !siteID.MatchString(id) {
			x.problems = append(x.problems, problem.Problem{Path: "sites/" + id, Rule: "site", Message: fmt.Sprintf("the folder's name %q is no name for a site", id), Hint: "use a-z, 0-9 and hyphens"})
		}
		t := &site{id: id, file: file, host: file.Host.Value, tags: map[string][]*page{}}
		if first := hosts[t.host]; first != "" && t.host != "" {
			x.report("sites/"+id+"/site.yaml", file.Host.Pos, b, "host", fmt.Sprintf("host %s is that of %s too", t.host, first), "give each site its own host")
		}
		hosts[t.host] = "sites/" + id + "/site.yaml"
		x.locate(b, t)
		x.byID[id] = t
		x.sites = append(x.sites, t)
	}
	slices.SortStableFunc(x.sites, func(a, b *site) int {
		return cmp.Or(cmp.Compare(a.file.Weight, b.file.Weight), cmp.Compare(a.id, b.id))
	})
}

// locate sets the host and the origin that this build uses.
func (x *index) locate(b *Builder, t *site) {
	domain := x.provider.Domain.Value
	if domain != "" && t.host != "" && t.host != domain && !strings.HasSuffix(t.host, "."+domain) {
		x.report("sites/"+t.id+"/site.yaml", t.file.Host.Pos, b, "host",
			fmt.Sprintf("host %s is not below the company's domain %s", t.host, domain), "one cookie serves all sites, so they share a domain")
	}
	t.origin = "https://" + t.host
	if b.cfg.Port != 0 {
		name, _, _ := strings.Cut(domain, ".")
		t.host = strings.TrimSuffix(t.host, domain) + name + ".localhost"
		t.origin = fmt.Sprintf("http://%s:%d", t.host, b.cfg.Port)
	}
}

// report adds an error at a place of a file.
func (x *index) report(file string, at front.Pos, b *Builder, rule, message, hint string) {
	x.problems = append(x.problems, b.problem(file, at, rule, message, hint))
}

func (x *index) addPage(b *Builder, t *site, s *source, rel string) {
	m := &s.page.Meta
	if next := m.Next(b.cfg.Now); !next.IsZero() && (x.next.IsZero() || next.Before(x.next)) {
		x.next = next
	}
	if !m.Public(b.cfg.Now, b.cfg.Drafts) {
		return
	}
	p := &page{source: s, site: t, rel: rel, dir: path.Dir(rel), url: address(rel)}
	if policy.Reserved(p.url) {
		x.report(s.path, front.Pos{Line: 1, Col: 1}, b, "duplicate-url", fmt.Sprintf("address %s is the edge's, which answers first", p.url), "give the file another name: preferences, notices, search, account and forms are taken")
	}
	if old := b.pages[s.path]; old != nil && old.source == s {
		p.anchors = old.anchors
	} else {
		p.setAnchors()
	}
	t.pages = append(t.pages, p)
	x.byPath[s.path] = p
	if folder, listed := p.listedIn(); listed {
		key := path.Join("sites", t.id, folder)
		x.folders[key] = append(x.folders[key], p)
	}
	for _, tag := range m.Tags {
		t.tags[tag.Value] = append(t.tags[tag.Value], p)
	}
	if m.List != nil && m.List.Feed {
		t.feeds = append(t.feeds, p)
	}
}

// listedIn returns the folder in whose list the page stands.
func (p *page) listedIn() (string, bool) {
	switch {
	case p.meta().Navigation.Hidden, p.notFound(), p.rel == "index.md":
		return "", false
	case p.index():
		return path.Dir(p.dir), true
	}
	return p.dir, true
}

// finish checks what a site needs, and adds its aliases.
func (x *index) finish(b *Builder, t *site) {
	folder := "sites/" + t.id
	if x.byPath[folder+"/404.md"] == nil {
		x.problems = append(x.problems, problem.Problem{Path: folder, Rule: "not-found-page", Message: "the site has no 404.md", Hint: "write one: it is what a visitor sees at an address that doesn't exist"})
	}
	if x.byPath[folder+"/index.md"] == nil {
		x.problems = append(x.problems, problem.Problem{Path: folder, Rule: "home-page", Message: "the site has no index.md", Hint: "write one: it is the site's home page"})
	}
	x.skus(b, t)
	for _, p := range t.pages {
		for _, alias := range p.meta().Aliases {
			x.alias(b, t, p, alias)
		}
	}
}

// skus refuses a stock keeping unit on two pages.
func (x *index) skus(b *Builder, t *site) {
	seen := map[string]string{}
	for _, p := range t.pages {
		if p.meta().Product == nil {
			continue
		}
		sku := p.meta().Product.SKU
		if first := seen[sku.Value]; first != "" {
			x.report(p.path, sku.Pos, b, "duplicate-sku", fmt.Sprintf("sku %s is that of %s too", sku.Value, first), "give each product its own")
		}
		seen[sku.Value] = p.path
	}
}

// alias adds a redirect. Whether its address is free shows when all nodes
// have claimed theirs.
func (x *index) alias(b *Builder, t *site, p *page, alias front.Text) {
	clean := path.Clean("/" + alias.Value)
	if strings.HasSuffix(alias.Value, "/") && clean != "/" {
		clean += "/"
	}
	switch {
	case alias.Value == "":
		// reported where it was decoded
	case clean != alias.Value || clean == "/" || !aliasPath.MatchString(alias.Value) || len(alias.Value) > maxSegment || strings.Contains(alias.Value, "/."):
		x.report(p.path, alias.Pos, b, "alias", fmt.Sprintf("alias %q is not a path on this site", alias.Value), "write it from the root, such as /old-address/")
	case slices.ContainsFunc(t.redirects, func(r redirect) bool { return r.from.Value == alias.Value }):
		x.report(p.path, alias.Pos, b, "duplicate-url", fmt.Sprintf("alias %s stands twice on site %s", alias.Value, t.id), "keep one of them")
	default:
		t.redirects = append(t.redirects, redirect{alias, p})
	}
}

// ordered sorts the pages of a folder for a list or for neighbours.
func ordered(pages []*page, by string) []*page {
	sorted := slices.Clone(pages)
	slices.SortFunc(sorted, func(a, b *page) int {
		rest := cmp.Or(cmp.Compare(strings.ToLower(a.label()), strings.ToLower(b.label())), cmp.Compare(a.path, b.path))
		switch by {
		case "date":
			return cmp.Or(b.meta().Date.Time.Compare(a.meta().Date.Time), rest)
		case "title":
			return rest
		}
		return cmp.Or(cmp.Compare(weight(a), weight(b)), rest)
	})
	return sorted
}

// weight puts pages without a weight behind those that have one.
func weight(p *page) int {
	if w := p.meta().Weight; w != 0 {
		return w
	}
	return 1 << 30
}

// listing returns the settings of a page's list: of which folder, how sorted.
func (p *page) listing() content.Listing {
	l := content.Listing{Sort: "weight"}
	if p.meta().List != nil {
		l = *p.meta().List
		l.Sort = cmp.Or(l.Sort, "weight")
	}
	return l
}
