package admin

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/subject"
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
//	edge_api_requests_total{address,class}  answers below /api/, by the
//	                                       address as it is described
//	edge_reloads_total{what,outcome}       catalogs and key rings loaded anew
//	edge_mails_total{kind,outcome}         letters: sent, not-permitted,
//	                                       retried or dead
//	edge_deleted_total{kind}               what was deleted for its age, or as
//	                                       somebody asked, by kind of data
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

// Mailed counts a letter, by its kind and what became of it.
func (m *Metrics) Mailed(kind mail.Kind, outcome string) {
	m.set.GetOrCreateCounter(`edge_mails_total{kind="` + string(kind) + `",outcome="` + outcome + `"}`).Inc()
}

// Deleted counts what was deleted of a kind of data.
func (m *Metrics) Deleted(kind subject.Kind, n int) {
	m.set.GetOrCreateCounter(`edge_deleted_total{kind="` + string(kind) + `"}`).Add(n)
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

// countAPI counts the answers of other systems' requests by the pattern of
// their address, which names nobody.
func (m *Metrics) countAPI(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &counted{ResponseWriter: w}
		next.ServeHTTP(c, r)
		_, address, found := strings.Cut(r.Pattern, " ")
		if !found {
			address = r.Pattern
		}
		m.set.GetOrCreateCounter(`edge_api_requests_total{address="` + address + `",class="` + strconv.Itoa(max(c.status, http.StatusOK)/100) + `xx"}`).Inc()
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
