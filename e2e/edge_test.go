package e2e

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// buildEdge compiles the edge's program.
func (s *suite) buildEdge() (string, error) {
	program := filepath.Join(s.folder, "edge")
	cmd := exec.Command("go", "build", "-o", program, "./edge/cmd/edge")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
}

// alone builds the sites for hosts of this machine and has the edge serve them
// without the generator. extra are lines for provider.yaml.
func alone(t *testing.T, extra string) *world {
	t.Helper()
	w := copied(t)
	w.replace("content/provider.yaml", "domain: indigex.com", "domain: indigex.localhost"+extra)
	sites, err := filepath.Glob(w.file("content/sites/*/site.yaml"))
	if err != nil || len(sites) == 0 {
		t.Fatalf("%d sites: %v", len(sites), err)
	}
	for _, file := range sites {
		name, err := filepath.Rel(w.dir, file)
		if err != nil {
			t.Fatal(err)
		}
		w.replace(name, "indigex.com", "indigex.localhost")
	}
	w.indigex("build", "--compress")
	w.edge("keys", "new", "--keys", "keys.json")
	w.connect("http://" + w.startEdge())
	w.output, err = readOutput(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range w.Sites {
		s.Origin = "http://" + s.Host + ":" + w.port
	}
	return w
}

// edge runs the edge's program in the copied tree.
func (w *world) edge(args ...string) {
	w.t.Helper()
	program, err := all.edge()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.t.Context(), program, args...)
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("edge %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// startEdge serves the built folder until the test ends; then it must end
// well. It returns the address on which it listens.
func (w *world) startEdge() (address string) {
	w.t.Helper()
	program, err := all.edge()
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "serve", "--public", "public", "--store", "sqlite:edge.db", "--keys", "keys.json", "--addr", "127.0.0.1:0", "--admin-addr", "off")
	cmd.Dir = w.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience
	w.terminal = &record{}
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		stop()
		w.ended(cmd)
	})
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		fmt.Fprintln(w.terminal, lines.Text())
		var line struct{ Event, Addr string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Event == "started" {
			go io.Copy(w.terminal, log)
			return line.Addr
		}
	}
	w.t.Fatalf("the edge did not start:\n%s", w.terminal)
	return ""
}

// tokens are the values that each answer has of its own.
var tokens = regexp.MustCompile(`name="token" value="[^"]*"`)

// TestEdgeAlone serves a built folder by the edge: a visitor is told of the
// announced version within a compressed page, which a browser, curl and Go
// unpack to the page as it is without compression.
func TestEdgeAlone(t *testing.T) {
	t.Parallel()
	w := alone(t, "")
	address := w.site(t, "shop").Origin + "/"
	b := w.tab(t)
	b.visit(address)
	answer := value(b, chromedp.NavigateResponse(address))
	if answer.Headers["Content-Encoding"] != "gzip" || answer.Headers["Cache-Control"] != "private, no-store" {
		t.Errorf("the page with the notice has the headers %v", answer.Headers)
	}
	if b.banner() == "" || eval[int](b, `document.querySelectorAll("footer.footer").length`) != 1 {
		t.Error("the page with the notice is not whole")
	}
	cookies := value(b, func(ctx context.Context, target *chromedp.Target) (string, error) {
		got, err := cdp.Call(ctx, target, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
		var list []string
		for _, c := range got.Cookies {
			list = append(list, c.Name+"="+c.Value)
		}
		return strings.Join(list, "; "), err
	})
	plain, packed := w.fetched(address, cookies, "identity"), w.fetched(address, cookies, "gzip")
	if plain != packed || !strings.Contains(plain, "aside") {
		t.Errorf("unpacked by Go the page is another: %d and %d bytes", len(packed), len(plain))
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	curl := exec.CommandContext(t.Context(), "curl", "--silent", "--show-error", "--fail", "--compressed", "--cookie", cookies,
		"--resolve", u.Host+":127.0.0.1", address)
	got, err := curl.Output()
	if err != nil {
		t.Fatal(err)
	}
	if tokens.ReplaceAllString(string(got), "") != plain {
		t.Errorf("unpacked by curl the page is another: %d and %d bytes", len(got), len(plain))
	}
}

// fetched is a page as a browser with cookies gets it, without what each
// answer has of its own.
func (w *world) fetched(address, cookies, encoding string) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), "GET", address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Cookie", cookies)
	r.Header.Set("Accept-Encoding", encoding)
	answer, err := w.client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			w.t.Fatal(err)
		}
	} else if encoding == "gzip" {
		w.t.Errorf("%s is not compressed", address)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return tokens.ReplaceAllString(string(text), "")
}

// TestBehindCDN puts between browser and edge what gives everybody the same
// pages: a script of at most 1 KB asks for the visitor's notice, once in a
// browser session.
func TestBehindCDN(t *testing.T) {
	t.Parallel()
	w := alone(t, "\ncdn: true")
	edge, err := url.Parse("http://127.0.0.1:" + w.port)
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 100)
	cdn := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(edge)
			r.Out.Host = r.In.Host
			if r.In.URL.Path == notices+"/fragment" {
				asked <- r.In.URL.Path
			}
			if !strings.HasPrefix(r.In.URL.Path, notices) {
				r.Out.Header.Del("Cookie")
			}
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasPrefix(r.Request.URL.Path, notices) {
				r.Header.Del("Set-Cookie")
			}
			return nil
		},
	})
	t.Cleanup(cdn.Close)
	at, err := url.Parse(cdn.URL)
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + w.site(t, "shop").Host + ":" + at.Port() + "/"
	b := w.tab(t)
	b.visit(address)
	<-asked
	eventually(t, "a session in which it was asked", func() (bool, any) {
		got := eval[int](b, `sessionStorage.length`)
		return got == 1, got
	})
	if got := b.banner(); got != "" {
		t.Errorf("a first visit is told of %s", got)
	}
	eval[bool](b, `sessionStorage.clear(), true`)
	b.visit(address)
	eventually(t, "the notice", func() (bool, any) {
		got := b.banner()
		return got != "", got
	})
	<-asked
	b.visit(address)
	// What the page asked for, it asked for before this.
	eval[bool](b, `fetch("/notices/fragment").then(() => true)`)
	if len(asked) != 1 {
		t.Error("asked twice in a session")
	}
	script := eval[string](b, `document.querySelector("script[src]").src`)
	_, _, text := w.get(strings.Replace(script, ":"+at.Port(), ":"+w.port, 1))
	if len(text) == 0 || len(text) > 1024 {
		t.Errorf("the script %s has %d bytes", script, len(text))
	}
	if _, err := os.Stat(w.file("edge.db")); err != nil {
		t.Error(err)
	}
}
