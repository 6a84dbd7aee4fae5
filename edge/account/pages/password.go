package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// ServePassword answers /account/password: who is signed in changes the
// password, anybody else asks for a link by mail.
func (h *Handler) ServePassword(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	p, ok, err := h.signedIn(x)
	if err != nil {
		return err
	}
	if reads(x) {
		return h.showPassword(x, f, ok, http.StatusOK, nil, nil)
	}
	if !ok {
		return h.forgot(x, f)
	}
	values, _, err := x.Posted("password", fieldsOf("user_id", "password", "new_password"))
	if err != nil {
		return err
	}
	strength, err := h.Registry.ChangePassword(x.Request.Context(), x.World.Catalog, p.Account, values.Get("password"), values.Get("new_password"), browser(x))
	if errors.Is(err, account.ErrRefused) {
		err = &account.InputError{Problems: []account.Problem{{Field: "password", Text: "This is not your present password."}}}
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showPassword(x, f, true, status, values, problems)
	}
	return done(x, err, "password="+strength.String())
}

func (h *Handler) forgot(x *exchange.Exchange, f *policy.Form) error {
	values, _, err := x.Posted("password", fieldsOf("user_id"))
	if err != nil {
		return err
	}
	err = h.Registry.Forgot(x.Request.Context(), values.Get("user_id"), browser(x))
	if status, problems := refusal(x, err); status != 0 {
		return h.showPassword(x, f, false, status, values, problems)
	}
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, "Look into your mail", templates.Task(templates.TaskPage{
		Title: "Look into your mail",
		Text: []string{
			"If there is such a User ID, and its email address is confirmed, a message with a link is on its way. The link holds for an hour.",
			"No message? Then the User ID is another, or its address was never confirmed. We do not say which, so that nobody learns here who has an account.",
		},
		Links: []templates.Link{{Title: "Sign in", URL: SignIn}},
	}))
}

func (h *Handler) showPassword(x *exchange.Exchange, f *policy.Form, in bool, status int, sent url.Values, problems []templates.Problem) error {
	token, err := x.Token("password")
	if err != nil {
		return err
	}
	page := templates.TaskPage{
		Title: "Forgot your password?",
		Text:  []string{"Tell us your User ID. If its email address is confirmed, we send a link there with which you can choose another password."},
		Form:  templates.FieldForm{Action: Password, Hidden: hidden(token, ""), Button: "Send me the link", Problems: problems},
	}
	values := url.Values{"user_id": {x.Visitor.UserID}}
	if sent != nil {
		values = sent
	}
	wanted := "user-id"
	if in {
		wanted = "password"
		page.Title, page.Form.Button = "Change the password", "Change the password"
		page.Text = []string{"All other browsers are signed out then, and your email address is told, if it is confirmed."}
	}
	page.Form.Fields = fieldViews(x, f, values, func(f *policy.Field) bool { return f.Type == wanted })
	if in {
		for i := range page.Form.Fields {
			page.Form.Fields[i].Label, page.Form.Fields[i].Help = "Present password", ""
		}
		page.Form.Fields = append(page.Form.Fields, newPassword(x, f))
	}
	return x.Page(status, page.Title, templates.Task(page))
}

// ServeConfirm answers /confirm/TOKEN: what a link in a mail leads to. Opening
// it changes nothing, since programs that look for bad links open all of them.
func (h *Handler) ServeConfirm(x *exchange.Exchange) error {
	gone := &exchange.Error{Kind: exchange.Missing, Text: "This link was used already, or it is too old, or a part of it is missing. Nothing was changed. Ask for a new one in your account."}
	token, ok := mail.ParseToken(strings.TrimPrefix(x.Request.URL.Path, Confirm))
	if !ok {
		return gone
	}
	link, err := h.Links.Link(x.Request.Context(), token.Hash(), h.Registry.Now())
	if errors.Is(err, mail.ErrNoLink) {
		return gone
	}
	if err != nil {
		return err
	}
	switch {
	case link.Kind == mail.ConfirmAddress:
		err = h.confirm(x, link)
	case link.Kind == mail.ResetPassword:
		err = h.reset(x, link)
	case link.Kind == mail.ConfirmForm && h.Form != nil:
		err = h.Form(x, link)
	default:
		return gone
	}
	if errors.Is(err, mail.ErrNoLink) {
		return gone
	}
	return err
}

func (h *Handler) confirm(x *exchange.Exchange, link mail.Link) error {
	if reads(x) {
		token, err := x.Token("confirm")
		if err != nil {
			return err
		}
		return x.Page(http.StatusOK, "Confirm your address", templates.Task(templates.TaskPage{
			Title: "Confirm your address",
			Text:  []string{"Is " + link.Address + " your email address, and did you name it for your account? Then press the button.", "If you know nothing of it, close this page: nothing happens."},
			Form:  templates.FieldForm{Action: x.Request.URL.Path, Hidden: hidden(token, ""), Button: "Yes, this is my address"},
		}))
	}
	if _, _, err := x.Posted("confirm", fieldsOf()); err != nil {
		return err
	}
	if _, err := h.Registry.Store.Confirm(x.Request.Context(), link.Hash, h.Registry.Now()); err != nil {
		return err
	}
	return x.Page(http.StatusOK, "Your address is confirmed", templates.Task(templates.TaskPage{
		Title: "Your address is confirmed",
		Text:  []string{"Thank you. If you ever forget your password, a link can be sent there."},
		Links: []templates.Link{{Title: "Your account", URL: Home}},
	}))
}

func (h *Handler) reset(x *exchange.Exchange, link mail.Link) error {
	f, err := registration(x)
	if err != nil {
		return err
	}
	if reads(x) {
		return h.showReset(x, f, http.StatusOK, nil)
	}
	values, _, err := x.Posted("reset", fieldsOf("new_password"))
	if err != nil {
		return err
	}
	_, err = h.Registry.Reset(x.Request.Context(), x.World.Catalog, link, values.Get("new_password"))
	if status, problems := refusal(x, err); status != 0 {
		return h.showReset(x, f, status, problems)
	}
	if err != nil {
		return err
	}
	x.Redirect(http.StatusSeeOther, SignIn+"?reset")
	return nil
}

func (h *Handler) showReset(x *exchange.Exchange, f *policy.Form, status int, problems []templates.Problem) error {
	token, err := x.Token("reset")
	if err != nil {
		return err
	}
	return x.Page(status, "Choose another password", templates.Task(templates.TaskPage{
		Title: "Choose another password",
		Text:  []string{"All browsers are signed out then, this one included. Sign in with the new password."},
		Form: templates.FieldForm{
			Action: x.Request.URL.Path, Hidden: hidden(token, ""), Problems: problems, Button: "Change the password",
			Fields: []templates.FieldView{newPassword(x, f)},
		},
	}))
}
