package edge_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store/storetest"
)

func TestRegisterAndBeKnownElsewhere(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.visitor()
		r := v.ask("GET", "/account/register", "", "Host: "+market, "Referer: https://"+market+"/lamp/")
		if to := r.Header.Get("Location"); r.StatusCode != 303 || to != "https://"+host+"/account/register?return_to="+url.QueryEscape("https://"+market+"/lamp/") {
			t.Errorf("another host leads with %d to %q", r.StatusCode, to)
		}
		v.ask("GET", "/", "")
		form := v.form("/account/register?return_to="+url.QueryEscape("https://"+market+"/"), "/account/register")
		code := v.visitorOf().Code
		for range 2 {
			r = v.posted("/account/register", form, "user_id=Anna.K", "password="+password, "email=anna@lanterns.example", "name=Anna", "choice.letters=granted")
			if r.StatusCode != 303 || r.Header.Get("Location") != "https://"+market+"/" {
				t.Fatalf("%d %v", r.StatusCode, r.Header)
			}
		}
		known := v.visitorOf()
		if known.Code == code || known.UserID != "anna.k" {
			t.Errorf("the cookie has %+v, and a code that somebody could have set: %v", known, code)
		}
		if owner, err := w.store.Accounts().Owner(t.Context(), code); err != nil || owner == (account.ID{}) {
			t.Errorf("the code before is not joined: %v", err)
		}
		if r := w.visitor().withForm(v).posted("/account/register", form, "password=another seven lanterns"); r.StatusCode != 422 {
			t.Errorf("the form again with another password: %d", r.StatusCode)
		}
		page := v.account()
		for _, want := range []string{"anna.k", "anna@lanterns.example", "A year after you signed in.", "For: account.", "This address is not confirmed yet."} {
			if !strings.Contains(strings.ToLower(page), strings.ToLower(want)) {
				t.Errorf("the account doesn't show %q", want)
			}
		}
		if n := strings.Count(page, "Signed in on"); n != 1 {
			t.Errorf("a form sent twice began %d sessions", n)
		}
		records, err := w.store.Latest(t.Context(), known.Code)
		if err != nil || len(records) != 1 || records[0].State != "granted" || records[0].Source != "form" {
			t.Errorf("choices: %+v, %v", records, err)
		}
		if told := v.text(v.ask("GET", "/", "")); !strings.Contains(told, "anna.k") {
			t.Errorf("a page doesn't show who is signed in: %s", told)
		}
		if l := w.letters()[mail.ConfirmAddress]; l.To != "anna@lanterns.example" || l.Values["user_id"] != "anna.k" {
			t.Errorf("letter: %+v", l)
		}
		other := w.visitor()
		if status, _ := other.send("/account/register", "user_id=ANNA.K", "password="+password); status != 422 {
			t.Errorf("a User ID that is taken: %d", status)
		}
	})
}

// visitorOf is who the cookie names.
// withForm has the forms of another browser.
func (v *visitor) withForm(of *visitor) *visitor {
	v.cookies["__Host-form"] = of.cookies["__Host-form"]
	return v
}

func (v *visitor) visitorOf() (who identity.Visitor) {
	v.Helper()
	r, _ := http.NewRequest("GET", "https://"+host+"/", nil)
	r.AddCookie(&http.Cookie{Name: "__Secure-code", Value: v.cookies["__Secure-code"]})
	found, _ := v.cookiesOf().Read(r)
	return found
}

func TestMistakesInTheFormToRegister(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	for _, test := range []struct{ field, value, want string }{
		{"user_id", "an", "3 to 32"}, {"user_id", "аnna", "only the letters"}, {"user_id", "support", "reserved"},
		{"password", "short", "too short"}, {"password", "password1", "break-ins"}, {"password", "lanterns", "little more"},
		{"email", "nobody", "not an email address"}, {"email", "a@b.example\r\nBcc: c@d.example", "no text"}, {"phone", "call me", "not a phone number"}, {"name", strings.Repeat("a", 201), "too long"},
	} {
		v := w.visitor()
		form := v.form("/account/register", "/account/register")
		form.Set("user_id", "bertha")
		form.Set("password", password)
		r := v.posted("/account/register", form, test.field+"="+test.value)
		if page := v.text(r); r.StatusCode != 422 || !strings.Contains(page, test.want) || strings.Contains(page, password) {
			t.Errorf("%s %q: %d, %s", test.field, test.value, r.StatusCode, page)
		}
	}
	if _, err := w.store.Accounts().Find(t.Context(), "bertha"); err != account.ErrNotFound {
		t.Errorf("a mistaken form made an account: %v", err)
	}
}

