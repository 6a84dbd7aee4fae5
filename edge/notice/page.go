package notice

import (
	"net/url"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/templates"
)

// show answers with what there is to tell, and what is wrong with a form that
// was sent, whose answers stay marked.
func (h *Handler) show(x *exchange.Exchange, status int, sent url.Values, problems []templates.Problem) error {
	pending := For(x.World.Catalog, x.Visitor, x.Now)
	var choices []templates.ChoiceView
	var fields consent.Form
	if h.Choices != nil && x.State == identity.Known {
		var err error
		if choices, fields, err = h.Choices.Affected(x); err != nil {
			return err
		}
	}
	for i := range choices {
		if state := sent.Get(consent.Field + choices[i].ID); state != "" {
			choices[i].Picked = templates.ChoiceState(state)
		}
	}
	token, err := x.Token(Purpose)
	if err != nil {
		return err
	}
	page := templates.NoticesPage{
		Provider: x.World.Catalog.Company.Name,
		Form:     templates.ChoiceForm{Action: "/notices", Token: token, Offer: fields.Offer, Shown: fields.Shown, Problems: problems},
		Choices:  choices, Signal: x.Signal, Thanks: x.Request.URL.Query().Has("thanks"),
	}
	for i := range x.World.Catalog.Policies {
		p := &x.World.Catalog.Policies[i]
		page.Policies = append(page.Policies, templates.Link{Title: p.Title, URL: p.Address})
	}
	for i := range pending {
		p := &pending[i]
		page.Known = append(page.Known, p.Known())
		page.Notices = append(page.Notices, view(p))
	}
	return x.Page(status, "What changed", templates.Notices(page))
}

// Count returns how many notices /notices has for the visitor of a request.
func Count(x *exchange.Exchange) int { return len(For(x.World.Catalog, x.Visitor, x.Now)) }

// view is a notice as the page shows it.
func view(p *Pending) templates.PendingNotice {
	to := p.Policy.Version(p.Notice.To)
	return templates.PendingNotice{
		Policy: p.Policy.Short, From: p.Notice.From, To: p.Notice.To, Announced: p.Announced,
		Effective: to.Effective.Time, Summary: to.Summary, Comparison: p.Notice.Address, Text: to.Address,
		Changes: changes(p),
	}
}

func changes(p *Pending) []templates.DeclaredChange {
	var list []templates.DeclaredChange
	for _, c := range p.Notice.Changes {
		list = append(list, templates.DeclaredChange{Kind: c.Kind, Text: c.Text})
	}
	return list
}
