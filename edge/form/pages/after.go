package pages

import (
	"errors"
	"net/http"
	"strconv"

	"indigex.com/indigex/edge/contest"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// shut is a form that cannot be sent, and why.
func (h *Handler) shut(x *exchange.Exchange, f *policy.Form, why error) error {
	page := templates.FormPage{Title: f.Title, Description: f.Description, Shut: true, Links: []templates.Link{{Title: "Home", URL: "/"}}}
	status := http.StatusOK
	var late *form.TimeError
	switch {
	case errors.As(why, &late) && !late.Opens.IsZero():
		page.Note = "This opens on " + late.Opens.UTC().Format("2 January 2006, 15:04 UTC") + "."
	case errors.As(why, &late):
		page.Note = "It was open until " + end(late.Closed) + ". Thank you to all who took part."
	case errors.Is(why, form.ErrTwice):
		page.Note = "You have sent this form already. It is taken once from each person."
	default:
		return why
	}
	if x.Request.Method == http.MethodPost {
		status, page.Note = http.StatusConflict, page.Note+" Nothing was stored now."
	}
	page.Before, page.After = words(f)
	return x.Page(status, f.Title, templates.Form(page))
}

// thank says what follows.
func (h *Handler) thank(x *exchange.Exchange, f *policy.Form) error {
	page := templates.TaskPage{Title: "Thank you", Text: []string{"We have what you sent: “" + f.Title + "”."}, Links: []templates.Link{{Title: "Home", URL: "/"}, {Title: "Your choices", URL: "/preferences"}}}
	if f.Then.Say != "" {
		page.Text = append(page.Text, f.Then.Say)
	}
	if t, err := contest.ParseTicket(x.Request.URL.Query().Get(ticketField)); err == nil && f.Draw.Winners > 0 {
		page.Text = append(page.Text,
			"Your ticket is "+t.String()+". Write it down: with it you find your entry in the list, when that is published, and show that it is yours. It names nobody.",
			"Winners: "+strconv.Itoa(f.Draw.Winners)+". The public number that decides: "+f.Draw.Source)
	}
	if f.Then.Confirm {
		page.Title = "One more step"
		page.Text = append(page.Text, "A message with a link is on its way to the address that you gave. Nothing begins before you open the link and press the button there. If we asked this address within a day, look for that message.")
	}
	return x.Page(http.StatusOK, page.Title, templates.Task(page))
}
