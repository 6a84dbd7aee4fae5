package policies

import (
	"slices"
	"time"
)

// Choice returns the choice with an id, or nil.
func (s *Set) Choice(id string) *Choice {
	for _, c := range s.Choices {
		if c.ID.Value == id {
			return c
		}
	}
	return nil
}

// Moments returns the times after now at which a version is published or
// takes effect, each once, in order. Drafts have none.
func (p *Policy) Moments(now time.Time) []time.Time {
	var all []time.Time
	for _, v := range p.Versions {
		for _, at := range []time.Time{v.Meta.Published.Time, v.Effective()} {
			if !v.Meta.Draft && at.After(now) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// Offers returns the ids of the choices that a section promises, headings
// within it included.
func (v *Version) Offers(section string) []string {
	var all []string
	for _, p := range v.Meta.Promises {
		if v.Top(p.Section.Value) != section {
			continue
		}
		for _, c := range p.Choices {
			all = append(all, c.Value)
		}
	}
	return all
}
