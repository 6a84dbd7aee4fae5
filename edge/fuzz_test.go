package edge_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/static"
	"indigex.com/indigex/templates/stitch"
)

// request is what a browser sends. It marks no test as a helper's, as fuzzing
// asks of what it calls.
func (v *visitor) request(method, path, form string) *http.Request {
	r := httptest.NewRequest(method, "https://"+host+path, strings.NewReader(form))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// FuzzAcknowledged puts away any version of anything, and wants to come back
// anywhere: only versions that there are count, and only pages of this host are
// led to.
func FuzzAcknowledged(f *testing.F) {
	w := newTown(f, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	token := v.hidden("/notices").Get("token")
	for _, known := range []string{"privacy@1", "privacy@2", "privacy@3", "privacy@02", "privacy@", "@2", "cookies@1", "privacy@2\x00", "privacy@9999999999999999999"} {
		f.Add(known, "/lamps/?a=b")
		f.Add(known, "//evil.example")
	}
	f.Fuzz(func(t *testing.T, known, back string) {
		form := url.Values{"token": {token}, "known": {known}, "return_to": {back}}
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, v.request("POST", "/notices", form.Encode()))
		there := known == "privacy@1" || known == "privacy@2"
		to := rec.Header()["Location"]
		switch {
		case rec.Code == 303 && (!there || len(to) != 1 || !exchange.Local(to[0]) || to[0] != back && to[0] != "/notices?thanks"):
			t.Errorf("%q is put away, and leads to %q", known, to)
		case rec.Code != 303 && rec.Code != 400 && rec.Code != 409 && rec.Code != 413:
			t.Errorf("%q: %d", known, rec.Code)
		case rec.Code != 303 && rec.Header()["Set-Cookie"] != nil:
			t.Errorf("%q: %d changes the visitor", known, rec.Code)
		}
	})
}

// FuzzCatalog serves any catalog that is taken: no page of it fails.
func FuzzCatalog(f *testing.F) {
	w := newTown(f, 1)
	v := w.visitor()
	v.told()
	path := filepath.Join(w.dir, "catalog.json")
	for _, versions := range []int{1, 2, 4} {
		w.publish(versions)
		data, err := os.ReadFile(path)
		w.must(err)
		f.Add(data)
	}
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if w.server.Reload() != nil {
			return // the one before stays
		}
		for _, path := range []string{"/", "/preferences", "/preferences/history", "/notices", "/notices/fragment", "/.well-known/gpc.json", "/nothing"} {
			rec := httptest.NewRecorder()
			w.server.ServeHTTP(rec, v.request("GET", path, ""))
			if rec.Code >= 500 {
				t.Errorf("%s: %d %s", path, rec.Code, w.log.String())
			}
		}
		w.log.Reset()
	})
}

// FuzzStitchedFile serves a page with a notice from files: whatever stands in
// the packed one, what a visitor unpacks is the page with the notice in it.
func FuzzStitchedFile(f *testing.F) {
	f.Add("<main>", "</main>", "<p>new</p>", []byte(nil), true)
	f.Add("", "", "x", []byte(nil), true)
	f.Add("<main>", strings.Repeat("<p>", 100_000), "<p>new</p>", []byte(nil), false)
	f.Add("<main>", "</main>", "<p>new</p>", []byte("\x1f\x8b\x08\x04"), true)
	packed, err := stitch.Pack([]byte("<main>"+stitch.Marker), 6, 9)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("<main>", "", "<p>new</p>", packed[:len(packed)-1], true)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, before, behind, notice string, packed []byte, compressed bool) {
		first, text := before+stitch.Marker, before+stitch.Marker+behind
		at, ok := stitch.Slot([]byte(text))
		if !ok || at != len(first) || notice == "" {
			return
		}
		if len(packed) == 0 {
			var err error
			if packed, err = stitch.Pack([]byte(text), at, 6); err != nil {
				t.Fatal(err)
			}
		}
		rec := serveStitched(t, dir, text, packed, notice, compressed)
		body := io.Reader(rec.Body)
		if rec.Header().Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(body); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != first+notice+behind {
			t.Errorf("%d bytes of %d: %v", len(got), len(text)+len(notice), err)
		}
	})
}

// serveStitched serves a page of one visitor's from files.
func serveStitched(t *testing.T, dir, text string, packed []byte, notice string, compressed bool) *httptest.ResponseRecorder {
	t.Helper()
	for name, data := range map[string][]byte{"index.html": []byte(text), "index.html.gz": packed} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	files := static.New(root, static.Config{Visit: func(http.ResponseWriter, *http.Request) ([]byte, bool, bool) { return []byte(notice), true, false }})
	r := httptest.NewRequest("GET", "https://"+host+"/", nil)
	if compressed {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	rec := httptest.NewRecorder()
	files.ServeHTTP(rec, r)
	if rec.Code != 200 || rec.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
	return rec
}
