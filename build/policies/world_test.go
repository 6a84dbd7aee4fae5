package policies

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"indigex.com/indigex/build/markdown"
)

// world is what a small company declares: one policy with a version that was
// replaced, one in force and one announced, three choices, two forms.
//
//go:embed testdata/world.txtar
var world string

// worldTime is the time asked about where a test doesn't say another: version
// 2 of the world's policy is in force, version 3 announced.
var worldTime = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// worldFiles returns the files of the world, changed by more in the same form:
// one without a line is taken away. Unless the changes have a policies.sum,
// there is one for the files as they are then.
func worldFiles(t testing.TB, changes string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, text := range []string{world, changes} {
		for _, file := range txtar.Parse([]byte(text)).Files {
			files[file.Name] = file.Data
			if len(file.Data) == 0 {
				delete(files, file.Name)
			}
		}
	}
	if !strings.Contains(changes, "-- "+SumFile+" --") {
		files[SumFile] = []byte(worldSums(files))
	}
	return files
}

// worldSums returns a policies.sum that has every version that is no draft.
func worldSums(files map[string][]byte) string {
	var b strings.Builder
	for _, p := range newLoader().Load(files).Policies {
		for _, v := range p.Versions {
			if !v.Meta.Draft {
				fmt.Fprintf(&b, "%s %d %s %s\n", p.ID, v.Number(), v.Effective().Format(time.DateOnly), HashFile(v.Source))
			}
		}
	}
	return b.String()
}

func newLoader() *Loader { return NewLoader(markdown.New()) }

// load reads the world, changed by more files in the same form.
func load(t testing.TB, changes string) *Set {
	t.Helper()
	return newLoader().Load(worldFiles(t, changes))
}

// edit returns a file of the world with a part of it replaced, as changes for
// load; a further pair replaces in what the first one made.
func edit(t testing.TB, name string, pairs ...string) string {
	t.Helper()
	text := string(worldFiles(t, "")[name])
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s has no %q", name, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return "-- " + name + " --\n" + text
}

// around is what surrounds the world.
func around(now time.Time) Surroundings {
	is := func(all ...string) func(string) bool {
		return func(s string) bool { return slices.Contains(all, s) }
	}
	return Surroundings{
		Now: now, Site: is("apex", "shop"), Contact: is("privacy", "sales"),
		Serves: is("/", "/preferences", "/account", "/forms/preferences", "/forms/register"),
	}
}

// problems returns what is wrong with a set at a time, one problem a line.
func problems(t testing.TB, s *Set, now time.Time) string {
	t.Helper()
	var b strings.Builder
	for _, p := range s.Check(around(now)).Sorted() {
		fmt.Fprintf(&b, "%s:%d:%d %s %s: %s", p.Path, p.Line, p.Col, p.Severity, p.Rule, p.Message)
		if p.Hint != "" {
			fmt.Fprintf(&b, " (%s)", p.Hint)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestWorldClean(t *testing.T) {
	if got := problems(t, load(t, ""), worldTime); got != "" {
		t.Errorf("problems in the world:\n%s", got)
	}
}
