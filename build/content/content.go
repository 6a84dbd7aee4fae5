// Package content reads what editors write, each file for itself: the
// company's provider.yaml, a site.yaml for each site, and pages of Markdown
// with front matter. What one file means for another (links, lists, double
// addresses) is the business of package build.
package content

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// Layouts that a page can have.
const (
	Home    = "home"
	Plain   = "page"
	List    = "list"
	Article = "article"
	Product = "product"
	Guide   = "guide"
)

// A Meta is the front matter of a page.
type Meta struct {
	Title       front.Text   `front:"title,required"`
	Description front.Text   `front:"description,required"`
	Layout      string       `front:"layout,oneof=home|page|list|article|product|guide"`
	Date        front.Date   `front:"date"`
	Updated     front.Date   `front:"updated"`
	Draft       bool         `front:"draft"`
	Publish     front.Date   `front:"publish"`
	Expires     front.Date   `front:"expires"`
	Weight      int          `front:"weight"`
	Navigation  front.Label  `front:"navigation"`
	Aliases     []front.Text `front:"aliases"`
	Tags        []front.Text `front:"tags"`
	Image       *Image       `front:"image"`
	TOC         *bool        `front:"toc"`
	Actions     []Link       `front:"actions"`
	Features    []Feature    `front:"features"`
	List        *Listing     `front:"list"`
	Product     *Item        `front:"product"`
}

// An Image names a file beside the page.
type Image struct {
	front.Pos
	File front.Text `front:"file,required"`
	Alt  front.Text `front:"alt,required"`
}

// A Link leads to a page, named by its file.
type Link struct {
	front.Pos
	Title string     `front:"title"`
	Page  front.Text `front:"page,required"`
}

// A Feature is a card for another page.
type Feature struct {
	front.Pos
	Page front.Text `front:"page,required"`
	Text string     `front:"text"`
}

// A Listing is a list of a folder's pages.
type Listing struct {
	front.Pos
	Of    front.Text `front:"of"`
	Sort  string     `front:"sort,oneof=weight|date|title"`
	Limit int        `front:"limit"`
	Title string     `front:"title"`
	Feed  bool       `front:"feed"`
}

// An Item is a product.
type Item struct {
	front.Pos
	SKU            front.Text    `front:"sku,required"`
	Price          front.Decimal `front:"price,required"`
	Availability   string        `front:"availability,required,oneof=in-stock|back-order|made-to-order|discontinued"`
	Stock          string        `front:"stock"`
	Specifications front.Pairs   `front:"specifications,required"`
	Related        []front.Text  `front:"related"`
}

// A Provider is the company: provider.yaml.
type Provider struct {
	Name        string     `front:"name,required"`
	LegalName   string     `front:"legal_name"`
	Domain      front.Text `front:"domain,required"`
	Description string     `front:"description"`
	Language    front.Text `front:"language"`
	// Identity says when a visitor gets a personal identification code:
	// with the first page, or, as where it is missing, not before they make
	// a choice.
	Identity string `front:"identity,oneof=on-visit|on-choice"`
	// CDN says that somebody else's servers keep copies of the pages.
	CDN bool `front:"cdn"`
	// PostalAddress has a line for each line of an envelope, without the
	// company's name.
	PostalAddress []front.Text `front:"postal_address"`
	Contacts      []Contact    `front:"contacts"`
}

// A Contact is one of the company's mail addresses.
type Contact struct {
	front.Pos
	ID    string     `front:"id,required"`
	Label string     `front:"label,required"`
	Email front.Text `front:"email,required"`
	About string     `front:"about"`
}

// A Site is one of the company's sites: site.yaml.
type Site struct {
	Title       front.Text `front:"title,required"`
	Short       string     `front:"short"`
	Host        front.Text `front:"host,required"`
	Language    front.Text `front:"language"`
	Description front.Text `front:"description,required"`
	Weight      int        `front:"weight"`
	Currency    front.Text `front:"currency"`
	Navigation  []Link     `front:"navigation"`
	Footer      []Column   `front:"footer"`
	Brand       Brand      `front:"brand,required"`
}

// A Column is a group of links in the footer.
type Column struct {
	front.Pos
	Title string `front:"title,required"`
	Links []Link `front:"links,required"`
}

// A Brand is how a site looks: design tokens and pictures beside site.yaml.
type Brand struct {
	front.Pos
	Logo  front.Text `front:"logo"`
	Motif front.Text `front:"motif"`
	Icon  front.Text `front:"icon"`
	Card  front.Text `front:"card"`
	Type  Type       `front:"type"`
	Light Palette    `front:"light,required"`
	Dark  Palette    `front:"dark,required"`
}

// A Type names the system font stacks.
type Type struct {
	Heading string `front:"heading,oneof=sans|serif|rounded"`
	Body    string `front:"body,oneof=sans|serif|rounded"`
}

// A Palette is the colours of one scheme, each written #rrggbb.
type Palette struct {
	front.Pos
	Background front.Text `front:"background,required"`
	Surface    front.Text `front:"surface,required"`
	Text       front.Text `front:"text,required"`
	Muted      front.Text `front:"muted,required"`
	Line       front.Text `front:"line,required"`
	Accent     front.Text `front:"accent,required"`
}