// A second browser with other answers joins: the answer that permits less
// holds, both stay, and the person decides.
func TestMerge(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		first := w.registered("anna", "choice.letters=granted")
		second := w.visitor()
		second.ask("GET", "/", "")
		second.sendsChoice("refused")
		own := second.visitorOf().Code
		status, to := second.send("/account/sign-in", "user_id=anna", "password="+password)
		if status != 303 || to != "/account?differs#differences" {
			t.Fatalf("sign-in: %d %s", status, to)
		}
		profile := first.visitorOf().Code
		if got := second.visitorOf(); got.Code != profile || got.UserID != "anna" {
			t.Errorf("the second browser carries %+v", got)
		}
		for code, want := range map[[16]byte]string{profile: "refused sign-in", own: "refused preferences"} {
			records, err := w.store.Latest(t.Context(), code)
			w.must(err)
			if got := fmt.Sprintf("%s %s", records[0].State, records[0].Source); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if past, err := w.store.History(t.Context(), profile, 0, 10); err != nil || len(past) != 2 {
			t.Errorf("%d receipts of the profile, %v", len(past), err)
		}
		for _, v := range []*visitor{first, second} {
			if page := v.account(); !strings.Contains(page, "In the browser: Refused. In your account: Granted.") || !strings.Contains(page, "Holds now: Refused.") {
				t.Error("a browser isn't shown the difference")
			}
		}
		second.sendsChoice("granted")
		if strings.Contains(first.account(), "In the browser:") {
			t.Error("what was decided is still asked")
		}
		third := w.visitor()
		third.ask("GET", "/", "")
		third.sendsChoice("refused")
		third.signsIn("anna")
		form := url.Values{"token": {hiddenOf(t, third.account(), "/account").Get("token")}}
		if r := third.posted("/account", form, "do=settle", "which=letters"); r.StatusCode != 303 || strings.Contains(first.account(), "In the browser:") {
			t.Errorf("left as it holds, it is still asked: %d", r.StatusCode)
		}
		if records, err := w.store.Latest(t.Context(), profile); err != nil || records[0].State != "refused" {
			t.Errorf("left as it holds, it is %+v, %v", records, err)
		}
		third.sendsChoice("granted")
		second.signsOut()
		if got := second.visitorOf(); got.Code == profile || got.Code == own || got.UserID != "" {
			t.Errorf("after signing out the browser carries %+v", got)
		}
		second.sendsChoice("granted")
		second.signsIn("anna")
		if strings.Contains(second.account(), "In the browser:") {
			t.Error("the same answers count as different")
		}
	})
}

func (v *visitor) sendsChoice(answer string) {
	v.Helper()
	if status, to := v.send("/preferences", "choice.letters="+answer); status != 303 {
		v.Fatalf("preferences: %d %s", status, to)
	}
}

func (v *visitor) signsOut() {
	v.Helper()
	v.sends("/account/sign-out", "/")
	if v.account() != "" {
		v.Error("the account is open after signing out")
	}
}

// A browser that carries another person's profile joins nothing.
func TestSharedComputer(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	anna := w.registered("anna", "choice.letters=granted")
	bertha := w.registered("bertha")
	delete(anna.cookies, "__Host-session")
	anna.signsIn("bertha")
	if anna.visitorOf().Code != bertha.visitorOf().Code {
		t.Error("who signs in is not who the cookie names")
	}
	if page := anna.account(); strings.Contains(page, "In the browser:") {
		t.Error("one person's answers are held against another's")
	}
	third := w.visitor()
	third.cookies["__Secure-code"] = bertha.cookies["__Secure-code"]
	third.sends("/account/register", "/account?registered=strong", "user_id=clara", "password="+password)
	if third.visitorOf().Code == bertha.visitorOf().Code {
		t.Error("two accounts have one profile")
	}
}

