package edge_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge"
)

// A wire is a server as the program runs it.
type wire struct {
	*town
	server *httptest.Server
}

func (w *town) wire() *wire {
	server := httptest.NewUnstartedServer(nil)
	server.Config = edge.HTTPServer(w.server, nil)
	server.Listener = edge.LimitListener(server.Listener, 0)
	server.Start()
	w.Cleanup(server.Close)
	return &wire{w, server}
}

// send sends bytes on a connection of their own, with line ends as they are on
// the wire, and returns all answers until the server ends it.
func (w *wire) send(raw string) (answers []*http.Response) {
	w.Helper()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	w.must(err)
	defer conn.Close()
	w.must(conn.SetDeadline(time.Now().Add(10 * time.Second)))
	// A server that has answered already may not take the rest.
	_, _ = io.WriteString(conn, raw)
	from := bufio.NewReader(conn)
	for {
		r, err := http.ReadResponse(from, nil)
		if err != nil {
			return answers
		}
		body, err := io.ReadAll(r.Body)
		w.must(err)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answers = append(answers, r)
	}
}

// post is a form as a browser sends it, with header fields in place of the
// usual ones for its body where there are any.
func (v *visitor) post(path, form string, fields ...string) string {
	var raw strings.Builder
	fmt.Fprintf(&raw, "POST %s HTTP/1.1\r\nHost: %s\r\n", path, host)
	for name, value := range v.cookies {
		fmt.Fprintf(&raw, "Cookie: %s=%s\r\n", name, value)
	}
	if len(fields) == 0 {
		fields = []string{"Content-Type: application/x-www-form-urlencoded", fmt.Sprint("Content-Length: ", len(form)), "Connection: close"}
	}
	raw.WriteString(strings.Join(fields, "\r\n") + "\r\n\r\n" + form)
	return raw.String()
}

// What stands in a body, or behind one that is refused, is never served as
// another request.
func TestInputSmuggledRequestsAreNotServed(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	hidden := v.post("/preferences", form.Encode())
	const kind = "Content-Type: application/x-www-form-urlencoded"
	net := w.wire()
	for what, test := range map[string]struct {
		fields []string
		status int
		bare   bool // answered by net/http, which knows no security headers
	}{
		"chunked":              {[]string{kind, "Transfer-Encoding: chunked"}, 411, false},
		"chunked, with length": {[]string{kind, "Content-Length: 5", "Transfer-Encoding: chunked"}, 411, false},
		"chunked, other case":  {[]string{kind, "Transfer-Encoding: CHUNKED"}, 411, false},
		"of another coding":    {[]string{kind, "Transfer-Encoding: xchunked"}, 501, true},
		"chunked twice":        {[]string{kind, "Transfer-Encoding: chunked, chunked"}, 501, true},
		"space before a colon": {[]string{kind, "Transfer-Encoding : chunked"}, 400, true},
		"two lengths":          {[]string{kind, "Content-Length: 5", "Content-Length: 6"}, 400, true},
		"length with a sign":   {[]string{kind, "Content-Length: +5"}, 400, true},
		"packed":               {[]string{kind, "Content-Encoding: gzip", "Content-Length: 5"}, 415, false},
		"too large":            {[]string{kind, "Content-Length: 1000000"}, 413, false},
		"plain text":           {[]string{"Content-Type: text/plain", "Content-Length: 5"}, 415, false},
		"of a sibling":         {[]string{kind, "Content-Length: 5", "Origin: https://shop." + host}, 403, false},
		"of another host":      {[]string{kind, "Content-Length: 5", "X-Forwarded-Host: evil.example"}, 421, false},
		"of odd expectations":  {[]string{kind, "Content-Length: 0", "Expect: nothing"}, 417, true},
		"large header":         {[]string{kind, "Content-Length: 5", "X: " + strings.Repeat("x", 17<<10)}, 431, false},
	} {
		answers := net.send(v.post("/preferences", "0\r\n\r\n"+hidden, test.fields...))
		if len(answers) != 1 {
			t.Errorf("%s: %d answers", what, len(answers))
			continue
		}
		r := answers[0]
		if secure := r.Header.Get("Content-Security-Policy") != ""; r.StatusCode != test.status || !r.Close || secure == test.bare || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, want %d: %v", what, r.StatusCode, test.status, r.Header)
		}
	}
	if n := v.receipts(); n != 0 {
		t.Fatalf("%d receipts of hidden requests", n)
	}
	if answers := net.send(hidden); len(answers) != 1 || answers[0].StatusCode != 303 || v.receipts() != 1 {
		t.Error("the hidden request is none that would be taken")
	}
}

