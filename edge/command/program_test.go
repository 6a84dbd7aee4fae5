package command_test

import (
	"bufio"
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program as it is shipped, built once.
var binary = sync.OnceValues(func() (string, error) {
	file := filepath.Join(os.Getenv(binaryFolder), "edge")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, "indigex.com/indigex/edge/cmd/edge")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, said)
	}
	return file, nil
})

func program(t testing.TB) string {
	t.Helper()
	file, err := binary()
	must(t, err)
	return file
}

// TestSmallBinary holds what the program must not carry, and its size.
func TestSmallBinary(t *testing.T) {
	file := program(t)
	info, err := buildinfo.ReadFile(file)
	must(t, err)
	linked := map[string]bool{}
	for _, m := range info.Deps {
		linked[m.Path] = true
		for _, unwanted := range []string{"goldmark", "yaml", "fsnotify", "esbuild", "chroma", "regexp2", "txtar", "x/tools", "x/image"} {
			if strings.Contains(m.Path, unwanted) {
				t.Errorf("%s is linked", m.Path)
			}
		}
	}
	for _, wanted := range []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5"} {
		if !linked[wanted] {
			t.Errorf("%s is not linked, so the size says nothing", wanted)
		}
	}
	size, err := os.Stat(file)
	must(t, err)
	t.Logf("%d bytes, %d modules", size.Size(), len(info.Deps))
	if size.Size() > 24_000_000 {
		t.Errorf("%d bytes are over 24 MB", size.Size())
	}
}

// A node is a running edge.
type node struct {
	testing.TB
	*exec.Cmd
	addr, admin string
	lines       chan map[string]any // of the log, except requests
	ended       bool
}

// start runs edge serve and waits until it says that it serves.
func start(t testing.TB, public, store, keys string, more ...string) *node {
	t.Helper()
	args := append([]string{"serve", "--public", public, "--store", store, "--keys", keys, "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0"}, more...)
	n := &node{TB: t, Cmd: exec.Command(program(t), args...), lines: make(chan map[string]any, 100)}
	stderr, err := n.StderrPipe()
	must(t, err)
	must(t, n.Start())
	t.Cleanup(n.kill)
	go n.read(stderr)
	line := n.await("started")
	n.addr, _ = line["addr"].(string)
	n.admin, _ = line["admin_addr"].(string)
	return n
}

// read passes the log's lines on until the program ends.
func (n *node) read(stderr io.Reader) {
	defer close(n.lines)
	scanner := bufio.NewScanner(stderr)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := map[string]any{}
		if json.Unmarshal(scanner.Bytes(), &line) != nil {
			line = map[string]any{"event": "no JSON", "text": scanner.Text()}
		}
		if line["msg"] != "request" {
			n.lines <- line
		}
	}
}

// await returns the next line of the log with an event.
func (n *node) await(event string) map[string]any {
	n.Helper()
	limit := time.After(30 * time.Second)
	var before []any
	for {
		select {
		case line, ok := <-n.lines:
			if !ok {
				n.Fatalf("the program ended before %q; it said %v", event, before)
			}
			if line["event"] == event {
				return line
			}
			before = append(before, line)
		case <-limit:
			n.Fatalf("no line %q; there were %v", event, before)
		}
	}
}

func (n *node) kill() {
	if !n.ended {
		n.ended = true
		_ = n.Process.Kill() // it may have ended by itself
		_ = n.Wait()
	}
}

// end sends a signal and returns the exit code.
func (n *node) end(signal os.Signal) int {
	n.Helper()
	must(n.TB, n.Process.Signal(signal))
	for range n.lines { // until the program closes its end
	}
	n.ended = true
	err := n.Wait()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		n.Fatal(err)
	}
	return n.ProcessState.ExitCode()
}

