package e2e

import (
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
)

// TestLinks follows every address in every page, within and across the five
// sites, to a file of the build, and to the heading that it names, or to what
// the edge answers.
func TestLinks(t *testing.T) {
	t.Parallel()
	out := production(t)
	for _, p := range out.documents() {
		for _, address := range p.addresses() {
			if !out.leads(p, address) {
				t.Errorf("%s: %q leads nowhere", p.name, address)
			}
		}
	}
}

// TestOldAddresses wants pages at old addresses to lead where the catalog
// says.
func TestOldAddresses(t *testing.T) {
	t.Parallel()
	out := production(t)
	want := map[string]string{}
	for _, r := range out.Redirects {
		want[r.Host+r.From] = "https://" + r.Host + r.To
	}
	for _, p := range out.pages {
		if !p.moved() {
			continue
		}
		from := p.site.Host + p.url
		if got := p.link("canonical"); got == "" || got != want[from] {
			t.Errorf("%s leads to %s, the catalog says %s", p.name, got, want[from])
		}
		delete(want, from)
	}
	for from := range want {
		t.Errorf("%s of the catalog has no page", from)
	}
}

// TestStyleFiles looks for addresses in the stylesheets: nothing may come
// from elsewhere.
func TestStyleFiles(t *testing.T) {
	t.Parallel()
	out := production(t)
	outside := regexp.MustCompile(`url\(|@import|https?:`)
	for name := range out.files {
		if path.Ext(name) == ".css" {
			if at := outside.FindIndex(out.file(t, name)); at != nil {
				t.Errorf("%s holds %q", name, out.file(t, name)[at[0]:min(at[0]+60, len(out.file(t, name)))])
			}
		}
	}
}

// addresses are all that the page refers to.
func (p *document) addresses() []string {
	var list []string
	for n := range p.elements() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "href" || a.Key == "src" || a.Key == "poster" || a.Key == "action":
				list = append(list, a.Val)
			case a.Key == "srcset":
				for part := range strings.SplitSeq(a.Val, ",") {
					list = append(list, strings.Fields(part)[0])
				}
			case n.Data == "meta" && a.Key == "content" && strings.HasPrefix(a.Val, "http"):
				list = append(list, a.Val)
			}
		}
	}
	return list
}

// leads says whether an address in a page leads to a file of the build, to
// what the edge answers, or away from the five sites.
func (o *output) leads(from *document, address string) bool {
	base, err := url.Parse(from.address())
	if err != nil {
		return false
	}
	u, err := base.Parse(address)
	if err != nil {
		return false
	}
	if u.Scheme == "mailto" || !o.ours(u.Host) {
		return u.Scheme == "mailto" || u.Scheme == "https"
	}
	if u.Scheme != "https" {
		return false
	}
	if o.answered(u) {
		return true
	}
	name := u.Path
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	name = o.at(from.moment, u.Host, name)
	return name != "" && (u.Fragment == "" || o.anchor(name, u.Fragment))
}

func (o *output) ours(host string) bool {
	for _, s := range o.Sites {
		if s.Host == host {
			return true
		}
	}
	return false
}

// at is the file that stands at a path of a host at a moment; "" if there is
// none. Moments sort as their times do.
func (o *output) at(moment, host, path string) string {
	if strings.HasPrefix(path, "/"+pending+"/") {
		return ""
	}
	best, name := "", ""
	if o.files[host+path] {
		name = host + path
	}
	for _, f := range o.Timed {
		m, rest, _ := strings.Cut(strings.TrimPrefix(f.File, pending+"/"), "/")
		if f.Host == host && "/"+rest == path && m <= moment && m > best {
			best, name = m, host+"/"+f.File
		}
	}
	return name
}

// anchor says whether a page has an element with an id.
func (o *output) anchor(name, id string) bool {
	for _, p := range o.documents() {
		if p.name != name {
			continue
		}
		for n := range p.elements() {
			if attr(n, "id") == id {
				return true
			}
		}
	}
	return false
}
