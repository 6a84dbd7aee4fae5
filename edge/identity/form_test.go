package identity

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// begin returns a browser with a form cookie, and the cookie as it sends it.
func (w *world) begin() (Form, string) {
	w.Helper()
	response := recorder()
	form, err := w.forms.Begin(response, request())
	w.must(err)
	return form, strings.Split(response.Header().Get("Set-Cookie"), ";")[0]
}

func TestForms(t *testing.T) {
	w := newWorld(t)
	response := recorder()
	form, err := w.forms.Begin(response, request("theme=dark"))
	w.must(err)
	line := response.Header().Get("Set-Cookie")
	cookie, attributes, _ := strings.Cut(line, "; ")
	if !strings.HasPrefix(cookie, "__Host-form=") || attributes != "Path=/; HttpOnly; Secure; SameSite=Lax" || response.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("the header is %v", response.Header())
	}
	first, second := form.Token("preferences"), form.Token("preferences")
	a, err := w.forms.Verify(request(cookie), "preferences", first)
	w.must(err)
	again, err := w.forms.Verify(request(cookie), "preferences", first)
	w.must(err)
	b, err := w.forms.Verify(request(cookie), "preferences", second)
	w.must(err)
	if a != again || a == b || a.String() == b.String() || len(a.String()) != 22 {
		t.Errorf("the nonces are %v, %v and %v", a, again, b)
	}

	// The browser keeps its cookie, so that a form in another tab holds.
	response = recorder()
	same, err := w.forms.Begin(response, request(cookie))
	w.must(err)
	if same.cookie != form.cookie || response.Header().Get("Set-Cookie") != "" || response.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("the second header is %v", response.Header())
	}
}

func (w *world) refused(want error, purpose, token string, lines ...string) {
	w.Helper()
	nonce, err := w.forms.Verify(request(lines...), purpose, token)
	if !errors.Is(err, want) || nonce != (Nonce{}) {
		w.Errorf("%v, %v; want %v", nonce, err, want)
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	w := newWorld(t)
	form, cookie := w.begin()
	_, other := w.begin()
	token := form.Token("preferences")
	w.refused(ErrForeign, "preferences", token)
	w.refused(ErrForeign, "preferences", token, other)
	w.refused(ErrForeign, "preferences", token, cookie+"; "+other)
	w.refused(ErrForeign, "preferences", token, formCookie+"=AAAA")
	w.refused(ErrForeign, "preferences", token, strings.ToLower(cookie))
	w.refused(ErrForeign, "notices", token, cookie)
	w.refused(ErrForeign, "", token, cookie)
	w.refused(ErrForeign, "preferences", newWorldForm(t, form).Token("preferences"), cookie)
	w.refused(ErrFlooded, "preferences", token, cookie+strings.Repeat(";", 3000))
	if _, err := w.forms.Begin(recorder(), request(strings.Repeat(";", 3000))); !errors.Is(err, ErrFlooded) {
		t.Errorf("a flood begins with %v", err)
	}
	for i := range token {
		w.refused(ErrForeign, "preferences", token[:i], cookie)
		for _, c := range "\n=A_" {
			if changed := token[:i] + string(c) + token[i+1:]; changed != token {
				w.refused(ErrForeign, "preferences", changed, cookie)
			}
		}
	}
	w.refused(ErrForeign, "preferences", token+"A", cookie)
}

// newWorldForm is the same browser at a server with other keys.
func newWorldForm(t *testing.T, f Form) Form { return Form{newWorld(t).forms, f.cookie} }

func TestTokensExpire(t *testing.T) {
	w := newWorld(t)
	form, cookie := w.begin()
	token, shown := form.Token("preferences"), w.now
	for _, age := range []time.Duration{0, TokenAge - time.Second, -Skew} {
		w.now = shown.Add(age)
		_, err := w.forms.Verify(request(cookie), "preferences", token)
		w.must(err)
	}
	for _, age := range []time.Duration{TokenAge, 400 * 24 * time.Hour, -Skew - time.Second, -400 * 24 * time.Hour} {
		w.now = shown.Add(age)
		w.refused(ErrExpired, "preferences", token, cookie)
	}
}

func TestTokensOutliveRotation(t *testing.T) {
	w := newWorld(t)
	form, cookie := w.begin()
	token, leaked := form.Token("preferences"), w.ring.keys[0].ID
	w.rotate()
	_, err := w.forms.Verify(request(cookie), "preferences", token)
	w.must(err)
	w.ring, err = w.ring.Retire(leaked, w.now)
	w.must(err)
	w.refused(ErrForeign, "preferences", token, cookie)
}
