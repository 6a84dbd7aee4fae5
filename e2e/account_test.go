package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The pages of accounts.
const (
	registerPage = "/account/register"
	signInPage   = "/account/sign-in"
	accountPage  = "/account"
	mailboxPage  = "/-/mail"
)

const secret = "seven green lanterns"

// fill types into fields of the open page, each "id=value".
func (b *tab) fill(fields ...string) {
	b.t.Helper()
	for _, field := range fields {
		id, text, _ := strings.Cut(field, "=")
		name, _ := json.Marshal(id)
		value, _ := json.Marshal(text)
		if !eval[bool](b, fmt.Sprintf(`(() => { const f = document.getElementById(%s); if (!f) return false; f.value = %s; return true })()`, name, value)) {
			b.t.Fatalf("%s has no field %s", b.at(), id)
		}
	}
}

func (b *tab) at() string { return value(b, chromedp.Location()) }

// text is what a reader sees of the open page.
func (b *tab) text() string { return eval[string](b, `document.querySelector("main").innerText`) }

// submit presses the button of the form with fields, and wants to come to an
// address.
func (b *tab) submit(want string) {
	b.t.Helper()
	if got := b.press(".field-form > .buttons button"); got != want {
		b.t.Fatalf("the form leads to %s, want %s: %s", got, want, b.text())
	}
}

// register fills in the form for a new account, from a page of some site.
func (b *tab) register(w *world, from, id string, fields ...string) {
	b.t.Helper()
	apex := w.site(b.t, "apex").Origin
	b.visit(from + "/")
	b.press(`footer a[href$="/account"]`)
	if !strings.HasPrefix(b.at(), apex+signInPage) {
		b.t.Fatalf("the account of nobody is at %s", b.at())
	}
	b.arrives(`main a[href^="/account/register"]`, apex+registerPage)
	b.visit(from + registerPage)
	b.fill(append([]string{"user_id=" + id, "password=" + secret}, fields...)...)
}

// known is the User ID that the open page shows.
func (b *tab) known() string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("main .member b")?.textContent ?? ""`)
}

// mailbox opens the newest mail of the preview with a subject, and returns its
// text.
func (b *tab) mailbox(w *world, subject string) string {
	b.t.Helper()
	apex := w.site(b.t, "apex").Origin
	text := ""
	eventually(b.t, "mail "+subject, func() (bool, any) {
		b.visit(apex + mailboxPage)
		found := eval[string](b, fmt.Sprintf(`[...document.querySelectorAll("main li a")].find(a => a.textContent === %q)?.href ?? ""`, subject))
		if found == "" {
			return false, b.text()
		}
		b.visit(found)
		text = eval[string](b, `document.querySelector("pre").textContent`)
		return true, nil
	})
	return text
}

// TestAccountJourney goes the way of a person: registered from the shop, known
// on every site, confirmed by mail, on a second browser, in two tabs.
func TestAccountJourney(t *testing.T) {
	t.Parallel()
	w := serve(t)
	apex, shop, telecom := w.site(t, "apex").Origin, w.site(t, "shop").Origin, w.site(t, "telecom").Origin
	one := w.tab(t)
	one.register(w, shop, "anna.k", "email=anna@example.com", "name=Anna")
	one.mark("marketing.email=granted", "newsletter.products=refused")
	one.submit(shop + "/")
	for _, page := range []string{shop + "/", telecom + "/", telecom + preferences, apex + "/"} {
		one.visit(page)
		if got := one.known(); got != "anna.k" {
			t.Errorf("%s knows %q", page, got)
		}
	}
	one.visit(telecom + preferences)
	one.stands("marketing.email=Granted", "newsletter.products=Refused")
	w.confirm(t, one)
	two := w.tab(t)
	two.merge(w)
	one.twoTabs(w, two)
	two.visit(apex + "/account/sign-out")
	two.submit(apex + "/")
	if got := two.known(); got != "" {
		t.Errorf("after signing out the page knows %q", got)
	}
	two.visit(apex + accountPage)
	if !strings.HasPrefix(two.at(), apex+signInPage) {
		t.Errorf("after signing out the account opens at %s", two.at())
	}
}

// confirm follows the link of the mail, after a scanner did, which changes
// nothing.
func (w *world) confirm(t *testing.T, b *tab) {
	t.Helper()
	text := b.mailbox(w, "Confirm your email address")
	link := regexp.MustCompile(`http://\S+/confirm/\S+`).FindString(text)
	for range 3 {
		r, err := w.client.Get(link)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("a scanner gets %v, %v", r, err)
		}
		_ = r.Body.Close()
	}
	b.visit(w.site(t, "apex").Origin + accountPage)
	if text := b.text(); !strings.Contains(text, "This address is not confirmed yet.") {
		t.Errorf("a scanner confirmed the address: %s", text)
	}
	b.visit(link)
	b.press(".field-form button")
	if text := b.text(); !strings.Contains(text, "Your address is confirmed") {
		t.Errorf("after the button: %s", text)
	}
	b.expect(link)
	if status := b.open(link); status != http.StatusNotFound {
		t.Errorf("the link once more: %d", status)
	}
}

