package build_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/policies"
)

// publishPrivacy publishes the world's policy at its time.
func publishPrivacy(f folder) (build.Publication, error) {
	return build.PublishPolicy(context.Background(), build.Config{Content: f.dir, Now: worldTime}, "privacy")
}

// TestPublishSigns adds to lines of policies.sum what their versions rest on,
// where these are not superseded, and leaves the rest of each line as it is.
func TestPublishSigns(t *testing.T) {
	f := newDeclaredWorld(t, "")
	before := strings.Split(f.read(policies.SumFile), "\n")
	p, err := publishPrivacy(f)
	if err != nil || len(p.Versions) > 0 || len(p.Signed) != 2 {
		t.Fatalf("published %d versions, signed %v: %v\n%s", len(p.Versions), p.Signed, err, linesOf(p))
	}
	after := strings.Split(f.read(policies.SumFile), "\n")
	if after[0] != before[0] || !strings.HasPrefix(after[1], before[1]+" d1:") || !strings.HasPrefix(after[2], before[2]+" d1:") {
		t.Errorf("the lines became\n%s", strings.Join(after, "\n"))
	}
	if got := check(t, f); got != "" {
		t.Errorf("problems once it is signed:\n%s", got)
	}
	if p, err := publishPrivacy(f); err != nil || len(p.Signed) > 0 {
		t.Errorf("signed again: %v, %v", p.Signed, err)
	}
}

const restsOnOther = "policies/privacy/2026-01-01.md:1:1 error policy-sums: what version 2 of policy privacy rests on has changed"

// TestSilentChange keeps a time of retention that grew without a new version
// from being checked, built and published.
func TestSilentChange(t *testing.T) {
	f := newDeclaredWorld(t, "")
	if _, err := publishPrivacy(f); err != nil {
		t.Fatal(err)
	}
	sums := f.read(policies.SumFile)
	f.replace("purposes.yaml", "keep: P3Y", "keep: P5Y")
	if got := check(t, f); !strings.Contains(got, restsOnOther) || strings.Count(got, "error") != 2 {
		t.Errorf("check finds\n%s", got)
	}
	if _, err := build.Run(context.Background(), build.Config{Content: f.dir, Out: t.TempDir(), Now: worldTime}); !errors.Is(err, build.ErrContent) {
		t.Errorf("building: %v", err)
	}
	if p, err := publishPrivacy(f); !errors.Is(err, build.ErrContent) || f.read(policies.SumFile) != sums {
		t.Errorf("publishing signs it: %v\n%s", err, linesOf(p))
	}
}

// TestToldChange lets a new version tell people of such a change, unless it
// calls all of it editorial.
func TestToldChange(t *testing.T) {
	for kind, told := range map[string]bool{"material": true, "editorial": false} {
		f := newDeclaredWorld(t, "")
		if p, err := publishPrivacy(f); err != nil {
			t.Fatalf("%v\n%s", err, linesOf(p))
		}
		f.replace("purposes.yaml", "keep: P3Y", "keep: P5Y")
		f.write("policies/privacy/2026-08-01.md", strings.NewReplacer(
			"version: 3\npublished: 2026-05-15\n", "version: 4\ndraft: true\n", "effective: 2026-07-01", "effective: 2026-08-01",
			"kind: material", "kind: "+kind, "    purposes: [surveys]\n    text", "    text", "without your name.", "without your name!",
		).Replace(f.read("policies/privacy/2026-07-01.md")))
		preview, err := build.Run(context.Background(), build.Config{Content: f.dir, Out: t.TempDir(), Now: worldTime, Drafts: true})
		if err != nil || !strings.Contains(lines(preview.Problems), "rests on has changed") {
			t.Errorf("%s: the preview: %v\n%s", kind, err, lines(preview.Problems))
		}
		sums := f.read(policies.SumFile)
		p, err := publishPrivacy(f)
		if (err == nil) != told {
			t.Errorf("%s: publishing: %v\n%s", kind, err, linesOf(p))
		}
		if told && (len(p.Signed) != 3 || check(t, f) != "") || !told && f.read(policies.SumFile) != sums {
			t.Errorf("%s: signed %v; then\n%s", kind, p.Signed, check(t, f))
		}
	}
}
