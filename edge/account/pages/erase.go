package pages

import (
	"errors"
	"net/http"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// ServeErase answers /account/erase: it asks for the password once more, and
// leaves a week to change one's mind.
func (h *Handler) ServeErase(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	p, ok, err := h.required(x)
	if err != nil || !ok {
		return err
	}
	if reads(x) {
		return h.showErase(x, f, p, http.StatusOK, nil)
	}
	values, _, err := x.Posted("erase", fieldsOf("password", doField))
	if err != nil {
		return err
	}
	if values.Get(doField) == "keep" {
		return done(x, h.Registry.EraseNot(x.Request.Context(), p.Account), "kept")
	}
	_, err = h.Registry.EraseLater(x.Request.Context(), p.Account, values.Get("password"), browser(x))
	if errors.Is(err, account.ErrRefused) {
		err = &account.InputError{Problems: []account.Problem{{Field: "password", Text: "This is not your password."}}}
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showErase(x, f, p, status, problems)
	}
	return done(x, err, "erasing")
}

func (h *Handler) showErase(x *exchange.Exchange, f *policy.Form, p person, status int, problems []templates.Problem) error {
	token, err := x.Token("erase")
	if err != nil {
		return err
	}
	page := templates.TaskPage{
		Title: "Erase the account",
		Text: []string{
			"A week from now your account is erased, with all that belongs to it: your details, your devices, and the mails that we keep a note of. Until then you can keep it after all.",
			"Of your choices, the proof stays that somebody made them, without a name and without a way back to you. Nobody can undo it.",
		},
		Form: templates.FieldForm{
			Action: Erase, Hidden: hidden(token, ""), Problems: problems, Button: "Erase my account in a week",
			Fields: fieldViews(x, f, nil, func(f *policy.Field) bool { return f.Type == "password" }),
		},
		Links: []templates.Link{{Title: "Take your data along first", URL: Export}, {Title: "Your account", URL: Home}},
	}
	for i := range page.Form.Fields {
		page.Form.Fields[i].Help = ""
	}
	if !p.Erasing.IsZero() {
		page.Title, page.Form.Fields, page.Form.Button = "Keep the account", nil, "Keep my account"
		page.Text = []string{"Your account will be erased on " + p.Erasing.Format("2 January 2006, 15:04 UTC") + ". Press the button to keep it."}
		page.Form.Hidden = append(page.Form.Hidden, templates.HiddenField{Name: doField, Value: "keep"})
	}
	return x.Page(status, page.Title, templates.Task(page))
}
