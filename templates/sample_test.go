package templates_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/templates"
)

// A brand is what a site of the family brings of its own.
type brand struct {
	id, short, url string
	navigation     []templates.Link
	tokens         string
}

// brands are five sites as different as their tokens allow.
func brands() []brand {
	return []brand{
		{"apex", "INDIGEX", "https://indigex.com/",
			[]templates.Link{{Title: "About", URL: "/about/"}, {Title: "Support", URL: "/support/"}, {Title: "News", URL: "/news/"}, {Title: "Contact", URL: "/contact/"}},
			tokens("serif", "sans", "#ffffff #f2f5fa #151b26 #515d70 #d5dce8 #1f4fa8", "#0f141c #182030 #e8edf5 #a3afc2 #2c384c #8ab2f6")},
		{"shop", "Shop", "https://shop.indigex.com/",
			[]templates.Link{{Title: "Cables", URL: "/cables/"}, {Title: "Microphones", URL: "/microphones/"}, {Title: "Displays", URL: "/displays/"}, {Title: "Cameras", URL: "/cameras/"}, {Title: "Access", URL: "/access/"}, {Title: "Phones", URL: "/phones/"}, {Title: "Networking", URL: "/networking/"}},
			tokens("sans", "sans", "#ffffff #f7f3ec #1d1a16 #5f574c #ddd6ca #8a5300", "#14110d #1f1a14 #f1ebe1 #b3a895 #3a3226 #f0b050")},
		{"proav", "Pro AV", "https://proav.indigex.com/",
			[]templates.Link{{Title: "Rooms", URL: "/rooms/"}, {Title: "Uses", URL: "/uses/"}, {Title: "Guides", URL: "/guides/"}},
			tokens("sans", "sans", "#ffffff #f6f3fc #1a1623 #5d566b #ddd6ea #6b3fc9", "#0d0b12 #191523 #f0edf7 #aba3bb #352e45 #b99cff")},
		{"security", "Security", "https://security.indigex.com/",
			[]templates.Link{{Title: "Systems", URL: "/systems/"}, {Title: "Services", URL: "/services/"}, {Title: "Guides", URL: "/guides/"}},
			tokens("sans", "serif", "#ffffff #f1f6f2 #141d17 #4d5d52 #d0dcd3 #1a6b3c", "#0d130f #171f19 #e6efe8 #9fb0a4 #2c382f #6fcf97")},
		{"telecom", "Telecom", "https://telecom.indigex.com/",
			[]templates.Link{{Title: "Systems", URL: "/systems/"}, {Title: "Services", URL: "/services/"}, {Title: "Guides", URL: "/guides/"}},
			tokens("rounded", "sans", "#ffffff #eef4f5 #12201f #4c5f62 #cfdcde #0b6b78", "#0e1415 #172022 #e6eff0 #9db0b3 #2c3b3e #4fc3d1")},
	}
}

