package e2e

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// do runs steps and fails the test when one fails or takes too long.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// value runs an action and returns its result.
func value[T any](b *tab, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// eval returns the value of an expression of JavaScript.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	return value(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// attempt is eval where the page may be about to go away: then ok is false.
func attempt[T any](b *tab, expression string) (v T, ok bool) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	return v, err == nil
}

// open goes to an address and returns the status of the answer.
func (b *tab) open(address string) int64 {
	b.t.Helper()
	return value(b, chromedp.NavigateResponse(address)).Status
}

// follow does what leads to another page, and returns the address and the
// status of the page that comes.
func (b *tab) follow(steps ...chromedp.Action[chromedp.Void]) (address string, status int64) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	resp, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.URL, resp.Status
}

// click follows the first link that a CSS selector finds.
func (b *tab) click(selector string) (address string, status int64) {
	b.t.Helper()
	return b.follow(chromedp.Click(chromedp.CSS(selector), chromedp.NodeReady))
}

// arrives clicks on a link and wants a good page at an address.
func (b *tab) arrives(selector, want string) {
	b.t.Helper()
	from := value(b, chromedp.Location())
	if got, status := b.click(selector); got != want || status != 200 {
		b.t.Errorf("%s: %s leads to %s with status %d, want %s", from, selector, got, status, want)
	}
}

// call sends a command of the browser's protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	}))
}

// resize sets the width of the window, in CSS pixels.
func (b *tab) resize(width int64) { b.do(chromedp.EmulateViewport(width, 800)) }

// prefer makes the visitor's system dark or light, on a screen or on paper.
func (b *tab) prefer(scheme, medium string) {
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media:    medium,
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// enlarge sets the browser's type size, in per cent of the usual 16 pixels.
func (b *tab) enlarge(percent int64) {
	call(b, page.SetFontSizes, page.SetFontSizesParams{
		FontSizes: &page.FontSizes{Standard: 16 * percent / 100, Fixed: 13 * percent / 100},
	})
}

// scripts switches the pages' scripts on or off.
func (b *tab) scripts(on bool) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// rgb turns "#rrggbb" into the form in which a browser computes colours.
func rgb(hex string) string {
	var r, g, b int
	if _, err := fmt.Sscanf(strings.ToLower(hex), "#%02x%02x%02x", &r, &g, &b); err != nil {
		return hex
	}
	return fmt.Sprintf("rgb(%d, %d, %d)", r, g, b)
}
