// Package pages has the addresses at which people see and make their choices:
// the preference centre, their history, and their receipts. It also has what
// the page of notices needs to renew or refuse choices in place.
//
// Only a POST writes. Whose choices they are follows from the identity cookie,
// so nobody's receipt can be asked for by anybody else.
package pages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// The fields of forms with choices, beside those of the choices and those
// that every form has.
const (
	OfferField = "offer"
	ShownField = "shown"
	AllField   = "all"
)

// Purpose is that of the preference centre's tokens.
const Purpose = "preferences"

// A Handler answers for the choices of people.
type Handler struct {
	Store consent.Store
	// Pending counts the notices that wait for a visitor; nil counts none.
	Pending func(x *exchange.Exchange) int
	// Decided is told of answers that were stored; nil is not.
	Decided func(x *exchange.Exchange, r consent.Receipt) error
	// Codes returns all codes of the person who has one, that one included;
	// nil where a person has one alone.
	Codes func(ctx context.Context, code identity.Code) ([]identity.Code, error)
}

// situation returns who asks, where and when, with what they answered. Nobody
// is made a visitor by it.
func (h *Handler) situation(x *exchange.Exchange) (consent.Situation, error) {
	in := consent.Situation{
		Catalog: x.World.Catalog, Now: x.Now, Host: x.Site.Host, Source: consent.FromPreferences,
		Code: x.Visitor.Code, Signal: x.Signal,
	}
	if x.State == identity.Flooded {
		return in, &exchange.Error{Kind: exchange.Flooded}
	}
	if in.Code.IsZero() {
		return in, nil
	}
	var err error
	in.Records, err = h.Store.Latest(x.Request.Context(), in.Code)
	return in, err
}

func standings(in consent.Situation) []consent.Standing {
	return consent.Evaluate(in.Catalog, in.Now, in.Records, in.Signal)
}

// Affected returns the choices that fell back to not asked for the visitor of
// a request, and the hidden fields of a form that has them. It reads the
// store, and makes nobody a visitor.
func (h *Handler) Affected(x *exchange.Exchange) ([]templates.ChoiceView, consent.Form, error) {
	in, err := h.situation(x)
	if err != nil {
		return nil, consent.Form{}, err
	}
	all := standings(in)
	views, err := consent.Views(x.Request.Context(), h.Store, in, consent.Affected(all))
	return views, consent.NewForm(in.Catalog, in.Now, all), err
}

// Answer stores what a posted form says of choices, for the person whom
// [exchange.Exchange.Person] gives. stored is false where it changes nothing.
// Beside the store's errors there are those of the kind Malformed, and
// consent.ErrSuperseded.
func (h *Handler) Answer(x *exchange.Exchange, values url.Values, nonce identity.Nonce, source consent.Source) (r consent.Receipt, stored bool, err error) {
	posted, err := read(x.World.Catalog, values)
	if err != nil {
		return consent.Receipt{}, false, err
	}
	in, err := h.situation(x)
	if err != nil {
		return consent.Receipt{}, false, err
	}
	in.Nonce, in.Source = nonce, source
	sub, ok, err := consent.Submit(in, posted)
	switch {
	case errors.Is(err, consent.ErrSuperseded) && x.State == identity.Known:
		return h.again(x, nonce)
	case err != nil || !ok:
		return consent.Receipt{}, false, malformed(err)
	}
	person, err := x.Person()
	if err != nil {
		return consent.Receipt{}, false, err
	}
	sub.Code = person.Code
	r, _, err = h.Store.Append(x.Request.Context(), sub)
	if errors.Is(err, consent.ErrForgotten) {
		err = errors.Join(err, x.Remember(x.World.Newcomer(x.Now)))
	}
	if err == nil && h.Decided != nil {
		// Sent again, the form is stored once and told again.
		err = h.Decided(x, r)
	}
	return r, err == nil, err
}

// again returns what a form had stored that is sent once more, after what it
// showed has changed; ErrSuperseded where it had stored nothing.
func (h *Handler) again(x *exchange.Exchange, nonce identity.Nonce) (r consent.Receipt, stored bool, err error) {
	r, err = h.Store.Submitted(x.Request.Context(), x.Visitor.Code, nonce)
	if errors.Is(err, consent.ErrNotFound) {
		err = consent.ErrSuperseded
	}
	return r, err == nil, err
}

// malformed has a mistake of the form be one; errors that have a kind keep it.
func malformed(err error) error {
	if err == nil || exchange.Explain(err).Kind != exchange.Failed {
		return err
	}
	return &exchange.Error{Kind: exchange.Malformed, Cause: err}
}

// IsField says whether a form with choices may have a field.
func IsField(name string) bool {
	return name == OfferField || name == ShownField || name == AllField || strings.HasPrefix(name, consent.Field)
}

// read returns the form that values are.
func read(c *policy.Catalog, values url.Values) (consent.Posted, error) {
	p := consent.Posted{
		Form:    consent.Form{Offer: values.Get(OfferField), Shown: values.Get(ShownField)},
		Answers: map[string]consent.State{}, All: values.Has(AllField),
	}
	if all := values.Get(AllField); p.All && all != string(consent.Refused) {
		return p, &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("field to answer all has an unknown value")}
	}
	for name := range values {
		id, ok := strings.CutPrefix(name, consent.Field)
		if !ok {
			continue
		}
		state := consent.State(values.Get(name))
		if c.Choice(id) == nil || state != consent.Granted && state != consent.Refused {
			return p, &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("field of a choice is unknown, or its value is")}
		}
		p.Answers[id] = state
	}
	return p, nil
}

// get refuses all but GET and HEAD.
func get(x *exchange.Exchange) error {
	if x.Request.Method == http.MethodGet || x.Request.Method == http.MethodHead {
		return nil
	}
	x.Writer.Header().Set("Allow", "GET, HEAD")
	return &exchange.Error{Kind: exchange.Method}
}

// Offered returns choices as a form offers them beside its other fields, with
// the answers that were sent, and the hidden fields of such a form. It reads
// the store, and makes nobody a visitor.
func (h *Handler) Offered(x *exchange.Exchange, ids []string, sent url.Values) ([]templates.ChoiceView, consent.Form, error) {
	in, err := h.situation(x)
	if err != nil {
		return nil, consent.Form{}, err
	}
	all := standings(in)
	var wanted []consent.Standing
	for _, s := range all {
		if slices.Contains(ids, s.Choice.ID) {
			wanted = append(wanted, s)
		}
	}
	views, err := consent.Views(x.Request.Context(), h.Store, in, wanted)
	for i := range views {
		mark(&views[i], sent, nil)
	}
	return views, consent.NewForm(in.Catalog, in.Now, all), err
}
