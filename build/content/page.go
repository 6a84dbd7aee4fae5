package content

import (
	"fmt"
	"regexp"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
)

// A Page is one Markdown file, compiled. It depends on the file's bytes
// alone, so it can be kept under their hash; problems have no Path.
type Page struct {
	Meta     Meta
	Document markdown.Document
	// Head is the text of the front matter: pages with the same Head look
	// the same in menus, lists and feeds.
	Head     string
	Problems problem.List
}

// mainID is where the link that skips the navigation leads.
const mainID = "main-content"

// Compile reads a page.
func Compile(md *markdown.Compiler, file []byte) *Page {
	src, body, problems := front.Split(file)
	p := &Page{Head: string(file[src.Start:src.End])}
	switch {
	case len(problems) > 0:
	case src.Start == src.End && src.Start == body:
		problems = problem.List{{
			Line: 1, Col: 1, Rule: "front-matter", Source: front.Line(file, 1), Message: "the page doesn't begin with front matter",
			Hint: "begin the file with a line ---, then title: and description:, then a line --- again",
		}}
	default:
		problems = front.Decode(src, &p.Meta)
	}
	c := checker{file: file, problems: problems}
	c.meta(&p.Meta)
	p.Meta.typeset()
	p.Document = md.Compile(file, body)
	for _, h := range p.Document.Headings {
		if h.ID == mainID {
			c.report(front.Pos{Line: h.Line, Col: 1}, "duplicate-id", fmt.Sprintf("id %q is that of the page's main part", h.ID), "give the heading another id: ## Title {#other}")
		}
	}
	p.Problems = append(c.problems, p.Document.Problems...)
	p.Document.Problems = nil
	return p
}

var (
	tagName   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	skuFormat = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]*$`)
)

// meta checks what the front matter says for itself.
func (c *checker) meta(m *Meta) {
	c.length("title", m.Title, 120)
	c.length("description", m.Description, 300)
	c.order("updated", m.Updated, "date", m.Date)
	c.order("expires", m.Expires, "publish", m.Publish)
	if m.Layout == Article && m.Date.IsZero() {
		c.report(front.Pos{Line: 2, Col: 1}, "missing-key", `key "date" is missing`, "an article needs the day of its publication")
	}
	if m.Layout == Product && m.Product == nil {
		c.report(front.Pos{Line: 2, Col: 1}, "missing-key", `key "product" is missing`, "layout product needs sku, price and specifications")
	}
	if m.Product != nil && m.Product.SKU.Value != "" && !skuFormat.MatchString(m.Product.SKU.Value) {
		c.report(m.Product.SKU.Pos, "sku", fmt.Sprintf("sku %q has other characters than A-Z, 0-9 and -", m.Product.SKU.Value), "write it like this: LMP-100")
	}
	if m.List != nil && m.List.Limit < 0 {
		c.report(m.List.Pos, "wrong-type", "limit is less than nothing", "leave it out to list all")
	}
	seen := map[string]bool{}
	for _, tag := range m.Tags {
		if tag.Value != "" && !tagName.MatchString(tag.Value) {
			c.report(tag.Pos, "tag", fmt.Sprintf("tag %q is not lower-case words joined by hyphens", tag.Value), "write it like this: live-sound")
		}
		if seen[tag.Value] {
			c.report(tag.Pos, "tag", fmt.Sprintf("tag %q stands twice", tag.Value), "keep one of them")
		}
		seen[tag.Value] = true
	}
}

func (c *checker) length(name string, text front.Text, most int) {
	if n := len([]rune(text.Value)); n > most {
		c.report(text.Pos, "length", fmt.Sprintf("%s has %d characters, at most %d are allowed", name, n, most), "shorten it: search results and cards cut it off")
	}
}

func (c *checker) order(later string, b front.Date, earlier string, a front.Date) {
	if !a.IsZero() && !b.IsZero() && b.Time.Before(a.Time) {
		c.report(b.Pos, "date-order", fmt.Sprintf("%s %s is before %s %s", later, b.Time.Format(time.DateOnly), earlier, a.Time.Format(time.DateOnly)), "swap the two, or correct the year")
	}
}

// typeset gives the texts that readers see the quotes and dashes of prose.
func (m *Meta) typeset() {
	texts := []*string{&m.Title.Value, &m.Description.Value, &m.Navigation.Value}
	if m.Image != nil {
		texts = append(texts, &m.Image.Alt.Value)
	}
	for i := range m.Actions {
		texts = append(texts, &m.Actions[i].Title)
	}
	for i := range m.Features {
		texts = append(texts, &m.Features[i].Text)
	}
	if m.List != nil {
		texts = append(texts, &m.List.Title)
	}
	if m.Product != nil {
		texts = append(texts, &m.Product.Stock)
		for i := range m.Product.Specifications {
			texts = append(texts, &m.Product.Specifications[i].Label, &m.Product.Specifications[i].Value)
		}
	}
	typeset(texts)
}

func typeset(texts []*string) {
	for _, text := range texts {
		*text = markdown.Smart(*text)
	}
}

// Public says whether the page is part of a build made at a time.
func (m *Meta) Public(now time.Time, drafts bool) bool {
	return m.Why(now, drafts) == ""
}

// Why says why the page is not part of a build; "" if it is.
func (m *Meta) Why(now time.Time, drafts bool) string {
	switch {
	case m.Draft && !drafts:
		return "is a draft"
	case !m.Publish.IsZero() && now.Before(m.Publish.Time) && !drafts:
		return "appears only on " + m.Publish.Time.Format(time.DateOnly)
	case !m.Expires.IsZero() && !now.Before(m.Expires.Time):
		return "expired on " + m.Expires.Time.Format(time.DateOnly)
	}
	return ""
}

// Next returns the first moment after now at which Public changes by itself;
// zero if there is none.
func (m *Meta) Next(now time.Time) time.Time {
	var next time.Time
	for _, t := range []time.Time{m.Publish.Time, m.Expires.Time} {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next
}
