package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A draft is a page that a test adds to the apex site, long enough to scroll.
// It bears a date, so that lists which want one can hold it.
const draft = `---
title: A page of this journey
description: A page that is written while the preview runs, to see what becomes of it.
date: 2026-11-20
---
`

// paragraphs is text to scroll past.
func paragraphs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\nParagraph %d stands here to be scrolled past, and says nothing else, at some length.\n", i)
	}
	return b.String()
}

// newPage writes a page of the apex site and waits until it is served.
func (w *world) newPage(name, text string) (file, address string) {
	w.t.Helper()
	apex := w.site(w.t, "apex")
	file = "content/sites/apex/" + name
	w.write(file, text)
	address = apex.Origin + addressOf(name)
	w.answers(address, 200)
	return file, address
}

// answers waits until an address has a status.
func (w *world) answers(address string, want int) {
	w.t.Helper()
	eventually(w.t, fmt.Sprintf("status %d at %s", want, address), func() (bool, any) {
		status, _, _ := w.get(address)
		return status == want, status
	})
}

// shows waits until the open page shows some words.
func (b *tab) shows(words string) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("%q in the page", words), func() (bool, any) {
		text, _ := attempt[string](b, `document.querySelector("main").innerText`)
		return strings.Contains(text, words), text
	})
}

// notFound is the title of a site's page for what isn't there.
func (w *world) notFound(s *site) string {
	for _, p := range w.pages {
		if p.site == s && p.kind() == "404" {
			for h1 := range p.elements("h1") {
				return text(h1)
			}
		}
	}
	w.t.Fatalf("%s has no 404.html", s.ID)
	return ""
}

// TestSave saves a page that is open: it shows the new words where the reader
// was, and pages that have nothing to do with it stay.
func TestSave(t *testing.T) {
	t.Parallel()
	w := serve(t)
	file, address := w.newPage("journey.md", draft+paragraphs(80)+"\nOld words.\n")
	b, other := w.tab(t), w.tab(t)
	b.open(address)
	other.open(w.site(t, "shop").Origin + "/")
	eval[bool](other, `window.untouched = true`)
	for i, text := range []string{"New words.", "Newer words."} {
		eval[bool](b, `window.untouched = true`)
		y := float64(1200 + 700*i)
		eval[float64](b, fmt.Sprintf(`scrollTo(0, %v), scrollY`, y))
		w.write(file, draft+paragraphs(80)+"\n"+text+"\n")
		b.shows(text)
		if untouched := eval[bool](b, `!!window.untouched`); untouched {
			t.Error("the page was not loaded again")
		}
		eventually(t, fmt.Sprintf("the page at %v px", y), func() (bool, any) {
			now := eval[float64](b, `scrollY`)
			return math.Abs(now-y) <= 3, now
		})
	}
	if !eval[bool](other, `!!window.untouched`) {
		t.Error("a page of another site was loaded again")
	}
}

const panel = `document.querySelector("preview-panel")?.shadowRoot.querySelector("section")?.innerText ?? ""`

// TestMistake plants a mistake: page and terminal name its place and its
// cure, the last good page stays, and mending it ends the matter.
func TestMistake(t *testing.T) {
	t.Parallel()
	w := serve(t)
	file, address := w.newPage("journey.md", draft+"Old words.\n")
	b := w.tab(t)
	b.open(address)
	b.shows("Old words.")
	w.write(file, strings.Replace(draft, "description:", "descripton:", 1)+"New words.\n")
	eventually(t, "the panel", func() (bool, any) {
		text, _ := attempt[string](b, panel)
		return strings.Contains(text, "sites/apex/journey.md:3:1") && strings.Contains(text, `did you mean "description"`), text
	})
	b.shows("Old words.")
	if got := w.terminal.String(); !strings.Contains(got, "content/sites/apex/journey.md:3:1: ") || !strings.Contains(got, "did you mean") {
		t.Errorf("the terminal says:\n%s", got)
	}
	elsewhere := w.tab(t)
	elsewhere.open(w.site(t, "telecom").Origin + "/")
	eventually(t, "the panel on another site", func() (bool, any) {
		text, _ := attempt[string](elsewhere, panel)
		return strings.Contains(text, "journey.md:3:1"), text
	})
	w.write(file, draft+"New words.\n")
	b.shows("New words.")
	for _, tab := range []*tab{b, elsewhere} {
		eventually(t, "no panel", func() (bool, any) {
			text, ok := attempt[string](tab, panel)
			return ok && text == "", text
		})
	}
}

// unready runs the preview of content that has had a mistake from the start,
// and opens what it shows instead of a home page.
func unready(t *testing.T) (*world, *tab) {
	t.Helper()
	w := copied(t)
	w.write("content/sites/apex/journey.md", "---\ntitle: Unfinished\n---\n")
	w.start()
	b := w.tab(t)
	address := "http://indigex.localhost:" + w.port + "/"
	b.expect(address)
	b.expect(address + "favicon.ico")
	if status := b.open(address); status != 503 {
		t.Errorf("%s: status %d", address, status)
	}
	return w, b
}

