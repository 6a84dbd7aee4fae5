// Package pages has the addresses of forms, and of the cases that they open.
//
// A page shows a form as its file says it, with each field's purpose; what is
// sent is held to the same rules as the page told the browser, and where
// something is to be mended, all of it is said at once and nothing that was
// typed is lost. Without an account a form works as well; with one, what the
// person told before stands in it already.
package pages

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/consent"
	consentpages "indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// What the addresses begin with.
const (
	Forms = "/forms/"
	Cases = "/complaints/"
)

const (
	// sentQuery has a form's page say what follows.
	sentQuery   = "sent"
	ticketField = "ticket"
	// maxCase is how many bytes a form may have that opens a case.
	maxCase = 256 << 10
)

// ownPages are forms that have addresses of their own.
var ownPages = map[string]string{"register": "/account/register", "preferences": "/preferences"}

// A Member is a registered person.
type Member struct {
	Account [16]byte
	// Known is what the person told before, by category.
	Known map[string]string
}

// A Handler answers for forms. Its fields are required.
type Handler struct {
	Desk    *form.Desk
	Choices *consentpages.Handler
	Links   mail.Links
	// Member is who is signed in; ok is false for nobody.
	Member func(x *exchange.Exchange) (m Member, ok bool, err error)
	// Owner is the account that a visitor's code belongs to; zero for none.
	Owner func(x *exchange.Exchange) ([16]byte, error)
}

// ServeForm answers /forms/ID.
func (h *Handler) ServeForm(x *exchange.Exchange) error {
	f := x.World.Catalog.Form(strings.TrimPrefix(x.Request.URL.Path, Forms))
	if f == nil {
		return &exchange.Error{Kind: exchange.Missing}
	}
	if own := ownPages[f.ID]; own != "" {
		x.Redirect(http.StatusSeeOther, own)
		return nil
	}
	if f.Who == "account" && !x.OnApex() {
		return nil
	}
	m, in, err := h.Member(x)
	if err != nil {
		return err
	}
	if f.Who == "account" && !in {
		x.Redirect(http.StatusSeeOther, "/account/sign-in?"+exchange.ReturnField+"="+url.QueryEscape(x.Request.URL.EscapedPath()))
		return nil
	}
	if x.Request.Method == http.MethodPost {
		return h.take(x, f, m)
	}
	if x.Request.URL.Query().Has(sentQuery) {
		return h.thank(x, f)
	}
	if err := h.mayOpen(x, f); err != nil {
		return h.shut(x, f, err)
	}
	return h.show(x, f, http.StatusOK, known(f, m), nil)
}

// mayOpen says whether the visitor may fill a form in: it is open, and was not
// sent before where it is sent once.
func (h *Handler) mayOpen(x *exchange.Exchange, f *policy.Form) error {
	if err := h.Desk.Open(f); err != nil || f.Who != "once" || x.Visitor.Code.IsZero() {
		return err
	}
	owner, err := h.Owner(x)
	if err != nil {
		return err
	}
	sent, err := h.Desk.Store.Sent(x.Request.Context(), f.ID, form.Person(x.Visitor.Code, owner))
	if err == nil && sent {
		err = form.ErrTwice
	}
	return err
}

// known is what the person told before, in the form's fields.
func known(f *policy.Form, m Member) url.Values {
	values := url.Values{}
	for i := range f.Fields {
		if q := &f.Fields[i]; q.Type != "hidden" && m.Known[q.Category] != "" {
			values.Set(q.Name, m.Known[q.Category])
		}
	}
	return values
}

func (h *Handler) take(x *exchange.Exchange, f *policy.Form, m Member) error {
	as := exchange.Shape{
		Allowed: func(name string) bool {
			q := f.Field(name)
			return q != nil || consentpages.IsField(name) && !strings.HasPrefix(name, consent.Field)
		},
		Repeats: func(name string) bool { return form.Repeats(f, name) }, Bytes: exchange.MaxForm,
	}
	if f.Then.Ticket != "" {
		as.Bytes = maxCase
	}
	values, nonce, err := x.PostedAs("form "+f.ID, as)
	if err != nil {
		return err
	}
	if hasChoices(f) && values.Get(consentpages.OfferField) != consent.Mark(x.World.Catalog, x.Now) {
		return h.show(x, f, http.StatusConflict, values, []templates.Problem{
			{Text: "The words of this form have changed since you opened it. Nothing was sent. These are the words that hold now."},
		})
	}
	answers, wrong := form.Read(f, values)
	if len(wrong) > 0 {
		var problems []templates.Problem
		for _, p := range wrong {
			problems = append(problems, templates.Problem(p))
		}
		return h.show(x, f, http.StatusUnprocessableEntity, values, problems)
	}
	return h.store(x, f, m, values, nonce, answers)
}

