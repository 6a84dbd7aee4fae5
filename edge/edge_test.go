package edge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

const apex, shop = "lanterns.example", "shop.lanterns.localhost"

func newWorld(t *testing.T, development bool) *world {
	w := &world{T: t, dir: filepath.Join(t.TempDir(), "public"), log: new(bytes.Buffer)}
	w.write(apex+"/index.html", "<p>apex")
	w.write(apex+"/404.html", "<p>nothing at the apex")
	w.write(apex+"/drawing.svg", "<svg/>")
	w.write(shop+"/index.html", "<p>shop")
	w.write(shop+"/guides/index.html", "<p>guides")
	w.write(shop+"/old/index.html", "a page for servers that know no redirects")
	w.write("elsewhere.example/index.html", "not in the catalog")
	w.catalog(policy.Redirect{Host: shop, From: "/old/", To: "/new/?a=b"}, policy.Redirect{Host: shop, From: "/moved", To: "https://" + apex + "/"})
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
	c := policy.Catalog{Format: policy.CatalogFormat, Provider: "Lanterns", Redirects: redirects, Sites: []policy.Site{
		{ID: "apex", Title: "Lanterns & more", Host: apex, Origin: "https://" + apex},
		{ID: "shop", Title: "Shop", Host: shop, Origin: "http://" + shop + ":8080"},
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
		{"GET / HTTP/1.1\nHost: shop.lanterns.localhost", 200, "<p>shop"},
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
		{"GET / HTTP/1.1\nHost: shop.lanterns.local\u212aost", 421, ""},
		{"GET http://evil.example/ HTTP/1.1\nHost: lanterns.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: evil.example", 421, ""},
		{"GET / HTTP/1.1\nHost: lanterns.example\nX-Forwarded-Host: shop.lanterns.localhost", 421, ""},
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
	const link = `<a href="http://shop.lanterns.localhost:8080/">Shop</a>`
	if page := body(t, newWorld(t, true).get("127.0.0.1:8080", "/")); !strings.Contains(page, link) || !strings.Contains(page, "Lanterns &amp; more") {
		t.Errorf("in development:\n%s", page)
	}
	if page := body(t, newWorld(t, false).get("127.0.0.1:8080", "/")); strings.Contains(page, "anterns") {
		t.Errorf("in production:\n%s", page)
	}
}

func TestRedirects(t *testing.T) {
	w := newWorld(t, false)
	for path, want := range map[string]string{
		"/old/": "/new/?a=b", "/old": "/new/?a=b", "/old/?x=y": "/new/?a=b", "/moved": "https://lanterns.example/", "/guides": "/guides/", "/index.html": "/",
	} {
		r := w.get(shop, path)
		if got := r.Header.Get("Location"); r.StatusCode != 301 || got != want {
			t.Errorf("%s: %d to %q, want %q", path, r.StatusCode, got, want)
		}
	}
	if r := w.get(apex, "/old/"); r.StatusCode != 404 {
		t.Errorf("another host's redirect: %d", r.StatusCode)
	}
	if r := w.ask("POST /old/ HTTP/1.1\nHost: " + shop); r.StatusCode != 405 {
		t.Errorf("POST to an old address: %d", r.StatusCode)
	}
}

func TestSecurityHeadersOnEveryStatus(t *testing.T) {
	w := newWorld(t, false)
	tag := w.get(apex, "/").Header.Get("Etag")
	for request, status := range map[string]int{
		"GET / HTTP/1.1\nHost: lanterns.example":                                             200,
		"GET / HTTP/1.1\nHost: lanterns.example\nRange: bytes=0-0":                           206,
		"GET / HTTP/1.1\nHost: lanterns.example\nIf-None-Match: " + tag:                      304,
		"GET /index.html HTTP/1.1\nHost: lanterns.example":                                   301,
		"GET /a%00 HTTP/1.1\nHost: lanterns.example":                                         400,
		"GET /nothing HTTP/1.1\nHost: lanterns.example":                                      404,
		"DELETE / HTTP/1.1\nHost: lanterns.example":                                          405,
		"OPTIONS * HTTP/1.1\nHost: lanterns.example":                                         405,
		"GET / HTTP/1.1\nHost: lanterns.example\nIf-Match: \"x\"":                            412,
		"GET / HTTP/1.1\nHost: lanterns.example\nRange: bytes=99-":                           416,
		"GET / HTTP/1.1\nHost: evil.example":                                                 421,
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 17<<10):   431,
		"GET /?" + strings.Repeat("x", 17<<10) + " HTTP/1.1\nHost: lanterns.example":         431,
		"GET / HTTP/1.1\nHost: lanterns.example" + strings.Repeat("\nA: 1234567890", 1200):   431,
		"GET / HTTP/1.1\nHost: shop.lanterns.localhost\nCookie: " + strings.Repeat("x", 900): 200,
	} {
		r := w.ask(request)
		h := r.Header
		if r.StatusCode != status {
			t.Errorf("%.60q: %d, want %d", request, r.StatusCode, status)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": permissions,
		} {
			if h.Get(name) != want {
				t.Errorf("%d has %s %q", status, name, h.Get(name))
			}
		}
		if h.Get("Set-Cookie") != "" {
			t.Errorf("%d sets a cookie", status)
		}
	}
	if strings.Contains(contentPolicy, "unsafe") || !strings.Contains(contentPolicy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", contentPolicy)
	}
}

func TestDrawingsAreSandboxed(t *testing.T) {
	w := newWorld(t, false)
	r := w.get(apex, "/drawing.svg")
	if got := r.Header.Get("Content-Security-Policy"); got != "default-src 'none'; sandbox" {
		t.Errorf("policy %q", got)
	}
	r = w.ask("GET /drawing.svg HTTP/1.1\nHost: " + apex + "\nIf-None-Match: " + r.Header.Get("Etag"))
	if got := r.Header.Get("Content-Security-Policy"); r.StatusCode != 304 || got != "default-src 'none'; sandbox" {
		t.Errorf("%d would loosen the cached policy to %q", r.StatusCode, got)
	}
	if got := w.get(apex, "/nothing.svg").Header.Get("Content-Security-Policy"); got != contentPolicy {
		t.Errorf("the 404 page has policy %q", got)
	}
}

func TestTransportSecurityOnHTTPSAlone(t *testing.T) {
	w := newWorld(t, false)
	for host, want := range map[string]string{apex: transport, shop: "", "evil.example": ""} {
		if got := w.get(host, "/nothing").Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
}

func TestLog(t *testing.T) {
	w := newWorld(t, false)
	w.ask("GET /nothing?email=jane@example.org HTTP/1.1\nHost: lanterns.example\nCookie: secret=1\nAuthorization: secret\nReferer: http://secret/")
	var line map[string]any
	w.must(json.Unmarshal(w.log.Bytes(), &line)) // and so exactly one line
	for name, want := range map[string]any{
		"msg": "request", "event": "not found", "method": "GET", "host": "lanterns.example", "path": "/nothing", "status": 404.0, "bytes": 22.0, "from": "203.0.113.0/24",
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if id, _ := line["id"].(string); len(id) != 16 {
		t.Errorf("id is %v", line["id"])
	}
	if _, ok := line["duration"]; !ok {
		t.Error("there is no duration")
	}
	for _, private := range []string{"jane", "secret", "203.0.113.77"} {
		if strings.Contains(w.log.String(), private) {
			t.Errorf("%q is in the log: %s", private, w.log)
		}
	}
}

func TestTruncatedAddresses(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.77:1": "203.0.113.0/24", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1::/48", "[::ffff:203.0.113.77]:1": "203.0.113.0/24",
		"[fe80::1%eth0]:1": "fe80::/48", "@": "unknown", "": "unknown",
	} {
		if got := truncated(remote); got != want {
			t.Errorf("%q becomes %q, want %q", remote, got, want)
		}
	}
}

func TestComplaintsOfTheServerHideAddresses(t *testing.T) {
	var out bytes.Buffer
	s := HTTPServer(nil, slog.New(slog.NewTextHandler(&out, nil)))
	s.ErrorLog.Printf("http: TLS handshake error from 203.0.113.77:40000: EOF")
	s.ErrorLog.Printf("http: response to [2001:db8:1:2::5]:40000 failed")
	got := out.String()
	if strings.Contains(got, "113.77") || strings.Contains(got, "1:2::5") || !strings.Contains(got, "from 203.0.113.0/24: EOF") || !strings.Contains(got, "2001:db8:1::/48") {
		t.Errorf("log:\n%s", got)
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

func TestNewRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*world)
		want  string
	}{
		"no folder":      {func(w *world) { w.must(os.RemoveAll(w.dir)) }, "edge: public folder: "},
		"no catalog":     {func(w *world) { w.must(os.Remove(filepath.Join(w.dir, "catalog.json"))) }, "edge: catalog: "},
		"broken catalog": {func(w *world) { w.write("catalog.json", `{"format": 2}`) }, "edge: catalog: "},
		"catalog behind a link": {func(w *world) {
			w.must(os.Rename(w.dir+"/catalog.json", w.dir+"/../c.json"))
			w.must(os.Symlink("../c.json", w.dir+"/catalog.json"))
		}, "edge: catalog: "},
		"no folder for a host": {func(w *world) { w.must(os.RemoveAll(filepath.Join(w.dir, shop))) }, "edge: site shop: folder of host "},
		"a folder behind a link": {func(w *world) {
			w.must(os.Rename(w.dir+"/"+shop, w.dir+"/../s"))
			w.must(os.Symlink("../s", w.dir+"/"+shop))
		}, "edge: site shop: folder of host "},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false)
			test.spoil(w)
			if _, err := New(Config{Public: w.dir}); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("New: %v, want %s", err, test.want)
			}
			if err := w.server.Reload(); err == nil {
				t.Error("Reload takes it")
			}
			if r := w.get(apex, "/"); name != "no folder" && r.StatusCode != 200 {
				t.Errorf("after a failed Reload: %d", r.StatusCode)
			}
		})
	}
	if _, err := New(Config{}); err == nil {
		t.Error("New takes no folder at all")
	}
}

