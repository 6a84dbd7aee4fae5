package preview

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/policy"
)

// A museum has a policy with three versions, the last of which is announced.
var museum = &policy.Catalog{
	Sites: []policy.Site{{ID: "apex", Host: "lanterns.localhost"}, {ID: "shop", Host: host}},
	Policies: []policy.CatalogPolicy{{
		ID: "privacy", Title: "Privacy <policy>", Short: "Privacy",
		Versions: []policy.CatalogVersion{version(1, "2024-03-01"), version(2, "2026-03-01"), version(3, "2027-02-01")},
	}},
}

func version(n int, effective string) policy.CatalogVersion {
	at, err := time.Parse(dateForm, effective)
	if err != nil {
		panic(err)
	}
	return policy.CatalogVersion{Number: n, Published: policy.Day{Time: at.AddDate(0, -6, 0)}, Effective: policy.Day{Time: at}}
}

var now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// A seam records what the preview asks of the server behind it.
type seam struct {
	at     time.Time
	signal bool
	// became is what Become was called with; nil: it was not.
	became map[string]int
	fails  error
}

func (*seam) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Set-Cookie", "__Secure-code=x")
	_, _ = w.Write([]byte("<html><head></head><body><main>&lt;/body> is an end</main></body></html>"))
}

func (s *seam) As(r *http.Request, at time.Time, signal bool) *http.Request {
	s.at, s.signal = at, signal
	return r
}

func (s *seam) Become(w http.ResponseWriter, _ *http.Request, seen map[string]int) error {
	s.became = maps.Clone(seen)
	if s.became == nil {
		s.became = map[string]int{}
	}
	w.Header().Add("Set-Cookie", "__Secure-code=another")
	return s.fails
}

func museumPreview(drafts bool) (*Server, *seam) {
	behind := new(seam)
	s := New(behind)
	s.now = func() time.Time { return now }
	s.Publish(Update{Build: 1, Catalog: museum, Drafts: drafts})
	return s, behind
}

// post sends a form of the bar as a browser does.
func post(s *Server, form, cookie string, fields ...string) *http.Response {
	r := httptest.NewRequest("POST", "http://"+host+":8080/.preview/view", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://"+host+":8080")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if cookie != "" {
		r.Header.Set("Cookie", viewCookie+"="+cookie)
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func TestBarSaysHowPagesAreSeen(t *testing.T) {
	for cookie, want := range map[string]string{
		"":                               "as this browser&#39;s visitor, today<",
		"as=newcomer":                    "as somebody who came as a newcomer, today<",
		"seen.privacy=1":                 "as somebody who had last seen Privacy 1, today<",
		"date=2027-02-01":                "as this browser&#39;s visitor, on 1 February 2027<",
		"date=2027-02-01&gpc=1":          "on 1 February 2027, with Global Privacy Control<",
		"date=2026-11-23":                "visitor, today<", // has passed
		"date=2027-02-01&date=2027":      "visitor, today<",
		"gpc=yes":                        "visitor, today<",
		"seen.privacy=0":                 "visitor, today<",
		"<script>":                       "visitor, today<",
		"gpc=1; " + viewCookie + "=as=x": "visitor, today<", // doubled
	} {
		s, _ := museumPreview(false)
		r := ask(s, "GET", "/lamps/?q=1", "Cookie: "+viewCookie+"="+cookie)
		page := text(t, r)
		if !strings.Contains(page, want) {
			t.Errorf("%s: the bar lacks %q:\n%s", cookie, want, page)
		}
		if differs := strings.Contains(page, "bar differs"); differs == strings.HasSuffix(want, "visitor, today<") {
			t.Errorf("%s: marked %v", cookie, differs)
		}
		if !strings.HasSuffix(page, "</template></preview-bar></body></html>") || !strings.Contains(page, `name="return" value="/lamps/?q=1"`) || strings.Contains(page, "<policy>") {
			t.Errorf("%s: %s", cookie, page)
		}
		if r.Header.Get("Cache-Control") != "private, no-store" || r.Header.Get("Set-Cookie") != "__Secure-code=x" {
			t.Errorf("%s: %v", cookie, r.Header)
		}
	}
}

func TestBarTellsOfDraftsAndOfTheBrowsersOwnSignal(t *testing.T) {
	s, _ := museumPreview(true)
	if page := text(t, ask(s, "GET", "/")); !strings.Contains(page, "today; drafts are shown<") || !strings.Contains(page, "bar differs") {
		t.Error(page)
	}
	s, _ = museumPreview(false)
	if page := text(t, ask(s, "GET", "/", "Sec-GPC: 1")); !strings.Contains(page, "today, with Global Privacy Control<") || !strings.Contains(page, "sends the signal by itself") {
		t.Error(page)
	}
}

func TestBarOffersWhatThereIs(t *testing.T) {
	s, _ := museumPreview(false)
	page := text(t, ask(s, "GET", "/"))
	for _, part := range []string{
		`<button name="on" value="2027-02-01">1 February 2027</button> Privacy &lt;policy&gt;: version 3 takes effect`,
		`<option value="2">version 2, from 1 March 2026</option>`, `<option value="1">`, `min="2026-11-24"`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the bar lacks %s:\n%s", part, page)
		}
	}
	if strings.Contains(page, `<option value="3"`) {
		t.Error("a version that is not in force is offered as seen")
	}
	page = text(t, ask(s, "GET", "/", "Cookie: "+viewCookie+"=date=2027-02-01&seen.privacy=3"))
	if !strings.Contains(page, `<option value="3" selected>`) {
		t.Errorf("on its day the version is not offered:\n%s", page)
	}
}

func TestPagesAreAskedForAsTheViewSays(t *testing.T) {
	s, behind := museumPreview(false)
	ask(s, "GET", "/", "Cookie: "+viewCookie+"=date=2027-02-01&gpc=1")
	if want := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC); !behind.at.Equal(want) || !behind.signal {
		t.Errorf("asked as at %v, signal %v", behind.at, behind.signal)
	}
	s, behind = museumPreview(false)
	if ask(s, "GET", "/"); !behind.at.IsZero() || behind.signal {
		t.Errorf("without a view asked as at %v, signal %v", behind.at, behind.signal)
	}
}

