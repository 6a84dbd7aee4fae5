package pages

import (
	"cmp"
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

// A historyPage has at most so many receipts.
const historyPage = 20

// sourceName says in words how answers came.
func sourceName(s consent.Source) string {
	switch s {
	case consent.FromForm:
		return "a form"
	case consent.FromPreferences:
		return "the preference centre"
	case consent.FromNotice:
		return "a notice of a change"
	case consent.FromSignal:
		return "the signal Global Privacy Control of your browser"
	case consent.FromUnsubscribe:
		return "a link to unsubscribe"
	case consent.FromSignIn:
		return "signing in with a browser that had refused it"
	case consent.FromOperator:
		return "a person who works for us"
	}
	return string(s)
}

// ServeReceipt answers /preferences/receipts/ID, and ID.json for programs.
// Another person's is as absent as one that there isn't.
func (h *Handler) ServeReceipt(x *exchange.Exchange) error {
	if err := get(x); err != nil {
		return err
	}
	id, data := strings.CutSuffix(strings.TrimPrefix(x.Request.URL.Path, consent.ReceiptPath("")), ".json")
	in, err := h.situation(x)
	if err != nil {
		return err
	}
	if in.Code.IsZero() || len(id) > 40 {
		return consent.ErrNotFound
	}
	r, err := h.find(x, in.Code, id)
	if err != nil {
		return err
	}
	if data {
		d, err := consent.Describe(x.Request.Context(), h.Store, in.Catalog, r)
		if err != nil {
			return err
		}
		return x.JSON(http.StatusOK, d)
	}
	view, err := h.receipt(x, in, r)
	if err != nil {
		return err
	}
	return x.Page(http.StatusOK, "Receipt", templates.Receipt(templates.ReceiptPage{
		Provider: in.Catalog.Company.Name, Receipt: view, Saved: x.Request.URL.RawQuery == "saved", Code: in.Code.String(),
	}))
}

// find returns a person's receipt, of whichever browser of theirs it is.
func (h *Handler) find(x *exchange.Exchange, code identity.Code, id string) (consent.Receipt, error) {
	r, err := h.Store.Receipt(x.Request.Context(), code, id)
	if h.Codes == nil || !errors.Is(err, consent.ErrNotFound) {
		return r, err
	}
	codes, failed := h.Codes(x.Request.Context(), code)
	for _, other := range codes {
		if failed == nil && !other.Equal(code) {
			if r, failed = h.Store.Receipt(x.Request.Context(), other, id); failed == nil {
				return r, nil
			}
			if errors.Is(failed, consent.ErrNotFound) {
				failed = nil
			}
		}
	}
	return r, cmp.Or(failed, err)
}

// ServeHistory answers /preferences/history, from the newest receipt on, or
// from the one before ?before=SEQUENCE.
func (h *Handler) ServeHistory(x *exchange.Exchange) error {
	if err := get(x); err != nil {
		return err
	}
	before, err := sequence(x.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	in, err := h.situation(x)
	if err != nil {
		return err
	}
	page := templates.HistoryPage{Provider: in.Catalog.Company.Name}
	if in.Code.IsZero() {
		return x.Page(http.StatusOK, "History of your choices", templates.History(page))
	}
	page.Code = in.Code.String()
	receipts, err := h.Store.History(x.Request.Context(), in.Code, before, historyPage+1)
	if err != nil {
		return err
	}
	if len(receipts) > historyPage {
		receipts = receipts[:historyPage]
		page.Older = fmt.Sprintf("%s/history?before=%d", Path, receipts[historyPage-1].Sequence)
	}
	for _, r := range receipts {
		view, err := h.receipt(x, in, r)
		if err != nil {
			return err
		}
		page.Receipts = append(page.Receipts, view)
	}
	return x.Page(http.StatusOK, "History of your choices", templates.History(page))
}

// sequence reads the query of the history; 0 is from the newest on.
func sequence(raw string) (int64, error) {
	wrong := &exchange.Error{Kind: exchange.Malformed}
	query, err := url.ParseQuery(raw)
	if err != nil || len(query) > 1 || len(query) == 1 && len(query["before"]) != 1 {
		return 0, wrong
	}
	n, err := strconv.ParseInt(cmp.Or(query.Get("before"), "0"), 10, 64)
	if err != nil || n < 0 {
		return 0, wrong
	}
	return n, nil
}

// receipt returns what a page shows of a receipt: the words are those that the
// person saw.
func (h *Handler) receipt(x *exchange.Exchange, in consent.Situation, r consent.Receipt) (templates.ReceiptView, error) {
	v := templates.ReceiptView{
		ID: r.ID, URL: consent.ReceiptPath(r.ID), Data: consent.ReceiptPath(r.ID) + ".json",
		At: r.At, Host: r.Host, Source: sourceName(r.Source), Reason: r.Reason,
	}
	d, err := consent.Describe(x.Request.Context(), h.Store, in.Catalog, r)
	if err != nil {
		return v, err
	}
	standing := map[string]bool{}
	for _, s := range standings(in) {
		standing[s.Choice.ID] = s.Record != nil && s.Record.Receipt == r.ID && s.State == s.Record.State
	}
	for i, e := range d.Records {
		v.Records = append(v.Records, recordView(in, &r.Answers[i], &e, standing[e.Choice]))
	}
	return v, nil
}

func recordView(in consent.Situation, a *consent.Answer, e *consent.DocumentEvent, stands bool) templates.RecordView {
	v := templates.RecordView{
		Choice: a.Choice, Name: a.Choice, State: templates.ChoiceState(a.State), Words: e.Words, Refuse: e.Refuse,
		Policy: a.Policy, Version: a.Version, Section: templates.Link{URL: e.Notice.Address},
		SectionHash: a.SectionHash, WordsHash: a.WordsHash, Stands: stands,
	}
	choice, p := in.Catalog.Choice(a.Choice), in.Catalog.Policy(a.Policy)
	if choice != nil {
		v.Name = choice.Name
	}
	if p == nil {
		return v
	}
	v.Policy = p.Short
	if version := p.Version(a.Version); version != nil && choice != nil {
		if s := p.Offering(version, choice.Section); s != nil {
			v.Section = templates.Link{Title: s.Title, URL: version.Address + "#" + s.ID}
		}
	}
	return v
}
