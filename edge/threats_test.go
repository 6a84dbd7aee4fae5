package edge_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// These tests are named after the lines of what the edge must withstand. The
// connection's part is in connection_test.go and http_test.go, what single
// packages withstand in theirs.

// receipts counts the visitor's receipts.
func (v *visitor) receipts() int {
	v.Helper()
	return strings.Count(v.text(v.ask("GET", "/preferences/history", "")), `href="/preferences/receipts/`)
}

func TestCrossSiteReadingChangesNothing(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE"} {
		for _, path := range []string{"/preferences?" + form.Encode(), "/notices?" + form.Encode()} {
			v.ask(method, path, form.Encode(), "Content-Type: application/x-www-form-urlencoded", "X-HTTP-Method-Override: POST")
		}
	}
	if n := v.receipts(); n != 0 {
		t.Errorf("%d receipts without a POST", n)
	}
}

func TestCrossSiteTokenOfAnotherBrowser(t *testing.T) {
	w := newTown(t, 1)
	v, thief := w.visitor(), w.visitor()
	form := thief.hidden("/preferences")
	form.Set("choice.letters", "granted")
	v.hidden("/preferences")
	if r := v.ask("POST", "/preferences", form.Encode(), "Origin: ", "Sec-Fetch-Site: "); r.StatusCode != 403 || v.receipts() != 0 {
		t.Errorf("a token of another browser: %d, %d receipts", r.StatusCode, v.receipts())
	}
	// A token for one form doesn't do for another.
	if r := v.ask("POST", "/notices", url.Values{"token": {v.hidden("/preferences").Get("token")}, "known": {"privacy@1"}}.Encode()); r.StatusCode != 403 {
		t.Errorf("a token of another form: %d", r.StatusCode)
	}
}

func TestCookiesIdentityInAnotherPlace(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	v.cookies["__Host-form"] = v.cookies["__Secure-code"]
	form.Set("choice.letters", "granted")
	if r := v.ask("POST", "/preferences", form.Encode()); r.StatusCode != 403 {
		t.Errorf("the identity in the form's place: %d", r.StatusCode)
	}
	v.cookies["__Secure-code"] = v.cookies["__Host-form"]
	for name, value := range v.cookies {
		if len("Set-Cookie: "+name+"="+value) > 4096 {
			t.Errorf("%s has %d bytes", name, len(value))
		}
	}
}

func TestCookiesTwoIdentitiesStoreNothing(t *testing.T) {
	w := newTown(t, 1)
	v, other := w.visitor(), w.visitor()
	other.told()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	pairs := []string{"__Secure-code=" + v.cookies["__Secure-code"], "__Secure-code=" + other.cookies["__Secure-code"], "__Host-form=" + v.cookies["__Host-form"]}
	both := &visitor{w, map[string]string{}}
	r := both.ask("POST", "/preferences", form.Encode(), "Cookie: "+strings.Join(pairs, "; "))
	if r.StatusCode != 409 || v.receipts()+other.receipts() != 0 {
		t.Errorf("two identities: %d, receipts %d and %d", r.StatusCode, v.receipts(), other.receipts())
	}
	if both.cookies["__Secure-code"] == v.cookies["__Secure-code"] || both.cookies["__Secure-code"] == other.cookies["__Secure-code"] {
		t.Error("one of the two was kept")
	}
}

func TestRedirectsStayOnTheHost(t *testing.T) {
	for _, back := range []string{
		"//evil.example", `/\evil.example`, "/%09/evil.example", "https:evil.example", "https://evil.example/", "/@evil.example/..//x",
		"javascript:alert(1)", "///evil.example", "\t//evil.example", "/a\r\nLocation: https://evil.example", "/../x", "https://" + host + "@evil.example",
	} {
		v := notified(t)
		form := url.Values{"token": {v.hidden("/notices").Get("token")}, "known": {"privacy@2"}, "return_to": {back}}
		r := v.ask("POST", "/notices", form.Encode())
		if got := r.Header.Get("Location"); r.StatusCode != 303 || strings.Contains(got, "evil") || !strings.HasPrefix(got, "/") || len(r.Header["Location"]) != 1 {
			t.Errorf("%q: %d to %q", back, r.StatusCode, got)
		}
	}
}

