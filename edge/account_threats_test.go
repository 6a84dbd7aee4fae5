package edge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store/storetest"
)

// What is refused does not use up the one letter of a day, however often it is
// refused, and neither does the same address in other letters get more.
func TestConfirmationIsNotSwallowed(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.registered("anna")
		v := w.visitor()
		if status, _ := v.send("/account/register", "user_id=anna", "password="+password, "email=ben@lanterns.example"); status != 422 {
			t.Fatalf("a User ID that is taken: %d", status)
		}
		w.registered("ben", "email=ben@lanterns.example")
		if l := w.letters()[mail.ConfirmAddress]; l.To != "ben@lanterns.example" {
			t.Errorf("nobody asked Ben: %+v", l)
		}
		w.registered("ben2", "email=BEN@lanterns.example")
		if l, sent := w.letters()[mail.ConfirmAddress]; sent {
			t.Errorf("one address was asked twice: %+v", l)
		}
	})
}

// A form that is sent again does what it did once, and says so.
func TestAccountFormsSentAgain(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "email=anna@lanterns.example")
		confirm := w.link(w.letters()[mail.ConfirmAddress])
		v.posted(confirm, v.form(confirm, confirm))
		change := v.form("/account/password", "/account/password")
		for range 2 {
			r := v.posted("/account/password", change, "password="+password, "new_password=eight blue lanterns")
			if to := r.Header.Get("Location"); r.StatusCode != 303 || !strings.HasPrefix(to, "/account?password=") {
				t.Errorf("password: %d %s", r.StatusCode, to)
			}
		}
		w.letters()
		erase := v.form("/account/erase", "/account/erase")
		for range 3 {
			if r := v.posted("/account/erase", erase, "password=eight blue lanterns"); r.StatusCode != 303 {
				t.Errorf("erase: %d", r.StatusCode)
			}
			w.later(time.Minute)
		}
		list, err := w.store.Mail().Take(t.Context(), w.clock(), w.clock().Add(time.Hour), 100)
		w.must(err)
		asked := 0
		for _, l := range list {
			if l.Kind == mail.ErasureAsked {
				asked++
			}
		}
		a, err := w.store.Accounts().Find(t.Context(), "anna")
		w.must(err)
		if want := w.clock().Add(account.EraseDelay - 3*time.Minute); asked != 1 || !a.Erasing.Equal(want) {
			t.Errorf("%d mails, erased at %v, want %v", asked, a.Erasing, want)
		}
	})
}

// A link to choose another password goes with the address that it was sent to.
func TestResetLinkOfAnAddressBefore(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "email=anna@lanterns.example")
		confirm := w.link(w.letters()[mail.ConfirmAddress])
		v.posted(confirm, v.form(confirm, confirm))
		other := w.visitor()
		other.posted("/account/password", other.form("/account/password", "/account/password"), "user_id=anna")
		reset := w.link(w.letters()[mail.ResetPassword])
		v.sends("/account", "/account?saved", "email=new@lanterns.example")
		if r := other.ask("GET", reset, ""); r.StatusCode != 404 {
			t.Errorf("a link to the address before: %d", r.StatusCode)
		}
	})
}

// Who guesses from the owner's own address does not lock the owner out of a
// browser that is known.
func TestOwnerGetsInBesideGuessers(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna")
		v.signsOut()
		status := 0
		for i := range 40 {
			guesser := w.visitor()
			if status, _ = guesser.send("/account/sign-in", fmt.Sprintf("user_id=user%d", i), "password=wrong lanterns"); status == 429 {
				break
			}
		}
		if status != 429 {
			t.Fatalf("forty guesses from one address: %d", status)
		}
		v.signsIn("anna")
	})
}

// What ends messages of a browser that joined an account, ends them for the
// person.
func TestUnsubscribeOfAJoinedBrowser(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "choice.letters=granted")
		profile := v.visitorOf().Code
		other := w.visitor()
		other.ask("GET", "/", "")
		other.sendsChoice("granted")
		code := other.visitorOf().Code
		other.signsIn("anna")
		token := mail.NewToken()
		w.must(w.store.Mail().AddLink(t.Context(), mail.Link{Hash: token.Hash(), Kind: mail.PolicyChange, Choice: "letters", Code: code, Expires: w.clock().Add(time.Hour)}))
		if r := w.visitor().ask("POST", "/unsubscribe/"+token.Text(), "List-Unsubscribe=One-Click"); r.StatusCode != 200 {
			t.Fatalf("%d", r.StatusCode)
		}
		d, err := consent.Permit(t.Context(), w.store, w.catalog(), w.clock(), "letters", profile)
		if err != nil || d.Allowed {
			t.Errorf("the account still permits it: %+v, %v", d, err)
		}
	})
}

// Who finds a browser signed in and names another address there, does not get
// the account by it before its owner had time.
func TestResetByANewAddress(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.registered("anna", "email=anna@lanterns.example")
		w.letters()
		v.sends("/account", "/account?saved", "email=thief@lanterns.example")
		confirm := w.link(w.letters()[mail.ConfirmAddress])
		v.posted(confirm, v.form(confirm, confirm))
		for _, days := range []int{0, 4} {
			w.later(time.Duration(days) * 24 * time.Hour)
			other := w.visitor()
			other.posted("/account/password", other.form("/account/password", "/account/password"), "user_id=anna")
			if _, sent := w.letters()[mail.ResetPassword]; sent != (days > 3) {
				t.Errorf("after %d days a reset goes to the new address: %v", days, sent)
			}
		}
	})
}

// Tokens stay out of the log where a program mangled the link, too.
func TestLogWithoutMangledTokens(t *testing.T) {
	w := newSettledTown(t, storetest.SQLite(t))
	token := "Xy7" + strings.Repeat("aB3_-", 8)
	for _, path := range []string{"//confirm/" + token, "/CONFIRM/" + token, "/account/confirm/" + token, "/complaints/" + token, "/x/" + token + "/"} {
		w.visitor().ask("GET", path, "")
	}
	if strings.Contains(w.log.String(), token) {
		t.Errorf("log: %s", w.log.String())
	}
}

// Receipts of a browser that joined an account open in the account's browser,
// and the account's don't in one that carries the code of before.
func TestReceiptsOfJoinedBrowsers(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		v := w.visitor()
		v.ask("GET", "/", "")
		v.sendsChoice("refused")
		before, code := w.visitor(), v.cookies["__Secure-code"]
		before.cookies["__Secure-code"] = code
		own, err := w.store.History(t.Context(), before.visitorOf().Code, 0, 1)
		w.must(err)
		v.sends("/account/register", "/account?registered=strong", "user_id=anna", "password="+password, "choice.letters=granted")
		if r := v.ask("GET", "/preferences/receipts/"+own[0].ID, ""); r.StatusCode != 200 {
			t.Errorf("the person's own receipt: %d", r.StatusCode)
		}
		newer, err := w.store.History(t.Context(), v.visitorOf().Code, 0, 1)
		w.must(err)
		if r := before.ask("GET", "/preferences/receipts/"+newer[0].ID, ""); r.StatusCode != 404 {
			t.Errorf("the account's receipt with the code of before: %d", r.StatusCode)
		}
	})
}
