package edge

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/policy"
)

// The moments at which the pages of a calendar change.
var (
	december = time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)
	february = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
)

// A calendar is a world whose policy changes twice by the clock.
type calendar struct {
	*world
	now   time.Time
	timed []policy.Timed
}

const atDecember, atFebruary = ".at/2026-12-15T000000Z/", ".at/2027-02-01T000000Z/"

func newCalendar(t *testing.T, development bool) *calendar {
	c := &calendar{world: newWorld(t, development), now: december.Add(-time.Hour)}
	c.write(apex+"/privacy/index.html", "<p>one")
	c.write(apex+"/privacy/policy.json", "[1]")
	c.announce("/privacy/", december, atDecember+"privacy/index.html", "<p>one, soon two")
	c.announce("/privacy/", february, atFebruary+"privacy/index.html", "<p>two")
	c.announce("/privacy/policy.json", february, atFebruary+"privacy/policy.json", "[1, 2]")
	c.announce("/privacy/v/2/", december, atDecember+"privacy/v/2/index.html", "<p>two, permanent")
	c.publish()
	var err error
	c.server, err = New(Config{Public: c.dir, Development: development, Now: func() time.Time { return c.now }})
	c.must(err)
	return c
}

// announce writes a file and has the next catalog list it.
func (c *calendar) announce(path string, from time.Time, file, text string) {
	c.Helper()
	c.write(apex+"/"+file, text)
	c.timed = append(c.timed, policy.Timed{Host: apex, Path: path, From: from, File: file})
}

// publish writes a catalog with all that was announced.
func (c *calendar) publish() {
	c.Helper()
	catalog := policy.Catalog{Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnChoice, Timed: c.timed, Sites: []policy.Site{
		{ID: "apex", Title: "Lanterns & more", Host: apex, Origin: "https://" + apex, Language: "en", Shell: ".edge/shell.html"},
		{ID: "kiosk", Title: "Kiosk", Host: kiosk, Origin: "http://" + kiosk + ":8080", Language: "en", Shell: ".edge/shell.html"},
	}}
	data, err := catalog.Encode()
	c.must(err)
	c.write("catalog.json", string(data))
}

func (c *calendar) want(path, text string) {
	c.Helper()
	r := c.get(apex, path)
	got := body(c.T, r)
	if r.StatusCode != http.StatusOK {
		got = http.StatusText(r.StatusCode)
	}
	if got != text {
		c.Errorf("%v: %s is %q, want %q", c.now, path, got, text)
	}
}

func TestTimedPages(t *testing.T) {
	for _, development := range []bool{false, true} {
		c := newCalendar(t, development)
		const none = "Not Found"
		for _, step := range []struct {
			at                    time.Time
			page, data, permanent string
		}{
			{december.Add(-time.Nanosecond), "<p>one", "[1]", none},
			{december, "<p>one, soon two", "[1]", "<p>two, permanent"},
			{february.Add(-time.Nanosecond), "<p>one, soon two", "[1]", "<p>two, permanent"},
			{february, "<p>two", "[1, 2]", "<p>two, permanent"},
			{february.AddDate(90, 0, 0), "<p>two", "[1, 2]", "<p>two, permanent"},
			{december, "<p>one, soon two", "[1]", "<p>two, permanent"}, // a clock that was set back
		} {
			c.now = step.at
			c.want("/privacy/", step.page)
			c.want("/privacy/?from=mail", step.page)
			c.want("/privacy/policy.json", step.data)
			c.want("/privacy/v/2/", step.permanent)
			c.want("/", "<p>apex")
			for _, path := range []string{"/" + atDecember + "privacy/index.html", "/" + atFebruary + "privacy/", "/.at/", "/%2eat/", "/privacy/v/", "/privacy//"} {
				c.want(path, none)
			}
			if r := c.get(kiosk, "/privacy/"); r.StatusCode != http.StatusNotFound {
				t.Errorf("another host has the page: %d", r.StatusCode)
			}
		}
	}
}

