package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFaults opens a page on which everything is wrong: a journey that saw
// none of it would prove nothing.
func TestFaults(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "script-src 'self'")
			w.Write([]byte(`<!doctype html><title>Wrong</title><script src="/wrong.js"></script>
<script>document.title = "inline"</script><img src="/missing.png" alt=""><img src="http://` + r.Context().Value(http.LocalAddrContextKey).(interface{ String() string }).String() + `/elsewhere.png" alt="">`))
		case "/wrong.js":
			w.Header().Set("Content-Type", "text/javascript")
			w.Write([]byte(`console.error("shouted"); missing()`))
		case "/favicon.ico":
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	b := newTab(t)
	origin := strings.Replace(server.URL, "127.0.0.1", "wrong.localhost", 1)
	b.expect(origin + "/quiet.png")
	b.open(origin + "/")
	for _, want := range []string{"console.error: shouted", "missing is not defined", "Content Security Policy", "status 404", "another host"} {
		eventually(t, "the fault "+want, func() (bool, any) {
			for _, f := range b.found() {
				if strings.Contains(f.text, want) {
					return true, nil
				}
			}
			return false, b.found()
		})
	}
}
