package edge

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	w := newWorld(t, false)
	w.ask("GET /nothing?email=jane@example.org HTTP/1.1\nHost: lanterns.example\nCookie: secret=1\nAuthorization: secret\nReferer: http://secret/")
	var line map[string]any
	w.must(json.Unmarshal(w.log.Bytes(), &line)) // and so exactly one line
	for name, want := range map[string]any{
		"msg": "request", "event": "not found", "method": "GET", "host": "lanterns.example", "path": "/nothing", "status": 404.0, "bytes": 22.0, "from": "203.0.113.0/24",
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if id, _ := line["id"].(string); len(id) != 16 {
		t.Errorf("id is %v", line["id"])
	}
	if _, ok := line["duration"]; !ok {
		t.Error("there is no duration")
	}
	for _, private := range []string{"jane", "secret", "203.0.113.77"} {
		if strings.Contains(w.log.String(), private) {
			t.Errorf("%q is in the log: %s", private, w.log)
		}
	}
}

func TestTruncatedAddresses(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.77:1": "203.0.113.0/24", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1::/48", "[::ffff:203.0.113.77]:1": "203.0.113.0/24",
		"[fe80::1%eth0]:1": "fe80::/48", "@": "unknown", "": "unknown",
	} {
		if got := truncated(remote); got != want {
			t.Errorf("%q becomes %q, want %q", remote, got, want)
		}
	}
}

func TestComplaintsOfTheServerHideAddresses(t *testing.T) {
	var out bytes.Buffer
	s := HTTPServer(nil, slog.New(slog.NewTextHandler(&out, nil)))
	s.ErrorLog.Printf("http: TLS handshake error from 203.0.113.77:40000: EOF")
	s.ErrorLog.Printf("http: response to [2001:db8:1:2::5]:40000 failed")
	got := out.String()
	if strings.Contains(got, "113.77") || strings.Contains(got, "1:2::5") || !strings.Contains(got, "from 203.0.113.0/24: EOF") || !strings.Contains(got, "2001:db8:1::/48") {
		t.Errorf("log:\n%s", got)
	}
}
