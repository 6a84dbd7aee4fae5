package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

const secret = "a-secret-of-over-22-characters"

// A world is an admin listener over a real store, a catalog of one choice, and
// registered people: jane, who granted it, and rick, who refused it.
type world struct {
	*testing.T
	handler    http.Handler
	store      *store.Store
	catalog    *policy.Catalog
	people     people
	jane, rick identity.Code
	metrics    *admin.Metrics
	now        time.Time
	key        string // of the Authorization header
	broken     error  // what is wrong with the store
	deaf       bool   // the trail takes nothing
}

func newWorld(t *testing.T) *world { return worldOver(t, storetest.SQLite(t)) }

func worldOver(t *testing.T, s *store.Store) *world {
	w := &world{T: t, store: s, catalog: catalog(), jane: identity.NewCode(), rick: identity.NewCode(), metrics: admin.NewMetrics(), now: storetest.At.UTC(), key: secret}
	w.people = people{
		{Code: w.jane, UserID: "jane", Name: "Jane Lantern", Email: "jane@example.org", Phone: "+1 555 0100", PostalAddress: "1 Wick Street"},
		{Code: w.rick, UserID: "rick", Name: "Rick Lamp", Email: "rick@example.org"},
	}
	storetest.Append(t, s, storetest.Submission(w.jane, "letters"))
	storetest.Append(t, s, storetest.Submission(w.rick, "-letters"))
	file := filepath.Join(t.TempDir(), "key")
	w.must(os.WriteFile(file, []byte(secret+"\n"), 0o600))
	key, err := admin.LoadKey(file)
	w.must(err)
	w.handler, err = admin.New(w.config(key))
	w.must(err)
	return w
}

func (w *world) config(key admin.Key) admin.Config {
	return admin.Config{
		Key: key, Keys: w.store.APIKeys(), Metrics: w.metrics, Permit: w.permit, People: w.people, Trail: trail{w.store.Disclosures(), w}, Refused: w.store.Refused,
		Catalog: func() *policy.Catalog { return w.catalog }, Now: func() time.Time { return w.now },
		Checks: []admin.Check{
			{Name: "catalog", Run: func(context.Context) error { return nil }},
			{Name: "store", Run: func(context.Context) error { return w.broken }},
		},
	}
}

// catalog has the choice that storetest's submissions answer.
func catalog() *policy.Catalog {
	c := &policy.Catalog{
		Policies: []policy.CatalogPolicy{{ID: "privacy"}},
		Choices: []policy.Choice{{
			ID: "letters", Words: storetest.Agree, Refuse: storetest.Refuse, Hash: policy.HashChoice(storetest.Agree, storetest.Refuse),
			Policy: "privacy", Section: "letters", Purposes: []string{"offers"},
		}},
		Purposes: []policy.Purpose{
			{ID: "offers", Categories: []string{"contact.name", "contact.email"}, Choice: "letters"},
			{ID: "orders", Categories: []string{"contact.name", "contact.postal"}},
		},
		Categories: []policy.Category{{ID: "contact.name"}, {ID: "contact.email"}, {ID: "contact.postal"}, {ID: "contact.phone"}},
		Processors: []policy.Processor{{ID: "delivery", Purposes: []string{"orders"}, Categories: []string{"contact.name", "contact.postal", "contact.phone"}}},
		Forms: []policy.Form{{ID: "register", Fields: []policy.Field{
			{Name: "user_id", Category: "account.user-id"}, {Name: "name", Category: "contact.name"}, {Name: "email", Category: "contact.email"},
			{Name: "phone", Category: "contact.phone"}, {Name: "postal_address", Category: "contact.postal"},
		}}},
	}
	for n := 1; n <= 3; n++ {
		day := policy.Day{Time: time.Date(2020+n, 1, 1, 0, 0, 0, 0, time.UTC)}
		c.Policies[0].Versions = append(c.Policies[0].Versions, policy.CatalogVersion{
			Number: n, Published: day, Effective: day, Sections: []policy.Section{{ID: "letters", Hash: policy.HashText(storetest.Section)}},
		})
	}
	return c
}

// people are kept in memory.
type people []admin.Profile

func (p people) Profile(_ context.Context, userID string) (admin.Profile, error) {
	for _, one := range p {
		if one.UserID == userID {
			return one, nil
		}
	}
	return admin.Profile{}, admin.ErrNobody
}

func (p people) Erased(context.Context, identity.Code) (bool, error) { return false, nil }

func (p people) Addressed(_ context.Context, email string) (codes []identity.Code, err error) {
	for _, one := range p {
		if strings.EqualFold(one.Email, email) {
			codes = append(codes, one.Code)
		}
	}
	return codes, nil
}

// A trail takes nothing while the world is deaf.
type trail struct {
	disclosure.Store
	world *world
}

func (t trail) Access(ctx context.Context, list []disclosure.Access) error {
	if t.world.deaf {
		return consent.ErrUnavailable
	}
	return t.Store.Access(ctx, list)
}

func (t trail) Disclose(ctx context.Context, d disclosure.Disclosure) (disclosure.Disclosure, bool, error) {
	if t.world.deaf {
		return disclosure.Disclosure{}, false, consent.ErrUnavailable
	}
	return t.Store.Disclose(ctx, d)
}

