// Package admin is what operators and other systems ask of a running edge, on
// a listener of its own that only this machine reaches.
//
//	GET /healthz                        200 while the process runs
//	GET /readyz                         200, or 503 with what is wrong, as JSON
//	GET /metrics                        figures in the text format of Prometheus
//	GET /debug/pprof/                   profiles of the process
//	GET, POST /api/v1/permit            whether something may be done to a
//	                                    person, or to each of up to 1000
//	POST /api/v1/suppression            which of up to 1000 must be left alone
//	GET /api/v1/suppression/{choice}    the codes that refused a choice
//	GET /api/v1/profiles/{user_id}      the details that a purpose may see
//	GET, POST /api/v1/disclosures       what was passed on to processors
//	GET /api/v1/openapi.json            the API, described in OpenAPI 3.1
//
// Everything below /api/ wants a bearer key, by which it answers about people;
// the rest says nothing of any person. The description is made from the code
// that answers. Errors are problem details (RFC 9457), which repeat nothing of
// what was sent, and no answer may be kept by a cache.
//
// # What is noted
//
// A system that names a person by a User ID or an email address, or asks for
// details or disclosures, has that noted under the name of its key before it
// gets an answer, and the person sees it. Where it cannot be noted the answer
// is 503. A code alone opens no details, and a question by one is not noted.
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
	"errors"
	"net/http"
	"net/http/pprof"
	"time"

	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// A Config says what the listener answers from.
type Config struct {
	// Key opens all of /api/; the zero Key opens it to nobody.
	Key Key
	// Keys are those that open parts of it; nil for none.
	Keys apikey.Store
	// Checks are what /readyz asks, all of which must hold.
	Checks []Check
	// Permit answers the question of /api/v1/permit. Required.
	Permit Permit
	// Catalog returns the one that is served; it is asked once for each
	// request. People are the registered ones, Trail has what was read of
	// them and passed on, and Refused lists codes whose last answer to a
	// choice is a refusal, in their order, from after one on. What needs one
	// of them that is nil is answered 503.
	Catalog func() *policy.Catalog
	People  People
	Trail   disclosure.Store
	Refused func(ctx context.Context, choice string, after identity.Code, limit int) ([]identity.Code, error)
	// Now is the clock; nil: time.Now.
	Now func() time.Time
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
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	h := &handler{cfg: cfg, limits: newLimits(cfg.Now)}
	return loopbackOnly(private(h.routes())), nil
}

type handler struct {
	cfg    Config
	limits *limits
}

// routes are all addresses.
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
	mux.Handle("/api/", h.cfg.Metrics.countAPI(h.keyed(strict(h.api()))))
	mux.HandleFunc("/", missing)
	return mux
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