// site returns a prepared site of the brand.
func site(tb testing.TB, b brand) *templates.Site {
	tb.Helper()
	s := templates.Site{
		ID: b.id, Title: "INDIGEX " + b.short, Short: b.short, Language: "en",
		Description: "Sound, pictures, security and telephones in one building.",
		Origin:      b.url[:len(b.url)-1], Provider: "INDIGEX", LegalName: "Innovative Networks, Inc.",
		Logo:       `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="28" height="28"><path fill="currentColor" d="M1.5 3h4v22h-4zM8 3h4.5l7 11-7 11H8l7-11z"/><path fill="var(--accent)" d="M22 3h4.5l-6 9.43-2.25-3.54zM22 25h4.5l-6-9.43-2.25 3.54z"/></svg>`,
		Motif:      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 320" width="480" height="320" fill="none" stroke="currentColor" stroke-opacity=".4" stroke-width="1.5"><path d="M40 60H250V150M250 196V270H150M104 270H40V60M250 150H330M376 150H440V270H250M250 60H440V150"/><circle cx="250" cy="172" r="22" fill="var(--accent)" fill-opacity=".16" stroke="var(--accent)" stroke-opacity="1"/></svg>`,
		Navigation: b.navigation,
		Footer: []templates.Column{
			{Title: "Help", Links: []templates.Link{{Title: "Support", URL: "https://indigex.com/support/"}, {Title: "Contact", URL: "https://indigex.com/contact/"}, {Title: "News", URL: "https://indigex.com/news/"}}},
			{Title: "Guides", Links: []templates.Link{{Title: "Balanced lines", URL: "/guides/balanced/"}, {Title: "Gain structure", URL: "/guides/gain/"}, {Title: "All guides", URL: "/guides/"}}},
		},
		Stylesheet: "site.css", CodeStylesheet: "code.css",
		ThemeLight: "#ffffff", ThemeDark: "#101215",
		Icon: "card.svg", TouchIcon: "card.svg",
		Feeds: []templates.Link{{Title: "News of INDIGEX", URL: "/news/feed.atom"}},
		Contacts: []templates.Contact{
			{ID: "sales", Label: "Sales office", Email: "sales@in-kc.com", About: "Products, offers, and support."},
			{ID: "privacy", Label: "Privacy questions", Email: "sales@indigex.com", About: "Whether the privacy principles are kept."},
		},
	}
	for _, other := range brands() {
		s.Family = append(s.Family, templates.Link{Title: other.short, URL: other.url, Current: other.id == b.id})
	}
	prepared, err := templates.Prepare(s)
	if err != nil {
		tb.Fatal(err)
	}
	return prepared
}

// pages returns one page of each layout and of each kind of policy page, by
// name.
func pages(tb testing.TB, s *templates.Site) map[string]templates.Page {
	tb.Helper()
	old, now, next, draft := versions()
	return map[string]templates.Page{
		"home": home(tb, s), "list": list(tb, s), "page": page(tb, s, "page", "Contact", "/contact/", "article"),
		"article": article(tb, s), "product": product(tb, s), "guide": guide(tb, s),
		"policy": policyVersion(tb, s, now), "policy-superseded": policyVersion(tb, s, old),
		"policy-announced": policyVersion(tb, s, next), "policy-draft": policyVersion(tb, s, draft),
		"policy-versions": versionList(tb, s), "policy-comparison": comparisonPage(tb, s),
	}
}

// page is what all layouts have in common.
func page(tb testing.TB, s *templates.Site, layout, title, url, body string) templates.Page {
	tb.Helper()
	p := templates.Page{
		Site: s, Layout: layout, Title: title, URL: url, Canonical: s.Origin + url,
		Description: "How two wires cancel what they pick up on the way, and when they do not.",
		Body:        bodyOf(tb, body), ShareImage: s.Origin + "/card.png",
		StructuredData: []string{`{"@context":"https://schema.org","@type":"WebPage"}`},
	}
	if url != "/" {
		p.Breadcrumbs = []templates.Link{{Title: s.Short, URL: "/"}}
	}
	if in := section(s); url != in.URL && strings.HasPrefix(url, in.URL) {
		p.Breadcrumbs = append(p.Breadcrumbs, in)
	}
	return p
}

// section is the part of the site that the samples are in.
func section(s *templates.Site) templates.Link { return s.Navigation[len(s.Navigation)-1] }

func home(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	p := page(tb, s, "home", "Sound, pictures, security, and telephones in one building", "/", "home")
	p.Actions = []templates.Link{{Title: "Write to the sales office", URL: "/contact/"}, {Title: "Get support", URL: "/support/"}}
	p.Image = &templates.Image{Src: "diagram.svg", Alt: "Section through a building", Width: 720, Height: 360}
	for _, b := range brands()[1:] {
		p.Features = append(p.Features, templates.Card{
			Title: "Rooms and uses", URL: b.url, Site: b.short, Image: drawing(),
			Text: "Cameras, door access, and alarms, with the checks that keep them working.",
		})
	}
	p.Lists = []templates.List{{Title: "Latest news", Style: templates.Dated, Items: posts(), Feed: "/news/feed.atom"}}
	return p
}

