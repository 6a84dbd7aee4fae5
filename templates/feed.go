package templates

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Feed is a list of news for feed readers.
type Feed struct {
	// ID is the feed's permanent IRI; its own address serves well.
	ID, Title, Subtitle string
	Language            string
	// Self is the feed's absolute address, Home that of the page it follows.
	Self, Home string
	// Author names the company.
	Author string
	// Icon is an absolute address; empty means none.
	Icon string
	// Updated is the date of the newest change. Zero means that of the
	// newest entry.
	Updated time.Time
	Entries []Entry
}

// An Entry is one page in a feed.
type Entry struct {
	// ID is the page's permanent IRI, URL its absolute address.
	ID, URL, Title, Summary string
	// Published may be zero; Updated may not, unless Published is set.
	Published, Updated time.Time
	// HTML is the whole text for readers who stay in their feed reader;
	// links in it are absolute. Empty means that the summary must do.
	HTML string
	Tags []string
}

// Atom writes a feed as Atom (RFC 4287). It fails where the feed lacks what
// section 4.1 demands: an id, a title, an author, and a date for the feed and
// each entry.
func Atom(w io.Writer, f Feed) error {
	doc, err := newAtomFeed(f)
	if err != nil {
		return fmt.Errorf("feed %s: %w", f.Self, err)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// The types below follow the order of elements that readers are used to.
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Language string      `xml:"xml:lang,attr,omitempty"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle,omitempty"`
		Links    []atomLink  `xml:"link"`
		Author   string      `xml:"author>name"`
		Icon     string      `xml:"icon,omitempty"`
		Updated  string      `xml:"updated"`
		Entries  []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		ID        string         `xml:"id"`
		Title     string         `xml:"title"`
		Link      atomLink       `xml:"link"`
		Published string         `xml:"published,omitempty"`
		Updated   string         `xml:"updated"`
		Summary   string         `xml:"summary,omitempty"`
		Tags      []atomCategory `xml:"category"`
		Content   *atomContent   `xml:"content"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomContent struct {
		Type string `xml:"type,attr"`
		HTML string `xml:",chardata"`
	}
)

func newAtomFeed(f Feed) (*atomFeed, error) {
	if f.ID == "" || f.Title == "" || f.Author == "" {
		return nil, errors.New("id, title and author are needed")
	}
	doc := &atomFeed{
		Language: f.Language,
		ID:       f.ID,
		Title:    f.Title,
		Subtitle: f.Subtitle,
		Links:    []atomLink{{"self", "application/atom+xml", f.Self}, {"alternate", "text/html", f.Home}},
		Author:   f.Author,
		Icon:     f.Icon,
	}
	newest := f.Updated
	for _, e := range f.Entries {
		entry, updated, err := newAtomEntry(e)
		if err != nil {
			return nil, err
		}
		if f.Updated.IsZero() && updated.After(newest) {
			newest = updated
		}
		doc.Entries = append(doc.Entries, entry)
	}
	if newest.IsZero() {
		return nil, errors.New("neither the feed nor an entry has a date")
	}
	doc.Updated = newest.Format(time.RFC3339)
	return doc, nil
}

func newAtomEntry(e Entry) (atomEntry, time.Time, error) {
	updated := e.Updated
	if updated.IsZero() {
		updated = e.Published
	}
	if e.ID == "" || e.Title == "" || updated.IsZero() {
		return atomEntry{}, updated, fmt.Errorf("entry %s: id, title and a date are needed", e.URL)
	}
	entry := atomEntry{
		ID:      e.ID,
		Title:   e.Title,
		Link:    atomLink{"alternate", "text/html", e.URL},
		Updated: updated.Format(time.RFC3339),
		Summary: e.Summary,
	}
	if !e.Published.IsZero() {
		entry.Published = e.Published.Format(time.RFC3339)
	}
	for _, tag := range e.Tags {
		entry.Tags = append(entry.Tags, atomCategory{tag})
	}
	if e.HTML != "" {
		entry.Content = &atomContent{"html", e.HTML}
	}
	return entry, updated, nil
}
