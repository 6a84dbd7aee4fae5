package edge

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// ServeHTTP answers for all hosts; see the package comment.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := newAnswer(w, r)
	s.prepare(w.Header(), r)
	defer s.log(a, r)
	defer s.recover(a, r)
	s.route(a, r)
}

// route passes the request to the site that it is for.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if headerSize(r) > maxHeader {
		s.fail(w, r, http.StatusRequestHeaderFieldsTooLarge, nil)
		return
	}
	if len(r.TransferEncoding) > 0 {
		s.fail(w, r, http.StatusLengthRequired, nil)
		return
	}
	all := s.now.acquire()
	// Closing a folder that was only read cannot lose anything.
	defer func() { _ = all.release() }()
	t := all.find(r.Host)
	if t == nil || !agrees(r, t) {
		s.misdirected(w, r, all.list)
		return
	}
	if t.secure {
		w.Header()["Strict-Transport-Security"] = s.transport
	}
	if all.world != nil && s.answered(w, r, all.world, &t.Site) {
		return
	}
	t.serve(w, r, s.cfg.Development)
}

// agrees says whether nothing in the request names another host than the
// site's. A proxy's X-Forwarded-Host may list several.
func agrees(r *http.Request, t *site) bool {
	for _, field := range r.Header["X-Forwarded-Host"] {
		for host := range strings.SplitSeq(field, ",") {
			name, _, _ := strings.Cut(strings.Trim(host, " \t"), ":")
			if lowerASCII(name) != t.Host {
				return false
			}
		}
	}
	return r.URL.Host == "" || r.URL.Host == r.Host
}

// serve answers on one host: redirects first, then files. An old address may
// have a page of its own for servers that know no redirects.
func (t *site) serve(w http.ResponseWriter, r *http.Request, development bool) {
	to := t.redirect(r.URL.Path)
	if to == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		t.files.ServeHTTP(w, r)
		return
	}
	control := "public, max-age=3600"
	if development {
		control = "no-cache"
	}
	w.Header().Set("Cache-Control", control)
	w.Header().Set("Location", withQuery(to, r.URL.RawQuery))
	w.WriteHeader(http.StatusMovedPermanently)
}

// withQuery adds a query, encoded as it came, to an address that may have a
// query and a fragment of its own.
func withQuery(address, query string) string {
	if query == "" {
		return address
	}
	address, fragment, found := strings.Cut(address, "#")
	if found {
		fragment = "#" + fragment
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + query + fragment
}

// recover turns a panic into a 500, or ends the connection where a part of
// another answer is out already.
func (s *Server) recover(a *answer, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	a.cause = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	if a.status != 0 {
		a.status = http.StatusInternalServerError
		panic(http.ErrAbortHandler)
	}
	clear(a.Header())
	s.prepare(a.Header(), r)
	s.fail(a, r, http.StatusInternalServerError, a.cause)
}
