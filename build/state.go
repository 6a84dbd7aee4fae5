package build

import (
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/picture"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/templates"
)

// A source is one file of the content.
type source struct {
	path string
	kind kind
	sum  hash
	// page is set for Markdown, info for pictures that have a size.
	page *content.Page
	info *picture.Info
	// data are the bytes of a file that package policies reads.
	data []byte
	// problems are those of the file for itself.
	problems problem.List
}

// A site is one of the sites, with what its pages share.
type site struct {
	id   string
	file *content.Site
	// host and origin are those of this build: a preview's differ from the
	// ones in site.yaml.
	host, origin string
	view         *templates.Site
	// look is the hash of the view: what all pages share.
	look   hash
	pages  []*page // public ones, sorted by path
	assets []*source
	tags   map[string][]*page
	// redirects are the aliases of its pages.
	redirects []redirect
	feeds     []*page // pages whose list has a feed
}

// A redirect leads from an alias to its page.
type redirect struct {
	from front.Text
	to   *page
}

// A page is a public page.
type page struct {
	*source
	site *site
	// rel is the path below the site's folder, dir its folder ("." on top).
	rel, dir string
	url      string
	// anchors are the ids that a link may lead to.
	anchors map[string]bool
	// filled are the texts for the gaps of the document, made by resolve.
	filled []string
}

func (p *page) meta() *content.Meta { return &p.page.Meta }

// setAnchors makes the set of ids of the present text.
func (p *page) setAnchors() {
	p.anchors = make(map[string]bool, len(p.page.Document.Anchors))
	for _, id := range p.page.Document.Anchors {
		p.anchors[id] = true
	}
}

// label is the page's name in menus, breadcrumbs and lists.
func (p *page) label() string {
	if p.meta().Navigation.Value != "" {
		return p.meta().Navigation.Value
	}
	return p.meta().Title.Value
}

// layout is the one in the front matter, else the default for the place.
func (p *page) layout() string {
	switch {
	case p.meta().Layout != "":
		return p.meta().Layout
	case p.rel == "index.md":
		return content.Home
	case p.index():
		return content.List
	}
	return content.Plain
}

// index says whether the page stands for its folder.
func (p *page) index() bool {
	return p.rel == "index.md" || strings.HasSuffix(p.rel, "/index.md")
}

func (p *page) notFound() bool { return p.rel == "404.md" }

// modified is the day of the last change that the editor names; may be zero.
func (p *page) modified() time.Time {
	if !p.meta().Updated.IsZero() {
		return p.meta().Updated.Time
	}
	return p.meta().Date.Time
}

// An index is what is known of all files together. It is made anew whenever
// a file comes or goes or a front matter changes; that costs little, since
// nothing is parsed or rendered for it.
type index struct {
	provider *content.Provider
	sites    []*site
	byID     map[string]*site
	// byPath finds public pages, sources any file.
	byPath  map[string]*page
	sources map[string]*source
	// folders holds, for the path of a folder, what a list of it shows:
	// its pages and the index pages of its folders, unordered.
	folders map[string][]*page
	// addresses maps host and path, in lower case, of all that the sites
	// have to the file of the content that it comes from, or "".
	addresses map[string]string
	// menus are pages whose ids menus lead to.
	menus map[string]bool
	// declared are policies, choices, forms; policyPages their pages.
	declared    *policies.Set
	policyPages []*policyPage
	// clock is the time at which content is held against policies.
	clock time.Time
	// next is when the set of public pages changes by itself.
	next     time.Time
	problems problem.List

	mu        sync.Mutex
	sequences map[sequenceKey]sequence
}

type sequenceKey struct{ folder, by string }

// A sequence is a folder's pages in order, and the place of each.
type sequence struct {
	pages []*page
	place map[string]int
}

// sequence sorts a folder's pages, once for all that ask.
func (x *index) sequence(folder, by string) sequence {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := sequenceKey{folder, by}
	s, ok := x.sequences[key]
	if !ok {
		s.pages = ordered(x.folders[folder], by)
		s.place = make(map[string]int, len(s.pages))
		for i, p := range s.pages {
			s.place[p.path] = i
		}
		x.sequences[key] = s
	}
	return s
}
