package e2e

import (
	"iter"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// address is where a browser finds the page.
func (p *document) address() string { return p.site.Origin + p.url }

// layout is what the body's class says.
func (p *document) layout() string {
	for body := range p.elements("body") {
		return strings.TrimSuffix(attr(body, "class"), "-page")
	}
	return ""
}

// moved says that the page stands at an old address and leads to a new one.
func (p *document) moved() bool {
	for meta := range p.elements("meta") {
		if strings.EqualFold(attr(meta, "http-equiv"), "refresh") {
			return true
		}
	}
	return false
}

// indexed says that search engines may list the page.
func (p *document) indexed() bool { return !strings.Contains(p.meta("robots"), "noindex") }

// meta is the content of a meta element by its name or property.
func (p *document) meta(name string) string {
	for meta := range p.elements("meta") {
		if attr(meta, "name") == name || attr(meta, "property") == name {
			return attr(meta, "content")
		}
	}
	return ""
}

// link is the target of the first link element with a relation.
func (p *document) link(rel string) string {
	for link := range p.elements("link") {
		if slices.Contains(strings.Fields(attr(link, "rel")), rel) {
			return attr(link, "href")
		}
	}
	return ""
}

// elements are those with one of the names, in document order; all if no
// name is given.
func (p *document) elements(names ...string) iter.Seq[*html.Node] { return elements(p.root, names...) }

func elements(root *html.Node, names ...string) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, n.Data)) && !yield(n) {
				return
			}
		}
	}
}

// text is the element's text, with white space folded.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// attr is an attribute's value; "" where it is missing.
func attr(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

func lookup(n *html.Node, name string) (value string, ok bool) {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

// traits are the element names and classes of the page, and its kind.
func (p *document) traits() map[string]bool {
	traits := map[string]bool{"kind " + p.kind(): true}
	for n := range p.elements() {
		traits["element "+n.Data] = true
		for class := range strings.FieldsSeq(attr(n, "class")) {
			traits["class "+class] = true
		}
	}
	return traits
}

// kind is the layout, or what the page is besides.
func (p *document) kind() string {
	switch {
	case p.url == "/404.html":
		return "404"
	case strings.HasPrefix(p.url, "/tags/"):
		return "tag"
	case p.layout() == "policy":
		return p.policyKind()
	}
	return p.layout()
}

// policyKind tells the pages of a policy apart: by their address and, where a
// version isn't in force, by the note that says so.
func (p *document) policyKind() string {
	switch {
	case strings.HasSuffix(p.url, "/versions/"):
		return "versions"
	case strings.Contains(p.url, "/changes/"):
		return "comparison"
	}
	for n := range p.elements() {
		switch attr(n, "aria-label") {
		case "This version is no longer in force":
			return "superseded"
		case "This version is not in force yet":
			return "announced"
		case "This is a draft":
			return "draft"
		}
	}
	if strings.Contains(p.url, "/v/") {
		return "version"
	}
	return "policy"
}
