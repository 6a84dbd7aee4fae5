package edge_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/templates/stitch"
)

const (
	// connections are open at once, kept alive, each with one request at a
	// time.
	connections = 16
	// perTurn is how many requests all of them together send before the other
	// server's turn.
	perTurn = 4000
)

// BenchmarkVisitor asks for one page of 9.7 KB, 3.7 KB in gzip, over loopback, by clients that do
// little more than count bytes: of a handler that does nothing but write an
// answer's bytes, and of the edge as it runs in production, with its log in a
// file and its counters, both behind the same listener, limits and deadlines.
// The two take turns of some thousand requests. of_bare is the median over all
// turns of the edge's requests a second as a share of the bare handler's;
// of_bare_by_cpu compares the processors' time instead, which other programs
// disturb less. allocs/request are the whole process's, those of net/http
// included.
//
//	TMPDIR=/dev/shm go test -run=- -bench=Visitor -benchtime=20x ./edge
func BenchmarkVisitor(b *testing.B) {
	w := newBenchTown(b)
	told, known := w.visitor(), w.visitor()
	told.told()
	w.publish(2)
	w.must(w.server.Reload())
	told.told() // the answer with the first banner sets the form's cookie, too
	known.ask("GET", "/", "")
	tag := known.ask("GET", "/", "").Header.Get("Etag")
	const gzip = "Accept-Encoding: gzip, deflate, br, zstd\r\n"
	for _, form := range []struct {
		name, fields string
		status       int
	}{
		{"plain", known.line(), 200},
		{"gzip", known.line() + gzip, 200},
		{"304", known.line() + "If-None-Match: " + tag + "\r\n", 304},
		{"first visit", gzip, 200},
		{"stitched plain", told.line(), 200},
		{"stitched gzip", told.line() + gzip, 200},
	} {
		b.Run(form.name, func(b *testing.B) { w.compare(b, []string{form.fields}, form.status) })
	}
	// More visitors by turns than are remembered, so that each cookie is
	// decrypted.
	many := make([]string, 20_000)
	for i := range many {
		v := w.visitor()
		v.ask("GET", "/", "")
		many[i] = v.line()
	}
	b.Run("plain, many", func(b *testing.B) { w.compare(b, many, http.StatusOK) })
}

// newBenchTown serves a page as large as most, logging to a file.
func newBenchTown(b *testing.B) *town {
	w := newTown(b, 1)
	page := strings.Replace(home, "<h1>", words(9600)+"<h1>", 1)
	packed, err := stitch.Pack([]byte(page), strings.Index(page, stitch.Marker)+len(stitch.Marker), 9)
	w.must(err)
	w.write(host+"/index.html", page)
	w.write(host+"/index.html.gz", string(packed))
	keys := filepath.Join(b.TempDir(), "keys.json")
	w.must(identity.New(w.now).Create(keys))
	ring, err := identity.OpenKeys(keys)
	w.must(err)
	log, err := os.Create(filepath.Join(b.TempDir(), "log"))
	w.must(err)
	w.server, err = edge.New(edge.Config{
		Public: w.dir, Keys: ring, Store: storetest.SQLite(b), Now: w.clock, Logger: slog.New(slog.NewJSONHandler(log, nil)),
	})
	w.must(err)
	b.Cleanup(func() { w.must(w.server.Close()); w.must(log.Close()) })
	return w
}

// words are so many bytes of HTML that compress about as far as pages do.
func words(size int) string {
	var text strings.Builder
	for n := uint64(1); text.Len() < size; n = n*6364136223846793005 + 1442695040888963407 {
		fmt.Fprintf(&text, "<p>%x%x</p> the light ", n, n*0x9e3779b97f4a7c15)
	}
	return text.String()[:size]
}

// line is the field of a request with the visitor's cookies.
func (v *visitor) line() string {
	line := "Cookie: theme=dark; a=0123456789"
	for _, name := range slices.Sorted(maps.Keys(v.cookies)) {
		line += "; " + name + "=" + v.cookies[name]
	}
	return line + "\r\n"
}