func TestEditInTwoTabs(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "name=Anna")
		one, two := v.form("/account", "/account"), v.form("/account", "/account")
		for _, form := range []url.Values{one, two} {
			form.Set("name", "Anna")
			form.Set("email", "")
			form.Set("phone", "")
			form.Set("postal_address", "")
		}
		if r := v.posted("/account", one, "name=Anna K.", "postal_address=Mill Lane 1\r\nRiverton"); r.StatusCode != 303 {
			t.Fatalf("the first: %d %s", r.StatusCode, v.text(r))
		}
		if r := v.posted("/account", two, "phone=+1 555 0100"); r.StatusCode != 303 {
			t.Fatalf("another field: %d %s", r.StatusCode, v.text(r))
		}
		page := v.account()
		for _, want := range []string{`value="Anna K."`, "Mill Lane 1\nRiverton", "&#43;1 555 0100"} {
			if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "&#43;", "+")) {
				t.Errorf("merged, the account lacks %q", want)
			}
		}
		r := v.posted("/account", two, "name=A. Klein")
		if page := v.text(r); r.StatusCode != 409 || !strings.Contains(page, "Anna K.") || !strings.Contains(page, "A. Klein") {
			t.Errorf("the same field: %d", r.StatusCode)
		}
		if r := v.posted("/account", one, "name=Anna K.", "postal_address=Mill Lane 1\r\nRiverton"); r.StatusCode != 303 {
			t.Errorf("the first once more: %d", r.StatusCode)
		}
	})
}

func TestSessions(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		first, second, third := w.registered("anna"), w.visitor(), w.visitor()
		second.signsIn("anna")
		third.signsIn("anna")
		before := first.cookies["__Host-session"]
		stolen := w.visitor()
		stolen.cookies["__Host-session"] = before
		if stolen.account() != "" {
			t.Error("a session opens in a browser of another code")
		}
		page := first.account()
		end := regexp.MustCompile(`name="which" value="(\w+)"`).FindAllStringSubmatch(page, -1)
		if len(end) != 2 {
			t.Fatalf("%d other sessions are shown", len(end))
		}
		form := url.Values{"token": {hiddenOf(t, page, "/account").Get("token")}}
		if r := first.posted("/account", form, "do=end", "which="+end[0][1]); r.StatusCode != 303 {
			t.Fatalf("%d", r.StatusCode)
		}
		if open := (second.account() != "") != (third.account() != ""); !open {
			t.Error("not one of the two others ended")
		}
		if r := first.posted("/account", form, "do=end-others"); r.StatusCode != 303 || second.account()+third.account() != "" || first.account() == "" {
			t.Errorf("ending all others: %d", r.StatusCode)
		}
		w.later(29 * 24 * time.Hour)
		if first.account() == "" {
			t.Error("a session that was used ended within 30 days")
		}
		w.later(30*24*time.Hour + time.Second)
		if first.account() != "" {
			t.Error("a session lasts over 30 days without use")
		}
	})
}

// A browser that lost its identity still ends its session by signing out.
func TestSignOutWithoutIdentity(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	v := w.registered("anna")
	thief := w.visitor()
	for name, value := range v.cookies {
		thief.cookies[name] = value
	}
	form := v.form("/account/sign-out", "/account/sign-out")
	delete(v.cookies, "__Secure-code")
	if r := v.posted("/account/sign-out", form); r.StatusCode != 303 {
		t.Fatalf("%d", r.StatusCode)
	}
	if thief.account() != "" {
		t.Error("the session still opens the account")
	}
}

func TestPasswords(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		const next = "nine blue kettles"
		first := w.registered("anna", "email=anna@lanterns.example")
		second := w.visitor()
		second.signsIn("anna")
		if status, _ := first.send("/account/password", "password=wrong wrong", "new_password="+next); status != 422 {
			t.Errorf("without the present one: %d", status)
		}
		if status, _ := first.send("/account/password", "password="+password, "new_password=anna"); status != 422 {
			t.Errorf("a weak one: %d", status)
		}
		first.sends("/account/password", "/account?password=good", "password="+password, "new_password="+next)
		if first.account() == "" || second.account() != "" {
			t.Error("a change of the password ends other sessions and no more")
		}
		// The address is confirmed by a press of the button, not by looking.
		link := w.link(w.letters()[mail.ConfirmAddress])
		for _, method := range []string{"GET", "HEAD", "GET"} {
			if r := w.visitor().ask(method, link, ""); r.StatusCode != 200 {
				t.Fatalf("%s: %d", method, r.StatusCode)
			}
		}
		if strings.Contains(first.account(), "Confirmed on") {
			t.Error("a scanner confirmed the address")
		}
		if status, _ := w.visitor().send(link); status != 200 || !strings.Contains(first.account(), "Confirmed on") {
			t.Errorf("the button doesn't confirm: %d", status)
		}
		if r := w.visitor().ask("GET", link, ""); r.StatusCode != 404 {
			t.Errorf("a link that was used: %d", r.StatusCode)
		}
		w.reset(first, next)
	})
}