// A page that exists by the clock alone is found without its slash, too.
func TestTimedFolders(t *testing.T) {
	c := newCalendar(t, false)
	for _, path := range []string{"/privacy/v/2", "/privacy/v/2/index.html"} {
		c.now = december.Add(-time.Second)
		c.want(path, "Not Found")
		c.now = december
		if r := c.get(apex, path); r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "/privacy/v/2/" {
			t.Errorf("%s: %d to %q", path, r.StatusCode, r.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/privacy", "/privacy/index.html"} {
		if r := c.get(apex, path); r.Header.Get("Location") != "/privacy/" {
			t.Errorf("%s leads to %q", path, r.Header.Get("Location"))
		}
	}
}

// Whatever static files can do, timed ones can.
func TestTimedPagesAsFiles(t *testing.T) {
	c := newCalendar(t, false)
	c.now = february
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte("<p>two"))
	c.must(err)
	c.must(w.Close())
	c.write(apex+"/"+atFebruary+"privacy/index.html.gz", packed.String())
	const request = " /privacy/ HTTP/1.1\nHost: " + apex
	plain := c.ask("GET" + request)
	tag := plain.Header.Get("Etag")
	if plain.Header.Get("Content-Type") != "text/html; charset=utf-8" || plain.Header.Get("Vary") != "Accept-Encoding" || len(tag) < 18 {
		t.Errorf("plain form: %v", plain.Header)
	}
	head := c.ask("HEAD" + request)
	if head.StatusCode != 200 || body(t, head) != "" || head.Header.Get("Content-Length") != "6" || head.Header.Get("Etag") != tag {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	zipped := c.ask("GET" + request + "\nAccept-Encoding: gzip")
	if zipped.Header.Get("Content-Encoding") != "gzip" || body(t, zipped) != packed.String() || zipped.Header.Get("Etag") == tag {
		t.Errorf("compressed form: %v", zipped.Header)
	}
	part := c.ask("GET" + request + "\nAccept-Encoding: gzip\nRange: bytes=3-5")
	if part.StatusCode != 206 || body(t, part) != "two" {
		t.Errorf("range: %d %v", part.StatusCode, part.Header)
	}
	if r := c.ask("GET" + request + "\nIf-None-Match: " + tag); r.StatusCode != 304 || body(t, r) != "" || r.Header.Get("Etag") != tag {
		t.Errorf("If-None-Match: %d %v", r.StatusCode, r.Header)
	}
	if r := c.ask("POST" + request); r.StatusCode != 405 {
		t.Errorf("POST: %d", r.StatusCode)
	}
	c.now = december
	if r := c.ask("GET" + request + "\nIf-None-Match: " + tag); r.StatusCode != 200 || body(t, r) != "<p>one, soon two" {
		t.Errorf("If-None-Match with the tag of another moment: %d %v", r.StatusCode, r.Header)
	}
}

// No cache may keep an answer beyond the moment at which it changes.
func TestTimedPagesInCaches(t *testing.T) {
	c := newCalendar(t, false)
	const fresh, hour = "public, max-age=0, must-revalidate", "public, max-age=3600"
	for _, step := range []struct {
		at   time.Time
		path string
		want string
	}{
		{december, "/privacy/", fresh},
		{february, "/privacy/", fresh},
		{february.Add(-time.Hour), "/privacy/policy.json", hour},
		{february.Add(-time.Hour + time.Second), "/privacy/policy.json", fresh},
		{february.Add(-time.Nanosecond), "/privacy/policy.json", fresh},
		{february, "/privacy/policy.json", hour},
		{february.Add(-time.Nanosecond), "/drawing.svg", hour},
	} {
		c.now = step.at
		if got := c.get(apex, step.path).Header.Get("Cache-Control"); got != step.want {
			t.Errorf("%v: %s has Cache-Control %q, want %q", step.at, step.path, got, step.want)
		}
	}
}

func TestTimedPagesAreReloaded(t *testing.T) {
	c := newCalendar(t, false)
	c.now = february
	c.announce("/privacy/", february.Add(-time.Hour), ".at/2027-01-31T230000Z/privacy/index.html", "<p>an hour")
	c.announce("/", february, atFebruary+"index.html", "<p>new apex")
	c.publish()
	c.want("/", "<p>apex")
	c.must(c.server.Reload())
	c.want("/", "<p>new apex")
	c.now = february.Add(-time.Minute)
	c.want("/privacy/", "<p>an hour")

	c.announce("/", february.Add(-time.Hour), ".at/gone/index.html", "")
	c.publish()
	c.must(os.Remove(filepath.Join(c.dir, apex, ".at/gone/index.html")))
	if err := c.server.Reload(); err == nil || !strings.HasPrefix(err.Error(), "edge: timed page / of host "+apex+": ") {
		t.Errorf("a catalog with a file that is missing: %v", err)
	}
	c.want("/", "<p>apex")
	c.want("/privacy/", "<p>an hour")

	c.timed = nil
	c.publish()
	c.must(c.server.Reload())
	c.want("/privacy/", "<p>one")
}

// Between a build's first file and its catalog, the file of a moment that has
// come is at the path itself already.
func TestTimedPagesOfABuildUnderWay(t *testing.T) {
	c := newCalendar(t, false)
	c.now = february
	c.must(os.RemoveAll(filepath.Join(c.dir, apex, ".at")))
	c.write(apex+"/privacy/index.html", "<p>two")
	c.want("/privacy/", "<p>two")
	c.want("/privacy/v/2/", "Not Found")
}

// BenchmarkTimedPage is BenchmarkHandler for a page with a hundred moments.
func BenchmarkTimedPage(b *testing.B) {
	dir := b.TempDir()
	catalog := policy.Catalog{Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnChoice, Sites: []policy.Site{
		{ID: "apex", Title: "Lanterns", Host: apex, Origin: "https://" + apex, Language: "en", Shell: ".edge/shell.html"},
	}}
	for n := range 100 {
		catalog.Timed = append(catalog.Timed, policy.Timed{Host: apex, Path: "/guides/gain/", From: december.AddDate(0, 0, n), File: ".at/index.html"})
	}
	data, err := catalog.Encode()
	for name, text := range map[string]string{"catalog.json": string(data), apex + "/.at/index.html": strings.Repeat("x", 8000)} {
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Public: dir, Now: func() time.Time { return december.AddDate(0, 0, 50) }})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "https://lanterns.example/guides/gain/", nil)
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(&discard{header: make(http.Header)}, r)
	}
}