// merge signs a second browser in that had other answers, sees both, and
// decides.
func (b *tab) merge(w *world) {
	b.t.Helper()
	apex := w.site(b.t, "apex").Origin
	b.visit(w.site(b.t, "security").Origin + preferences)
	b.mark("marketing.email=refused", "newsletter.services=granted")
	b.save()
	b.visit(apex + signInPage)
	b.fill("user_id=Anna.K", "password="+secret)
	b.submit(apex + accountPage + "?differs")
	text := eval[string](b, `document.querySelector("#differences").parentElement.innerText`)
	for _, want := range []string{"In the browser: Refused. In your account: Granted. Holds now: Refused.", "In the browser: Granted. In your account: Not asked. Holds now: Not asked."} {
		if !strings.Contains(text, want) {
			b.t.Errorf("differences lack %q: %s", want, text)
		}
	}
	b.visit(apex + preferences)
	b.stands("marketing.email=Refused", "newsletter.products=Refused")
	b.mark("marketing.email=granted", "newsletter.services=granted")
	b.save()
	b.visit(apex + accountPage)
	if eval[bool](b, `document.querySelector("#differences") !== null`) {
		b.t.Error("what was decided is asked again")
	}
}

// twoTabs edits different fields in two browsers, which merge, and then the
// same, which shows both.
func (b *tab) twoTabs(w *world, other *tab) {
	b.t.Helper()
	page := w.site(b.t, "apex").Origin + accountPage
	b.visit(page)
	other.visit(page)
	b.fill("phone=+1 555 0100")
	b.submit(page + "?saved")
	other.fill("name=Anna Klein")
	other.submit(page + "?saved")
	values := func(b *tab) []string {
		return eval[[]string](b, `[...document.querySelectorAll(".field input")].map(i => i.value)`)
	}
	if got := values(other); !slices.Contains(got, "Anna Klein") || !slices.Contains(got, "+1 555 0100") {
		b.t.Errorf("merged to %q", got)
	}
	b.fill("name=A. Klein")
	b.expect(page)
	if _, status := b.click(".field-form > .buttons button"); status != http.StatusConflict || !strings.Contains(b.text(), "There it says “Anna Klein”") && !strings.Contains(b.text(), "Anna Klein") || !slices.Contains(values(b), "A. Klein") {
		b.t.Errorf("the same field gives %d: %s", status, b.text())
	}
}

// membersPages are those of somebody who registered.
func (b *tab) membersPages(w *world) []personal {
	b.t.Helper()
	apex := w.site(b.t, "apex").Origin
	b.register(w, apex, "anna.k", "email=anna@example.com", "name=Anna", "postal_address=Mill Lane 1")
	b.submit(apex + accountPage + "?registered=strong")
	b.authenticator()
	b.addPasskey(apex, "Green phone")
	b.visit(apex + "/forms/complaint")
	b.fill("complaint=You wrote to me after I said no.")
	opened, _ := b.sends(false)
	return []personal{
		{"case", opened, 200}, {"cases", apex + "/complaints/", 200},
		{"survey", apex + "/forms/survey", 200}, {"contest", apex + "/forms/contest", 200}, {"order", apex + "/forms/order-contact", 200}, {"newsletter", apex + "/forms/newsletter-services", 200},
		{"account", apex + accountPage, 200}, {"passkeys", apex + passkeysPage, 200}, {"password", apex + "/account/password", 200}, {"erase", apex + "/account/erase", 200}, {"export", apex + "/account/export", 200},
		{"sign-out", apex + "/account/sign-out", 200}, {"retention", apex + preferences + "/retention", 200}, {"register", apex + registerPage, 200}, {"known", apex + "/", 200},
	}
}