// A form with a cookie, but without a token, is refused however little is
// known of where it comes from.
func TestCrossSiteNeitherHeaderNorToken(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	token := form.Get("token")
	form.Del("token")
	net := w.wire()
	for path, form := range map[string]string{"/preferences": form.Encode(), "/notices": "known=privacy@1"} {
		if r := net.send(v.post(path, form)); len(r) != 1 || r[0].StatusCode != 403 || r[0].Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, r)
		}
	}
	// Nor is one with a token that came without the cookie it is bound to.
	form.Set("token", token)
	delete(v.cookies, "__Host-form")
	if r := net.send(v.post("/preferences", form.Encode())); len(r) != 1 || r[0].StatusCode != 403 {
		t.Errorf("without the form's cookie: %v", r)
	}
	if v.receipts() != 0 {
		t.Error("something was stored")
	}
}

// A flood of cookies stores nothing and takes nobody's identity away.
func TestCookiesFloodedForm(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	net := w.wire()
	for _, path := range []string{"/preferences", "/notices"} {
		raw := v.post(path, form.Encode())
		raw = strings.Replace(raw, "Cookie: ", "Cookie: "+strings.Repeat("a;", 3100), 1)
		if r := net.send(raw); len(r) != 1 || r[0].StatusCode != 431 || r[0].Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, r)
		}
	}
	if v.receipts() != 0 {
		t.Error("something was stored")
	}
}

// A cookie that only another host may set, or of another spelling, is nobody's.
func TestCookiesByTheirExactNames(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	for _, name := range []string{"__host-form", "__HOST-form", "Host-form", "form", "__Secure-form", "__Host-form\u00a0"} {
		other := &visitor{w, map[string]string{"__Secure-code": v.cookies["__Secure-code"]}}
		r := other.ask("POST", "/preferences", form.Encode(), "Cookie: "+name+"="+v.cookies["__Host-form"])
		if r.StatusCode != 403 {
			t.Errorf("%q: %d", name, r.StatusCode)
		}
	}
}

// An identity under a key that is gone, or of tomorrow, is a new visitor's:
// told nothing, and with none of the other's answers.
func TestCookiesOfOldKeysAndOfTheFuture(t *testing.T) {
	w := newTown(t, 3)
	for what, value := range map[string]string{"another key": newTown(t, 3).issued(w.now), "of tomorrow": w.issued(w.now.AddDate(0, 0, 2)), "two years old": w.issued(w.now.AddDate(-2, 0, 0))} {
		v := &visitor{w, map[string]string{"__Secure-code": value}}
		if got := v.told(); got != "" || v.cookies["__Secure-code"] == value {
			t.Errorf("%s: told %q, or no new identity", what, got)
		}
		form := v.hidden("/preferences")
		form.Set("choice.letters", "granted")
		v.cookies["__Secure-code"] = value
		if r := v.ask("POST", "/preferences", form.Encode()); r.StatusCode != 303 || v.cookies["__Secure-code"] == value || v.receipts() != 1 {
			t.Errorf("%s: a form is %d, of the old identity: %v", what, r.StatusCode, v.cookies["__Secure-code"] == value)
		}
	}
}

// issued is the cookie of a visitor who came first at a time.
func (w *town) issued(at time.Time) string {
	w.Helper()
	now := w.now
	w.now = at
	v := w.visitor()
	v.told()
	w.now = now
	return v.cookies["__Secure-code"]
}

// Other names for this server reach nothing that is a person's.
func TestHostsThatAreNotListed(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	net := w.wire()
	good := v.post("/preferences", form.Encode())
	for what, raw := range map[string]string{
		"Host":             strings.Replace(good, "Host: "+host, "Host: evil.example", 1),
		"sibling":          strings.Replace(good, "Host: ", "Host: shop.", 1),
		"dot":              strings.Replace(good, "Host: "+host, "Host: "+host+".", 1),
		"forwarded":        strings.Replace(good, "Host: "+host, "Host: "+host+"\r\nX-Forwarded-Host: evil.example", 1),
		"absolute address": strings.Replace(good, "POST /", "POST https://evil.example/", 1),
		"absolute GET":     "GET http://evil.example/preferences HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
	} {
		r := net.send(raw)
		if len(r) != 1 || r[0].StatusCode != 421 || r[0].Header.Get("Set-Cookie") != "" || r[0].Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", what, r)
		} else if page := v.text(r[0]); strings.Contains(page, "evil") || strings.Contains(page, host) {
			t.Errorf("%s: %s", what, page)
		}
	}
	if v.receipts() != 0 {
		t.Error("something was stored")
	}
}

