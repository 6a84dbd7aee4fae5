// Package templates turns views into HTML. A view holds everything that a
// page shows, resolved: no template looks anything up.
package templates

import (
	"time"

	"github.com/a-h/templ"
)

// A Site is what all pages of one site share.
type Site struct {
	ID          string
	Title       string
	Short       string
	Description string
	Language    string
	// Origin is scheme, host and port; page addresses are appended to it.
	Origin   string
	Provider string
	// LegalName is the company's name in the footer.
	LegalName string
	// Logo and Motif are inline SVG that the generator has checked.
	Logo, Motif string
	// Family lists all sites, this one included, in order of weight.
	Family     []Link
	Navigation []Link
	Footer     []Column
	// Stylesheet and CodeStylesheet are addresses; the latter is for pages
	// with highlighted code.
	Stylesheet, CodeStylesheet string
	// EdgeStylesheet is the address of one more, for the pages that the edge
	// makes.
	EdgeStylesheet string
	// Script is the address of notice.js, for sites behind a CDN; empty means
	// none. The edge's own pages go without.
	Script string
	// ThemeLight and ThemeDark are the background colours.
	ThemeLight, ThemeDark string
	// Icons are addresses; an empty one is left out.
	Icon, TouchIcon string
	Feeds           []Link
	// Policies lead to the policies and to what people decide by them; they
	// stand on every page.
	Policies []Link
	Contacts []Contact

	// shared is nil on a site that did not come from Prepare.
	shared *shared
}

// A Contact is one mail address of the company and what it is for.
type Contact struct{ ID, Label, Email, About string }

// A Link is a title and an address. Current marks the page being shown, or
// the part of the site that it is in.
type Link struct {
	Title, URL string
	Current    bool
}

// A Column is one group of links in the footer.
type Column struct {
	Title string
	Links []Link
}

// A Page is everything that one page shows.
type Page struct {
	Site *Site
	// Layout is home, page, list, article, product, guide or policy.
	Layout string
	Title  string
	// Description is the lead below the title and the meta description.
	Description string
	// URL is the path on the site, Canonical the whole address.
	URL, Canonical string
	// Date and Updated are zero where the editor gave none.
	Date, Updated time.Time
	// Breadcrumbs lead from the site's home to the parent of this page.
	Breadcrumbs []Link
	// Contents is the table of contents; empty means none is shown.
	Contents []Heading
	Body     templ.Component
	// Image stands in the page's head; nil means none.
	Image    *Image
	Tags     []Link
	Actions  []Link
	Features []Card
	// Lists of other pages below the body.
	Lists   []List
	Product *Product
	// One of these is set where the layout is policy.
	Policy     *PolicyPage
	Versions   *VersionList
	Comparison *ComparisonPage
	// Previous and Next are the neighbours in the section; nil means none.
	Previous, Next *Link
	// Highlighted says that the body has highlighted code.
	Highlighted bool
	// ShareImage is the absolute address of the picture for shared links.
	ShareImage string
	// StructuredData is JSON-LD, already encoded for a script element.
	StructuredData []string
	// NotIndexed keeps the page out of search engines (the 404 page).
	NotIndexed bool
}

// A Heading is an entry in a table of contents. HTML is inline HTML from the
// Markdown compiler.
type Heading struct {
	Level int
	ID    string
	HTML  string
}

// An Image is a picture with all that its img element needs.
type Image struct {
	Src, Alt      string
	Width, Height int
	// Srcset is empty for pictures without variants.
	Srcset string
}

// A Card stands for another page: on home pages, in lists, as related item.
type Card struct {
	Title, URL, Text string
	// Site is the short title of the other site where the page is on one.
	Site  string
	Image *Image
	// Date is shown on news; zero means none.
	Date time.Time
	// Price and Stock are shown on products; empty means none.
	Price, Stock string
	Tags         []Link
}

// ListStyle says how a list looks.
type ListStyle int

const (
	// Rows is one entry below the other: title, text.
	Rows ListStyle = iota
	// Dated is rows with dates, for news.
	Dated
	// Cards is a grid with pictures, for products and sections.
	Cards
)

// A List is a titled list of cards.
type List struct {
	Title string
	Style ListStyle
	Items []Card
	// Feed is the address of the list's Atom feed; empty means none.
	Feed string
}

// A Product is what a product page shows beside its text.
type Product struct {
	SKU string
	// Price is formatted for reading, such as "$24.90".
	Price string
	// Availability is in words ("In stock"); Stock is the editor's text.
	Availability, Stock string
	Specifications      []Pair
	Related             []Card
}

// A Pair is a label and a value.
type Pair struct{ Label, Value string }
