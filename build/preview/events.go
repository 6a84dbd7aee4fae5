package preview

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// patience is how long a browser may take to receive one event.
const patience = 10 * time.Second

// events answers with the stream. Its query member since is the mark of the
// state that the page shows. The first event comes at once, with what the
// page missed and the problems as they are.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET")
		refuse(w, r, http.StatusMethodNotAllowed, "the stream is for GET")
		return
	}
	select {
	case <-s.closed:
		refuse(w, r, http.StatusServiceUnavailable, "the preview is ending")
		return
	default:
	}
	stream := http.NewResponseController(w)
	secure(w.Header())
	w.Header().Set("Content-Type", "text/event-stream")
	host := hostname(r)
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

// hostname is the host of a request, without port and in small letters.
func hostname(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return strings.ToLower(host)
}
