package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestChoicesOfAFirstVisit decides on one site, with scripts switched off,
// what then stands on another: saved, shown in words, on record, and undone
// as easily as it was said.
func TestChoicesOfAFirstVisit(t *testing.T) {
	t.Parallel()
	w := serve(t)
	shop, telecom := w.site(t, "shop").Origin, w.site(t, "telecom").Origin
	b := w.tab(t)
	b.scripts(false)
	b.visit(shop + "/")
	b.visit(shop + preferences)
	b.stands()
	if got := b.marked(); len(got) > 0 {
		t.Errorf("marked before anything was said: %v", got)
	}
	b.visit(shop + preferences + "/history")
	b.shows("You have answered nothing yet.")

	b.visit(shop + preferences)
	b.mark("marketing.email=granted", "newsletter.products=refused")
	receipt := b.save()
	b.shows("Saved. This is now true:")
	b.shows("To undo it")
	b.visit(telecom + preferences)
	b.stands("marketing.email=Granted", "newsletter.products=Refused")
	if got := b.marked(); len(got) != 2 || got["marketing.email"] != "granted" || got["newsletter.products"] != "refused" {
		t.Errorf("marked on the second site: %v", got)
	}
	b.visit(telecom + strings.TrimPrefix(receipt, shop))
	if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "You may send me offers about your own products and services by email.") {
		t.Errorf("the receipt lacks the words that were shown:\n%s", text)
	}
	b.visit(receipt + ".json")
	if got := b.members(eval[string](b, `document.body.innerText`)); len(got) < 5 {
		t.Errorf("the receipt has for programs %v", got)
	}

	b.visit(telecom + preferences)
	b.mark("marketing.email=refused")
	b.save()
	b.visit(shop + preferences)
	b.stands("marketing.email=Refused", "newsletter.products=Refused")
	b.visit(shop + preferences + "/history")
	if n := eval[int](b, `document.querySelectorAll(".receipts > li").length`); n != 2 {
		t.Errorf("the history has %d receipts", n)
	}
}

// TestRefusingAll takes one button, of the size of the other.
func TestRefusingAll(t *testing.T) {
	t.Parallel()
	w := serve(t)
	origin := w.site(t, "security").Origin
	b := w.tab(t)
	b.visit(origin + preferences)
	sizes := eval[[]float64](b, `[...document.querySelectorAll(".decide button")].flatMap(b => [b.getBoundingClientRect().height, parseFloat(getComputedStyle(b).fontSize)])`)
	if len(sizes) != 4 || sizes[0] != sizes[2] || sizes[1] != sizes[3] || sizes[0] < 44 {
		t.Errorf("the buttons' heights and type sizes are %v", sizes)
	}
	b.mark("use.announcements=granted")
	b.press(".decide button[name=all]")
	b.visit(origin + preferences)
	var all []string
	for _, c := range w.Choices {
		all = append(all, c.ID+"=Refused")
	}
	b.stands(all...)
}

// TestTwoTabs answers a choice in two tabs of one browser: the later one is
// shown both answers, and decides.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := serve(t)
	origin := w.site(t, "proav").Origin
	b := w.tab(t)
	b.visit(origin + preferences)
	b.mark("use.questionnaires=granted")
	b.save()
	b.visit(origin + preferences)
	// The other tab's answer goes out by a request of its own.
	eval[bool](b, `fetch("/preferences").then(r => r.text()).then(text => {
		const form = new DOMParser().parseFromString(text, "text/html").querySelector(".choice-form");
		const data = new URLSearchParams(new FormData(form));
		data.set("choice.use.questionnaires", "refused");
		data.set("choice.use.announcements", "granted");
		return fetch(form.getAttribute("action"), {method: "POST", body: data}).then(r => r.ok);
	})`)
	b.mark("use.order-updates=granted", "use.announcements=refused")
	b.expect(origin + preferences)
	if address, status := b.click(".choice-form .decide button:not([name])"); status != 409 {
		t.Fatalf("the second tab is led to %s with status %d", address, status)
	}
	b.shows("Nothing was saved yet")
	wrong := eval[[]string](b, `[...document.querySelectorAll("fieldset.wrong")].map(f => f.id)`)
	if !slices.Contains(wrong, "choice.use.announcements") {
		t.Errorf("in conflict are %v", wrong)
	}
	if got := b.marked(); got["use.order-updates"] != "granted" || got["use.announcements"] != "refused" {
		t.Errorf("marked after the conflict: %v", got)
	}
	b.save()
	b.visit(origin + preferences)
	if got := b.standing(); got["use.order-updates"] != "Granted" || got["use.announcements"] != "Refused" {
		t.Errorf("after the decision: %v", got)
	}
}

// TestSignal visits with Global Privacy Control: it is honoured, said so, and
// gives way to what the person says on purpose.
func TestSignal(t *testing.T) {
	t.Parallel()
	w := serve(t)
	origin := w.site(t, "apex").Origin
	b := w.tab(t)
	b.signals()
	b.visit(origin + preferences)
	b.shows("Global Privacy Control")
	b.stands("third-party.offers=Refused", "profile.pages-viewed=Refused")
	b.mark("profile.pages-viewed=granted")
	b.save()
	b.visit(origin + preferences)
	b.stands("third-party.offers=Refused", "profile.pages-viewed=Granted")
	b.visit(origin + "/.well-known/gpc.json")
	if got := eval[string](b, `document.body.innerText`); !strings.Contains(got, `"gpc":true`) {
		t.Errorf("gpc.json says %s", got)
	}
}

// TestPreferencesByKeyboard answers a choice and saves with keys alone.
func TestPreferencesByKeyboard(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	b.visit(w.site(t, "shop").Origin + preferences)
	const on = `document.activeElement.name == "choice.marketing.email"`
	b.tabTo("the first choice", func(stop) bool { return eval[bool](b, on) })
	b.do(chromedp.KeyEvent(" "))
	b.tabTo("the button", func(s stop) bool { return s.Text == "Save my choices" })
	if address, status := b.follow(chromedp.KeyEvent("\r")); status != 200 || !strings.Contains(address, "/receipts/") {
		t.Fatalf("Enter leads to %s with status %d", address, status)
	}
	if got := eval[string](b, `document.querySelector(".records h2").textContent`); got != "Offers by email" {
		t.Errorf("saved was %q", got)
	}
}
