package build

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// makeIndex puts the files together and reports what is wrong between them,
// but for links, which each page resolves.
func (b *Builder) makeIndex() *index {
	x := &index{
		provider: b.provider, byID: map[string]*site{}, sources: b.sources,
		byPath: make(map[string]*page, len(b.sources)), folders: map[string][]*page{},
		taken: make(map[string]string, len(b.sources)), sequences: map[sequenceKey]sequence{},
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
			x.take(t, "/"+rel, name)
			continue
		}
		x.addPage(b, t, s, rel)
	}
	for _, t := range x.sites {
		x.finish(t)
	}
	return x
}

// addSites lists the sites in order of weight and refuses folders that have
// no site.yaml and sites that share a host.
func (x *index) addSites(b *Builder) {
	hosts := map[string]string{}
	for _, name := range b.paths {
		id, _ := siteOf(name)
		if kindOf(name) == otherFile || kindOf(name) == providerFile || x.byID[id] != nil {
			continue
		}
		file := b.siteFiles[id]
		if file == nil {
			if !slices.ContainsFunc(x.problems, func(p problem.Problem) bool { return p.Path == "sites/"+id }) {
				x.problems = append(x.problems, problem.Problem{Path: "sites/" + id, Rule: "site", Message: "the folder has no site.yaml", Hint: "each folder below sites/ is a site and needs one"})
			}
			continue
		}
		t := &site{id: id, file: file, host: file.Host.Value, tags: map[string][]*page{}, redirects: map[string]*page{}}
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
	domain := ""
	if x.provider != nil {
		domain = x.provider.Domain.Value
	}
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
	if old := b.pages[s.path]; old != nil && old.source == s {
		p.anchors = old.anchors
	} else {
		p.setAnchors()
	}
	t.pages = append(t.pages, p)
	x.byPath[s.path] = p
	x.take(t, p.url, s.path)
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

// take claims an address for a file. Addresses that differ in case alone are
// the same, since they are one file on some systems.
func (x *index) take(t *site, address, file string) {
	key := t.id + strings.ToLower(address)
	if first, ok := x.taken[key]; ok && first != file {
		x.problems = append(x.problems, problem.Problem{
			Path: file, Line: 1, Col: 1, Rule: "duplicate-url",
			Message: fmt.Sprintf("address %s of site %s is taken by %s", address, t.id, first),
			Hint:    "rename one of the two files, or remove the alias",
		})
		return
	}
	x.taken[key] = file
}

// finish adds what a site generates by itself, and its aliases.
func (x *index) finish(t *site) {
	for _, name := range []string{"/sitemap.xml", "/robots.txt"} {
		x.take(t, name, "the generated "+name[1:])
	}
	if len(t.tags) > 0 {
		x.take(t, "/tags/", "the generated list of tags")
	}
	for tag := range t.tags {
		x.take(t, "/tags/"+tag+"/", "the generated page of tag "+tag)
	}
	if _, ok := x.taken[t.id+"/404.html"]; !ok {
		x.problems = append(x.problems, problem.Problem{
			Path: "sites/" + t.id, Rule: "not-found-page", Message: "the site has no 404.md",
			Hint: "write one: it is what a visitor sees at an address that doesn't exist",
		})
	}
	if _, ok := x.taken[t.id+"/"]; !ok {
		x.problems = append(x.problems, problem.Problem{Path: "sites/" + t.id, Rule: "home-page", Message: "the site has no index.md", Hint: "write one: it is the site's home page"})
	}
	x.skus(t)
	for _, p := range t.pages {
		for _, alias := range p.meta().Aliases {
			x.alias(t, p, alias)
		}
	}
}

// skus refuses a stock keeping unit on two pages.
func (x *index) skus(t *site) {
	seen := map[string]string{}
	for _, p := range t.pages {
		if p.meta().Product == nil {
			continue
		}
		sku := p.meta().Product.SKU
		if first := seen[sku.Value]; first != "" {
			x.problems = append(x.problems, problem.Problem{
				Path: p.path, Line: sku.Line, Col: sku.Col, Rule: "duplicate-sku", Source: "sku: " + sku.Value,
				Message: fmt.Sprintf("sku %s is that of %s too", sku.Value, first), Hint: "give each product its own",
			})
		}
		seen[sku.Value] = p.path
	}
}

func (x *index) alias(t *site, p *page, alias front.Text) {
	clean := path.Clean("/" + alias.Value)
	if strings.HasSuffix(alias.Value, "/") && clean != "/" {
		clean += "/"
	}
	bad := !strings.HasPrefix(alias.Value, "/") || clean != alias.Value || clean == "/" || strings.ContainsAny(alias.Value, "\\?#%:;\"'<>& \t\x00") || strings.Contains(alias.Value, "/.")
	if bad {
		x.problems = append(x.problems, problem.Problem{
			Path: p.path, Line: alias.Line, Col: alias.Col, Rule: "alias", Source: "aliases: " + alias.Value,
			Message: fmt.Sprintf("alias %q is not a path on this site", alias.Value), Hint: "write it from the root, such as /old-address/",
		})
		return
	}
	before := len(x.problems)
	x.take(t, alias.Value, p.path)
	if len(x.problems) > before {
		last := &x.problems[before]
		last.Line, last.Col, last.Source = alias.Line, alias.Col, "aliases: "+alias.Value
		return
	}
	t.redirects[alias.Value] = p
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
