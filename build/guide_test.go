package build_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"indigex.com/indigex/build"
)

// TestGuideCompany builds the company that the editors' guide makes from
// nothing.
func TestGuideCompany(t *testing.T) {
	guide, err := os.ReadFile("../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	f := folder{t, filepath.Join(t.TempDir(), "harbor")}
	blocks := regexp.MustCompile("(?s)\n`harbor/([^`]+)`\n\n```[a-z]+\n(.*?)```\n").FindAllSubmatch(guide, -1)
	for _, block := range blocks {
		f.write(string(block[1]), string(block[2]))
	}
	if len(blocks) != 4 {
		t.Errorf("the guide shows %d files", len(blocks))
	}
	if got := check(t, f); got != "" {
		t.Errorf("problems:\n%s", got)
	}
	if r := run(t, build.Config{Content: f.dir, Out: t.TempDir()}); r.Sites != 1 || r.Pages != 2 {
		t.Errorf("result %+v", r)
	}
}