// get asks for a path of the site, without following redirects.
func (n *node) get(path string) (status int, body string) {
	n.Helper()
	r, err := http.NewRequest("GET", "http://"+n.addr+path, nil)
	must(n.TB, err)
	r.Host = host
	answer, err := http.DefaultTransport.RoundTrip(r)
	must(n.TB, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	must(n.TB, err)
	return answer.StatusCode, string(b)
}

// edge runs another command of the program.
func edge(t testing.TB, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(program(t), args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("edge %v: %v\n%s", args, err, &out)
	}
	return out.String()
}

// newNode is a node over a company and a store of its own.
func newNode(t *testing.T) (n *node, public string) {
	dir := t.TempDir()
	public, keys := newPublic(t), filepath.Join(dir, "keys.json")
	edge(t, "keys", "new", "--keys", keys)
	return start(t, public, "sqlite:"+filepath.Join(dir, "edge.db"), keys), public
}

func TestSignalsEndIt(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		n, _ := newNode(t)
		if status, body := n.get("/"); status != 200 || !strings.Contains(body, "first") {
			t.Errorf("%d %s", status, body)
		}
		if code := n.end(signal); code != 0 {
			t.Errorf("%v: exit code %d", signal, code)
		}
	}
}

// TestCatalogIsTakenUp replaces the catalog of a running edge by a new one,
// then by a broken one, then by another new one.
func TestCatalogIsTakenUp(t *testing.T) {
	n, public := newNode(t)
	if status, _ := n.get("/old"); status != 404 {
		t.Fatalf("before: %d", status)
	}
	writeCatalog(t, public, "/old")
	n.await("catalog")
	if status, _ := n.get("/old"); status != 301 {
		t.Errorf("after: %d", status)
	}
	write(t, public, "catalog.json", `{"format": 3}`)
	n.await("catalog not reloaded")
	if status, _ := n.get("/old"); status != 301 {
		t.Errorf("with a broken catalog: %d", status)
	}
	writeCatalog(t, public, "/old", "/older")
	n.await("catalog")
	if status, _ := n.get("/older"); status != 301 {
		t.Errorf("mended: %d", status)
	}
	must(t, n.Process.Signal(syscall.SIGHUP))
	n.await("catalog") // although nothing changed
}

func TestAdminListener(t *testing.T) {
	dir := t.TempDir()
	public, keys, key := newPublic(t), filepath.Join(dir, "keys.json"), filepath.Join(dir, "key")
	edge(t, "keys", "new", "--keys", keys)
	must(t, os.WriteFile(key, []byte("a-secret-of-over-22-characters"), 0o600))
	n := start(t, public, "sqlite:"+filepath.Join(dir, "edge.db"), keys, "--admin-key", key)
	n.get("/?name=jane")
	for _, tt := range []struct {
		path, key string
		status    int
		want      string
	}{
		{"/healthz", "", 200, "alive"},
		{"/readyz", "", 200, `"store":"ok"`},
		{"/metrics", "", 200, `edge_requests_total{kind="`},
		{"/debug/pprof/", "", 200, "goroutine"},
		{"/api/v1/permit", "", 401, "Bearer"},
		{"/api/v1/permit?use=marketing.email&who=06AFPF8YBV5S18W0CV9Q7KXJ3M", "a-secret-of-over-22-characters", 200, `"allowed":false`},
		{"/api/v1/permit?use=nothing&who=06AFPF8YBV5S18W0CV9Q7KXJ3M", "a-secret-of-over-22-characters", 404, "no choice"},
	} {
		r, err := http.NewRequest("GET", "http://"+n.admin+tt.path, nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+tt.key)
		answer, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		body, err := io.ReadAll(answer.Body)
		must(t, err)
		must(t, answer.Body.Close())
		if answer.StatusCode != tt.status || !strings.Contains(string(body), tt.want) || strings.Contains(string(body), "jane") {
			t.Errorf("%s: %d %.200s, want %d with %s", tt.path, answer.StatusCode, body, tt.status, tt.want)
		}
	}
}

// TestRestoreRefusesAStoreInUse takes the store of a running edge.
func TestRestoreRefusesAStoreInUse(t *testing.T) {
	dir := t.TempDir()
	public, keys, store := newPublic(t), filepath.Join(dir, "keys.json"), "sqlite:"+filepath.Join(dir, "edge.db")
	edge(t, "keys", "new", "--keys", keys)
	n := start(t, public, store, keys)
	backup := filepath.Join(dir, "backup.db")
	edge(t, "backup", backup, "--store", store)
	said, err := exec.Command(program(t), "restore", backup, "--store", store, "--force").CombinedOutput()
	if err == nil || !strings.Contains(string(said), "is in use") {
		t.Errorf("restored under a running edge: %s", said)
	}
	if code := n.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	edge(t, "restore", backup, "--store", store, "--force")
	for _, name := range []string{"edge.db", "backup.db"} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}
