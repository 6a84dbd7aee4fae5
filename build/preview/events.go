package preview

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// patience is how long a browser may take to receive one event.
	patience = 10 * time.Second
	// maxStreams is how many streams may be open at once: far more than an
	// editor has tabs.
	maxStreams = 64
)

// events answers with the stream. Its query member since is the mark of the
// state that the page shows. The first event comes at once, with what the
// page missed and the problems as they are.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		refuse(w, r, http.StatusMethodNotAllowed, "the stream is for GET")
		return
	}
	if !ownPage(r) {
		refuse(w, r, http.StatusForbidden, "the stream is for pages of this host")
		return
	}
	select {
	case <-s.closed:
		refuse(w, r, http.StatusServiceUnavailable, "the preview is ending")
		return
	default:
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		w.Header().Set("Retry-After", "5")
		refuse(w, r, http.StatusServiceUnavailable, "too many pages are open")
		return
	}
	s.follow(w, r)
}

// follow sends what happens until the page goes or the preview ends.
func (s *Server) follow(w http.ResponseWriter, r *http.Request) {
	stream := http.NewResponseController(w)
	secure(w.Header())
	w.Header().Set("Content-Type", "text/event-stream")
	host := hostname(r.Host)
	mark := r.URL.Query().Get("since")
	for {
		m, wake := s.state.since(mark, host)
		mark = m.At
		if err := send(w, stream, m.event()); err != nil {
			return
		}
		select {
		case <-wake:
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

// send writes one event. Each has a deadline of its own in place of the
// server's, which is for the whole answer.
func send(w http.ResponseWriter, stream *http.ResponseController, event []byte) error {
	err := stream.SetWriteDeadline(time.Now().Add(patience))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := w.Write(event); err != nil {
		return err
	}
	return stream.Flush()
}

// ownPage says whether no browser names a page of another origin as the one
// that asks (Fetch Metadata). Programs that are no browsers name none.
func ownPage(r *http.Request) bool {
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return false
		}
	}
	return true
}

// hostname is a Host without its port and in small letters.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(host)
}
