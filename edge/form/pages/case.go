package pages

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

const (
	keyField = "key"
	addField = "add"
)

// moreField is what a person adds to a case.
var moreField = policy.Field{Name: addField, Type: "long-text", Label: "What would you like to add?", Required: true, Max: "20000"}

// ServeCase answers /complaints/REFERENCE?key=TOKEN. A reference without its
// key, and one that was never given, look the same.
func (h *Handler) ServeCase(x *exchange.Exchange) error {
	key := x.Request.URL.Query().Get(keyField)
	posts := x.Request.Method == http.MethodPost
	reference := strings.TrimPrefix(x.Request.URL.Path, Cases)
	if reference == "" {
		return h.count(x)
	}
	var more url.Values
	if posts {
		var err error
		as := exchange.Shape{
			Allowed: func(name string) bool { return name == keyField || name == addField },
			Repeats: func(string) bool { return false }, Bytes: maxCase,
		}
		if more, _, err = x.PostedAs("case "+reference, as); err != nil {
			return err
		}
		key = more.Get(keyField)
	}
	c, err := h.opened(x, reference, key)
	if err != nil {
		return err
	}
	if !posts {
		return h.showCase(x, c, key, http.StatusOK, nil, nil)
	}
	answers, wrong := form.Read(&policy.Form{Fields: []policy.Field{moreField}}, more)
	if len(wrong) > 0 {
		return h.showCase(x, c, key, http.StatusUnprocessableEntity, more, []templates.Problem{templates.Problem(wrong[0])})
	}
	err = h.Desk.Add(x.Request.Context(), x.World.Catalog, &c, answers.First(addField), x.Client)
	var wait *throttle.WaitError
	switch {
	case errors.As(err, &wait):
		x.Writer.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.For.Seconds()))))
		return h.showCase(x, c, key, http.StatusTooManyRequests, more, []templates.Problem{{Text: "Too many messages came from your address. Wait a while, then send it again."}})
	case errors.Is(err, form.ErrClosed):
		return h.showCase(x, c, key, http.StatusConflict, more, []templates.Problem{{Text: "The case was closed meanwhile. Nothing was stored. Open another one."}})
	case err != nil:
		return err
	}
	x.Redirect(http.StatusSeeOther, Cases+reference+"?"+keyField+"="+key+"&added")
	return nil
}

// count tells everybody how many cases there were in a year.
func (h *Handler) count(x *exchange.Exchange) error {
	if x.Request.Method == http.MethodPost {
		x.Writer.Header().Set("Allow", "GET, HEAD")
		return &exchange.Error{Kind: exchange.Method}
	}
	since := x.Now.UTC().AddDate(-1, 0, 0).Truncate(24 * time.Hour)
	opened, answered, closed, err := h.Desk.Store.Count(x.Request.Context(), since)
	if err != nil {
		return err
	}
	page := templates.TaskPage{
		Title: "Cases and answers",
		Text:  []string{fmt.Sprintf("Since %s, people opened %s by our forms. We answered %d, and closed %d.", since.Format("2 January 2006"), cases(opened), answered, closed)},
	}
	for i := range x.World.Catalog.Forms {
		if f := &x.World.Catalog.Forms[i]; f.Then.Ticket != "" {
			page.Links = append(page.Links, templates.Link{Title: f.Title, URL: Forms + f.ID})
		}
	}
	return x.Page(http.StatusOK, page.Title, templates.Task(page))
}

func cases(n int) string {
	if n == 1 {
		return "1 case"
	}
	return strconv.Itoa(n) + " cases"
}

