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
	"indigex.com/indigex/edge/identity"
)

const secret = "a-secret-of-over-22-characters"

// A world is an admin listener over one person who permitted one thing.
type world struct {
	*testing.T
	handler http.Handler
	person  identity.Code
	metrics *admin.Metrics
	broken  error // what is wrong with the store
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, person: identity.NewCode(), metrics: admin.NewMetrics()}
	file := filepath.Join(t.TempDir(), "key")
	w.must(os.WriteFile(file, []byte(secret+"\n"), 0o600))
	key, err := admin.LoadKey(file)
	w.must(err)
	w.handler, err = admin.New(admin.Config{Key: key, Metrics: w.metrics, Permit: w.permit, Checks: []admin.Check{
		{Name: "catalog", Run: func(context.Context) error { return nil }},
		{Name: "store", Run: func(context.Context) error { return w.broken }},
	}})
	w.must(err)
	return w
}

func (w *world) permit(_ context.Context, use string, who identity.Code) (consent.Decision, error) {
	switch {
	case use != "marketing.email":
		return consent.Decision{}, &consent.UnknownUseError{Use: use}
	case w.broken != nil:
		return consent.Decision{}, w.broken
	case who == w.person:
		since := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
		return consent.Decision{Allowed: true, Use: use, Choice: use, Purposes: []string{"marketing"}, State: "granted", Reason: "granted", Policy: "privacy", Version: 2, Receipt: "r1", Sequence: 7, Since: &since}, nil
	}
	return consent.Decision{Use: use, State: "not-asked", Reason: "never answered"}, nil
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// ask sends a request for a path, with pairs of header fields, the last of a
// name counting.
func (w *world) ask(method, path string, fields ...string) *http.Response {
	w.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:9090"+path, nil)
	for i := 0; i < len(fields); i += 2 {
		if fields[i] == "Host" {
			r.Host = fields[i+1]
		}
		r.Header.Add(fields[i], fields[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec.Result()
}

func (w *world) text(r *http.Response) string {
	w.Helper()
	b, err := io.ReadAll(r.Body)
	w.must(err)
	return string(b)
}

func TestPermit(t *testing.T) {
	w := newWorld(t)
	bearer := []string{"Authorization", "Bearer " + secret}
	tests := []struct {
		name, query string
		status      int
		want        string
	}{
		{"granted", "use=marketing.email&who=" + w.person.String(), 200, `"allowed":true`},
		{"its record", "use=marketing.email&who=" + w.person.String(), 200, `"policy":"privacy","version":2,"receipt":"r1","sequence":7,"since":"2026-03-01T09:00:00Z"`},
		{"somebody else", "use=marketing.email&who=" + identity.NewCode().String(), 200, `{"allowed":false,`},
		{"no such use", "use=other&who=" + w.person.String(), 404, "no choice and no purpose"},
		{"no person", "use=marketing.email", 400, "use=ID&who=CODE"},
		{"two persons", "use=marketing.email&who=" + w.person.String() + "&who=" + identity.NewCode().String(), 400, "each of them once"},
		{"something more", "use=marketing.email&who=" + w.person.String() + "&at=now", 400, "nothing else"},
		{"no code", "use=marketing.email&who=jane@example.org", 400, "26 capital letters"},
		{"bad escape", "use=%zz&who=x", 400, "cannot be read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := w.ask("GET", "/api/v1/permit?"+tt.query, bearer...)
			got := w.text(r)
			if r.StatusCode != tt.status || !strings.Contains(got, tt.want) {
				t.Errorf("%d %s, want %d with %s", r.StatusCode, got, tt.status, tt.want)
			}
			if strings.Contains(got, "jane") {
				t.Error("the answer repeats what may be somebody's address")
			}
		})
	}
	w.broken = errors.New("disk is gone")
	r := w.ask("GET", "/api/v1/permit?use=marketing.email&who="+w.person.String(), bearer...)
	if got := w.text(r); r.StatusCode != 503 || strings.Contains(got, "disk") || r.Header.Get("Retry-After") == "" {
		t.Errorf("without a store: %d %v %s", r.StatusCode, r.Header, got)
	}
}

func TestKeyIsNeeded(t *testing.T) {
	w := newWorld(t)
	open := "use=marketing.email&who=" + w.person.String()
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
	h, err := admin.New(admin.Config{Permit: w.permit})
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
		{"GET", "/nothing", nil, 404},
		{"GET", "/debug/pprof/cmdline", nil, 404},
		{"GET", "/api/v1/permit", nil, 401},
		{"POST", "/api/v1/permit", []string{"Authorization", "Bearer " + secret}, 405},
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

// TestDescription holds openapi.json against the addresses that answer.
func TestDescription(t *testing.T) {
	w := newWorld(t)
	r := w.ask("GET", "/api/v1/openapi.json", "Authorization", "Bearer "+secret)
	var description struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Responses map[string]any
		}
	}
	w.must(json.NewDecoder(r.Body).Decode(&description))
	if description.OpenAPI != "3.1.0" {
		t.Errorf("openapi %q", description.OpenAPI)
	}
	routes := admin.Routes()
	if len(routes) != len(description.Paths) {
		t.Errorf("%d addresses, %d described", len(routes), len(description.Paths))
	}
	for _, path := range routes {
		if _, ok := description.Paths[path]["get"]; !ok {
			t.Errorf("%s is not described", path)
		}
		r := w.ask("GET", path, "Authorization", "Bearer "+secret)
		if _, ok := description.Paths[path]["get"].Responses[strings.Fields(r.Status)[0]]; !ok {
			t.Errorf("%s answers %s, which is not described", path, r.Status)
		}
	}
}

// TestDescriptionOfADecision holds the described members against those that
// are sent.
func TestDescriptionOfADecision(t *testing.T) {
	w := newWorld(t)
	var description struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	bearer := []string{"Authorization", "Bearer " + secret}
	w.must(json.NewDecoder(w.ask("GET", "/api/v1/openapi.json", bearer...).Body).Decode(&description))
	sent := map[string]any{}
	w.must(json.NewDecoder(w.ask("GET", "/api/v1/permit?use=marketing.email&who="+w.person.String(), bearer...).Body).Decode(&sent))
	described := description.Components.Schemas["Decision"].Properties
	if len(sent) != len(described) {
		t.Errorf("%d members are sent, %d described", len(sent), len(described))
	}
	for name := range sent {
		if described[name] == nil {
			t.Errorf("member %s is not described", name)
		}
	}
}
