package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A stop is the element that has the focus, as a visitor sees it.
type stop struct {
	// Place counts the page's focusable elements from 0; -1 is none of them.
	Place      int
	Text, Href string
	// Skip, Main and Navigation say what the element is or where it is.
	Skip, Main, Navigation bool
	// Ring says that an outline is drawn, Visible that the element is inside
	// the window and nothing lies over it.
	Ring, Visible bool
}

const focused = `(() => {
	const e = document.activeElement, style = getComputedStyle(e), r = e.getBoundingClientRect();
	const line = e.getClientRects()[0] ?? r;
	const top = document.elementFromPoint(line.x + Math.min(line.width, innerWidth - line.x) / 2, line.y + line.height / 2);
	return {
		Place: [...document.querySelectorAll("a[href], button, summary, input:not(:disabled, [type=hidden]), [tabindex='0']")].indexOf(e),
		Text: e.innerText ?? "", Href: e.href ?? "", Skip: e.matches(".skip"), Main: !!e.closest("main"), Navigation: !!e.closest("nav[aria-label=Main]"),
		Ring: style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2,
		Visible: line.bottom > 0 && line.top < innerHeight && line.right > 0 && line.left < innerWidth && !!top && (e.contains(top) || top.contains(e)),
	};
})()`

// tabTo presses Tab until the focus is where it is wanted. Each stop on the
// way must show that it has the focus.
func (b *tab) tabTo(what string, there func(stop) bool) stop {
	b.t.Helper()
	for range 100 {
		b.do(chromedp.KeyEvent(kb.Tab))
		s := eval[stop](b, focused)
		if !s.Ring || !s.Visible {
			b.t.Errorf("%s: focus on %q: ring %v, visible %v", value(b, chromedp.Location()), s.Text, s.Ring, s.Visible)
		}
		if there(s) {
			return s
		}
	}
	b.t.Fatalf("%s: 100 times Tab don't lead to %s", value(b, chromedp.Location()), what)
	return stop{}
}

// TestSkipLink finds a link at the very start of each site's pages that skips
// what all of them share.
func TestSkipLink(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		for _, p := range w.examples(s) {
			if p.kind() == "404" {
				b.expect(p.address())
			}
			b.open(p.address())
			if first := b.tabTo("the first stop", func(stop) bool { return true }); !first.Skip {
				t.Errorf("%s: the first stop is %q", p.address(), first.Text)
			}
			b.do(chromedp.KeyEvent(kb.Enter))
			if id := eval[string](b, `document.activeElement.id`); id != "main-content" {
				t.Errorf("%s: the skip link leads to #%s", p.address(), id)
			}
		}
		b.tabTo("the main part", func(s stop) bool { return true })
		if !eval[stop](b, focused).Main {
			t.Errorf("%s: after the skip link, Tab leads elsewhere", s.Origin)
		}
	}
}

// TestKeyboardOnly reaches the main navigation and follows it without a
// mouse, on a wide and on a narrow window.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, width := range []int64{360, 1280} {
		b.resize(width)
		for _, s := range w.Sites {
			b.open(s.Origin + "/")
			b.tabTo("the main navigation", func(s stop) bool { return s.Navigation })
			want := eval[string](b, `document.activeElement.href`)
			if got, status := b.follow(chromedp.KeyEvent(kb.Enter)); got != want || status != 200 {
				t.Errorf("%s: Enter leads to %s with status %d, want %s", s.Origin, got, status, want)
			}
		}
	}
}

// TestFocusOrder walks through whole pages: every stop shows its focus, and
// they come in the order of the document.
func TestFocusOrder(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		b.open(s.Origin + "/")
		count := eval[int](b, `document.querySelectorAll("a[href], button").length`)
		place := -1
		b.tabTo(fmt.Sprintf("the last of %d links", count), func(s stop) bool {
			place++
			if s.Place != place {
				t.Errorf("%s: stop %d is element %d, %q", value(b, chromedp.Location()), place, s.Place, s.Text)
			}
			return place == count-1
		})
	}
}