func TestDevelopmentWithoutCatalog(t *testing.T) {
	s, err := New(Config{Public: t.TempDir(), Development: true})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest("GET", "http://lanterns.example/", nil))
	if rec.Code != 421 {
		t.Errorf("%d", rec.Code)
	}
}

func TestReload(t *testing.T) {
	w := newWorld(t, false)
	w.catalog(policy.Redirect{Host: shop, From: "/old/", To: "/newer/"})
	w.write(apex+"/index.html", "<p>new apex")
	w.must(w.server.Reload())
	if got := w.get(shop, "/old/").Header.Get("Location"); got != "/newer/" {
		t.Errorf("redirect to %q", got)
	}
	if r := w.get(shop, "/moved"); r.StatusCode != 404 {
		t.Errorf("a redirect that is gone: %d", r.StatusCode)
	}
	if got := body(t, w.get(apex, "/")); got != "<p>new apex" {
		t.Errorf("page %q", got)
	}
}

// Each answer is of one catalog, and no request fails, however often the
// folder is replaced under the requests.
func TestReloadUnderLoad(t *testing.T) {
	w := newWorld(t, true)
	w.server.cfg.Logger = slog.New(slog.DiscardHandler)
	whole := func(n int) string { return strings.Repeat(fmt.Sprint(n%10), 10_000) }
	w.write(apex+"/index.html", whole(0))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				rec := httptest.NewRecorder()
				w.server.ServeHTTP(rec, httptest.NewRequest("GET", "https://lanterns.example/", nil))
				got := rec.Body.String()
				if rec.Code != 200 || len(got) != 10_000 || got != strings.Repeat(got[:1], 10_000) {
					t.Errorf("%d with %d bytes", rec.Code, len(got))
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := range 100 {
		w.write(apex+"/index.html", whole(n))
		if err := w.server.Reload(); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
}

func TestReplacedFoldersAreClosed(t *testing.T) {
	w := newWorld(t, false)
	old := w.server.now.acquire()
	w.must(w.server.Reload())
	if _, err := old.roots[0].Stat("index.html"); err != nil {
		t.Errorf("the folder was closed under a request: %v", err)
	}
	w.must(old.release())
	if _, err := old.roots[0].Stat("index.html"); err == nil {
		t.Error("the folder stays open after the last request")
	}
}

// Over a real connection: what net/http answers by itself, and what reaches
// the handler.
func TestHTTPServer(t *testing.T) {
	w := newWorld(t, false)
	w.server.cfg.Logger = slog.New(slog.DiscardHandler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	s := HTTPServer(w.server, nil)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(listener) })
	t.Cleanup(func() { w.must(s.Close()); serving.Wait() })
	for request, want := range map[string]struct {
		status int
		secure bool
	}{
		"GET / HTTP/1.1\nHost: lanterns.example":                                           {200, true},
		"OPTIONS * HTTP/1.1\nHost: lanterns.example":                                       {405, true},
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 17<<10): {431, true},
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 64<<10): {431, false},
		"GET /../../etc/passwd HTTP/1.1\nHost: lanterns.example":                           {400, true},
		"GET / HTTP/1.1":                        {400, false},
		"GET / HTTP/1.1\nHost: a\nHost: b":      {400, false},
		"GET http://evil/ HTTP/1.1\nHost: a":    {421, true},
		"CONNECT evil:443 HTTP/1.1\nHost: evil": {421, true},
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		w.must(err)
		_, err = io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")+"\r\nConnection: close\r\n\r\n")
		w.must(err)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		w.must(err)
		if got := r.Header.Get("Content-Security-Policy") != ""; r.StatusCode != want.status || got != want.secure {
			t.Errorf("%.50q: %d, security headers %v", request, r.StatusCode, got)
		}
		w.must(conn.Close())
	}
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
		t.Error("a timeout is missing")
	}
}
