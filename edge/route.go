package edge

import (
	"context"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// A route is one of the addresses that the server answers itself.
type route struct {
	event   string // its name in the log
	methods []string
	serve   func(*exchange.Exchange) error
}

// find returns the route of a path, nil for none.
func (s *Server) find(path string) *route {
	reads := []string{http.MethodGet, http.MethodHead}
	takes := []string{http.MethodGet, http.MethodHead, http.MethodPost}
	switch {
	case path == "/preferences":
		return &route{"preferences", takes, s.stored(func(x *exchange.Exchange) error { return s.pages.ServePreferences(x) })}
	case path == "/preferences/history":
		return &route{"history", reads, s.stored(func(x *exchange.Exchange) error { return s.pages.ServeHistory(x) })}
	case strings.HasPrefix(path, "/preferences/receipts/"):
		return &route{"receipt", reads, s.stored(func(x *exchange.Exchange) error { return s.pages.ServeReceipt(x) })}
	case path == "/notices":
		return &route{"notices", takes, s.bounded(s.notices.ServeNotices)}
	case path == "/notices/fragment":
		return &route{"fragment", reads, s.fragment}
	case path == "/.well-known/gpc.json":
		return &route{"gpc", reads, s.stored(func(x *exchange.Exchange) error { return s.pages.ServeGPC(x) })}
	}
	return s.personal(path)
}

// storeTime bounds how long a request waits for the store, well within the
// time that an answer may take.
const storeTime = 10 * time.Second

// stored is a handler that needs the store.
func (s *Server) stored(serve func(*exchange.Exchange) error) func(*exchange.Exchange) error {
	if s.pages != nil {
		return s.bounded(serve)
	}
	return func(*exchange.Exchange) error { return consent.ErrUnavailable }
}

// bounded is a handler that may wait for the store.
func (s *Server) bounded(serve func(*exchange.Exchange) error) func(*exchange.Exchange) error {
	return func(x *exchange.Exchange) error {
		whole := x.Request
		ctx, stop := context.WithTimeout(whole.Context(), storeTime)
		x.Request = whole.WithContext(ctx)
		// A page that says what went wrong has more time than what did.
		defer func() {
			stop()
			x.Request = whole
		}()
		return serve(x)
	}
}

// answered answers a request for one of the server's own addresses, and says
// whether it was for one.
func (s *Server) answered(w http.ResponseWriter, r *http.Request, world *exchange.World, site *policy.Site) bool {
	path := r.URL.Path
	if !policy.Reserved(path) {
		return false
	}
	t := s.find(path)
	if t == nil {
		bare := strings.TrimSuffix(path, "/")
		if bare == path || s.find(bare) == nil || !exchange.Local(bare) {
			return false
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", withQuery(bare, r.URL.RawQuery))
		w.WriteHeader(http.StatusPermanentRedirect)
		return true
	}
	x := world.Begin(w, r, site, s.at(r))
	if from, err := netip.ParseAddrPort(client(r, s.cfg.TrustedProxies)); err == nil {
		x.Client = from.Addr()
	}
	if a, ok := w.(*answer); ok {
		a.event = t.event
		if r.Method == http.MethodPost {
			a.event += " posted"
		}
	}
	err := error(&exchange.Error{Kind: exchange.Method})
	if x.State == identity.Flooded {
		err = &exchange.Error{Kind: exchange.Flooded}
	} else if slices.Contains(t.methods, r.Method) {
		err = t.serve(x)
	} else {
		w.Header().Set("Allow", strings.Join(t.methods, ", "))
	}
	if err != nil {
		s.refuse(x, exchange.Explain(err))
	}
	return true
}

// refuse answers with a page of the site that says why, or a plain one.
func (s *Server) refuse(x *exchange.Exchange, e *exchange.Error) {
	status := e.Kind.Status()
	page := templates.FailurePage{Title: e.Kind.Title(), Text: e.Words(), Links: []templates.Link{{Title: "Home", URL: "/"}}}
	if a, ok := x.Writer.(*answer); ok {
		// Causes of lower ones may quote what was sent.
		if status >= 500 {
			a.cause, page.Reference = e.Cause, a.reference()
		}
	}
	switch {
	case e.Retry > 0:
		x.Writer.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.Retry.Seconds()))))
	case status == http.StatusServiceUnavailable:
		x.Writer.Header().Set("Retry-After", "5")
	}
	if err := x.Page(status, page.Title, templates.Failure(page)); err != nil {
		s.fail(x.Writer, x.Request, status, e)
	}
}
