package e2e

import (
	"encoding/xml"
	"path"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSitemap wants exactly the pages that search engines may list, each once.
func TestSitemap(t *testing.T) {
	t.Parallel()
	out := production(t)
	for _, s := range out.Sites {
		var sitemap struct {
			URLs []struct {
				Loc     string `xml:"loc"`
				Lastmod string `xml:"lastmod"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal(out.file(t, s.Host+"/sitemap.xml"), &sitemap); err != nil {
			t.Fatalf("%s: %v", s.Host, err)
		}
		var got, want []string
		for _, u := range sitemap.URLs {
			got = append(got, u.Loc)
			if _, err := time.Parse(time.DateOnly, u.Lastmod); u.Lastmod != "" && err != nil {
				t.Errorf("%s: %s was changed %q", s.Host, u.Loc, u.Lastmod)
			}
		}
		for _, p := range out.written() {
			if p.site == s && p.indexed() {
				want = append(want, p.address())
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		for _, address := range without(want, got) {
			t.Errorf("the sitemap lacks %s", address)
		}
		for _, address := range without(got, want) {
			t.Errorf("the sitemap has %s, which isn't to be listed, or has it twice", address)
		}
		robots := string(out.file(t, s.Host+"/robots.txt"))
		if !strings.Contains(robots, "Sitemap: "+s.Origin+"/sitemap.xml") || strings.Contains(robots, "Disallow: /\n") {
			t.Errorf("%s: robots.txt\n%s", s.Host, robots)
		}
	}
}

// without is what a has more of than b; both are sorted.
func without(a, b []string) []string {
	var rest []string
	for i, v := range a {
		if _, ok := slices.BinarySearch(b, v); !ok || i > 0 && a[i-1] == v {
			rest = append(rest, v)
		}
	}
	return rest
}

// TestFeeds reads every Atom feed (RFC 4287) that a page names.
func TestFeeds(t *testing.T) {
	t.Parallel()
	out := production(t)
	feeds := map[string]*document{}
	for _, p := range out.written() {
		for link := range p.elements("link") {
			if attr(link, "type") == "application/atom+xml" {
				feeds[p.site.Host+attr(link, "href")] = p
			}
		}
	}
	if len(feeds) == 0 {
		t.Error("no page names a feed")
	}
	for name := range out.files {
		if path.Ext(name) == ".atom" && feeds[name] == nil && !strings.Contains(name, "/"+pending+"/") {
			t.Errorf("no page names %s", name)
		}
	}
	for name, p := range feeds {
		feed(t, name, p, out)
	}
}

func feed(t *testing.T, name string, p *document, out *output) {
	type entry struct {
		ID      string    `xml:"id"`
		Title   string    `xml:"title"`
		Updated time.Time `xml:"updated"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
	}
	var f struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		entry
		Author  string  `xml:"author>name"`
		Entries []entry `xml:"entry"`
	}
	if err := xml.Unmarshal(out.file(t, name), &f); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if f.Author == "" || len(f.Entries) == 0 {
		t.Errorf("%s: author %q, %d entries", name, f.Author, len(f.Entries))
	}
	ids, last := map[string]bool{}, time.Time{}
	for i, e := range append([]entry{f.entry}, f.Entries...) {
		if e.ID == "" || ids[e.ID] || e.Title == "" || e.Updated.IsZero() || e.Updated.After(f.Updated) || len(e.Links) == 0 {
			t.Errorf("%s: entry %d: %+v", name, i, e)
		}
		ids[e.ID], last = true, e.Updated
		for _, l := range e.Links {
			if !out.leads(p, l.Href) {
				t.Errorf("%s: entry %d leads to %s", name, i, l.Href)
			}
		}
	}
	if last.After(built) {
		t.Errorf("%s: an entry is from the future", name)
	}
}
