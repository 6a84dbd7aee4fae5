package identity

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

const apex = "lanterns.example"

// A world is a server's cookies with a clock that stands until it is moved.
type world struct {
	testing.TB
	now     time.Time
	ring    *Ring
	cookies *Cookies
	forms   *Forms
}

func newWorld(t testing.TB) *world {
	w := &world{TB: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	w.ring = New(w.now)
	cfg := Config{Apex: apex, Ring: func() *Ring { return w.ring }, Now: func() time.Time { return w.now }}
	var err error
	w.cookies, err = NewCookies(cfg)
	w.must(err)
	w.forms, err = NewForms(cfg)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// value returns what Write has a browser send back.
func (w *world) value(v Visitor) string {
	w.Helper()
	response := httptest.NewRecorder()
	w.must(w.cookies.Write(response, v))
	return response.Result().Cookies()[0].Value
}

// read returns what a request with these Cookie lines tells.
func (w *world) read(lines ...string) (Visitor, State) {
	return w.cookies.Read(request(lines...))
}

func request(lines ...string) *http.Request {
	r := httptest.NewRequest("GET", "https://kiosk."+apex+"/guides/gain/", nil)
	r.Header["Cookie"] = lines
	return r
}

func (w *world) want(state State, lines ...string) Visitor {
	w.Helper()
	v, got := w.read(lines...)
	if got != state {
		w.Errorf("the cookies tell %v, want %v", got, state)
	}
	if (got == Known) == v.Code.IsZero() {
		w.Errorf("in state %v the code is %v", got, v.Code)
	}
	return v
}

// rotate adds a key and lets its lead pass.
func (w *world) rotate() {
	w.Helper()
	ring, err := w.ring.Rotate(w.now, 0)
	w.must(err)
	w.ring, w.now = ring, w.now.Add(DefaultLead)
}