// opened is the case that a key opens.
func (h *Handler) opened(x *exchange.Exchange, reference, key string) (form.Case, error) {
	gone := &exchange.Error{Kind: exchange.Missing, Text: "There is no such case, or a part of its link is missing. Use the whole link that you were given, or that is in our mail."}
	token, ok := mail.ParseToken(key)
	if !ok {
		return form.Case{}, gone
	}
	link, err := h.Links.Link(x.Request.Context(), token.Hash(), x.Now)
	if errors.Is(err, mail.ErrNoLink) || err == nil && (link.Choice != reference || link.Kind != mail.CaseOpened && link.Kind != mail.CaseAnswered) {
		return form.Case{}, gone
	}
	if err != nil {
		return form.Case{}, err
	}
	c, err := h.Desk.Store.Case(x.Request.Context(), reference)
	if errors.Is(err, form.ErrNotFound) {
		return form.Case{}, gone
	}
	return c, err
}

func (h *Handler) showCase(x *exchange.Exchange, c form.Case, key string, status int, sent url.Values, problems []templates.Problem) error {
	page := templates.CasePage{Reference: c.Reference, Title: c.Form, Opened: c.Opened, Due: c.Due, Answered: c.Answered, Closed: c.Closed}
	f := x.World.Catalog.Form(c.Form)
	if f != nil {
		page.Title = f.Title
	}
	for _, e := range c.Entries {
		by := "You"
		if e.By == form.ByCompany {
			by = x.World.Catalog.Company.Name
		}
		page.Entries = append(page.Entries, templates.CaseEntry{At: e.At, By: by, Text: strings.Split(e.Text, "\n\n")})
	}
	switch query := x.Request.URL.Query(); {
	case query.Has(sentQuery):
		page.Said = "We have your message. Its reference is " + c.Reference + ". Keep this page’s address: it is the way to your case, and whoever has it can read the case."
		if f != nil && f.Then.Say != "" {
			page.Said += " " + f.Then.Say
		}
	case query.Has("added"):
		page.Said = "What you added is in the case."
	}
	if c.Closed.IsZero() {
		token, err := x.Token("case " + c.Reference)
		if err != nil {
			return err
		}
		v := form.View(x.World.Catalog, x.Now, &policy.Form{}, &moreField)
		v.Value = sent.Get(addField)
		page.Form = templates.FieldForm{
			Action: Cases + c.Reference, Problems: problems, Button: "Add it", Fields: []templates.FieldView{v},
			Hidden: []templates.HiddenField{{Name: exchange.TokenField, Value: token}, {Name: keyField, Value: key}},
		}
	}
	return x.Page(status, "Case "+c.Reference, templates.Case(page))
}

// ServeConfirm answers the link of a mail that asks whether somebody sent a
// form. Opening it changes nothing, since programs open all links.
func (h *Handler) ServeConfirm(x *exchange.Exchange, link mail.Link) error {
	if x.Request.Method != http.MethodPost {
		token, err := x.Token("confirm")
		if err != nil {
			return err
		}
		return x.Page(http.StatusOK, "Confirm", templates.Task(templates.TaskPage{
			Title: "Confirm", Text: []string{"Did you give " + link.Address + " in our form? Then press the button, and it begins.", "If you know nothing of it, close this page: nothing happens."},
			Form: templates.FieldForm{Action: x.Request.URL.Path, Hidden: []templates.HiddenField{{Name: exchange.TokenField, Value: token}}, Button: "Yes, it was me"},
		}))
	}
	if _, _, err := x.Posted("confirm", func(string) bool { return false }); err != nil {
		return err
	}
	s, err := h.Desk.Store.Confirm(x.Request.Context(), link.Hash, h.Desk.Now())
	if err != nil {
		return err
	}
	page := templates.TaskPage{Title: "It is confirmed", Text: []string{"Thank you. It holds from now on."}, Links: []templates.Link{{Title: "Your choices", URL: "/preferences"}, {Title: "Home", URL: "/"}}}
	if f := x.World.Catalog.Form(s.Form); f != nil {
		page.Text = []string{"Thank you. “" + f.Title + "” holds from now on."}
		if f.Then.Say != "" {
			page.Text = append(page.Text, f.Then.Say)
		}
	}
	return x.Page(http.StatusOK, page.Title, templates.Task(page))
}