// compare measures the request's answer by the edge and by a handler that does
// nothing but write the same bytes.
func (w *town) compare(b *testing.B, fields []string, status int) {
	quiet := slog.New(slog.DiscardHandler)
	ours := newClients(b, admin.NewMetrics().Count(w.server), quiet, fields)
	if ours.status != status {
		b.Fatalf("answered with %d, not %d", ours.status, status)
	}
	size := strconv.Itoa(len(ours.body))
	bare := newClients(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusNotModified {
			w.WriteHeader(status)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", size)
		_, _ = w.Write(ours.body)
	}), quiet, fields)
	ours.turn(b)
	bare.turn(b)
	var shares, work, rates, allocs, floor []float64
	for b.Loop() {
		base, our := bare.turn(b), ours.turn(b)
		shares, work = append(shares, our.rate/base.rate), append(work, base.cpu/our.cpu)
		rates, allocs, floor = append(rates, our.rate), append(allocs, our.allocs), append(floor, base.allocs)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(shares), "of_bare")
	b.ReportMetric(median(work), "of_bare_by_cpu")
	b.ReportMetric(median(rates), "requests/s")
	b.ReportMetric(median(allocs), "allocs/request")
	b.ReportMetric(median(floor), "bare-allocs/request")
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// Clients ask a server for the same page again and again.
type clients struct {
	requests [][]byte // by turns
	asked    atomic.Int64
	conns    []net.Conn
	// status and body are those of the first answer; size is that of all of
	// it, and of every other.
	status, size int
	body         []byte
}

func newClients(b *testing.B, handler http.Handler, logger *slog.Logger, fields []string) *clients {
	b.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config = edge.HTTPServer(handler, logger)
	server.Listener = edge.LimitListener(server.Listener, 0)
	server.Start()
	b.Cleanup(server.Close)
	c := new(clients)
	for _, f := range fields {
		c.requests = append(c.requests, []byte("GET / HTTP/1.1\r\nHost: "+host+"\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n"+
			"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: en\r\n"+f+"\r\n"))
	}
	for range connections {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		c.conns = append(c.conns, conn)
	}
	if err := c.first(); err != nil {
		b.Fatal(err)
	}
	return c
}

// first asks for the answer that all others have to be like.
func (c *clients) first() error {
	if _, err := c.conns[0].Write(c.requests[0]); err != nil {
		return err
	}
	var all bytes.Buffer
	answer, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c.conns[0], &all)), nil)
	if err != nil {
		return err
	}
	c.body, err = io.ReadAll(answer.Body)
	c.status, c.size = answer.StatusCode, all.Len()
	return err
}

// A cost is that of a turn: how many requests were answered in a second, and
// for each the seconds of processors and the allocations, the clients' included.
type cost struct{ rate, cpu, allocs float64 }

// turn sends perTurn requests.
func (c *clients) turn(b *testing.B) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, began := cpuTime(b), time.Now()
	var all sync.WaitGroup
	for _, conn := range c.conns {
		all.Go(func() {
			if err := c.ask(conn, perTurn/connections); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	took, used := time.Since(began), cpuTime(b)-cpu
	runtime.ReadMemStats(&after)
	return cost{perTurn / took.Seconds(), used.Seconds() / perTurn, float64(after.Mallocs-before.Mallocs) / perTurn}
}

// cpuTime is what the process has used.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// ask sends so many requests over a connection, each after the answer to the
// one before.
func (c *clients) ask(conn net.Conn, count int) error {
	start := "HTTP/1.1 " + strconv.Itoa(c.status)
	answer := make([]byte, c.size)
	for range count {
		if _, err := conn.Write(c.requests[int(c.asked.Add(1))%len(c.requests)]); err != nil {
			return err
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			return err
		}
		if !bytes.HasPrefix(answer, []byte(start)) {
			return fmt.Errorf("another answer than the first: %.80q", answer)
		}
	}
	return nil
}
