package pages

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// autocomplete says to a browser what it can fill in (HTML, section
// 4.10.18.7).
var autocomplete = map[string]string{
	"user_id": "username", "password": "current-password", "new_password": "new-password",
	"name": "name", "email": "email", "phone": "tel", "postal_address": "street-address",
}

// fieldView is a field of the catalog's form as a page shows it. What it is held
// to is said by the registry alone: an account's rules are narrower.
func fieldView(x *exchange.Exchange, f *policy.Form, q *policy.Field, value string) templates.FieldView {
	v := form.View(x.World.Catalog, x.Now, f, q)
	v.Value, v.Autocomplete = value, autocomplete[q.Name]
	v.MinLength, v.MaxLength, v.Pattern = 0, 0, ""
	return v
}

// fieldViews are those of the form that a page wants, with the values sent.
func fieldViews(x *exchange.Exchange, in *policy.Form, sent url.Values, wanted func(*policy.Field) bool) []templates.FieldView {
	var list []templates.FieldView
	for i := range in.Fields {
		f := &in.Fields[i]
		if f.Type == "consent" || f.Type == "hidden" || !wanted(f) {
			continue
		}
		list = append(list, fieldView(x, in, f, sent.Get(f.Name)))
	}
	return list
}

// newPassword is the field for a password that is chosen.
func newPassword(x *exchange.Exchange, in *policy.Form) templates.FieldView {
	v := templates.FieldView{Name: "new_password", Label: "New password", Type: "password", Required: true}
	if f := in.Field("password"); f != nil {
		v = fieldView(x, in, f, "")
		v.Name, v.Label = "new_password", "New password"
	}
	v.Autocomplete = "new-password"
	return v
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
