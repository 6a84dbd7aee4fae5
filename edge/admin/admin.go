// Package admin is what operators and other systems ask of a running edge, on
// a listener of its own that only this machine reaches.
//
//	GET /healthz               200 while the process runs
//	GET /readyz                200, or 503 with what is wrong, as JSON
//	GET /metrics               figures in the text format of Prometheus
//	GET /debug/pprof/          profiles of the process
//	GET /api/v1/permit         whether something may be done to a person
//	GET /api/v1/openapi.json   the API, described in OpenAPI 3.1
//
// Everything below /api/ wants the bearer key, by which it answers about
// people; the rest says nothing of any person. Errors are problem details
// (RFC 9457), and no answer may be kept by a cache.
//
// # Wrong use
//
// [Listen] refuses addresses that other machines reach. A page in a browser on
// this machine reaches loopback all the same, by a name of its own that it has
// point here (DNS rebinding): so a request whose Host is not a name or address
// of loopback is answered 421.
package admin

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"net/http/pprof"
	"time"
)

// A Config says what the listener answers from.
type Config struct {
	// Key opens /api/; the zero Key opens it to nobody.
	Key Key
	// Checks are what /readyz asks, all of which must hold.
	Checks []Check
	// Permit answers the question of /api/v1/permit. Required.
	Permit Permit
	// Metrics are what /metrics writes; nil writes those of the process.
	Metrics *Metrics
}

// A Check is one thing that must hold for the edge to be ready.
type Check struct {
	// Name is a word that stands in the answer.
	Name string
	// Run returns what is wrong, which operators may read, or nil. It ends
	// with its context.
	Run func(context.Context) error
}

// checkTime is how long /readyz waits for all checks.
const checkTime = 2 * time.Second

// New returns the handler of the listener.
func New(cfg Config) (http.Handler, error) {
	if cfg.Permit == nil {
		return nil, errors.New("admin: no answer to permit is given")
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics()
	}
	h := &handler{cfg: cfg}
	return loopbackOnly(private(h.routes())), nil
}

type handler struct{ cfg Config }

// routes are all addresses; a test holds openapi.json against those of /api/.
func (h *handler) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", h.health)
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", h.cfg.Metrics)
	for path, handle := range map[string]http.HandlerFunc{
		"/": pprof.Index, "/cmdline": missing, "/profile": pprof.Profile, "/symbol": pprof.Symbol, "/trace": pprof.Trace,
	} {
		mux.HandleFunc("GET /debug/pprof"+path, handle)
	}
	api := http.NewServeMux()
	for path, handle := range h.api() {
		api.HandleFunc(path, getOnly(handle))
	}
	api.HandleFunc("/", missing)
	mux.Handle("/api/", h.keyed(api))
	mux.HandleFunc("/", missing)
	return mux
}

// api are the addresses that want the key.
func (h *handler) api() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"/api/v1/permit":       h.permit,
		"/api/v1/openapi.json": h.describe,
	}
}

func (h *handler) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"alive"})
}

// ready runs the checks one after the other: they are few and quick.
func (h *handler) ready(w http.ResponseWriter, r *http.Request) {
	ctx, stop := context.WithTimeout(r.Context(), checkTime)
	defer stop()
	answer := struct {
		Status string            `json:"status"`
		Checks map[string]string `json:"checks"`
	}{"ready", map[string]string{}}
	status := http.StatusOK
	for _, c := range h.cfg.Checks {
		answer.Checks[c.Name] = "ok"
		if err := c.Run(ctx); err != nil {
			answer.Status, status = "not ready", http.StatusServiceUnavailable
			answer.Checks[c.Name] = err.Error()
		}
	}
	writeJSON(w, status, answer)
}

//go:embed openapi.json
var openAPI []byte

func (h *handler) describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	// The status is out: what goes wrong now, the client sees by itself.
	_, _ = w.Write(openAPI)
}
