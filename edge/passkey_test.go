package edge_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	virtual "github.com/descope/virtualwebauthn"

	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store/storetest"
)

// A device is what a person holds to sign in with a passkey.
type device struct {
	site virtual.RelyingParty
	keys virtual.Authenticator
	key  virtual.Credential
}

func newDevice() *device {
	return &device{
		site: virtual.RelyingParty{ID: host, Name: "Lanterns", Origin: "https://" + host},
		keys: virtual.NewAuthenticator(), key: virtual.NewCredential(virtual.KeyTypeEC2),
	}
}

var asked = regexp.MustCompile(`data-passkey="([^"]*)"`)

// optionsOf is what a page asks a browser.
func optionsOf(t testing.TB, page string) string {
	t.Helper()
	m := asked.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("page asks for no passkey: %s", page)
	}
	return html.UnescapeString(m[1])
}

// signs posts what the device signs of the page to sign in.
func (v *visitor) signs(d *device) *http.Response {
	v.Helper()
	page := v.text(v.ask("GET", "/account/sign-in", ""))
	options, err := virtual.ParseAssertionOptions(optionsOf(v, page))
	v.must(err)
	d.key.Counter++
	return v.posted("/account/passkey", hiddenOf(v, page, "/account/passkey"), "response="+virtual.CreateAssertionResponse(d.site, d.keys, d.key, *options))
}

// makes is the page to add a passkey, and what the device makes of it.
func (v *visitor) makes(d *device) (page, answer string) {
	v.Helper()
	page = v.text(v.posted("/account/passkeys", v.form("/account/passkeys", "/account/passkeys"), "do=begin", "password="+password))
	options, err := virtual.ParseAttestationOptions(optionsOf(v, page))
	v.must(err)
	d.keys.Options.UserHandle = []byte(options.UserID)
	return page, virtual.CreateAttestationResponse(d.site, d.keys, d.key, *options)
}

// adds adds a device's passkey to the visitor's account.
func (v *visitor) adds(d *device, name string) {
	v.Helper()
	page, answer := v.makes(d)
	r := v.posted("/account/passkeys/new", hiddenOf(v, page, "/account/passkeys/new"), "name="+name, "response="+answer)
	if to := r.Header.Get("Location"); r.StatusCode != 303 || to != "/account/passkeys?added" {
		v.Fatalf("%d %s: %s", r.StatusCode, to, v.text(r))
	}
}

func TestPasskeys(t *testing.T) { onEach(t, passkeys) }

// A person adds a passkey, signs in with it on another computer, renames it
// and removes it.
func passkeys(t *testing.T, w *town) {
	anna, d := w.registered("anna", "email=anna@lanterns.example"), newDevice()
	confirm := w.link(w.letters()[mail.ConfirmAddress])
	anna.posted(confirm, anna.form(confirm, confirm))
	anna.adds(d, "Green phone")
	if l := w.letters()[mail.PasskeyAdded]; l.To != "anna@lanterns.example" || l.Values["name"] != "Green phone" {
		t.Errorf("told of a passkey: %+v", l)
	}
	if held := anna.account(); !strings.Contains(held, "Green phone") {
		t.Errorf("account does not show the passkey: %s", held)
	}
	other := w.visitor()
	if r := other.signs(d); r.StatusCode != 303 || r.Header.Get("Location") != "/account" {
		t.Fatalf("%d %s: %s", r.StatusCode, r.Header.Get("Location"), other.text(r))
	}
	if !strings.Contains(other.account(), "anna") {
		t.Error("signed in, yet there is no account")
	}
	page := other.text(other.ask("GET", "/account/passkeys", ""))
	which := regexp.MustCompile(`name="which" value="([0-9a-f]{32})"`).FindStringSubmatch(page)
	if which == nil || !strings.Contains(page, "last used on") {
		t.Fatalf("no passkey that was used: %s", page)
	}
	token := other.form("/account/passkeys", "/account/passkeys").Get("token")
	other.does(token, "/account/passkeys?renamed", "do=rename", "which="+which[1], "name=Blue <phone>")
	if page := other.text(other.ask("GET", "/account/passkeys", "")); !strings.Contains(page, "Blue &lt;phone&gt;") || strings.Contains(page, "Green") {
		t.Errorf("not renamed: %s", page)
	}
	other.does(token, "/account/passkeys?removed", "do=remove", "which="+which[1])
	if r := w.visitor().signs(d); r.StatusCode != 422 {
		t.Errorf("a passkey that was removed: %d", r.StatusCode)
	}
}

