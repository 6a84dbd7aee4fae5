package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// Limits are what an answer is held to, in the browser and on the server. For
// texts they are numbers of UTF-16 code units, as HTML counts them (section
// 4.10.18.4), with a line break as one.
type Limits struct {
	// Min and Max bound a number, or the length of a text.
	Min, Max int
	// First and Last bound a date; zero for no bound.
	First, Last Day
	// Pattern is a regular expression that the whole text matches, the same
	// in Go and in HTML; empty for none.
	Pattern string
}

// mostNumber is the largest number that a browser holds without rounding
// (ECMA-262, Number.MAX_SAFE_INTEGER).
const mostNumber = 1<<53 - 1

// Texts by type: how long they may be, and their pattern. That of an email
// address is the one of HTML, section 4.10.5.1.5.
var texts = map[string]Limits{
	"text":           {Max: 200},
	"long-text":      {Max: 10_000},
	"email":          {Max: 254, Pattern: `[a-zA-Z0-9.!#$%&'*+\/=?^_\x60\{\|\}~\-]+@[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?)*`},
	"phone":          {Max: 40, Pattern: `(?:[+ .\-\/\(\)]*[0-9]){3,}[+ .\-\/\(\)]*`},
	"postal-address": {Max: 500},
	"zip-code":       {Max: 10, Pattern: `[0-9]{5}(-[0-9]{4})?`},
	"user-id":        {Max: 32},
	"password":       {Max: 1024},
}

// Limits returns what an answer to the field is held to. The error says what
// is wrong with Min or Max.
func (f *Field) Limits() (Limits, error) {
	l, isText := texts[f.Type]
	switch {
	case isText:
		return f.within(l, 0)
	case f.Type == "number":
		return f.within(Limits{Min: -mostNumber, Max: mostNumber}, -mostNumber)
	case f.Type == "date":
		return f.days()
	case f.Min != "" || f.Max != "":
		return Limits{}, fmt.Errorf("a field of type %s has no min and max", f.Type)
	}
	return Limits{Min: f.From, Max: f.To}, nil
}

// within narrows limits to Min and Max, which are whole numbers from least to
// the limits' own end.
func (f *Field) within(l Limits, least int) (Limits, error) {
	for _, m := range []struct {
		text string
		to   *int
	}{{f.Min, &l.Min}, {f.Max, &l.Max}} {
		if m.text == "" {
			continue
		}
		n, err := strconv.Atoi(m.text)
		if err != nil || strconv.Itoa(n) != m.text {
			return l, fmt.Errorf("%q is no whole number", m.text)
		}
		if most := f.most(); n < least || n > most {
			return l, fmt.Errorf("%d is not from %d to %d, the limits of type %s", n, least, most, f.Type)
		}
		*m.to = n
	}
	if l.Min > l.Max {
		return l, errMinMax
	}
	return l, nil
}

var errMinMax = errors.New("min is more than max")

// most is the largest Max that a field may have. Several lines are 10,000
// characters where nothing is said, and may be more.
func (f *Field) most() int {
	switch l, isText := texts[f.Type]; {
	case f.Type == "long-text":
		return 25_000
	case isText:
		return l.Max
	}
	return mostNumber
}

// days are the limits of a date.
func (f *Field) days() (l Limits, err error) {
	for _, m := range []struct {
		text string
		to   *Day
	}{{f.Min, &l.First}, {f.Max, &l.Last}} {
		if m.text == "" {
			continue
		}
		if *m.to, err = ParseDay(m.text); err != nil {
			return l, err
		}
	}
	if !l.Last.IsZero() && l.Last.Before(l.First.Time) {
		return l, errMinMax
	}
	return l, nil
}

// Match says whether a text matches the pattern.
func (l Limits) Match(text string) bool {
	return l.Pattern == "" || regexp.MustCompile("^(?:"+l.Pattern+")$").MatchString(text)
}
