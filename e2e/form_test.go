package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// choose marks an answer of a question, by the words beside it.
func (b *tab) choose(name, option string) {
	b.t.Helper()
	if !eval[bool](b, fmt.Sprintf(`(() => { const i = [...document.getElementsByName(%q)].find(i => i.value === %q); i?.click(); return !!i?.checked })()`, name, option)) {
		b.t.Fatalf("%s has no answer %q to %s", b.at(), option, name)
	}
}

// sends presses the button of the open form, past the browser's own checks where
// raw is set, and returns where it leads and with which status.
func (b *tab) sends(raw bool) (address string, status int64) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`document.querySelector(".field-form").noValidate = %v`, raw))
	b.expect(strings.Split(b.at(), "?")[0])
	return b.click(".field-form > .buttons button")
}

// TestFormJourney sends the forms of the content as a visitor does, with
// mistakes first, and follows a case to its end.
func TestFormJourney(t *testing.T) {
	t.Parallel()
	w := serve(t)
	apex, shop, proav := w.site(t, "apex").Origin, w.site(t, "shop").Origin, w.site(t, "proav").Origin
	b := w.tab(t)

	b.visit(shop + "/forms/order-contact")
	b.fill("message=My card is 4111 1111 1111 1111.", "name=Anna", "email=anna@")
	if _, status := b.sends(true); status != http.StatusUnprocessableEntity {
		t.Errorf("mistakes: %d", status)
	}
	text := b.text()
	for _, want := range []string{"Nothing was saved yet", "Choose one of the answers.", "looks like the number of a payment card", "Write an email address"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q: %s", want, text)
		}
	}
	if got := eval[string](b, `document.getElementById("name").value`); got != "Anna" {
		t.Errorf("what was typed is lost: %q", got)
	}
	b.choose("about", "A question")
	b.fill("message=Do you have cable?", "email=anna@example.com")
	address, status := b.sends(false)
	if found := regexp.MustCompile(`/complaints/RQ-[0-9A-Z]{4}-[0-9A-Z]{4}\?key=`).FindString(address); status != 200 || found == "" {
		t.Fatalf("sent: %d %s: %s", status, address, b.text())
	}
	b.fill("add=Shielded, too.")
	b.sends(false)
	if text := b.text(); !strings.Contains(text, "Do you have cable?") || !strings.Contains(text, "Shielded, too.") {
		t.Errorf("case: %s", text)
	}

	b.visit(apex + "/forms/survey")
	b.choose("site", "Shop")
	b.choose("looked_for", "A product or a price")
	b.choose("looked_for", "Help with a fault")
	b.choose("ease", "4")
	b.fill("zip_code=64101")
	if address, status := b.sends(false); status != 200 || address != apex+"/forms/survey?sent" {
		t.Errorf("survey: %d %s", status, address)
	}
	b.visit(proav + "/forms/survey")
	if text := b.text(); !strings.Contains(text, "You have sent this form already") {
		t.Errorf("the survey on another site: %s", text)
	}

	b.visit(shop + "/forms/newsletter-products")
	b.fill("email=anna@example.com")
	b.mark("newsletter.products=granted")
	b.sends(false)
	if text := b.text(); !strings.Contains(text, "One more step") {
		t.Errorf("newsletter: %s", text)
	}
	link := regexp.MustCompile(`http://\S+/confirm/\S+`).FindString(b.mailbox(w, "Confirm: Newsletter about products"))
	b.visit(link)
	b.press(".field-form button")
	if text := b.text(); !strings.Contains(text, "holds from now on") {
		t.Errorf("confirmed: %s", text)
	}
	b.visit(apex + preferences)
	b.stands("newsletter.products=Granted")
}

// samples are answers of all sorts, good and bad.
func samples(r *rand.Rand) string {
	all := []string{
		"", "a", "Anna", "a@b", "a@b.example", "a b@c.example", "@", "a@b..c", "a@-b.c", "Ünal@x.example", "+1 555 010 0199", "12", "911", "call me", "64101", "64101-1234", "6410", "64101 ",
		"0", "1", "-1", "7", "1.5", "1e1", "1e-1", "007", "2026-03-01", "2026-02-30", "0001-01-01", "soon", strings.Repeat("x", 199), strings.Repeat("x", 200), strings.Repeat("𝒜", 100), "<b>", "a\nb",
	}
	return all[r.IntN(len(all))]
}

// TestFormsVerdict puts random answers into the fields of every form of the
// content, and holds the browser and the server to the same verdict on each. A
// browser lets pass what is all space, and knows nothing of cards and of lists
// that want an answer: of these there are none here.
func TestFormsVerdict(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b, r := w.tab(t), rand.New(rand.NewPCG(1, 2))
	apex := w.site(t, "apex").Origin
	for _, id := range []string{"complaint", "contest", "download", "newsletter-products", "newsletter-services", "order-contact", "survey"} {
		for range 12 {
			b.visit(apex + "/forms/" + id)
			if strings.Contains(b.text(), "You have sent this form already") {
				break
			}
			filled := b.fillRandomly(r)
			// What the browser finds wrong, by field.
			invalid := eval[[]string](b, `[...new Set([...document.querySelectorAll(".field-form :invalid")].map(e => e.name).filter(n => n))]`)
			_, status := b.sends(true)
			if status == 200 {
				if len(invalid) > 0 {
					t.Errorf("%s: the server takes what the browser finds wrong: %q of %s", id, invalid, filled)
				}
				continue
			}
			wrong := eval[[]string](b, `[...document.querySelectorAll(".problems a")].map(a => a.hash.slice(1))`)
			if status != http.StatusUnprocessableEntity || !sameSet(invalid, wrong) {
				t.Errorf("%s: %d: the browser finds wrong %q, the server %q, of %s", id, status, invalid, wrong, filled)
			}
		}
	}
}

// fillRandomly fills the fields of the open form in, as typing would: a text
// that is too long is one, and a choice may be left out.
func (b *tab) fillRandomly(r *rand.Rand) string {
	b.t.Helper()
	answers := map[string]string{}
	for _, name := range eval[[]string](b, `[...new Set([...document.querySelectorAll(".field-form :is(input:not([type=hidden]), textarea)")].map(e => e.name))]`) {
		answers[name] = samples(r)
	}
	sent, err := json.Marshal(answers)
	if err != nil {
		b.t.Fatal(err)
	}
	return eval[string](b, fmt.Sprintf(`(() => {
		const answers = %s
		for (const e of document.querySelectorAll(".field-form :is(input:not([type=hidden]), textarea)")) {
			if (e.type === "radio" || e.type === "checkbox") { if (answers[e.name].length %% 3) e.checked = e.type === "radio" || answers[e.name].length %% 2 === 0 }
			// A browser warns of what is no day, and lets nobody type it.
			else if (e.type === "date") { if (/^\d{4}-(0[1-9]|1[0-2])-[01]\d$/.test(answers[e.name])) e.value = answers[e.name] }
			else { e.value = answers[e.name]; if (e.value.trim() === "") e.value = "" }
		}
		return JSON.stringify(Object.fromEntries(new FormData(document.querySelector(".field-form"))))
	})()`, sent))
}

func sameSet(a, b []string) bool {
	seen := map[string]int{}
	for _, s := range a {
		seen[s] |= 1
	}
	for _, s := range b {
		seen[s] |= 2
	}
	for _, n := range seen {
		if n != 3 {
			return false
		}
	}
	return true
}
