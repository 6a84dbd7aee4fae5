package templates

import (
	"context"
	"strings"

	"github.com/a-h/templ"
)

// shared holds the parts of a document that many pages of a site have in
// common, rendered once. It is never changed after Prepare.
type shared struct {
	// head is what the head element holds beside the page's own lines.
	head string
	// mastheads has one header for each state of the main navigation: see
	// state.index.
	mastheads []string
	footer    string
}

// A state says which entry of the main navigation a page belongs to, and
// whether it is that very page.
type state struct {
	entry int // -1 for none
	exact bool
}

// index counts states: first none, then two for each entry.
func (s state) index() int {
	if s.entry < 0 {
		return 0
	}
	if s.exact {
		return 2*s.entry + 2
	}
	return 2*s.entry + 1
}

// Prepare renders what the pages of a site have in common and returns a site
// whose documents use it. Changes to the result's exported fields after that
// have no effect on header and footer: prepare again.
//
// Family entries are marked by their Current; which entry of the main
// navigation a page belongs to follows from the page's URL.
func Prepare(s Site) (*Site, error) {
	var err error
	render := func(c templ.Component) string {
		var b strings.Builder
		if e := c.Render(context.Background(), &b); e != nil && err == nil {
			err = e
		}
		return b.String()
	}
	parts := &shared{
		head:   render(siteHead(&s)),
		footer: render(footer(&s)),
	}
	parts.mastheads = append(parts.mastheads, render(masthead(&s, state{entry: -1})))
	for i := range s.Navigation {
		parts.mastheads = append(parts.mastheads,
			render(masthead(&s, state{entry: i})),
			render(masthead(&s, state{entry: i, exact: true})))
	}
	s.shared = parts
	return &s, err
}

// masthead returns the header for the page at a URL of the site.
func (s *shared) masthead(navigation []Link, url string) string {
	return s.mastheads[navigationState(navigation, url).index()]
}

// navigationState finds the entry whose address is the page's, or else the
// longest one that the page lies below. The home page has no pages below it.
func navigationState(navigation []Link, url string) state {
	best, length := state{entry: -1}, 0
	for i, link := range navigation {
		if link.URL == url {
			return state{entry: i, exact: true}
		}
		below := strings.HasSuffix(link.URL, "/") && link.URL != "/" && strings.HasPrefix(url, link.URL)
		if below && len(link.URL) > length {
			best, length = state{entry: i}, len(link.URL)
		}
	}
	return best
}