// DecodeProvider reads provider.yaml.
func DecodeProvider(file []byte) (*Provider, problem.List) {
	var p Provider
	problems := front.Decode(front.Whole(file), &p)
	c := checker{file: file, problems: problems}
	c.host(p.Domain)
	c.language(p.Language)
	c.postalAddress(p.PostalAddress)
	seen := map[string]bool{}
	for _, contact := range p.Contacts {
		if seen[contact.ID] && contact.ID != "" {
			c.report(contact.Pos, "provider", fmt.Sprintf("two contacts have the id %q", contact.ID), "give each its own")
		}
		seen[contact.ID] = true
		if contact.Email.Value != "" && !mailAddress.MatchString(contact.Email.Value) {
			c.report(contact.Email.Pos, "mail-address", fmt.Sprintf("%q is not a mail address", contact.Email.Value), "write it as name@example.com")
		}
	}
	if p.LegalName == "" {
		p.LegalName = p.Name
	}
	texts := []*string{&p.Description}
	for i := range p.Contacts {
		texts = append(texts, &p.Contacts[i].Label, &p.Contacts[i].About)
	}
	typeset(texts)
	return &p, c.problems
}

// Bounds of a postal address, which has to fit on an envelope and below a
// letter.
const (
	maxAddressLines = 6
	maxAddressLine  = 80
)

func (c *checker) postalAddress(lines []front.Text) {
	if len(lines) > maxAddressLines {
		c.report(lines[maxAddressLines].Pos, "postal-address", fmt.Sprintf("the postal address has %d lines, at most %d are allowed", len(lines), maxAddressLines), "write it as it stands on an envelope, without the company's name")
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line.Value); n > maxAddressLine {
			c.report(line.Pos, "postal-address", fmt.Sprintf("a line of the postal address has %d characters, at most %d are allowed", n, maxAddressLine), "write each line of the envelope as an item of the list")
		}
	}
}

// DecodeSite reads site.yaml and holds its colours to WCAG 2.2.
func DecodeSite(file []byte) (*Site, problem.List) {
	var s Site
	problems := front.Decode(front.Whole(file), &s)
	c := checker{file: file, problems: problems}
	c.host(s.Host)
	c.language(s.Language)
	if s.Currency.Value != "" && !currencyCode.MatchString(s.Currency.Value) {
		c.report(s.Currency.Pos, "currency", fmt.Sprintf("currency %q is not a code of three capital letters", s.Currency.Value), "write an ISO 4217 code such as USD")
	}
	c.palette("light", s.Brand.Light)
	c.palette("dark", s.Brand.Dark)
	if s.Short == "" {
		s.Short = s.Title.Value
	}
	s.typeset()
	return &s, c.problems
}

// typeset gives the texts that readers see the quotes and dashes of prose.
func (s *Site) typeset() {
	texts := []*string{&s.Title.Value, &s.Short, &s.Description.Value}
	for i := range s.Navigation {
		texts = append(texts, &s.Navigation[i].Title)
	}
	for i := range s.Footer {
		texts = append(texts, &s.Footer[i].Title)
		for j := range s.Footer[i].Links {
			texts = append(texts, &s.Footer[i].Links[j].Title)
		}
	}
	typeset(texts)
}

var (
	mailAddress  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
	hostName     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)
	languageTag  = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
	hexColour    = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
)

// A checker adds problems to those of the decoder.
type checker struct {
	file     []byte
	problems problem.List
}

func (c *checker) report(at front.Pos, rule, message, hint string) {
	c.problems = append(c.problems, problem.Problem{
		Line: at.Line, Col: at.Col, Rule: rule, Message: message, Hint: hint,
		Source: front.Line(c.file, at.Line),
	})
}

func (c *checker) host(host front.Text) {
	if host.Value != "" && (!hostName.MatchString(host.Value) || len(host.Value) > 253) {
		c.report(host.Pos, "host", fmt.Sprintf("%q is not a host name", host.Value), "write it in lower case, without scheme, port or slash: shop.example.com")
	}
}

// language checks the form of a tag, which programs read (BCP 47).
func (c *checker) language(tag front.Text) {
	if tag.Value != "" && !languageTag.MatchString(tag.Value) {
		c.report(tag.Pos, "language", fmt.Sprintf("%q is not the tag of a language", tag.Value), "write a tag such as en or en-US")
	}
}

// palette checks that colours can be read on each other: WCAG 2.2, 1.4.3.
func (c *checker) palette(scheme string, p Palette) {
	colours := []struct {
		name string
		text front.Text
	}{{"background", p.Background}, {"surface", p.Surface}, {"line", p.Line}, {"text", p.Text}, {"muted", p.Muted}, {"accent", p.Accent}}
	for _, colour := range colours {
		if colour.text.Value != "" && !hexColour.MatchString(colour.text.Value) {
			c.report(colour.text.Pos, "colour", fmt.Sprintf("%s %q is not a colour", colour.name, colour.text.Value), `write it as "#1f4e9c", in quotes`)
		}
	}
	for _, fore := range colours[3:] {
		for _, back := range colours[:2] {
			if !hexColour.MatchString(fore.text.Value) || !hexColour.MatchString(back.text.Value) {
				continue
			}
			if ratio := Contrast(fore.text.Value, back.text.Value); ratio < 4.5 {
				c.report(fore.text.Pos, "contrast",
					fmt.Sprintf("%s: %s %s on %s %s has a contrast of %.2f:1", scheme, fore.name, fore.text.Value, back.name, back.text.Value, math.Floor(ratio*100)/100),
					"text needs 4.5:1 or more (WCAG 2.2, 1.4.3); make the two colours differ more in lightness")
			}
		}
	}
}

// Contrast is the contrast ratio of two colours written #rrggbb, from 1 to
// 21, as WCAG 2.2 defines it.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(hex string) float64 {
	var r, g, b uint8
	fmt.Sscanf(strings.ToLower(hex), "#%02x%02x%02x", &r, &g, &b)
	channel := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b)
}
