package admin

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Listen listens on an address of loopback, such as 127.0.0.1:9090 or
// localhost:9090, and refuses any other before it is open.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("admin address %q: is not of the form 127.0.0.1:9090", addr)
	}
	if !loopback(host) {
		return nil, fmt.Errorf("admin address %s: other machines could reach it: take one of 127.0.0.1, [::1] or localhost", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("admin address %s: %w", addr, err)
	}
	// A hosts file may have localhost be anything.
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("admin address %s: is not loopback on this machine", addr), l.Close())
	}
	return l, nil
}

// loopback says whether a host is this machine by its very name or number.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.Unmap().IsLoopback()
}

// loopbackOnly refuses requests that name another host.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(r.Host); err == nil {
			host = name
		}
		if !loopback(host) {
			private(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				problem(w, http.StatusMisdirectedRequest, "The Host of the request is not a name of this machine's own.")
			})).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// private keeps answers out of caches, frames and other origins.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// keyed lets those pass who have the bearer key (RFC 6750).
func (h *handler) keyed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, err := bearer(r)
		if err != nil || !h.cfg.Key.opens(given) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="edge"`)
			problem(w, http.StatusUnauthorized, "The request needs the header Authorization: Bearer KEY, with the key of the file that --admin-key names.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errNoKey = errors.New("no bearer key")

func bearer(r *http.Request) (string, error) {
	fields := r.Header.Values("Authorization")
	if len(fields) != 1 {
		return "", errNoKey
	}
	scheme, key, found := strings.Cut(fields[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", errNoKey
	}
	return strings.TrimSpace(key), nil
}

// getOnly answers 405 to what would change something, of which there is none.
func getOnly(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			problem(w, http.StatusMethodNotAllowed, "The address is only to be read.")
			return
		}
		next(w, r)
	}
}
