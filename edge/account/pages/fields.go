package pages

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// autocomplete says to a browser what it can fill in (HTML, section
// 4.10.18.7).
var autocomplete = map[string]string{
	"user_id": "username", "password": "current-password", "new_password": "new-password",
	"name": "name", "email": "email", "phone": "tel", "postal_address": "street-address",
}

// fieldView is a field of the catalog's form as a page shows it.
func fieldView(x *exchange.Exchange, form *policy.Form, f *policy.Field, value string) templates.FieldView {
	v := templates.FieldView{
		Name: f.Name, Label: f.Label, Help: f.Help, Type: f.Type, Required: f.Required, Value: value, Autocomplete: autocomplete[f.Name],
	}
	c := x.World.Catalog
	if p := c.Purpose(f.Purpose); p != nil {
		v.Purpose = "For: " + lower(p.Name) + "."
	}
	if t := c.TermOf(f.Category); t != nil {
		v.Keep = "Kept: " + lower(t.Text)
	}
	if p := c.Policy(form.Policy); p != nil {
		if place := p.Declaring(x.Now, f.Purpose, f.Category); place != nil {
			v.Section = templates.Link{Title: place.Section.Title, URL: place.Address()}
		}
	}
	return v
}

// fieldViews are those of the form that a page wants, with the values sent.
func fieldViews(x *exchange.Exchange, form *policy.Form, sent url.Values, wanted func(*policy.Field) bool) []templates.FieldView {
	var list []templates.FieldView
	for i := range form.Fields {
		f := &form.Fields[i]
		if f.Type == "consent" || f.Type == "hidden" || !wanted(f) {
			continue
		}
		list = append(list, fieldView(x, form, f, sent.Get(f.Name)))
	}
	return list
}

// newPassword is the field for a password that is chosen.
func newPassword(x *exchange.Exchange, form *policy.Form) templates.FieldView {
	v := templates.FieldView{Name: "new_password", Label: "New password", Type: "password", Required: true}
	if f := form.Field("password"); f != nil {
		v = fieldView(x, form, f, "")
		v.Name, v.Label = "new_password", "New password"
	}
	v.Autocomplete = "new-password"
	return v
}

// lower has a sentence stand behind a colon.
func lower(text string) string {
	if len(text) > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z' {
		return string(text[0]+'a'-'A') + text[1:]
	}
	return text
}

func seconds(wait time.Duration) string { return strconv.Itoa(int(math.Ceil(wait.Seconds()))) }

// inWords is how long to wait, rounded up.
func inWords(wait time.Duration) string {
	n, unit := int(math.Ceil(wait.Seconds())), "second"
	if n > 90 {
		n, unit = int(math.Ceil(wait.Minutes())), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + " " + unit
}

// required are the details that the catalog's form needs.
func required(form *policy.Form) []account.Field {
	var list []account.Field
	for i := range form.Fields {
		if f := detail(form.Fields[i].Name); f != "" && form.Fields[i].Required {
			list = append(list, f)
		}
	}
	return list
}
