package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// DecodeCatalog reads the file public/catalog.json, strictly: every member
// must be there, once and spelled exactly; anything else in the file is an
// error. Errors name the member, such as
// `catalog: sites[1].host: "Shop.example" is not a host name in lower case`.
//
// encoding/json alone is not enough for this: it takes members in any case
// and lets the last of two doubled members win.
func DecodeCatalog(data []byte) (*Catalog, error) {
	if err := wellFormed(data); err != nil {
		return nil, err
	}
	d := catalogReader{json.NewDecoder(bytes.NewReader(data))}
	d.UseNumber()
	c := new(Catalog)
	if err := d.catalog(c); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// wellFormed says whether data is one JSON value in UTF-8, and nothing after
// it. Invalid UTF-8 would otherwise be replaced in silence.
func wellFormed(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("catalog: is not UTF-8")
	}
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	var bad *json.SyntaxError
	if errors.As(err, &bad) {
		before := data[:min(int(bad.Offset), len(data))]
		return fmt.Errorf("catalog: line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
	}
	if err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	return nil
}

// A catalogReader reads one token after the other.
type catalogReader struct{ *json.Decoder }

// A member is one name that an object must have, and what reads its value.
type member struct {
	name string
	read func() error
}

func (d catalogReader) catalog(c *Catalog) error {
	return d.object([]member{
		{"format", func() error { return d.format(&c.Format) }},
		{"company", func() error { return d.company(&c.Company) }},
		{"identity", d.text((*string)(&c.Identity))},
		{"sites", func() error { return list(d, &c.Sites, d.site) }},
		{"redirects", func() error { return list(d, &c.Redirects, d.redirect) }},
		{"timed", func() error { return list(d, &c.Timed, d.timed) }},
		{"policies", func() error { return list(d, &c.Policies, d.policy) }},
		{"choices", func() error { return list(d, &c.Choices, d.choice) }},
		{"purposes", func() error { return list(d, &c.Purposes, d.purpose) }},
		{"categories", func() error { return list(d, &c.Categories, d.category) }},
		{"retention", func() error { return list(d, &c.Retention, d.retention) }},
		{"mechanisms", func() error { return list(d, &c.Mechanisms, d.mechanism) }},
		{"processors", func() error { return list(d, &c.Processors, d.processor) }},
		{"forms", func() error { return list(d, &c.Forms, d.form) }},
		{"texts", func() error { return d.names(&c.Texts) }},
	})
}

// format reads the number that says what all the rest means: of another
// format, nothing else is said.
func (d catalogReader) format(to *int) error {
	if err := d.number(to)(); err != nil {
		return err
	}
	return checkFormat(*to)
}

func (d catalogReader) site(s *Site) error {
	return d.object([]member{
		{"id", d.text(&s.ID)},
		{"title", d.text(&s.Title)},
		{"host", d.text(&s.Host)},
		{"origin", d.text(&s.Origin)},
		{"language", d.text(&s.Language)},
		{"shell", d.text(&s.Shell)},
	})
}

func (d catalogReader) redirect(r *Redirect) error {
	return d.object([]member{
		{"host", d.text(&r.Host)},
		{"from", d.text(&r.From)},
		{"to", d.text(&r.To)},
	})
}

func (d catalogReader) timed(t *Timed) error {
	return d.object([]member{
		{"host", d.text(&t.Host)},
		{"path", d.text(&t.Path)},
		{"from", parsed(d, &t.From, parseMoment)},
		{"file", d.text(&t.File)},
	})
}

func (d catalogReader) policy(p *CatalogPolicy) error {
	return d.object([]member{
		{"id", d.text(&p.ID)},
		{"title", d.text(&p.Title)},
		{"short", d.text(&p.Short)},
		{"site", d.text(&p.Site)},
		{"address", d.text(&p.Address)},
		{"contact", d.text(&p.Contact)},
		{"versions", func() error { return list(d, &p.Versions, d.version) }},
		{"notices", func() error { return list(d, &p.Notices, d.notice) }},
	})
}

func (d catalogReader) version(v *CatalogVersion) error {
	return d.object([]member{
		{"number", d.number(&v.Number)},
		{"published", parsed(d, &v.Published, ParseDay)},
		{"effective", parsed(d, &v.Effective, ParseDay)},
		{"address", d.text(&v.Address)},
		{"summary", d.text(&v.Summary)},
		{"sections", func() error { return list(d, &v.Sections, d.section) }},
		{"aliases", func() error { return d.names(&v.Aliases) }},
		{"promises", func() error { return named(d, &v.Promises, d.promises) }},
	})
}

func (d catalogReader) section(s *Section) error {
	return d.object([]member{
		{"id", d.text(&s.ID)},
		{"title", d.text(&s.Title)},
		{"hash", d.text(&s.Hash)},
	})
}

func (d catalogReader) notice(n *Notice) error {
	return d.object([]member{
		{"from", d.number(&n.From)},
		{"to", d.number(&n.To)},
		{"kind", d.text((*string)(&n.Kind))},
		{"changes", func() error { return list(d, &n.Changes, d.change) }},
		{"choices", d.texts(&n.Choices)},
		{"address", d.text(&n.Address)},
		{"html", d.text(&n.HTML)},
		{"announced_html", d.text(&n.AnnouncedHTML)},
	})
}

func (d catalogReader) change(c *Change) error {
	return d.object([]member{
		{"kind", d.text((*string)(&c.Kind))},
		{"text", d.text(&c.Text)},
		{"sections", d.texts(&c.Sections)},
		{"choices", d.texts(&c.Choices)},
		{"purposes", d.texts(&c.Purposes)},
		{"processors", d.texts(&c.Processors)},
	})
}

func (d catalogReader) choice(c *Choice) error {
	return d.object([]member{
		{"id", d.text(&c.ID)},
		{"name", d.text(&c.Name)},
		{"words", d.text(&c.Words)},
		{"refuse", d.text(&c.Refuse)},
		{"hash", d.text(&c.Hash)},
		{"kind", d.text(&c.Kind)},
		{"channel", d.text(&c.Channel)},
		{"sender", d.text(&c.Sender)},
		{"policy", d.text(&c.Policy)},
		{"section", d.text(&c.Section)},
		{"purposes", d.texts(&c.Purposes)},
		{"gpc", d.truth(&c.GPC)},
	})
}