func TestOutputNoSuffixReachesAPersonalPage(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	receipt, _, _ := strings.Cut(v.ask("POST", "/preferences", form.Encode()).Header.Get("Location"), "?")
	for _, path := range []string{
		"/preferences.css", "/preferences/x.css", "/preferences/history.js", "/preferences/history/x.png", "/notices.css", "/notices/a.js", "/notices/fragment.css",
		"/preferences%2fx.css", "/preferences;x.css", "/preferences/%2e%2e/preferences.css", receipt + ".css", receipt + "/x.js", receipt + ".json.css",
	} {
		r := v.ask("GET", path, "")
		if text := v.text(r); r.StatusCode == 200 || strings.Contains(text, "Letters") {
			t.Errorf("%s: %d %s", path, r.StatusCode, text)
		}
	}
	for _, path := range []string{receipt, receipt + ".json"} {
		if r := v.ask("GET", path, ""); r.StatusCode != 200 || r.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

func TestOutputHeadersOnEveryAnswerOfTheEdge(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	for want, r := range map[int]*http.Response{
		400: v.ask("POST", "/preferences", form.Encode()+"&x=y"),
		403: v.ask("POST", "/preferences", form.Encode(), "Origin: null"),
		404: v.ask("GET", "/preferences/receipts/none", ""),
		405: v.ask("DELETE", "/preferences", ""),
		413: v.ask("POST", "/preferences", strings.Repeat("a", 64<<10+1)),
		415: v.ask("POST", "/preferences", "{}", "Content-Type: application/json"),
		421: v.ask("GET", "/preferences", "", "X-Forwarded-Host: evil.example"),
		200: v.ask("GET", "/preferences", ""),
		204: v.ask("GET", "/notices/fragment", ""),
		303: v.ask("POST", "/preferences", form.Encode()),
	} {
		h := r.Header
		csp := h.Get("Content-Security-Policy")
		if r.StatusCode != want || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") == "" || h.Get("Cross-Origin-Opener-Policy") == "" || h.Get("Cross-Origin-Resource-Policy") == "" {
			t.Errorf("%d, want %d: %v", r.StatusCode, want, h)
		}
	}
}

func TestRacesFiftyPostsOfOneForm(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	places := make([]string, 50)
	var all sync.WaitGroup
	for i := range places {
		// Each has its own copy of the cookies.
		tab := &visitor{w, map[string]string{"__Secure-code": v.cookies["__Secure-code"], "__Host-form": v.cookies["__Host-form"]}}
		all.Go(func() {
			r := tab.ask("POST", "/preferences", form.Encode())
			places[i] = fmt.Sprint(r.StatusCode, " ", r.Header.Get("Location"))
		})
	}
	all.Wait()
	if got := slices.Compact(places); len(got) != 1 || !strings.HasPrefix(got[0], "303 /preferences/receipts/") || v.receipts() != 1 {
		t.Errorf("50 posts of one form: %q, %d receipts", got, v.receipts())
	}
}

func TestConsentReceiptOfAnotherPerson(t *testing.T) {
	w := newTown(t, 1)
	v, other := w.visitor(), w.visitor()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	receipt, _, _ := strings.Cut(v.ask("POST", "/preferences", form.Encode()).Header.Get("Location"), "?")
	other.told()
	for _, suffix := range []string{"", ".json"} {
		theirs, none := other.ask("GET", receipt+suffix, ""), other.ask("GET", "/preferences/receipts/9-0123456789abcdef"+suffix, "")
		if theirs.StatusCode != 404 || other.text(theirs) != other.text(none) {
			t.Errorf("%s%s: %d, not as if it were absent", receipt, suffix, theirs.StatusCode)
		}
	}
}

func TestConsentKnownMustBeKnowable(t *testing.T) {
	for _, known := range []string{"privacy@3", "privacy@0", "privacy@-1", "privacy@99999999999999999999", "other@1", "privacy", "@", ""} {
		v := notified(t)
		before := v.cookies["__Secure-code"]
		form := url.Values{"token": {v.hidden("/notices").Get("token")}, "known": {known}}
		if r := v.ask("POST", "/notices", form.Encode()); r.StatusCode != 409 && r.StatusCode != 400 || v.cookies["__Secure-code"] != before {
			t.Errorf("%q: %d, cookie changed: %v", known, r.StatusCode, v.cookies["__Secure-code"] != before)
		}
	}
}

func TestPrivacyNothingOfAPersonInTheLog(t *testing.T) {
	w := newTown(t, 2)
	v := w.visitor()
	v.told()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	receipt := v.ask("POST", "/preferences", form.Encode()).Header.Get("Location")
	v.ask("GET", receipt, "")
	v.ask("POST", "/preferences", form.Encode()+"&secret=anna@example.com")
	v.ask("GET", "/preferences?mail=anna@example.com", "", "Referer: https://"+host+"/?mail=anna@example.com", "User-Agent: anna@example.com")
	_, page, _ := strings.Cut(v.text(v.ask("GET", "/preferences", "")), "personal identification code")
	_, page, _ = strings.Cut(page, "<code>")
	code, _, found := strings.Cut(page, "</code>")
	if !found || len(code) < 20 {
		t.Fatalf("the page shows the code %q", code)
	}
	log := w.log.String()
	for _, secret := range []string{code, "anna", "letters", "granted", v.cookies["__Secure-code"], v.cookies["__Host-form"], form.Get("token")} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if !strings.Contains(log, `"event":"preferences posted"`) {
		t.Errorf("the log lacks the events: %s", log)
	}
}

// notified is a visitor of the first version, when the second is in force.
func notified(t *testing.T) *visitor {
	t.Helper()
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	return v
}