// reset has who forgot the password choose another one.
func (w *town) reset(first *visitor, old string) {
	w.Helper()
	texts := map[string]string{}
	for _, id := range []string{"anna", "nobody"} {
		v := w.visitor()
		r := v.posted("/account/password", v.form("/account/password", "/account/password"), "user_id="+id)
		texts[id] = fmt.Sprint(r.StatusCode, v.text(r))
	}
	if texts["anna"] != texts["nobody"] {
		w.Errorf("who has an account is told apart: %v", texts)
	}
	letter := w.letters()[mail.ResetPassword]
	if letter.To != "anna@lanterns.example" {
		w.Fatalf("letter: %+v", letter)
	}
	one, other := w.link(letter), w.link(letter)
	v := w.visitor()
	if status, _ := v.send(one, "new_password=short"); status != 422 {
		w.Errorf("a weak one by the link: %d", status)
	}
	v.sends(one, "/account/sign-in?reset", "new_password="+password)
	if r := v.ask("GET", other, ""); r.StatusCode != 404 {
		w.Errorf("a second link of the letter: %d", r.StatusCode)
	}
	if first.account() != "" {
		w.Error("a reset leaves sessions open")
	}
	if status, _ := v.send("/account/sign-in", "user_id=anna", "password="+old); status != 422 {
		w.Errorf("the old password: %d", status)
	}
	v.signsIn("anna")
	if l := w.letters()[mail.PasswordChanged]; l.To == "" {
		w.Error("no letter says that the password was changed")
	}
}

// Whoever guesses is slowed down, while the owner gets in on a browser that was
// signed in before, even after signing out.
func TestOwnerGetsInDuringAnAttack(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		owner := w.registered("anna")
		owner.signsOut()
		attacker := w.visitor()
		form := attacker.form("/account/sign-in", "/account/sign-in")
		statuses := map[int]int{}
		for range 8 {
			r := attacker.posted("/account/sign-in", form, "user_id=anna", "password=wrong wrong")
			statuses[r.StatusCode]++
			if r.StatusCode == 429 && r.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
		}
		if statuses[422] != 5 || statuses[429] != 3 {
			t.Errorf("statuses: %v", statuses)
		}
		owner.signsIn("anna")
		if status, _ := w.visitor().send("/account/sign-in", "user_id=anna", "password="+password); status != 429 {
			t.Errorf("the right password from a new browser meanwhile: %d", status)
		}
	})
}

func TestReturnAddresses(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	w.registered("anna")
	for to, want := range map[string]string{
		"/lamps?x=1": "/lamps?x=1", "https://" + market + "/a#b": "https://" + market + "/a#b", "https://" + market: "https://" + market + "/",
		"//evil.example": "/account", "/\\evil.example": "/account", "/%09/evil.example": "/account", "https:evil.example": "/account", "https://" + host + "@evil.example/": "/account",
		"https://" + market + ".evil.example/": "/account", "javascript:alert(1)": "/account", "http://" + market + "/": "/account", "https://" + market + "//evil.example": "/account", "/a\r\nSet-Cookie: b=c": "/account",
	} {
		v := w.visitor()
		form := v.form("/account/sign-in", "/account/sign-in")
		r := v.posted("/account/sign-in", form, "user_id=anna", "password="+password, "return_to="+to)
		if got := r.Header.Get("Location"); r.StatusCode != 303 || got != want {
			t.Errorf("%q leads with %d to %q, want %q", to, r.StatusCode, got, want)
		}
	}
}

// No answer to a GET changes anything, and no form is taken from elsewhere.
func TestAccountFormsFromElsewhere(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	v := w.registered("anna")
	for _, path := range []string{"/account", "/account/sign-out", "/account/erase", "/account/password"} {
		form := v.form(path, path)
		for _, field := range []string{"Origin: https://" + market, "Origin: null", "Sec-Fetch-Site: same-site"} {
			if r := v.ask("POST", path, form.Encode(), field); r.StatusCode != 403 {
				t.Errorf("POST %s with %s: %d", path, field, r.StatusCode)
			}
		}
		if r := v.ask("POST", path, ""); r.StatusCode != 403 {
			t.Errorf("POST %s without a token: %d", path, r.StatusCode)
		}
		if r := v.ask("GET", path+"?do=end-others&password=x", ""); r.StatusCode != 200 {
			t.Errorf("GET %s: %d", path, r.StatusCode)
		}
	}
	if v.account() == "" {
		t.Error("a form from elsewhere signed out")
	}
}
