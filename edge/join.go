package edge

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// bufferSize is that of the buffers in which net/http gathers what it writes
// to a connection.
const bufferSize = 4 << 10

// A joining connection can send the head of an answer and its body in one
// system call. net/http makes two where they don't fit its buffer, which also
// wakes the client twice.
type joining struct {
	net.Conn
	buffers *sync.Pool // of *[bufferSize]byte
	// held is what waits for the next write; nil where none waits. It is the
	// business of the goroutine that answers, as writing is.
	held *[bufferSize]byte
	size int
}

// connection is the key of the joining connection in a request's context.
type connection struct{}

// withConnection is for http.Server.ConnContext.
func withConnection(ctx context.Context, c net.Conn) context.Context {
	if counted, ok := c.(*counted); ok {
		return context.WithValue(ctx, connection{}, &counted.joining)
	}
	return ctx
}

// hold has the next write wait for the one behind it.
func (c *joining) hold() { c.held = c.buffers.Get().(*[bufferSize]byte) }

// Write writes, what is held first.
func (c *joining) Write(p []byte) (int, error) {
	if c.held == nil {
		return c.Conn.Write(p)
	}
	if c.size == 0 && len(p) <= bufferSize {
		c.size = copy(c.held[:], p)
		return len(p), nil
	}
	before := int64(c.size)
	both := net.Buffers{c.held[:c.size], p}
	n, err := both.WriteTo(c.Conn)
	c.drop()
	return int(max(0, n-before)), err
}

// release writes what is still held.
func (c *joining) release() (err error) {
	if c.held == nil {
		return nil
	}
	if c.size > 0 {
		_, err = c.Conn.Write(c.held[:c.size])
	}
	c.drop()
	return err
}

func (c *joining) drop() {
	c.buffers.Put(c.held)
	c.held, c.size = nil, 0
}

// writeWhole writes a body that is all of it at once, and says whether it did:
// only where its length was announced, so that net/http sends it as it is,
// and where it would take two writes.
func (a *answer) writeWhole(p []byte) (did bool, n int, err error) {
	length := a.Header()["Content-Length"]
	if a.conn == nil || a.bytes > 0 || len(p) <= bufferSize/2 || len(length) != 1 || length[0] != strconv.Itoa(len(p)) {
		return false, 0, nil
	}
	a.conn.hold()
	n, err = a.ResponseWriter.Write(p)
	if err == nil {
		err = http.NewResponseController(a.ResponseWriter).Flush()
	}
	if late := a.conn.release(); err == nil {
		err = late
	}
	return true, n, err
}