// TestMistakeAtStart starts with a mistake: there is no page yet, but one
// that shows what to mend.
func TestMistakeAtStart(t *testing.T) {
	t.Parallel()
	w, b := unready(t)
	b.shows("sites/apex/journey.md:")
	w.write("content/sites/apex/journey.md", draft)
	eventually(t, "the home page", func() (bool, any) {
		text, _ := attempt[string](b, `document.querySelector("nav[aria-label=Main]")?.innerText ?? ""`)
		return text != "", text
	})
}

// TestStylesheet changes how pages look while one is open, without loading
// it again.
func TestStylesheet(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	b.open(w.site(t, "proav").Origin + "/")
	eval[bool](b, `window.untouched = true`)
	const width = `getComputedStyle(document.querySelector(".masthead")).borderTopWidth`
	before := eval[string](b, width)
	for _, want := range []string{"11px", "13px"} {
		w.write("templates/assets/masthead.css", w.read("templates/assets/masthead.css")+"\n.masthead { border-top-width: "+want+" }\n")
		eventually(t, "a border of "+want+" instead of "+before, func() (bool, any) {
			now := eval[string](b, width)
			return now == want, now
		})
	}
	if !eval[bool](b, `!!window.untouched`) {
		t.Error("the page was loaded again")
	}
}

// TestBrand changes a colour in site.yaml.
func TestBrand(t *testing.T) {
	t.Parallel()
	w := serve(t)
	s := w.site(t, "security")
	b := w.tab(t)
	b.open(s.Origin + "/")
	w.replace("content/sites/security/site.yaml", s.Brand.Light.Accent, "#5a2d00")
	eventually(t, "the new accent", func() (bool, any) {
		now, _ := attempt[colours](b, computedColours)
		return now.Accent == rgb("#5a2d00"), now
	})
}

// TestFiles makes, saves by rename, moves and removes a page while the list
// that shows it is open.
func TestFiles(t *testing.T) {
	t.Parallel()
	w := serve(t)
	list, one := w.tab(t), w.tab(t)
	apex := w.site(t, "apex")
	list.open(apex.Origin + "/news/")
	file, address := w.newPage("news/journey.md", draft+"Old words.\n")
	list.shows("A page of this journey")
	one.open(address)

	// Many editors write another file first and give it the old one's name.
	beside := filepath.Join(filepath.Dir(w.file(file)), ".journey.md.tmp")
	if err := os.WriteFile(beside, []byte(draft+"Words saved by rename.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(beside, w.file(file)); err != nil {
		t.Fatal(err)
	}
	one.shows("Words saved by rename.")

	one.expect(address)
	if err := os.Rename(w.file(file), w.file("content/sites/apex/news/journey-moved.md")); err != nil {
		t.Fatal(err)
	}
	moved := apex.Origin + "/news/journey-moved/"
	w.answers(moved, 200)
	w.answers(address, 404)
	one.shows(w.notFound(apex))
	eventually(t, "the new address in the list", func() (bool, any) {
		links, _ := attempt[[]string](list, `[...document.querySelectorAll("main a")].map(a => a.href)`)
		all := strings.Join(links, " ")
		return strings.Contains(all, moved) && !strings.Contains(all, address), all
	})

	if err := os.Remove(w.file("content/sites/apex/news/journey-moved.md")); err != nil {
		t.Fatal(err)
	}
	w.answers(moved, 404)
	eventually(t, "a list without the page", func() (bool, any) {
		text, ok := attempt[string](list, `document.querySelector("main")?.innerText ?? ""`)
		return ok && text != "" && !strings.Contains(text, "A page of this journey"), text
	})
}

// TestBurst changes very many files at once, as a version control does.
func TestBurst(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	_, address := w.newPage("burst/index.md", draft+"Round 0.\n")
	b.open(address)
	const pages = 60
	name := func(i int) string { return fmt.Sprintf("content/sites/apex/burst/page-%02d.md", i) }
	for round := 1; round <= 3; round++ {
		words := fmt.Sprintf("Round %d.", round)
		for i := range pages {
			text := strings.Replace(draft, "this journey", fmt.Sprintf("this journey, number %d", i), 1)
			w.write(name(i), text+words+"\n")
		}
		w.write("content/sites/apex/burst/index.md", draft+words+"\n")
		b.shows(words)
		for i := range pages {
			page := fmt.Sprintf("%spage-%02d/", address, i)
			eventually(t, words+" in "+page, func() (bool, any) {
				status, _, body := w.get(page)
				return status == 200 && strings.Contains(body, words), status
			})
		}
	}
	b.expect(address)
	if err := os.RemoveAll(w.file("content/sites/apex/burst")); err != nil {
		t.Fatal(err)
	}
	w.answers(address+"page-00/", 404)
	w.answers(address, 404)
}
