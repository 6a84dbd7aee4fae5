package edge

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
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

// What comes after a body, or after what may be one, is not read.
func TestNothingFollowsABody(t *testing.T) {
	w := newWorld(t, false)
	w.server.cfg.Logger = slog.New(slog.DiscardHandler)
	w.server.now.Load().byHost[kiosk].files = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("here") })
	server := httptest.NewServer(w.server)
	t.Cleanup(server.Close)
	const follows = "GET / HTTP/1.1\nHost: lanterns.example\nConnection: close\n\n"
	for request, want := range map[string]struct {
		status int
		last   bool
	}{
		"GET / HTTP/1.1\nHost: lanterns.example\n\n":                                                                {200, false},
		"GET / HTTP/1.1\nHost: lanterns.example\nContent-Length: 0\n\n":                                             {200, false},
		"HEAD /nothing HTTP/1.1\nHost: lanterns.example\n\n":                                                        {404, false},
		"GET / HTTP/1.1\nHost: lanterns.example\nContent-Length: 5\n\n0\n\n":                                        {200, true},
		"POST / HTTP/1.1\nHost: lanterns.example\nContent-Length: 5\n\n0\n\n":                                       {405, true},
		"DELETE / HTTP/1.1\nHost: lanterns.example\n\n":                                                             {405, true},
		"POST / HTTP/1.1\nHost: evil.example\nContent-Length: 5\n\n0\n\n":                                           {421, true},
		"POST / HTTP/1.1\nHost: lanterns.example\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n":           {411, true},
		"POST / HTTP/1.1\nHost: lanterns.example\nTransfer-Encoding: chunked\nContent-Length: 5\n\n5\n12345\n0\n\n": {411, true},
		"GET / HTTP/1.1\nHost: lanterns.example\nTransfer-Encoding: chunked\n\n0\n\n":                               {411, true},
		"POST / HTTP/1.1\nHost: kiosk.lanterns.localhost\nContent-Length: 5\n\n0\n\n":                               {500, true},
		"POST / HTTP/1.1\nHost: lanterns.example\nContent-Length: 900000\nExpect: 100-continue\n\n":                 {405, true},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		w.must(err)
		_, err = io.WriteString(conn, strings.ReplaceAll(request+follows, "\n", "\r\n"))
		w.must(err)
		method, _, _ := strings.Cut(request, " ")
		lines := bufio.NewReader(conn)
		r, err := http.ReadResponse(lines, &http.Request{Method: method})
		w.must(err)
		_ = body(t, r)
		_, end := lines.ReadByte()
		if r.StatusCode != want.status || r.Close != want.last || (end != nil) != want.last {
			t.Errorf("%q: %d, last %v, then %v", request, r.StatusCode, r.Close, end)
		}
		w.must(conn.Close())
	}
}