func TestViewIsChanged(t *testing.T) {
	for _, test := range []struct{ form, before, after string }{
		{"do=show&date=2027-02-01&gpc=1", "", "date=2027-02-01&gpc=1"},
		{"do=show&date=2027-02-01", "gpc=1&seen.privacy=1", "date=2027-02-01&seen.privacy=1"},
		{"on=2027-02-01&date=2026-11-24", "", "date=2027-02-01"},
		{"do=show&date=2026-11-24", "date=2027-02-01", ""},
		{"do=show&date=", "date=2027-02-01", ""},
		{"do=now", "date=2027-02-01&gpc=1&as=newcomer", "as=newcomer"},
		{"do=newcomer", "date=2027-02-01&seen.privacy=1", "as=newcomer&date=2027-02-01"},
		{"do=visitor&seen.privacy=1", "as=newcomer", "seen.privacy=1"},
	} {
		s, behind := museumPreview(false)
		r := post(s, test.form+"&return=/lamps/%3Fq=1", test.before)
		if r.StatusCode != 303 || r.Header.Get("Location") != "/lamps/?q=1" || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", test.form, r.StatusCode, r.Header)
		}
		cookie := r.Header.Values("Set-Cookie")[len(r.Header.Values("Set-Cookie"))-1]
		if value, _, _ := strings.Cut(cookie, ";"); value != viewCookie+"="+test.after {
			t.Errorf("%s: %s", test.form, cookie)
		}
		if !strings.Contains(cookie, "; Path=/; Domain=lanterns.localhost;") || !strings.HasSuffix(cookie, "; HttpOnly; Secure; SameSite=Strict") || (test.after == "") != strings.Contains(cookie, "Max-Age=0") {
			t.Errorf("%s: %s", test.form, cookie)
		}
		if becomes := strings.HasPrefix(test.form, "do=newcomer") || strings.HasPrefix(test.form, "do=visitor"); becomes != (behind.became != nil) {
			t.Errorf("%s: became %v", test.form, behind.became)
		}
	}
}

