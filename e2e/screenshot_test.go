package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestScreenshots leaves pictures for people to look at: the home page of
// each site and one page of every other kind, in three widths, light and
// dark.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	if err := os.MkdirAll("output", 0o755); err != nil {
		t.Fatal(err)
	}
	w := serve(t)
	b := w.tab(t)
	call(b, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true})
	for _, p := range w.exhibits() {
		if p.kind() == "404" {
			b.expect(p.address())
		}
		b.open(p.address())
		for _, scheme := range []string{"light", "dark"} {
			b.prefer(scheme, "")
			for _, width := range []int64{360, 768, 1440} {
				b.resize(width)
				eval[bool](b, `Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode() })).then(() => true)`)
				picture := value(b, chromedp.FullScreenshot(100))
				name := fmt.Sprintf("%s-%s-%04d-%s.png", p.kind(), p.site.ID, width, scheme)
				if err := os.WriteFile(filepath.Join("output", name), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// exhibits are the home pages, and of every other kind the page that shows
// most.
func (o *output) exhibits() []*document {
	var homes []*document
	richest := map[string]*document{}
	for _, p := range o.written() {
		if p.kind() == "home" {
			homes = append(homes, p)
		} else if best := richest[p.kind()]; best == nil || len(p.traits()) > len(best.traits()) {
			richest[p.kind()] = p
		}
	}
	return slices.AppendSeq(homes, maps.Values(richest))
}
