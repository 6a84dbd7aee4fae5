package pages_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

const host = "lanterns.example"

// A town is a site with two choices, of which the signal refuses one, over a
// store on a file.
type town struct {
	testing.TB
	now     time.Time
	store   *store.Store
	handler *pages.Handler
	world   *exchange.World
}

func newTown(tb testing.TB) *town {
	w := &town{TB: tb, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), store: storetest.SQLite(tb)}
	w.handler = &pages.Handler{Store: w.store}
	ring := identity.New(w.now)
	cfg := identity.Config{Apex: host, Ring: func() *identity.Ring { return ring }, Now: func() time.Time { return w.now }}
	cookies, err := identity.NewCookies(cfg)
	w.must(err)
	forms, err := identity.NewForms(cfg)
	w.must(err)
	var shell bytes.Buffer
	site := &templates.Site{Title: "Lanterns", Language: "en", Origin: "https://" + host}
	w.must(templates.ShellDocument(site).Render(tb.Context(), &shell))
	parsed, err := templates.ParseShell(shell.Bytes())
	w.must(err)
	c := lanterns()
	w.world = &exchange.World{
		Catalog: c, Latest: exchange.Latest(c), Shells: map[string]*templates.Shell{host: parsed}, Cookies: cookies, Forms: forms,
	}
	return w
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func lanterns() *policy.Catalog {
	text := policy.HashText("We ask first.")
	first := policy.Day{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	second := policy.Day{Time: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}
	sections := []policy.Section{{ID: "choices", Title: "1. Choices", Hash: text}}
	return &policy.Catalog{
		Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Texts: map[string]string{text: "We ask first."},
		Sites: []policy.Site{{ID: "apex", Host: host, Origin: "https://" + host}},
		Policies: []policy.CatalogPolicy{{
			ID: "privacy", Short: "Privacy", Versions: []policy.CatalogVersion{
				{Number: 1, Published: first, Effective: first, Address: "https://lanterns.example/privacy/v/1/", Sections: sections},
				{Number: 2, Published: second, Effective: second, Address: "https://lanterns.example/privacy/v/2/", Sections: sections},
			},
			Notices: []policy.Notice{{From: 1, To: 2, Kind: policy.Material, Choices: []string{"letters"}, Address: "https://lanterns.example/privacy/changes/1..2/",
				Changes: []policy.Change{{Text: "Letters come twice a day.", Choices: []string{"letters"}}}}},
		}},
		Choices: []policy.Choice{choice("letters", false), choice("lenders", true)},
	}
}

func choice(id string, gpc bool) policy.Choice {
	c := policy.Choice{ID: id, Name: "About " + id, Words: "Send me " + id + ".", Refuse: "No " + id + ".", Kind: "use", Policy: "privacy", Section: "choices", GPC: gpc}
	c.Hash = policy.HashChoice(c.Words, c.Refuse)
	return c
}

// A browser keeps cookies, and the page that it shows.
type browser struct {
	*town
	cookies map[string]string
	signal  bool
	page    string
}

func (w *town) browser() *browser { return &browser{town: w, cookies: map[string]string{}} }

func (b *browser) do(method, address string, form url.Values) *httptest.ResponseRecorder {
	b.Helper()
	r := httptest.NewRequest(method, "https://"+host+address, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://"+host)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if b.signal {
		r.Header.Set("Sec-GPC", "1")
	}
	answer := httptest.NewRecorder()
	b.serve(b.world.Begin(answer, r, &b.world.Catalog.Sites[0], b.now))
	for _, cookie := range answer.Result().Cookies() {
		b.cookies[cookie.Name] = cookie.Value
	}
	if strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
		b.page = answer.Body.String()
	}
	return answer
}

// serve finds the handler as package edge does.
func (b *browser) serve(x *exchange.Exchange) {
	path, serve := x.Request.URL.Path, b.handler.ServePreferences
	switch {
	case path == "/.well-known/gpc.json":
		serve = b.handler.ServeGPC
	case path == "/preferences/history":
		serve = b.handler.ServeHistory
	case strings.HasPrefix(path, "/preferences/receipts/"):
		serve = b.handler.ServeReceipt
	}
	if err := serve(x); err != nil {
		x.Writer.WriteHeader(exchange.Explain(err).Kind.Status())
	}
}

