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

// prepare sets what every answer to the request has, whatever its status.
func prepare(h http.Header, r *http.Request) {
	secure(h)
	// Two programs that disagree where a body ends would take what follows
	// for different requests (RFC 9112, section 11.2): nothing follows.
	bare := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !bare || r.ContentLength != 0 || len(r.TransferEncoding) > 0 {
		h.Set("Connection", "close")
	}
}

// secure sets the headers for browsers.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
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
