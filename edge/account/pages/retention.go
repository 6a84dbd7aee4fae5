package pages

import (
	"net/http"
	"time"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/templates"
)

// Retention is the address of what is deleted when, for everybody.
const Retention = "/preferences/retention"

// shownDeletions is how far back the page goes.
const shownDeletions = 400 * 24 * time.Hour

// ServeRetention answers with each rule of the catalog, and with what was
// deleted on which day. It says nothing of any person.
func (h *Handler) ServeRetention(x *exchange.Exchange) error {
	list, err := h.Subjects.Store.Deletions(x.Request.Context(), h.Registry.Now().Add(-shownDeletions))
	if err != nil {
		return err
	}
	c := x.World.Catalog
	page := templates.RetentionPage{Provider: c.Company.Name}
	for i := range c.Retention {
		r := &c.Retention[i]
		row := templates.RetentionRow{Text: r.Text}
		for k := range c.Categories {
			if c.Categories[k].Retention == r.ID {
				row.Kinds = append(row.Kinds, c.Categories[k].Name)
			}
		}
		if len(row.Kinds) > 0 {
			page.Rules = append(page.Rules, row)
		}
	}
	for _, d := range list {
		name := string(d.Kind)
		if k := c.Category(name); k != nil {
			name = k.Name
		}
		page.Deletions = append(page.Deletions, templates.DeletionRow{Day: d.Day, Kind: name, Count: d.Count})
	}
	return x.Page(http.StatusOK, "What is deleted when", templates.Retention(page))
}
