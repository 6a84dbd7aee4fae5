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

// loopbackOnly refuses requests that name another host, or come from a page of
// one.
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
		// A page of another site could have this machine's browser ask, too,
		// and cost time without seeing the answer.
		if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "none" && from != "same-origin" {
			private(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				problem(w, http.StatusForbidden, "The request comes from a page of another site.")
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
