package pages

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/account/passkey"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// The addresses of passkeys: where one signs in with one, where a person has
// them, and where one that a browser made is sent.
const (
	Passkey    = Home + "/passkey"
	Passkeys   = Home + "/passkeys"
	NewPasskey = Passkeys + "/new"
	// Script is the one script that an address here needs.
	Script = Home + "/passkey.js"
)

const responseField = "response"

// ServeScript answers /account/passkey.js.
func (h *Handler) ServeScript(x *exchange.Exchange) error {
	x.Public("text/javascript; charset=utf-8", templates.PasskeyScript())
	return nil
}

// site is who asks for passkeys.
func site(x *exchange.Exchange) passkey.Site {
	return passkey.Site{Origin: x.World.Catalog.Sites[0].Origin, Name: x.World.Catalog.Company.Name}
}

// offerSignIn is the form to sign in with a passkey. The page works without.
func offerSignIn(x *exchange.Exchange, back string) (*templates.PasskeyForm, error) {
	token, err := x.Token("passkey")
	if err != nil {
		return nil, err
	}
	options, err := site(x).Ask(passkey.NewChallenge(token))
	return &templates.PasskeyForm{Action: Passkey, Hidden: hidden(token, back), Options: string(options), Button: "Sign in with a passkey"}, err
}

// ServePasskey answers /account/passkey, to which a browser posts what it
// signed.
func (h *Handler) ServePasskey(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	if reads(x) {
		x.Redirect(http.StatusSeeOther, SignIn)
		return nil
	}
	values, nonce, err := x.Posted("passkey", fieldsOf(responseField))
	if err != nil {
		return err
	}
	if x.State == identity.Doubled || x.State == identity.Flooded {
		_, err := x.Person()
		return err
	}
	w, err := h.Registry.SignInWithPasskey(x.Request.Context(), x.World.Catalog, site(x), passkey.NewChallenge(values.Get(exchange.TokenField)),
		[]byte(values.Get(responseField)), account.Attempt{Nonce: nonce, Host: x.Site.Host, Browser: browser(x)})
	if errors.Is(err, passkey.ErrRefused) {
		err = &account.InputError{Problems: []account.Problem{{Text: "This passkey was not accepted. It may have been removed from the account. Try again, or sign in with your User ID and password."}}}
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showSignIn(x, f, status, values, problems)
	}
	if err != nil {
		return err
	}
	return h.welcome(x, w, values)
}

// ServePasskeys answers /account/passkeys: a person's passkeys, and the first
// step to another.
func (h *Handler) ServePasskeys(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	p, ok, err := h.required(x)
	if err != nil || !ok {
		return err
	}
	if reads(x) {
		return h.showPasskeys(x, f, p, http.StatusOK, nil)
	}
	values, _, err := x.Posted("passkeys", fieldsOf(doField, whichField, "name", "password"))
	if err != nil {
		return err
	}
	if values.Get(doField) == "begin" {
		return h.beginPasskey(x, f, p, values)
	}
	var which identity.Nonce
	if n, err := hex.Decode(which[:], []byte(values.Get(whichField))[:min(len(values.Get(whichField)), 32)]); err != nil || n != len(which) {
		return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("passkeys: form names none")}
	}
	said := "?renamed"
	switch values.Get(doField) {
	case "rename":
		err = h.Registry.RenamePasskey(x.Request.Context(), p.Account, which, values.Get("name"))
	case "remove":
		said = "?removed"
		err = h.Registry.RemovePasskey(x.Request.Context(), p.Account, which)
	default:
		return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("passkeys: form asks for what there is not")}
	}
	return h.afterPasskey(x, f, p, err, said)
}

// afterPasskey leads back to the list, or shows it with what is to be mended.
func (h *Handler) afterPasskey(x *exchange.Exchange, f *policy.Form, p person, err error, said string) error {
	switch {
	case errors.Is(err, passkey.ErrRefused):
		err = sayPasskey("The passkey was not added: the browser's answer does not hold. Try again.")
	case errors.Is(err, account.ErrKnown):
		err = sayPasskey("This passkey is in use already.")
	case errors.Is(err, account.ErrStale), errors.Is(err, account.ErrNotFound):
		err = sayPasskey("This passkey was removed meanwhile.")
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showPasskeys(x, f, p, status, problems)
	}
	if err == nil {
		x.Redirect(http.StatusSeeOther, Passkeys+said)
	}
	return err
}

