package policies

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/policy"
)

func TestBetween(t *testing.T) {
	p := func(s *Set) *Policy { return s.Policy("privacy") }
	s := load(t, "")
	got := s.Between(p(s).Version(1), p(s).Version(3))
	if len(got.Changes) != 3 || got.Kind != policy.Material || !slices.Equal(got.Choices, []string{"marketing.postal"}) {
		t.Errorf("between 1 and 3: %+v", got)
	}
	if got := s.Between(p(s).Version(2), p(s).Version(2)); len(got.Changes) != 0 || got.Choices == nil || got.Kind != "" {
		t.Errorf("between 2 and 2: %+v", got)
	}
	if got := s.Between(p(s).Version(1), p(s).Version(2)); !slices.Equal(got.Changes[1].Sections, []string{"sharing"}) {
		t.Errorf("between 1 and 2: %+v", got)
	}
}

// TestBetweenRenumbered leaves out a listed section that has another number
// only.
func TestBetweenRenumbered(t *testing.T) {
	s := load(t, edit(t, "policies/privacy/2026-07-01.md", "sections: [surveys]", "sections: [surveys, sharing]", "## 3. Who", "## 4. Who"))
	p := s.Policy("privacy")
	if got := s.Between(p.Version(2), p.Version(3)); len(got.Changes) != 1 || !slices.Equal(got.Changes[0].Sections, []string{"surveys"}) {
		t.Errorf("between 2 and 3: %+v", got)
	}
}

// history is a policy with one version for each text of its one section.
func history(texts ...string) *Set {
	files := map[string][]byte{"policies/p/policy.yaml": []byte("title: P\nshort: P\ndescription: D\nsite: apex\n")}
	for i, text := range texts {
		files[fmt.Sprintf("policies/p/%d-01-01.md", 2001+i)] = fmt.Appendf(nil, "---\nversion: %d\npublished: %d-01-01\neffective: %d-01-01\nsummary: S.\nchanges:\n  - {kind: material, sections: [a], choices: [c%d], text: T.}\n---\n## A {#a}\n\n%s\n", i+1, 2000+i, 2001+i, i+1, text)
	}
	return newLoader().Load(files)
}

func TestBetweenReverted(t *testing.T) {
	for _, test := range []struct {
		name  string
		texts []string
		want  string
	}{
		{"step", []string{"We sell nothing.", "We sell your name."}, "c2"},
		{"reverted", []string{"We sell nothing.", "We sell your name.", "We sell nothing."}, ""},
		{"reverted but for a comma", []string{"Here we sell nothing.", "Here we sell your name.", "Here, we sell nothing."}, ""},
		{"changed twice", []string{"We sell nothing.", "We sell your name.", "We sell your house."}, "c2 c3"},
		{"typo after", []string{"We sell nothing.", "We sell your name and adress.", "We sell your name and address."}, "c2 c3"},
	} {
		s := history(test.texts...)
		p := s.Policies[0]
		if got := strings.Join(s.Between(p.Versions[0], p.Versions[len(p.Versions)-1]).Choices, " "); got != test.want {
			t.Errorf("%s: choices are %q, want %q", test.name, got, test.want)
		}
	}
}

// A sketch is what one version says: a text for each section that it has.
type sketch map[string]string

var sketched = []string{"first", "second", "third"}

func (s sketch) file(number int, before sketch, kind string) []byte {
	var w, body strings.Builder
	fmt.Fprintf(&w, "---\nversion: %d\npublished: %d-01-01\neffective: %d-01-01\nsummary: S.\nchanges:\n", number, 1999+number, 2000+number)
	for _, id := range sketched {
		if before != nil && s[id] != before[id] {
			fmt.Fprintf(&w, "  - {kind: %s, sections: [%s], choices: [c.%d.%s], text: T.}\n", kind, id, number, id)
		}
		if s[id] != "" {
			fmt.Fprintf(&body, "## %s {#%s}\n\n%s\n\n", strings.Repeat(id, 9), id, s[id])
		}
	}
	return []byte(w.String() + "---\n" + body.String())
}

// TestBetweenProperties draws histories in which texts come, go and return.
func TestBetweenProperties(t *testing.T) {
	texts := map[string][]string{}
	for _, id := range sketched {
		// Sections share no words, so that none is taken for another's new name.
		long := id + "ly"
		texts[id] = []string{"",
			fmt.Sprintf("%[1]sone %[1]stwo %[1]sthree for 3 %[1]syears.", long),
			fmt.Sprintf("%[1]sone %[1]stwo, %[1]sthree for 3 %[1]syears.", long),
			fmt.Sprintf("%[1]sone %[1]stwo %[1]sthree for 5 %[1]syears.", long),
			fmt.Sprintf("%[1]sfour %[1]sfive %[1]ssix [%[1]sseven](/x).", long),
			fmt.Sprintf("%[1]sfour %[1]sfive %[1]ssix [%[1]sseven](/y).", long),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		files := map[string][]byte{}
		var all []sketch
		for n := range rapid.IntRange(2, 6).Draw(t, "versions") {
			now := sketch{}
			for _, id := range sketched {
				now[id] = rapid.SampledFrom(texts[id]).Draw(t, id)
			}
			var before sketch
			if n > 0 {
				before = all[n-1]
			}
			files[fmt.Sprintf("policies/p/%d-01-01.md", 2001+n)] = now.file(n+1, before, rapid.SampledFrom([]string{"editorial", "clarification", "material"}).Draw(t, "kind"))
			all = append(all, now)
		}
		s := newLoader().Load(files)
		versions := s.Policies[0].Versions
		for i := range versions {
			for j := i; j < len(versions); j++ {
				checkTold(t, s.Between(versions[i], versions[j]), all[i:j+1])
			}
		}
	})
}

// checkTold checks what is told between the first and the last of sketches.
func checkTold(t *rapid.T, got Between, way []sketch) {
	first, last := way[0], way[len(way)-1]
	told := map[string]bool{}
	for _, change := range got.Changes {
		for _, id := range change.Sections {
			told[id] = true
			if first[id] == last[id] {
				t.Fatalf("section %s is the same at both ends, and is told: %+v", id, got)
			}
		}
		if len(change.Sections) == 0 || !slices.Contains(got.Choices, change.Choices[0]) {
			t.Fatalf("change %+v has no section, or its choice is not asked again: %v", change, got.Choices)
		}
	}
	if (got.Kind == "") != (len(got.Changes) == 0) || len(got.Choices) != len(got.Changes) {
		t.Fatalf("kind %q and choices %v of %d changes", got.Kind, got.Choices, len(got.Changes))
	}
	for _, id := range sketched {
		if len(way) == 2 && first[id] != last[id] && !told[id] {
			t.Fatalf("section %s differs in one step, and is not told: %+v", id, got)
		}
	}
}
