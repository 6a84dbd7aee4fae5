package e2e

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// TestHead wants what search engines and shared links need.
func TestHead(t *testing.T) {
	t.Parallel()
	out := production(t)
	titles := map[string]string{}
	for _, p := range out.written() {
		for _, name := range []string{"description", "og:title", "og:description", "og:type", "og:image", "og:site_name", "viewport"} {
			if p.meta(name) == "" {
				t.Errorf("%s: meta %s is missing", p.name, name)
			}
		}
		if canonical := p.link("canonical"); p.indexed() && canonical != p.address() {
			t.Errorf("%s: canonical %q, want %s", p.name, canonical, p.address())
		} else if !p.indexed() && canonical != "" {
			t.Errorf("%s: canonical %q on a page that isn't indexed", p.name, canonical)
		}
		if p.link("icon") == "" || p.link("apple-touch-icon") == "" {
			t.Errorf("%s: an icon is missing", p.name)
		}
		for title := range p.elements("title") {
			if key := p.site.ID + text(title); titles[key] != "" && p.indexed() {
				t.Errorf("%s has the title of %s", p.name, titles[key])
			} else {
				titles[key] = p.name
			}
			break // what follows are titles of drawings
		}
	}
}

// TestMarkup wants clean structure, and nothing that a strict content
// security policy would refuse.
func TestMarkup(t *testing.T) {
	t.Parallel()
	for _, p := range production(t).documents() {
		ids, headings := map[string]bool{}, 0
		for n := range p.elements() {
			if id, ok := lookup(n, "id"); ok && ids[id] {
				t.Errorf("%s: id %q stands twice", p.name, id)
			} else {
				ids[id] = true
			}
			if n.Data == "h1" {
				headings++
			}
			inline(t, p, n)
			if n.Data == "img" {
				image(t, p, n)
			}
		}
		if headings != 1 {
			t.Errorf("%s has %d elements h1", p.name, headings)
		}
	}
}

// inline reports scripts and styles that stand in the page.
func inline(t *testing.T, p *document, n *html.Node) {
	src, _ := lookup(n, "src")
	if n.Data == "style" || n.Data == "script" && src == "" && attr(n, "type") != "application/ld+json" {
		t.Errorf("%s: there is a %s element in the page", p.name, n.Data)
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("%s: %s has the attribute %s=%q", p.name, n.Data, a.Key, a.Val)
		}
		if (a.Key == "href" || a.Key == "src") && strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			t.Errorf("%s: %s leads to %q", p.name, n.Data, a.Val)
		}
	}
}

// image reports pictures without a text in their place, or without a size.
func image(t *testing.T, p *document, n *html.Node) {
	if _, ok := lookup(n, "alt"); !ok {
		t.Errorf("%s: %s has no alt", p.name, attr(n, "src"))
	}
	for _, name := range []string{"width", "height"} {
		if size, err := strconv.Atoi(attr(n, name)); err != nil || size < 1 {
			t.Errorf("%s: %s has %s=%q", p.name, attr(n, "src"), name, attr(n, name))
		}
	}
}

// privacyNotice is the type of a policy in the Data Privacy Vocabulary.
const privacyNotice = "dpv:PrivacyNotice"

// A thing is a description in terms of schema.org, or of the Data Privacy
// Vocabulary.
type thing struct {
	Context       any    `json:"@context"`
	Type          string `json:"@type"`
	Name          string
	Headline      string
	URL           string
	Email         string
	SKU           string
	DatePublished string
	Version       int
	Effective     string
	Offers        struct{ Price, PriceCurrency, Availability string }
	Elements      []struct {
		Position int
		Name     string
		Item     string
	} `json:"itemListElement"`
}

// TestStructuredData wants each kind of page described by its terms of
// schema.org.
func TestStructuredData(t *testing.T) {
	t.Parallel()
	wanted := map[string]string{
		"home": "Organization", "product": "Product", "article": "Article", "guide": "Article",
		"policy": privacyNotice, "version": privacyNotice, "superseded": privacyNotice, "announced": privacyNotice,
	}
	out := production(t)
	for _, p := range slices.Concat(out.written(), out.later) {
		things := map[string]thing{}
		for script := range p.elements("script") {
			if attr(script, "type") != "application/ld+json" {
				continue
			}
			var th thing
			if err := json.Unmarshal([]byte(script.FirstChild.Data), &th); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
			if th.Context != "https://schema.org" && th.Type != privacyNotice {
				t.Errorf("%s: context %v", p.name, th.Context)
			}
			things[th.Type] = th
		}
		if want := wanted[p.kind()]; want != "" && things[want].Type == "" {
			t.Errorf("%s: %s without %s", p.name, p.kind(), want)
		}
		for _, th := range things {
			th.check(t, p)
		}
		if _, ok := things["BreadcrumbList"]; !ok && p.indexed() && p.kind() != "home" {
			t.Errorf("%s has no BreadcrumbList", p.name)
		}
	}
}

func (th thing) check(t *testing.T, p *document) {
	switch th.Type {
	case "Organization":
		if th.Name == "" || th.URL == "" {
			t.Errorf("%s: organization %+v", p.name, th)
		}
	case privacyNotice:
		if terms, ok := th.Context.(map[string]any); !ok || terms["dpv"] != "https://w3id.org/dpv#" || th.Version < 1 || !day(th.Effective) {
			t.Errorf("%s: policy %+v", p.name, th)
		}
	case "Product":
		price, err := strconv.ParseFloat(th.Offers.Price, 64)
		if err != nil || price <= 0 || th.SKU == "" || th.Name == "" || len(th.Offers.PriceCurrency) != 3 || th.Offers.Availability == "" {
			t.Errorf("%s: product %+v", p.name, th)
		}
	case "Article":
		if th.Headline == "" || th.DatePublished != "" && !day(th.DatePublished) {
			t.Errorf("%s: article %+v", p.name, th)
		}
	case "BreadcrumbList":
		for i, e := range th.Elements {
			if e.Position != i+1 || e.Name == "" || e.Item == "" && i < len(th.Elements)-1 {
				t.Errorf("%s: crumb %+v at place %d", p.name, e, i+1)
			}
		}
	default:
		t.Errorf("%s: a thing of type %q", p.name, th.Type)
	}
}

// day says whether a text is a date.
func day(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
