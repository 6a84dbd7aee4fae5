package edge

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A recorded connection keeps what was written to it, and takes so many bytes
// in all.
type recorded struct {
	net.Conn
	writes [][]byte
	room   int
}

func (c *recorded) Write(p []byte) (int, error) {
	n := min(len(p), c.room)
	c.writes, c.room = append(c.writes, bytes.Clone(p[:n])), c.room-n
	if n < len(p) {
		return n, errors.New("gone")
	}
	return n, nil
}

func newJoining(room int) (*joining, *recorded) {
	c := &recorded{room: room}
	return &joining{Conn: c, buffers: &sync.Pool{New: func() any { return new([bufferSize]byte) }}}, c
}

// The head waits for the body, and neither is lost however the two come.
func TestHeadWaitsForBody(t *testing.T) {
	head, body, large := []byte("head"), []byte("body"), bytes.Repeat([]byte("x"), bufferSize+1)
	for _, writes := range [][][]byte{{head}, {head, body}, {head, large}, {large}, {large, head}, {head, body, large, head}, {}} {
		c, to := newJoining(1 << 20)
		c.hold()
		for i, p := range writes {
			if n, err := c.Write(p); n != len(p) || err != nil {
				t.Errorf("%d of %d bytes: %v", n, len(p), err)
			}
			if waits := i == 0 && len(p) <= bufferSize; waits != (len(to.writes) == 0) {
				t.Errorf("after write %d of %d, %d went out", i+1, len(writes), len(to.writes))
			}
		}
		if err := c.release(); err != nil {
			t.Error(err)
		}
		if got, want := slices.Concat(to.writes...), slices.Concat(writes...); !bytes.Equal(got, want) {
			t.Errorf("%.20q went out for %.20q", got, want)
		}
		if _, err := c.Write(head); err != nil || !bytes.Equal(to.writes[len(to.writes)-1], head) {
			t.Errorf("after all that, writing waits: %v", err)
		}
	}
}

func TestHeadWhoseConnectionIsGone(t *testing.T) {
	for room, want := range map[int]int{0: 0, 3: 0, 4: 0, 6: 2} {
		c, _ := newJoining(room)
		c.hold()
		if n, err := c.Write([]byte("head")); n != 4 || err != nil {
			t.Errorf("%d: %v", n, err)
		}
		if n, err := c.Write([]byte("body")); n != want || err == nil {
			t.Errorf("with room for %d: %d bytes of the body, %v", room, n, err)
		}
	}
	c, _ := newJoining(3)
	c.hold()
	_, _ = c.Write([]byte("head"))
	if c.release() == nil {
		t.Error("a head that did not go out is no error")
	}
}

// Answers of all sizes reach a client whole, one after the other, whether
// their length is known or not.
func TestBodiesOfAllSizes(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := newAnswer(w, r)
		if a.conn == nil {
			t.Error("the connection is not known")
		}
		size, _ := strconv.Atoi(r.URL.Query().Get("size"))
		a.Header().Set("Content-Type", "text/plain")
		if r.URL.Path == "/known" {
			a.Header().Set("Content-Length", strconv.Itoa(size))
		}
		if r.Method == http.MethodHead {
			return
		}
		if n, err := a.Write(bytes.Repeat([]byte("x"), size)); n != size || err != nil || a.bytes != int64(size) {
			t.Errorf("%d of %d bytes: %v", n, size, err)
		}
	})
	server := httptest.NewUnstartedServer(nil)
	server.Config = HTTPServer(handler, nil)
	server.Listener = LimitListener(server.Listener, 0)
	server.Start()
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	lines := bufio.NewReader(conn)
	for _, size := range []int{0, 1, 511, 512, 2047, 2048, 2049, 3900, 3999, 4095, 4096, 4097, 6000, 8192, 100_000, 1 << 20} {
		for _, line := range []string{"GET /known", "GET /unknown", "HEAD /known"} {
			_, err := io.WriteString(conn, line+"?size="+strconv.Itoa(size)+" HTTP/1.1\r\nHost: x\r\n\r\n")
			if err != nil {
				t.Fatal(err)
			}
			method, _, _ := strings.Cut(line, " ")
			r, err := http.ReadResponse(lines, &http.Request{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r.Body)
			if err != nil || method == http.MethodGet && len(got) != size || len(bytes.Trim(got, "x")) > 0 {
				t.Fatalf("%s: %d of %d bytes: %v", line, len(got), size, err)
			}
		}
	}
}
