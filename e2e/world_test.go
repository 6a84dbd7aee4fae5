package e2e

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A world is a copy of the content with a running preview.
type world struct {
	*output
	t      *testing.T
	client *http.Client
	port   string
	// flags are further ones for the preview.
	flags []string
	// terminal is what the program wrote to standard error.
	terminal *record
}

// serve runs the preview of a fresh copy of the content.
func serve(t *testing.T) *world {
	t.Helper()
	w := copied(t)
	w.enter(w.start())
	return w
}

// copied is a fresh copy of the content, without a preview yet.
func copied(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, output: &output{dir: t.TempDir()}}
	if err := copyTree(w.dir); err != nil {
		t.Fatal(err)
	}
	return w
}

// indigex runs the program on the copied tree and returns what it prints.
func (w *world) indigex(args ...string) string {
	w.t.Helper()
	cmd, err := all.command(w.t.Context(), w.dir, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("indigex %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// start runs the preview on a free port until the test ends; then it must end
// well. It returns the addresses that the program announces.
func (w *world) start() []string {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	w.t.Cleanup(stop)
	args := append([]string{"serve", "--addr", "127.0.0.1:0", "--data", "data", "--public", "public"}, w.flags...)
	cmd, err := all.command(ctx, w.dir, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.terminal = &record{}
	cmd.Stderr = w.terminal
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	addresses := announced(stdout)
	w.t.Cleanup(func() {
		stop()
		w.ended(cmd)
	})
	if len(addresses) == 0 {
		w.t.Fatalf("the preview announces no address:\n%s", w.terminal)
	}
	w.connect(addresses[0])
	return addresses
}

// ended holds the program to its promise: SIGTERM ends it cleanly with 0.
func (w *world) ended(cmd *exec.Cmd) {
	start := time.Now()
	// Wait reports the context's end even where the program ended well, so
	// its state is what counts.
	_ = cmd.Wait()
	if !cmd.ProcessState.Exited() || cmd.ProcessState.ExitCode() != 0 {
		w.t.Errorf("after SIGTERM and %v: %v\n%s", time.Since(start), cmd.ProcessState, w.terminal)
	}
}

// announced reads addresses until the program says that it watches. What it
// prints later is read too, lest it block.
func announced(stdout io.Reader) []string {
	var addresses []string
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) > 0 && strings.HasPrefix(words[0], "http://") {
			addresses = append(addresses, strings.TrimSuffix(words[0], "/"))
		}
		if len(words) > 0 && words[0] == "watching" {
			break
		}
	}
	go io.Copy(io.Discard, stdout)
	return addresses
}

// connect makes a client that finds the program under every host.
func (w *world) connect(address string) {
	w.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.port = u.Port()
	w.client = &http.Client{
		Timeout: patience,
		// Names below localhost are this machine's, whatever its resolver says.
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+w.port)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	w.t.Cleanup(w.client.CloseIdleConnections)
}

// enter reads what was built, which must be at the announced addresses.
func (w *world) enter(announced []string) {
	w.t.Helper()
	out, err := readOutput(w.dir)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, w.terminal)
	}
	w.output = out
	var listed []string
	for _, s := range out.Sites {
		listed = append(listed, s.Origin)
	}
	if !slices.Equal(announced, listed) {
		w.t.Fatalf("announced are %v, the catalog has %v", announced, listed)
	}
}

// get asks for an address without a browser and follows no redirect.
func (w *world) get(address string) (status int, header http.Header, body string) {
	w.t.Helper()
	resp, err := w.client.Get(address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// file is the name of a file of the copied tree.
func (w *world) file(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// read returns a file of the copied tree.
func (w *world) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(w.file(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// write saves a file in place, as a plain editor does.
func (w *world) write(name, text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.file(name)), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.file(name), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// replace saves a file with one occurrence of a text changed.
func (w *world) replace(name, from, to string) {
	w.t.Helper()
	text := w.read(name)
	if !strings.Contains(text, from) {
		w.t.Fatalf("%s has no %q", name, from)
	}
	w.write(name, strings.Replace(text, from, to, 1))
}

// A record keeps what is written to it, from any goroutine.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// has says whether the copied tree has a file.
func (w *world) has(name string) bool {
	_, err := os.Stat(w.file(name))
	return err == nil
}

// rename moves a file of the copied tree.
func (w *world) rename(from, to string) {
	w.t.Helper()
	if err := os.Rename(w.file(from), w.file(to)); err != nil {
		w.t.Fatal(err)
	}
}
