package pages

import (
	"net/http"
	"net/url"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// ServeSignIn answers /account/sign-in.
func (h *Handler) ServeSignIn(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	if reads(x) {
		_, ok, err := h.signedIn(x)
		if err != nil {
			return err
		}
		if ok {
			x.Lead(back(x, nil), Home)
			return nil
		}
		return h.showSignIn(x, f, http.StatusOK, nil, nil)
	}
	values, nonce, err := x.Posted("sign-in", fieldsOf("user_id", "password"))
	if err != nil {
		return err
	}
	if x.State == identity.Doubled || x.State == identity.Flooded {
		_, err := x.Person()
		return err
	}
	w, err := h.Registry.SignIn(x.Request.Context(), x.World.Catalog, account.Attempt{
		Nonce: nonce, UserID: values.Get("user_id"), Password: values.Get("password"), Host: x.Site.Host, Browser: browser(x),
	})
	if status, problems := refusal(x, err); status != 0 {
		return h.showSignIn(x, f, status, values, problems)
	}
	if err != nil {
		return err
	}
	return h.welcome(x, w, values)
}

// welcome leads who signed in to where they came from, or to what they have to
// decide first.
func (h *Handler) welcome(x *exchange.Exchange, w account.Welcome, values url.Values) error {
	if err := h.enter(x, w); err != nil {
		return err
	}
	if len(w.Differences) > 0 {
		x.Redirect(http.StatusSeeOther, Home+"?differs#differences")
		return nil
	}
	x.Lead(back(x, values), Home)
	return nil
}

func (h *Handler) showSignIn(x *exchange.Exchange, f *policy.Form, status int, sent url.Values, problems []templates.Problem) error {
	token, err := x.Token("sign-in")
	if err != nil {
		return err
	}
	values := url.Values{"user_id": {x.Visitor.UserID}}
	if sent != nil {
		values = url.Values{"user_id": {sent.Get("user_id")}}
	}
	to := back(x, sent)
	page := templates.SignInPage{
		Register: withBack(Register, to),
		Form: templates.FieldForm{
			Action: SignIn, Hidden: hidden(token, to), Problems: problems, Button: "Sign in",
			Fields: fieldViews(x, f, values, func(f *policy.Field) bool { return f.Type == "user-id" || f.Type == "password" }),
		},
	}
	for i := range page.Form.Fields {
		page.Form.Fields[i].Help = ""
	}
	if page.Passkey, err = offerSignIn(x, to); err != nil {
		return err
	}
	if x.Request.URL.RawQuery == "reset" {
		page.Said = "Your password is changed. Sign in with the new one."
	}
	x.MayLeadAway()
	return x.Page(status, "Sign in", templates.SignIn(page))
}

// ServeSignOut answers /account/sign-out.
func (h *Handler) ServeSignOut(x *exchange.Exchange) error {
	if !x.OnApex() {
		return nil
	}
	if reads(x) {
		token, err := x.Token("sign-out")
		if err != nil {
			return err
		}
		to := back(x, nil)
		x.MayLeadAway()
		return x.Page(http.StatusOK, "Sign out", templates.Task(templates.TaskPage{
			Title: "Sign out",
			Text:  []string{"This browser then belongs to nobody: it gets a new code, under which nothing is known. Your account and your choices stay as they are, for when you sign in again."},
			Form:  templates.FieldForm{Action: SignOut, Hidden: hidden(token, to), Button: "Sign out"},
		}))
	}
	values, _, err := x.Posted("sign-out", fieldsOf())
	if err != nil {
		return err
	}
	next := x.World.Newcomer(x.Now)
	// Whatever became of the browser's identity, its session ends.
	p, ok, err := h.session(x)
	if err == nil && ok {
		err = h.Registry.SignOut(x.Request.Context(), p.session, p.Account, next.Code)
	}
	if err != nil {
		return err
	}
	account.Expire(x.Writer)
	if ok || x.Visitor.UserID != "" {
		if err := x.Remember(next); err != nil {
			return err
		}
	}
	x.Lead(back(x, values), "/")
	return nil
}
