package admin

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// Metrics count what the edge does, by kinds and never by persons. They may be
// used by several goroutines.
//
//	edge_requests_total{kind,class}        answers: kind is page, stitched,
//	                                       file, preferences or notices,
//	                                       class the status from 1xx to 5xx
//	edge_request_seconds{kind}             how long they took
//	edge_store_seconds{operation}          how long the store took
//	edge_store_errors_total{operation}     how often it failed
//	edge_reloads_total{what,outcome}       catalogs and key rings loaded anew
//
// and what the metrics library knows of the process, Go and the machine.
type Metrics struct {
	set *metrics.Set
	// requests and seconds have the kinds and classes in their order, so
	// that counting looks nothing up by a text made for it.
	requests [kinds][classes]*metrics.Counter
	seconds  [kinds]*metrics.PrometheusHistogram
}

// A kind is what a request was for.
type kind int

const (
	page kind = iota
	stitched
	file
	preferences
	notices
	kinds
)

func (k kind) String() string {
	return [kinds]string{"page", "stitched", "file", "preferences", "notices"}[k]
}

const classes = 5

// NewMetrics returns metrics that begin at zero.
func NewMetrics() *Metrics {
	m := &Metrics{set: metrics.NewSet()}
	for k := range kinds {
		m.seconds[k] = m.set.NewPrometheusHistogram(`edge_request_seconds{kind="` + k.String() + `"}`)
		for c := range classes {
			class := string(rune('1'+c)) + "xx"
			m.requests[k][c] = m.set.NewCounter(`edge_requests_total{kind="` + k.String() + `",class="` + class + `"}`)
		}
	}
	return m
}

// ServeHTTP writes the figures in the text format of Prometheus.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}

// Reloaded counts that the catalog or the keys were loaded anew, or were not.
func (m *Metrics) Reloaded(what string, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	m.set.GetOrCreateCounter(`edge_reloads_total{what="` + what + `",outcome="` + outcome + `"}`).Inc()
}

// Count returns a handler that answers as next does and counts it.
func (m *Metrics) Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &counted{ResponseWriter: w}
		defer func() {
			if c.status == 0 {
				c.status = http.StatusOK
			}
			k := kindOf(r.URL.Path, w.Header())
			m.requests[k][min(max(c.status/100, 1), classes)-1].Inc()
			m.seconds[k].UpdateDuration(began)
		}()
		next.ServeHTTP(c, r)
	})
}

// kindOf tells from the path and the header of the answer. A page that no
// cache may keep was made for one visitor.
func kindOf(path string, h http.Header) kind {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); {
	case first == "preferences":
		return preferences
	case first == "notices":
		return notices
	case !strings.HasPrefix(h.Get("Content-Type"), "text/html"):
		return file
	case strings.HasPrefix(h.Get("Cache-Control"), "private"):
		return stitched
	}
	return page
}

// A counted answer remembers its status.
type counted struct {
	http.ResponseWriter
	status int
}

func (c *counted) WriteHeader(status int) {
	// 1xx come before the status that counts.
	if c.status == 0 && status >= 200 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// ReadFrom lets the operating system copy large files, as io.Copy would
// without this writer between.
func (c *counted) ReadFrom(from io.Reader) (int64, error) { return io.Copy(c.ResponseWriter, from) }

// Unwrap is for http.ResponseController.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }
