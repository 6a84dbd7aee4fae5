package edge

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// A queue is a listener whose connections come from the addresses in it.
type queue []net.Conn

func (q *queue) Accept() (net.Conn, error) {
	if len(*q) == 0 {
		return nil, net.ErrClosed
	}
	c := (*q)[0]
	*q = (*q)[1:]
	return c, nil
}

func (*queue) Close() error   { return nil }
func (*queue) Addr() net.Addr { return peer("") }

// A peer is an address in any form.
type peer string

func (peer) Network() string  { return "tcp" }
func (p peer) String() string { return string(p) }

// A caller is a connection from an address.
type caller struct {
	net.Conn
	from   peer
	closed int
}

func (c *caller) RemoteAddr() net.Addr { return c.from }
func (c *caller) Close() error         { c.closed++; return nil }

func TestConnectionsPerAddress(t *testing.T) {
	var q queue
	l := LimitListener(&q, 2).(*limited)
	// come has one connection come and says which one, if it was let in.
	come := func(from peer) net.Conn {
		c := &caller{from: from}
		q = queue{c}
		conn, err := l.Accept()
		if err != nil && (!errors.Is(err, net.ErrClosed) || c.closed != 1) || err == nil && c.closed != 0 {
			t.Errorf("%s: %v, closed %d times", from, err, c.closed)
		}
		return conn
	}
	for _, test := range []struct{ first, second, third, other peer }{
		{"203.0.113.7:1", "203.0.113.7:2", "203.0.113.7:3", "203.0.113.8:1"},
		{"127.0.0.1:1", "[::ffff:127.0.0.1]:2", "127.0.0.1:3", "127.0.0.2:1"},
		{"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::2]:2", "[2001:db8:1:2::3]:3", "[2001:db8:1:3::1]:1"},
		{"[::1]:1", "[::1]:2", "[::1]:3", "[2001:db8::1]:1"},
		{"[fe80::1%eth0]:1", "[fe80::2%eth1]:2", "[fe80::1]:3", "[fe80:0:0:1::1]:1"},
		{"@", "pipe", "", "192.0.2.1:1"},
	} {
		first, second := come(test.first), come(test.second)
		if first == nil || second == nil || come(test.third) != nil {
			t.Errorf("%s: not two of three are let in", test.first)
		}
		other := come(test.other)
		if other == nil {
			t.Errorf("%s is refused for %s", test.other, test.first)
		}
		for range 2 { // the second Close must not free a second place
			if err := first.Close(); err != nil {
				t.Error(err)
			}
		}
		again := come(test.third)
		if again == nil || come(test.third) != nil {
			t.Errorf("%s: closing one does not free one", test.first)
		}
		for _, c := range []net.Conn{second, other, again} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if len(l.open) != 0 {
		t.Errorf("remembered after all are closed: %v", l.open)
	}
	if d := LimitListener(&q, 0).(*limited); d.limit != ConnectionsPerAddress {
		t.Errorf("by default %d", d.limit)
	}
	if got := network(peer("[2001:db8:1:2::1]:1")); got != netip.MustParsePrefix("2001:db8:1:2::/64") {
		t.Errorf("network %s", got)
	}
}

// Over real connections: the third is closed without an answer, those before
// it are served, and a place is free once one of them is closed.
func TestLimitListenerUnderTheServer(t *testing.T) {
	w := newWorld(t, false)
	large := strings.Repeat("x", 1<<20)
	w.write(apex+"/large.bin", large)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	limit := LimitListener(inner, 2).(*limited)
	s := HTTPServer(w.server, nil)
	var serving sync.WaitGroup
	freed := make(chan struct{}, 3)
	s.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			freed <- struct{}{}
		}
	}
	serving.Go(func() { _ = s.Serve(limit) })
	t.Cleanup(func() { w.must(s.Close()); serving.Wait() })
	dial := func() net.Conn {
		c, err := net.Dial("tcp", inner.Addr().String())
		w.must(err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	served := func(c net.Conn) {
		t.Helper()
		_, err := io.WriteString(c, "GET /large.bin HTTP/1.1\r\nHost: "+apex+"\r\n\r\n")
		w.must(err)
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		w.must(err)
		if got := body(t, r); r.StatusCode != 200 || got != large {
			t.Errorf("%d, %d bytes", r.StatusCode, len(got))
		}
	}
	first, second := dial(), dial()
	served(first)
	served(second)
	if n, err := dial().Read(make([]byte, 1)); err == nil {
		t.Errorf("a third connection receives %d bytes", n)
	}
	w.must(first.Close())
	<-freed
	served(dial())
	served(second)
}
