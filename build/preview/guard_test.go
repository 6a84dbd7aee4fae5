package preview

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"indigex.com/indigex/build/problem"
)

func TestOnlyThisMachineIsAnswered(t *testing.T) {
	s := built()
	s.Publish(Update{Build: 2, Problems: problem.List{mistake}})
	s.Close() // a stream would not end by itself
	for host, ours := range map[string]bool{
		"localhost": true, "localhost:8301": true, "shop.lanterns.localhost": true, "SHOP.Lanterns.Localhost:8301": true,
		"127.0.0.1": true, "127.255.0.9:8301": true, "[::1]": true, "[::1]:8301": true,
		"": false, ":8301": false, "evil.example": false, "evil.example:8301": false, "evillocalhost": false, "localhost.evil.example": false,
		"evil.example/.localhost": false, "evil.example@localhost": false, "shop.lanterns.localhost.": false,
		"127.0.0.1.evil.example": false, "128.0.0.1": false, "192.168.1.5:8301": false, "0.0.0.0": false, "[::]": false, "[fe80::1]:8301": false,
	} {
		for _, path := range []string{"/", "/nothing", "/site.css", "/.preview/events", "/.preview/client.js"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			answer := w.Result()
			body := text(t, answer)
			if (answer.StatusCode == 421) == ours {
				t.Errorf("host %q, %s: %d", host, path, answer.StatusCode)
			}
			if !ours && (strings.Contains(body, "<") || strings.Contains(body, "titel") || strings.Contains(body, "lanterns") ||
				!strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") || answer.Header.Get("Content-Security-Policy") == "" || answer.Header.Get("Cache-Control") != "no-store") {
				t.Errorf("host %q, %s: %v\n%s", host, path, answer.Header, body)
			}
		}
	}
}

func TestEventsAreForPagesOfTheHost(t *testing.T) {
	s := built()
	s.Close() // what is allowed ends at once, in 503
	for field, status := range map[string]int{
		"Sec-Fetch-Site: same-origin": 503, "Sec-Fetch-Site: none": 503, "Accept: */*": 503,
		"Sec-Fetch-Site: cross-site": 403, "Sec-Fetch-Site: same-site": 403, "Sec-Fetch-Site: ": 403,
	} {
		if r := ask(s, "GET", "/.preview/events", field); r.StatusCode != status {
			t.Errorf("%s: %d, want %d", field, r.StatusCode, status)
		}
	}
	if r := ask(s, "GET", "/.preview/events", "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"); r.StatusCode != 403 {
		t.Errorf("two minds: %d", r.StatusCode)
	}
}

func TestStreamsAreCounted(t *testing.T) {
	s := built()
	server := serve(t, s)
	var tabs []*tab
	for range maxStreams {
		page := listen(t, server.Client(), server.URL, host, s.state.mark())
		page.expect(message{})
		tabs = append(tabs, page)
	}
	if r := ask(s, "GET", "/.preview/events"); r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("one stream too many: %d %v", r.StatusCode, r.Header)
	}
	if err := tabs[0].answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	s.streams <- struct{}{} // waits until the place is free again
	<-s.streams
	page := listen(t, server.Client(), server.URL, host, s.state.mark())
	page.expect(message{})
}

func TestNothingFollowsABody(t *testing.T) {
	server := serve(t, built())
	const length = "Content-Length: 5\r\n"
	for head, want := range map[string]struct {
		status int
		last   bool
	}{
		"GET /.preview/client.js HTTP/1.1\r\n":                                                 {200, false},
		"HEAD /.preview/client.js HTTP/1.1\r\n":                                                {200, false},
		"GET /.preview/client.js HTTP/1.1\r\n" + length:                                        {200, true},
		"POST /.preview/client.js HTTP/1.1\r\n":                                                {405, true},
		"POST / HTTP/1.1\r\n" + length + "Transfer-Encoding: chunked\r\n":                      {411, true},
		"POST /.preview/events HTTP/1.1\r\n" + length + "Transfer-Encoding: chunked\r\n":       {411, true},
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n":                                     {411, true},
		"PUT /.preview/nothing HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n": {404, true},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		smuggled := "0\r\n\r\nGET /site.css HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"
		if !want.last {
			smuggled = smuggled[5:]
		}
		if _, err := io.WriteString(conn, head+"Host: "+host+"\r\n\r\n"+smuggled); err != nil {
			t.Fatal(err)
		}
		method, _, _ := strings.Cut(head, " ")
		lines := bufio.NewReader(conn)
		r, err := http.ReadResponse(lines, &http.Request{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		_ = text(t, r)
		_, end := lines.ReadByte()
		if r.StatusCode != want.status || r.Close != want.last || (end != nil) != want.last {
			t.Errorf("%q: %d, last %v, then %v", head, r.StatusCode, r.Close, end)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}
