package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"
)

// An output is what the program built from the content in dir.
type output struct {
	dir string
	catalog
	// pages are all HTML files that a server without a clock would show,
	// those at old addresses included.
	pages []*document
	// later are the HTML files that take the place of pages at their time.
	later []*document
	// files are all files, as host/path.
	files map[string]bool
}

// pending is the folder, below each host's, of what stands there later. No
// address leads into it.
const pending = ".at"

// hollow is the folder, below each host's, of the site's page without
// content, which is no page until the edge gives it one.
const hollow = ".edge"

// A site is what the catalog and the editor's site.yaml say of one host.
type site struct {
	ID, Title, Host, Origin string
	settings
}

type settings struct {
	Short      string
	Navigation []struct{ Title, Page string }
	Brand      struct{ Light, Dark palette }
}

type palette struct{ Background, Text, Accent string }

// A document is a parsed HTML file.
type document struct {
	site *site
	// name is host/path of the file, url the path a browser asks for.
	name, url string
	// moment is the folder below pending; "" if the page is shown now.
	moment string
	text   []byte
	root   *html.Node
}

// readOutput reads the folder public in dir.
func readOutput(dir string) (*output, error) {
	o := &output{dir: dir, files: map[string]bool{}}
	if err := o.readCatalog(); err != nil {
		return nil, err
	}
	for _, s := range o.Sites {
		if err := o.readSite(s); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *output) readSite(s *site) error {
	text, err := os.ReadFile(filepath.Join(o.dir, "content", "sites", s.ID, "site.yaml"))
	if err == nil {
		err = yaml.Unmarshal(text, &s.settings)
	}
	if err != nil {
		return err
	}
	public := os.DirFS(filepath.Join(o.dir, "public"))
	return fs.WalkDir(public, s.Host, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		o.files[name] = true
		if path.Ext(name) != ".html" || strings.HasPrefix(name, path.Join(s.Host, hollow)+"/") {
			return nil
		}
		text, err := fs.ReadFile(public, name)
		if err != nil {
			return err
		}
		root, err := html.Parse(bytes.NewReader(text))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p := &document{site: s, name: name, text: text, root: root}
		p.url = strings.TrimSuffix(strings.TrimPrefix(name, s.Host), "index.html")
		if rest, ok := strings.CutPrefix(p.url, "/"+pending+"/"); ok {
			p.moment, p.url, _ = strings.Cut(rest, "/")
			p.url = "/" + p.url
			o.later = append(o.later, p)
		} else {
			o.pages = append(o.pages, p)
		}
		return nil
	})
}

// file returns a file of the output by host/path.
func (o *output) file(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(o.dir, "public", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// site returns the site with an id.
func (o *output) site(t *testing.T, id string) *site {
	t.Helper()
	for _, s := range o.Sites {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("there is no site %s", id)
	return nil
}

// written are the pages that an editor wrote or that list such pages: all but
// those at old addresses.
func (o *output) written() []*document {
	var list []*document
	for _, p := range o.pages {
		if !p.moved() {
			list = append(list, p)
		}
	}
	return list
}

// documents are all HTML files, whatever their time.
func (o *output) documents() []*document { return slices.Concat(o.pages, o.later) }

// examples are few pages of a site that together hold every layout, element
// and class that the site's pages have.
func (o *output) examples(s *site) []*document {
	var pages []*document
	missing := map[string]bool{}
	for _, p := range o.written() {
		if p.site == s {
			pages = append(pages, p)
			for trait := range p.traits() {
				missing[trait] = true
			}
		}
	}
	var chosen []*document
	for len(missing) > 0 {
		best, most := pages[0], 0
		for _, p := range pages {
			if n := shared(p.traits(), missing); n > most {
				best, most = p, n
			}
		}
		chosen = append(chosen, best)
		for trait := range best.traits() {
			delete(missing, trait)
		}
	}
	return chosen
}

func shared(a, b map[string]bool) int {
	n := 0
	for trait := range a {
		if b[trait] {
			n++
		}
	}
	return n
}

// ofLayout returns the first page of a site with a layout; nil if there is
// none.
func (o *output) ofLayout(s *site, layout string) *document {
	for _, p := range o.written() {
		if p.site == s && p.layout() == layout && p.url != "/404.html" {
			return p
		}
	}
	return nil
}

// kinds are one page of each kind of each site, the home pages first.
func (o *output) kinds() []*document {
	var list []*document
	seen := map[string]bool{}
	add := func(p *document) {
		if key := p.site.ID + " " + p.kind(); !seen[key] {
			seen[key] = true
			list = append(list, p)
		}
	}
	for _, s := range o.Sites {
		add(o.ofLayout(s, "home"))
	}
	for _, p := range o.written() {
		add(p)
	}
	return list
}
