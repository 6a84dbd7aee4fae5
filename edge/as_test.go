package edge_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge"
)

// newYear is a town on the day before its second version comes.
func newYear(t *testing.T) *town {
	w := newTown(t, 2)
	w.now = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	return w
}

// develop serves the town's folder as a preview does.
func (w *town) develop() {
	w.Helper()
	var err error
	w.server, err = edge.New(edge.Config{Public: w.dir, Keys: w.keys, Store: w.store, Now: w.clock, Development: true})
	w.must(err)
	server := w.server
	w.Cleanup(func() { w.must(server.Close()) })
}

// as is what a page shows the visitor at another time, and with the signal.
func (v *visitor) as(path string, at time.Time, signal bool) string {
	v.Helper()
	rec := httptest.NewRecorder()
	v.server.ServeHTTP(rec, v.server.As(v.request("GET", path, ""), at, signal))
	return rec.Body.String()
}

// become makes the browser that of another visitor, as at a time.
func (v *visitor) become(at time.Time, seen map[string]int) error {
	v.Helper()
	rec := httptest.NewRecorder()
	err := v.server.Become(rec, v.server.As(v.request("GET", "/", ""), at, false), seen)
	if lines := rec.Header()["Set-Cookie"]; err != nil && lines != nil || rec.Body.Len() > 0 || rec.Code != http.StatusOK {
		v.Errorf("%v: %v, %d bytes, cookies %q", seen, err, rec.Body.Len(), lines)
	}
	for _, c := range rec.Result().Cookies() {
		v.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return err
}

// A server in production shows nobody another time, nor the signal of a browser
// that doesn't send it, and makes nobody another visitor.
func TestAsAndBecomeAreForAPreviewAlone(t *testing.T) {
	w := newYear(t)
	v := w.visitor()
	v.told()
	if page := v.as("/", w.now.AddDate(0, 0, 2), true); !strings.Contains(page, "<p>soon from 1 to 2") {
		t.Errorf("in two days: %s", page)
	}
	if page := v.as("/preferences", time.Time{}, true); strings.Contains(page, "Global Privacy Control") {
		t.Errorf("with the signal: %s", page)
	}
	for _, seen := range []map[string]int{nil, {"privacy": 1}} {
		if v.become(time.Time{}, seen) == nil {
			t.Errorf("makes visitors of %v", seen)
		}
	}
}

func TestAnotherTimeInAPreview(t *testing.T) {
	w := newYear(t)
	w.develop()
	v := w.visitor()
	w.must(v.become(time.Time{}, map[string]int{"privacy": 1}))
	if page := v.as("/", time.Time{}, false); !strings.Contains(page, "<p>soon from 1 to 2") {
		t.Errorf("today: %s", page)
	}
	if page := v.as("/", w.now.AddDate(0, 0, 2), false); !strings.Contains(page, "<p>from 1 to 2") {
		t.Errorf("in two days: %s", page)
	}
	if page := v.as("/notices", w.now.AddDate(70, 0, 0), false); !strings.Contains(page, "From version 1 to 2") {
		t.Errorf("in seventy years: %s", page)
	}
	if page := v.as("/preferences", time.Time{}, true); !strings.Contains(page, "Global Privacy Control") {
		t.Errorf("with the signal: %s", page)
	}
	if page := v.as("/preferences", time.Time{}, false); strings.Contains(page, "Global Privacy Control") {
		t.Errorf("without it: %s", page)
	}
}

// A visitor can have seen what was in force by then, and nothing else.
func TestAnotherVisitorInAPreview(t *testing.T) {
	w := newYear(t)
	w.develop()
	v := w.visitor()
	later := w.now.AddDate(70, 0, 0)
	for _, seen := range []map[string]int{{"privacy": 0}, {"privacy": -1}, {"privacy": 3}, {"cookies": 1}, {"": 1}, {"privacy": 1, "cookies": 1}} {
		if v.become(later, seen) == nil {
			t.Errorf("somebody has seen %v", seen)
		}
	}
	if v.become(time.Time{}, map[string]int{"privacy": 2}) == nil {
		t.Error("somebody has seen tomorrow’s version")
	}
	w.must(v.become(later, map[string]int{"privacy": 2}))
	// The cookie is of today, whatever time it was made for.
	if page := v.as("/", later, false); page != home || v.cookies["__Secure-code"] == "" {
		t.Errorf("who has seen the second: %s", page)
	}
	w.must(v.become(time.Time{}, nil))
	if page := v.as("/", time.Time{}, false); page != home || len(v.cookies) > 0 {
		t.Errorf("a newcomer has %v, and is told: %s", v.cookies, page)
	}
}
