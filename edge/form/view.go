package form

import (
	"strconv"
	"time"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// View is a field of a form as a page shows it: with what it is held to, what
// the answer is for, how long it is kept, and where the policy says so.
func View(c *policy.Catalog, now time.Time, f *policy.Form, q *policy.Field) templates.FieldView {
	v := templates.FieldView{Name: q.Name, Label: q.Label, Help: q.Help, Type: q.Type, Required: q.Required, Options: q.Options, Low: q.Low, High: q.High}
	bound(&v, q)
	if p := c.Purpose(q.Purpose); p != nil {
		v.Purpose = "For: " + lower(p.Name) + "."
	}
	// What a form takes is kept by its own rule, which is no longer than that
	// of the category.
	t := c.Term(f.Retention)
	if t == nil {
		t = c.TermOf(q.Category)
	}
	if t != nil {
		v.Keep = "Kept: " + lower(t.Text)
	}
	if p := c.Policy(f.Policy); p != nil {
		if place := p.Declaring(now, q.Purpose, q.Category); place != nil {
			v.Section = templates.Link{Title: place.Section.Title, URL: place.Address()}
		}
	}
	return v
}

// bound says to a browser what the server holds an answer to.
func bound(v *templates.FieldView, q *policy.Field) {
	l, err := q.Limits()
	if err != nil {
		return // the catalog was checked
	}
	switch q.Type {
	case "scale":
		for n := q.From; n <= q.To; n++ {
			v.Options = append(v.Options, strconv.Itoa(n))
		}
	case "number", "date":
		v.Min, v.Max = q.Min, q.Max
	case "choice", "several":
	default:
		v.MinLength, v.MaxLength, v.Pattern = l.Min, l.Max, l.Pattern
	}
}

// lower has a sentence stand behind a colon.
func lower(text string) string {
	if len(text) > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z' {
		return string(text[0]+'a'-'A') + text[1:]
	}
	return text
}

// autocomplete are the tokens of what forms ask for, by category (HTML, section
// 4.10.18.7).
var autocomplete = map[string]string{
	"contact.name": "name", "contact.email": "email", "contact.phone": "tel", "contact.postal": "street-address", "demographic.zip": "postal-code",
}

// Autocomplete is what a browser can fill into a field.
func Autocomplete(q *policy.Field) string { return autocomplete[q.Category] }
