// Package pages has the address that ends what a mail was sent for.
//
// The link in a mail is enough: whoever has it may end what it was sent for,
// and nothing else, on any device and without a cookie. Opening it changes
// nothing, since programs that look for bad links open all of them; a press of
// the button does, and so does what mail programs post by themselves (RFC
// 8058).
package pages

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// Unsubscribe is what the address begins with.
const Unsubscribe = "/unsubscribe/"

// oneClick is the field that mail programs post, and press the one of the
// page's button.
const oneClick, press = "List-Unsubscribe", "end"

// A Handler answers for links in mails. Its fields are required.
type Handler struct {
	Links   mail.Outbox
	Choices consent.Store
}

// ServeUnsubscribe answers /unsubscribe/TOKEN.
func (h *Handler) ServeUnsubscribe(x *exchange.Exchange) error {
	gone := &exchange.Error{Kind: exchange.Missing, Text: "This link is not known, or it is too old, or a part of it is missing. Nothing was changed. Your choices have everything that you can end."}
	token, ok := mail.ParseToken(strings.TrimPrefix(x.Request.URL.Path, Unsubscribe))
	if !ok {
		return gone
	}
	link, err := h.Links.Link(x.Request.Context(), token.Hash(), x.Now)
	if errors.Is(err, mail.ErrNoLink) {
		return gone
	}
	if err != nil {
		return err
	}
	choice := x.World.Catalog.Choice(link.Choice)
	if choice == nil {
		return gone
	}
	if x.Request.Method != http.MethodPost {
		return ask(x, choice)
	}
	values, err := x.ReadAny(func(field string) bool { return field == oneClick || field == press })
	if err != nil {
		return err
	}
	if values.Get(oneClick) != "One-Click" && values.Get(press) == "" {
		return &exchange.Error{Kind: exchange.Malformed, Cause: errors.New("unsubscribe: form does not say what to do")}
	}
	if err := h.end(x, link); err != nil {
		return err
	}
	return x.Page(http.StatusOK, "This has ended", templates.Task(templates.TaskPage{
		Title: "This has ended",
		Text:  []string{"“" + choice.Name + "” is refused from now on, on all our sites. What was on its way at this moment may still reach you.", "It is on record as your answer, like any other, and you can change it at any time."},
		Links: []templates.Link{{Title: "Your choices", URL: "/preferences"}},
	}))
}

func ask(x *exchange.Exchange, choice *policy.Choice) error {
	return x.Page(http.StatusOK, "Get no more of these", templates.Task(templates.TaskPage{
		Title: "Get no more of these",
		Text:  []string{"One press ends “" + choice.Name + "”. Nothing else changes, and no password is needed.", "From then on this holds: “" + choice.Refuse + "”"},
		Form:  templates.FieldForm{Action: x.Request.URL.Path, Hidden: []templates.HiddenField{{Name: press, Value: "yes"}}, Button: "End it"},
	}))
}

// end records a refusal for the code of a link, and where its browser joined an
// account, for the person.
func (h *Handler) end(x *exchange.Exchange, link mail.Link) error {
	profile, err := h.Links.Profile(x.Request.Context(), link.Code)
	if err == nil {
		err = h.refuse(x, link.Choice, link.Code)
	}
	if err == nil && !profile.Equal(link.Code) {
		err = h.refuse(x, link.Choice, profile)
	}
	return err
}

// refuse records a refusal, unless there is one already.
func (h *Handler) refuse(x *exchange.Exchange, choice string, code identity.Code) error {
	records, err := h.Choices.Latest(x.Request.Context(), code)
	if err != nil {
		return err
	}
	for _, s := range consent.Evaluate(x.World.Catalog, x.Now, records, false) {
		if s.Choice.ID == choice && s.Stored == consent.Refused {
			return nil
		}
	}
	in := consent.Situation{Catalog: x.World.Catalog, Now: x.Now, Host: x.Site.Host, Source: consent.FromUnsubscribe, Code: code, Records: records}
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(in.Nonce[:])
	sub, ok := consent.Refusals(in, []string{choice})
	if !ok {
		// Nothing in force offers it, so nothing is sent for it either.
		return &exchange.Error{Kind: exchange.Missing, Text: "There are no such messages any more, so there is nothing to end."}
	}
	_, _, err = h.Choices.Append(x.Request.Context(), sub)
	return err
}
