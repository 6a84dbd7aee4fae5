package edge

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// ConnectionsPerAddress is how many connections one address may have where
// no other number is given. A browser opens six to a host; an office behind
// one address has many.
const ConnectionsPerAddress = 256

// LimitListener returns a listener that accepts from l and closes at once,
// without an answer, what comes from an address that has perAddress
// connections open; below 1 that is [ConnectionsPerAddress]. So one client
// cannot hold all the files that the process may have open.
//
// An IPv6 address counts with the rest of its /64, which is what one
// subscriber has; IPv4 in IPv6 counts as IPv4, and loopback like any other.
// Peers without an IP address count together. What comes from the exempt
// networks, such as a proxy in front of the server, is not counted: the limit
// is the proxy's matter then.
//
//	l, err := net.Listen("tcp", ":8080")
//	…
//	err = edge.HTTPServer(handler, logger).Serve(edge.LimitListener(l, 0))
func LimitListener(l net.Listener, perAddress int, exempt ...netip.Prefix) net.Listener {
	if perAddress < 1 {
		perAddress = ConnectionsPerAddress
	}
	return &limited{
		Listener: l, limit: perAddress, exempt: exempt, open: make(map[netip.Prefix]int),
		buffers: &sync.Pool{New: func() any { return new([bufferSize]byte) }},
	}
}

type limited struct {
	net.Listener
	limit  int
	exempt []netip.Prefix
	// buffers are those of the connections; see [joining].
	buffers *sync.Pool

	mu   sync.Mutex
	open map[netip.Prefix]int // no entry is 0
}

// Accept waits for the next connection within the limit.
func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if within(l.exempt, c.RemoteAddr().String()) {
			return l.count(c, func() {}), nil
		}
		from := network(c.RemoteAddr())
		if l.enter(from) {
			return l.count(c, sync.OnceFunc(func() { l.leave(from) })), nil
		}
		// Nothing was sent that closing could lose.
		_ = c.Close()
	}
}

func (l *limited) count(c net.Conn, leave func()) *counted {
	return &counted{joining{Conn: c, buffers: l.buffers}, leave}
}

func (l *limited) enter(from netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] >= l.limit {
		return false
	}
	l.open[from]++
	return true
}

func (l *limited) leave(from netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// within says whether an address with a port is in one of the networks.
func within(networks []netip.Prefix, remote string) bool {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	address := a.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(address) })
}

// network is what counts as one address; the zero Prefix if it is none of IP.
func network(remote net.Addr) netip.Prefix {
	a, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return netip.Prefix{}
	}
	address := a.Addr().Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	// An address of this kind always has so many bits.
	p, _ := address.Prefix(bits)
	return p
}

// A counted connection leaves the count when it is closed.
type counted struct {
	joining
	leave func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// ReadFrom lets the operating system copy large files, as net/http does with
// a connection that it knows.
func (c *counted) ReadFrom(from io.Reader) (int64, error) { return io.Copy(c.Conn, from) }

// CloseWrite is how net/http ends an answer to a request that it did not read
// to its end: the client can still receive it.
func (c *counted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