// does posts one of the forms of the list of passkeys.
func (v *visitor) does(token, to string, fields ...string) {
	v.Helper()
	r := v.posted("/account/passkeys", map[string][]string{"token": {token}}, fields...)
	if got := r.Header.Get("Location"); r.StatusCode != 303 || got != to {
		v.Fatalf("%d %q, want %q: %s", r.StatusCode, got, to, v.text(r))
	}
}

func TestPasskeyPageIsAnsweredOnce(t *testing.T) { onEach(t, passkeyOnce) }

// Sent twice, an answer begins one session; after signing out, it begins none.
func passkeyOnce(t *testing.T, w *town) {
	anna, d := w.registered("anna"), newDevice()
	anna.adds(d, "Key")
	other := w.visitor()
	page := other.text(other.ask("GET", "/account/sign-in", ""))
	options, err := virtual.ParseAssertionOptions(optionsOf(t, page))
	w.must(err)
	form := hiddenOf(t, page, "/account/passkey")
	answer := "response=" + virtual.CreateAssertionResponse(d.site, d.keys, d.key, *options)
	for range 2 {
		if r := other.posted("/account/passkey", form, answer); r.StatusCode != 303 {
			t.Fatalf("%d: %s", r.StatusCode, other.text(r))
		}
	}
	if n := strings.Count(other.account(), "Signed in on"); n != 2 {
		t.Errorf("%d sessions, want anna's first and this one", n)
	}
	other.signsOut()
	if r := other.posted("/account/passkey", form, answer); r.StatusCode != 422 {
		t.Errorf("after signing out: %d", r.StatusCode)
	}
}

func TestPasskeyOfACopiedDevice(t *testing.T) { onEach(t, copied) }

// A counter that is not ahead of the one seen last is a copy's.
func copied(t *testing.T, w *town) {
	anna, d := w.registered("anna"), newDevice()
	anna.adds(d, "Key")
	thief := *d
	if r := w.visitor().signs(d); r.StatusCode != 303 {
		t.Fatalf("%d", r.StatusCode)
	}
	if r := w.visitor().signs(&thief); r.StatusCode != 422 {
		t.Errorf("a copy signed in: %d", r.StatusCode)
	}
}

// Nobody adds a passkey without the password, in another session, or twice.
func TestPasskeyIsAddedByItsOwner(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		anna, ben := w.registered("anna"), w.registered("ben")
		if r := anna.posted("/account/passkeys", anna.form("/account/passkeys", "/account/passkeys"), "do=begin", "password=wrong lanterns"); r.StatusCode != 422 || strings.Contains(anna.text(r), "data-passkey") {
			t.Errorf("without the password: %d", r.StatusCode)
		}
		d := newDevice()
		page, answer := anna.makes(d)
		form := hiddenOf(t, page, "/account/passkeys/new")
		if r := ben.posted("/account/passkeys/new", form, "name=x", "response="+answer); r.StatusCode != 403 {
			t.Errorf("for another person: %d", r.StatusCode)
		}
		for range 2 {
			if r := anna.posted("/account/passkeys/new", form, "name=x", "response="+answer); r.StatusCode != 303 {
				t.Fatalf("%d: %s", r.StatusCode, anna.text(r))
			}
		}
		if n := strings.Count(anna.text(anna.ask("GET", "/account/passkeys", "")), "not used yet"); n != 1 {
			t.Errorf("%d passkeys", n)
		}
		// The handle in the authenticator is whose passkey it is: it opens
		// nobody else's account.
		stolen := *d
		stolen.keys.Options.UserHandle = []byte("0123456789abcdef")
		if r := w.visitor().signs(&stolen); r.StatusCode != 422 {
			t.Errorf("with another handle: %d", r.StatusCode)
		}
	})
}

// The script is the same for everybody, and no cache asks who wants it.
func TestPasskeyScript(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	v := w.visitor()
	r := v.ask("GET", "/account/passkey.js", "")
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(v.text(r), "navigator.credentials") {
		t.Errorf("%d %s", r.StatusCode, r.Header)
	}
	if r.Header.Get("Set-Cookie") != "" || !strings.HasPrefix(r.Header.Get("Cache-Control"), "public") {
		t.Errorf("cached with %q and cookie %q", r.Header.Get("Cache-Control"), r.Header.Get("Set-Cookie"))
	}
	if r := v.ask("GET", "/account/passkey.js", "", "If-None-Match: "+r.Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("asked again: %d", r.StatusCode)
	}
	if r := v.ask("POST", "/account/passkey.js", ""); r.StatusCode != 405 {
		t.Errorf("posted: %d", r.StatusCode)
	}
}
