package build

import (
	"encoding/json"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/templates"
)

// structuredData describes the page for search engines in JSON-LD with terms
// of schema.org: Organization on home pages, else BreadcrumbList and Article
// or Product. encoding/json escapes <, > and &, so the text can stand in a
// script element.
func (p *page) structuredData(r *reader, v *templates.Page) []string {
	var all []any
	switch v.Layout {
	case content.Home:
		all = append(all, p.organization(r))
	case content.Article, content.Guide:
		all = append(all, p.article(v))
	case content.Product:
		if v.Product != nil {
			all = append(all, p.productData(v))
		}
	}
	if len(v.Breadcrumbs) > 0 {
		all = append(all, breadcrumbData(v))
	}
	return encoded(all)
}

func encoded(all []any) []string {
	var texts []string
	for _, item := range all {
		text, err := json.Marshal(item)
		if err != nil {
			panic(err) // the shapes below always encode
		}
		texts = append(texts, string(text))
	}
	return texts
}

// A thing is the part that all descriptions share.
type thing struct {
	Context string `json:"@context,omitempty"`
	Type    string `json:"@type"`
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
}

const schema = "https://schema.org"

type contactPoint struct {
	Type        string `json:"@type"`
	ContactType string `json:"contactType"`
	Email       string `json:"email"`
}

func (p *page) organization(r *reader) any {
	type organization struct {
		thing
		LegalName    string         `json:"legalName,omitempty"`
		Description  string         `json:"description,omitempty"`
		Logo         string         `json:"logo,omitempty"`
		ContactPoint []contactPoint `json:"contactPoint,omitempty"`
	}
	provider := r.x.provider
	o := organization{thing: thing{schema, "Organization", provider.Name, r.x.sites[0].origin + "/"}, LegalName: provider.LegalName, Description: provider.Description}
	if icon := p.site.file.Brand.Icon.Value; icon != "" {
		o.Logo = p.site.origin + "/" + icon
	}
	for _, c := range provider.Contacts {
		o.ContactPoint = append(o.ContactPoint, contactPoint{"ContactPoint", c.Label, c.Email.Value})
	}
	return o
}

func (p *page) article(v *templates.Page) any {
	type article struct {
		Context       string `json:"@context"`
		Type          string `json:"@type"`
		Headline      string `json:"headline"`
		Description   string `json:"description,omitempty"`
		URL           string `json:"url"`
		Image         string `json:"image,omitempty"`
		DatePublished string `json:"datePublished,omitempty"`
		DateModified  string `json:"dateModified,omitempty"`
		Publisher     thing  `json:"publisher"`
	}
	return article{
		Context: schema, Type: "Article", Headline: v.Title, Description: v.Description, URL: v.Canonical, Image: v.ShareImage,
		DatePublished: day(v.Date), DateModified: day(v.Updated),
		Publisher: thing{Type: "Organization", Name: v.Site.Provider},
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (p *page) productData(v *templates.Page) any {
	type offer struct {
		Type          string `json:"@type"`
		Price         string `json:"price"`
		PriceCurrency string `json:"priceCurrency,omitempty"`
		Availability  string `json:"availability"`
		URL           string `json:"url"`
	}
	type product struct {
		thing
		SKU         string `json:"sku"`
		Description string `json:"description"`
		Image       string `json:"image,omitempty"`
		Offers      offer  `json:"offers"`
	}
	item := p.meta().Product
	return product{
		thing: thing{schema, "Product", v.Title, v.Canonical}, SKU: item.SKU.Value, Description: v.Description, Image: v.ShareImage,
		Offers: offer{"Offer", item.Price.Value, p.site.file.Currency.Value, schema + "/" + availability[item.Availability].term, v.Canonical},
	}
}

func breadcrumbData(v *templates.Page) any {
	type item struct {
		Type     string `json:"@type"`
		Position int    `json:"position"`
		Name     string `json:"name"`
		Item     string `json:"item,omitempty"`
	}
	type list struct {
		Context string `json:"@context"`
		Type    string `json:"@type"`
		Items   []item `json:"itemListElement"`
	}
	l := list{Context: schema, Type: "BreadcrumbList"}
	for i, crumb := range v.Breadcrumbs {
		l.Items = append(l.Items, item{"ListItem", i + 1, crumb.Title, v.Site.Origin + crumb.URL})
	}
	l.Items = append(l.Items, item{"ListItem", len(l.Items) + 1, v.Title, ""})
	return l
}
