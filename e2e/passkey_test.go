package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
)

const passkeysPage = "/account/passkeys"

// authenticator gives the browser a device that keeps passkeys and whose owner
// always says yes.
func (b *tab) authenticator() {
	b.t.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
}

// addPasskey adds one to the account that is open in the browser.
func (b *tab) addPasskey(apex, name string) {
	b.t.Helper()
	b.visit(apex + passkeysPage)
	b.fill("password=" + secret)
	b.submit(apex + passkeysPage)
	b.fill("name=" + name)
	b.submit(apex + passkeysPage + "?added")
}

// TestPasskeyJourney adds a passkey, signs in with it in a browser that knows
// nobody, and finds it refused once it is removed.
func TestPasskeyJourney(t *testing.T) {
	t.Parallel()
	w := serve(t)
	apex, shop := w.site(t, "apex").Origin, w.site(t, "shop").Origin
	b := w.tab(t)
	b.authenticator()
	b.register(w, shop, "anna.key")
	b.submit(shop + "/")
	b.addPasskey(apex, "Green phone")
	if text := b.text(); !strings.Contains(text, "Green phone") || !strings.Contains(text, "not used yet") {
		t.Errorf("after adding: %s", text)
	}
	b.visit(apex + "/account/sign-out")
	b.submit(apex + "/")

	b.visit(shop + signInPage)
	if got := b.press("form[data-passkey] button"); got != shop+"/" && got != shop+signInPage {
		t.Errorf("signing in leads to %s: %s", got, b.text())
	}
	b.visit(shop + "/")
	if got := b.known(); got != "anna.key" {
		t.Errorf("after signing in with a passkey the shop knows %q", got)
	}
	b.visit(apex + passkeysPage)
	if text := b.text(); !strings.Contains(text, "last used on") {
		t.Errorf("after using: %s", text)
	}
	b.press(".records form:nth-of-type(2) button")
	b.visit(apex + "/account/sign-out")
	b.submit(apex + "/")
	b.visit(apex + signInPage)
	b.expect(apex + "/account/passkey")
	if _, status := b.click("form[data-passkey] button"); status != http.StatusUnprocessableEntity || !strings.Contains(b.text(), "This passkey was not accepted") {
		t.Errorf("a passkey that was removed: %d %s", status, b.text())
	}
}

// Without a script the page to sign in is one without passkeys.
func TestPasskeysWithoutScript(t *testing.T) {
	t.Parallel()
	w := serve(t)
	apex := w.site(t, "apex").Origin
	b := w.tab(t)
	b.scripts(false)
	b.visit(apex + signInPage)
	b.scripts(true)
	if eval[bool](b, `document.querySelector("form[data-passkey]").checkVisibility()`) {
		t.Error("without a script there is a button that does nothing")
	}
}
