package templates_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/templates"
)

func news() templates.Feed {
	day := func(month time.Month, n int) time.Time { return time.Date(2026, month, n, 0, 0, 0, 0, time.UTC) }
	return templates.Feed{
		ID: "https://indigex.com/news/feed.atom", Title: "News of INDIGEX", Subtitle: "What changed & why.", Language: "en",
		Self: "https://indigex.com/news/feed.atom", Home: "https://indigex.com/news/", Author: "INDIGEX", Icon: "https://indigex.com/icon.png",
		Entries: []templates.Entry{
			{ID: "https://indigex.com/news/hours/", URL: "https://indigex.com/news/hours/", Title: "Support desk answers until 6", Summary: "An hour more.",
				Published: day(time.March, 1), Updated: day(time.May, 12), Tags: []string{"support"}, HTML: "<p>From <b>April</b> on &amp; later.</p>"},
			{ID: "https://indigex.com/news/lines/", URL: "https://indigex.com/news/lines/", Title: "Analog lines end", Summary: "\"Copper\" < fiber",
				Published: day(time.February, 18)},
		},
	}
}

func TestAtom(t *testing.T) {
	var b bytes.Buffer
	if err := templates.Atom(&b, news()); err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.atom", b.Bytes())
	wellFormed(t, b.Bytes())
}

// TestAtomNeeds takes away what RFC 4287 demands, one thing at a time.
func TestAtomNeeds(t *testing.T) {
	for name, spoil := range map[string]func(*templates.Feed){
		"feed id":     func(f *templates.Feed) { f.ID = "" },
		"feed title":  func(f *templates.Feed) { f.Title = "" },
		"author":      func(f *templates.Feed) { f.Author = "" },
		"feed date":   func(f *templates.Feed) { f.Entries = nil },
		"entry id":    func(f *templates.Feed) { f.Entries[1].ID = "" },
		"entry title": func(f *templates.Feed) { f.Entries[0].Title = "" },
		"entry date":  func(f *templates.Feed) { f.Entries[1].Published = time.Time{} },
	} {
		feed := news()
		spoil(&feed)
		if err := templates.Atom(io.Discard, feed); err == nil {
			t.Errorf("without %s: no error", name)
		}
	}
}

func TestSitemap(t *testing.T) {
	var b bytes.Buffer
	err := templates.Sitemap(&b, []templates.SitemapEntry{
		{URL: "https://shop.indigex.com/"},
		{URL: "https://shop.indigex.com/cables/?a=1&b=2", Modified: time.Date(2026, 5, 12, 9, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "sitemap.xml", b.Bytes())
	wellFormed(t, b.Bytes())
	if err := templates.Sitemap(io.Discard, make([]templates.SitemapEntry, 50_001)); err == nil {
		t.Error("50,001 addresses: no error")
	}
}

func TestRobots(t *testing.T) {
	var b strings.Builder
	if err := templates.Robots(&b, "https://shop.indigex.com/sitemap.xml"); err != nil {
		t.Fatal(err)
	}
	if want := "User-agent: *\nAllow: /\n\nSitemap: https://shop.indigex.com/sitemap.xml\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, data)
		}
	}
}
