package policies

import (
	"slices"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/policy"
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

// Promised returns what the sections of a version promise, headings within
// them included, by the section's id. What nobody declares any more is left
// out.
func (s *Set) Promised(v *Version) map[string]policy.Promises {
	all, declared, tops := map[string]policy.Promises{}, s.declared(), v.tops()
	for _, p := range v.Meta.Promises {
		top := tops[p.Section.Value]
		if top == "" {
			continue // reported
		}
		of := all[top]
		for _, list := range []struct {
			kind string
			to   *[]string
			ids  []front.Text
		}{
			{choiceKind, &of.Choices, p.Choices}, {purposeKind, &of.Purposes, p.Purposes}, {categoryKind, &of.Categories, p.Categories},
			{processorKind, &of.Processors, p.Processors}, {mechanismKind, &of.Mechanisms, p.Mechanisms},
		} {
			for _, id := range list.ids {
				if declared[thing{list.kind, id.Value}] && !slices.Contains(*list.to, id.Value) {
					*list.to = append(*list.to, id.Value)
				}
			}
		}
		all[top] = of
	}
	return all
}

// declared returns all things that the files declare.
func (s *Set) declared() map[thing]bool {
	all := map[thing]bool{}
	for _, r := range s.registers() {
		for _, id := range r.ids {
			all[thing{r.kind, id.Value}] = true
		}
	}
	return all
}
