package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"indigex.com/indigex/build/command"
)

// A serving is a running indigex serve.
type serving struct {
	*testing.T
	address, data string
	end           func() int
}

// serve starts the program on a world and waits until it says where the sites
// are.
func serve(t *testing.T, folder, data string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var errs bytes.Buffer
	var running sync.WaitGroup
	var code int
	running.Go(func() {
		args := []string{"serve", "--content", filepath.Join(folder, "content"), "--data", data, "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0"}
		code = command.Run(ctx, server(), args, in, &errs)
		in.Close()
	})
	s := &serving{T: t, data: data}
	s.end = sync.OnceValue(func() int {
		stop()
		running.Wait()
		return code
	})
	t.Cleanup(func() { s.end() })
	lines := bufio.NewScanner(out)
	for s.address == "" && lines.Scan() {
		if u, ok := strings.CutPrefix(lines.Text(), "  http://example.localhost:"); ok {
			s.address = "127.0.0.1:" + strings.TrimSuffix(u, "/")
		}
	}
	if s.address == "" {
		s.end()
		t.Fatalf("serve ended: %s", errs.String())
	}
	running.Go(func() { _, _ = io.Copy(io.Discard, out) })
	return s
}

// world writes a world into a folder and publishes its policy.
func world(t *testing.T, text string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	t.Setenv("INDIGEX_CACHE", filepath.Join(folder, "cache"))
	for _, f := range txtar.Parse([]byte(text)).Files {
		name := filepath.Join(folder, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	args := []string{"policy", "publish", "privacy", "--content", filepath.Join(folder, "content")}
	if code := command.Run(t.Context(), server(), args, &out, &out); code != command.Fine {
		t.Fatal(out.String())
	}
	return folder
}

// A browser keeps cookies, and takes Secure ones from hosts of this machine.
type browser struct {
	*serving
	client http.Client
}

func (s *serving) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	b := &browser{serving: s}
	b.client.Jar = trusting{jar}
	b.client.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.address)
	}}
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// A trusting jar takes http for https, as browsers do on *.localhost.
type trusting struct{ jar http.CookieJar }

func (j trusting) SetCookies(u *url.URL, c []*http.Cookie) { j.jar.SetCookies(secured(u), c) }
func (j trusting) Cookies(u *url.URL) []*http.Cookie       { return j.jar.Cookies(secured(u)) }

func secured(u *url.URL) *url.URL {
	https := *u
	https.Scheme = "https"
	return &https
}

// origin is the address of the only site.
func (b *browser) origin() string {
	_, port, _ := strings.Cut(b.address, ":")
	return "http://example.localhost:" + port
}

// ask sends a request for the site and returns the answer with its body.
func (b *browser) ask(method, path, form string, fields ...string) (*http.Response, string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.origin()+path, strings.NewReader(form))
	if err != nil {
		b.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.origin())
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer, string(body)
}

// page returns a page, which has to say each of the words.
func (b *browser) page(path string, words ...string) string {
	b.Helper()
	answer, body := b.ask("GET", path, "")
	if answer.StatusCode != 200 {
		b.Errorf("%s: %d", path, answer.StatusCode)
	}
	for _, w := range words {
		if !strings.Contains(body, w) {
			b.Errorf("%s lacks %q:\n%s", path, w, body)
		}
	}
	return body
}

// threeVersions is a company that knows its visitors from their first visit,
// and whose policy has two versions behind it and one to come.
var threeVersions = strings.Replace(policyWorld, "domain: example.com\n", "domain: example.com\nidentity: on-visit\n", 1) + `
-- content/policies/privacy/2199-03-01.md --
---
version: 3
published: 2025-06-01
effective: 2199-03-01
summary: We will keep your name longer still.
changes:
  - kind: material
    sections: [notice]
    text: We will keep your name for longer.
---
## 1. Notice {#notice}

We keep your name for 90 days.

## 2. Sharing {#sharing}

We show your name to nobody.
`

func TestServeKeepsWhatVisitorsChooseToItsOwner(t *testing.T) {
	folder := world(t, threeVersions)
	data := filepath.Join(folder, "data")
	s := serve(t, folder, data)
	for name, want := range map[string]fs.FileMode{".": 0o700, "keys.json": 0o600, "edge.db": 0o600} {
		info, err := os.Stat(filepath.Join(data, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want %v; %v", name, info, want, err)
		}
	}
	keys, err := os.ReadFile(filepath.Join(data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	// A second preview shares keys and database with the first.
	other := serve(t, folder, data)
	s.browser().page("/")
	other.browser().page("/")
	if code := other.end(); code != command.Fine {
		t.Errorf("the second one ends with %d", code)
	}
	s.browser().page("/")
	if code := s.end(); code != command.Fine {
		t.Errorf("the first one ends with %d", code)
	}
	if _, err := os.Stat(filepath.Join(data, "edge.db-wal")); err == nil {
		t.Error("the database was not closed")
	}
	if again, err := os.ReadFile(filepath.Join(data, "keys.json")); err != nil || !bytes.Equal(again, keys) {
		t.Errorf("the keys have changed; %v", err)
	}
}

func TestServeSaysWhatItCannotUse(t *testing.T) {
	folder := world(t, threeVersions)
	file := filepath.Join(folder, "file")
	open := filepath.Join(folder, "open")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(open, "keys.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for flags, want := range map[string]string{
		"--data " + file: "hint: name a folder that you may write to: --data DIR",
		"--data " + open: "chmod 600",
		"--admin-addr 0.0.0.0:0 --data " + filepath.Join(folder, "x"): "other machines could reach it",
	} {
		var out strings.Builder
		args := append([]string{"serve", "--content", filepath.Join(folder, "content"), "--addr", "127.0.0.1:0"}, strings.Fields(flags)...)
		if code := command.Run(t.Context(), server(), args, &out, &out); code != command.Usage || !strings.Contains(out.String(), want) {
			t.Errorf("%s: exit code %d\n%s", flags, code, out.String())
		}
	}
}
