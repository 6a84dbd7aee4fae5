package edge

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"indigex.com/indigex/policy"
)

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
		"no folder for a host": {func(w *world) { w.must(os.RemoveAll(filepath.Join(w.dir, kiosk))) }, "edge: site kiosk: folder of host "},
		"a folder behind a link": {func(w *world) {
			w.must(os.Rename(w.dir+"/"+kiosk, w.dir+"/../s"))
			w.must(os.Symlink("../s", w.dir+"/"+kiosk))
		}, "edge: site kiosk: folder of host "},
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
	w.catalog(policy.Redirect{Host: kiosk, From: "/old/", To: "/newer/"})
	w.write(apex+"/index.html", "<p>new apex")
	w.must(w.server.Reload())
	if got := w.get(kiosk, "/old/").Header.Get("Location"); got != "/newer/" {
		t.Errorf("redirect to %q", got)
	}
	if r := w.get(kiosk, "/moved"); r.StatusCode != 404 {
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
