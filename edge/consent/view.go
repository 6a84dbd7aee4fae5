package consent

import (
	"context"
	"errors"
	"strings"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// Views returns what a page shows of standings that [Evaluate] made. It asks
// the store for the old words of those that fell back since their words are
// others, and fails where it does; words that it doesn't have are left out.
func Views(ctx context.Context, s Store, in Situation, standings []Standing) ([]templates.ChoiceView, error) {
	var all []templates.ChoiceView
	for i := range standings {
		v, section := Offer(in.Catalog, standings[i].Choice, in.Now)
		if section == nil {
			continue
		}
		view := viewOf(&standings[i], in.Catalog.Policy(standings[i].Choice.Policy), v, section)
		if f := standings[i].Fallen; f != nil && f.Words {
			words, err := s.Text(ctx, standings[i].Record.WordsHash)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			view.Again.Words, view.Again.Refuse = cutWords(words)
		}
		all = append(all, view)
	}
	return all, nil
}

// Affected returns the standings of choices that were answered and aren't any
// more, to be renewed or refused.
func Affected(standings []Standing) []Standing {
	var all []Standing
	for _, s := range standings {
		if s.Fallen != nil && !s.Fallen.Withdrawn {
			all = append(all, s)
		}
	}
	return all
}

func viewOf(s *Standing, p *policy.CatalogPolicy, v *policy.CatalogVersion, section *policy.Section) templates.ChoiceView {
	c := s.Choice
	view := templates.ChoiceView{
		ID: c.ID, Name: c.Name, Words: c.Words, Refuse: c.Refuse, Kind: c.Kind, Channel: c.Channel, Sender: c.Sender,
		Section: templates.Link{Title: section.Title, URL: v.Address + "#" + section.ID},
		State:   viewState(s.State), Picked: viewState(s.State), Signal: s.Signal,
	}
	switch {
	case s.Fallen != nil:
		view.Again = againOf(s)
	case s.Record != nil:
		view.Since, view.Version, view.Policy = s.Record.At, s.Record.Version, p.Short
		view.Receipt = ReceiptPath(s.Record.Receipt)
	}
	return view
}

func againOf(s *Standing) *templates.Again {
	a := &templates.Again{Was: viewState(s.Record.State)}
	f := s.Fallen
	if f.Notice != nil {
		a.Comparison = f.Notice.Address
		for _, change := range f.Notice.Changes {
			for _, id := range change.Choices {
				if id == s.Choice.ID {
					a.Text = append(a.Text, change.Text)
				}
			}
		}
	}
	switch {
	case len(a.Text) > 0:
	case f.Words:
		a.Text = []string{"The words of this choice are others now."}
	case f.Notice != nil:
		a.Text = []string{"The section of the policy that offers this choice has changed."}
	default:
		a.Text = []string{"The policy did not offer this choice in between."}
	}
	return a
}

// cutWords divides the text that policy.HashChoice hashes.
func cutWords(text string) (words, refuse string) {
	words, rest, _ := strings.Cut(text, "\n")
	return words, strings.TrimSuffix(rest, "\n")
}

func viewState(s State) templates.ChoiceState {
	if s == NotAsked {
		return templates.NotAsked
	}
	return templates.ChoiceState(s)
}

// ReceiptPath is the path of a receipt's page; that of its data ends in .json.
func ReceiptPath(id string) string { return "/preferences/receipts/" + id }
