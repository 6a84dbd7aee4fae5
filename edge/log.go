package edge

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// An answer is a ResponseWriter that remembers for the log what was sent.
type answer struct {
	http.ResponseWriter
	number uint64 // see reference
	path   string
	began  time.Time
	conn   *joining // nil for one of another listener
	status int
	bytes  int64
	// cause is why the answer is a 5xx; nil otherwise.
	cause error
	// event names what was done, where that is more than serving a file.
	event string
}

func newAnswer(w http.ResponseWriter, r *http.Request) *answer {
	conn, _ := r.Context().Value(connection{}).(*joining)
	return &answer{
		conn:           conn,
		ResponseWriter: w,
		number:         rand.Uint64() | 1<<63,
		path:           r.URL.Path,
		began:          time.Now(),
	}
}

// reference names the request in the log and on pages for a 5xx.
func (a *answer) reference() string { return strconv.FormatUint(a.number, 16) }

func (a *answer) WriteHeader(status int) {
	// 1xx come before the status that counts.
	if a.status == 0 && status >= 200 {
		a.status = status
		if isDrawing(a.Header(), a.path, status) {
			a.Header().Set("Content-Security-Policy", drawingPolicy)
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	did, n, err := a.writeWhole(p)
	if !did {
		n, err = a.ResponseWriter.Write(p)
	}
	a.bytes += int64(n)
	return n, err
}

// ReadFrom lets the operating system copy large files, as io.Copy would
// without this writer between.
func (a *answer) ReadFrom(from io.Reader) (int64, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	n, err := io.Copy(a.ResponseWriter, from)
	a.bytes += n
	return n, err
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// log writes the one line of a request. The query stays out, for people put
// names and addresses into it.
func (s *Server) log(a *answer, r *http.Request) {
	level := slog.LevelInfo
	if a.status >= 500 {
		level = slog.LevelError
	}
	if !s.cfg.Logger.Enabled(r.Context(), level) {
		return
	}
	name := event(a.status)
	if a.event != "" && a.status >= 200 && a.status < 400 {
		name = a.event
	}
	// Without the place in the program that logs, which is always this one,
	// and takes longer to find than the line to write.
	took := time.Since(a.began)
	line := slog.NewRecord(a.began.Add(took), level, "request", 0)
	line.AddAttrs(
		slog.String("event", name),
		slog.String("id", a.reference()),
		slog.String("method", short(r.Method)),
		slog.String("host", short(r.Host)),
		slog.String("path", short(place(r.URL.Path))),
		slog.Int("status", a.status),
		slog.Int64("bytes", a.bytes),
		slog.Duration("duration", took),
		slog.String("from", truncated(client(r, s.cfg.TrustedProxies))),
	)
	if a.cause != nil {
		line.AddAttrs(slog.String("cause", a.cause.Error()))
	}
	_ = s.cfg.Logger.Handler().Handle(r.Context(), line)
}

// event names what happened, for whoever counts lines of a log.
func event(status int) string {
	switch {
	case status == 0:
		return "aborted"
	case status == http.StatusMisdirectedRequest:
		return "host refused"
	case status == http.StatusMethodNotAllowed:
		return "method refused"
	case status == http.StatusNotFound:
		return "not found"
	case status >= 500:
		return "failed"
	case status >= 400:
		return "request refused"
	case status >= 300 && status != http.StatusNotModified:
		return "redirected"
	default:
		return "served"
	}
}

// place is the path of an address, without the rest where that is one person's:
// it would lead from the log to them, or open what is theirs.
func place(path string) string {
	for _, prefix := range [...]string{"/preferences/receipts/", "/unsubscribe/", "/confirm/", "/complaints/"} {
		if strings.HasPrefix(path, prefix) {
			return prefix
		}
	}
	// Programs mangle links: what could be a token is left out wherever it is.
	shown := path
	for segment := range strings.SplitSeq(path, "/") {
		if secret(segment) {
			shown = strings.ReplaceAll(shown, segment, "…")
		}
	}
	return shown
}

// secret says whether a segment of a path could be a token: long, in base64, and
// no word.
func secret(s string) bool {
	return len(s) >= 22 && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && strings.ContainsAny(s, "0123456789_") &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// short keeps a client from filling the log with one request.
func short(s string) string {
	const limit = 200
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}

// client is the address of whoever sent a request, with a port: that of the
// connection, or where it is a trusted proxy's, the right-most one in
// X-Forwarded-For that isn't, with the port 0.
func client(r *http.Request, trusted []netip.Prefix) string {
	from := r.RemoteAddr
	if len(trusted) == 0 {
		return from
	}
	hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0 && within(trusted, from); i-- {
		address, err := netip.ParseAddr(strings.Trim(hops[i], " \t"))
		if err != nil {
			break
		}
		from = netip.AddrPortFrom(address, 0).String()
	}
	return from
}

// truncated is the network of a client's address: the first 24 bits of an
// IPv4 address, the first 48 of an IPv6 one, as privacy authorities advise.
func truncated(remote string) string {
	a, err := netip.ParseAddrPort(remote)
	if err != nil {
		return "unknown"
	}
	address, bits := a.Addr().Unmap().WithZone(""), 48
	if address.Is4() {
		bits = 24
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return network.String()
}
