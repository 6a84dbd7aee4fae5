package templates_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"indigex.com/indigex/templates"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds whole pages against files that a person has looked at.
func TestGolden(t *testing.T) {
	s := site(t, brands()[1])
	all := pages(t, s)
	for _, name := range []string{"home", "list", "article", "product",
		"policy", "policy-superseded", "policy-announced", "policy-draft", "policy-versions", "policy-comparison"} {
		golden(t, name+".html", render(t, all[name]))
	}
	var b bytes.Buffer
	if err := templates.Redirect("en", "XLR cable, 5 m", "/cables/xlr/").Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	golden(t, "redirect.html", b.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		write(t, filepath.Join("testdata", "golden"), name, got)
	}
	if want := read(t, filepath.Join("testdata", "golden", name)); !bytes.Equal(got, want) {
		t.Errorf("%s differs from its golden file (go test -update writes it anew); got:\n%s", name, got)
	}
}

// TestEveryLayout holds what all pages promise: one h1, headings in order,
// unique ids, landmarks with names, pictures with sizes and alternative texts,
// and nothing that a strict Content-Security-Policy forbids.
func TestEveryLayout(t *testing.T) {
	for _, b := range brands() {
		for name, p := range pages(t, site(t, b)) {
			root, err := html.Parse(bytes.NewReader(render(t, p)))
			if err != nil {
				t.Fatal(err)
			}
			for _, complaint := range inspect(root) {
				t.Errorf("%s/%s: %s", b.id, name, complaint)
			}
		}
	}
}

// inspect returns what is wrong with a page.
func inspect(root *html.Node) []string {
	var wrong []string
	ids, count, level := map[string]bool{}, map[string]int{}, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attr := attributes(n)
		count[n.Data]++
		if id, ok := attr["id"]; ok && ids[id] {
			wrong = append(wrong, "id twice: "+id)
		} else if ok {
			ids[id] = true
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			now := int(n.Data[1] - '0')
			if now > level+1 {
				wrong = append(wrong, "heading skips a level: "+n.Data)
			}
			level = now
		}
		wrong = append(wrong, inspectElement(n.Data, attr)...)
	}
	if count["h1"] != 1 || count["main"] != 1 {
		wrong = append(wrong, "not one h1 in one main")
	}
	return wrong
}

// inspectElement returns what is wrong with one element by itself.
func inspectElement(name string, attr map[string]string) []string {
	var wrong []string
	demand := func(ok bool, complaint string) {
		if !ok {
			wrong = append(wrong, complaint)
		}
	}
	for key := range attr {
		demand(key != "style" && !strings.HasPrefix(key, "on"), "inline "+key)
	}
	switch name {
	case "nav":
		demand(attr["aria-label"] != "", "nav without a name")
	case "img":
		_, ok := attr["alt"]
		demand(ok && attr["width"] != "" && attr["height"] != "", "img without alt, width or height")
	case "th":
		demand(attr["scope"] != "", "th without scope")
	case "script":
		demand(attr["src"] != "" || attr["type"] == "application/ld+json", "inline script")
	case "style":
		demand(false, "style element")
	}
	return wrong
}

func attributes(n *html.Node) map[string]string {
	attr := map[string]string{}
	for _, a := range n.Attr {
		attr[a.Key] = a.Val
	}
	return attr
}