var hidden = regexp.MustCompile(`<input[^>]*name="(token|offer|shown)"[^>]*value="([^"]*)"`)

// fields are the hidden ones of the page, with answers such as "letters=granted".
func (b *browser) fields(answers ...string) url.Values {
	b.Helper()
	form := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(b.page, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	if !form.Has("token") || !form.Has("offer") {
		b.Fatalf("the page has the fields %v:\n%s", form, b.page)
	}
	for _, a := range answers {
		id, state, _ := strings.Cut(a, "=")
		form.Set("choice."+id, state)
	}
	return form
}

// save opens the preference centre, sends answers, and returns the receipt's address.
func (b *browser) save(answers ...string) string {
	b.Helper()
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	answer := b.do("POST", "/preferences", b.fields(answers...))
	b.want(http.StatusSeeOther, answer)
	return answer.Header().Get("Location")
}

func (b *browser) want(status int, answer *httptest.ResponseRecorder) {
	b.Helper()
	if answer.Code != status {
		b.Fatalf("the answer is %d, want %d:\n%s", answer.Code, status, answer.Body)
	}
	if control := answer.Header().Get("Cache-Control"); answer.Code < 400 && control != "private, no-store" {
		b.Errorf("Cache-Control is %q", control)
	}
}

// holds says what the page has to tell.
func (b *browser) holds(parts ...string) {
	b.Helper()
	for _, part := range parts {
		if !strings.Contains(html.UnescapeString(b.page), part) {
			b.Errorf("the page does not say %q:\n%s", part, b.page)
		}
	}
}

func (b *browser) code() identity.Code {
	b.Helper()
	r := httptest.NewRequest("GET", "https://"+host+"/", nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	v, _ := b.world.Who(r)
	return v.Code
}

func (b *browser) stored() string {
	b.Helper()
	records, err := b.store.Latest(b.Context(), b.code())
	b.must(err)
	return storetest.States(records)
}

func TestSavingGivesAReceipt(t *testing.T) {
	b := newTown(t).browser()
	at := b.save("letters=granted", "lenders=refused")
	if !strings.HasPrefix(at, "/preferences/receipts/") || !strings.HasSuffix(at, "?saved") {
		t.Fatalf("leads to %q", at)
	}
	b.want(http.StatusOK, b.do("GET", at, nil))
	b.holds("Send me letters.", "No lenders.", "the preference centre")

	answer := b.do("GET", strings.TrimSuffix(at, "?saved")+".json", nil)
	b.want(http.StatusOK, answer)
	var d consent.Document
	b.must(json.Unmarshal(answer.Body.Bytes(), &d))
	if d.Principal != b.code().String() || len(d.Records) != 2 || d.Records[0].Notice.Section != "We ask first." {
		t.Errorf("the receipt is %+v", d)
	}
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	b.holds("Send me letters.", b.code().String())
}

func TestConsentNothingIsPreselected(t *testing.T) {
	b := newTown(t).browser()
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	if regexp.MustCompile(`\schecked[\s>=]`).MatchString(b.page) {
		t.Errorf("an answer is marked:\n%s", b.page)
	}
	if !b.code().IsZero() {
		t.Error("looking made somebody a visitor")
	}
	b.want(http.StatusSeeOther, b.do("POST", "/preferences", b.fields()))
	if got := b.stored(); got != "" {
		t.Errorf("nothing marked stored%s", got)
	}
}

func TestConsentRefusingAllTakesOneButton(t *testing.T) {
	b := newTown(t).browser()
	b.save("letters=granted")
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	form := b.fields("letters=granted")
	form.Set("all", "refused")
	b.want(http.StatusSeeOther, b.do("POST", "/preferences", form))
	if got := b.stored(); got != " -lenders -letters" {
		t.Errorf("stored%s", got)
	}
}

func TestConsentOfSupersededVersionGetsTheCurrentWords(t *testing.T) {
	b := newTown(t).browser()
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	form := b.fields("letters=granted")
	b.town.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	b.do("GET", "/preferences", nil)
	form.Set("token", b.fields().Get("token"))
	b.want(http.StatusConflict, b.do("POST", "/preferences", form))
	b.holds("Nothing was saved", "Send me letters.", "privacy/v/2/#choices")
	if got := b.stored(); got != "" {
		t.Errorf("stored%s", got)
	}
}

func TestConsentAffectedChoiceIsAskedAgain(t *testing.T) {
	b := newTown(t).browser()
	b.save("letters=granted", "lenders=granted")
	b.town.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	b.holds("Letters come twice a day.", "privacy/changes/1..2/")
	r := httptest.NewRequest("GET", "https://"+host+"/notices", nil)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	views, form, err := b.handler.Affected(b.world.Begin(httptest.NewRecorder(), r, &b.world.Catalog.Sites[0], b.town.now))
	if err != nil || len(views) != 1 || views[0].ID != "letters" || form.Offer == "" {
		t.Errorf("affected are %+v, %+v, %v", views, form, err)
	}
}

func TestRacesTwoTabsMergeOrShowBoth(t *testing.T) {
	b := newTown(t).browser()
	b.save("letters=granted", "lenders=granted")
	b.do("GET", "/preferences", nil)
	first := b.fields("letters=refused", "lenders=granted")
	b.do("GET", "/preferences", nil)
	second := b.fields("letters=granted", "lenders=refused")
	b.want(http.StatusSeeOther, b.do("POST", "/preferences", first))
	b.want(http.StatusSeeOther, b.do("POST", "/preferences", second))
	if got := b.stored(); got != " -lenders -letters" {
		t.Errorf("stored%s", got)
	}
	other := b.town.browser()
	other.save() // a newcomer, whose choices nobody made
	other.do("GET", "/preferences", nil)
	first = other.fields("letters=refused")
	other.do("GET", "/preferences", nil)
	second = other.fields("letters=granted")
	other.want(http.StatusSeeOther, other.do("POST", "/preferences", first))
	other.want(http.StatusConflict, other.do("POST", "/preferences", second))
	other.holds("Another window")
	if got := other.stored(); got != " -letters" {
		t.Errorf("stored%s", got)
	}
}

func TestRacesAFormSentTwiceHasOneReceipt(t *testing.T) {
	b := newTown(t).browser()
	b.save()
	b.do("GET", "/preferences", nil)
	form := b.fields("letters=granted")
	first := b.do("POST", "/preferences", form).Header().Get("Location")
	if second := b.do("POST", "/preferences", form).Header().Get("Location"); second != first || first == "/preferences" {
		t.Errorf("the receipts are %q and %q", first, second)
	}
}

func TestRacesAFormSentTwiceAroundANewVersionHasOneReceipt(t *testing.T) {
	b := newTown(t).browser()
	b.town.now = time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC)
	b.save()
	b.do("GET", "/preferences", nil)
	form := b.fields("letters=granted")
	first := b.do("POST", "/preferences", form).Header().Get("Location")
	b.town.now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	if second := b.do("POST", "/preferences", form).Header().Get("Location"); second != first || first == "" {
		t.Errorf("the receipts are %q and %q", first, second)
	}
}

func TestIdentityOnChoiceWaitsForAnAnswer(t *testing.T) {
	w := newTown(t)
	w.world.Catalog.Identity = policy.OnChoice
	b := w.browser()
	b.do("GET", "/preferences", nil)
	b.do("POST", "/preferences", b.fields())
	if _, has := b.cookies["__Secure-code"]; has {
		t.Error("a form without an answer brings a code")
	}
	b.save("letters=refused")
	if _, has := b.cookies["__Secure-code"]; !has {
		t.Error("an answer brings no code")
	}
}

func TestConsentAnotherPersonsReceiptIsAbsent(t *testing.T) {
	w := newTown(t)
	at := strings.TrimSuffix(w.browser().save("letters=granted"), "?saved")
	other := w.browser()
	other.save("letters=granted")
	for _, b := range []*browser{other, w.browser()} {
		for _, address := range []string{at, at + ".json", "/preferences/receipts/", "/preferences/receipts/1-00", "/preferences/receipts/" + strings.Repeat("9", 500)} {
			b.want(http.StatusNotFound, b.do("GET", address, nil))
		}
	}
}

func TestInputUnknownFieldsAndValues(t *testing.T) {
	b := newTown(t).browser()
	b.save()
	for field, value := range map[string]string{
		"choice.unknown": "granted", "choice.letters": "maybe", "all": "granted", "words_hash": "0", "shown": "letters", "choice.lenders": "",
	} {
		b.do("GET", "/preferences", nil)
		form := b.fields("letters=granted")
		form.Set(field, value)
		b.want(http.StatusBadRequest, b.do("POST", "/preferences", form))
	}
	if got := b.stored(); got != "" {
		t.Errorf("stored%s", got)
	}
}

func TestCrossSiteOnlyAPostChanges(t *testing.T) {
	b := newTown(t).browser()
	b.save()
	form := b.fields("letters=granted")
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"} {
		b.do(method, "/preferences?"+form.Encode(), form)
	}
	form.Set("token", "forged")
	b.want(http.StatusForbidden, b.do("POST", "/preferences", form))
	if got := b.stored(); got != "" {
		t.Errorf("stored%s", got)
	}
}