func TestBrowserBecomesAnother(t *testing.T) {
	s, behind := museumPreview(false)
	if post(s, "do=visitor&seen.privacy=1", ""); !maps.Equal(behind.became, map[string]int{"privacy": 1}) {
		t.Errorf("became %v", behind.became)
	}
	if post(s, "do=visitor&seen.privacy=3", "date=2027-02-01"); behind.became["privacy"] != 3 || behind.at.IsZero() {
		t.Errorf("on the day of version 3 became %v at %v", behind.became, behind.at)
	}
	if post(s, "do=newcomer", "seen.privacy=1"); len(behind.became) != 0 {
		t.Errorf("a newcomer had seen %v", behind.became)
	}
	behind.fails = errors.New("out of ink")
	if r := post(s, "do=newcomer", ""); r.StatusCode != 500 || strings.Contains(strings.Join(r.Header.Values("Set-Cookie"), " "), viewCookie) {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	for form, status := range map[string]int{
		"": 400, "do=fly": 400, "do=show&date=2026-11-23": 400, "do=show&date=tomorrow": 400, "on=x": 400,
		"do=visitor": 400, "do=visitor&seen.privacy=3": 400, "do=visitor&seen.privacy=x": 400, "do=visitor&seen.nothing=1": 400, "do=visitor&seen.privacy=-1": 400,
		"do=now&do=show": 400, "do=%zz": 400, "do=now&x=" + strings.Repeat("y", maxChange): 413,
	} {
		s, behind := museumPreview(false)
		if r := post(s, form, ""); r.StatusCode != status || r.Header.Get("Set-Cookie") != "" || behind.became != nil {
			t.Errorf("%.40s: %d %v", form, r.StatusCode, r.Header)
		}
	}
	for field, status := range map[string]int{
		"Sec-Fetch-Site: cross-site": 403, "Sec-Fetch-Site: same-site": 403, "Sec-Fetch-Site: none": 403,
		"Origin: null": 403, "Origin: http://lanterns.localhost:8080": 403, "Origin: http://" + host: 403, "Origin: https://" + host + ":8080": 403,
		"Content-Type: text/plain": 415, "Content-Type: ": 415, "Content-Type: multipart/form-data; boundary=x": 415,
		"Origin: ": 303, "Sec-Fetch-Site: ": 303, // either header is enough
	} {
		s, _ := museumPreview(false)
		if r := post(s, "do=now", "", field); r.StatusCode != status {
			t.Errorf("%s: %d, want %d", field, r.StatusCode, status)
		}
	}
	s, _ := museumPreview(false)
	if r := post(s, "do=now", "", "Origin: ", "Sec-Fetch-Site: "); r.StatusCode != 403 {
		t.Errorf("from nowhere: %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/.preview/view?do=newcomer"); r.StatusCode != 405 || r.Header.Get("Allow") != "POST" {
		t.Errorf("GET: %d", r.StatusCode)
	}
}

func TestReturnIsOnTheSameHost(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/lamps/?q=a+b": "/lamps/?q=a+b", "/caf%C3%A9/": "/caf%C3%A9/",
		"": "/", "lamps": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/", "/\t/evil.example": "/",
		"/\r\nSet-Cookie: x": "/", "javascript:alert(1)": "/", "/.preview/view": "/", "http:/x": "/", "/%2e%2e//evil": "/%2e%2e//evil",
	} {
		s, _ := museumPreview(false)
		if r := post(s, "do=now&return="+url.QueryEscape(path), ""); r.Header.Get("Location") != want {
			t.Errorf("%q leads to %q", path, r.Header.Get("Location"))
		}
	}
}

func FuzzView(f *testing.F) {
	for _, seed := range []string{"", "date=2027-02-01&gpc=1", "seen.privacy=1", "as=newcomer", "gpc=1&gpc=1", "date=0000-00-00", "seen.=9", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := &http.Request{Header: http.Header{"Cookie": {viewCookie + "=" + value}}}
		v := readView(r, now)
		again := readView(&http.Request{Header: http.Header{"Cookie": {viewCookie + "=" + v.encode()}}}, now)
		if v.encode() != again.encode() {
			t.Errorf("%q is read as %q, then as %q", value, v.encode(), again.encode())
		}
		if !v.date.IsZero() && v.date.Before(today(now)) {
			t.Errorf("%q shows a day that has passed", value)
		}
	})
}
