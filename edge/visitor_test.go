package edge_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
	"indigex.com/indigex/templates/stitch"
)

const host = "lanterns.example"

// A town is a site with a policy, the server over it, and its clock.
type town struct {
	testing.TB
	dir    string
	server *edge.Server
	store  *store.Store
	keys   *identity.Keys
	mu     sync.Mutex
	now    time.Time
	log    bytes.Buffer
	shape  func(*policy.Catalog) // nil leaves the catalog as it is
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// home is the page of the site.
const home = "<!doctype html><main id=main-content>" + stitch.Marker + "<h1>Lanterns</h1></main>"

// newTown serves a policy with so many versions: the first in force since
// January, each other one a day later than the one before.
func newTown(t testing.TB, versions int) *town {
	w := &town{TB: t, dir: t.TempDir(), now: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)}
	packed, err := stitch.Pack([]byte(home), strings.Index(home, stitch.Marker)+len(stitch.Marker), 9)
	w.must(err)
	w.write(host+"/index.html", home)
	w.write(host+"/index.html.gz", string(packed))
	w.write(host+"/404.html", "<p>nothing")
	prepared, err := templates.Prepare(templates.Site{Title: "Lanterns", Language: "en"})
	w.must(err)
	var shell bytes.Buffer
	w.must(templates.ShellDocument(prepared).Render(t.Context(), &shell))
	w.write(host+"/.edge/shell.html", shell.String())
	w.publish(versions)
	keys := filepath.Join(t.TempDir(), "keys.json")
	w.must(identity.New(w.now).Create(keys))
	ring, err := identity.OpenKeys(keys)
	w.must(err)
	w.store, w.keys = storetest.SQLite(t), ring
	w.server, err = edge.New(edge.Config{
		Public: w.dir, Keys: ring, Store: w.store, Now: w.clock, Logger: slog.New(slog.NewJSONHandler(&w.log, nil)),
	})
	w.must(err)
	server := w.server
	t.Cleanup(func() { w.must(server.Close()) })
	return w
}

func (w *town) write(name, text string) {
	w.Helper()
	path := filepath.Join(w.dir, name)
	w.must(os.MkdirAll(filepath.Dir(path), 0o755))
	w.must(os.WriteFile(path+".new", []byte(text), 0o644))
	w.must(os.Rename(path+".new", path))
}

// publish writes a catalog with so many versions of the policy.
func (w *town) publish(versions int) {
	w.Helper()
	const text = "We write to you."
	choice := policy.Choice{
		ID: "letters", Name: "Letters", Words: "Write to me.", Refuse: "Don’t write to me.", Kind: "marketing", Channel: "postal", Sender: "provider",
		Policy: "privacy", Section: "letters",
	}
	choice.Hash = policy.HashChoice(choice.Words, choice.Refuse)
	p := policy.CatalogPolicy{ID: "privacy", Title: "Privacy policy", Short: "Privacy", Site: "apex", Address: "https://" + host + "/privacy/"}
	name := func(n int) string { return string(rune('0' + n)) }
	for n := 1; n <= versions; n++ {
		p.Versions = append(p.Versions, policy.CatalogVersion{
			Number: n, Published: policy.Day{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, Effective: policy.Day{Time: time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC)},
			Address: "https://" + host + "/privacy/v/" + name(n) + "/", Summary: "Version " + name(n) + ".",
			Sections: []policy.Section{{ID: "letters", Title: "Letters", Hash: policy.HashText(text)}},
		})
		for from := 1; from < n; from++ {
			kind := policy.Material
			if n == 4 && from == 3 {
				kind = policy.Editorial
			}
			p.Notices = append(p.Notices, policy.Notice{
				From: from, To: n, Kind: kind, Address: "https://" + host + "/privacy/changes/" + name(from) + ".." + name(n) + "/",
				Changes: []policy.Change{{Kind: kind, Text: "Letters change.", Sections: []string{"letters"}}},
				HTML:    "<p>from " + name(from) + " to " + name(n) + "</p>", AnnouncedHTML: "<p>soon from " + name(from) + " to " + name(n) + "</p>",
			})
		}
	}
	c := policy.Catalog{
		Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnVisit, Texts: map[string]string{policy.HashText(text): text},
		Sites:    []policy.Site{{ID: "apex", Title: "Lanterns", Host: host, Origin: "https://" + host, Language: "en", Shell: ".edge/shell.html"}},
		Policies: []policy.CatalogPolicy{p}, Choices: []policy.Choice{choice},
	}
	if w.shape != nil {
		w.shape(&c)
	}
	data, err := c.Encode()
	w.must(err)
	w.write("catalog.json", string(data))
}

