package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// summary is what the preview's bar says of how the page is seen.
const summary = `document.querySelector("preview-bar").shadowRoot.querySelector("summary span").textContent`

// TestPreviewBar sees one page as several visitors do: each reads the notice
// that is theirs, and the bar says whose it is.
func TestPreviewBar(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	newest := policy.Versions[len(policy.Versions)-1]
	b := w.tab(t)
	b.visit(w.site(t, "shop").Origin + "/")
	for _, step := range []struct{ script, says, banner string }{
		{`bar.getElementById("seen.privacy").value = "1"; bar.querySelector("button[value=visitor]").click()`, "Privacy 1", "Privacy"},
		{`bar.querySelector("button[value='` + newest.Effective + `']").click()`, "on " + long(newest.Effective), "Since " + long(newest.Effective)},
		{`bar.querySelector("button[value=newcomer]").click()`, "newcomer", ""},
		{`bar.querySelector("button[value=now]").click()`, "today", ""},
		{`bar.querySelector("input[name=gpc]").click(); bar.querySelector("button[value=show]").click()`, "Global Privacy Control", ""},
	} {
		b.bar(step.script)
		if got := eval[string](b, summary); !strings.Contains(got, step.says) {
			t.Errorf("%s: the bar says %q", step.script, got)
		}
		if got := b.banner(); step.banner != "" && !strings.Contains(got, step.banner) {
			t.Errorf("%s: the page tells %q", step.script, got)
		}
	}
	b.visit(w.site(t, "telecom").Origin + preferences)
	b.shows("it sends Global Privacy Control")
}

// TestPreviewBarAccessibility opens the bar for axe-core, with keys, and
// leaves pictures of it.
func TestPreviewBarAccessibility(t *testing.T) {
	t.Parallel()
	script := axe(t)
	if err := os.MkdirAll("output", 0o755); err != nil {
		t.Fatal(err)
	}
	w := serve(t)
	b := w.tab(t)
	b.visit(w.site(t, "shop").Origin + "/")
	eval[bool](b, script+"; true")
	eval[bool](b, `document.querySelector("preview-bar").shadowRoot.querySelector("summary").focus(), true`)
	b.do(chromedp.KeyEvent("\r"))
	if !eval[bool](b, `document.querySelector("preview-bar").shadowRoot.querySelector("details").open`) {
		t.Fatal("Enter doesn't open the bar")
	}
	for _, width := range []int64{360, 1280} {
		b.resize(width)
		for _, scheme := range []string{"light", "dark"} {
			b.prefer(scheme, "")
			for _, v := range eval[[]violation](b, strings.Replace(audit, "axe.run(document,", `axe.run(document.querySelector("preview-bar"),`, 1)) {
				t.Errorf("%s, %d px: %s: %s: %v", scheme, width, v.ID, v.Help, v.Nodes)
			}
			name := "bar-" + scheme + map[int64]string{360: "-0360", 1280: "-1280"}[width] + ".png"
			if err := os.WriteFile(filepath.Join("output", name), value(b, chromedp.CaptureScreenshot()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
