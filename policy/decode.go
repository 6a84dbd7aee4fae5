package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
		{"format", d.number(&c.Format)},
		{"provider", d.text(&c.Provider)},
		{"sites", func() error { return list(d, &c.Sites, d.site) }},
		{"redirects", func() error { return list(d, &c.Redirects, d.redirect) }},
	})
}

func (d catalogReader) site(s *Site) error {
	return d.object([]member{
		{"id", d.text(&s.ID)},
		{"title", d.text(&s.Title)},
		{"host", d.text(&s.Host)},
		{"origin", d.text(&s.Origin)},
	})
}

func (d catalogReader) redirect(r *Redirect) error {
	return d.object([]member{
		{"host", d.text(&r.Host)},
		{"from", d.text(&r.From)},
		{"to", d.text(&r.To)},
	})
}

// object reads an object that has exactly these members, in any order.
func (d catalogReader) object(members []member) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	seen := make([]bool, len(members))
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(members, func(m member) bool { return m.name == t })
		switch {
		case i < 0:
			return &memberError{fmt.Sprint(t), "unknown member"}
		case seen[i]:
			return &memberError{fmt.Sprint(t), "member stands twice"}
		}
		seen[i] = true
		if err := members[i].read(); err != nil {
			return within(members[i].name, err)
		}
	}
	if i := slices.Index(seen, false); i >= 0 {
		return &memberError{members[i].name, "member is missing"}
	}
	_, err := d.Token()
	return err
}

// list reads an array, each element by read.
func list[T any](d catalogReader, to *[]T, read func(*T) error) error {
	if err := d.open('[', "an array"); err != nil {
		return err
	}
	*to = []T{}
	for d.More() {
		var v T
		if err := read(&v); err != nil {
			return within("["+strconv.Itoa(len(*to))+"]", err)
		}
		*to = append(*to, v)
	}
	_, err := d.Token()
	return err
}

func (d catalogReader) open(want json.Delim, what string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return badValue("is not " + what)
	}
	return nil
}

func (d catalogReader) text(to *string) func() error {
	return func() error {
		t, err := d.Token()
		if err != nil {
			return err
		}
		s, ok := t.(string)
		if !ok {
			return badValue("is not a string")
		}
		*to = s
		return nil
	}
}

func (d catalogReader) number(to *int) func() error {
	return func() error {
		t, err := d.Token()
		if err != nil {
			return err
		}
		n, ok := t.(json.Number)
		if !ok {
			return badValue("is not a number")
		}
		if *to, err = strconv.Atoi(n.String()); err != nil {
			return badValue(n.String() + " is not a whole number")
		}
		return nil
	}
}

// A memberError is a mistake in one member of the catalog.
type memberError struct{ path, message string }

func (e *memberError) Error() string {
	if e.path == "" {
		return "catalog: " + e.message
	}
	return "catalog: " + e.path + ": " + e.message
}

func badValue(message string) error { return &memberError{"", message} }

// within puts the name of a member before the path of an error in its value,
// as in sites[1].host.
func within(name string, err error) error {
	var bad *memberError
	if !errors.As(err, &bad) {
		return err
	}
	path := name + bad.path
	if bad.path != "" && bad.path[0] != '[' {
		path = name + "." + bad.path
	}
	return &memberError{path, bad.message}
}
