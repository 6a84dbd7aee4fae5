package e2e

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// colours are what the browser computes for the page, its text and its links.
type colours struct{ Background, Text, Accent string }

const computedColours = `(() => {
	const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
	return { Background: of("body", "backgroundColor"), Text: of("body", "color"), Accent: of(".masthead", "borderTopColor") };
})()`

// TestColours wants each site in the editor's colours, dark or light as the
// visitor's system is, and black on white on paper.
func TestColours(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, s := range w.Sites {
		for scheme, want := range map[string]palette{"light": s.Brand.Light, "dark": s.Brand.Dark} {
			b.prefer(scheme, "")
			b.open(s.Origin + "/")
			got := eval[colours](b, computedColours)
			if got != (colours{rgb(want.Background), rgb(want.Text), rgb(want.Accent)}) {
				t.Errorf("%s, %s: colours %v, site.yaml has %v", s.Origin, scheme, got, want)
			}
			b.prefer(scheme, "print")
			if got := eval[colours](b, computedColours); got.Background != "rgb(255, 255, 255)" || got.Text != "rgb(0, 0, 0)" {
				t.Errorf("%s, %s, printed: colours %v", s.Origin, scheme, got)
			}
		}
	}
}

const overflow = `(() => {
	const page = document.scrollingElement, over = page.scrollWidth - page.clientWidth;
	if (over <= 0) return "";
	const scrolls = e => e && e != document.body && (getComputedStyle(e).overflowX != "visible" || scrolls(e.parentElement));
	const wide = [...document.querySelectorAll("body *")]
		.filter(e => e.getBoundingClientRect().right > page.clientWidth + 1 && !scrolls(e.parentElement));
	return over + " px too wide: " + wide.slice(0, 5).map(e => e.localName + (e.className && "." + e.className)).join(", ");
})()`

// TestNoSideways opens pages with everything that the sites hold in windows
// of several widths, with usual and with large type: the page itself never
// scrolls sideways (WCAG 2.2, 1.4.4 and 1.4.10).
func TestNoSideways(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	widths := map[int64][]int64{100: {320, 360, 768, 1440}, 200: {360, 768, 1440}}
	for _, s := range w.Sites {
		for _, p := range w.examples(s) {
			if p.kind() == "404" {
				b.expect(p.address())
			}
			b.open(p.address())
			for size, widths := range widths {
				b.enlarge(size)
				if got := eval[float64](b, `parseFloat(getComputedStyle(document.documentElement).fontSize)`); got != float64(16*size/100) {
					t.Fatalf("type at %d %% is %v px", size, got)
				}
				for _, width := range widths {
					b.resize(width)
					if got := eval[string](b, overflow); got != "" {
						t.Errorf("%s at %d px with type at %d %%: %s", p.address(), width, size, got)
					}
				}
			}
		}
	}
}

// TestWithoutScripts goes through the sites with scripts switched off.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	b.scripts(false)
	for i, s := range w.Sites {
		b.open(s.Origin + "/")
		if title := value(b, chromedp.Text(chromedp.CSS("h1"))); strings.TrimSpace(title) == "" {
			t.Errorf("%s has no title", s.Origin)
		}
		if height := value(b, chromedp.Dimensions(chromedp.CSS("main"))).Height; height < 500 {
			t.Errorf("%s: the main part is %d px high", s.Origin, height)
		}
		b.arrives("nav[aria-label=Main] li:first-child a", s.Origin+addressOf(s.Navigation[0].Page))
		next := w.Sites[(i+1)%len(w.Sites)].Origin + "/"
		b.arrives(fmt.Sprintf(".family a[href=%q]", next), next)
	}
}

// TestPrint prints a page of each kind of each site.
func TestPrint(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	sheet := regexp.MustCompile(`/Type\s*/Page\b`)
	for _, p := range w.kinds() {
		if p.kind() == "404" {
			b.expect(p.address())
		}
		b.open(p.address())
		pdf := value(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
		if n := len(sheet.FindAll(pdf, -1)); !bytes.HasPrefix(pdf, []byte("%PDF-")) || n < 1 || n > 20 {
			t.Errorf("%s: %d bytes, %d sheets", p.address(), len(pdf), n)
		}
	}
}
