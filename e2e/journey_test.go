package e2e

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSitesOpen opens each site at its home page and reaches it from every
// other site by the bar on top.
func TestSitesOpen(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, from := range w.Sites {
		if status := b.open(from.Origin + "/"); status != 200 {
			t.Errorf("%s: status %d", from.Origin, status)
		}
		if title := value(b, chromedp.Title()); !strings.Contains(title, from.Title) {
			t.Errorf("%s has the title %q, without %q", from.Origin, title, from.Title)
		}
		if current := eval[string](b, `document.querySelector(".family [aria-current]").textContent`); current != from.Short {
			t.Errorf("%s calls itself %q", from.Origin, current)
		}
		for _, to := range w.Sites {
			b.open(from.Origin + "/")
			b.arrives(fmt.Sprintf(".family a[href=%q]", to.Origin+"/"), to.Origin+"/")
		}
	}
}

// TestNavigation goes through the main navigation of each site, which is what
// the editor wrote in site.yaml.
func TestNavigation(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		b.open(s.Origin + "/")
		for i, entry := range s.Navigation {
			want := s.Origin + addressOf(entry.Page)
			selector := fmt.Sprintf(`nav[aria-label=Main] li:nth-child(%d) a`, i+1)
			if title := value(b, chromedp.TextContent(chromedp.CSS(selector))); title != entry.Title {
				t.Errorf("%s: entry %d is %q, want %q", s.Origin, i, title, entry.Title)
			}
			b.arrives(selector, want)
			if !eval[bool](b, fmt.Sprintf(`document.querySelector(%q).matches("[aria-current=page]")`, selector)) {
				t.Errorf("%s: the navigation doesn't say where the visitor is", want)
			}
		}
		b.arrives(".brand", s.Origin+"/")
	}
}

// addressOf is the path at which a file of a site's folder is served.
func addressOf(file string) string {
	file = strings.TrimSuffix(file, path.Ext(file))
	return strings.TrimSuffix("/"+file, "/index") + "/"
}

// TestProduct reads a product's page and goes on to a related one.
func TestProduct(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		p := w.ofLayout(s, "product")
		if p == nil {
			continue
		}
		b.open(p.address())
		if got := eval[string](b, `document.querySelector(".price dd").innerText`); !strings.HasPrefix(got, "$") {
			t.Errorf("%s: price %q", p.address(), got)
		}
		if got := eval[string](b, `document.querySelector(".sku").innerText`); !strings.Contains(w.source(p), "sku: "+got) {
			t.Errorf("%s: SKU %q", p.address(), got)
		}
		if n := eval[int](b, `document.querySelectorAll(".specifications th[scope=row] + td").length`); n < 3 {
			t.Errorf("%s: %d specifications", p.address(), n)
		}
		related := eval[[]string](b, `[...document.querySelectorAll(".list h3 a")].map(a => a.href)`)
		if len(related) < 2 {
			t.Fatalf("%s: related are %v", p.address(), related)
		}
		b.arrives(".list h3 a", related[0])
		return
	}
	t.Error("no site has a product")
}

// source is the Markdown that a page was made from.
func (w *world) source(p *document) string {
	w.t.Helper()
	file := "content/sites/" + p.site.ID + strings.TrimSuffix(p.url, "/")
	for _, name := range []string{file + ".md", file + "/index.md"} {
		if w.has(name) {
			return w.read(name)
		}
	}
	w.t.Fatalf("%s: no Markdown file found", p.address())
	return ""
}

// TestAcrossSites follows a link in the text of each site that has one to
// another site.
func TestAcrossSites(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		from, to := w.outward(s)
		if from == nil {
			t.Errorf("no text of %s links to another site", s.ID)
			continue
		}
		b.open(from.address())
		b.arrives(fmt.Sprintf(".text a[href=%q]", to), to)
	}
}

// outward finds a link in a text that leads to another of the sites.
func (w *world) outward(from *site) (*document, string) {
	for _, p := range w.written() {
		if p.site != from || p.kind() == "404" {
			continue
		}
		for n := range p.elements("div") {
			if attr(n, "class") != "text" {
				continue
			}
			for a := range elements(n, "a") {
				u, err := url.Parse(attr(a, "href"))
				if err == nil && u.Fragment == "" && strings.HasSuffix(u.Hostname(), ".localhost") && u.Host != strings.TrimPrefix(from.Origin, "http://") {
					return p, u.String()
				}
			}
		}
	}
	return nil, ""
}

// TestMissing asks each site for a page that isn't there.
func TestMissing(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		address := s.Origin + "/there/is/no-such-page/"
		b.expect(address)
		if status := b.open(address); status != 404 {
			t.Errorf("%s: status %d", address, status)
		}
		if got := eval[string](b, `document.querySelector(".family [aria-current]").textContent`); got != s.Short {
			t.Errorf("%s looks like a page of %q", address, got)
		}
		b.arrives(".brand", s.Origin+"/")
	}
}

// TestAliases asks for every old address.
func TestAliases(t *testing.T) {
	t.Parallel()
	w := serve(t)
	if len(w.Redirects) == 0 {
		t.Fatal("the content has no aliases")
	}
	origins := map[string]string{}
	for _, s := range w.Sites {
		origins[s.Host] = s.Origin
	}
	for _, r := range w.Redirects {
		status, header, _ := w.get(origins[r.Host] + r.From)
		to, err := url.Parse(header.Get("Location"))
		if err != nil || !slices.Contains([]int{301, 308}, status) || to.Path != r.To {
			t.Errorf("%s%s: status %d, Location %q, want %s", r.Host, r.From, status, header.Get("Location"), r.To)
		}
	}
	b, r := w.tab(t), w.Redirects[0]
	if status := b.open(origins[r.Host] + r.From); status != 200 || value(b, chromedp.Location()) != origins[r.Host]+r.To {
		t.Errorf("%s%s leads to %s with status %d", r.Host, r.From, value(b, chromedp.Location()), status)
	}
}

// TestUnknownHost asks the same server for a host that isn't listed.
func TestUnknownHost(t *testing.T) {
	t.Parallel()
	w := serve(t)
	for _, host := range []string{"unknown.localhost", "indigex.example", "localhost", "127.0.0.1"} {
		if status, _, _ := w.get("http://" + host + ":" + w.port + "/"); status != 421 {
			t.Errorf("host %s: status %d, want 421", host, status)
		}
	}
}
