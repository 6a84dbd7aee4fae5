package subject

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// An outline is what a page says of all that is held.
type outline struct {
	catalog *policy.Catalog
	now     time.Time
	copy    *Copy
	most    int
	list    []templates.HeldView
}

// Held is what a page shows of a copy: each kind of data with what it is used
// for, its term, and the section that declares it. Of each kind it has so many
// things at most.
func Held(c *policy.Catalog, now time.Time, made *Copy, most int) []templates.HeldView {
	o := &outline{catalog: c, now: now, copy: made, most: most}
	details := templates.Link{Title: "Correct or remove it", URL: "/account#details"}
	o.add(Account, "User ID", o.user(), o.ofField("user_id"))
	for _, d := range made.Details {
		f := o.field(d.Field)
		o.add(Kind(f.Category), f.Label, []templates.HeldItem{{Text: d.Value}}, o.ofField(d.Field), details)
	}
	o.add(Code, "Personal identification code", o.codes(), o.owed(Code))
	o.add(Device, "Devices", o.devices(), o.owed(Device), templates.Link{Title: "End a session", URL: "/account#devices"})
	o.add(Consent, "Choices", o.choices(), o.owed(Consent), templates.Link{Title: "Change them", URL: "/preferences"}, templates.Link{Title: "All records", URL: "/preferences/history"})
	o.add(Sent, "Mails", o.mails(), o.owed(Sent))
	for i := range made.Forms {
		o.form(&made.Forms[i])
	}
	o.add(Disclosed, "What was passed on", o.disclosures(), o.owed(Disclosed))
	o.add("", "Changes to your account", o.changes(), nil)
	return o.list
}

// field is that of the form to register; an empty one where there is none.
func (o *outline) field(name string) policy.Field {
	if f := o.catalog.Form("register"); f != nil {
		if q := f.Field(name); q != nil {
			return *q
		}
	}
	return policy.Field{Label: name}
}

// ofField are the purposes of a field: that for which it was asked, and those
// that the person's choices permit.
func (o *outline) ofField(name string) []string {
	f := o.field(name)
	purposes := []string{f.Purpose}
	for _, c := range o.copy.Choices {
		choice := o.catalog.Choice(c.Choice)
		if choice == nil || c.State != "granted" {
			continue
		}
		for _, id := range choice.Purposes {
			if p := o.catalog.Purpose(id); p != nil && slices.Contains(p.Categories, f.Category) {
				purposes = append(purposes, id)
			}
		}
	}
	return purposes
}

// owed are the purposes of a kind that need no choice.
func (o *outline) owed(kind Kind) []string {
	var purposes []string
	for i := range o.catalog.Purposes {
		p := &o.catalog.Purposes[i]
		if p.Choice == "" && !p.Optional && slices.Contains(p.Categories, string(kind)) {
			purposes = append(purposes, p.ID)
		}
	}
	return purposes
}

func (o *outline) add(kind Kind, name string, items []templates.HeldItem, purposes []string, correct ...templates.Link) {
	if len(items) == 0 {
		return
	}
	v := templates.HeldView{ID: string(kind), Name: name, Items: items, Correct: correct}
	if len(items) > o.most {
		v.Items, v.More = items[:o.most], len(items)-o.most
	}
	if kind == "" {
		v.ID, v.Text, v.Keep = "changes", "What was changed, when, and by whom; not what stood there before.", "Kept as long as the account."
	}
	if k := o.catalog.Category(string(kind)); k != nil {
		v.Name, v.Text = k.Name, k.Text
	}
	if t := o.catalog.TermOf(string(kind)); t != nil {
		v.Keep = "Kept: " + t.Text
	}
	for _, id := range purposes {
		p := o.catalog.Purpose(id)
		if p == nil {
			continue
		}
		v.Purposes = append(v.Purposes, strings.ToLower(p.Name[:1])+p.Name[1:])
		if v.Section.URL == "" {
			v.Section = o.declared(id, kind)
		}
	}
	o.list = append(o.list, v)
}

// declared is the section of a policy in force that declares a purpose of a
// kind of data, that of the form to register before others.
func (o *outline) declared(purpose string, kind Kind) templates.Link {
	if f := o.catalog.Form("register"); f != nil {
		if place := o.catalog.Policy(f.Policy).Declaring(o.now, purpose, string(kind)); place != nil {
			return templates.Link{Title: place.Section.Title, URL: place.Address()}
		}
	}
	for i := range o.catalog.Policies {
		if place := o.catalog.Policies[i].Declaring(o.now, purpose, string(kind)); place != nil {
			return templates.Link{Title: place.Section.Title, URL: place.Address()}
		}
	}
	return templates.Link{}
}

