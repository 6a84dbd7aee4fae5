package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/build"
)

// aDraft makes the announced version of the world a draft again.
func aDraft(t *testing.T) folder {
	t.Helper()
	f := newDeclaredWorld(t, "")
	f.replace("policies/privacy/2026-07-01.md", "version: 3\npublished: 2026-05-15\n", "version: 3\ndraft: true\n")
	f.publishAll()
	return f
}

func TestPublishOneAtATime(t *testing.T) {
	f := aDraft(t)
	cfg := build.Config{Content: f.dir, Now: worldTime}
	f.write("policies/.publishing", "")
	_, err := build.PublishPolicy(context.Background(), cfg, "privacy")
	var usage *build.UsageError
	if !errors.As(err, &usage) || !strings.Contains(usage.Message, "somebody else is publishing") {
		t.Fatalf("a second publication: %v", err)
	}
	f.remove("policies/.publishing")
	if _, err = build.PublishPolicy(context.Background(), cfg, "privacy"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "policies/.publishing")); !os.IsNotExist(err) {
		t.Errorf("publishing leaves its lock: %v", err)
	}
	if sums := f.read("policies/policies.sum"); strings.Count(sums, "\n") != 3 {
		t.Errorf("policies.sum:\n%s", sums)
	}
}

// TestPublishNoHistory refuses to sign anew what was published, and to date
// back.
func TestPublishNoHistory(t *testing.T) {
	f := newDeclaredWorld(t, "")
	lines := strings.SplitAfter(f.read("policies/policies.sum"), "\n")
	f.write("policies/policies.sum", lines[0]+lines[2])
	f.replace("policies/privacy/2026-01-01.md", "You can now agree", "You may now agree")
	pub, err := build.PublishPolicy(context.Background(), build.Config{Content: f.dir, Now: worldTime}, "privacy")
	if !errors.Is(err, build.ErrContent) || !strings.Contains(linesOf(pub), "version 2 has no line in policies/policies.sum") {
		t.Errorf("a version whose line is gone: %v\n%s", err, linesOf(pub))
	}
	f = aDraft(t)
	f.replace("policies/privacy/2026-07-01.md", "draft: true\n", "draft: true\npublished: 2026-05-15\n")
	pub, err = build.PublishPolicy(context.Background(), build.Config{Content: f.dir, Now: worldTime}, "privacy")
	if !errors.Is(err, build.ErrContent) || !strings.Contains(linesOf(pub), "published is 2026-05-15, a day that has passed") {
		t.Errorf("a day that has passed: %v\n%s", err, linesOf(pub))
	}
}

func linesOf(pub build.Publication) string { return lines(pub.Problems) }

// TestPublishedBuilds publishes a version whose alias means a heading within
// a section, and builds it.
func TestPublishedBuilds(t *testing.T) {
	f := aDraft(t)
	f.replace("policies/privacy/2026-07-01.md", "{#memory}", "{#record}")
	f.replace("policies/privacy/2026-07-01.md", "aliases: {shared: sharing}", "aliases: {shared: sharing, memory: record}")
	pub, err := build.PublishPolicy(context.Background(), build.Config{Content: f.dir, Now: worldTime}, "privacy")
	if err != nil {
		t.Fatalf("%v\n%s", err, linesOf(pub))
	}
	out, _ := buildAt(t, f, worldTime, nil)
	if page := out["example.com/privacy/v/3/index.html"]; !strings.Contains(page, `id="memory"`) {
		t.Error("the old id leads nowhere")
	}
}