func hasChoices(f *policy.Form) bool {
	for i := range f.Fields {
		if f.Fields[i].Type == "consent" {
			return true
		}
	}
	return false
}

func (h *Handler) store(x *exchange.Exchange, f *policy.Form, m Member, values url.Values, nonce identity.Nonce, answers form.Answers) error {
	who, err := x.Person()
	if err != nil {
		return err
	}
	p := form.Post{Nonce: nonce, Code: who.Code, Account: m.Account, Address: x.Client, Answers: answers}
	if p.Account == [16]byte{} {
		if p.Account, err = h.Owner(x); err != nil {
			return err
		}
	}
	out, err := h.Desk.Take(x.Request.Context(), x.World.Catalog, f, p)
	var late *form.TimeError
	var wait *throttle.WaitError
	switch {
	case errors.As(err, &late), errors.Is(err, form.ErrTwice):
		return h.shut(x, f, err)
	case errors.As(err, &wait):
		x.Writer.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.For.Seconds()))))
		return h.show(x, f, http.StatusTooManyRequests, values, []templates.Problem{{Text: "Too many forms came from your address. Wait a while, then send it again. What you typed stands here."}})
	case err != nil:
		return err
	}
	if hasChoices(f) {
		// The answers are there: what is answered twice is stored once.
		_, _, err := h.Choices.Answer(x, choicesOf(values), nonce, consent.FromForm)
		var conflict *consent.ConflictError
		if err != nil && !errors.As(err, &conflict) {
			return err
		}
	}
	to := x.Request.URL.Path + "?" + sentQuery
	if f.Draw.Winners > 0 {
		to += "&" + ticketField + "=" + form.Ticket(out.ID).String()
	}
	if out.Reference != "" {
		to = Cases + out.Reference + "?" + keyField + "=" + out.Key.Text() + "&" + sentQuery
	}
	x.Redirect(http.StatusSeeOther, to)
	return nil
}

// choicesOf are the fields about choices.
func choicesOf(values url.Values) url.Values {
	list := url.Values{}
	for name := range values {
		if consentpages.IsField(name) {
			list[name] = values[name]
		}
	}
	return list
}

// show is the form, with what was sent, and what is to be mended.
func (h *Handler) show(x *exchange.Exchange, f *policy.Form, status int, sent url.Values, problems []templates.Problem) error {
	token, err := x.Token("form " + f.ID)
	if err != nil {
		return err
	}
	page := templates.FormPage{
		Title: f.Title, Description: f.Description,
		Form: templates.FieldForm{Action: Forms + f.ID, Problems: problems, Button: "Send", Hidden: []templates.HiddenField{{Name: exchange.TokenField, Value: token}}},
	}
	if !f.Closes.IsZero() {
		page.Note = "Open until " + end(f.Closes.Time) + "."
	}
	var ids []string
	for i := range f.Fields {
		q := &f.Fields[i]
		switch q.Type {
		case "consent":
			ids = append(ids, q.Choice)
		case "hidden":
			page.Form.Hidden = append(page.Form.Hidden, templates.HiddenField{Name: q.Name, Value: q.Value})
		default:
			v := form.View(x.World.Catalog, x.Now, f, q)
			v.Value, v.Values, v.Autocomplete = sent.Get(q.Name), sent[q.Name], form.Autocomplete(q)
			page.Form.Fields = append(page.Form.Fields, v)
		}
	}
	if len(ids) > 0 {
		views, offer, err := h.Choices.Offered(x, ids, sent)
		if err != nil {
			return err
		}
		page.Choices = views
		page.Form.Hidden = append(page.Form.Hidden, templates.HiddenField{Name: consentpages.OfferField, Value: offer.Offer}, templates.HiddenField{Name: consentpages.ShownField, Value: offer.Shown})
	}
	page.Before, page.After = words(f)
	return x.Page(status, f.Title, templates.Form(page))
}

// end is a moment in words; midnight is the end of the day before.
func end(t time.Time) string {
	if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
		return "the end of " + t.Add(-time.Second).Format("2 January 2006") + ", UTC"
	}
	return t.Format("2 January 2006, 15:04 UTC")
}

// words are those above the fields, and those below.
func words(f *policy.Form) (before, after []templates.FormWords) {
	for _, part := range f.Parts {
		w := templates.FormWords{HTML: part.HTML}
		if part.ID == "" {
			before = append(before, w)
		} else {
			after = append(after, w)
		}
	}
	return before, after
}
