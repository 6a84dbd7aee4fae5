package notice

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/templates"
)

// Purpose is that of the tokens of the forms with notices.
const Purpose = "notices"

// Choices shows the choices that changes touch, and takes answers to them.
type Choices interface {
	// Affected returns the choices of the visitor that fell back to not
	// asked, and the hidden fields of a form with them.
	Affected(x *exchange.Exchange) ([]templates.ChoiceView, consent.Form, error)
	// Answer stores the answers of a form, with the fields that Affected
	// gave; stored is false where it changes nothing.
	Answer(x *exchange.Exchange, form url.Values, nonce identity.Nonce, source consent.Source) (r consent.Receipt, stored bool, err error)
}

// A Handler answers /notices.
type Handler struct {
	// Choices may be nil: then notices are shown and put away alone.
	Choices Choices
}

// ServeNotices answers /notices: GET shows what changed, POST puts notices
// away, and takes answers to the choices that they touch.
func (h *Handler) ServeNotices(x *exchange.Exchange) error {
	if x.Request.Method == http.MethodPost {
		return h.post(x)
	}
	if x.State == identity.Flooded {
		return &exchange.Error{Kind: exchange.Flooded}
	}
	return h.show(x, http.StatusOK, nil, nil)
}

// allowed says which fields the form has.
func allowed(field string) bool {
	return field == exchange.KnownField || field == "offer" || field == "shown" || field == "all" || strings.HasPrefix(field, consent.Field)
}

// post takes a form. What it was made for may have changed since: then the
// page is shown again, with what was sent still marked.
func (h *Handler) post(x *exchange.Exchange) error {
	form, nonce, err := x.Posted(Purpose, allowed)
	if err != nil {
		return err
	}
	next, err := h.take(x, form, nonce)
	var conflict *consent.ConflictError
	switch {
	case errors.As(err, &conflict):
		return h.show(x, http.StatusConflict, form, []templates.Problem{{
			Field: consent.Field + conflict.Conflicts[0].Choice,
			Text:  "Another window saved another answer meanwhile. Nothing of this form was saved. Look at what holds now and save again.",
		}})
	case errors.Is(err, consent.ErrSuperseded):
		return h.show(x, http.StatusConflict, nil, []templates.Problem{{Text: "What you were shown has changed since you opened the page. Nothing was saved. This is what holds now."}})
	case err != nil:
		return err
	}
	if back := form.Get(exchange.ReturnField); exchange.Local(back) {
		next = back
	}
	x.Redirect(http.StatusSeeOther, next)
	return nil
}

// take does what a form says, and returns where to go on.
func (h *Handler) take(x *exchange.Exchange, form url.Values, nonce identity.Nonce) (next string, err error) {
	if len(form[exchange.KnownField]) == 0 && !answers(form) {
		return "/notices", nil
	}
	v, err := x.Person()
	if err != nil {
		return "", err
	}
	for _, known := range form[exchange.KnownField] {
		if v, err = put(x, v, known); err != nil {
			return "", err
		}
	}
	next = "/notices?thanks"
	if answers(form) {
		if next, err = h.answer(x, form, nonce); err != nil {
			return "", err
		}
	}
	return next, x.Remember(v)
}

// answer stores the answers of a form and returns where to go on.
func (h *Handler) answer(x *exchange.Exchange, form url.Values, nonce identity.Nonce) (next string, err error) {
	if h.Choices == nil {
		return "", consent.ErrUnavailable
	}
	r, stored, err := h.Choices.Answer(x, form, nonce, consent.FromNotice)
	if err != nil || !stored {
		return "/notices", err
	}
	return "/preferences/receipts/" + r.ID + "?saved", nil
}

// answers says whether a form has an answer to a choice.
func answers(form url.Values) bool {
	for field := range form {
		if field == "all" || strings.HasPrefix(field, consent.Field) {
			return true
		}
	}
	return false
}

// put returns the visitor who knows a version, such as "privacy@4". It fails
// for one that is neither in force, nor was, nor is announced.
func put(x *exchange.Exchange, v identity.Visitor, known string) (identity.Visitor, error) {
	id, number, _ := strings.Cut(known, "@")
	n, err := strconv.Atoi(number)
	p := x.World.Catalog.Policy(id)
	if err != nil || p == nil || strconv.Itoa(n) != number || p.Version(n) == nil {
		return v, superseded("a version that there isn't")
	}
	force, _ := endpoints(p, x.Now)
	switch {
	case n <= force:
		return v.WithSeen(id, max(n, v.Seen(id))), nil
	case p.Version(n).Published.After(x.Now):
		return v, superseded("a version that isn't announced")
	}
	return v.WithAcknowledged(id, max(n, v.Acknowledged(id))), nil
}

func superseded(what string) error {
	return fmt.Errorf("known: names %s: %w", what, consent.ErrSuperseded)
}
