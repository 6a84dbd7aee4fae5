package static

import (
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is asked for, the answer is one of a few, never from outside, and
// a redirect never leads to another host.
func FuzzServeHTTP(f *testing.F) {
	for _, seed := range []string{"/", "/cables", "/../outside.html", "//evil.example/cables", "/%2e%2e%2foutside.html", "/a%00", "/..;/x", "/cables/index.html?x"} {
		f.Add(seed, "gzip")
	}
	dir := f.TempDir()
	for name, content := range map[string]string{
		"outside.html": "SECRET", "site/index.html": "home", "site/cables/index.html": "cables", "site/404.html": "nothing", "site/.env": "SECRET", "site/x.bak": "SECRET",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			f.Fatal(err)
		}
	}
	root, err := os.OpenRoot(filepath.Join(dir, "site"))
	if err != nil {
		f.Fatal(err)
	}
	files := New(root, Config{})
	f.Fuzz(func(t *testing.T, target, accept string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = u
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		files.ServeHTTP(w, r)
		switch location := w.Header().Get("Location"); w.Code {
		case 200, 400, 404:
		case 301:
			if !strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") || strings.ContainsAny(location, "\\\r\n") {
				t.Fatalf("GET %q redirects to %q", target, location)
			}
		default:
			t.Fatalf("GET %q: %d", target, w.Code)
		}
		if strings.Contains(w.Body.String(), "SECRET") {
			t.Fatalf("GET %q reaches what is private", target)
		}
	})
}
