package edge_test

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

const (
	market   = "market." + host
	password = "seven green lanterns"
)

// onEach runs a test in a town with accounts, on each engine.
func onEach(t *testing.T, test func(*testing.T, *town)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newSettledTown(t, storetest.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) {
		test(t, newSettledTown(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t, "-c fsync=off").Database()})))
	})
}

// newSettledTown is a town with two sites in which people can register.
func newSettledTown(t testing.TB, s *store.Store) *town {
	w := newTown(t, 1)
	w.store, w.shape = s, settle
	for name, from := range map[string]string{"index.html": home, "404.html": "<p>nothing", ".edge/shell.html": w.read(host + "/.edge/shell.html")} {
		w.write(market+"/"+name, from)
	}
	w.publish(1)
	var err error
	w.server, err = edge.New(edge.Config{
		Public: w.dir, Keys: w.keys, Store: s, Now: w.clock,
		People: &edge.People{Accounts: s.Accounts(), Tries: s.Throttle(), Mail: s.Mail(), Subjects: s.Subjects(), Disclosures: s.Disclosures(), Forms: s.Forms()},
	})
	w.must(err)
	server := w.server
	t.Cleanup(func() { w.must(server.Close()) })
	return w
}

// settle adds a second site and the form to register.
func settle(c *policy.Catalog) {
	c.Sites = append(c.Sites, policy.Site{ID: "market", Title: "Market", Host: market, Origin: "https://" + market, Language: "en", Shell: ".edge/shell.html"})
	keep, _ := policy.ParsePeriod("P1Y")
	c.Retention = []policy.Retention{{ID: "account", Keep: keep, From: "last sign-in", Text: "A year after you signed in."}}
	c.Categories = []policy.Category{{ID: "account.user-id", Name: "Contact", Retention: "account"}}
	c.Purposes = []policy.Purpose{{ID: "account", Name: "Account", Text: "For: account.", Categories: []string{"account.user-id"}}}
	f := policy.Form{ID: "register", Title: "Create a User ID", Description: "For both sites.", Policy: "privacy", Who: "anyone", Retention: "account"}
	for name, kind := range map[string]string{"user_id": "user-id", "password": "password", "email": "email", "name": "text", "phone": "phone", "postal_address": "postal-address"} {
		f.Fields = append(f.Fields, policy.Field{Name: name, Type: kind, Label: "Your " + name, Category: "account.user-id", Purpose: "account", Required: name == "user_id" || name == "password"})
	}
	slices.SortFunc(f.Fields, func(a, b policy.Field) int { return strings.Compare(a.Name, b.Name) })
	f.Fields = append(f.Fields, policy.Field{Name: "choice.letters", Type: "consent", Choice: "letters"})
	f.Hash = policy.HashForm(&f, c.Choices)
	c.Forms = []policy.Form{f}
}

// form returns the hidden fields of the first form of a page that is posted to
// an address.
func (v *visitor) form(path, action string) url.Values {
	v.Helper()
	r := v.ask("GET", path, "")
	page := v.text(r)
	if r.StatusCode != 200 {
		v.Fatalf("GET %s: %d %s", path, r.StatusCode, r.Header.Get("Location"))
	}
	return hiddenOf(v.TB, page, action)
}

func hiddenOf(t testing.TB, page, action string) url.Values {
	t.Helper()
	_, page, found := strings.Cut(page, `method="post" action="`+action+`"`)
	if !found {
		t.Fatalf("no form is posted to %s: %s", action, page)
	}
	page, _, _ = strings.Cut(page, "</form>")
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([\w.]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], m[2])
	}
	return form
}

// send posts a page's form with more fields, each "name=value", and returns
// the status and where the answer leads.
func (v *visitor) send(path string, fields ...string) (status int, to string) {
	v.Helper()
	r := v.posted(path, v.form(path, path), fields...)
	return r.StatusCode, r.Header.Get("Location")
}

func (v *visitor) posted(path string, form url.Values, fields ...string) *http.Response {
	v.Helper()
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, value)
	}
	return v.ask("POST", path, form.Encode())
}

// sends is send that leads somewhere.
func (v *visitor) sends(path, to string, fields ...string) {
	v.Helper()
	if status, got := v.send(path, fields...); status != 303 || got != to {
		v.Fatalf("POST %s: %d %q, want 303 %q", path, status, got, to)
	}
}

// registered is a visitor with an account.
func (w *town) registered(id string, fields ...string) *visitor {
	w.Helper()
	v := w.visitor()
	v.ask("GET", "/", "")
	v.sends("/account/register", "/account?registered=strong", append(fields, "user_id="+id, "password="+password)...)
	return v
}

func (v *visitor) signsIn(id string) {
	v.Helper()
	status, to := v.send("/account/sign-in", "user_id="+id, "password="+password)
	if status != 303 || !strings.HasPrefix(to, "/account") {
		v.Fatalf("sign-in: %d %s", status, to)
	}
}

// account is the text of the visitor's own page, empty where it asks to sign
// in.
func (v *visitor) account() string {
	v.Helper()
	r := v.ask("GET", "/account", "")
	if r.StatusCode == 303 {
		return ""
	}
	return v.text(r)
}

func (w *town) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// letters takes what waits in the outbox, by kind.
func (w *town) letters() map[mail.Kind]mail.Waiting {
	w.Helper()
	list, err := w.store.Mail().Take(w.Context(), w.clock().Add(time.Minute), w.clock().Add(48*time.Hour), 100)
	w.must(err)
	all := map[mail.Kind]mail.Waiting{}
	for _, l := range list {
		if l.To == mail.Later {
			if l.Account, l.To, err = w.store.Mail().Addressee(w.Context(), l.Values["user_id"], w.clock().Add(-3*24*time.Hour)); errors.Is(err, mail.ErrNobody) {
				continue
			}
			w.must(err)
		}
		all[l.Kind] = l
	}
	return all
}

// link is where a letter leads when it is sent.
func (w *town) link(l mail.Waiting) string {
	w.Helper()
	token := mail.NewToken()
	w.must(w.store.Mail().AddLink(w.Context(), mail.Link{
		Hash: token.Hash(), Letter: l.ID, Kind: l.Kind, Account: l.Account, Address: l.To, Expires: w.clock().Add(time.Hour),
	}))
	return "/confirm/" + token.Text()
}
