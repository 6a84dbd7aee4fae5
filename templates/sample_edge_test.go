package templates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

func answered() time.Time { return time.Date(2026, time.March, 1, 14, 5, 0, 0, time.UTC) }

// choiceViews are choices in all the states that there are.
func choiceViews() []templates.ChoiceView {
	section := templates.Link{Title: "4. Your consent", URL: "https://indigex.com/privacy/v/4/#consent"}
	view := func(id, name, kind, channel, sender, words, refuse string) templates.ChoiceView {
		return templates.ChoiceView{ID: id, Name: name, Kind: kind, Channel: channel, Sender: sender,
			Words: words, Refuse: refuse, Section: section, State: templates.NotAsked, Picked: templates.NotAsked}
	}
	email := view("marketing.email", "Offers by email", "marketing", "email", "provider",
		"You may send me offers about your own products and services by email.", "Do not send me offers by email.")
	postal := view("marketing.postal", "Offers by postal mail", "marketing", "postal", "provider",
		"You may send me offers about your own products and services by postal mail.", "Do not send me offers by postal mail.")
	telephone := view("marketing.telephone", "Offers by telephone", "marketing", "telephone", "provider",
		"You may call me with offers about your own products and services.", "Do not call me with offers.")
	third := view("third-party.offers", "Offers from third parties", "third-party", "", "third-party",
		"You may send me offers from other companies.", "Do not send me offers from other companies.")
	news := view("newsletter.products", "Newsletter about products", "newsletter", "email", "provider",
		"Send me the newsletter about your products by email.", "Do not send me the newsletter about your products.")
	pages := view("profile.pages-viewed", "Pages viewed in your profile", "profile", "", "provider",
		"You may keep the pages that I view in my profile, to understand how your sites are used, to improve them, and to serve me better.",
		"Do not keep the pages that I view in my profile.")
	for _, c := range []*templates.ChoiceView{&email, &postal} {
		c.State, c.Picked, c.Since, c.Version, c.Policy, c.Receipt = templates.Granted, templates.Granted, answered(), 4, "Privacy policy", "/preferences/receipts/r1"
	}
	postal.State, postal.Picked = templates.Refused, templates.Refused
	third.State, third.Picked, third.Signal = templates.Refused, templates.Refused, true
	news.Again = &templates.Again{Was: templates.Granted, Text: []string{"The newsletter may hold offers."},
		Comparison: "https://indigex.com/privacy/changes/3..4/", Words: "Send me the newsletter.", Refuse: news.Refuse}
	return []templates.ChoiceView{email, postal, telephone, third, news, pages}
}

func form(action string) templates.ChoiceForm {
	return templates.ChoiceForm{Action: action, Token: "token", Offer: "offer", Shown: "marketing.email=granted"}
}

func receipt() templates.ReceiptView {
	return templates.ReceiptView{ID: "r1", URL: "/preferences/receipts/r1", Data: "/preferences/receipts/r1.json",
		At: answered(), Host: "shop.indigex.com", Source: "the preference centre",
		Records: []templates.RecordView{
			{Choice: "marketing.email", Name: "Offers by email", State: templates.Granted, Words: "You may send me offers by email.", Refuse: "Do not send me offers by email.",
				Policy: "Privacy policy", Version: 4, Section: templates.Link{Title: "4. Your consent", URL: "https://indigex.com/privacy/v/4/#consent"},
				SectionHash: "sha256:" + strings.Repeat("5e", 32), WordsHash: "sha256:" + strings.Repeat("a1", 32), Stands: true},
			{Choice: "marketing.telephone", Name: "Offers by telephone", State: templates.Refused, Words: "You may call me with offers.", Refuse: "Do not call me with offers."},
		}}
}

func pending() []templates.PendingNotice {
	return []templates.PendingNotice{
		{Policy: "Privacy policy", From: 3, To: 4, Effective: on(time.March, 1), Summary: "The newsletter may hold offers.",
			Changes: declared(), Comparison: "/privacy/changes/3..4/", Text: "/privacy/v/4/"},
		{Policy: "Terms of use", From: 1, To: 2, Announced: true, Effective: on(time.December, 1), Comparison: "/terms/changes/1..2/", Text: "/terms/v/2/"},
	}
}

// edgeBodies are the contents of the edge's pages, by name.
func edgeBodies(tb testing.TB) map[string]templ.Component {
	tb.Helper()
	const code = "K7QX-2M4D-9RTH-VVC3-P8"
	conflict := choiceViews()
	conflict[0].Conflict, conflict[0].Picked = true, templates.Refused
	wrong := form("/preferences")
	wrong.Problems = []templates.Problem{{Text: "You answered in another window, too."}, {Field: "choice.marketing.email", Text: "Offers by email: say which answer holds."}}
	return map[string]templ.Component{
		"preferences": templates.Preferences(templates.PreferencesPage{Provider: "INDIGEX", Form: form("/preferences"), Choices: choiceViews(),
			Signal: true, Code: code, Pending: 1, Answered: true}),
		"preferences-conflict": templates.Preferences(templates.PreferencesPage{Provider: "INDIGEX", Form: wrong, Choices: conflict}),
		"preferences-empty":    templates.Preferences(templates.PreferencesPage{Provider: "INDIGEX"}),
		"receipt":              templates.Receipt(templates.ReceiptPage{Provider: "INDIGEX", Receipt: receipt(), Saved: true, Code: code}),
		"history":              templates.History(templates.HistoryPage{Provider: "INDIGEX", Receipts: []templates.ReceiptView{receipt(), receipt()}, Older: "/preferences/history?before=7", Code: code}),
		"history-empty":        templates.History(templates.HistoryPage{Provider: "INDIGEX"}),
		"notices": templates.Notices(templates.NoticesPage{Provider: "INDIGEX", Form: form("/notices"), Notices: pending(),
			Choices: choiceViews()[4:5], Known: []string{"privacy@4", "terms@2"}}),
		"notices-empty": templates.Notices(templates.NoticesPage{Provider: "INDIGEX", Thanks: true, Policies: []templates.Link{{Title: "Privacy policy", URL: "/privacy/"}}}),
		"failure": templates.Failure(templates.FailurePage{Title: "Not now", Text: "Your choices can’t be saved at the moment; nothing was stored.",
			Cure: "Try again in a minute. Until then, what you answered before stands.", Reference: "01JD5Y", Links: []templates.Link{{Title: "Home page", URL: "/"}}}),
	}
}

// banner is in the slot of a page.
func banner(tb testing.TB) templates.Banner {
	tb.Helper()
	var b strings.Builder
	n := templates.NoticeView{Policy: "Privacy policy", Effective: on(time.March, 1),
		Changes:    []templates.DeclaredChange{{Kind: policy.Material, Text: "The newsletter may hold offers."}},
		Comparison: "/privacy/changes/3..4/", Decide: "/notices", Choices: choices()[1:]}
	if err := templates.Notice(n).Render(tb.Context(), &b); err != nil {
		tb.Fatal(err)
	}
	return templates.Banner{Notices: []string{b.String()}, More: 2, Token: "token", Known: []string{"privacy@4"}, Return: "/cables/?page=2"}
}
