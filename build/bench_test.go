package build_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/buildtest"
)

// The benchmarks build corpora of 1,000 and 10,000 pages. Run them with
// TMPDIR on memory-backed storage; docs/performance.md says how.
var corpusSizes = []int{1000, 10000}

func corpus(b *testing.B, pages int) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "content")
	if err := buildtest.Corpus(dir, pages); err != nil {
		b.Fatal(err)
	}
	return dir
}

// asCommand sets the garbage collector as the command does.
func asCommand(b *testing.B) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(240<<20)
	b.Cleanup(func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) })
}

// BenchmarkMemory reports the most memory that a cold build holds (the
// largest resident set), as the system counts it for the real program. It
// stands first: a child's count starts at what its parent holds when it is
// started, and the others make the parent large.
func BenchmarkMemory(b *testing.B) {
	program := command(b)
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			dir := corpus(b, pages)
			var peak int64
			for b.Loop() {
				cmd := exec.Command(program, "build", "--content", dir, "--out", b.TempDir())
				cmd.Env = append(os.Environ(), "INDIGEX_CACHE="+b.TempDir())
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
			}
			b.ReportMetric(float64(peak)/1024, "MiB-peak")
		})
	}
}

// BenchmarkFloor is what no generator on goldmark can beat: goldmark over all
// pages on all cores, and one file written a page, with the garbage collector
// as Go sets it.
func BenchmarkFloor(b *testing.B) {
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			dir := corpus(b, pages)
			for b.Loop() {
				floor(b, dir, b.TempDir())
			}
		})
	}
}

func floor(b *testing.B, dir, out string) {
	var names []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
			var html bytes.Buffer
			for i := next.Add(1) - 1; i < int64(len(names)); i = next.Add(1) - 1 {
				text, err := os.ReadFile(names[i])
				if err == nil {
					_, text, _ = bytes.Cut(text[4:], []byte("---\n"))
					html.Reset()
					err = md.Convert(text, &html)
				}
				if err == nil {
					err = os.WriteFile(filepath.Join(out, fmt.Sprintf("%d.html", i)), html.Bytes(), 0o644)
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkCold builds into an empty folder with an empty cache.
func BenchmarkCold(b *testing.B) {
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			asCommand(b)
			dir := corpus(b, pages)
			for b.Loop() {
				mustRun(b, build.Config{Content: dir, Out: b.TempDir(), Cache: b.TempDir()})
			}
		})
	}
}

// BenchmarkWarm builds again with nothing changed.
func BenchmarkWarm(b *testing.B) {
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			asCommand(b)
			cfg := build.Config{Content: corpus(b, pages), Out: b.TempDir(), Cache: b.TempDir()}
			mustRun(b, cfg)
			for b.Loop() {
				if r := mustRun(b, cfg); r.Written != 0 {
					b.Fatalf("%d files written", r.Written)
				}
			}
		})
	}
}

// BenchmarkOneChanged builds again from the cache with one page changed.
func BenchmarkOneChanged(b *testing.B) {
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			asCommand(b)
			cfg := build.Config{Content: corpus(b, pages), Out: b.TempDir(), Cache: b.TempDir()}
			mustRun(b, cfg)
			n := 0
			for b.Loop() {
				n++
				touch(b, cfg.Content, n)
				if r := mustRun(b, cfg); r.Changed != 1 {
					b.Fatalf("%d pages changed", r.Changed)
				}
			}
		})
	}
}

func mustRun(b *testing.B, cfg build.Config) build.Result {
	b.Helper()
	r, err := build.Run(context.Background(), cfg)
	if err != nil {
		for _, p := range r.Problems[:min(len(r.Problems), 5)] {
			b.Log(p)
		}
		b.Fatal(err)
	}
	return r
}

// touch appends a sentence to a page in the middle of a site and returns it.
func touch(b *testing.B, content string, n int) string {
	b.Helper()
	name := filepath.Join(content, buildtest.PagePath("proav", 17))
	text, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	mark := fmt.Sprintf("Edit number %d is here.", n)
	if i := bytes.Index(text, []byte("\nEdit number")); i >= 0 {
		text = text[:i]
	}
	if err := os.WriteFile(name, append(text, "\n"+mark+"\n"...), 0o644); err != nil {
		b.Fatal(err)
	}
	return mark
}

// BenchmarkUpdate is the builder's part of a live edit.
func BenchmarkUpdate(b *testing.B) {
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			asCommand(b)
			cfg := build.Config{Content: corpus(b, pages), Out: b.TempDir(), Port: 8080}
			builder, err := build.New(cfg)
			if err == nil {
				_, err = builder.Build(context.Background())
			}
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				n++
				touch(b, cfg.Content, n)
				r, err := builder.Update(context.Background(), []string{buildtest.PagePath("proav", 17)})
				if err != nil || r.Written != 1 {
					b.Fatal(err, r.Written)
				}
			}
		})
	}
}

// BenchmarkEdit is one edit, from the write of the file to the new text in an
// answer over HTTP, with the real program serving.
func BenchmarkEdit(b *testing.B) {
	program := command(b)
	for _, pages := range corpusSizes {
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			dir := corpus(b, pages)
			url := serveCommand(b, program, dir)
			n := 0
			for b.Loop() {
				n++
				mark := touch(b, dir, n)
				for !strings.Contains(get(b, url), mark) {
					time.Sleep(200 * time.Microsecond)
				}
			}
		})
	}
}

// command builds the program.
func command(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "indigex")
	if out, err := exec.Command("go", "build", "-o", program, "indigex.com/indigex").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return program
}

// serveCommand runs the preview and returns the address of the page that
// touch edits.
func serveCommand(b *testing.B, program, dir string) string {
	b.Helper()
	probe := httptest.NewServer(nil)
	addr := strings.TrimPrefix(probe.URL, "http://")
	probe.Close()
	cmd := exec.Command(program, "serve", "--content", dir, "--addr", addr, "--data", b.TempDir())
	cmd.Dir = b.TempDir()
	cmd.Env = append(os.Environ(), "INDIGEX_CACHE="+b.TempDir())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM); cmd.Wait() })
	url := "http://" + addr + "/part-000/page-00017/"
	for get(b, url) == "" {
		time.Sleep(20 * time.Millisecond)
	}
	return url
}

func get(b *testing.B, url string) string {
	b.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Host = "proav.example.localhost:" + req.URL.Port()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return string(text)
}
