package exchange_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"indigex.com/indigex/edge/exchange"
)

func TestLocal(t *testing.T) {
	for address, want := range map[string]bool{
		"/": true, "/privacy/": true, "/privacy/?a=b#c": true, "/a/b.html": true, "/%C3%A9/": true,
		"": false, "a": false, "//": false, "//?x": false, "//#x": false, "//x": false, "/\\x": false, "\\x": false, "/\tx": false, "/%09/x": false, "/%0d%0aX:": false, "/%5cx": false, "/%2f%2fx": false,
		"https:x": false, "https://x": false, "javascript:alert(1)": false, "/a/../b": false, "/./": false, "/a//b": false, "/ x": false, "/é": false, "/%zz": false, "/\x7f": false,
	} {
		if got := exchange.Local(address); got != want {
			t.Errorf("%q is local: %v", address, got)
		}
	}
}

// FuzzLocal reads addresses as browsers do, which leave out some characters and
// take others for a slash (WHATWG URL, section 4.4): what is local leads to the
// host where it was found.
func FuzzLocal(f *testing.F) {
	for _, address := range []string{"/", "//", "//?x", "//x", `/\x`, "/\t/x", "/%2f/x", "https:x", "/a/..//x", "/a?b=//c#/d", "/@x:1"} {
		f.Add(address)
	}
	browser := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/")
	f.Fuzz(func(t *testing.T, address string) {
		if !exchange.Local(address) {
			return
		}
		read := browser.Replace(strings.TrimFunc(address, func(c rune) bool { return c <= ' ' }))
		page := &url.URL{Scheme: "https", Host: host, Path: "/preferences"}
		to, err := page.Parse(read)
		if err != nil || to.Host != host || to.Scheme != "https" || to.User != nil || !strings.HasPrefix(read, "/") || strings.HasPrefix(read, "//") {
			t.Errorf("%q leads to %v: %v", address, to, err)
		}
		if strings.ContainsAny(address, "\r\n\x00") {
			t.Errorf("%q ends the line of a header", address)
		}
	})
}

func TestRedirectsLeadNowhereElse(t *testing.T) {
	for path, want := range map[string]string{"/privacy/?a=b": "/privacy/?a=b", "//evil.example": "/", "https://evil.example": "/", "": "/", "/a\r\nX: y": "/"} {
		rec := httptest.NewRecorder()
		x := exchange.Exchange{Writer: rec, Request: httptest.NewRequest("POST", "/", nil)}
		x.Redirect(http.StatusSeeOther, path)
		if got := rec.Header().Get("Location"); got != want || rec.Code != 303 || rec.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%q: %d to %q", path, rec.Code, got)
		}
	}
}

func TestAnswersAreForTheAskerAlone(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		rec := httptest.NewRecorder()
		x := exchange.Exchange{Writer: rec, Request: httptest.NewRequest(method, "/", nil)}
		if err := x.JSON(http.StatusOK, map[string]string{"a": "<b>"}); err != nil {
			t.Fatal(err)
		}
		h := rec.Header()
		if h.Get("Cache-Control") != "private, no-store" || h.Get("Content-Length") == "0" || (rec.Body.Len() == 0) != (method == "HEAD") {
			t.Errorf("%s: %v, %d bytes", method, h, rec.Body.Len())
		}
	}
	if err := new(exchange.Exchange).JSON(http.StatusOK, make(chan int)); err == nil {
		t.Error("a value that has no JSON is sent")
	}
}
