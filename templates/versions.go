package templates

import (
	"cmp"
	"slices"
	"time"

	"indigex.com/indigex/policy"
)

// kindName is what a reader calls a kind of change.
func kindName(k policy.Kind) string {
	switch k {
	case policy.Editorial:
		return "Correction"
	case policy.Clarification:
		return "Said more clearly"
	case policy.Material:
		return "Change"
	}
	return "Difference"
}

// heaviestFirst orders changes by falling weight, else as they were.
func heaviestFirst(list []DeclaredChange) []DeclaredChange {
	weights := []policy.Kind{policy.Material, policy.Clarification, policy.Editorial}
	return slices.SortedStableFunc(slices.Values(list), func(a, b DeclaredChange) int {
		return cmp.Compare(slices.Index(weights, a.Kind), slices.Index(weights, b.Kind))
	})
}

// A moment is an entry in the index: a version or a review.
type moment struct {
	version *VersionEntry
	review  *policy.Review
}

// moments are the versions in their order, the newest first, each review
// before the first version that was published no later. Drafts stay on top.
func (l *VersionList) moments() []moment {
	var all []moment
	left := make([]bool, len(l.Reviews))
	for i := range left {
		left[i] = true
	}
	until := func(t time.Time) {
		for {
			best := -1
			for i := range l.Reviews {
				if left[i] && !l.Reviews[i].Date.Before(t) && (best < 0 || l.Reviews[i].Date.After(l.Reviews[best].Date)) {
					best = i
				}
			}
			if best < 0 {
				return
			}
			left[best] = false
			all = append(all, moment{review: &l.Reviews[best]})
		}
	}
	for i := range l.Versions {
		v := &l.Versions[i]
		if v.State != Draft {
			until(v.Published)
		}
		all = append(all, moment{version: v})
	}
	until(time.Time{})
	return all
}
