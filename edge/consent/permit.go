package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// A Decision says whether something may be done to a person at a time.
type Decision struct {
	// Allowed is true for a standing grant and for nothing else.
	Allowed bool   `json:"allowed"`
	Use     string `json:"use"`
	// Choice decides; Purposes are those that it permits.
	Choice   string   `json:"choice"`
	Purposes []string `json:"purposes"`
	// State is granted, refused or not-asked.
	State string `json:"state"`
	// The record that was looked at; zero where there is none.
	Policy   string     `json:"policy,omitempty"`
	Version  int        `json:"version,omitempty"`
	Receipt  string     `json:"receipt,omitempty"`
	Sequence int64      `json:"sequence,omitempty"`
	Since    *time.Time `json:"since,omitempty"`
	// Reason says in words why, for people.
	Reason string `json:"reason"`
}

// An UnknownUseError says that no choice and no purpose of a choice has an id.
type UnknownUseError struct {
	Use string
	// Near are up to three ids that are alike, the nearest first.
	Near []string
}

func (e *UnknownUseError) Error() string {
	text := fmt.Sprintf("there is no choice or purpose %q", e.Use)
	if len(e.Near) > 0 {
		text += "; near it: " + strings.Join(e.Near, ", ")
	}
	return text
}

// Permit says whether a use is permitted to a person at a time. The use is
// the id of a choice, or else of a purpose; where several choices have the
// purpose, each of them must be granted, since nobody knows for which one it
// is asked. It fails with an *UnknownUseError, and with the errors of
// [Store.Latest]; on any error nothing is permitted.
func Permit(ctx context.Context, s Store, c *policy.Catalog, at time.Time, use string, code identity.Code) (Decision, error) {
	choices := choicesOf(c, use)
	if len(choices) == 0 {
		return Decision{Use: use}, &UnknownUseError{use, near(c, use)}
	}
	records, err := s.Latest(ctx, code)
	if err != nil {
		return Decision{Use: use}, fmt.Errorf("permit %s: %w", use, err)
	}
	var d Decision
	for _, choice := range choices {
		d = decide(use, evaluate(c, choice, at, last(records, choice.ID), false))
		if !d.Allowed {
			break
		}
	}
	return d, nil
}

func choicesOf(c *policy.Catalog, use string) []*policy.Choice {
	if choice := c.Choice(use); choice != nil {
		return []*policy.Choice{choice}
	}
	var all []*policy.Choice
	for i := range c.Choices {
		if slices.Contains(c.Choices[i].Purposes, use) {
			all = append(all, &c.Choices[i])
		}
	}
	return all
}

func decide(use string, s Standing) Decision {
	d := Decision{
		Allowed: s.State == Granted, Use: use, Choice: s.Choice.ID, Purposes: append([]string{}, s.Choice.Purposes...),
		State: cmp.Or(string(s.State), "not-asked"), Reason: s.Choice.ID + " was never answered",
	}
	if s.Record == nil {
		return d
	}
	r := s.Record
	d.Policy, d.Version, d.Receipt, d.Sequence, d.Since = r.Policy, r.Version, r.Receipt, r.Sequence, &r.At
	d.Reason = fmt.Sprintf("%s was %s on %s under %s@%d, receipt %s",
		r.Choice, r.State, r.At.UTC().Format("2006-01-02 15:04 MST"), r.Policy, r.Version, r.Receipt)
	if s.Fallen != nil {
		d.Reason += ", but " + s.Fallen.why(s.Choice)
	}
	return d
}

func (f *Fallen) why(choice *policy.Choice) string {
	switch {
	case f.Withdrawn:
		return "no version that is in force offers it as it was answered"
	case f.Notice != nil:
		return fmt.Sprintf("%s@%d, now in force, touches it", choice.Policy, f.Notice.To)
	default:
		return "its words have changed since"
	}
}

// near returns the ids that take the fewest edits to become use, none where
// that would be over half of it.
func near(c *policy.Catalog, use string) []string {
	if len(use) > 100 {
		return nil
	}
	seen := map[string]bool{}
	for i := range c.Choices {
		seen[c.Choices[i].ID] = true
		for _, p := range c.Choices[i].Purposes {
			seen[p] = true
		}
	}
	var ids []string
	for id := range seen {
		if edits(use, id) <= max(2, len(use)/2) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(edits(use, a), edits(use, b)), cmp.Compare(a, b))
	})
	return ids[:min(3, len(ids))]
}

// edits is the distance of Levenshtein between two strings, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