func TestHistoryInPages(t *testing.T) {
	b := newTown(t).browser()
	for i := range 23 {
		b.save("letters=" + []string{"granted", "refused"}[i%2])
	}
	b.want(http.StatusOK, b.do("GET", "/preferences/history", nil))
	older := regexp.MustCompile(`/preferences/history\?before=\d+`).FindString(b.page)
	receipt := regexp.MustCompile(`"/preferences/receipts/[^"]*[0-9a-f]"`)
	seen := map[string]bool{}
	for _, page := range []string{"/preferences/history", older} {
		b.want(http.StatusOK, b.do("GET", page, nil))
		for _, link := range receipt.FindAllString(b.page, -1) {
			seen[link] = true
		}
	}
	if len(seen) != 23 {
		t.Errorf("two pages have %d receipts, want 23", len(seen))
	}
	for _, query := range []string{"before=x", "before=-1", "after=1", "before=1&before=2"} {
		b.want(http.StatusBadRequest, b.do("GET", "/preferences/history?"+query, nil))
	}
}

func TestSignalIsShownAsHonoured(t *testing.T) {
	b := newTown(t).browser()
	b.signal = true
	b.want(http.StatusOK, b.do("GET", "/preferences", nil))
	b.holds("Global Privacy Control")
	answer := b.do("GET", "/.well-known/gpc.json", nil)
	if got := answer.Body.String(); answer.Code != 200 || got != `{"gpc":true,"lastUpdate":"2026-01-01"}`+"\n" || answer.Header().Get("Cache-Control") != "public, max-age=3600" || answer.Header()["Set-Cookie"] != nil {
		t.Errorf("gpc.json is %s with %v", got, answer.Header())
	}
}

func TestWithoutStoreNothingIsSaid(t *testing.T) {
	b := newTown(t).browser()
	b.save("letters=granted")
	b.do("GET", "/preferences", nil)
	form := b.fields("letters=refused")
	down := storetest.SQLite(t)
	b.must(down.Close())
	b.handler.Store = down
	b.want(http.StatusServiceUnavailable, b.do("POST", "/preferences", form))
	b.want(http.StatusServiceUnavailable, b.do("GET", "/preferences", nil))
}

func BenchmarkPost(b *testing.B) {
	w := newTown(b).browser()
	w.save()
	w.do("GET", "/preferences", nil)
	state := [2]string{"granted", "refused"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		w.do("GET", "/preferences", nil)
		form := w.fields("letters=" + state[i%2])
		b.StartTimer()
		if answer := w.do("POST", "/preferences", form); answer.Code != http.StatusSeeOther {
			b.Fatal(fmt.Sprint(answer.Code, answer.Body))
		}
	}
}
