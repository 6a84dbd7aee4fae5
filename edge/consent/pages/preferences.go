package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/templates"
)

// Path is the address of the preference centre.
const Path = "/preferences"

// ServePreferences answers /preferences.
func (h *Handler) ServePreferences(x *exchange.Exchange) error {
	switch x.Request.Method {
	case http.MethodGet, http.MethodHead:
		return h.show(x, http.StatusOK, nil, nil, nil)
	case http.MethodPost:
		return h.save(x)
	}
	x.Writer.Header().Set("Allow", "GET, HEAD, POST")
	return &exchange.Error{Kind: exchange.Method}
}

func (h *Handler) save(x *exchange.Exchange) error {
	values, nonce, err := x.Posted(Purpose, IsField)
	if err != nil {
		return err
	}
	r, stored, err := h.Answer(x, values, nonce, consent.FromPreferences)
	var conflict *consent.ConflictError
	switch {
	case errors.As(err, &conflict):
		return h.show(x, http.StatusConflict, values, conflict.Conflicts, []templates.Problem{
			{Field: consent.Field + conflict.Conflicts[0].Choice, Text: "Another window saved another answer meanwhile. Nothing of this form was saved. Look at both answers and save again."},
		})
	case errors.Is(err, consent.ErrSuperseded):
		return h.show(x, http.StatusConflict, nil, nil, []templates.Problem{
			{Text: "The words of these choices have changed since you opened the page. Nothing was saved. These are the words that hold now."},
		})
	case err != nil:
		return err
	case !stored:
		x.Redirect(http.StatusSeeOther, Path)
	default:
		x.Redirect(http.StatusSeeOther, consent.ReceiptPath(r.ID)+"?saved")
	}
	return nil
}

// show answers with the preference centre as it is now, and what is wrong with
// a form that was sent. The answers that were sent stay marked.
func (h *Handler) show(x *exchange.Exchange, status int, sent url.Values, conflicts []consent.Conflict, problems []templates.Problem) error {
	in, err := h.situation(x)
	if err != nil {
		return err
	}
	all := standings(in)
	views, err := consent.Views(x.Request.Context(), h.Store, in, all)
	if err != nil {
		return err
	}
	for i := range views {
		mark(&views[i], sent, conflicts)
	}
	token, err := x.Token(Purpose)
	if err != nil {
		return err
	}
	form := consent.NewForm(in.Catalog, in.Now, all)
	page := templates.PreferencesPage{
		Provider: in.Catalog.Company.Name, Choices: views, Signal: x.Signal, Answered: len(in.Records) > 0,
		Form: templates.ChoiceForm{Action: Path, Token: token, Offer: form.Offer, Shown: form.Shown, Problems: problems},
	}
	if h.Pending != nil {
		page.Pending = h.Pending(x)
	}
	if !in.Code.IsZero() {
		page.Code = in.Code.String()
	}
	return x.Page(status, "Your choices", templates.Preferences(page))
}

// mark marks the answer that was sent, if any, and shows both answers of a
// choice in conflict.
func mark(v *templates.ChoiceView, sent url.Values, conflicts []consent.Conflict) {
	if state := sent.Get(consent.Field + v.ID); state != "" {
		v.Picked = templates.ChoiceState(state)
	}
	i := slices.IndexFunc(conflicts, func(c consent.Conflict) bool { return c.Choice == v.ID })
	if i >= 0 {
		v.Conflict, v.Picked = true, templates.ChoiceState(conflicts[i].Sent)
	}
}

// ServeGPC answers /.well-known/gpc.json: what it says is the same for
// everybody, and may be cached for an hour.
func (h *Handler) ServeGPC(x *exchange.Exchange) error {
	if err := get(x); err != nil {
		return err
	}
	data := consent.Support(x.World.Catalog, x.Now)
	if data == nil {
		return &exchange.Error{Kind: exchange.Missing}
	}
	header := x.Writer.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "public, max-age=3600")
	header.Set("Content-Length", strconv.Itoa(len(data)))
	x.Writer.WriteHeader(http.StatusOK)
	if x.Request.Method != http.MethodHead {
		// The status is out: what goes wrong now, the client sees by itself.
		_, _ = x.Writer.Write(data)
	}
	return nil
}
