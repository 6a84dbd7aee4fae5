package templates

import (
	"strings"
	"time"

	"github.com/a-h/templ"
)

// A choiceGroup is what the preference centre shows under one heading.
type choiceGroup struct {
	// id is that of the section element.
	id, title, about string
	columns          []choiceColumn
}

// A choiceColumn holds the choices about one sender. It has a heading only
// beside another one.
type choiceColumn struct {
	title   string
	choices []ChoiceView
}

// choiceGroups orders choices by what they are about. Offers stand in a grid
// of who sends them and how they come; a kind that this program has no words
// for stands at the end.
func choiceGroups(provider string, list []ChoiceView) []choiceGroup {
	groups := []choiceGroup{
		{id: "offers", title: "Offers", about: "Each way in which an offer can reach you is a choice of its own."},
		{id: "newsletters", title: "Newsletters", about: "Each one stands by itself."},
		{id: "uses", title: "Other uses", about: "What else may be done with what you tell " + provider + "."},
		{id: "billing", title: "Billing"},
		{id: "pages-viewed", title: "Pages viewed"},
		{id: "more", title: "More choices"},
	}
	for _, c := range list {
		groups[groupOf(c.Kind)].add(provider, c)
	}
	var used []choiceGroup
	for _, g := range groups {
		if len(g.columns) > 0 {
			used = append(used, g)
		}
	}
	return used
}

// groupOf is the place of a kind among the groups.
func groupOf(kind string) int {
	switch kind {
	case "marketing", "third-party":
		return 0
	case "newsletter":
		return 1
	case "use":
		return 2
	case "billing":
		return 3
	case "profile":
		return 4
	}
	return 5
}

// add puts a choice into the column of its sender, where the group is a grid.
func (g *choiceGroup) add(provider string, c ChoiceView) {
	title := ""
	if g.id == "offers" {
		title = "From " + provider
		if c.Sender == "third-party" {
			title = "From other companies"
		}
	}
	for i := range g.columns {
		if g.columns[i].title == title {
			g.columns[i].choices = append(g.columns[i].choices, c)
			return
		}
	}
	g.columns = append(g.columns, choiceColumn{title, []ChoiceView{c}})
}

// class is the row of the grid that a choice stands in.
func (c *ChoiceView) class() string {
	switch c.Channel {
	case "email", "postal", "telephone":
		return "choice by-" + c.Channel
	}
	return "choice"
}

// field is the name of the choice's field, and the id of its group.
func (c *ChoiceView) field() string { return "choice." + c.ID }

// anew says that the state was not asked for lately: an answer fell away.
func (c *ChoiceView) anew() bool { return c.Again != nil && c.State == NotAsked }

// otherWords says that a person saw other words than those of today.
func (c *ChoiceView) otherWords() bool {
	a := c.Again
	return a != nil && (a.Words != "" && a.Words != c.Words || a.Refuse != "" && a.Refuse != c.Refuse)
}

// answerName is an answer in one word, as it stands before a comma.
func answerName(s ChoiceState) string {
	switch s {
	case Granted:
		return "Granted"
	case Refused:
		return "Refused"
	}
	return "Not asked"
}

// answerWords are the exact words of an answer.
func answerWords(s ChoiceState, words, refuse string) string {
	if s == Refused {
		return refuse
	}
	return words
}

// problemsOf are those of one field.
func problemsOf(list []Problem, field string) []string {
	var texts []string
	for _, p := range list {
		if p.Field == field {
			texts = append(texts, p.Text)
		}
	}
	return texts
}

// underVersion ends a sentence about when something was said.
func underVersion(number int, policy string) string {
	switch {
	case number == 0:
		return ""
	case policy == "":
		return ", under version " + itoa(number)
	}
	return ", under version " + itoa(number) + " of “" + policy + "”"
}

// where says on which site and by what way a receipt came, with a space before.
func (r *ReceiptView) where() string {
	text := ""
	if r.Host != "" {
		text = " on " + r.Host
	}
	if r.Source != "" {
		text += ", through " + r.Source
	}
	return text
}

// sentence makes one of words that stood within one.
func sentence(text string) string {
	text = strings.TrimLeft(text, " ,")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// since is a day between words, in UTC; without a day the words before it go,
// too.
func since(before string, t time.Time, after string) templ.Component {
	if t.IsZero() {
		return templ.Raw(templ.EscapeString(after))
	}
	return date(before, t.UTC(), after)
}

// at is a moment between words, to the minute and in UTC, such as 1 March
// 2026, 14:05 UTC.
func at(before string, t time.Time, after string) templ.Component {
	t = t.UTC()
	return templ.Raw(templ.EscapeString(before) +
		`<time datetime="` + t.Format(time.RFC3339) + `">` + t.Format("2 January 2006, 15:04 UTC") + `</time>` +
		templ.EscapeString(after))
}
