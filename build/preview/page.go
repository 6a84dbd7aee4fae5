package preview

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// page passes a request on, as the editor wants it seen, and puts script and
// bar into the page that comes back.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	// The mark is taken before the page is made: what changes meanwhile,
	// the page is told.
	p := &page{ResponseWriter: w, request: r, mark: s.state.mark()}
	v := readView(r, s.now())
	r = r.Clone(r.Context())
	// A page can only be added to in its plain form, and whole.
	r.Header.Del("Accept-Encoding")
	if !v.date.IsZero() || v.signal {
		r = s.next.As(r, v.at(), v.signal)
	}
	s.next.ServeHTTP(p, r)
	if p.held {
		p.finish(s.bar(p.request, v))
	}
}

// A page is a ResponseWriter that holds HTML back to add to it, and lets
// everything else pass.
type page struct {
	http.ResponseWriter
	request *http.Request
	mark    string
	status  int // 0 until it is known
	held    bool
	body    bytes.Buffer
}

func (p *page) WriteHeader(status int) {
	if p.status != 0 || status < 200 {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	p.status = status
	h := p.Header()
	plain := h.Get("Content-Encoding") == "" && status != http.StatusPartialContent && status != http.StatusNotModified
	if !plain || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	// The hash is of the page without the script, whose mark changes with
	// each build: the page is asked for each time.
	h.Del("Etag")
	h.Del("Last-Modified")
	h.Del("Accept-Ranges")
	h.Del("Content-Length")
	if !strings.Contains(h.Get("Cache-Control"), "private") {
		h.Set("Cache-Control", "no-store")
	}
	p.held = p.request.Method != http.MethodHead
	if !p.held {
		p.ResponseWriter.WriteHeader(status)
	}
}

func (p *page) Write(data []byte) (int, error) {
	if p.status == 0 {
		p.WriteHeader(http.StatusOK)
	}
	if p.held {
		return p.body.Write(data)
	}
	return p.ResponseWriter.Write(data)
}

// FlushError is for http.ResponseController: what is held, stays.
func (p *page) FlushError() error {
	if p.held {
		return nil
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (p *page) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// finish sends what was held, with the bar.
func (p *page) finish(bar []byte) {
	kind := ""
	if p.status == http.StatusNotFound {
		kind = "missing"
	}
	body := p.body.Bytes()
	if len(bar) > 0 {
		body = insertLast(insert(body, pageStyleElement), bar)
	}
	body = insert(body, script(p.mark, kind))
	p.Header().Set("Content-Length", strconv.Itoa(len(body)))
	p.ResponseWriter.WriteHeader(p.status)
	// The status is out: what goes wrong now, the client sees by itself.
	_, _ = p.ResponseWriter.Write(body)
}

const pageStyleElement = `<link rel="stylesheet" href="/.preview/page.css">`

// script is the element for a page of the state with this mark. kind is
// "missing" for a page that stands for one that isn't there, "none" for one
// that stands for all of them, and else empty.
func script(mark, kind string) string {
	return fmt.Sprintf(`<script src="/.preview/client.js" defer data-at="%s" data-page="%s"></script>`, mark, kind)
}

// insert puts an element at the end of the page's head.
func insert(page []byte, element string) []byte {
	const end = "</head>"
	for i := range len(page) - len(end) + 1 {
		if page[i] == '<' && bytes.EqualFold(page[i:i+len(end)], []byte(end)) {
			return append(append(page[:i:i], element...), page[i:]...)
		}
	}
	return page
}

// insertLast puts an element at the end of the page's body.
func insertLast(page, element []byte) []byte {
	const end = "</body>"
	for i := len(page) - len(end); i >= 0; i-- {
		if page[i] == '<' && bytes.EqualFold(page[i:i+len(end)], []byte(end)) {
			return append(append(page[:i:i], element...), page[i:]...)
		}
	}
	return page
}