// A visitor is a browser: what it keeps, and what it sends.
type visitor struct {
	*town
	cookies map[string]string
}

func (w *town) visitor() *visitor { return &visitor{w, map[string]string{}} }

// ask sends a request; fields are header fields, each "Name: value".
func (v *visitor) ask(method, path, form string, fields ...string) *http.Response {
	v.Helper()
	r := httptest.NewRequest(method, "https://"+host+path, strings.NewReader(form))
	r.RequestURI = path
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://"+host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host, r.URL.Host = value, value
			r.Header.Del(name)
		}
		if value == "" {
			r.Header.Del(name)
		}
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	v.server.ServeHTTP(rec, r)
	answer := rec.Result()
	for _, c := range answer.Cookies() {
		v.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	if set, control := answer.Header.Get("Set-Cookie"), answer.Header.Get("Cache-Control"); set != "" && !strings.Contains(control, "no-store") {
		v.Errorf("%s %s sets a cookie with Cache-Control %q", method, path, control)
	}
	return answer
}

func (v *visitor) text(r *http.Response) string {
	v.Helper()
	from := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		from, err = gzip.NewReader(r.Body)
		v.must(err)
	}
	b, err := io.ReadAll(from)
	v.must(err)
	return string(b)
}

// told returns what the home page tells: "from 1 to 2", or nothing. Whatever
// that is, taking it out leaves the page.
func (v *visitor) told(fields ...string) string {
	v.Helper()
	r := v.ask("GET", "/", "", fields...)
	page := v.text(r)
	before, behind, _ := strings.Cut(home, stitch.Marker)
	if !strings.HasPrefix(page, before+stitch.Marker) || !strings.HasSuffix(page, behind) || r.StatusCode != 200 {
		v.Fatalf("%d: not the page with something at its slot: %s", r.StatusCode, page)
	}
	if private := len(page) > len(home); private && r.Header.Get("Cache-Control") != "private, no-store" {
		v.Errorf("a notice goes out with %v", r.Header)
	}
	return regexp.MustCompile("(soon )?from . to .").FindString(page)
}

// token returns the form token of a page.
func (v *visitor) hidden(path string) url.Values {
	v.Helper()
	form := url.Values{}
	page := v.text(v.ask("GET", path, ""))
	page, _, _ = strings.Cut(page, "</form>")
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Add(m[1], m[2])
	}
	return form
}

func TestNewVersionWhileServing(t *testing.T) {
	w := newTown(t, 1)
	first := w.visitor()
	if got := first.told(); got != "" {
		t.Errorf("on the first visit: %s", got)
	}
	w.publish(2)
	w.must(w.server.Reload())
	second := w.visitor()
	second.told()
	w.publish(3)
	w.must(w.server.Reload())
	for _, form := range []string{"gzip", "identity"} {
		encoding := "Accept-Encoding: " + form
		newcomer := w.visitor()
		for who, want := range map[*visitor]string{first: "from 1 to 3", second: "from 2 to 3", newcomer: ""} {
			if got := who.told(encoding); got != want {
				t.Errorf("%s: told %q, want %q", form, got, want)
			}
		}
		if got := newcomer.told(encoding); got != "" {
			t.Errorf("%s: a newcomer's second page tells %q", form, got)
		}
	}
}

func TestNoticeIsPutAway(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	form := v.hidden("/")
	if form.Get("known") != "privacy@2" || form.Get("return_to") != "/" {
		t.Fatalf("the banner has %v", form)
	}
	r := v.ask("POST", "/notices", form.Encode())
	if r.StatusCode != 303 || r.Header.Get("Location") != "/" {
		t.Fatalf("%d %v", r.StatusCode, r.Header)
	}
	if got := v.told(); got != "" {
		t.Errorf("told again: %s", got)
	}
	tag := v.ask("GET", "/", "").Header.Get("Etag")
	if r := v.ask("GET", "/", "", "If-None-Match: "+tag); tag == "" || r.StatusCode != 304 {
		t.Errorf("then the page is shared: %d with ETag %q", r.StatusCode, tag)
	}
	for _, known := range []string{"privacy@3", "privacy@0", "privacy@-1", "privacy@+1", "other@1", "privacy", ""} {
		form := v.hidden("/notices")
		token := form.Get("token")
		if token == "" {
			token = v.hidden("/preferences").Get("token")
			form = url.Values{"token": {token}}
		}
		form["known"] = []string{known}
		if r := v.ask("POST", "/notices", form.Encode()); r.StatusCode < 400 || r.StatusCode >= 500 {
			t.Errorf("known %q: %d", known, r.StatusCode)
		}
	}
}

