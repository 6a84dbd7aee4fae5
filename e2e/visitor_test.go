package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// The pages on which visitors decide.
const (
	preferences = "/preferences"
	notices     = "/notices"
)

// press clicks on a button and wants a good page to come.
func (b *tab) press(selector string) (address string) {
	b.t.Helper()
	address, status := b.click(selector)
	if status != 200 {
		b.t.Fatalf("%s leads to %s with status %d", selector, address, status)
	}
	return address
}

// visit opens a page, which has to be a good one.
func (b *tab) visit(address string) {
	b.t.Helper()
	if status := b.open(address); status != 200 {
		b.t.Fatalf("%s: status %d", address, status)
	}
}

// mark marks answers, such as "marketing.email=granted".
func (b *tab) mark(answers ...string) {
	b.t.Helper()
	for _, a := range answers {
		id, state, _ := strings.Cut(a, "=")
		b.do(chromedp.Click(chromedp.CSS(fmt.Sprintf("input[name='choice.%s'][value='%s']", id, state)), chromedp.NodeReady))
	}
}

// save sends the form with the choices and wants a receipt.
func (b *tab) save() (receipt string) {
	b.t.Helper()
	receipt = b.press(".choice-form .decide button:not([name])")
	if !strings.Contains(receipt, preferences+"/receipts/") {
		b.t.Fatalf("saving leads to %s", receipt)
	}
	return strings.TrimSuffix(receipt, "?saved")
}

// marked are the answers that the open form shows as marked.
func (b *tab) marked() map[string]string {
	b.t.Helper()
	return eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll("input:checked")].map(i => [i.name.slice("choice.".length), i.value]))`)
}

// standing are the first words about each choice on the open page: what holds.
func (b *tab) standing() map[string]string {
	b.t.Helper()
	return eval[map[string]string](b, `Object.fromEntries([...document.querySelectorAll("fieldset[id^='choice.']")].map(f => [f.id.slice("choice.".length), f.querySelector(".standing b").textContent]))`)
}

// stands wants choices to stand as said, such as "marketing.email=Granted",
// and all others not to have been asked.
func (b *tab) stands(answers ...string) {
	b.t.Helper()
	want := map[string]string{}
	for id := range b.standing() {
		want[id] = "Not asked."
	}
	for _, a := range answers {
		id, state, _ := strings.Cut(a, "=")
		want[id] = state
	}
	if got := b.standing(); !maps.Equal(got, want) {
		b.t.Errorf("%s: choices stand as %v, want %v", value(b, chromedp.Location()), got, want)
	}
}

// banner is the text of the notice on the open page, empty if there is none.
func (b *tab) banner() string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("main > aside.notice")?.innerText ?? ""`)
}

// signals switches Global Privacy Control on.
func (b *tab) signals() {
	b.t.Helper()
	call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Sec-GPC": "1"}})
}

// as makes the browser that of a visitor who last saw a version of a policy,
// by the preview's bar.
func (b *tab) as(policy string, version int) {
	b.t.Helper()
	b.bar(fmt.Sprintf(`bar.getElementById("seen.%s").value = "%d"; bar.querySelector("button[value=visitor]").click()`, policy, version))
}

// bar does something with the preview's bar that leads to another page.
func (b *tab) bar(script string) {
	b.t.Helper()
	step := chromedp.Evaluate[bool](`(() => { const bar = document.querySelector("preview-bar").shadowRoot; bar.querySelector("details").open = true; ` + script + `; return true })()`)
	if address, status := b.follow(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := step(ctx, t)
		return err
	})); status != 200 {
		b.t.Fatalf("the bar leads to %s with status %d", address, status)
	}
}

// members are the names of a JSON object's members.
func (b *tab) members(text string) []string {
	b.t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		b.t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(object))
}
