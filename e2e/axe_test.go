package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A violation is a rule of axe-core that a page breaks, with the elements
// that break it.
type violation struct {
	ID, Help string
	Nodes    []struct {
		Target         []any
		FailureSummary string
	}
}

const audit = `axe.run(document, {
	runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
	resultTypes: ["violations"],
	preload: false, // would make style elements, which the sites' policy forbids
}).then(result => result.violations)`

// axe returns the text of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(module(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// audit reports what axe-core, which the page must hold, finds wrong with the
// page as it is shown to visitors: without the preview's bar, which lies over
// its end.
func (b *tab) audit(as string) {
	b.t.Helper()
	eval[bool](b, `document.querySelector("preview-bar")?.remove(), true`)
	for _, v := range eval[[]violation](b, audit) {
		for i, n := range v.Nodes {
			if i == 3 {
				b.t.Errorf("%s: %s: and %d more", as, v.ID, len(v.Nodes)-i)
				break
			}
			b.t.Errorf("%s: %s: %s: %v: %s", as, v.ID, v.Help, n.Target, strings.ReplaceAll(n.FailureSummary, "\n", " "))
		}
	}
}

// TestAccessibility runs axe-core on pages that together hold everything that
// a site shows, dark and light, narrow and wide.
func TestAccessibility(t *testing.T) {
	t.Parallel()
	script := axe(t)
	w := serve(t)
	for _, s := range w.Sites {
		t.Run(s.ID, func(t *testing.T) {
			b := w.tab(t)
			for _, p := range w.examples(s) {
				if p.kind() == "404" {
					b.expect(p.address())
				}
				b.open(p.address())
				eval[bool](b, script+"; true")
				for _, scheme := range []string{"light", "dark"} {
					b.prefer(scheme, "")
					for _, width := range []int64{360, 1280} {
						b.resize(width)
						b.audit(fmt.Sprintf("%s, %s, %d px", p.address(), scheme, width))
					}
				}
			}
		})
	}
}

// TestUnfolded runs axe-core on comparisons of which nothing is folded, and
// looks whether they keep within the window, with large type too.
func TestUnfolded(t *testing.T) {
	t.Parallel()
	script := axe(t)
	w := serve(t)
	b := w.tab(t)
	for _, pair := range pairs {
		address := w.policy(t, "privacy").Address + "changes/" + pair + "/"
		b.open(address)
		eval[any](b, openAll)
		eval[bool](b, script+"; true")
		for _, width := range []int64{360, 1280} {
			b.resize(width)
			for _, scheme := range []string{"light", "dark"} {
				b.prefer(scheme, "")
				b.audit(fmt.Sprintf("%s, %s, %d px", address, scheme, width))
			}
			for _, size := range []int64{100, 200} {
				b.enlarge(size)
				if got := eval[string](b, overflow); got != "" {
					t.Errorf("%s at %d px with type at %d %%: %s", address, width, size, got)
				}
			}
			b.enlarge(100)
		}
	}
}

// TestAudit lets axe-core read a bad page: silence about the good ones is worth
// something only if it speaks here.
func TestAudit(t *testing.T) {
	t.Parallel()
	script := axe(t)
	b := newTab(t)
	b.open(`data:text/html,<title>Bad</title><body style="color:%23999"><h1>Bad</h1><h4>Worse</h4><img src="data:,"><p>Pale</p><a href="%23"></a>`)
	eval[bool](b, script+"; true")
	found := map[string]bool{}
	for _, v := range eval[[]violation](b, audit) {
		found[v.ID] = true
	}
	for _, rule := range []string{"color-contrast", "image-alt", "html-has-lang", "heading-order", "link-name", "landmark-one-main"} {
		if !found[rule] {
			t.Errorf("axe-core found %v, not %s", found, rule)
		}
	}
}

// TestPanelAccessibility runs axe-core on the preview's list of mistakes, and
// on the page that stands there before the first good build.
func TestPanelAccessibility(t *testing.T) {
	t.Parallel()
	script := axe(t)
	w := serve(t)
	b := w.tab(t)
	b.open(w.site(t, "apex").Origin + "/")
	w.write("content/sites/apex/journey.md", strings.Replace(draft, "title:", "titel:", 1))
	eventually(t, "the panel", func() (bool, any) {
		text, _ := attempt[string](b, panel)
		return strings.Contains(text, "journey.md:2:1"), text
	})
	_, before := unready(t)
	for name, b := range map[string]*tab{"the panel": b, "the page before the first build": before} {
		eval[bool](b, script+"; true")
		for _, scheme := range []string{"light", "dark"} {
			b.prefer(scheme, "")
			b.audit(name + ", " + scheme)
		}
	}
}
