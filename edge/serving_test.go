package edge_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge"
)

// Without its database the edge takes no answers and says when to come again;
// pages and their notices don't need it.
func TestTimeAndCrashesWithoutADatabase(t *testing.T) {
	v := notified(t)
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	v.must(v.store.Close())
	r := v.ask("POST", "/preferences", form.Encode())
	if page := v.text(r); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" || !strings.Contains(page, "Nothing was stored") {
		t.Errorf("a form: %d %v %s", r.StatusCode, r.Header, page)
	}
	if got := v.told(); got != "from 1 to 2" {
		t.Errorf("a page tells %q", got)
	}
	for path, want := range map[string]int{"/": 200, "/nothing": 404, "/preferences": 503, "/preferences/history": 503, "/notices": 503, "/.well-known/gpc.json": 404} {
		if r := v.ask("GET", path, ""); r.StatusCode != want || want == 503 && r.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
}

// Visitors of the first version ask while the second comes and goes: each
// answer is wholly of one catalog or of the other.
func TestReloadUnderVisitors(t *testing.T) {
	w := newTown(t, 1)
	first := w.visitor()
	first.told()
	cookie := first.cookies["__Secure-code"]
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				v := &visitor{w, map[string]string{"__Secure-code": cookie}}
				if got := v.told(); got != "" && got != "from 1 to 2" {
					t.Errorf("told %q", got)
				}
				if r := v.ask("GET", "/preferences", ""); r.StatusCode != 200 {
					t.Errorf("/preferences: %d", r.StatusCode)
				}
			}
		})
	}
	for n := range 60 {
		w.publish(1 + n%2)
		w.must(w.server.Reload())
	}
	close(done)
	readers.Wait()
}

// Only a preview shows other times and makes a browser another visitor's.
func TestAsAndBecomeAreForAPreviewAlone(t *testing.T) {
	w := newTown(t, 2)
	r := httptest.NewRequest("GET", "https://"+host+"/", nil)
	later := w.server.As(r, w.now.AddDate(1, 0, 0), true)
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, later)
	if strings.Contains(fmt.Sprint(rec.Header()), "2027") {
		t.Errorf("a server in production shows another time: %v", rec.Header())
	}
	if err := w.server.Become(httptest.NewRecorder(), r, map[string]int{"privacy": 1}); err == nil {
		t.Error("a server in production makes visitors")
	}
}

func TestAnotherTimeInAPreview(t *testing.T) {
	w := newTown(t, 2)
	w.now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) // the second comes tomorrow
	w.develop()
	become := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "https://"+host+"/", nil)
	w.must(w.server.Become(become, r, map[string]int{"privacy": 1}))
	ask := func(at time.Time) string {
		r := httptest.NewRequest("GET", "https://"+host+"/", nil)
		for _, c := range become.Result().Cookies() {
			r.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, w.server.As(r, at, false))
		return rec.Body.String()
	}
	if page := ask(time.Time{}); !strings.Contains(page, "soon from 1 to 2") {
		t.Errorf("today: %s", page)
	}
	if page := ask(w.now.AddDate(0, 0, 2)); !strings.Contains(page, "<p>from 1 to 2") {
		t.Errorf("in two days: %s", page)
	}
}

// develop serves the town's folder as a preview does.
func (w *town) develop() {
	w.Helper()
	var err error
	w.server, err = edge.New(edge.Config{Public: w.dir, Keys: w.keys, Store: w.store, Now: w.clock, Development: true})
	w.must(err)
	w.Cleanup(func() { w.must(w.server.Close()) })
}
