package pages

import (
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

const (
	doField    = "do"
	whichField = "which"
	// revisionOf and shownOf begin the names of hidden fields with what a form
	// showed.
	revisionOf = "revision."
	shownOf    = "shown."
)

// ServeHome answers /account: all that is held of who is signed in, and the
// forms that change it.
func (h *Handler) ServeHome(x *exchange.Exchange) error {
	f, err := registration(x)
	if err != nil || !x.OnApex() {
		return err
	}
	p, ok, err := h.required(x)
	if err != nil || !ok {
		return err
	}
	if reads(x) {
		return h.showHome(x, f, p, http.StatusOK, nil, nil, nil)
	}
	values, _, err := x.Posted("account", func(name string) bool {
		return name == doField || name == whichField || detail(strings.TrimPrefix(strings.TrimPrefix(name, revisionOf), shownOf)) != ""
	})
	if err != nil {
		return err
	}
	switch values.Get(doField) {
	case "", "save":
		return h.saveDetails(x, f, p, values)
	case "end":
		return h.endSession(x, p, values.Get(whichField))
	case "end-others":
		err := h.Registry.Store.EndSessions(x.Request.Context(), p.ID, p.token.Hash(), account.Act{At: h.Registry.Now().UTC(), By: account.ByPerson})
		return done(x, err, "ended#devices")
	case "settle":
		return done(x, h.Registry.Store.Decided(x.Request.Context(), p.Profile, []string{values.Get(whichField)}), "settled")
	case "confirm":
		sent, err := h.Registry.Ask(x.Request.Context(), p.Account)
		if err == nil && !sent {
			return done(x, nil, "asked-lately")
		}
		return done(x, err, "asked")
	}
	return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("account: form asks for what there is not")}
}

// done leads back to the account, which says what was done.
func done(x *exchange.Exchange, err error, what string) error {
	if err == nil {
		x.Redirect(http.StatusSeeOther, Home+"?"+what)
	}
	return err
}

func (h *Handler) endSession(x *exchange.Exchange, p person, which string) error {
	var id [16]byte
	if n, err := hex.Decode(id[:], []byte(which)[:min(len(which), 32)]); err != nil || n != len(id) {
		return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("account: form names no session")}
	}
	err := h.Registry.Store.EndSession(x.Request.Context(), p.ID, id, account.Mark{}, account.Act{At: h.Registry.Now().UTC(), By: account.ByPerson})
	return done(x, err, "ended#devices")
}

// saveDetails changes the fields by which the form differs from what it
// showed, so that what another window changed meanwhile stays.
func (h *Handler) saveDetails(x *exchange.Exchange, f *policy.Form, p person, values url.Values) error {
	var edits []account.Edit
	for _, field := range account.Fields() {
		name := string(field)
		if !values.Has(name) || f.Field(name) == nil || values.Has(shownOf+name) && lines(values.Get(shownOf+name)) == lines(values.Get(name)) {
			continue
		}
		revision, err := strconv.ParseInt(values.Get(revisionOf+name), 10, 64)
		if err != nil || revision < 0 {
			return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("account: form does not say what it showed")}
		}
		edits = append(edits, account.Edit{Field: field, Value: values.Get(name), Revision: revision})
	}
	_, err := h.Registry.Edit(x.Request.Context(), p.Account, edits)
	var conflict *account.EditError
	if errors.As(err, &conflict) {
		p.Details = conflict.Stored
		return h.showHome(x, f, p, http.StatusConflict, values, conflicts(edits, conflict.Stored), []templates.Problem{
			{Text: "Another window saved another value meanwhile. Nothing of this form was saved. Look at both and save again."},
		})
	}
	if status, problems := refusal(x, err); status != 0 {
		return h.showHome(x, f, p, status, values, nil, problems)
	}
	return done(x, err, "saved")
}

