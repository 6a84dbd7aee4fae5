package edge

import (
	"strings"
	"testing"
)

func TestSecurityHeadersOnEveryStatus(t *testing.T) {
	w := newWorld(t, false)
	tag := w.get(apex, "/").Header.Get("Etag")
	for request, status := range map[string]int{
		"GET / HTTP/1.1\nHost: lanterns.example":                                              200,
		"GET / HTTP/1.1\nHost: lanterns.example\nRange: bytes=0-0":                            206,
		"GET / HTTP/1.1\nHost: lanterns.example\nIf-None-Match: " + tag:                       304,
		"GET /index.html HTTP/1.1\nHost: lanterns.example":                                    301,
		"GET /a%00 HTTP/1.1\nHost: lanterns.example":                                          400,
		"GET /nothing HTTP/1.1\nHost: lanterns.example":                                       404,
		"DELETE / HTTP/1.1\nHost: lanterns.example":                                           405,
		"OPTIONS * HTTP/1.1\nHost: lanterns.example":                                          405,
		"POST / HTTP/1.1\nHost: lanterns.example\nTransfer-Encoding: chunked":                 411,
		"GET / HTTP/1.1\nHost: lanterns.example\nIf-Match: \"x\"":                             412,
		"GET / HTTP/1.1\nHost: lanterns.example\nRange: bytes=99-":                            416,
		"GET / HTTP/1.1\nHost: evil.example":                                                  421,
		"GET / HTTP/1.1\nHost: lanterns.example\nCookie: a=" + strings.Repeat("x", 17<<10):    431,
		"GET /?" + strings.Repeat("x", 17<<10) + " HTTP/1.1\nHost: lanterns.example":          431,
		"GET / HTTP/1.1\nHost: lanterns.example" + strings.Repeat("\nA: 1234567890", 1200):    431,
		"GET / HTTP/1.1\nHost: kiosk.lanterns.localhost\nCookie: " + strings.Repeat("x", 900): 200,
	} {
		r := w.ask(request)
		h := r.Header
		if r.StatusCode != status {
			t.Errorf("%.60q: %d, want %d", request, r.StatusCode, status)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": permissions,
		} {
			if h.Get(name) != want {
				t.Errorf("%d has %s %q", status, name, h.Get(name))
			}
		}
		if status >= 400 && status != 404 && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%d has Cache-Control %q", status, h.Get("Cache-Control"))
		}
		if h.Get("Set-Cookie") != "" {
			t.Errorf("%d sets a cookie", status)
		}
	}
	if strings.Contains(contentPolicy, "unsafe") || !strings.Contains(contentPolicy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", contentPolicy)
	}
}

func TestDrawingsAreSandboxed(t *testing.T) {
	w := newWorld(t, false)
	r := w.get(apex, "/drawing.svg")
	if got := r.Header.Get("Content-Security-Policy"); got != "default-src 'none'; sandbox" {
		t.Errorf("policy %q", got)
	}
	r = w.ask("GET /drawing.svg HTTP/1.1\nHost: " + apex + "\nIf-None-Match: " + r.Header.Get("Etag"))
	if got := r.Header.Get("Content-Security-Policy"); r.StatusCode != 304 || got != "default-src 'none'; sandbox" {
		t.Errorf("%d would loosen the cached policy to %q", r.StatusCode, got)
	}
	if got := w.get(apex, "/nothing.svg").Header.Get("Content-Security-Policy"); got != contentPolicy {
		t.Errorf("the 404 page has policy %q", got)
	}
}

func TestTransportSecurityOnHTTPSAlone(t *testing.T) {
	w := newWorld(t, false)
	for host, want := range map[string]string{apex: transport, kiosk: "", "evil.example": ""} {
		if got := w.get(host, "/nothing").Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
}
