package admin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
)

func TestRequestsAreCountedByKind(t *testing.T) {
	w := newWorld(t)
	site := w.metrics.Count(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			out.WriteHeader(http.StatusNotFound)
		case "/style.css":
			out.Header().Set("Content-Type", "text/css")
		case "/mine/":
			out.Header().Set("Cache-Control", "private, no-store")
			fallthrough
		default:
			out.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		if _, err := out.Write(nil); err != nil {
			t.Error(err)
		}
	}))
	person := w.jane.String()
	for _, path := range []string{"/", "/?who=" + person, "/mine/", "/style.css", "/gone", "/preferences/receipts/" + person, "/notices"} {
		site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	got := w.text(w.ask("GET", "/metrics"))
	for _, want := range []string{
		`edge_requests_total{kind="page",class="2xx"} 2`, `edge_requests_total{kind="stitched",class="2xx"} 1`,
		`edge_requests_total{kind="file",class="2xx"} 1`, `edge_requests_total{kind="file",class="4xx"} 1`,
		`edge_requests_total{kind="preferences",class="2xx"} 1`, `edge_requests_total{kind="notices",class="2xx"} 1`,
		`edge_request_seconds_count{kind="page"} 2`, "go_goroutines",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %s", want)
		}
	}
	if strings.Contains(got, person) {
		t.Error("a figure names a person")
	}
}

func TestStoreIsMeasured(t *testing.T) {
	w := newWorld(t)
	real, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "edge.db")})
	w.must(err)
	s := w.metrics.Store(real)
	_, err = s.Latest(t.Context(), w.jane)
	w.must(err)
	if _, err := s.Receipt(t.Context(), w.jane, "none"); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("receipt: %v", err)
	}
	w.must(real.Close())
	if _, err := s.Latest(context.Background(), identity.NewCode()); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	got := w.text(w.ask("GET", "/metrics"))
	for _, want := range []string{
		`edge_store_seconds_count{operation="latest"} 2`, `edge_store_seconds_count{operation="receipt"} 1`, `edge_store_errors_total{operation="latest"} 1`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %s", want)
		}
	}
	if strings.Contains(got, `edge_store_errors_total{operation="receipt"}`) {
		t.Error("what is not there counts as a failure")
	}
}

func BenchmarkCount(b *testing.B) {
	h := admin.NewMetrics().Count(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	r := httptest.NewRequest("GET", "/", nil)
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}
