package build

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/a-h/templ"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/templates"
)

// view is everything that the page shows.
func (p *page) view(r *reader) templates.Page {
	m := p.meta()
	v := templates.Page{
		Site: p.site.view, Layout: p.layout(),
		Title: m.Title.Value, Description: m.Description.Value,
		URL: p.url, Canonical: p.site.origin + p.url,
		Date: m.Date.Time, Updated: m.Updated.Time,
		Contents: p.contents(), Body: p.bodyComponent(),
		Highlighted: p.page.Document.Code, NotIndexed: p.notFound(),
	}
	if !p.notFound() {
		v.Breadcrumbs = p.breadcrumbs(r)
	}
	if m.Image != nil {
		if v.Image = p.picture(r, m.Image.File); v.Image != nil {
			v.Image.Alt = m.Image.Alt.Value
		}
	}
	for _, tag := range m.Tags {
		v.Tags = append(v.Tags, tagLink(tag.Value))
	}
	p.links(r, &v)
	v.ShareImage = p.shareImage(r)
	v.StructuredData = p.structuredData(r, &v)
	return v
}

// links adds all that the page shows of other pages.
func (p *page) links(r *reader, v *templates.Page) {
	m := p.meta()
	for _, a := range m.Actions {
		if to := r.reference(p.path, a.Page); to != nil {
			v.Actions = append(v.Actions, templates.Link{Title: cmp.Or(a.Title, to.label()), URL: to.from(p.site)})
		}
	}
	for _, f := range m.Features {
		if to := r.reference(p.path, f.Page); to != nil {
			card := to.card(r, p.site)
			card.Text = cmp.Or(f.Text, card.Text)
			v.Features = append(v.Features, card)
		}
	}
	if m.List != nil || v.Layout == content.List {
		if list := p.list(r); len(list.Items) > 0 {
			v.Lists = append(v.Lists, list)
		}
	}
	if m.Product != nil {
		v.Product = p.product(r)
	}
	if v.Layout == content.Guide || v.Layout == content.Article {
		v.Previous, v.Next = p.neighbours(r)
	}
}

// contents lists the headings of the second and third level, where there are
// enough to choose from.
func (p *page) contents() []templates.Heading {
	m := p.meta()
	if m.TOC == nil && p.layout() != content.Guide || m.TOC != nil && !*m.TOC {
		return nil
	}
	var all []templates.Heading
	for _, h := range p.page.Document.Headings {
		if h.Level == 2 || h.Level == 3 {
			all = append(all, templates.Heading{Level: h.Level, ID: h.ID, HTML: h.HTML})
		}
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

// bodyComponent writes the document's HTML with its gaps filled.
func (p *page) bodyComponent() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		doc, from := &p.page.Document, 0
		for i, gap := range doc.Gaps {
			if _, err := w.Write(doc.HTML[from:gap.Offset]); err != nil {
				return err
			}
			if _, err := io.WriteString(w, p.filled[i]); err != nil {
				return err
			}
			from = gap.Offset
		}
		_, err := w.Write(doc.HTML[from:])
		return err
	})
}

// breadcrumbs leads from the site's home page to the page's folder.
func (p *page) breadcrumbs(r *reader) []templates.Link {
	if p.rel == "index.md" {
		return nil
	}
	folder := p.dir
	if p.index() {
		folder = path.Dir(folder)
	}
	var up []templates.Link
	for ; ; folder = path.Dir(folder) {
		if parent := r.page(path.Join("sites", p.site.id, folder, "index.md")); parent != nil {
			title := parent.label()
			if parent.rel == "index.md" {
				title = p.site.file.Short
			}
			up = append([]templates.Link{{Title: title, URL: parent.url}}, up...)
		}
		if folder == "." {
			return up
		}
	}
}

