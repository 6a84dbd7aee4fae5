package edge_test

import (
	"strings"
	"sync"
	"testing"
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
