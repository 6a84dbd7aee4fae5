package policies

import (
	"slices"

	"indigex.com/indigex/policy"
)

// Between is what concerns a reader who saw one version when another holds or
// is announced.
type Between struct {
	// Changes are those declared by the versions after the first, up to the
	// second, that still show between the two, by version.
	Changes []policy.Change
	// Choices are those that these changes affect, each once.
	Choices []string
	// Kind is the heaviest of these changes; empty where there is none.
	Kind policy.Kind
}

// Between says what of the declared changes a reader has to be told.
//
// A declared change is kept if, for one of the sections that it lists, the two
// versions themselves differ at least as much as the version which declares
// it differed from the one before: none weighs less than editorial, editorial
// less than substantive, as the comparisons propose; a section that only moved
// or got other links is editorial. So what was taken back tells nothing and asks
// nothing, and a material change taken back but for a comma is not told as
// one. Between two neighbors all changes are kept that list a section which
// differs.
//
// Sections are followed by their ids and aliases; one that is gone is named by
// its id in from. Of a kept change those sections are left that pass the
// rule. Nothing else decides: neither dates nor what readers chose.
func (s *Set) Between(from, to *Version) Between {
	b := Between{Changes: []policy.Change{}, Choices: []string{}}
	ends := s.differences(from, to)
	for n := from.Number() + 1; n <= to.Number(); n++ {
		v, before := from.Policy.Version(n), from.Policy.Version(n-1)
		if v == nil || before == nil {
			continue
		}
		way := s.differences(before, v)
		for i := range v.Meta.Changes {
			change := v.Meta.Changes[i].Model()
			if change.Sections = showing(change.Sections, way, ends); len(change.Sections) > 0 {
				b.keep(change)
			}
		}
	}
	return b
}

func (b *Between) keep(change policy.Change) {
	b.Changes = append(b.Changes, change)
	for _, id := range change.Choices {
		if !slices.Contains(b.Choices, id) {
			b.Choices = append(b.Choices, id)
		}
	}
	order := []policy.Kind{policy.Editorial, policy.Clarification, policy.Material}
	if slices.Index(order, change.Kind) > slices.Index(order, b.Kind) {
		b.Kind = change.Kind
	}
}

// showing returns the sections that differ between the ends at least as much
// as they did on the way.
func showing(listed []string, way, ends *step) []string {
	ids := []string{}
	for _, id := range listed {
		then := way.find(id)
		if then == nil {
			continue
		}
		now := ends.find(then.id)
		if then.removed {
			now = ends.left(then.id)
		}
		if now != nil && now.changed && !heavier(then.proposed, now.proposed) && now.id != "" && !slices.Contains(ids, now.id) {
			ids = append(ids, now.id)
		}
	}
	return ids
}

// left returns what became of an old section that was gone on the way. Its
// aliases lead to where readers should look instead, so that they count only
// where they mean a section that is gone as well.
func (t *step) left(id string) *difference {
	if top := t.oldTops[id]; top != "" {
		return t.was(top)
	}
	for _, same := range t.new.Policy.synonyms(id) {
		if d := t.gone[t.oldTops[same]]; d != nil {
			return d
		}
	}
	return nil
}
