package edge

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Over a real connection: what net/http answers by itself, and what reaches
// the handler.
func TestHTTPServer(t *testing.T) {
	w := newWorld(t, false)
	w.server.cfg.Logger = slog.New(slog.DiscardHandler)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	s := HTTPServer(w.server, nil)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(listener) })
	t.Cleanup(func() { w.must(s.Close()); serving.Wait() })
	for request, want := range map[string]struct {
		status int
		secure bool
	}{
		"GET / HTTP/1.1\nHost: lanterns.example":                                           {200, true},
		"OPTIONS * HTTP/1.1\nHost: lanterns.example":                                       {405, true},
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 17<<10): {431, true},
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 64<<10): {431, false},
		"GET /../../etc/passwd HTTP/1.1\nHost: lanterns.example":                           {400, true},
		"GET / HTTP/1.1":                        {400, false},
		"GET / HTTP/1.1\nHost: a\nHost: b":      {400, false},
		"GET http://evil/ HTTP/1.1\nHost: a":    {421, true},
		"CONNECT evil:443 HTTP/1.1\nHost: evil": {421, true},
	} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		w.must(err)
		_, err = io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")+"\r\nConnection: close\r\n\r\n")
		w.must(err)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		w.must(err)
		if got := r.Header.Get("Content-Security-Policy") != ""; r.StatusCode != want.status || got != want.secure {
			t.Errorf("%.50q: %d, security headers %v", request, r.StatusCode, got)
		}
		w.must(conn.Close())
	}
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
		t.Error("a timeout is missing")
	}
}