func TestScheduledVersionIsAnnouncedAndThenInForce(t *testing.T) {
	w := newTown(t, 2)
	w.now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	v := w.visitor()
	v.told()
	if got := v.told(); got != "soon from 1 to 2" {
		t.Errorf("announced: %q", got)
	}
	w.now = w.now.AddDate(0, 0, 1)
	if got := v.told(); got != "from 1 to 2" {
		t.Errorf("in force: %q", got)
	}
	w.now = w.now.AddDate(0, 0, -1)
	v.ask("POST", "/notices", v.hidden("/").Encode())
	if got := v.told(); got != "" {
		t.Errorf("announced and known: %q", got)
	}
	w.now = w.now.AddDate(0, 0, 1)
	if got := v.told(); got != "" {
		t.Errorf("in force and known: %q", got)
	}
}

func TestPrivatePagesIgnoreConditionsAndRanges(t *testing.T) {
	w := newTown(t, 1)
	known := w.visitor()
	known.told()
	tag := known.ask("GET", "/", "").Header.Get("Etag")
	for _, fields := range [][]string{{"If-None-Match: " + tag}, {"Range: bytes=0-3"}, {"If-Match: \"x\""}, {"Accept-Encoding: br"}, nil} {
		for _, method := range []string{"GET", "HEAD"} {
			r := w.visitor().ask(method, "/", "", fields...)
			h := r.Header
			if r.StatusCode != 200 || h.Get("Etag") != "" || h.Get("Accept-Ranges") != "" || h.Get("Cache-Control") != "private, no-store" || h.Get("Set-Cookie") == "" {
				t.Errorf("%s %v: %d %v", method, fields, r.StatusCode, h)
			}
			if got := known.text(r); method == "HEAD" && got != "" || method == "GET" && got != home {
				t.Errorf("%s %v: %q", method, fields, got)
			}
		}
	}
	if r := known.ask("GET", "/", "", "Range: bytes=0-3"); r.StatusCode != 206 {
		t.Errorf("a known visitor’s range: %d", r.StatusCode)
	}
	if r := w.visitor().ask("GET", "/nothing", ""); r.StatusCode != 404 || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("the page for nothing is shared: %d %v", r.StatusCode, r.Header)
	}
}

func TestFragment(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	if r := v.ask("GET", "/notices/fragment", ""); r.StatusCode != 204 || r.Header.Get("Set-Cookie") == "" {
		t.Errorf("a first visit: %d %v", r.StatusCode, r.Header)
	}
	if r := v.ask("GET", "/notices/fragment", ""); r.StatusCode != 204 || r.Header.Get("Set-Cookie") != "" || r.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("a second one: %d %v", r.StatusCode, r.Header)
	}
	w.publish(2)
	w.must(w.server.Reload())
	r := v.ask("GET", "/notices/fragment", "", "Sec-Fetch-Site: same-origin", "Referer: https://"+host+"/lamps/?a=b")
	if page := v.text(r); r.StatusCode != 200 || !strings.Contains(page, "from 1 to 2") || !strings.Contains(page, `value="/lamps/?a=b"`) {
		t.Errorf("%d %s", r.StatusCode, page)
	}
	for _, site := range []string{"cross-site", "same-site"} {
		if r := v.ask("GET", "/notices/fragment", "", "Sec-Fetch-Site: "+site); r.StatusCode != 403 || strings.Contains(v.text(r), "from 1") {
			t.Errorf("%s: %d", site, r.StatusCode)
		}
	}
}

// Cookies, of THREATS.md.
func TestIdentityCookiesThatDoNotHold(t *testing.T) {
	w := newTown(t, 3)
	v := w.visitor()
	v.told()
	const name = "__Secure-code"
	good := v.cookies[name]
	for what, value := range map[string]string{"cut": good[:len(good)/2], "flipped": "A" + good[1:], "of nothing": "x", "empty": ""} {
		v.cookies[name] = value
		if got := v.told(); got != "" || v.cookies[name] == value {
			t.Errorf("%s: told %q, or no new identity", what, got)
		}
	}
	v.cookies[name] = good
	w.publish(2)
	w.must(w.server.Reload())
	if got := v.told(); got != "" || v.cookies[name] == good {
		t.Errorf("one of the future: told %q, or no new identity", got)
	}
	flood := strings.Repeat("a;", 3200)
	for _, path := range []string{"/", "/preferences", "/notices", "/notices/fragment"} {
		v.cookies = map[string]string{}
		if r := v.ask("GET", path, "", "Cookie: "+flood); r.StatusCode != 431 || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("a flood to %s: %d %v", path, r.StatusCode, r.Header)
		}
	}
	other := w.visitor()
	other.told()
	r := w.visitor().ask("GET", "/", "", "Cookie: "+name+"="+good+"; "+name+"="+other.cookies[name])
	if lines := r.Header["Set-Cookie"]; r.StatusCode != 200 || len(lines) < 2 {
		t.Errorf("two identities: %d, %q", r.StatusCode, lines)
	}
}