func sayPasskey(text string) error {
	return &account.InputError{Problems: []account.Problem{{Text: text}}}
}

// passkeySaids are what the page says that was done, by its query.
var passkeySaids = map[string]string{
	"added":   "The passkey is added. From now on you can sign in with it.",
	"renamed": "The passkey has its new name.", "removed": "The passkey is removed. It opens nothing any more; your device may still offer it until you remove it there, too.",
}

func (h *Handler) showPasskeys(x *exchange.Exchange, f *policy.Form, p person, status int, problems []templates.Problem) error {
	token, err := x.Token("passkeys")
	if err != nil {
		return err
	}
	list, err := h.Registry.Store.Passkeys(x.Request.Context(), p.ID)
	if err != nil {
		return err
	}
	page := templates.PasskeysPage{
		UserID: p.UserID, Said: passkeySaids[x.Request.URL.RawQuery], Token: token, Action: Passkeys,
		Add: templates.FieldForm{
			Action: Passkeys, Problems: problems, Button: "Go on",
			Hidden: hidden(token, "", templates.HiddenField{Name: doField, Value: "begin"}),
			Fields: fieldViews(x, f, url.Values{}, func(f *policy.Field) bool { return f.Type == "password" }),
		},
	}
	for i := range page.Add.Fields {
		page.Add.Fields[i].Label, page.Add.Fields[i].Help = "Your password", "A passkey opens your account, so we ask once more who you are."
	}
	for _, k := range list {
		page.Passkeys = append(page.Passkeys, templates.PasskeyView{ID: hex.EncodeToString(k.ID[:]), Name: k.Name, Created: k.Created, Used: k.Used})
	}
	return x.Page(status, "Your passkeys", templates.Passkeys(page))
}

// beginPasskey has the browser make a passkey, for who gives the password once
// more. That they did is what the next form's token stands for.
func (h *Handler) beginPasskey(x *exchange.Exchange, f *policy.Form, p person, values url.Values) error {
	_, err := h.Registry.Reauthenticate(x.Request.Context(), p.Account, values.Get("password"), browser(x))
	if errors.Is(err, account.ErrRefused) {
		err = &account.InputError{Problems: []account.Problem{{Field: "password", Text: "This is not your password."}}}
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showPasskeys(x, f, p, status, problems)
	}
	if err != nil {
		return err
	}
	owner, err := h.Registry.PasskeyOwner(x.Request.Context(), p.Account)
	if err != nil {
		return err
	}
	token, err := x.Token(newPasskey(p))
	if err != nil {
		return err
	}
	options, err := site(x).Offer(passkey.NewChallenge(token), owner)
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, "Add a passkey", templates.NewPasskey(templates.PasskeyForm{
		Action: NewPasskey, Hidden: hidden(token, ""), Options: string(options), Button: "Add a passkey", Create: true,
		Fields: []templates.FieldView{{Name: "name", Label: "Name", Type: "text", Required: true, Autocomplete: "off", Value: account.Device(x.Request.UserAgent()), Help: "So that you know it again in your list."}},
	}))
}

// newPasskey is the purpose of a form for one more passkey of a person, in a
// session: another session's password opens none in this one.
func newPasskey(p person) string {
	return "new passkey " + hex.EncodeToString(p.ID[:]) + hex.EncodeToString(p.session.ID[:])
}

// ServeNewPasskey answers /account/passkeys/new, to which a browser posts the
// passkey that it made.
func (h *Handler) ServeNewPasskey(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	p, ok, err := h.required(x)
	if err != nil || !ok {
		return err
	}
	if reads(x) {
		x.Redirect(http.StatusSeeOther, Passkeys)
		return nil
	}
	values, nonce, err := x.Posted(newPasskey(p), fieldsOf("name", responseField))
	if err != nil {
		return err
	}
	err = h.Registry.AddPasskey(x.Request.Context(), site(x), p.Account, nonce, passkey.NewChallenge(values.Get(exchange.TokenField)), []byte(values.Get(responseField)), values.Get("name"))
	return h.afterPasskey(x, f, p, err, "?added")
}
