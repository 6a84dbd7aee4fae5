package edge_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/mail"
)

func TestEraseIsAskedForAndTakenBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "email=anna@lanterns.example")
		w.must2(w.visitor().send(w.link(w.letters()[mail.ConfirmAddress])))
		if status, _ := v.send("/account/erase", "password=wrong wrong"); status != 422 {
			t.Errorf("without the password: %d", status)
		}
		v.sends("/account/erase", "/account?erasing", "password="+password)
		if page := v.account(); !strings.Contains(page, "8 February 2026, 12:00 UTC") {
			t.Error("the account doesn't say when it will be erased")
		}
		v.sends("/account/erase", "/account?kept")
		if page := v.account(); strings.Contains(page, "8 February 2026") {
			t.Error("the erasure isn't taken back")
		}
		letters := w.letters()
		if letters[mail.ErasureAsked].Values["when"] != "2026-02-08T12:00:00Z" || letters[mail.ErasureWithdrawn].To == "" {
			t.Errorf("letters: %+v", letters)
		}
	})
}

func (w *town) must2(status int, _ string) {
	w.Helper()
	if status != 200 {
		w.Fatalf("status %d", status)
	}
}

// A link in a mail ends what it was sent for: by the page's button, and by what
// mail programs post, without a cookie and on any host; looking does nothing.
func TestUnsubscribe(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "choice.letters=granted")
		code := v.visitorOf().Code
		token := mail.NewToken()
		w.must(w.store.Mail().AddLink(t.Context(), mail.Link{Hash: token.Hash(), Kind: mail.PolicyChange, Choice: "letters", Code: code, Expires: w.clock().Add(time.Hour)}))
		path := "/unsubscribe/" + token.Text()
		state := func() string {
			records, err := w.store.Latest(t.Context(), code)
			w.must(err)
			return fmt.Sprintf("%s %s", records[0].State, records[0].Source)
		}
		program := func(fields ...string) int {
			return w.visitor().ask("POST", path, "List-Unsubscribe=One-Click", append(fields, "Origin: ", "Sec-Fetch-Site: ")...).StatusCode
		}
		for _, method := range []string{"GET", "HEAD", "GET"} {
			if r := w.visitor().ask(method, path, ""); r.StatusCode != 200 || state() != "granted form" {
				t.Fatalf("%s: %d, %s", method, r.StatusCode, state())
			}
		}
		if got := program(); got != 200 || state() != "refused unsubscribe" {
			t.Errorf("one click: %d, %s", got, state())
		}
		if got := program(); got != 200 {
			t.Errorf("one click once more: %d", got)
		}
		if past, err := w.store.History(t.Context(), code, 0, 9); err != nil || len(past) != 2 {
			t.Errorf("%d receipts, %v", len(past), err)
		}
		v.sendsChoice("granted")
		const part = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"%s\r\n\r\nOne-Click\r\n--b--\r\n"
		for file, want := range map[string]int{"; filename=\"a\"": 400, "": 200} {
			r := w.visitor().ask("POST", path, fmt.Sprintf(part, file), "Origin: ", "Sec-Fetch-Site: ", "Content-Type: multipart/form-data; boundary=b")
			if r.StatusCode != want {
				t.Errorf("one click in parts%s: %d", file, r.StatusCode)
			}
		}
		if state() != "refused unsubscribe" {
			t.Errorf("one click in parts: %s", state())
		}
		v.sendsChoice("granted")
		if status, _ := w.visitor().send(path); status != 200 || state() != "refused unsubscribe" {
			t.Errorf("the button: %d, %s", status, state())
		}
		for form, want := range map[string]int{"": 400, "List-Unsubscribe=No": 400, "x=y": 400} {
			if r := w.visitor().ask("POST", path, form); r.StatusCode != want {
				t.Errorf("form %q: %d", form, r.StatusCode)
			}
		}
		if r := w.visitor().ask("POST", path+"A", "List-Unsubscribe=One-Click"); r.StatusCode != 404 {
			t.Errorf("another token: %d", r.StatusCode)
		}
	})
}

// Of fifty forms at once there is one account: the same form sent again, and
// forms of others who want the same User ID.
func TestRegisterAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.visitor()
		v.ask("GET", "/", "")
		form := v.form("/account/register", "/account/register")
		form.Set("user_id", "anna")
		form.Set("password", password)
		got := w.together(25, func(int) *http.Request { return v.toSend("/account/register", form) })
		// On a slow machine some are told to come again.
		if got[303] < 1 || got[303]+got[503] != 25 {
			t.Errorf("one form 25 times: %v", got)
		}
		if n := strings.Count(w.sessionsOf("anna"), ","); n != 0 {
			t.Errorf("it began %d more sessions", n)
		}
		others := make([]*http.Request, 25)
		for i := range others {
			o := w.visitor()
			form := o.form("/account/register", "/account/register")
			form.Set("user_id", "bertha")
			form.Set("password", password)
			others[i] = o.toSend("/account/register", form)
		}
		if got := w.together(25, func(i int) *http.Request { return others[i] }); got[303] != 1 || got[422]+got[503] != 24 {
			t.Errorf("25 who want one User ID: %v", got)
		}
	})
}

// toSend is the post of a form.
func (v *visitor) toSend(path string, form url.Values) *http.Request {
	r := httptest.NewRequest("POST", "https://"+host+path, strings.NewReader(form.Encode()))
	r.RequestURI = path
	r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {"https://" + host}}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// together sends requests at once and counts the statuses of the answers.
func (w *town) together(n int, request func(int) *http.Request) map[int]int {
	statuses := make([]int, n)
	var all sync.WaitGroup
	for i := range n {
		r := request(i)
		all.Go(func() {
			rec := httptest.NewRecorder()
			w.server.ServeHTTP(rec, r)
			statuses[i] = rec.Code
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	return count
}

// sessionsOf are those of an account, with commas between.
func (w *town) sessionsOf(id string) string {
	w.Helper()
	a, err := w.store.Accounts().Find(w.Context(), id)
	w.must(err)
	list, err := w.store.Accounts().Sessions(w.Context(), a.ID, w.clock())
	w.must(err)
	var devices []string
	for _, s := range list {
		devices = append(devices, s.Device)
	}
	return strings.Join(devices, ",")
}

// Who comes back at the last moment stays.
func TestKeptAtTheLastMoment(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna")
		v.sends("/account/erase", "/account?erasing", "password="+password)
		a, err := w.store.Accounts().Find(t.Context(), "anna")
		w.must(err)
		p, err := w.store.Subjects().Person(t.Context(), a.ID)
		w.must(err)
		v.sends("/account/erase", "/account?kept")
		if err := w.keeper().Erase(t.Context(), p); !errors.Is(err, account.ErrStale) || v.account() == "" {
			t.Errorf("erased though it was taken back: %v", err)
		}
	})
}
