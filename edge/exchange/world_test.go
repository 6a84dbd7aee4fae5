package exchange_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

const host = "lanterns.example"

// A town is a site with a policy, whose second version comes in April, and a
// browser in March.
type town struct {
	testing.TB
	now     time.Time
	world   *exchange.World
	cookies map[string]string
}

func newTown(t testing.TB) *town {
	w := &town{TB: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), cookies: map[string]string{}}
	version := func(n int, month time.Month) policy.CatalogVersion {
		return policy.CatalogVersion{
			Number: n, Published: policy.Day{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, Effective: policy.Day{Time: time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC)},
		}
	}
	catalog := &policy.Catalog{
		Sites:    []policy.Site{{ID: "apex", Host: host, Origin: "https://" + host}},
		Policies: []policy.CatalogPolicy{{ID: "privacy", Versions: []policy.CatalogVersion{version(1, 1), version(2, 4)}}},
	}
	ring := identity.New(w.now)
	cfg := identity.Config{Apex: host, Ring: func() *identity.Ring { return ring }, Now: func() time.Time { return w.now }}
	w.world = &exchange.World{Catalog: catalog, Latest: exchange.Latest(catalog)}
	var err error
	w.world.Cookies, err = identity.NewCookies(cfg)
	w.must(err)
	w.world.Forms, err = identity.NewForms(cfg)
	w.must(err)
	return w
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// begin has the browser ask, with header fields beside its cookies.
func (w *town) begin(method, form string, fields ...string) (*exchange.Exchange, *httptest.ResponseRecorder) {
	w.Helper()
	r := httptest.NewRequest(method, "https://"+host+"/", strings.NewReader(form))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		r.Header.Add(name, value)
	}
	rec := httptest.NewRecorder()
	return w.world.Begin(rec, r, &w.world.Catalog.Sites[0], w.now), rec
}

// take keeps the cookies of an answer and returns their lines.
func (w *town) take(rec *httptest.ResponseRecorder) []string {
	for _, c := range rec.Result().Cookies() {
		w.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
		}
	}
	return rec.Header()["Set-Cookie"]
}

// token shows the browser a form.
func (w *town) token(purpose string) string {
	w.Helper()
	x, rec := w.begin("GET", "")
	token, err := x.Token(purpose)
	w.must(err)
	w.take(rec)
	return token
}

// kindOf names what an error says to its sender.
func kindOf(err error) string {
	if err == nil {
		return "taken"
	}
	return http.StatusText(exchange.Explain(err).Kind.Status())
}