// TestEscaping plants markup in every text that comes from content.
func TestEscaping(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	s, err := templates.Prepare(templates.Site{
		Title: evil, Short: evil, Language: evil, Provider: evil, LegalName: evil,
		Family:     []templates.Link{{Title: evil, URL: "javascript:alert(1)"}, {Title: evil, URL: evil}},
		Navigation: []templates.Link{{Title: evil, URL: evil}},
		Footer:     []templates.Column{{Title: evil, Links: []templates.Link{{Title: evil, URL: evil}}}},
		Contacts:   []templates.Contact{{Label: evil, Email: evil, About: evil}},
		Feeds:      []templates.Link{{Title: evil, URL: evil}},
		Stylesheet: evil, Script: evil, ThemeLight: evil, Icon: evil,
	})
	if err != nil {
		t.Fatal(err)
	}
	link := templates.Link{Title: evil, URL: evil}
	image := &templates.Image{Src: evil, Alt: evil, Width: 1, Height: 1, Srcset: evil}
	card := templates.Card{Title: evil, URL: evil, Text: evil, Site: evil, Image: image, Price: evil, Stock: evil, Tags: []templates.Link{link}}
	for _, layout := range []string{"home", "list", "page", "article", "product", "guide"} {
		page := string(render(t, templates.Page{
			Site: s, Layout: layout, Title: evil, Description: evil, URL: evil, Canonical: evil,
			Breadcrumbs: []templates.Link{link}, Contents: []templates.Heading{{Level: 2, ID: evil, HTML: "Levels"}},
			Image: image, Tags: []templates.Link{link}, Actions: []templates.Link{link}, Features: []templates.Card{card},
			Lists:    []templates.List{{Title: evil, Style: templates.Dated, Items: []templates.Card{card}, Feed: evil}},
			Product:  &templates.Product{SKU: evil, Price: evil, Availability: evil, Stock: evil, Specifications: []templates.Pair{{Label: evil, Value: evil}}, Related: []templates.Card{card}},
			Previous: &link, Next: &link, ShareImage: evil,
		}))
		if strings.Contains(page, "<script>") || strings.Contains(page, "javascript:") {
			t.Errorf("layout %s lets markup or a script address through:\n%s", layout, page)
		}
	}
}

func TestNavigationMarksTheSection(t *testing.T) {
	s, err := templates.Prepare(templates.Site{Provider: "INDIGEX", Short: "Shop", Navigation: []templates.Link{
		{Title: "Start", URL: "/"}, {Title: "Cables", URL: "/cables/"}, {Title: "Audio cables", URL: "/cables/audio/"}, {Title: "About", URL: "/about"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	current := regexp.MustCompile(`aria-current="(\w+)">([^<]+)</a>`)
	for url, want := range map[string]string{
		"/":                  "page Start",
		"/cables/":           "page Cables",
		"/cables/usb/":       "true Cables",
		"/cables/audio/xlr/": "true Audio cables",
		"/about":             "page About",
		"/about-us/":         "",
		"/preferences":       "",
	} {
		var got []string
		for _, m := range current.FindAllSubmatch(render(t, templates.Page{Site: s, URL: url}), -1) {
			got = append(got, string(m[1])+" "+string(m[2]))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s marks %q, want %q", url, got, want)
		}
	}
}

// TestUnpreparedSite shows that Prepare saves time and changes nothing.
func TestUnpreparedSite(t *testing.T) {
	plain := templates.Site{Title: "INDIGEX Shop", Short: "Shop", Provider: "INDIGEX", Language: "en", LegalName: "Innovative Networks, Inc.",
		Navigation: []templates.Link{{Title: "Cables", URL: "/cables/"}}}
	prepared, err := templates.Prepare(plain)
	if err != nil {
		t.Fatal(err)
	}
	slow := render(t, templates.Page{Site: &plain, Title: "Cables", URL: "/cables/"})
	fast := render(t, templates.Page{Site: prepared, Title: "Cables", URL: "/cables/"})
	if !bytes.Equal(slow, fast) {
		t.Errorf("unprepared:\n%s\nprepared:\n%s", slow, fast)
	}
}

func TestNotIndexed(t *testing.T) {
	page := string(render(t, templates.Page{Site: site(t, brands()[0]), Title: "Page not found", NotIndexed: true, Canonical: "https://indigex.com/404.html"}))
	if !strings.Contains(page, `<meta name="robots" content="noindex">`) || strings.Contains(page, "canonical") {
		t.Errorf("want noindex and no canonical address in:\n%s", page)
	}
}

func TestDates(t *testing.T) {
	all := pages(t, site(t, brands()[0]))
	for name, want := range map[string]string{
		"article": `<time datetime="2026-03-01">1 March 2026</time> <span>Updated <time datetime="2026-05-12">12 May 2026</time></span>`,
		"guide":   `<p><span>Updated <time datetime="2026-05-12">12 May 2026</time></span></p>`,
	} {
		if page := render(t, all[name]); !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s lacks %s", name, want)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	all := pages(b, site(b, brands()[1]))
	for _, name := range []string{"guide", "product", "list", "policy", "policy-comparison"} {
		b.Run(name, func(b *testing.B) {
			page := all[name]
			b.ReportAllocs()
			for b.Loop() {
				if err := templates.Document(page).Render(context.Background(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
