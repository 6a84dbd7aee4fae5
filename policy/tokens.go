package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

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

// names reads an object of strings, whose members may have any name.
func (d catalogReader) names(to *map[string]string) error {
	return named(d, to, func(s *string) error { return d.text(s)() })
}

// named reads an object whose members may have any name, each value by read.
func named[T any](d catalogReader, to *map[string]T, read func(*T) error) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	*to = make(map[string]T)
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(t)
		if _, ok := (*to)[name]; ok {
			return &memberError{name, "member stands twice"}
		}
		var value T
		if err := read(&value); err != nil {
			return within(name, err)
		}
		(*to)[name] = value
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

func (d catalogReader) truth(to *bool) func() error {
	return func() error {
		t, err := d.Token()
		if err != nil {
			return err
		}
		b, ok := t.(bool)
		if !ok {
			return badValue("is not true or false")
		}
		*to = b
		return nil
	}
}

// texts reads an array of strings.
func (d catalogReader) texts(to *[]string) func() error {
	return func() error {
		return list(d, to, func(s *string) error { return d.text(s)() })
	}
}

// parsed reads a string that is the text of something else.
func parsed[T any](d catalogReader, to *T, parse func(string) (T, error)) func() error {
	return func() error {
		var text string
		if err := d.text(&text)(); err != nil {
			return err
		}
		v, err := parse(text)
		if err != nil {
			return badValue(err.Error())
		}
		*to = v
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
// as in sites[1].host; nil stays nil.
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
