package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// all is what the tests share. TestMain can hand it on in no other way.
var all *suite

// A suite is the programs, their output for production, and the browser, each
// made when a test first asks for it.
type suite struct {
	folder     string
	program    func() (string, error)
	edge       func() (string, error)
	production func() (*output, error)
	browser    func() (context.Context, error)
	closing    []func() error
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "indigex-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	all = &suite{folder: folder}
	all.program = sync.OnceValues(all.buildProgram)
	all.edge = sync.OnceValues(all.buildEdge)
	all.production = sync.OnceValues(all.buildProduction)
	all.browser = sync.OnceValues(all.startBrowser)
	code := m.Run()
	if err := all.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func (s *suite) close() error {
	var err error
	for _, end := range s.closing {
		err = errors.Join(err, end())
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// buildProgram compiles the command in the folder above.
func (s *suite) buildProgram() (string, error) {
	program := filepath.Join(s.folder, "indigex")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
}

// command prepares a call of the program. All calls share one cache.
func (s *suite) command(ctx context.Context, dir string, args ...string) (*exec.Cmd, error) {
	program, err := s.program()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "INDIGEX_CACHE="+filepath.Join(s.folder, "cache"))
	return cmd, nil
}

// buildProduction builds the sites as they are published, as of a fixed time.
func (s *suite) buildProduction() (*output, error) {
	dir := filepath.Join(s.folder, "production")
	if err := copyTree(dir); err != nil {
		return nil, err
	}
	return s.build(dir)
}

// built is the moment of which a build for production tells.
var built = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// build builds the tree in dir into its folder public.
func (s *suite) build(dir string, flags ...string) (*output, error) {
	args := append([]string{"build", "--out", "public", "--now", built.Format(time.RFC3339)}, flags...)
	cmd, err := s.command(context.Background(), dir, args...)
	if err != nil {
		return nil, err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("indigex build: %w\n%s", err, out)
	}
	return readOutput(dir)
}

// copyTree copies what the preview watches into a new folder, so that edits
// never touch the checkout.
func copyTree(dir string) error {
	for _, name := range []string{"content", "templates/assets"} {
		source := filepath.Join("..", filepath.FromSlash(name))
		if err := os.CopyFS(filepath.Join(dir, filepath.FromSlash(name)), os.DirFS(source)); err != nil {
			return err
		}
	}
	return nil
}

// production returns the build for production, parsed.
func production(t *testing.T) *output {
	t.Helper()
	out, err := all.production()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lacking skips a test whose means are missing and says what installs them.
// In CI it fails: there, a skip would hide that nothing was tested.
func lacking(t *testing.T, what, cure string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s; install it: %s", what, cure)
	}
	t.Skipf("%s; install it: %s", what, cure)
}

// module returns a file of a package of npm.
func module(t *testing.T, name string) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("node_modules", filepath.FromSlash(name)))
	if err == nil {
		_, err = os.Stat(file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		lacking(t, "node_modules has no "+name, "npm ci, in the folder e2e")
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// patience is how long a condition may take to come true.
const patience = 20 * time.Second

// eventually waits until a condition holds, and fails the test if it never
// does. The second result of the condition tells what was seen instead.
func eventually(t *testing.T, what string, condition func() (bool, any)) {
	t.Helper()
	var seen any
	deadline := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		var ok bool
		if ok, seen = condition(); ok {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("after %v: %s has not happened; last seen: %v", patience, what, seen)
		}
	}
}
