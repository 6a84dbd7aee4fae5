package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A site is a folder on disk that is being served.
type site struct {
	*testing.T
	dir   string
	files *Files
	began time.Time
	now   time.Time
}

func open(t *testing.T, cfg Config, files map[string]string) *site {
	s := &site{T: t, dir: filepath.Join(t.TempDir(), "site"), began: time.Unix(1e9, 0), now: time.Unix(2e9, 0)}
	s.must(os.Mkdir(s.dir, 0o755))
	for name, text := range files {
		s.write(name, text)
	}
	root, err := os.OpenRoot(s.dir)
	s.must(err)
	t.Cleanup(func() { s.must(root.Close()) })
	cfg.Now = func() time.Time { return s.now }
	s.files = New(root, cfg)
	return s
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// write replaces a file by rename, as the generator does. All files have the
// same time, as after unpacking a release.
func (s *site) write(name, text string) {
	s.Helper()
	path := filepath.Join(s.dir, name)
	s.must(os.MkdirAll(filepath.Dir(path), 0o755))
	s.must(os.WriteFile(path+".new", []byte(text), 0o644))
	s.must(os.Chtimes(path+".new", s.began, s.began))
	s.must(os.Rename(path+".new", path))
}

// ask sends a request; fields are header fields, each "Name: value".
func (s *site) ask(method, target string, fields ...string) *http.Response {
	s.Helper()
	u, err := url.ParseRequestURI(target)
	s.must(err)
	r := httptest.NewRequest(method, "/", nil)
	r.URL, r.RequestURI = u, target
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	s.files.ServeHTTP(w, r)
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

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func small(t *testing.T) *site {
	s := open(t, Config{}, map[string]string{
		"index.html":                         "home",
		"404.html":                           "nothing here",
		"cables/index.html":                  "cables",
		"cables/photo.jpg":                   "jpeg",
		"cables/photo.480w.5f3a9c1b2d.jpg":   "smaller jpeg",
		"plain.html":                         "plain",
		"feed.atom":                          "<feed/>",
		"assets/site.5f3a9c1b2d.css":         "a{}",
		"assets/menu-5OWCGX2A.js":            "1",
		"assets/font.woff2":                  "font",
		"drawing.svg":                        "<svg/>",
		"data.json":                          "{}",
		"plan.20261123.pdf":                  "pdf",
		"manifest.webmanifest":               "{}",
		"favicon.ico":                        "ico",
		"robots.txt":                         "User-agent: *",
		"sitemap.xml":                        "<urlset/>",
		"unknown.bin":                        "bin",
		".well-known/security.txt":           "Contact:",
		"empty/deep/index.html":              "deep",
		".env":                               "SECRET",
		".git/config":                        "SECRET",
		"cables/.hidden/index.html":          "SECRET",
		"index.html~":                        "SECRET",
		"index.html.bak":                     "SECRET",
		"index.html.orig":                    "SECRET",
		"index.html.swp":                     "SECRET",
		"INDEX.BAK":                          "SECRET",
		"a b.html":                           "space",
		"caf\u00e9/index.html":               "coffee",
		"percent%2e.html":                    "SECRET",
		"semi;colon.html":                    "SECRET",
		"site.css":                           "b{}",
		"site.css.gz":                        packed(t, "b{}"),
		"lonely.txt.gz":                      packed(t, "SECRET"),
		"cables/" + strings.Repeat("x", 100): "long",
	})
	s.must(os.WriteFile(filepath.Join(s.dir, "..", "outside.html"), []byte("SECRET"), 0o644))
	s.must(os.Symlink("../outside.html", filepath.Join(s.dir, "link.html")))
	s.must(os.Symlink("..", filepath.Join(s.dir, "up")))
	s.must(os.Symlink("plain.html", filepath.Join(s.dir, "inner.html")))
	return s
}

func TestAddresses(t *testing.T) {
	s := small(t)
	tests := []struct {
		target string
		status int
		want   string // the body; for 301 the Location
	}{
		{"/", 200, "home"},
		{"/cables/", 200, "cables"},
		{"/plain.html", 200, "plain"},
		{"/%70lain.html", 200, "plain"},
		{"/a%20b.html", 200, "space"},
		{"/caf%C3%A9/", 200, "coffee"},
		{"/inner.html", 200, "plain"},
		{"/.well-known/security.txt", 200, "Contact:"},
		{"/?q=1", 200, "home"},
		{"/cables", 301, "/cables/"},
		{"/cables?q=%0d%0a", 301, "/cables/?q=%0d%0a"},
		{"/caf%C3%A9", 301, "/caf%C3%A9/"},
		{"/index.html", 301, "/"},
		{"/cables/index.html?x=1", 301, "/cables/?x=1"},
		{"/nothing", 404, "nothing here"},
		{"/nothing/", 404, "nothing here"},
		{"/nothing/index.html", 404, "nothing here"},
		{"/plain.html/", 404, "nothing here"},
		{"/plain.html/more", 404, "nothing here"},
		{"/empty/", 404, "nothing here"},
		{"/empty", 404, "nothing here"},
		{"/404.html", 404, "nothing here"},
		{"/CABLES/", 404, "nothing here"},
	}
	for _, test := range tests {
		r := s.ask("GET", test.target)
		got := text(t, r)
		if r.StatusCode == http.StatusMovedPermanently {
			got = r.Header.Get("Location")
		}
		if r.StatusCode != test.status || got != test.want {
			t.Errorf("GET %s: %d %q, want %d %q", test.target, r.StatusCode, got, test.status, test.want)
		}
	}
}

func TestNothingElseIsReached(t *testing.T) {
	s := small(t)
	for _, target := range []string{
		"/../outside.html", "/cables/../../outside.html", "/./index.html", "/cables/..", "/..",
		"/%2e%2e/outside.html", "/%2e%2e%2foutside.html", "/..%2foutside.html", "/cables%2findex.html", "/cables%2F",
		"/..%5coutside.html", `/..\outside.html`, `/cables\index.html`,
		"/index.html%00", "/index.html%00.css", "/%00", "/%0a", "/%7f", "/%ff", "/%c0%ae%c0%ae/outside.html",
	} {
		if r := s.ask("GET", target); r.StatusCode != http.StatusBadRequest {
			t.Errorf("GET %s: %d, want 400", target, r.StatusCode)
		}
	}
	for _, target := range []string{
		"/%252e%252e/outside.html", "/%252e%252e%252foutside.html", "/percent%252e.html", "/..%252foutside.html",
		"/..;/outside.html", "/cables/;x", "/semi;colon.html", "/cables;/",
		"//outside.html", "//evil.example/cables", "/cables//", "//cables",
		"/link.html", "/up/outside.html", "/up/", "/up", "/up/site/index.html",
		"/.env", "/.git/config", "/.git/", "/cables/.hidden/", "/cables/.well-known/", "/.well-known/.env",
		"/index.html~", "/index.html.bak", "/index.html.orig", "/index.html.swp", "/INDEX.BAK", "/cables~/",
		"/site.css.gz", "/lonely.txt.gz", "/lonely.txt", "/" + strings.Repeat("x", 300), "/" + strings.Repeat("x/", 2000),
	} {
		r := s.ask("GET", target, "Accept-Encoding: gzip")
		if got := text(t, r); r.StatusCode != http.StatusNotFound || got != "nothing here" {
			t.Errorf("GET %.60s: %d %q, want the 404 page", target, r.StatusCode, got)
		}
	}
}

func TestMethods(t *testing.T) {
	s := small(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get"} {
		for _, target := range []string{"/", "/nothing", "/.env"} {
			r := s.ask(method, target)
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, target, r.StatusCode, r.Header.Get("Allow"))
			}
		}
	}
	for _, target := range []string{"/", "/nothing", "/site.css", "/cables"} {
		get, head := s.ask("GET", target), s.ask("HEAD", target)
		if body := text(t, head); body != "" || head.StatusCode != get.StatusCode || head.Header.Get("Content-Length") != get.Header.Get("Content-Length") {
			t.Errorf("HEAD %s: %d %v %q, where GET has %d %v", target, head.StatusCode, head.Header, body, get.StatusCode, get.Header)
		}
	}
}

