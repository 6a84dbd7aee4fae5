package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// A form that was read to its end leaves the connection open; one that is
// refused unread ends it.
func TestConnectionsAfterForms(t *testing.T) {
	w := newTown(t, 1)
	server := httptest.NewServer(w.server)
	t.Cleanup(server.Close)
	v := w.visitor()
	v.told()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	cookies := ""
	for name, value := range v.cookies {
		cookies += name + "=" + value + "; "
	}
	for _, test := range []struct {
		fields string
		status int
		last   bool
	}{
		{"Content-Length: %d\r\n", 303, false},
		{"Content-Length: %d\r\nExpect: 100-continue\r\n", 303, false},
		{"Content-Length: %d\r\nOrigin: null\r\n", 403, true},
		{"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n", 411, true},
		{"Content-Length: 9000%d\r\n", 413, true},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		w.must(err)
		body := form.Encode()
		head := "POST /preferences HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie: " + cookies + "\r\n"
		_, err = io.WriteString(conn, head+fmt.Sprintf(test.fields, len(body))+"\r\n"+body+"GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
		w.must(err)
		lines := bufio.NewReader(conn)
		r, err := http.ReadResponse(lines, nil)
		w.must(err)
		for r.StatusCode == http.StatusContinue {
			r, err = http.ReadResponse(lines, nil)
			w.must(err)
		}
		_, err = io.Copy(io.Discard, r.Body)
		w.must(err)
		_, end := lines.ReadByte()
		if r.StatusCode != test.status || r.Close != test.last || (end != nil) != test.last {
			t.Errorf("%q: %d, last %v, then %v", test.fields, r.StatusCode, r.Close, end)
		}
		w.must(conn.Close())
	}
}

// curl decodes a stitched page as Go does.
func TestCurlReadsStitchedPages(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	server := httptest.NewServer(w.server)
	t.Cleanup(server.Close)
	plain, err := exec.Command("curl", "-sS", "--compressed", "-H", "Host: "+host, "-b", "__Secure-code="+v.cookies["__Secure-code"], server.URL+"/").Output()
	w.must(err)
	const notice = "<p>from 1 to 2</p>"
	if got, want := string(plain), v.text(v.ask("GET", "/", "", "Accept-Encoding: gzip")); !strings.Contains(got, notice) || outside(got) != outside(want) || outside(got) != strings.Replace(home, stitch.Marker, "", 1) {
		t.Errorf("curl reads %q, Go %q", got, want)
	}
}

// outside is a page without what was put into it: a banner's token is another
// each time.
func outside(page string) string {
	before, rest, _ := strings.Cut(page, stitch.Marker)
	_, behind, _ := strings.Cut(rest, "</aside>")
	return before + behind
}
