package templates

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// documentTitle names the page first and then the site, as tabs and search
// results cut at the end.
func documentTitle(p *Page) string {
	if p.Title == p.Site.Title {
		return p.Title
	}
	return p.Title + " · " + p.Site.Title
}

// day is a date for machines, such as 2026-03-01 (RFC 3339, full-date).
func day(t time.Time) string { return t.Format(time.DateOnly) }

// longDate is a date for people, such as 1 March 2026.
func longDate(t time.Time) string { return t.Format("2 January 2006") }

// showsDates says whether the page's dates matter to its readers.
func showsDates(p *Page) bool {
	dated := p.Layout == "article" || p.Layout == "guide"
	return dated && !(p.Date.IsZero() && p.Updated.IsZero())
}

// availability is the editor's text, led by the plain words where the text
// does not begin with them.
func availability(o *Product) string {
	switch {
	case o.Stock == "":
		return o.Availability
	case strings.HasPrefix(strings.ToLower(o.Stock), strings.ToLower(o.Availability)):
		return o.Stock
	}
	return o.Availability + ". " + o.Stock
}

// class returns the list's CSS class.
func (s ListStyle) class() string {
	switch s {
	case Dated:
		return "rows dated"
	case Cards:
		return "cards"
	}
	return "rows"
}

// level returns the level of the headings of a list's items.
func (l *List) level() int {
	if l.Title == "" {
		return 2
	}
	return 3
}

// structuredData writes JSON-LD, which the caller has encoded so that it
// cannot end the script element.
func structuredData(items []string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, item := range items {
			for _, s := range [...]string{`<script type="application/ld+json">`, item, "</script>"} {
				if _, err := io.WriteString(w, s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// openingSizes says how wide the picture in a page's head is shown: across
// the page on home pages, beside the title elsewhere.
func openingSizes(layout string) string {
	if layout == "home" {
		return "(min-width: 72rem) 66rem, 92vw"
	}
	return "(min-width: 64rem) 24rem, 92vw"
}
