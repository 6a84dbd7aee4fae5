package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	consentpages "indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// ServeRegister answers /account/register.
func (h *Handler) ServeRegister(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	if reads(x) {
		return h.showRegister(x, f, http.StatusOK, nil, nil)
	}
	values, nonce, err := x.Posted("register", func(name string) bool {
		return f.Field(name) != nil || consentpages.IsField(name) && !isChoice(name)
	})
	if err != nil {
		return err
	}
	if values.Get(consentpages.OfferField) != consent.Mark(x.World.Catalog, x.Now) {
		return h.showRegister(x, f, http.StatusConflict, values, []templates.Problem{
			{Text: "The words of this form have changed since you opened it. Nothing was saved. These are the words that hold now."},
		})
	}
	return h.register(x, f, values, nonce)
}

func (h *Handler) register(x *exchange.Exchange, f *policy.Form, values url.Values, nonce identity.Nonce) error {
	if x.State == identity.Doubled || x.State == identity.Flooded {
		// It tells why neither identity is used.
		_, err := x.Person()
		return err
	}
	a := account.Application{
		Nonce: nonce, UserID: values.Get("user_id"), Password: values.Get("password"), Host: x.Site.Host, Browser: browser(x),
		Details: map[account.Field]string{}, Required: required(f),
	}
	for _, field := range account.Fields() {
		a.Details[field] = values.Get(string(field))
	}
	w, err := h.Registry.Register(x.Request.Context(), x.World.Catalog, a)
	if status, problems := refusal(x, err); status != 0 {
		return h.showRegister(x, f, status, values, problems)
	}
	if err != nil {
		return err
	}
	if err := h.enter(x, w); err != nil {
		return err
	}
	// The account is there: what is answered twice is stored once, and a
	// form sent again brings answers that were not.
	_, _, err = h.Choices.Answer(x, choicesOf(values), nonce, consent.FromForm)
	var conflict *consent.ConflictError
	if err != nil && !errors.As(err, &conflict) {
		return err
	}
	x.Lead(back(x, values), Home+"?registered="+w.Strength.String())
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

func (h *Handler) showRegister(x *exchange.Exchange, f *policy.Form, status int, sent url.Values, problems []templates.Problem) error {
	token, err := x.Token("register")
	if err != nil {
		return err
	}
	var ids []string
	for i := range f.Fields {
		if f.Fields[i].Type == "consent" {
			ids = append(ids, f.Fields[i].Choice)
		}
	}
	views, offer, err := h.Choices.Offered(x, ids, sent)
	if err != nil {
		return err
	}
	to := back(x, sent)
	page := templates.RegisterPage{
		Title: f.Title, Description: f.Description, Choices: views, SignIn: withBack(SignIn, to),
		Form: templates.FieldForm{
			Action: Register, Problems: problems, Button: f.Title,
			Fields: fieldViews(x, f, sent, func(*policy.Field) bool { return true }),
			Hidden: hidden(token, to, templates.HiddenField{Name: consentpages.OfferField, Value: offer.Offer}, templates.HiddenField{Name: consentpages.ShownField, Value: offer.Shown}),
		},
	}
	for i := range page.Form.Fields {
		if page.Form.Fields[i].Name == "password" {
			page.Form.Fields[i].Autocomplete = "new-password"
		}
	}
	for _, part := range f.Parts {
		words := templates.FormWords{HTML: part.HTML}
		if strings.TrimSpace(part.ID) == "" {
			page.Before = append(page.Before, words)
		} else {
			page.Words = append(page.Words, words)
		}
	}
	x.MayLeadAway()
	return x.Page(status, f.Title, templates.Register(page))
}