// lines is a value without what browsers make of line breaks.
func lines(value string) string { return strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")) }

// conflicts are the fields whose stored values are others than a form showed
// and wants.
func conflicts(edits []account.Edit, stored map[account.Field]account.Detail) map[string]bool {
	list := map[string]bool{}
	for _, e := range edits {
		if now := stored[e.Field]; now.Revision != e.Revision && now.Value != e.Value {
			list[string(e.Field)] = true
		}
	}
	return list
}

// saids are what a page says that was done, by its query.
var saids = map[string]string{
	"saved": "Saved.", "settled": "It stays as it holds now.", "ended": "The session is ended. That browser opens your account no more. It still has your code, with which it can make choices for you: each stands in your records.",
	"asked": "We have sent the confirmation once more. Open the link in it within three days.", "asked-lately": "A confirmation was sent to this address within a day. Look for it among your mail, and in the folder for spam.",
	"password": "Your password is changed. All other browsers are signed out.", "kept": "Your account stays. Nothing will be erased.",
	"erasing": "Your account will be erased in a week. Until then you can keep it after all.", "confirmed": "Thank you: your address is confirmed.",
	"differs": "You are signed in. This browser had other answers than your account: see below.",
}

// strengths are what is said of a password that was chosen; it never leaves the
// server.
var strengths = map[string]string{
	"weak": " The password is easy to guess: a few words in a row are better.", "fair": " The password is fair; one more word would make it good.",
	"good": " The password is good.", "strong": " The password is strong.",
}

func saidOf(query string) string {
	what, strength, _ := strings.Cut(query, "=")
	if what == "registered" {
		return "Your User ID is made, and you are signed in." + strengths[strength] + " If you gave an email address, a message with a link is on its way to it."
	}
	if text := saids[what]; text != "" {
		return text + strengths[strength]
	}
	return ""
}

func (h *Handler) showHome(x *exchange.Exchange, f *policy.Form, p person, status int, sent url.Values, both map[string]bool, problems []templates.Problem) error {
	token, err := x.Token("account")
	if err != nil {
		return err
	}
	page := templates.AccountPage{
		Provider: x.World.Catalog.Company.Name, UserID: p.UserID, Code: p.Profile.String(), Created: p.Created, Erasing: p.Erasing,
		Said: saidOf(x.Request.URL.RawQuery), Token: token, Action: Home,
		Details: detailsForm(x, f, p, token, sent, both, problems),
	}
	d := p.Details[account.Email]
	page.Unconfirmed = d.Value != "" && d.Confirmed.IsZero()
	if page.Sessions, err = h.sessions(x, p); err != nil {
		return err
	}
	if page.Differences, err = h.differences(x, p); err != nil {
		return err
	}
	if page.Held, err = h.held(x, p); err != nil {
		return err
	}
	return x.Page(status, "Your account", templates.Account(page))
}

func detailsForm(x *exchange.Exchange, f *policy.Form, p person, token string, sent url.Values, both map[string]bool, problems []templates.Problem) templates.FieldForm {
	form := templates.FieldForm{Action: Home, Problems: problems, Button: "Save my details", Hidden: hidden(token, "", templates.HiddenField{Name: doField, Value: "save"})}
	form.Fields = fieldViews(x, f, url.Values{}, func(f *policy.Field) bool { return detail(f.Name) != "" })
	for i := range form.Fields {
		v := &form.Fields[i]
		now := p.Details[account.Field(v.Name)]
		revision := strconv.FormatInt(now.Revision, 10)
		v.Value = now.Value
		if sent != nil {
			v.Value = sent.Get(v.Name)
		}
		v.Required = false
		if v.Conflict = both[v.Name]; v.Conflict {
			v.Stored = now.Value
		}
		if v.Name == string(account.Email) && now.Value != "" {
			v.Help, v.Note = "", "This address is not confirmed yet."
			if !now.Confirmed.IsZero() {
				v.Note = "Confirmed on " + now.Confirmed.Format("2 January 2006") + "."
			}
		}
		form.Hidden = append(form.Hidden, templates.HiddenField{Name: revisionOf + v.Name, Value: revision}, templates.HiddenField{Name: shownOf + v.Name, Value: now.Value})
	}
	return form
}

func (h *Handler) sessions(x *exchange.Exchange, p person) ([]templates.SessionView, error) {
	list, err := h.Registry.Store.Sessions(x.Request.Context(), p.ID, h.Registry.Now())
	var views []templates.SessionView
	for _, s := range list {
		views = append(views, templates.SessionView{ID: hex.EncodeToString(s.ID[:]), Device: s.Device, Created: s.Created, Used: s.Used, This: s.ID == p.session.ID})
	}
	return views, err
}

func (h *Handler) differences(x *exchange.Exchange, p person) ([]templates.DifferenceView, error) {
	list, err := h.Registry.Store.Differences(x.Request.Context(), p.Profile)
	var views []templates.DifferenceView
	for _, d := range list {
		c := x.World.Catalog.Choice(d.Choice)
		if c == nil {
			continue
		}
		views = append(views, templates.DifferenceView{
			ID: d.Choice, Name: c.Name, Browser: state(d.Browser), Profile: state(d.Profile), Holds: state(account.Protective(d.Browser, d.Profile)), At: d.At,
		})
	}
	return views, err
}

func state(s consent.State) templates.ChoiceState {
	if s == consent.NotAsked {
		return templates.NotAsked
	}
	return templates.ChoiceState(s)
}
