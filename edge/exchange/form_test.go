package exchange_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/exchange"
)

// field says which fields the form of the tests has.
func field(name string) bool { return name == "lamp" || name == "known" }

// TestPosted sends a form that is good but for one thing.
func TestPosted(t *testing.T) {
	w := newTown(t)
	token := "token=" + w.token("lamps")
	x := func(n int) string { return strings.Repeat("x", n) }
	const big = 64 << 10
	for what, test := range map[string]struct {
		form   string
		fields []string // header fields
		want   string
	}{
		"good":                   {token + "&lamp=red", nil, "taken"},
		"empty value":            {token + "&lamp=", nil, "taken"},
		"known twice":            {token + "&known=a&known=b", nil, "taken"},
		"return":                 {token + "&return_to=//evil.example", nil, "taken"}, // for Redirect to refuse
		"charset":                {token, []string{"Content-Type: application/x-www-form-urlencoded; charset=UTF-8"}, "taken"},
		"from here":              {token, []string{"Origin: https://" + host, "Sec-Fetch-Site: same-origin"}, "taken"},
		"typed in":               {token, []string{"Sec-Fetch-Site: none"}, "taken"},
		"as large as may be":     {token + "&lamp=" + x(big-len(token)-6), nil, "taken"},
		"200 fields":             {token + strings.Repeat("&known=a", 199), nil, "taken"},
		"201 fields":             {token + strings.Repeat("&known=a", 200), nil, "Bad Request"},
		"one byte more":          {token + "&lamp=" + x(big-len(token)-5), nil, "Request Entity Too Large"},
		"other site":             {token, []string{"Sec-Fetch-Site: cross-site"}, "Forbidden"},
		"sibling":                {token, []string{"Sec-Fetch-Site: same-site"}, "Forbidden"},
		"sibling's origin":       {token, []string{"Origin: https://shop." + host}, "Forbidden"},
		"other port":             {token, []string{"Origin: https://" + host + ":8443"}, "Forbidden"},
		"null origin":            {token, []string{"Origin: null"}, "Forbidden"},
		"null, though from here": {token, []string{"Origin: null", "Sec-Fetch-Site: same-origin"}, "Forbidden"},
		"empty origin":           {token, []string{"Origin: "}, "Forbidden"},
		"origin of an app":       {token, []string{"Origin: chrome-extension://" + host}, "Forbidden"},
		"two origins":            {token, []string{"Origin: https://" + host, "Origin: https://evil.example"}, "Forbidden"},
		"two sites":              {token, []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"}, "Forbidden"},
		"no token":               {"lamp=red", nil, "Forbidden"},
		"nothing":                {"", nil, "Forbidden"},
		"empty token":            {"token=", nil, "Forbidden"},
		"forged token":           {"token=" + x(75), nil, "Forbidden"},
		"other form's token":     {"token=" + w.token("cables"), nil, "Forbidden"},
		"token twice":            {token + "&" + token, nil, "Bad Request"},
		"field twice":            {token + "&lamp=red&lamp=red", nil, "Bad Request"},
		"unknown field":          {token + "&cable=1", nil, "Bad Request"},
		"nameless field":         {token + "&=1", nil, "Bad Request"},
		"method":                 {token + "&_method=PUT", nil, "Bad Request"},
		"NUL":                    {token + "&lamp=%00", nil, "Bad Request"},
		"NUL in a name":          {token + "&lamp%00=", nil, "Bad Request"},
		"raw NUL":                {token + "&lamp=\x00", nil, "Bad Request"},
		"not UTF-8":              {token + "&lamp=%c3%28", nil, "Bad Request"},
		"half a surrogate":       {token + "&lamp=%ed%a0%80", nil, "Bad Request"},
		"wrong escape":           {token + "&lamp=%g0", nil, "Bad Request"},
		"semicolon":              {token + ";lamp=red", nil, "Bad Request"},
		"plain text":             {token, []string{"Content-Type: text/plain"}, "Unsupported Media Type"},
		"multipart":              {token, []string{"Content-Type: multipart/form-data; boundary=x"}, "Unsupported Media Type"},
		"JSON":                   {"{}", []string{"Content-Type: application/json"}, "Unsupported Media Type"},
		"no type":                {token, []string{"Content-Type: "}, "Unsupported Media Type"},
		"two types":              {token, []string{"Content-Type: application/x-www-form-urlencoded", "Content-Type: text/plain"}, "Unsupported Media Type"},
		"other charset":          {token, []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-7"}, "Unsupported Media Type"},
		"packed":                 {token, []string{"Content-Encoding: gzip"}, "Unsupported Media Type"},
		"packed by no name":      {token, []string{"Content-Encoding: identity"}, "Unsupported Media Type"},
	} {
		x, _ := w.begin("POST", test.form)
		for _, f := range test.fields {
			name, _, _ := strings.Cut(f, ": ")
			x.Request.Header.Del(name)
		}
		for _, f := range test.fields {
			name, value, _ := strings.Cut(f, ": ")
			x.Request.Header.Add(name, value)
		}
		form, nonce, err := x.Posted("lamps", field)
		if got := kindOf(err); got != test.want {
			t.Errorf("%s: %s, want %s (%v)", what, got, test.want, err)
		}
		if taken := err == nil; taken != form.Has("token") || taken == (nonce == [16]byte{}) {
			t.Errorf("%s: %s, yet the form is %v", what, kindOf(err), form)
		}
		if err != nil && (strings.Contains(err.Error(), "red") || strings.Contains(err.Error(), "lamp=")) {
			t.Errorf("%s: the error repeats what was sent: %v", what, err)
		}
	}
}

func TestPostedWithoutLengthOrEnd(t *testing.T) {
	w := newTown(t)
	form := "token=" + w.token("lamps")
	for want, spoil := range map[string]func(*http.Request){
		"Length Required":                 func(r *http.Request) { r.ContentLength = -1 },
		"Bad Request":                     func(r *http.Request) { r.ContentLength++ },
		"Request Entity Too Large":        func(r *http.Request) { r.ContentLength = 1 << 40 },
		"Request Header Fields Too Large": func(r *http.Request) { r.Header.Add("Cookie", strings.Repeat("a;", 3200)) },
	} {
		x, _ := w.begin("POST", form)
		spoil(x.Request)
		if _, _, err := x.Posted("lamps", field); kindOf(err) != want {
			t.Errorf("%s, want %s", kindOf(err), want)
		}
	}
	x, _ := w.begin("POST", form)
	x.Request.TransferEncoding = []string{"chunked"}
	if _, _, err := x.Posted("lamps", field); kindOf(err) != "Length Required" {
		t.Errorf("chunked: %s", kindOf(err))
	}
}

// Only a form that was read to its end lets another request follow.
func TestPostedEndsTheConnectionWhereItDidNotRead(t *testing.T) {
	w := newTown(t)
	form := "token=" + w.token("lamps")
	for _, test := range []struct {
		body, origin string
		length       int64
		ends         bool
	}{
		{form, "https://" + host, int64(len(form)), false},
		{form + "GET / HTTP/1.1", "https://" + host, int64(len(form)), true},
		{form, "null", int64(len(form)), true},
	} {
		r := httptest.NewRequest("POST", "https://"+host+"/", io.NopCloser(strings.NewReader(test.body)))
		r.ContentLength = test.length
		r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {test.origin}, "Cookie": {"__Host-form=" + w.cookies["__Host-form"]}}
		rec := httptest.NewRecorder()
		rec.Header().Set("Connection", "close")
		_, _, _ = w.world.Begin(rec, r, &w.world.Catalog.Sites[0], w.now).Posted("lamps", field)
		if got := rec.Header().Get("Connection") == "close"; got != test.ends {
			t.Errorf("%q from %s ends the connection: %v", test.body, test.origin, got)
		}
	}
}

func TestTokens(t *testing.T) {
	w := newTown(t)
	form := url.Values{"token": {w.token("lamps")}}.Encode()
	x, _ := w.begin("POST", form)
	_, first, err := x.Posted("lamps", field)
	w.must(err)
	x, _ = w.begin("POST", form)
	if _, second, err := x.Posted("lamps", field); err != nil || first != second {
		t.Errorf("a form sent twice has two nonces: %v", err)
	}
	thief := newTown(t)
	thief.world, thief.cookies = w.world, map[string]string{}
	thief.token("lamps")
	x, _ = thief.begin("POST", form)
	if _, _, err := x.Posted("lamps", field); kindOf(err) != "Forbidden" {
		t.Errorf("in another browser: %s", kindOf(err))
	}
	w.now = w.now.Add(30 * 24 * time.Hour)
	x, _ = w.begin("POST", form)
	if _, _, err := x.Posted("lamps", field); kindOf(err) != "Forbidden" || !strings.Contains(exchange.Explain(err).Words(), "open for too long") {
		t.Errorf("a month later: %v", err)
	}
	x, rec := w.begin("GET", "", "Cookie: "+strings.Repeat("a;", 3200))
	if _, err := x.Token("lamps"); kindOf(err) != "Request Header Fields Too Large" || rec.Header()["Set-Cookie"] != nil {
		t.Errorf("a flood: %v %v", err, rec.Header())
	}
	var e *exchange.Error
	if !errors.As(exchange.Explain(errors.New("x")), &e) || e.Kind != exchange.Failed {
		t.Error("what has no kind is not a fault of the server")
	}
}