func (w *world) permit(ctx context.Context, use string, who identity.Code) (admin.Decision, error) {
	if w.broken != nil {
		return admin.Decision{}, w.broken
	}
	return consent.Permit(ctx, w.store, w.catalog, w.now, use, who)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// ask sends a request for a path, with pairs of header fields.
func (w *world) ask(method, path string, fields ...string) *http.Response {
	w.Helper()
	return w.send(method, path, "", fields...)
}

// send sends a body too, as JSON where there is one.
func (w *world) send(method, path, body string, fields ...string) *http.Response {
	w.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:9090"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(fields); i += 2 {
		switch fields[i] {
		case "Host":
			r.Host = fields[i+1]
		case "Content-Type":
			r.Header.Del("Content-Type")
		}
		r.Header.Add(fields[i], fields[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Result()
}

// api sends a request with the world's key, and holds its status and a part of
// the answer.
func (w *world) api(method, path, body string, status int, want string) string {
	w.Helper()
	r := w.send(method, path, body, "Authorization", "Bearer "+w.key)
	got := w.text(r)
	if r.StatusCode != status || !strings.Contains(got, want) {
		w.Errorf("%s %s %s: %d %s, want %d with %s", method, path, body, r.StatusCode, got, status, want)
	}
	return got
}

func (w *world) text(r *http.Response) string {
	w.Helper()
	b, err := io.ReadAll(r.Body)
	w.must(err)
	return string(b)
}

func TestKeyIsNeeded(t *testing.T) {
	w := newWorld(t)
	open := "use=letters&who=" + w.jane.String()
	for name, fields := range map[string][]string{
		"none": nil, "empty": {"Authorization", "Bearer "}, "another": {"Authorization", "Bearer " + secret + "x"},
		"basic": {"Authorization", "Basic " + secret}, "no scheme": {"Authorization", secret},
		"two": {"Authorization", "Bearer " + secret, "Authorization", "Bearer " + secret},
	} {
		for _, path := range []string{"/api/v1/permit?" + open, "/api/v1/openapi.json", "/api/v1/nothing", "/api/"} {
			r := w.ask("GET", path, fields...)
			if r.StatusCode != 401 || r.Header.Get("WWW-Authenticate") == "" || strings.Contains(w.text(r), "allowed") {
				t.Errorf("key %s: %s answers %d", name, path, r.StatusCode)
			}
		}
	}
	if r := w.ask("GET", "/api/v1/permit?"+open, "Authorization", "bearer "+secret); r.StatusCode != 200 {
		t.Errorf("scheme in small letters: %d", r.StatusCode)
	}
	h, err := admin.New(admin.Config{Permit: w.permit, Now: func() time.Time { return w.now }})
	w.must(err)
	w.handler = h
	for _, given := range []string{"", secret} {
		if r := w.ask("GET", "/api/v1/permit?"+open, "Authorization", "Bearer "+given); r.StatusCode != 401 {
			t.Errorf("a listener without a key answers %d to %q", r.StatusCode, given)
		}
	}
}

// TestErrorsAreProblems holds RFC 9457, and that nothing is cached.
func TestErrorsAreProblems(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		method, path string
		fields       []string
		status       int
	}{
		{"GET", "/metrics", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/nothing", nil, 404},
		{"GET", "/debug/pprof/cmdline", nil, 404},
		{"GET", "/api/v1/permit", nil, 401},
		{"PUT", "/api/v1/permit", []string{"Authorization", "Bearer " + secret}, 405},
		{"OPTIONS", "/api/v1/profiles/jane", []string{"Authorization", "Bearer " + secret}, 405},
		{"GET", "/api/v1/permit?use=letters&use=letters", []string{"Authorization", "Bearer " + secret}, 400},
		{"GET", "/api/v1/permit?use=letters", []string{"Authorization", "Bearer " + secret}, 422},
		{"GET", "/api/v2/permit", []string{"Authorization", "Bearer " + secret}, 404},
		{"GET", "/healthz", []string{"Host", "rebound.example"}, 421},
	} {
		r := w.ask(tt.method, tt.path, tt.fields...)
		var p struct {
			Type, Title, Detail string
			Status              int
		}
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || p.Status != tt.status || r.StatusCode != tt.status || p.Title == "" || p.Detail == "" || p.Type != "about:blank" {
			t.Errorf("%s %s: %d %+v (%v), want %d", tt.method, tt.path, r.StatusCode, p, err, tt.status)
		}
		if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s %s: type %s", tt.method, tt.path, got)
		}
		if r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %s: may be cached", tt.method, tt.path)
		}
	}
}

func TestReady(t *testing.T) {
	w := newWorld(t)
	r := w.ask("GET", "/readyz")
	if got := w.text(r); r.StatusCode != 200 || !strings.Contains(got, `"store":"ok"`) {
		t.Errorf("%d %s", r.StatusCode, got)
	}
	w.broken = errors.New("disk is gone")
	r = w.ask("GET", "/readyz")
	if got := w.text(r); r.StatusCode != 503 || !strings.Contains(got, `"store":"disk is gone"`) || !strings.Contains(got, `"catalog":"ok"`) {
		t.Errorf("%d %s", r.StatusCode, got)
	}
	if r := w.ask("GET", "/healthz"); r.StatusCode != 200 {
		t.Errorf("the process lives, yet %d", r.StatusCode)
	}
}

func TestHostsOfLoopbackAlone(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{
		"127.0.0.1:9090": 200, "localhost": 200, "LOCALHOST:1": 200, "[::1]:9090": 200, "[::1]": 200, "127.8.8.8": 200,
		"indigex.com": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:9090": 421, "192.0.2.1": 421, "": 421, "localhost.": 421,
	} {
		if r := w.ask("GET", "/healthz", "Host", host); r.StatusCode != want {
			t.Errorf("host %q: %d, want %d", host, r.StatusCode, want)
		}
	}
}

func TestListenOnLoopbackAlone(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.org:0", "127.0.0.1", ""} {
		if l, err := admin.Listen(addr); err == nil {
			l.Close()
			t.Errorf("listens on %q", addr)
		}
	}
	l, err := admin.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
