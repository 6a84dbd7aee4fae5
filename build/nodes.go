package build

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// A node is a part of the output that is rendered as one.
type node struct {
	id string
	// version is what the node's output depends on besides its topics.
	version version
	// files are all that render returns, below the output folder.
	files []string
	// resolve finds problems; nil where there is nothing to look up.
	resolve func(*reader)
	// write renders the only file of a node that has one, render all of one
	// that has several.
	write  func(*reader, *bytes.Buffer) error
	render func(*reader) ([]file, error)
	// page says that the node is a page of the content.
	page bool
	// policy says that the node is a page of a policy, as it is now.
	policy bool
	origin origin

	topics   []topic
	problems problem.List
}

type version struct{ own, look hash }

// A file is one file of the output.
type file struct {
	name string
	data []byte
}

// makeNodes lists everything that the output consists of.
func (b *Builder) makeNodes() map[string]*node {
	nodes := make(map[string]*node, len(b.sources)+64)
	add := func(n *node) { nodes[n.id] = n }
	for _, t := range b.x.sites {
		for _, p := range t.pages {
			add(b.pageNode(p))
		}
		for _, s := range t.assets {
			add(b.assetNode(t, s))
		}
		add(b.sitemapNode(t))
		add(b.robotsNode(t))
		add(b.shellNode(t))
		for _, n := range b.styleNodes(t) {
			add(n)
		}
		if n := b.iconNode(t); n != nil {
			add(n)
		}
		for _, p := range t.feeds {
			add(b.feedNode(p))
		}
		for _, r := range t.redirects {
			add(b.redirectNode(t, r.from, r.to))
		}
		if len(t.tags) > 0 {
			add(b.tagsNode(t))
		}
		for tag := range t.tags {
			add(b.tagNode(t, tag))
		}
	}
	for _, p := range b.x.policyPages {
		add(b.policyNode(p))
	}
	add(b.catalogNode())
	return nodes
}

// fileName is where an address lies below the output folder.
func (t *site) fileName(address string) string {
	if strings.HasSuffix(address, "/") {
		address += "index.html"
	}
	return t.host + address
}

func (b *Builder) pageNode(p *page) *node {
	name := p.site.fileName(p.url)
	return &node{
		id: "page " + p.path, files: []string{name}, page: true, origin: origin{path: p.path},
		version: version{p.sum, p.site.look},
		resolve: p.resolve,
		write: func(r *reader, w *bytes.Buffer) error {
			w.Grow(len(p.page.Document.HTML) + 8<<10)
			return templates.Document(p.view(r)).Render(context.Background(), w)
		},
	}
}

func (b *Builder) sitemapNode(t *site) *node {
	name := t.fileName("/sitemap.xml")
	return &node{
		id: "sitemap " + t.id, files: []string{name}, version: version{look: t.look}, origin: origin{what: "the generated sitemap"},
		write: func(r *reader, w *bytes.Buffer) error {
			r.note(pagesOf, t.id)
			r.note(tagsOf, t.id)
			r.note(declaredOf, "")
			var entries []templates.SitemapEntry
			for _, p := range t.pages {
				if !p.notFound() {
					entries = append(entries, templates.SitemapEntry{URL: t.origin + p.url, Modified: p.modified()})
				}
			}
			for _, p := range r.x.policyPages {
				if p.site == t && p.reads() {
					entries = append(entries, templates.SitemapEntry{URL: t.origin + p.path, Modified: p.modified()})
				}
			}
			for _, tag := range slices.Sorted(maps.Keys(t.tags)) {
				entries = append(entries, templates.SitemapEntry{URL: t.origin + tagLink(tag).URL})
			}
			if len(t.tags) > 0 {
				entries = append(entries, templates.SitemapEntry{URL: t.origin + "/tags/"})
			}
			return templates.Sitemap(w, entries)
		},
	}
}

func (b *Builder) robotsNode(t *site) *node {
	name := t.fileName("/robots.txt")
	return &node{
		id: "robots " + t.id, files: []string{name}, version: version{look: t.look}, origin: origin{what: "the generated robots.txt"},
		write: func(_ *reader, w *bytes.Buffer) error {
			return templates.Robots(w, t.origin+"/sitemap.xml")
		},
	}
}

// shellFile is where a site's page without content lies below its folder:
// hidden, since no address leads there.
const shellFile = ".edge/shell.html"

func (b *Builder) shellNode(t *site) *node {
	name := t.host + "/" + shellFile
	return &node{
		id: "shell " + t.id, files: []string{name}, version: version{look: t.look}, origin: origin{what: "the generated page without content"},
		write: func(_ *reader, w *bytes.Buffer) error {
			return templates.ShellDocument(t.view).Render(context.Background(), w)
		},
	}
}

// feedLimit is how many entries a feed has at most.
const feedLimit = 30

func (b *Builder) feedNode(p *page) *node {
	name := p.site.fileName(p.feedURL())
	return &node{
		id: "feed " + p.path, files: []string{name}, version: version{p.sum, p.site.look}, origin: origin{what: "the feed of " + p.path},
		resolve: func(r *reader) {
			for _, item := range p.feedItems(r) {
				if item.modified().IsZero() {
					r.report(item.path, front.Pos{Line: 2, Col: 1}, "missing-key", `key "date" is missing`, fmt.Sprintf("%s has a feed, whose entries need a date", p.path))
				}
			}
		},
		write: func(r *reader, w *bytes.Buffer) error {
			return templates.Atom(w, p.feed(r))
		},
	}
}

