package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/policies"
)

// policyFiles add a policy to the world: one version and a draft that is ready.
const policyFiles = `
-- policies/terms/policy.yaml --
title: Terms of sale
short: Terms
description: What holds when you buy a lamp from us, and what you can do if it breaks.
site: apex
contact: sales
-- policies/terms/2024-03-01.md --
---
version: 1
published: 2024-02-01
effective: 2024-03-01
summary: The first version of our terms.
---
## 1. Buying {#buying}

You pay when the lamp is on its way.
-- policies/terms/2027-03-01.md --
---
version: 2
# Only you see a draft. To publish it: indigex policy publish terms
draft: true
effective: 2027-03-01
summary: You now pay once you have the lamp.
changes:
  - kind: material
    sections: [buying]
    text: You pay later than before.
---
## 1. Buying {#buying}

You pay when you have the lamp.
`

var publishTime = time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)

func (f folder) publish(id string) (build.Publication, error) {
	return build.PublishPolicy(context.Background(), build.Config{Content: f.dir, Now: publishTime}, id)
}

func (f folder) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

func TestPublishPolicy(t *testing.T) {
	w := newWorld(t, policyFiles)
	before := w.read("policies/terms/2024-03-01.md")
	p, err := w.publish("terms")
	if err != nil {
		t.Fatalf("%v\n%s", err, lines(p.Problems))
	}
	if len(p.Versions) != 2 || len(p.Files) != 1 || p.Files[0] != "policies/terms/2027-03-01.md" {
		t.Errorf("published %d versions, wrote %v", len(p.Versions), p.Files)
	}
	if w.read("policies/terms/2024-03-01.md") != before {
		t.Error("a version that was no draft changed")
	}
	draft := w.read("policies/terms/2027-03-01.md")
	if !strings.HasPrefix(draft, "---\nversion: 2\npublished: 2026-11-23\neffective: 2027-03-01\nsummary: You now") {
		t.Errorf("the draft became\n%s", draft)
	}
	want := "terms 1 2024-03-01 " + policies.HashFile([]byte(before)) + "\nterms 2 2027-03-01 " + policies.HashFile([]byte(draft)) + "\n"
	if got := w.read(policies.SumFile); got != want {
		t.Errorf("policies.sum:\n%swant:\n%s", got, want)
	}
	if files, _ := os.ReadDir(filepath.Join(w.dir, "policies", "terms")); len(files) != 3 {
		t.Errorf("%d files in the folder, want 3", len(files))
	}
	if p, err := w.publish("terms"); err != nil || len(p.Versions) > 0 {
		t.Errorf("publishing again: %d versions, error %v", len(p.Versions), err)
	}
}

// TestPublishPolicyRefuses plants an error; nothing is written then.
func TestPublishPolicyRefuses(t *testing.T) {
	for _, test := range []struct{ name, file, old, new, want string }{
		{"the draft", "policies/terms/2027-03-01.md", "summary: You now pay once you have the lamp.", `summary: ""`, "policies/terms/2027-03-01.md:6:10"},
		{"a line further down", "policies/terms/2027-03-01.md", "You pay when you", "## More\n\nYou pay when you", "policies/terms/2027-03-01.md:14:1"},
		{"the policy", "policies/terms/policy.yaml", "site: apex", "site: apx", "policies/terms/policy.yaml:4:7"},
		{"what is declared", "choices.yaml", "", "choices: [{id: 7}]\n", "choices.yaml:1:"},
		{"policies.sum", policies.SumFile, "", "=======\n", "policies/policies.sum:1:1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, policyFiles)
			if test.old == "" {
				w.write(test.file, test.new)
			} else {
				w.replace(test.file, test.old, test.new)
			}
			before := output(t, w.dir)
			p, err := w.publish("terms")
			if !errors.Is(err, build.ErrContent) || !strings.Contains(lines(p.Problems), test.want) {
				t.Errorf("error %v, want problems at %s:\n%s", err, test.want, lines(p.Problems))
			}
			sameOutput(t, output(t, w.dir), before)
		})
	}
}

// TestPublishPolicyLink holds that publishing does not put a file in the place
// of a link, be it to a file of the content.
func TestPublishPolicyLink(t *testing.T) {
	w := newWorld(t, policyFiles)
	link := filepath.Join(w.dir, "policies", "terms", "2027-03-01.md")
	w.write("policies/terms/text", w.read("policies/terms/2027-03-01.md"))
	w.remove("policies/terms/2027-03-01.md")
	if err := os.Symlink("text", link); err != nil {
		t.Fatal(err)
	}
	before := output(t, w.dir)
	var usage *build.UsageError
	if _, err := w.publish("terms"); !errors.As(err, &usage) || !strings.Contains(usage.Message, "symbolic link") {
		t.Errorf("error %v", err)
	}
	sameOutput(t, output(t, w.dir), before)
	if target, err := os.Readlink(link); target != "text" {
		t.Errorf("the link leads to %q: %v", target, err)
	}
}

// TestPublishPolicyElsewhere holds that mistakes elsewhere don't stop a
// publication.
func TestPublishPolicyElsewhere(t *testing.T) {
	w := newWorld(t, policyFiles)
	w.replace("sites/apex/index.md", "title: Welcome", "titel: Welcome")
	w.write("policies/other/2024-01-01.md", "---\nversion: 1\n---\n")
	if p, err := w.publish("terms"); err != nil {
		t.Errorf("%v\n%s", err, lines(p.Problems))
	}
}

func TestDraftPolicy(t *testing.T) {
	w := newWorld(t, policyFiles)
	w.remove("policies/terms/2027-03-01.md")
	cfg := build.Config{Content: w.dir, Now: publishTime}
	v, err := build.DraftPolicy(context.Background(), cfg, "terms", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if v.File != "policies/terms/2026-12-23.md" || w.read(v.File) != string(v.Source) {
		t.Errorf("draft in %s:\n%s", v.File, v.Source)
	}
	var usage *build.UsageError
	if _, err := build.DraftPolicy(context.Background(), cfg, "terms", time.Time{}); !errors.As(err, &usage) || usage.Hint == "" {
		t.Errorf("a second draft: error %v", err)
	}
	if _, err := build.DraftPolicy(context.Background(), cfg, "trems", time.Time{}); !errors.As(err, &usage) || usage.Hint != `did you mean "terms"?` {
		t.Errorf("an unknown policy: error %v", err)
	}
}

// TestOpenPoliciesFindsNoHiddenFiles holds that the rules of the content hold
// for policies too.
func TestOpenPoliciesFindsNoHiddenFiles(t *testing.T) {
	w := newWorld(t, policyFiles)
	w.write("policies/terms/.2028-01-01.md", "hidden")
	w.write("policies/terms/2028-01-01.md", strings.Repeat("word ", 1<<18))
	set, problems, err := build.OpenPolicies(context.Background(), build.Config{Content: w.dir})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Policy("terms").Versions); n != 2 {
		t.Errorf("%d versions, want 2", n)
	}
	if len(problems) != 1 || problems[0].Path != "policies/terms/2028-01-01.md" || problems[0].Rule != "too-large" {
		t.Errorf("problems %v", problems)
	}
}
