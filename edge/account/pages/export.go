package pages

import (
	"net/http"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/templates"
)

// heldItems is how many things of a kind the account shows; the copy has all.
const heldItems = 12

// ServeExport answers /account/export: a copy of all that is held, as a zip.
func (h *Handler) ServeExport(x *exchange.Exchange) error {
	if !x.OnApex() {
		return nil
	}
	p, ok, err := h.required(x)
	if err != nil || !ok {
		return err
	}
	if reads(x) {
		token, err := x.Token("export")
		if err != nil {
			return err
		}
		return x.Page(http.StatusOK, "Take your data along", templates.Task(templates.TaskPage{
			Title: "Take your data along",
			Text: []string{
				"You get a zip with everything that we hold about you: a page to read, and the same as JSON, for you or for another company.",
				"Each of your choices is in it as a receipt, with the words that you saw. Keep the file where nobody else reads it.",
			},
			Form:  templates.FieldForm{Action: Export, Hidden: hidden(token, ""), Button: "Download the copy"},
			Links: []templates.Link{{Title: "Your account", URL: Home}},
		}))
	}
	if _, _, err := x.Posted("export", fieldsOf()); err != nil {
		return err
	}
	ctx := x.Request.Context()
	who, err := h.Subjects.Store.Person(ctx, p.ID)
	if err != nil {
		return err
	}
	header := x.Writer.Header()
	header.Set("Content-Type", "application/zip")
	header.Set("Content-Disposition", `attachment; filename="`+p.UserID+`.zip"`)
	header.Set("Cache-Control", "private, no-store")
	x.Writer.WriteHeader(http.StatusOK)
	if err := h.Subjects.Export(ctx, x.Writer, x.World.Catalog, x.Now, who); err != nil {
		// The status is out: a connection that is cut says that the file is
		// not whole.
		panic(http.ErrAbortHandler)
	}
	return nil
}

// held is all that is held of who is signed in.
func (h *Handler) held(x *exchange.Exchange, p person) ([]templates.HeldView, error) {
	ctx := x.Request.Context()
	who, err := h.Subjects.Store.Person(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	made, err := h.Subjects.Copy(ctx, x.World.Catalog, x.Now, who)
	if err != nil {
		return nil, err
	}
	return subject.Held(x.World.Catalog, x.Now, &made, heldItems), nil
}