// The log tells of each request once, with the network it came from alone.
func TestPrivacyTruncatedAddressesInTheLog(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	v.told()
	form.Set("choice.letters", "granted")
	w.log.Reset()
	net := w.wire()
	raw := strings.Replace(v.post("/preferences", form.Encode()), "Cookie", "X-Forwarded-For: 203.0.113.77, 2001:db8::77\r\nForwarded: for=203.0.113.77\r\nUser-Agent: anna\r\nCookie", 1)
	answers := net.send(raw)
	if len(answers) != 1 || answers[0].StatusCode != 303 {
		t.Fatal(answers)
	}
	net.server.Close()
	log := w.log.String()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"from":"127.0.0.0/24"`) || !strings.Contains(log, `"event":"preferences posted"`) || !strings.Contains(log, `"id":"`) {
		t.Errorf("the log is %s", log)
	}
	for _, private := range []string{"127.0.0.1", "203.0.113", "2001:db8", "anna", "letters", form.Get("token"), form.Get("offer"), v.cookies["__Secure-code"], v.cookies["__Host-form"]} {
		if strings.Contains(log, private) {
			t.Errorf("the log has %q: %s", private, log)
		}
	}
}

// A receipt's name leads from a line of the log to a person.
func TestPrivacyNoReceiptsInTheLog(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	receipt, _, _ := strings.Cut(v.ask("POST", "/preferences", form.Encode()).Header.Get("Location"), "?")
	for _, path := range []string{receipt, receipt + ".json"} {
		if r := v.ask("GET", path, ""); r.StatusCode != 200 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if log := w.log.String(); strings.Contains(log, strings.TrimPrefix(receipt, "/preferences/receipts/")) || !strings.Contains(log, `"path":"/preferences/receipts/"`) {
		t.Errorf("the log is %s", log)
	}
}

// Addresses that come back in a page are text there.
func TestOutputAddressesAreEscaped(t *testing.T) {
	v := notified(t)
	const evil = `/?q="><script>alert(1)</script>`
	for what, page := range map[string]string{
		"banner":   v.text(v.ask("GET", evil, "")),
		"fragment": v.text(v.ask("GET", "/notices/fragment", "", "Referer: https://"+host+evil)),
		"nothing":  v.text(v.ask("GET", `/"><script>alert(1)</script>`, "")),
		"receipt":  v.text(v.ask("GET", `/preferences/receipts/"><script>alert(1)</script>`, "")),
		"history":  v.text(v.ask("GET", `/preferences/history?before="><script>alert(1)</script>`, "")),
	} {
		if strings.Contains(page, "<script>alert") || what == "banner" && !strings.Contains(page, "from 1 to 2") {
			t.Errorf("%s: %s", what, page)
		}
	}
}

// A form that was made before a new version shows the words that hold now.
func TestConsentOfSupersededVersion(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	form := v.hidden("/preferences")
	form.Set("choice.letters", "granted")
	w.publish(2)
	w.must(w.server.Reload())
	for what, r := range map[string]*http.Response{
		"superseded": v.ask("POST", "/preferences", form.Encode()),
		"invented":   v.ask("POST", "/preferences", strings.Replace(form.Encode(), "offer=", "offer=x", 1)),
	} {
		if page := v.text(r); r.StatusCode != 409 || !strings.Contains(page, "Write to me.") || !strings.Contains(page, "Nothing was saved") || r.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d %s", what, r.StatusCode, page)
		}
	}
	if v.receipts() != 0 {
		t.Error("something was stored")
	}
}

// Slow clients are cut off.
func TestInputSlowClients(t *testing.T) {
	s := edge.HTTPServer(nil, nil)
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 15*time.Second || s.WriteTimeout != 30*time.Second || s.IdleTimeout != time.Minute || s.MaxHeaderBytes != 16<<10 {
		t.Errorf("%v %v %v %v, headers of %d bytes", s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout, s.MaxHeaderBytes)
	}
}
