package edge

import (
	"bytes"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"indigex.com/indigex/policy"
)

// A failure is a plain page for what has no page of a site. It holds no
// style, since no stylesheet is known to be reachable.
type failure struct {
	Title, Text string
	// Reference is the request's id, by which the log line is found.
	Reference string
	Sites     []policy.Site
}

const (
	failureHead = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
`
	failureTail = `</body>
</html>
`
)

// html returns the page. It is not made by html/template, whose calls of
// methods by their names would have the linker keep every method there is.
func (f *failure) html() []byte {
	var page bytes.Buffer
	page.WriteString(failureHead)
	title, text := html.EscapeString(f.Title), html.EscapeString(f.Text)
	fmt.Fprintf(&page, "<title>%s</title>\n</head>\n<body>\n<h1>%[1]s</h1>\n<p>%s</p>\n", title, text)
	if f.Reference != "" {
		fmt.Fprintf(&page, "<p>Reference: %s</p>\n", html.EscapeString(f.Reference))
	}
	if len(f.Sites) > 0 {
		page.WriteString("<ul>\n")
		for i := range f.Sites {
			fmt.Fprintf(&page, "<li><a href=\"%s/\">%s</a></li>\n", html.EscapeString(f.Sites[i].Origin), html.EscapeString(f.Sites[i].Title))
		}
		page.WriteString("</ul>\n")
	}
	page.WriteString(failureTail)
	return page.Bytes()
}

// fail answers with a page for a status from 400 up. The visitor learns what
// happened; cause is for the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, cause error) {
	f := failure{Title: http.StatusText(status), Text: explain(status)}
	if a, ok := w.(*answer); ok && status >= 500 {
		f.Reference = a.reference()
		a.cause = cause
	}
	writeFailure(w, r, status, f)
}

// misdirected answers for a host that is none of ours.
func (s *Server) misdirected(w http.ResponseWriter, r *http.Request, list []policy.Site) {
	f := failure{Title: "No site at this address", Text: "This server has no site under the name that was asked for."}
	if s.cfg.Development && len(list) > 0 && loopback(r.Host) {
		f.Text, f.Sites = "The sites are at these addresses:", list
	}
	writeFailure(w, r, http.StatusMisdirectedRequest, f)
}

// loopback says whether a Host, with or without a port, can be nothing but
// this machine. Any other name could be made to point here by whoever has it,
// whose page would then be of the same origin (DNS rebinding).
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	name := lowerASCII(host)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.IsLoopback()
}

// explain says in a sentence what a status means to a visitor.
func explain(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is no page at this address."
	case http.StatusMethodNotAllowed:
		return "This address only shows a page. Nothing can be sent to it."
	case http.StatusLengthRequired:
		return "The request does not say how long it is."
	case http.StatusRequestHeaderFieldsTooLarge:
		return "The request is too large. Deleting this site’s cookies may help."
	case http.StatusServiceUnavailable:
		return "The server is busy. Try again in a minute."
	default:
		if status >= 500 {
			return "Something went wrong on the server. Try again in a minute."
		}
		return "The server cannot make sense of this address."
	}
}

func writeFailure(w http.ResponseWriter, r *http.Request, status int, f failure) {
	page := f.html()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The status is out: what goes wrong now, the client sees by itself.
		_, _ = w.Write(page)
	}
}
