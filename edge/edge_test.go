package edge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

// A world is a public folder and the server over it.
type world struct {
	*testing.T
	dir    string
	server *Server
	log    *bytes.Buffer
}

const apex, kiosk = "lanterns.example", "kiosk.lanterns.localhost"

func newWorld(t *testing.T, development bool) *world {
	w := &world{T: t, dir: filepath.Join(t.TempDir(), "public"), log: new(bytes.Buffer)}
	w.write(apex+"/index.html", "<p>apex")
	w.write(apex+"/404.html", "<p>nothing at the apex")
	w.write(apex+"/drawing.svg", "<svg/>")
	w.write(kiosk+"/index.html", "<p>shop")
	w.write(kiosk+"/guides/index.html", "<p>guides")
	w.write(kiosk+"/old/index.html", "a page for servers that know no redirects")
	w.write("elsewhere.example/index.html", "not in the catalog")
	w.catalog(policy.Redirect{Host: kiosk, From: "/old/", To: "/new/?a=b"}, policy.Redirect{Host: kiosk, From: "/moved", To: "https://" + apex + "/"},
		policy.Redirect{Host: kiosk, From: "/part", To: "/new/#wicks"}, policy.Redirect{Host: kiosk, From: "/both", To: "/new/?a=b#wicks?"})
	var err error
	w.server, err = New(Config{Public: w.dir, Logger: slog.New(slog.NewJSONHandler(w.log, nil)), Development: development})
	w.must(err)
	w.log.Reset()
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(name, text string) {
	w.Helper()
	path := filepath.Join(w.dir, name)
	w.must(os.MkdirAll(filepath.Dir(path), 0o755))
	w.must(os.WriteFile(path+".new", []byte(text), 0o644))
	w.must(os.Rename(path+".new", path))
}

func (w *world) catalog(redirects ...policy.Redirect) {
	w.Helper()
	c := policy.Catalog{Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnChoice, Redirects: redirects, Sites: []policy.Site{
		{ID: "apex", Title: "Lanterns & more", Host: apex, Origin: "https://" + apex, Language: "en", Shell: ".edge/shell.html"},
		{ID: "kiosk", Title: "Kiosk", Host: kiosk, Origin: "http://" + kiosk + ":8080", Language: "en", Shell: ".edge/shell.html"},
	}}
	data, err := c.Encode()
	w.must(err)
	w.write("catalog.json", string(data))
}

// ask sends a request as it stands on the wire, without its last line end.
func (w *world) ask(raw string) *http.Response {
	w.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n") + "\r\n\r\n")))
	w.must(err)
	r.RemoteAddr = "203.0.113.77:40000"
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	return rec.Result()
}

func (w *world) get(host, path string) *http.Response {
	w.Helper()
	return w.ask("GET " + path + " HTTP/1.1\nHost: " + host)
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHosts(t *testing.T) {
	w := newWorld(t, false)
	tests := []struct {
		request string
		status  int
		want    string
	}{
		{"GET / HTTP/1.1\nHost: lanterns.example", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: LANTERNS.Example", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: lanterns.example:9999", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: kiosk.lanterns.localhost", 200, "<p>shop"},
		{"GET / HTTP/1.0\nHost: lanterns.example", 200, "<p>apex"},
		{"GET http://lanterns.example/ HTTP/1.1\nHost: other.example", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: lanterns.example", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: Lanterns.example:443, lanterns.example", 200, "<p>apex"},
		{"GET / HTTP/1.1\nHost: ", 421, ""},
		{"GET / HTTP/1.0", 421, ""},
		{"GET / HTTP/1.1\nHost: 127.0.0.1", 421, ""},
		{"GET / HTTP/1.1\nHost: [::1]:8080", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example.", 421, ""},
		{"GET / HTTP/1.1\nHost: xlanterns.example", 421, ""},
		{"GET / HTTP/1.1\nHost: sub.lanterns.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example:", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example:http", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example:80:80", 421, ""},
		{"GET / HTTP/1.1\nHost: user@lanterns.example", 421, ""},
		{"GET / HTTP/1.1\nHost: ..", 421, ""},
		{"GET / HTTP/1.1\nHost: elsewhere.example", 421, ""},
		{"GET / HTTP/1.1\nHost: \u212aiosk.lanterns.localhost", 421, ""},
		{"GET http://evil.example/ HTTP/1.1\nHost: lanterns.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: evil.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: kiosk.lanterns.localhost", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: lanterns.example\nX-Forwarded-Host: evil.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: ", 421, ""},
		{"POST / HTTP/1.1\nHost: evil.example", 421, ""},
	}
	for _, test := range tests {
		r := w.ask(test.request)
		if got := body(t, r); r.StatusCode != test.status || test.want != "" && got != test.want {
			t.Errorf("%q: %d %.40q, want %d %q", test.request, r.StatusCode, got, test.status, test.want)
		}
	}
}

func TestMisdirectedPageListsSitesInDevelopmentOnly(t *testing.T) {
	const link = `<a href="http://kiosk.lanterns.localhost:8080/">Kiosk</a>`
	w := newWorld(t, true)
	for _, host := range []string{"127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]", "localhost", "LOCALHOST:8080", "else.localhost"} {
		if page := body(t, w.get(host, "/")); !strings.Contains(page, link) || !strings.Contains(page, "Lanterns &amp; more") {
			t.Errorf("in development, for %s:\n%s", host, page)
		}
	}
	for _, host := range []string{"", "evil.example:8080", "localhost.evil.example", "evillocalhost", "evil.example@localhost", "192.168.1.5", "0.0.0.0:8080", "[2001:db8::1]"} {
		if page := body(t, w.get(host, "/")); strings.Contains(page, "anterns") {
			t.Errorf("in development, for %s:\n%s", host, page)
		}
	}
	if page := body(t, newWorld(t, false).get("127.0.0.1:8080", "/")); strings.Contains(page, "anterns") {
		t.Errorf("in production:\n%s", page)
	}
}

func TestRedirects(t *testing.T) {
	w := newWorld(t, false)
	for path, want := range map[string]string{
		"/old/": "/new/?a=b", "/old": "/new/?a=b", "/old/?": "/new/?a=b", "/old/?x=%0Ay+z&q=a%26b?": "/new/?a=b&x=%0Ay+z&q=a%26b?",
		"/moved?x=y": "https://lanterns.example/?x=y", "/part?x=y": "/new/?x=y#wicks", "/both?x=y": "/new/?a=b&x=y#wicks?", "/guides?x=y": "/guides/?x=y",
		"/moved": "https://lanterns.example/", "/guides": "/guides/", "/index.html": "/",
	} {
		r := w.get(kiosk, path)
		if got := r.Header.Get("Location"); r.StatusCode != 301 || got != want {
			t.Errorf("%s: %d to %q, want %q", path, r.StatusCode, got, want)
		}
	}
	if r := w.get(apex, "/old/"); r.StatusCode != 404 {
		t.Errorf("another host's redirect: %d", r.StatusCode)
	}
	if r := w.ask("POST /old/ HTTP/1.1\nHost: " + kiosk); r.StatusCode != 405 {
		t.Errorf("POST to an old address: %d", r.StatusCode)
	}
}

func TestPanics(t *testing.T) {
	w := newWorld(t, false)
	all := w.server.now.Load()
	all.byHost[apex].files = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Etag", `"1"`)
		panic("secret detail")
	})
	r := w.get(apex, "/")
	page := body(t, r)
	if r.StatusCode != 500 || r.Header.Get("Content-Security-Policy") != contentPolicy || r.Header.Get("Content-Encoding") != "" || r.Header.Get("Etag") != "" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	var line struct{ ID, Level, Event, Cause string }
	w.must(json.Unmarshal(w.log.Bytes(), &line))
	if strings.Contains(page, "secret") || !strings.Contains(page, line.ID) {
		t.Errorf("the page shows the detail, or not the reference %s:\n%s", line.ID, page)
	}
	if line.Level != "ERROR" || line.Event != "failed" || !strings.Contains(line.Cause, "secret detail") {
		t.Errorf("log: %+v", line)
	}

	all.byHost[apex].files = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "half a page")
		panic("late")
	})
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("a panic in the middle of an answer ends in %v", v)
		}
	}()
	w.get(apex, "/")
}