// card shows the page on another one, which is on a site of its own.
func (p *page) card(r *reader, on *site) templates.Card {
	m := p.meta()
	c := templates.Card{Title: p.label(), URL: p.from(on), Text: m.Description.Value}
	if p.site != on {
		c.Site = p.site.file.Short
		if p.rel == "index.md" {
			c.Title, c.Site = p.site.file.Title.Value, ""
		}
	}
	if p.layout() == content.Article {
		c.Date = m.Date.Time
	}
	if m.Image != nil && p.site == on { // a page loads pictures from its own host alone
		if s := r.source(join(p.path, m.Image.File.Value)); s != nil && s.info != nil {
			c.Image = r.image(on, s)
		}
	}
	if m.Product != nil {
		c.Price = price(m.Product.Price.Value, p.site.file.Currency.Value)
		c.Stock = availability[m.Product.Availability].words
	}
	for _, tag := range m.Tags {
		link := tagLink(tag.Value)
		if p.site != on {
			link.URL = p.site.origin + link.URL
		}
		c.Tags = append(c.Tags, link)
	}
	return c
}

// list is the list of pages below the page's text.
func (p *page) list(r *reader) templates.List {
	l := p.listing()
	folder := path.Dir(p.path)
	if l.Of.Value != "" {
		folder = join(p.path, l.Of.Value)
	}
	list := templates.List{Title: l.Title}
	for _, item := range r.folder(folder, l.Sort) {
		if l.Limit > 0 && len(list.Items) == l.Limit {
			break
		}
		if item.path != p.path {
			card := item.card(r, p.site)
			if l.Sort == "date" {
				card.Date = item.meta().Date.Time
			}
			list.Items = append(list.Items, card)
		}
	}
	list.Style = styleOf(list.Items, l.Sort)
	if l.Feed {
		list.Feed = p.feedURL()
	}
	return list
}

// styleOf shows news with dates, and what has pictures or prices as cards.
func styleOf(items []templates.Card, sort string) templates.ListStyle {
	if sort == "date" {
		return templates.Dated
	}
	for _, item := range items {
		if item.Image != nil || item.Price != "" {
			return templates.Cards
		}
	}
	return templates.Rows
}

func (p *page) feedURL() string { return p.url + "feed.atom" }

// neighbours are the pages before and after this one in its folder.
func (p *page) neighbours(r *reader) (previous, next *templates.Link) {
	folder := path.Dir(p.path)
	by := "weight"
	if parent := r.page(path.Join(folder, "index.md")); parent != nil {
		by = parent.listing().Sort
	}
	r.note(orderOf, folder)
	order := r.x.sequence(folder, by)
	place, listed := order.place[p.path]
	link := func(i int) *templates.Link {
		if !listed || i < 0 || i >= len(order.pages) {
			return nil
		}
		other := order.pages[i]
		r.note(frontOf, other.path)
		return &templates.Link{Title: other.label(), URL: other.url}
	}
	return link(place - 1), link(place + 1)
}

func tagLink(tag string) templates.Link {
	return templates.Link{Title: strings.ReplaceAll(tag, "-", " "), URL: "/tags/" + tag + "/"}
}

// product is what a product's page shows beside its text.
func (p *page) product(r *reader) *templates.Product {
	item := p.meta().Product
	v := &templates.Product{
		SKU: item.SKU.Value, Price: price(item.Price.Value, p.site.file.Currency.Value),
		Availability: availability[item.Availability].words, Stock: item.Stock,
	}
	for _, pair := range item.Specifications {
		v.Specifications = append(v.Specifications, templates.Pair{Label: pair.Label, Value: pair.Value})
	}
	for _, related := range item.Related {
		if to := r.reference(p.path, related); to != nil {
			v.Related = append(v.Related, to.card(r, p.site))
		}
	}
	return v
}

// availability gives words for readers and the terms of schema.org.
var availability = map[string]struct{ words, term string }{
	"in-stock":      {"In stock", "InStock"},
	"back-order":    {"On back order", "BackOrder"},
	"made-to-order": {"Made to order", "MadeToOrder"},
	"discontinued":  {"Discontinued", "Discontinued"},
}

// price formats an amount with two decimals for readers of English.
func price(amount, currency string) string {
	whole, cents, _ := strings.Cut(amount, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	symbols := map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}
	if symbol, ok := symbols[currency]; ok {
		return fmt.Sprintf("%s%s.%s", symbol, whole, cents)
	}
	return strings.TrimSpace(fmt.Sprintf("%s.%s %s", whole, cents, currency))
}
