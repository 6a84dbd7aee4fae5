package edge

import (
	"net/http"
	"strings"
)

const (
	// contentPolicy (CSP level 3) allows a page what its own host serves,
	// and nothing inline.
	contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	// drawingPolicy is for SVG opened by itself, which is a document that
	// could hold scripts.
	drawingPolicy = "default-src 'none'; sandbox"
	// permissions names the features that no page here uses.
	permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), " +
		"magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), browsing-topics=()"
	// transport keeps browsers on https for a year (RFC 6797). Subdomains
	// are not included: each host answers for itself.
	transport = "max-age=31536000"
)

// A field is one of a header. Its value goes into many headers at once, so
// that none has to be made for a request: nobody may change it in place, which
// neither http.Header's methods nor net/http do.
type field struct {
	name  string // as http.CanonicalHeaderKey has it
	value []string
}

// security returns the fields for browsers that every answer has.
func security() []field {
	return []field{
		{"Content-Security-Policy", []string{contentPolicy}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{permissions}},
	}
}

// prepare sets what every answer to the request has, whatever its status.
func (s *Server) prepare(h http.Header, r *http.Request) {
	for _, f := range s.security {
		h[f.name] = f.value
	}
	// Two programs that disagree where a body ends would take what follows
	// for different requests (RFC 9112, section 11.2): nothing follows.
	bare := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !bare || r.ContentLength != 0 || len(r.TransferEncoding) > 0 {
		h.Set("Connection", "close")
	}
}

// isDrawing says whether an answer that is about to go out is SVG. A 304 has
// no Content-Type, yet its headers replace those in the browser's cache
// (RFC 9111, section 4.3.4), so the path has to tell.
func isDrawing(h http.Header, path string, status int) bool {
	if status == http.StatusNotModified {
		return strings.HasSuffix(strings.ToLower(path), ".svg")
	}
	return strings.HasPrefix(h.Get("Content-Type"), "image/svg+xml")
}

// maxHeader is how many bytes the header of a request may have.
const maxHeader = 16 << 10

// headerSize is the size of a request's header as it was sent, nearly: field
// names and values with what separates them.
func headerSize(r *http.Request) int {
	n := len(r.RequestURI) + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + len(": \r\n")
		}
	}
	return n
}
