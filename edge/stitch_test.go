package edge_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/templates/stitch"
)

// page writes another home page, packed too, and returns its two halves.
func (w *town) page(before, behind string) {
	w.Helper()
	text := before + stitch.Marker + behind
	packed, err := stitch.Pack([]byte(text), len(before)+len(stitch.Marker), 6)
	w.must(err)
	w.write(host+"/index.html.gz", string(packed))
	w.write(host+"/index.html", text)
	w.must(w.server.Reload())
}

// A stitched page, unpacked, is its first half, the notice, and its second
// half, whatever the page's size, and for every way of asking.
func TestStitchedIsFirstHalfNoticeSecondHalf(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "é", "<p>", "lantern ", "\n", "0123456789"}), 0, 300)
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SampledFrom([]int{1, 1, 1, 40, 3000}).Draw(t, "times")
		before := "<main>" + strings.Repeat(strings.Join(text.Draw(t, "before"), ""), times)
		behind := strings.Repeat(strings.Join(text.Draw(t, "behind"), ""), times) + "</main>"
		w.page(before, behind)
		fields := rapid.SliceOfDistinct(rapid.SampledFrom([]string{
			"Accept-Encoding: gzip", "Accept-Encoding: br", "Accept-Encoding: gzip;q=0, identity", "Range: bytes=0-9", "If-None-Match: *", `If-Range: "x"`,
			"If-Modified-Since: Mon, 01 Jan 2035 00:00:00 GMT",
		}), rapid.ID).Draw(t, "fields")
		r := v.ask("GET", "/", "", fields...)
		got := v.text(r)
		notice, ok := strings.CutPrefix(got, before+stitch.Marker)
		notice, ok2 := strings.CutSuffix(notice, behind)
		if r.StatusCode != 200 || !ok || !ok2 || !strings.HasPrefix(notice, "<aside") || !strings.Contains(notice, "from 1 to 2") {
			t.Fatalf("%v: %d with %d bytes of a page of %d and %d", fields, r.StatusCode, len(got), len(before), len(behind))
		}
		head := v.ask("HEAD", "/", "", fields...)
		if head.StatusCode != 200 || head.Header.Get("Content-Encoding") != r.Header.Get("Content-Encoding") || v.length(head) == 0 {
			t.Fatalf("HEAD: %d %v", head.StatusCode, head.Header)
		}
	})
}

// length is how long an answer says that it is.
func (v *visitor) length(r *http.Response) int64 {
	v.Helper()
	if r.Header.Get("Cache-Control") != "private, no-store" || r.Header.Get("Etag") != "" || r.Header.Get("Accept-Ranges") != "" {
		v.Errorf("a private answer goes out with %v", r.Header)
	}
	return r.ContentLength
}

// A page that is too large to be kept in memory has the notice in it, too.
func TestStitchedLargePages(t *testing.T) {
	w := newTown(t, 1)
	v := w.visitor()
	v.told()
	w.publish(2)
	w.must(w.server.Reload())
	for what, large := range map[string]string{"in plain": strings.Repeat("<p>0123456789abcdef0123456789abcdef</p>\n", 60_000), "in both forms": words(2 << 20)} {
		w.page("<main>", large+"</main>")
		for _, encoding := range []string{"gzip", "identity"} {
			if got := v.text(v.ask("GET", "/", "", "Accept-Encoding: "+encoding)); !strings.Contains(got, "from 1 to 2") || !strings.HasSuffix(got, large+"</main>") {
				t.Errorf("%s: a page that is large %s, of %d bytes, comes without its notice, or cut", encoding, what, len(got))
			}
		}
	}
}

// FuzzVisit sends any cookies with a page: nothing makes it fail, and only a
// flood is refused.
func FuzzVisit(f *testing.F) {
	w := newTown(f, 2)
	v := w.visitor()
	v.told()
	good := "__Secure-code=" + v.cookies["__Secure-code"]
	for _, seed := range []string{"", good, good + "; " + good, good[:20], "__Secure-code=", "__Secure-code=a; __Secure-code=b", "=;,\"", strings.Repeat("a=b; ", 4000)} {
		f.Add(seed, "gzip")
	}
	f.Fuzz(func(t *testing.T, cookies, encoding string) {
		r := httptest.NewRequest("GET", "https://"+host+"/", nil)
		r.Header["Cookie"] = []string{cookies}
		r.Header["Accept-Encoding"] = []string{encoding}
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		if rec.Header().Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(unpacked); err != nil {
				t.Fatal(err)
			}
		}
		if rec.Code == http.StatusRequestHeaderFieldsTooLarge && len(rec.Header()["Set-Cookie"]) == 0 {
			return
		}
		if rec.Code != 200 || !bytes.HasSuffix(body, []byte("<h1>Lanterns</h1></main>")) {
			t.Errorf("%d: %s", rec.Code, body)
		}
		if len(rec.Header()["Set-Cookie"]) > 0 && rec.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("sets a cookie: %v", rec.Header())
		}
	})
}

// FuzzPosted sends any form to each address that takes one: it is refused, or
// taken, and never fails.
func FuzzPosted(f *testing.F) {
	w := newTown(f, 1)
	v := w.visitor()
	v.told()
	tokens := map[string]string{}
	form := v.hidden("/preferences")
	for _, path := range []string{"/preferences", "/notices"} {
		tokens[path] = "token=" + v.hidden(path).Get("token") + "&"
	}
	form.Del("token")
	f.Add("/preferences", form.Encode()+"&choice.letters=granted", "application/x-www-form-urlencoded")
	f.Add("/notices", form.Encode()+"&known=privacy@1&return_to=//x", "application/x-www-form-urlencoded; charset=utf-8")
	f.Add("/preferences", "offer=&shown=%20=&all=refused&"+form.Encode(), "text/plain")
	f.Add("/preferences", "token=&", "application/x-www-form-urlencoded")
	f.Fuzz(func(t *testing.T, path, body, kind string) {
		if path != "/notices" {
			path = "/preferences"
		}
		r := httptest.NewRequest("POST", "https://"+host+path, strings.NewReader(tokens[path]+body))
		r.RequestURI = path
		r.Header["Content-Type"] = []string{kind}
		r.Header.Set("Origin", "https://"+host)
		for name, value := range v.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, r)
		if rec.Code >= 500 || rec.Code < 300 || rec.Header().Get("Cache-Control") == "" {
			t.Errorf("%d: %s", rec.Code, rec.Body)
		}
	})
}
