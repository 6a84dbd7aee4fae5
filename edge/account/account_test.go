package account_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"indigex.com/indigex/edge/account"
)

// Accounts: no confusables.
func TestAccountsUserIDs(t *testing.T) {
	for name, want := range map[string]string{
		"anna": "anna", "Anna.B-9_": "anna.b-9_", "ABC": "abc", "123": "123", strings.Repeat("a", 32): strings.Repeat("a", 32), "-a-": "-a-",
		"": "", "ab": "", strings.Repeat("a", 33): "", "änna": "", "аnna": "" /* Cyrillic */, "anna ": "", " anna": "", "an na": "", "ann\x00": "", "ann\u200ba": "", "ａｎｎａ": "",
		"an@na": "", "an/na": "", "an'na": "", "...": "", "_-_": "", "admin": "", "Admin": "", "-admin-": "", "ROOT": "", "indigex": "", "InDigex.": "", "anna\n": "", "ıstan": "", "kelvin\u212a": "",
	} {
		got, err := account.FoldUserID(name, "indigex", "INDIGEX")
		var refused *account.UserIDError
		if got != want || (want == "") != errors.As(err, &refused) || refused != nil && !strings.HasSuffix(refused.Text, ".") {
			t.Errorf("%q is folded to %q, %v", name, got, err)
		}
	}
}

func FuzzFoldUserID(f *testing.F) {
	f.Add("Anna.B-9_")
	f.Add("\xff\xfe\xfd")
	f.Fuzz(func(t *testing.T, name string) {
		id, err := account.FoldUserID(name)
		if err != nil {
			return
		}
		again, err := account.FoldUserID(id)
		if err != nil || again != id || !strings.EqualFold(id, name) || strings.ToLower(id) != id {
			t.Errorf("%q is folded to %q, and that to %q, %v", name, id, again, err)
		}
	})
}

// cookies are the lines that an answer sets.
func cookies(write func(http.ResponseWriter)) (line, value string) {
	rec := httptest.NewRecorder()
	write(rec)
	if rec.Header().Get("Cache-Control") != "private, no-store" {
		return "an answer that caches keep", ""
	}
	return rec.Header().Get("Set-Cookie"), rec.Result().Cookies()[0].Value
}

func read(lines ...string) (account.Token, bool) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header["Cookie"] = lines
	return account.ReadToken(r)
}

func TestSessionCookie(t *testing.T) {
	token := account.NewToken()
	line, value := cookies(token.Write)
	if want := "__Host-session=" + value + "; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax"; line != want || len(value) != 43 {
		t.Errorf("the cookie is %q", line)
	}
	if got, ok := read("a=b; __Host-session=" + value + "; c=d"); !ok || got != token || got.Hash() == account.NewToken().Hash() {
		t.Error("the token is not read back")
	}
	if line, value := cookies(account.Expire); value != "" || !strings.Contains(line, "Max-Age=0") {
		t.Errorf("expired by %q", line)
	}
	if text := fmt.Sprint(token) + fmt.Sprintf("%v %+v", token, token) + token.LogValue().String(); strings.Contains(text, value) {
		t.Errorf("a token shows itself: %s", text)
	}
}

// Cookies: the session's by its exact name only, and nothing else in its place.
func TestCookiesSessionByItsExactName(t *testing.T) {
	_, value := cookies(account.NewToken().Write)
	_, other := cookies(account.NewToken().Write)
	const name = "__Host-session="
	if _, ok := read(name+value, name+value); !ok {
		t.Error("the same value twice is not one")
	}
	for what, lines := range map[string][]string{
		"none": nil, "empty": {name}, "another name": {"__Secure-session=" + value}, "in capitals": {"__HOST-SESSION=" + value}, "a space in it": {"__Host-session =" + value},
		"two": {name + value + "; " + name + other}, "two lines": {name + value, name + other}, "cut": {name + value[:42]}, "longer": {name + value + "A"},
		"quoted": {name + `"` + value + `"`}, "other base64": {name + strings.Repeat("+", 43)}, "spare bits": {name + value[:42] + "_"}, "padded": {name + value + "="},
		"an identity": {name + "MTc5NTQ5NDk1M3xWWlR6ZURmTDZTRHhRRDhWTmtaUzBvbXBvU19xSnJiMjVNdEpOQWE5NWdTS0ZE"},
	} {
		if _, ok := read(lines...); ok {
			t.Errorf("%s: %q opens something", what, lines)
		}
	}
}
