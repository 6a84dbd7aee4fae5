package static

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConditionalRequests(t *testing.T) {
	s := small(t)
	tag := s.ask("GET", "/plain.html").Header.Get("Etag")
	if len(tag) < 18 || tag[0] != '"' {
		t.Fatalf("ETag %q is not strong", tag)
	}
	for field, want := range map[string]int{
		"If-None-Match: " + tag:                        304,
		"If-None-Match: W/" + tag:                      304,
		`If-None-Match: "other", ` + tag:               304,
		"If-None-Match: *":                             304,
		`If-None-Match: "other"`:                       200,
		"If-Match: " + tag:                             200,
		`If-Match: "other"`:                            412,
		"Range: bytes=1-2":                             206,
		"Range: bytes=100-":                            416,
		"Range: bytes=0-0,2-2":                         200,
		"Range: lines=1-2":                             416,
		"If-Modified-Since: " + http.TimeFormat:        200,
		"If-Modified-Since: Sun, 01 Jan 2090 00:00:00": 200,
	} {
		r := s.ask("GET", "/plain.html", field)
		if r.StatusCode != want {
			t.Errorf("%s: %d, want %d", field, r.StatusCode, want)
		}
		if body := text(t, r); want == 304 && (body != "" || r.Header.Get("Etag") != tag || r.Header.Get("Cache-Control") == "" || r.Header.Get("Vary") == "") {
			t.Errorf("%s: body %q, header %v", field, body, r.Header)
		}
	}
	r := s.ask("GET", "/plain.html", "Range: bytes=1-2", "If-Range: "+tag)
	if got := text(t, r); r.StatusCode != 206 || got != "la" || r.Header.Get("Content-Range") != "bytes 1-2/5" {
		t.Errorf("range: %d %q %q", r.StatusCode, got, r.Header.Get("Content-Range"))
	}
	if r := s.ask("GET", "/plain.html", "Range: bytes=1-2", `If-Range: "other"`); r.StatusCode != 200 {
		t.Errorf("range of another version: %d", r.StatusCode)
	}
}

func TestEqualFilesHaveEqualTags(t *testing.T) {
	s := open(t, Config{}, map[string]string{"a.txt": "same", "b.txt": "same", "c.txt": "other"})
	tag := func(name string) string { return s.ask("GET", name).Header.Get("Etag") }
	if tag("/a.txt") != tag("/b.txt") || tag("/a.txt") == tag("/c.txt") {
		t.Errorf("tags %s %s %s", tag("/a.txt"), tag("/b.txt"), tag("/c.txt"))
	}
}

func TestCompressedForm(t *testing.T) {
	s := small(t)
	plain := s.ask("GET", "/site.css")
	if got := text(t, plain); got != "b{}" || plain.Header.Get("Vary") != "Accept-Encoding" || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("plain form: %q %v", got, plain.Header)
	}
	r := s.ask("GET", "/site.css", "Accept-Encoding: gzip, br")
	body := text(t, r)
	if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("Vary") != "Accept-Encoding" || r.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("compressed form: %v", r.Header)
	}
	if body != packed(t, "b{}") || r.ContentLength != int64(len(body)) {
		t.Errorf("compressed form: %q, Content-Length %d", body, r.ContentLength)
	}
	tag := r.Header.Get("Etag")
	if tag == plain.Header.Get("Etag") {
		t.Errorf("both forms have the ETag %s", tag)
	}
	if r := s.ask("GET", "/site.css", "Accept-Encoding: gzip", "If-None-Match: "+tag); r.StatusCode != 304 || r.Header.Get("Etag") != tag {
		t.Errorf("the compressed form again: %d %v", r.StatusCode, r.Header)
	}
	if r := s.ask("GET", "/site.css", "Accept-Encoding: gzip", `If-Match: "other"`); r.StatusCode != 412 || r.ContentLength > 0 {
		t.Errorf("another form wanted: %d %v", r.StatusCode, r.Header)
	}
	if r := s.ask("GET", "/site.css", "Accept-Encoding: gzip", "Range: bytes=0-0"); r.StatusCode != 206 || text(t, r) != "b" {
		t.Errorf("ranges are of the plain form: %d %v", r.StatusCode, r.Header)
	}
	if r := s.ask("GET", "/cables/photo.jpg", "Accept-Encoding: gzip"); r.Header.Get("Vary") != "" {
		t.Errorf("a picture has no other form, but Vary %q", r.Header.Get("Vary"))
	}
}

func TestAcceptEncoding(t *testing.T) {
	for field, want := range map[string]bool{
		"gzip": true, "GZIP": true, "x-gzip": true, "br, gzip": true, "gzip;q=0.001": true, "gzip ; q=1.000": true, "*": true, "gzip;Q=0.5": true,
		"": false, "br": false, "gzip;q=0": false, "gzip;q=0.000": false, "gzip;q=0, *": false, "*;q=0": false, "identity": false,
		"gzipped": false, "gzip;q=2": false, "gzip;q=0.0001": false, "gzip;q=x": false, "gzip;q=": false, "gzip;level=9": false, "gzip;q=1.001": false, "gzip;q=-1": false, "gzip;q=+1": false,
		"gzip;q=0.5, identity;q=0.5": true, "gzip;q=0.5, identity": false, "identity;q=0, gzip;q=0.1": true, "br;q=1, *;q=0.1": true,
	} {
		if acceptsGzip([]string{field}) != want {
			t.Errorf("Accept-Encoding %q accepts gzip: %v", field, !want)
		}
	}
	if !acceptsGzip([]string{"br", "gzip"}) || acceptsGzip(nil) {
		t.Error("several fields, or none, are not read as one list")
	}
}

func TestReplacedFilesAreNoticed(t *testing.T) {
	s := open(t, Config{}, map[string]string{"a.css": "old", "big.bin": strings.Repeat("old", keptFile)})
	ask := func(target string, want string) {
		t.Helper()
		if got := text(t, s.ask("GET", target, "Accept-Encoding: gzip")); got != want {
			t.Errorf("%s: %.20q, want %.20q", target, got, want)
		}
	}
	ask("/a.css", "old")
	ask("/big.bin", strings.Repeat("old", keptFile))
	s.write("a.css", "new")
	s.write("big.bin", strings.Repeat("new", keptFile))
	ask("/big.bin", strings.Repeat("new", keptFile)) // not kept: the change is seen when it is opened
	s.now = s.now.Add(trust)
	ask("/a.css", "new")
	s.write("a.css.gz", packed(t, "new"))
	s.now = s.now.Add(trust)
	ask("/a.css", packed(t, "new"))
	s.must(os.Remove(filepath.Join(s.dir, "a.css.gz")))
	s.must(os.Remove(filepath.Join(s.dir, "big.bin")))
	s.now = s.now.Add(trust)
	ask("/a.css", "new")
	if r := s.ask("GET", "/big.bin"); r.StatusCode != 404 {
		t.Errorf("a removed file: %d", r.StatusCode)
	}
	s.now = s.now.Add(-time.Hour)
	s.write("a.css", "newer")
	ask("/a.css", "newer") // a clock set back must not keep the old for an hour
}

func TestDevelopmentLooksEachTime(t *testing.T) {
	s := open(t, Config{Development: true}, map[string]string{"a.css": "1"})
	for _, content := range []string{"1", "2", "3"} {
		s.write("a.css", content)
		if got := text(t, s.ask("GET", "/a.css")); got != content {
			t.Errorf("got %q after writing %q", got, content)
		}
	}
}
