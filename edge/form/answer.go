package form

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"indigex.com/indigex/policy"
)

// A Problem is a field to be mended.
type Problem struct{ Field, Text string }

// Asks says whether a form asks for a field that a browser sends by itself: all
// but those about choices.
func Asks(f *policy.Form, name string) bool {
	q := f.Field(name)
	return q != nil && q.Type != "consent"
}

// Repeats says whether a field may come several times.
func Repeats(f *policy.Form, name string) bool {
	q := f.Field(name)
	return q != nil && q.Type == "several"
}

// Read holds what was sent to the fields of a form, as a browser does that
// knows their attributes: what a browser lets pass, it takes, but for card
// numbers and lists without an answer. All that is to be mended comes at once.
// Empty answers are left out.
func Read(f *policy.Form, sent url.Values) (Answers, []Problem) {
	answers, problems := Answers{}, []Problem(nil)
	for i := range f.Fields {
		q := &f.Fields[i]
		if q.Type == "consent" {
			continue
		}
		values, wrong := read(q, sent[q.Name])
		if wrong != "" {
			problems = append(problems, Problem{q.Name, wrong})
		}
		if len(values) > 0 {
			answers[q.Name] = values
		}
	}
	return answers, problems
}

// read returns the answers to a field, or what is to be mended.
func read(q *policy.Field, sent []string) (values []string, wrong string) {
	if odd := q.Type == "hidden" && (len(sent) != 1 || sent[0] != q.Value); odd || len(sent) > 1 && q.Type != "several" {
		return nil, "This form is not as it was shown. Open it again."
	}
	if q.Type == "hidden" {
		return sent, ""
	}
	for _, text := range sent {
		if text = canonical(q, text); text != "" {
			values = append(values, text)
		}
	}
	if len(values) == 0 {
		if q.Required {
			return nil, missing(q)
		}
		return nil, ""
	}
	for _, text := range values {
		if wrong := check(q, text); wrong != "" {
			return nil, wrong
		}
	}
	return values, ""
}

func missing(q *policy.Field) string {
	switch q.Type {
	case "choice", "scale":
		return "Choose one of the answers."
	case "several":
		return "Choose at least one of the answers."
	case "date":
		return "Give a day."
	}
	return "This is needed."
}

// canonical is a text without what browsers make of it: line breaks are LF
// (HTML, section 4.10.5.4), a number is written in one way, and what is all
// space is nothing.
func canonical(q *policy.Field, text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	bare := strings.TrimSpace(text)
	switch {
	case bare == "" || q.Type == "email" || q.Type == "date":
		return bare
	case q.Type == "number" && floating.MatchString(bare):
		if n, err := strconv.ParseFloat(bare, 64); err == nil {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return text
}

// floating is a number as browsers take it (HTML, section 2.3.4.3).
var floating = regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// check says what is wrong with an answer.
func check(q *policy.Field, text string) string {
	limits, err := q.Limits()
	if err != nil {
		return "This field cannot be answered." // the catalog was checked
	}
	switch q.Type {
	case "choice", "several":
		if !slices.Contains(q.Options, text) {
			return "Choose one of the answers that are shown."
		}
		return ""
	case "scale":
		return checkNumber(text, limits, fmt.Sprintf("Choose a number from %d to %d.", q.From, q.To))
	case "number":
		return checkNumber(text, limits, "Write a whole number"+between(limits)+".")
	case "date":
		return checkDay(text, limits)
	}
	return checkText(q, text, limits)
}

// between are the bounds of a number in words.
func between(l policy.Limits) string {
	whole, _ := (&policy.Field{Type: "number"}).Limits()
	switch least, most := l.Min > whole.Min, l.Max < whole.Max; {
	case least && most:
		return fmt.Sprintf(" from %d to %d", l.Min, l.Max)
	case least:
		return fmt.Sprintf(", %d or more", l.Min)
	case most:
		return fmt.Sprintf(", %d or less", l.Max)
	}
	return ""
}

// checkNumber takes a whole number.
func checkNumber(text string, l policy.Limits, wrong string) string {
	n, err := strconv.Atoi(text)
	if err != nil || n < l.Min || n > l.Max {
		return wrong
	}
	return ""
}

func checkDay(text string, l policy.Limits) string {
	const spelled = "2 January 2006"
	day, err := policy.ParseDay(text)
	switch {
	case err != nil || day.Year() < 1:
		return "Write a day that there is, such as 2026-03-01."
	case !l.First.IsZero() && day.Before(l.First.Time):
		return "Write a day on or after " + l.First.Format(spelled) + "."
	case !l.Last.IsZero() && day.After(l.Last.Time):
		return "Write a day on or before " + l.Last.Format(spelled) + "."
	}
	return ""
}

func checkText(q *policy.Field, text string, l policy.Limits) string {
	switch n := len(utf16.Encode([]rune(text))); {
	case n > l.Max:
		return fmt.Sprintf("This is longer than %d characters: by %d.", l.Max, n-l.Max)
	case n < l.Min:
		return fmt.Sprintf("This is shorter than %d characters.", l.Min)
	case !l.Match(text):
		return shape(q)
	case several(q) && strings.ContainsFunc(text, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }),
		!several(q) && strings.ContainsFunc(text, unicode.IsControl):
		return "This has signs that cannot be seen. Remove them."
	case HasCard(text):
		return "This looks like the number of a payment card. Never send one by a form: nothing of it was stored. Remove it, or write the digits differently if it is none."
	}
	return ""
}

// several says whether a text may have more than one line.
func several(q *policy.Field) bool { return q.Type == "long-text" || q.Type == "postal-address" }

func shape(q *policy.Field) string {
	switch q.Type {
	case "email":
		return "Write an email address such as name@example.com."
	case "phone":
		return "Write a phone number with at least three digits, such as +1 555 010 0199."
	case "zip-code":
		return "Write five digits, such as 64101, or nine, such as 64101-1234."
	}
	return "This has a form that cannot be taken."
}