// Cross-site and Input, of THREATS.md: nothing of this is taken.
func TestFormsThatAreRefused(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	good := form.Encode()
	for what, test := range map[string]struct {
		form   string
		fields []string
		status int
	}{
		"cross-site":           {good, []string{"Sec-Fetch-Site: cross-site"}, 403},
		"sibling":              {good, []string{"Sec-Fetch-Site: same-site"}, 403},
		"foreign origin":       {good, []string{"Origin: https://evil.example", "Sec-Fetch-Site: "}, 403},
		"foreign, same-origin": {good, []string{"Origin: https://evil.example"}, 403},
		"null origin":          {good, []string{"Origin: null"}, 403},
		"no token":             {strings.Replace(good, "token=", "known=", 1), []string{"Origin: ", "Sec-Fetch-Site: "}, 400},
		"wrong token":          {strings.Replace(good, "token=", "token=x", 1), []string{"Origin: ", "Sec-Fetch-Site: "}, 403},
		"plain text":           {good, []string{"Content-Type: text/plain"}, 415},
		"multipart":            {good, []string{"Content-Type: multipart/form-data; boundary=x"}, 415},
		"no type":              {good, []string{"Content-Type: "}, 415},
		"packed":               {good, []string{"Content-Encoding: gzip"}, 415},
		"unknown field":        {good + "&x=y", nil, 400},
		"method override":      {good + "&_method=DELETE", nil, 400},
		"doubled field":        {good + "&choice.letters=refused", nil, 400},
		"unknown choice":       {good + "&choice.x=granted", nil, 400},
		"NUL":                  {good + "&return_to=%00", nil, 400},
		"not UTF-8":            {good + "&return_to=%ff", nil, 400},
		"no encoding":          {good + "&return_to=%zz", nil, 400},
		"many fields":          {good + strings.Repeat("&known=a", 200), nil, 400},
		"large":                {good + "&return_to=" + strings.Repeat("a", 64<<10), nil, 413},
	} {
		r := v.ask("POST", "/preferences", test.form, test.fields...)
		if r.StatusCode != test.status || !strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: %d, want %d", what, r.StatusCode, test.status)
		}
	}
	if page := v.text(v.ask("GET", "/preferences/history", "")); strings.Contains(page, "/preferences/receipts/") {
		t.Error("something was stored")
	}
	if r := v.ask("POST", "/preferences", good); r.StatusCode != 303 || !strings.HasPrefix(r.Header.Get("Location"), "/preferences/receipts/") {
		t.Errorf("the good one: %d %s", r.StatusCode, v.text(r))
	}
	for _, secret := range []string{v.cookies["__Secure-code"], form.Get("token")} {
		if strings.Contains(w.log.String(), secret) {
			t.Error("the log has a cookie or a token")
		}
	}
}

func TestAddressesOfTheEdge(t *testing.T) {
	w := newTown(t, 1)
	for request, want := range map[string]string{
		"GET /preferences": "200", "HEAD /preferences": "200", "DELETE /preferences": "405 GET, HEAD, POST", "GET /preferences/": "308 /preferences",
		"GET /notices": "200", "PUT /notices": "405 GET, HEAD, POST", "GET /notices/": "308 /notices", "OPTIONS /notices": "405 GET, HEAD, POST",
		"POST /notices/fragment": "405 GET, HEAD", "GET /preferences/history": "200", "POST /preferences/history": "405 GET, HEAD",
		"GET /preferences/receipts/none": "404", "GET /account": "404", "GET /.edge/shell.html": "404",
	} {
		method, path, _ := strings.Cut(request, " ")
		r := w.visitor().ask(method, path, "")
		got := strings.TrimSpace(r.Status[:3] + " " + r.Header.Get("Allow") + r.Header.Get("Location"))
		if got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
		if method == "HEAD" && w.visitor().text(r) != "" {
			t.Errorf("%s has a body", request)
		}
		if method != "POST" && r.StatusCode == 200 && r.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %v", request, r.Header)
		}
	}
}

func (w *town) read(name string) string {
	w.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	w.must(err)
	return string(data)
}

// cookiesOf reads what the server writes.
func (w *town) cookiesOf() *identity.Cookies {
	w.Helper()
	cookies, err := identity.NewCookies(identity.Config{Apex: host, Ring: w.keys.Ring, Now: w.clock})
	w.must(err)
	return cookies
}
