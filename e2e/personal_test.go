package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A personal page is one that the edge makes for its visitor, as a test opens
// it.
type personal struct {
	name, address string
	status        int64
}

// personal makes a browser that has something on each page: answers, a
// notice, and a choice to answer again. A day is shown on which a version that
// touches a choice has taken effect.
func (b *tab) personal(w *world, origin string) []personal {
	b.t.Helper()
	policy := w.policy(b.t, "privacy")
	newest := policy.Versions[len(policy.Versions)-1]
	b.visit(origin + preferences)
	b.mark("third-party.offers=granted", "marketing.email=granted", "use.questionnaires=refused")
	receipt := b.save()
	b.bar(`bar.querySelector("button[value='` + newest.Effective + `']").click()`)
	missing := origin + preferences + "/receipts/none"
	b.expect(missing)
	return []personal{
		{"preferences", origin + preferences, 200},
		{"receipt", receipt, 200},
		{"saved", receipt + "?saved", 200},
		{"history", origin + preferences + "/history", 200},
		{"notices", origin + notices, 200},
		{"banner", origin + "/", 200},
		{"failure", missing, 404},
	}
}

// TestPersonalPages runs axe-core on the pages that the edge makes, dark and
// light, narrow and wide, with large type, leaves pictures of them, and has
// the Nu HTML checker read them.
func TestPersonalPages(t *testing.T) {
	t.Parallel()
	script := axe(t)
	if err := os.MkdirAll("output", 0o755); err != nil {
		t.Fatal(err)
	}
	w := serve(t)
	pages := t.TempDir()
	for _, site := range []string{"apex", "shop"} {
		b := w.tab(t)
		call(b, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true})
		list := b.personal(w, w.site(t, site).Origin)
		if site == "apex" {
			list = append(list, b.membersPages(w)...)
		}
		for _, p := range list {
			if status := b.open(p.address); status != p.status {
				t.Errorf("%s: status %d", p.address, status)
			}
			// The preview's bar is not the page's.
			html := eval[string](b, `document.querySelectorAll("preview-bar, preview-panel, script[src*=preview]").forEach(e => e.remove()), "<!doctype html>" + document.documentElement.outerHTML`)
			if err := os.WriteFile(filepath.Join(pages, p.name+"-"+site+".html"), []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
			eval[bool](b, script+"; true")
			for _, width := range []int64{360, 1280} {
				b.resize(width)
				for _, scheme := range []string{"light", "dark"} {
					b.prefer(scheme, "")
					b.audit(fmt.Sprintf("%s, %s, %d px", p.address, scheme, width))
					name := fmt.Sprintf("personal-%s-%s-%04d-%s.png", p.name, site, width, scheme)
					if err := os.WriteFile(filepath.Join("output", name), value(b, chromedp.FullScreenshot(100)), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				for _, size := range []int64{100, 200} {
					b.enlarge(size)
					if got := eval[string](b, overflow); got != "" {
						t.Errorf("%s at %d px with type at %d %%: %s", p.address, width, size, got)
					}
				}
				b.enlarge(100)
			}
		}
	}
	for _, m := range nu(t, pages) {
		t.Errorf("%s:%d: %s: %s: %s", filepath.Base(m.URL), m.LastLine, m.Type, m.Message, m.Extract)
	}
}