func list(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	p := page(tb, s, "list", section(s).Title, section(s).URL, "article")
	p.Lists = []templates.List{{Style: templates.Cards, Items: goods()}, {Title: "Guides", Items: posts()}}
	return p
}

func article(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	p := page(tb, s, "article", "Support desk answers until 6", section(s).URL+"hours/", "article")
	p.Date, p.Updated, p.Tags, p.Image = on(time.March, 1), on(time.May, 12), tags(), drawing()
	p.Previous = &templates.Link{Title: "Analog lines end in 2027", URL: section(s).URL + "lines/"}
	return p
}

func product(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	p := page(tb, s, "product", "XLR cable, 5 m", section(s).URL+"xlr/", "product")
	p.Image, p.Tags = drawing(), tags()
	p.Product = &templates.Product{
		SKU: "CB-XLR-05", Price: "$24.90", Availability: "In stock",
		Stock: "In stock, leaves our warehouse in two working days.",
		Specifications: []templates.Pair{
			{Label: "Length", Value: "5 m (16.4 ft)"},
			{Label: "Connectors", Value: "XLR 3-pin, female to male"},
			{Label: "Capacitance between the conductors", Value: "90 pF/m"},
			{Label: "Shield", Value: "Copper braid, 95 %"},
		},
		Related: goods()[1:4],
	}
	return p
}

func guide(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	p := page(tb, s, "guide", "Balanced and unbalanced lines", section(s).URL+"balanced/", "guide")
	p.Updated, p.Image, p.Highlighted, p.Tags = on(time.May, 12), drawing(), true, tags()
	p.Contents = []templates.Heading{
		{Level: 2, ID: "how-it-works", HTML: "How it works"},
		{Level: 3, ID: "levels", HTML: "Levels that meet"},
		{Level: 2, ID: "configuration", HTML: "Configuration"},
		{Level: 2, ID: "checklist", HTML: "Checklist before you leave"},
		{Level: 2, ID: "terms", HTML: "Terms"},
		{Level: 3, ID: "old-names", HTML: "Old names"},
	}
	p.Previous = &templates.Link{Title: "Gain structure", URL: section(s).URL + "gain/"}
	p.Next = &templates.Link{Title: "Cable lengths and what limits them", URL: section(s).URL + "lengths/"}
	return p
}

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

func tags() []templates.Link {
	return []templates.Link{{Title: "audio", URL: "/tags/audio/"}, {Title: "cables", URL: "/tags/cables/"}}
}

func drawing() *templates.Image {
	return &templates.Image{Src: "card.svg", Alt: "Three contacts in a ring", Width: 480, Height: 320}
}

func goods() []templates.Card {
	cards := []templates.Card{
		{Title: "XLR cable, 5 m", Price: "$24.90", Stock: "In stock"},
		{Title: "XLR cable, 10 m", Price: "$36.00", Stock: "In stock"},
		{Title: "Snake, 8 channels, 30 m, on a drum", Price: "$1,284.00", Stock: "Made to order"},
		{Title: "Cable tester", Price: "$89.50", Stock: "Back order"},
		{Title: "Label printer", Price: "$61.00", Stock: "In stock"},
	}
	for i := range cards {
		cards[i].URL, cards[i].Image, cards[i].Text = "/cables/xlr/", drawing(), "Star-quad cable for microphones beside dimmers."
	}
	return cards
}

func posts() []templates.Card {
	return []templates.Card{
		{Title: "Support desk answers until 6", URL: "/news/hours/", Text: "From April on the day is an hour longer.", Date: on(time.March, 1), Tags: tags()[:1]},
		{Title: "Analog lines end in 2027", URL: "/news/lines/", Text: "What to do with alarms, lifts and gates that still dial.", Date: on(time.February, 18)},
		{Title: "New guide: pixel density", URL: "/news/pixels/", Text: "How many pixels a face needs before a camera tells you who it was.", Date: on(time.January, 9), Tags: tags()},
	}
}

func bodyOf(tb testing.TB, name string) templ.Component {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "body", name+".html"))
	if err != nil {
		tb.Fatal(err)
	}
	return templ.Raw(string(text))
}