func (o *outline) user() []templates.HeldItem {
	c := o.copy
	if c.UserID == "" {
		return nil
	}
	items := []templates.HeldItem{{Text: c.UserID, At: *c.Registered}}
	if c.SignedIn != nil {
		items = append(items, templates.HeldItem{Text: "Signed in last", At: *c.SignedIn})
	}
	if c.PasswordChanged != nil {
		items = append(items, templates.HeldItem{Text: "A scrambled form of your password, set", At: *c.PasswordChanged})
	}
	for _, k := range c.Passkeys {
		items = append(items, templates.HeldItem{Text: "The public half of the passkey “" + k.Name + "”, added", At: k.Added, URL: "/account/passkeys"})
	}
	return items
}

func (o *outline) codes() []templates.HeldItem {
	items := []templates.HeldItem{{Text: o.copy.Code}}
	for _, code := range o.copy.JoinedCodes {
		items = append(items, templates.HeldItem{Text: code + ", of a browser that signed in"})
	}
	return items
}

func (o *outline) devices() []templates.HeldItem {
	var items []templates.HeldItem
	for _, s := range o.copy.Sessions {
		items = append(items, templates.HeldItem{Text: s.Device + ", last used", At: s.Used})
	}
	return items
}

func (o *outline) choices() []templates.HeldItem {
	var items []templates.HeldItem
	for _, c := range o.copy.Choices {
		name := c.Choice
		if choice := o.catalog.Choice(c.Choice); choice != nil {
			name = choice.Name
		}
		items = append(items, templates.HeldItem{Text: name + ": " + c.State, At: c.At, URL: "/preferences/receipts/" + c.Receipt})
	}
	return items
}

// form is one that was sent: each kind of it by its own purpose and term.
func (o *outline) form(f *Form) {
	declared := o.catalog.Form(f.Form)
	if declared == nil {
		declared = &policy.Form{ID: f.Form, Title: f.Form}
	}
	items := []templates.HeldItem{{Text: "Sent", At: f.At}}
	if f.Reference != "" {
		items[0].Text = "Case " + f.Reference + ", opened"
	}
	var purposes []string
	kind := ""
	for i := range declared.Fields {
		q := &declared.Fields[i]
		if answers := f.Answers[q.Name]; len(answers) > 0 && q.Type != "hidden" {
			items = append(items, templates.HeldItem{Text: q.Label + ": " + strings.Join(answers, ", ")})
			purposes = append(purposes, q.Purpose)
		}
		if kind == "" && q.Category != "" && !strings.HasPrefix(q.Category, "contact.") {
			kind = q.Category
		}
	}
	slices.Sort(purposes)
	o.add(Kind(kind), "Form", items, slices.Compact(purposes))
	v := &o.list[len(o.list)-1]
	v.ID, v.Name = "form."+f.Form+"."+strconv.FormatInt(f.At.UnixMicro(), 36), "Form: "+declared.Title
	if t := o.catalog.Term(declared.Retention); t != nil {
		v.Keep = "Kept: " + t.Text
	}
}

func (o *outline) mails() []templates.HeldItem {
	var items []templates.HeldItem
	for _, m := range o.copy.Mails {
		text := strings.ReplaceAll(m.Kind, "-", " ")
		if choice := o.catalog.Choice(m.Choice); choice != nil {
			text += ", on your choice “" + choice.Name + "”"
		}
		items = append(items, templates.HeldItem{Text: text, At: m.At})
	}
	return items
}

func (o *outline) disclosures() []templates.HeldItem {
	var items []templates.HeldItem
	for _, d := range o.copy.Disclosures {
		to := d.Processor
		if p := o.catalog.Processor(d.Processor); p != nil {
			to = p.Role
		}
		items = append(items, templates.HeldItem{Text: "Passed to: " + to + ", for: " + o.purpose(d.Purpose) + ", what: " + o.kinds(d.Categories), At: d.At})
	}
	for _, a := range o.copy.Accesses {
		text := "Read by our system “" + a.System + "”: " + strings.ReplaceAll(a.What, "-", " ")
		if a.Purpose != "" {
			text += ", for: " + o.purpose(a.Purpose)
		}
		items = append(items, templates.HeldItem{Text: text, At: a.At})
	}
	slices.SortStableFunc(items, func(a, b templates.HeldItem) int { return b.At.Compare(a.At) })
	return items
}

// purpose and kinds say in words what ids mean.
func (o *outline) purpose(id string) string {
	if p := o.catalog.Purpose(id); p != nil {
		return strings.ToLower(p.Name[:1]) + p.Name[1:]
	}
	if c := o.catalog.Choice(id); c != nil {
		return c.Name
	}
	return id
}

func (o *outline) kinds(ids []string) string {
	var names []string
	for _, id := range ids {
		if k := o.catalog.Category(id); k != nil {
			id = strings.ToLower(k.Name[:1]) + k.Name[1:]
		}
		names = append(names, id)
	}
	return strings.Join(names, ", ")
}

func (o *outline) changes() []templates.HeldItem {
	var items []templates.HeldItem
	for _, c := range o.copy.Changes {
		text := strings.ReplaceAll(c.What, "_", " ") + ", by " + c.By
		if c.Reason != "" {
			text += ": " + c.Reason
		}
		items = append(items, templates.HeldItem{Text: text, At: c.At})
	}
	return items
}
