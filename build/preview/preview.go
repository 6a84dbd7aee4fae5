// Package preview puts live reload around the sites while an editor works on
// them: an open page follows the files, and mistakes in the content show in
// the page.
//
// # How it works
//
// Every HTML page that passes through gets a script, /.preview/client.js,
// that listens to /.preview/events, a stream of server-sent events (HTML
// standard, section 9.2). Both are there on each host. They need nothing
// inline, nor from elsewhere, so that the sites' own strict content security
// policy lets them work.
//
// Each state of the sites has a mark, which the script element carries as
// data-at and the stream is asked with. So a page that was loaded, or a tab
// that was hidden, while builds went by is told all that it missed, and one
// that is older than this server, or than what it remembers, reloads.
//
// A page reloads when its own address changed, or a picture or script that
// it uses. It keeps its scroll position and focus. Stylesheets are exchanged
// without a reload. Problems stand in a panel over the page, which stays the
// last good one. Before the first good build there is no page, and each
// address answers 503 with the problems.
//
// # The bar
//
// Every page also gets a bar at the lower edge of the window, in which an
// editor has the sites shown as to somebody else: to a newcomer, to a visitor
// who last saw certain versions of the policies, on a later day, with Global
// Privacy Control. The bar says what differs from what a visitor sees now. Its
// forms post to /.preview/view, which takes them from pages of the same origin
// alone. Day and signal are kept in the cookie __Secure-preview of the apex,
// for all sites and until the browser ends; who the browser's visitor is, the
// server behind the preview knows.
//
// # Who is answered
//
// The preview is for the editor's own machine: whoever reaches it can read
// the lines of the content that have mistakes. So requests are answered for
// hosts only that can be nothing but this machine: localhost, names that end
// in .localhost (RFC 6761, section 6.3), and loopback addresses. A page from
// elsewhere could let its own name point here, and would be of the same origin
// as the answer; it gets 421. The stream is refused to pages of other origins,
// and there are 64 at most at once.
//
// # Wrong use
//
// Publish comes after the server behind the preview has the new files; a page
// told earlier would reload the old one, and stay there. A page without
// </head> gets no script, one without </body> no bar.
package preview

import (
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// Sites answer for the sites. A preview shows each page as they give it.
type Sites interface {
	http.Handler
	// As returns the request as it would be at another time, zero for now,
	// and where signal is true, with Global Privacy Control.
	As(r *http.Request, at time.Time, signal bool) *http.Request
	// Become has the answer to r make the browser that of a new visitor who
	// saw these versions of the policies last, by the policies' ids; with
	// none it makes it that of a newcomer, who has no cookie yet. It writes
	// headers alone.
	Become(w http.ResponseWriter, r *http.Request, seen map[string]int) error
}

// An Update is what one build changed.
type Update struct {
	// Build counts the builds that went well. At 0 none has: there is
	// nothing to show but the problems.
	Build int
	// Changed are the addresses whose content is new, made or gone. Their
	// order does not matter.
	Changed []Changed
	// Styles are the paths of stylesheets that changed on all hosts; those
	// of one host may stand in Changed instead. A path is matched to those
	// that a page uses without regard to a fingerprint in the name. Pages
	// that only link another fingerprint are better left out of Changed.
	Styles []string
	// Problems are all that the content has now, not only the new ones.
	Problems problem.List
	// Duration is how long the build took; it is shown with the problems.
	Duration time.Duration
	// Catalog is that of the last good build. Without one there is no bar.
	Catalog *policy.Catalog
	// Drafts says that drafts are shown as if they were published.
	Drafts bool
}

// Changed is an address: a host without port, and a path from the root,
// percent-decoded. A path that ends in index.html is that of its folder.
type Changed struct{ Host, Path string }

// A Server is the http.Handler of the preview.
type Server struct {
	next    Sites
	state   state
	now     func() time.Time
	barPage *template.Template
	// streams has an element for each stream that is open.
	streams chan struct{}
	closed  chan struct{}
	close   sync.Once
}

// New puts the preview around next, which is not asked before an Update with
// a good build was published.
func New(next Sites) *Server {
	return &Server{
		next: next, state: newState(), now: time.Now, barPage: parseBar(),
		streams: make(chan struct{}, maxStreams), closed: make(chan struct{}),
	}
}

// Publish tells all open pages of an update. It does not wait for them.
func (s *Server) Publish(u Update) { s.state.publish(u) }

// Close ends all streams and refuses new ones, so that a shutdown of the
// HTTP server has nothing to wait for. Pages are still served.
func (s *Server) Close() { s.close.Do(func() { close(s.closed) }) }

//go:embed client.js
var clientScript string

//go:embed client.css
var clientStyle string

//go:embed bar.css
var barStyle string

//go:embed page.css
var pageStyle string

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	framed := frame(w.Header(), r)
	switch {
	case !loopback(r.Host):
		refuse(w, r, http.StatusMisdirectedRequest, "the preview answers for names that end in .localhost")
	case !framed:
		refuse(w, r, http.StatusLengthRequired, "a body without a length is not taken")
	case r.URL.Path == "/.preview/events":
		s.events(w, r)
	case r.URL.Path == "/.preview/client.js":
		own(w, r, "text/javascript; charset=utf-8", http.StatusOK, clientScript)
	case r.URL.Path == "/.preview/client.css":
		own(w, r, "text/css; charset=utf-8", http.StatusOK, clientStyle)
	case r.URL.Path == "/.preview/bar.css":
		own(w, r, "text/css; charset=utf-8", http.StatusOK, barStyle)
	case r.URL.Path == "/.preview/page.css":
		own(w, r, "text/css; charset=utf-8", http.StatusOK, pageStyle)
	case r.URL.Path == "/.preview/view":
		s.changeView(w, r)
	case strings.HasPrefix(r.URL.Path, "/.preview/"):
		refuse(w, r, http.StatusNotFound, "the preview has nothing at this address")
	case !s.state.ready():
		s.unready(w, r)
	case strings.HasPrefix(r.URL.Path, "/-/"):
		// What is for editors is no page of a site.
		s.next.ServeHTTP(w, r)
	default:
		s.page(w, r)
	}
}

// own answers with something of the preview itself. Nothing of it may stay in
// a cache: the next program on this port may be another one.
func own(w http.ResponseWriter, r *http.Request, contentType string, status int, body string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		refuse(w, r, http.StatusMethodNotAllowed, "only GET and HEAD are answered here")
		return
	}
	write(w, r, contentType, status, body)
}

// refuse answers with a line of text.
func refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	write(w, r, "text/plain; charset=utf-8", status, text+"\n")
}

func write(w http.ResponseWriter, r *http.Request, contentType string, status int, body string) {
	secure(w.Header())
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The status is out: what goes wrong now, the client sees by itself.
		_, _ = io.WriteString(w, body)
	}
}

// secure sets the headers of the preview's own answers. Their policy allows
// what the page for the time before the first good build needs; the script in
// a site's page works under that page's policy.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
		"img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}
