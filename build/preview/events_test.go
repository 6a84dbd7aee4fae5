package preview

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"indigex.com/indigex/build/problem"
)

// A tab is an open page that listens.
type tab struct {
	*testing.T
	answer *http.Response
	lines  *bufio.Reader
}

func listen(t *testing.T, client *http.Client, address, host, mark string) *tab {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address+"/.preview/events?since="+mark, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host + ":8080"
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return &tab{t, answer, bufio.NewReader(answer.Body)}
}

// next waits for the next event.
func (t *tab) next() message {
	t.Helper()
	line, err := t.lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if end, err := t.lines.ReadString('\n'); err != nil || end != "\n" {
		t.Fatalf("the event ends in %q, %v", end, err)
	}
	data, ok := strings.CutPrefix(line, "data: ")
	if !ok {
		t.Fatalf("no event: %q", line)
	}
	var m message
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func (t *tab) expect(want message) {
	t.Helper()
	got := t.next()
	got.At = want.At
	if !reflect.DeepEqual(got, want) {
		t.Errorf("told %+v\nwant %+v", got, want)
	}
}

// serve starts a real server around the preview.
func serve(t *testing.T, s *Server) *httptest.Server {
	server := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); server.Close() })
	return server
}

func TestOpenPagesAreTold(t *testing.T) {
	s := built()
	server := serve(t, s)
	a := listen(t, server.Client(), server.URL, strings.ToUpper(host), s.state.mark())
	b := listen(t, server.Client(), server.URL, "lanterns.localhost", s.state.mark())
	if a.answer.StatusCode != 200 || a.answer.Header.Get("Content-Type") != "text/event-stream" || a.answer.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%d %v", a.answer.StatusCode, a.answer.Header)
	}
	a.expect(message{})
	b.expect(message{})

	s.Publish(Update{Build: 2, Duration: 18 * time.Millisecond, Changed: []Changed{
		{host, "/lamps/index.html"}, {host, "/lamps/oil.jpg"}, {host, "/assets/site.css"}, {"lanterns.localhost", "/sitemap.xml"},
	}, Styles: []string{"/assets/code.css"}})
	elsewhere := []string{"//" + host + "/lamps/"}
	a.expect(message{Changed: []string{"/lamps/", "/lamps/oil.jpg"}, Styles: []string{"/assets/site.css", "/assets/code.css"}, Elsewhere: elsewhere, Milliseconds: 18})
	b.expect(message{Changed: []string{"/sitemap.xml"}, Styles: []string{"/assets/code.css"}, Elsewhere: elsewhere, Milliseconds: 18})

	s.Publish(Update{Build: 2, Problems: problem.List{mistake}})
	a.expect(message{Problems: []entry{{
		Place: "sites/shop/index.md:3:8", Severity: "error", Message: mistake.Message,
		Source: " titel: <b>Lamps</b>", Caret: "       ^", Hint: mistake.Hint,
	}}})
	s.Publish(Update{Build: 3})
	a.expect(message{})
}

func TestPagesCatchUp(t *testing.T) {
	s := built()
	server := serve(t, s)
	old := s.state.mark()
	s.Publish(Update{Build: 2, Changed: []Changed{{host, "/a/"}}})
	s.Publish(Update{Build: 3, Changed: []Changed{{host, "/b/"}}, Problems: problem.List{{Path: "x.md", Message: "m", Severity: problem.Warning}}})
	warning := []entry{{Place: "x.md", Severity: "warning", Message: "m"}}
	for mark, want := range map[string]message{
		old:                {Changed: []string{"/a/", "/b/"}, Problems: warning},
		s.state.mark():     {Problems: warning},
		"":                 {Reload: true, Problems: warning},
		"another-1":        {Reload: true, Problems: warning},
		old + "x":          {Reload: true, Problems: warning},
		old[:9] + "99":     {Reload: true, Problems: warning},
		old[:9] + "-1":     {Reload: true, Problems: warning},
		"%0d%0adata:%20x-": {Reload: true, Problems: warning},
	} {
		page := listen(t, server.Client(), server.URL, host, mark)
		page.expect(want)
	}
}