func TestHeadersFollowFromTheName(t *testing.T) {
	const year, fresh, hour = "public, max-age=31536000, immutable", "public, max-age=0, must-revalidate", "public, max-age=3600"
	s := small(t)
	tests := []struct{ target, contentType, cacheControl string }{
		{"/", "text/html; charset=utf-8", fresh},
		{"/plain.html", "text/html; charset=utf-8", fresh},
		{"/nothing", "text/html; charset=utf-8", fresh},
		{"/cables", "", hour},
		{"/assets/site.5f3a9c1b2d.css", "text/css; charset=utf-8", year},
		{"/assets/menu-5OWCGX2A.js", "text/javascript; charset=utf-8", year},
		{"/assets/font.woff2", "font/woff2", hour},
		{"/site.css", "text/css; charset=utf-8", hour},
		{"/cables/photo.jpg", "image/jpeg", hour},
		{"/cables/photo.480w.5f3a9c1b2d.jpg", "image/jpeg", year},
		{"/plan.20261123.pdf", "application/pdf", hour},
		{"/drawing.svg", "image/svg+xml; charset=utf-8", hour},
		{"/feed.atom", "application/atom+xml; charset=utf-8", hour},
		{"/sitemap.xml", "application/xml; charset=utf-8", hour},
		{"/manifest.webmanifest", "application/manifest+json", hour},
		{"/data.json", "application/json", hour},
		{"/favicon.ico", "image/x-icon", hour},
		{"/robots.txt", "text/plain; charset=utf-8", hour},
		{"/unknown.bin", "application/octet-stream", hour},
	}
	for _, test := range tests {
		h := s.ask("GET", test.target).Header
		if h.Get("Content-Type") != test.contentType || h.Get("Cache-Control") != test.cacheControl {
			t.Errorf("%s: %q, %q", test.target, h.Get("Content-Type"), h.Get("Cache-Control"))
		}
	}
	s.files = New(s.files.root, Config{Development: true})
	for _, test := range tests {
		if got := s.ask("GET", test.target).Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("in development %s has Cache-Control %q", test.target, got)
		}
	}
}

func TestWithoutNotFoundPage(t *testing.T) {
	s := open(t, Config{}, map[string]string{"index.html": "home"})
	if r := s.ask("GET", "/nothing"); r.StatusCode != 404 || text(t, r) != "Not Found\n" {
		t.Errorf("%d", r.StatusCode)
	}
}

func TestAFolderThatLooksLikeAPage(t *testing.T) {
	s := open(t, Config{}, map[string]string{"a/index.html/b.txt": "b", "404.html/x.txt": "x"})
	for _, target := range []string{"/a/", "/a/index.html", "/a"} {
		if r := s.ask("GET", target); r.StatusCode != 404 {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
}