// feedItems are the newest pages of the feed's folder.
func (p *page) feedItems(r *reader) []*page {
	folder := path.Dir(p.path)
	if of := p.listing().Of.Value; of != "" {
		folder = join(p.path, of)
	}
	var items []*page
	for _, item := range r.folder(folder, "date") {
		if !item.index() && len(items) < feedLimit {
			items = append(items, item)
		}
	}
	return items
}

func (p *page) feed(r *reader) templates.Feed {
	t := p.site
	f := templates.Feed{
		ID: t.origin + p.feedURL(), Self: t.origin + p.feedURL(), Home: t.origin + p.url,
		Title: t.file.Title.Value + ": " + p.meta().Title.Value, Subtitle: p.meta().Description.Value,
		Language: t.view.Language, Author: r.x.provider.Name, Updated: p.modified(),
	}
	if t.view.Icon != "" {
		f.Icon = t.origin + t.view.Icon
	}
	for _, item := range p.feedItems(r) {
		m := item.meta()
		e := templates.Entry{
			ID: t.origin + item.url, URL: t.origin + item.url, Title: m.Title.Value, Summary: m.Description.Value,
			Published: m.Date.Time, Updated: item.modified(),
		}
		for _, tag := range m.Tags {
			e.Tags = append(e.Tags, tag.Value)
		}
		f.Entries = append(f.Entries, e)
		if f.Updated.Before(e.Updated) {
			f.Updated = e.Updated
		}
	}
	if f.Updated.IsZero() {
		f.Updated = time.Unix(0, 0).UTC() // RFC 4287 wants a date even of an empty feed
	}
	return f
}

// redirectNode is a page at an alias, for servers that know no redirects.
// The edge answers with a redirect of HTTP instead, from the catalog.
func (b *Builder) redirectNode(t *site, alias front.Text, p *page) *node {
	address := alias.Value
	if !strings.HasSuffix(address, "/") && path.Ext(address) != ".html" {
		address += "/"
	}
	name := t.fileName(address)
	return &node{
		id: "redirect " + t.id + alias.Value, files: []string{name}, version: version{look: t.look}, origin: origin{path: p.path, at: alias.Pos},
		write: func(r *reader, w *bytes.Buffer) error {
			r.note(frontOf, p.path)
			return templates.Redirect(t.view.Language, p.meta().Title.Value, t.origin+p.url).Render(context.Background(), w)
		},
	}
}

func (b *Builder) tagsNode(t *site) *node {
	name := t.fileName("/tags/")
	return &node{
		id: "tags " + t.id, files: []string{name}, version: version{look: t.look}, origin: origin{what: "the generated list of tags"},
		write: func(r *reader, w *bytes.Buffer) error {
			r.note(tagsOf, t.id)
			list := templates.List{}
			for tag, pages := range t.tags {
				link := tagLink(tag)
				list.Items = append(list.Items, templates.Card{Title: link.Title, URL: link.URL, Text: count(len(pages), "page", "pages")})
			}
			slices.SortFunc(list.Items, func(a, b templates.Card) int { return cmp.Compare(a.Title, b.Title) })
			return t.generated(w, "/tags/", "Topics", "All topics of "+t.file.Title.Value+", each with its pages.", nil, list)
		},
	}
}

func (b *Builder) tagNode(t *site, tag string) *node {
	link := tagLink(tag)
	name := t.fileName(link.URL)
	return &node{
		id: "tag " + t.id + "/" + tag, files: []string{name}, version: version{look: t.look}, origin: origin{what: "the generated page of tag " + tag},
		write: func(r *reader, w *bytes.Buffer) error {
			r.note(taggedOn, t.id+"/"+tag)
			list := templates.List{}
			for _, p := range ordered(t.tags[tag], "date") {
				r.note(frontOf, p.path)
				list.Items = append(list.Items, p.card(r, t))
			}
			up := []templates.Link{{Title: "Topics", URL: "/tags/"}}
			return t.generated(w, link.URL, "Topic: "+link.Title, count(len(list.Items), "page", "pages")+" of "+t.file.Title.Value+" about "+link.Title+".", up, list)
		},
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// generated renders a page that has no file in the content.
func (t *site) generated(w *bytes.Buffer, address, title, description string, up []templates.Link, list templates.List) error {
	v := templates.Page{
		Site: t.view, Layout: content.List, Title: title, Description: description,
		URL: address, Canonical: t.origin + address, ShareImage: t.shareImage(),
		Breadcrumbs: append([]templates.Link{{Title: t.file.Short, URL: "/"}}, up...),
		Body:        noBody, Lists: []templates.List{list},
	}
	v.StructuredData = encoded([]any{breadcrumbData(&v)})
	return templates.Document(v).Render(context.Background(), w)
}

// catalogNode is the catalog. Without the words of forms, which are resolved
// as those of pages are, its text is its version, as it is small.
func (b *Builder) catalogNode() *node {
	text, err := b.catalog(nil)
	forms := b.formTexts()
	own := sha256.New()
	own.Write(text)
	own.Write(b.declaredSum[:])
	return &node{
		id: "catalog", files: []string{"catalog.json"}, version: version{own: hash(own.Sum(nil))}, origin: origin{what: "the catalog"},
		resolve: func(r *reader) {
			for _, f := range forms {
				f.resolve(r)
			}
		},
		write: func(_ *reader, w *bytes.Buffer) error {
			if err != nil {
				return err
			}
			text, err := b.catalog(b.formModels(forms))
			w.Write(text)
			return err
		},
	}
}

// text reads a file of the content again, for copying.
func (b *Builder) text(s *source) ([]byte, error) { return fs.ReadFile(b.tree.fsys, s.path) }