func TestAPageMadeWhileItsFilesChangeIsTold(t *testing.T) {
	var s *Server
	s = New(handler(func(w http.ResponseWriter, r *http.Request) {
		s.Publish(Update{Build: 2, Changed: []Changed{{host, "/"}}})
		site(w, r)
	}))
	s.Publish(Update{Build: 1})
	before := s.state.mark()
	page := text(t, ask(s, "GET", "/"))
	if !strings.Contains(page, script(before, "")) {
		t.Errorf("the page doesn't carry the mark %s from before:\n%s", before, page)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	s := built()
	old := s.state.mark()
	for build := range 30 {
		s.Publish(Update{Build: build + 2, Changed: slices.Repeat([]Changed{{host, "/a/"}}, 1000)})
	}
	if m, _ := s.state.since(old, host); !m.Reload {
		t.Error("a page that is too old is not told to reload")
	}
	size := 0
	for _, step := range s.state.history {
		size += step.size()
	}
	if size > remembered || size < remembered-2000 {
		t.Errorf("%d addresses are remembered", size)
	}
	s.Publish(Update{Build: 99, Changed: slices.Repeat([]Changed{{host, "/a/"}}, remembered+1)})
	if m, _ := s.state.since(s.state.mark(), host); m.Reload || len(s.state.history) != 0 {
		t.Errorf("after an update that is too large: reload %v, %d steps", m.Reload, len(s.state.history))
	}
}

func TestManyChangesAreNotOffered(t *testing.T) {
	s := built()
	mark := s.state.mark()
	s.Publish(Update{Build: 2, Changed: []Changed{{host, "/a/"}, {host, "/b/"}, {host, "/c/"}, {host, "/d/"}}})
	if m, _ := s.state.since(mark, "lanterns.localhost"); m.Elsewhere != nil {
		t.Errorf("offered %v", m.Elsewhere)
	}
}

func TestCloseEndsStreams(t *testing.T) {
	s := built()
	server := serve(t, s)
	page := listen(t, server.Client(), server.URL, host, s.state.mark())
	page.next()
	s.Close()
	s.Close()
	if rest, err := io.ReadAll(page.lines); err != nil || len(rest) > 0 {
		t.Errorf("the stream ends in %q, %v", rest, err)
	}
	if r := ask(s, "GET", "/.preview/events"); r.StatusCode != 503 {
		t.Errorf("a new stream: %d", r.StatusCode)
	}
	if r := ask(s, "GET", "/"); r.StatusCode != 200 {
		t.Errorf("a page: %d", r.StatusCode)
	}
}

func TestEventsAreForGet(t *testing.T) {
	for _, method := range []string{"HEAD", "POST", "OPTIONS"} {
		if r := ask(built(), method, "/.preview/events"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET" {
			t.Errorf("%s: %d, Allow %q", method, r.StatusCode, r.Header.Get("Allow"))
		}
	}
}

// Minutes pass here by the clock of the bubble, over connections in memory.
func TestStreamsOutliveTheTimeoutsOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := built()
		conns := &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
		server := http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute}
		var serving sync.WaitGroup
		serving.Go(func() {
			if err := server.Serve(conns); !errors.Is(err, http.ErrServerClosed) {
				t.Errorf("Serve: %v", err)
			}
		})
		transport := &http.Transport{DialContext: conns.dial}
		page := listen(t, &http.Client{Transport: transport}, "http://"+host, host, s.state.mark())
		page.next()
		for build := range 5 {
			time.Sleep(time.Minute)
			s.Publish(Update{Build: build + 2, Changed: []Changed{{host, "/a.txt"}}})
			page.expect(message{Changed: []string{"/a.txt"}})
		}
		s.Close()
		if rest, err := io.ReadAll(page.lines); err != nil || len(rest) > 0 {
			t.Errorf("the stream ends in %q, %v", rest, err)
		}
		transport.CloseIdleConnections()
		if err := server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
}

// Pipes is a listener without a network.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.accept <- server
	return client, nil
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
