package build_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/build/policies"
)

// newDeclaredWorld is the world with what its company declares: a policy with
// a version that was replaced, one in force and one that takes effect on 1
// July 2026, choices and forms. All versions are published.
func newDeclaredWorld(t testing.TB, changes string) folder {
	t.Helper()
	declared, err := os.ReadFile("policies/testdata/world.txtar")
	if err != nil {
		t.Fatal(err)
	}
	f := newWorld(t, string(declared)+changes)
	f.replace("provider.yaml", "contacts:\n", "contacts:\n  - {id: privacy, label: Privacy, email: privacy@example.com}\n")
	f.publishAll()
	return f
}

// publishAll writes policies.sum for the versions that are no drafts.
func (f folder) publishAll() {
	f.t.Helper()
	names, err := filepath.Glob(filepath.Join(f.dir, "policies/*/*.md"))
	if err != nil {
		f.t.Fatal(err)
	}
	slices.Sort(names)
	var sums strings.Builder
	number := 0
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.t.Fatal(err)
		}
		number++
		if !strings.Contains(string(data), "\ndraft: true\n") {
			fmt.Fprintf(&sums, "%s %d %s %s\n", filepath.Base(filepath.Dir(name)), number, strings.TrimSuffix(filepath.Base(name), ".md"), policies.HashFile(data))
		}
	}
	f.write(policies.SumFile, sums.String())
}
