package preview

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build/problem"
)

const host = "shop.lanterns.localhost"

// site stands for the server behind the preview.
func site(w http.ResponseWriter, r *http.Request) {
	answer := func(contentType, body string) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Etag", `"1"`)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body))
	}
	switch r.URL.Path {
	case "/":
		answer("text/html; charset=utf-8", "<html><head><title>t</title></head><body></head>")
	case "/old.html":
		answer("text/html", "<HEAD></HEAD>")
	case "/fragment":
		answer("text/html", "<p>no head")
	case "/site.css":
		answer("text/css", "/* </head> */")
	case "/packed":
		w.Header().Set("Content-Encoding", "gzip")
		answer("text/html", "gzipped </head>")
	case "/accept":
		fmt.Fprintf(w, "%q", r.Header["Accept-Encoding"])
	default:
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "20")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<head></head>missing")
	}
}

// handler is what stands behind the preview where nobody else is to be seen.
type handler http.HandlerFunc

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request)              { h(w, r) }
func (handler) As(r *http.Request, _ time.Time, _ bool) *http.Request           { return r }
func (handler) Become(http.ResponseWriter, *http.Request, map[string]int) error { return nil }

// built is a preview after one good build.
func built() *Server {
	s := New(handler(site))
	s.Publish(Update{Build: 1})
	return s
}

func ask(h http.Handler, method, path string, fields ...string) *http.Response {
	r := httptest.NewRequest(method, "http://"+host+path, nil)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestScriptIsPutIntoPages(t *testing.T) {
	s := built()
	mark := s.state.mark()
	tests := []struct {
		path   string
		status int
		want   string
	}{
		{"/", 200, "<html><head><title>t</title>" + script(mark, "") + "</head><body></head>"},
		{"/old.html", 200, "<HEAD>" + script(mark, "") + "</HEAD>"},
		{"/nothing/", 404, "<head>" + script(mark, "missing") + "</head>missing"},
		{"/fragment", 200, "<p>no head"},
		{"/site.css", 200, "/* </head> */"},
		{"/packed", 200, "gzipped </head>"},
	}
	for _, test := range tests {
		r := ask(s, "GET", test.path)
		got := text(t, r)
		if r.StatusCode != test.status || got != test.want {
			t.Errorf("%s: %d %q, want %d %q", test.path, r.StatusCode, got, test.status, test.want)
		}
		if r.ContentLength >= 0 && r.ContentLength != int64(len(got)) {
			t.Errorf("%s: Content-Length %d for %d bytes", test.path, r.ContentLength, len(got))
		}
	}
}

func TestHeadersOfPages(t *testing.T) {
	s := built()
	for _, method := range []string{"GET", "HEAD"} {
		h := ask(s, method, "/").Header
		if h.Get("Etag") != "" || h.Get("Cache-Control") != "no-store" || method == "HEAD" && h.Get("Content-Length") != "" {
			t.Errorf("%s /: %v", method, h)
		}
		h = ask(s, method, "/site.css").Header
		if h.Get("Etag") != `"1"` || h.Get("Cache-Control") != "no-cache" || h.Get("Content-Length") != "13" {
			t.Errorf("%s /site.css: %v", method, h)
		}
	}
	if r := ask(s, "HEAD", "/"); r.StatusCode != 200 || text(t, r) != "" {
		t.Errorf("HEAD / has a body, or %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/site.css", `If-None-Match: "1"`); r.StatusCode != 304 {
		t.Errorf("an unchanged stylesheet: %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/", "Range: bytes=0-5"); r.StatusCode != 206 || text(t, r) != "<html>" {
		t.Errorf("a part of a page: %d", r.StatusCode)
	}
	if got := text(t, ask(s, "GET", "/accept", "Accept-Encoding: gzip, br")); got != "[]" {
		t.Errorf("the server behind is asked for %s", got)
	}
}

func TestClientFiles(t *testing.T) {
	s := New(handler(site))
	for path, want := range map[string]string{"/.preview/client.js": "text/javascript; charset=utf-8", "/.preview/client.css": "text/css; charset=utf-8", "/.preview/bar.css": "text/css; charset=utf-8", "/.preview/page.css": "text/css; charset=utf-8"} {
		r := ask(s, "GET", path)
		if body := text(t, r); r.StatusCode != 200 || r.Header.Get("Content-Type") != want || body == "" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
		if csp := r.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.HasPrefix(csp, "default-src 'none';") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if r := ask(s, "POST", path); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d %v", path, r.StatusCode, r.Header)
		}
	}
	if r := ask(s, "GET", "/.preview/nothing"); r.StatusCode != 404 {
		t.Errorf("unknown address of the preview: %d", r.StatusCode)
	}
	if len(clientScript) > 6<<10 {
		t.Errorf("the script has %d bytes", len(clientScript))
	}
}

var mistake = problem.Problem{
	Path: "sites/shop/index.md", Line: 3, Col: 8, Rule: "front-matter",
	Message: `unknown key "<titel>"`, Source: "\ttitel: <b>Lamps</b>", Hint: `did you mean "title"?`,
}

func TestBeforeTheFirstGoodBuild(t *testing.T) {
	s := New(handler(func(http.ResponseWriter, *http.Request) { t.Error("the server behind is asked") }))
	check := func(want ...string) {
		t.Helper()
		for _, r := range []*http.Response{
			ask(s, "GET", "/"), ask(s, "GET", "/guides/lamp"), ask(s, "GET", "/page.html"), ask(s, "GET", "/v1.2", "Accept: text/html,*/*"),
		} {
			page := text(t, r)
			if r.StatusCode != 503 || r.Header.Get("Content-Type") != "text/html; charset=utf-8" || r.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("%d %v", r.StatusCode, r.Header)
			}
			for _, part := range append(want, script(s.state.mark(), "none")) {
				if !strings.Contains(page, part) {
					t.Errorf("the page lacks %s:\n%s", part, page)
				}
			}
			if strings.Contains(page, "<b>Lamps") || strings.Contains(page, "<titel>") {
				t.Errorf("content is not escaped:\n%s", page)
			}
		}
		if r := ask(s, "GET", "/site.css", "Accept: text/css"); r.StatusCode != 503 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("a stylesheet: %d %v", r.StatusCode, r.Header)
		}
	}
	check("The sites are being built")
	s.Publish(Update{Problems: problem.List{mistake}})
	check("The content has problems", "sites/shop/index.md:3:8", "unknown key", "did you mean", "&lt;b&gt;Lamps&lt;/b&gt;")
	s.Publish(Update{Problems: make(problem.List, listed+5)})
	check("And 5 more.")
}
