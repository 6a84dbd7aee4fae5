package problem_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/build/problem"
)

func TestSeverity(t *testing.T) {
	for severity, want := range map[problem.Severity]string{
		problem.Error: "error", problem.Warning: "warning", problem.Notice: "notice", 99: "notice",
	} {
		if got := severity.String(); got != want {
			t.Errorf("severity %d is %q, want %q", severity, got, want)
		}
	}
}

func TestPlace(t *testing.T) {
	for want, p := range map[string]problem.Problem{
		"a.md":     {Path: "a.md", Col: 4},
		"a.md:2:1": {Path: "a.md", Line: 2},
		"a.md:2:3": {Path: "a.md", Line: 2, Col: 3},
	} {
		if got := p.Place(); got != want {
			t.Errorf("place of %+v is %q, want %q", p, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	list := problem.List{{Severity: problem.Warning}, {}, {Severity: problem.Notice}, {Severity: problem.Warning}}
	for severity, want := range map[problem.Severity]int{problem.Error: 1, problem.Warning: 2, problem.Notice: 1} {
		if got := list.Count(severity); got != want {
			t.Errorf("%d problems are of severity %s, want %d", got, severity, want)
		}
	}
}

// ordered is a list in its order, in which each problem differs from the one
// before in one field.
func ordered() problem.List {
	return problem.List{
		{Path: "a.md"},
		{Path: "a.md", Line: 2},
		{Path: "a.md", Line: 2, Col: 3},
		{Path: "a.md", Line: 2, Col: 3, Rule: "alias"},
		{Path: "a.md", Line: 2, Col: 3, Rule: "alias", Message: "one"},
		{Path: "a.md", Line: 2, Col: 3, Rule: "alias", Message: "one", Severity: problem.Notice},
		{Path: "a.md", Line: 2, Col: 3, Rule: "alias", Message: "one", Severity: problem.Notice, Source: "s"},
		{Path: "a.md", Line: 2, Col: 3, Rule: "alias", Message: "one", Severity: problem.Notice, Source: "s", Hint: "h"},
		{Path: "a.md", Line: 10},
		{Path: "b.md"},
	}
}

// TestSorted draws each problem once or more, in any order: what comes out
// is always the same.
func TestSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var drawn problem.List
		for _, p := range ordered() {
			for range rapid.IntRange(1, 3).Draw(t, "times") {
				drawn = append(drawn, p)
			}
		}
		drawn = rapid.Permutation(drawn).Draw(t, "order")
		if got := drawn.Sorted(); !slices.Equal(got, ordered()) {
			t.Fatalf("sorted:\n%+v\nwant:\n%+v", got, ordered())
		}
	})
}

func TestSort(t *testing.T) {
	list := append(ordered(), ordered()...)
	list.Sort()
	for i, p := range list {
		if p != ordered()[i/2] {
			t.Errorf("place %d is %+v, want %+v", i, p, ordered()[i/2])
		}
	}
}
