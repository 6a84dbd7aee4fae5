package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A tree is a watched folder on disk with what was reported of it.
type tree struct {
	*testing.T
	dir     string
	reports chan []string
	// seen are the paths reported so far, relative to dir; "*" is all.
	seen map[string]bool
}

// grow makes a folder with these files and watches it until the test ends.
func grow(t *testing.T, files ...string) *tree {
	tr := &tree{T: t, dir: filepath.Join(t.TempDir(), "content"), reports: make(chan []string), seen: make(map[string]bool)}
	tr.mkdir(".")
	for _, name := range files {
		tr.write(name, "old")
	}
	w, err := New(Config{Dirs: []string{tr.dir}})
	if err != nil {
		t.Fatal(err)
	}
	tr.run(w)
	return tr
}

func (t *tree) run(w *Watcher) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		err := w.Run(ctx, func(paths []string) {
			select {
			case t.reports <- paths:
			case <-ctx.Done():
			}
		})
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); done.Wait() })
}

func (t *tree) path(name string) string { return filepath.Join(t.dir, filepath.FromSlash(name)) }

func (t *tree) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (t *tree) mkdir(name string) { t.Helper(); t.must(os.MkdirAll(t.path(name), 0o755)) }

func (t *tree) write(name, text string) {
	t.Helper()
	t.mkdir(filepath.Dir(name))
	t.must(os.WriteFile(t.path(name), []byte(text), 0o644))
}

func (t *tree) rename(from, to string) { t.Helper(); t.must(os.Rename(t.path(from), t.path(to))) }

func (t *tree) remove(name string) { t.Helper(); t.must(os.RemoveAll(t.path(name))) }

// expect waits until each of the names was reported, then forgets what was.
// A name that never comes ends the test by the time limit of go test.
func (t *tree) expect(names ...string) {
	t.Helper()
	for !t.all(names) {
		select {
		case paths := <-t.reports:
			t.note(paths)
		case <-t.Context().Done():
			t.Fatalf("reported %v, not all of %v", t.seen, names)
		}
	}
	clear(t.seen)
}

func (t *tree) all(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !t.seen[name] })
}

func (t *tree) note(paths []string) {
	if paths == nil {
		t.seen["*"] = true
	}
	for _, p := range paths {
		rel, err := filepath.Rel(t.dir, p)
		t.must(err)
		t.seen[filepath.ToSlash(rel)] = true
	}
}

// expectOnly makes one more change, waits for it, and fails when anything
// else than the names was reported until then.
func (t *tree) expectOnly(names ...string) {
	t.Helper()
	t.write("last.md", time.Now().String())
	for !t.seen["last.md"] {
		t.note(<-t.reports)
	}
	names = append(names, "last.md")
	if !t.all(names) || len(t.seen) != len(names) {
		t.Errorf("reported %v, want %v", t.seen, names)
	}
	clear(t.seen)
}

func TestSaving(t *testing.T) {
	tests := map[string]struct {
		save func(*tree)
		want []string
	}{
		"in place":   {func(t *tree) { t.write("a/index.md", "new") }, []string{"a/index.md"}},
		"a new file": {func(t *tree) { t.write("a/new.md", "new") }, []string{"a/new.md"}},
		"by rename": {func(t *tree) {
			t.write("a/index.md.tmp", "new")
			t.rename("a/index.md.tmp", "a/index.md")
		}, []string{"a/index.md"}},
		"as vim does": {func(t *tree) {
			t.write("a/4913", "")
			t.remove("a/4913")
			t.write("a/.index.md.swp", "swap")
			t.rename("a/index.md", "a/index.md~")
			t.write("a/index.md", "new")
			t.remove("a/index.md~")
		}, []string{"a/index.md"}},
		"as GNOME's editor does": {func(t *tree) {
			t.write("a/.goutputstream-X1Y2Z3", "new")
			t.rename("a/.goutputstream-X1Y2Z3", "a/index.md")
		}, []string{"a/index.md"}},
		"a file removed": {func(t *tree) { t.remove("a/index.md") }, []string{"a/index.md"}},
		"a file renamed": {func(t *tree) { t.rename("a/index.md", "a/other.md") }, []string{"a/index.md", "a/other.md"}},
		"editors' own files alone": {func(t *tree) {
			t.write("a/.#index.md", "lock")
			t.write("a/#index.md#", "autosave")
			t.write("a/.DS_Store", "icons")
			t.write(".git/index", "git")
		}, nil},
		"permissions alone": {func(t *tree) { t.must(os.Chmod(t.path("a/index.md"), 0o600)) }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tr := grow(t, "a/index.md", "b/index.md")
			test.save(tr)
			tr.expectOnly(test.want...)
		})
	}
}

func TestNewFoldersAreWatchedAtOnce(t *testing.T) {
	tr := grow(t, "index.md")
	for i := range 20 {
		deep := fmt.Sprintf("new%d/one/two/three", i)
		tr.write(deep+"/early.md", "made before any watch could stand")
		tr.expect(deep + "/early.md")
		tr.write(deep+"/late.md", "made after")
		tr.expect(deep + "/late.md")
	}
}

func TestFolderRenamed(t *testing.T) {
	tr := grow(t, "old/a.md", "old/deep/b.md")
	tr.rename("old", "new")
	tr.expect("old", "new/a.md", "new/deep/b.md")
	tr.write("new/a.md", "changed")
	tr.write("new/deep/b.md", "changed")
	tr.expectOnly("new/a.md", "new/deep/b.md")
}

func TestFolderRenamedThereAndBack(t *testing.T) {
	tr := grow(t, "here/deep/a.md")
	for range 20 {
		tr.rename("here", "there")
		tr.rename("there", "here")
		tr.expect("here/deep/a.md")
		tr.write("here/deep/a.md", "changed")
		tr.expect("here/deep/a.md")
	}
}

func TestFolderRemovedAndMadeAgain(t *testing.T) {
	tr := grow(t, "a/index.md")
	tr.remove("a")
	tr.write("a/index.md", "again")
	tr.expect("a/index.md")
	tr.write("a/index.md", "and again")
	tr.expect("a/index.md")
}

func TestFolderMovedOut(t *testing.T) {
	tr := grow(t, "a/deep/index.md")
	out := filepath.Join(t.TempDir(), "out")
	tr.must(os.Rename(tr.path("a"), out))
	tr.expect("a")
	tr.must(os.WriteFile(filepath.Join(out, "deep", "index.md"), nil, 0o644))
	tr.expectOnly()
}

func TestWatchedFolderReplaced(t *testing.T) {
	t.Run("removed", func(t *testing.T) {
		tr := grow(t, "a/index.md")
		tr.remove(".")
		tr.expect("*")
		tr.write("a/index.md", "again")
		tr.expect("*")
		tr.write("../beside.md", "not watched")
		tr.write("a/index.md", "changed")
		tr.expectOnly("a/index.md")
	})
	t.Run("moved", func(t *testing.T) {
		tr := grow(t, "a/index.md")
		tr.rename(".", "../aside")
		tr.expect("*")
		tr.rename("../aside", ".")
		tr.expect("*")
		tr.write("a/index.md", "changed")
		tr.expect("a/index.md")
	})
	t.Run("removed with the folder around it", func(t *testing.T) {
		tr := grow(t, "a/index.md")
		tr.remove("..")
		tr.expect("*")
		tr.write("a/index.md", "again")
		tr.expect("*")
		tr.write("a/index.md", "changed")
		tr.expect("a/index.md")
	})
}

func TestBurst(t *testing.T) {
	tr := grow(t)
	var names []string
	for i := range 3000 {
		names = append(names, fmt.Sprintf("part%d/page%d.md", i%50, i))
		tr.write(names[i], "new")
	}
	tr.expect(names...)
}

func TestLostEventsAreReportedAsAll(t *testing.T) {
	tr := &tree{T: t, dir: t.TempDir(), reports: make(chan []string), seen: make(map[string]bool)}
	w, err := New(Config{Dirs: []string{tr.dir}})
	tr.must(err)
	lost := w.fs.Errors
	// A folder whose watch is missing, as after an overflow.
	tr.write("a/index.md", "new")
	tr.run(w)
	lost <- fsnotify.ErrEventOverflow
	tr.expect("*")
	tr.write("a/index.md", "changed")
	tr.expect("a/index.md")
}

func TestLinksAreNotFollowed(t *testing.T) {
	outside := t.TempDir()
	tr := grow(t, "a/index.md")
	tr.must(os.Symlink(outside, tr.path("a/made")))
	tr.must(os.Mkdir(tr.path("../b"), 0o755))
	tr.must(os.Symlink(outside, tr.path("../b/found")))
	tr.must(os.Symlink(tr.dir, tr.path("../b/loop")))
	tr.rename("../b", "b")
	tr.expect("a/made", "b/found", "b/loop")
	tr.must(os.WriteFile(filepath.Join(outside, "secret.md"), nil, 0o644))
	tr.expectOnly()
}

func TestRunLeavesNothingBehind(t *testing.T) {
	w, err := New(Config{Dirs: []string{t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Run(ctx, func([]string) {}); err != nil {
		t.Error(err)
	}
	for range w.fs.Events { // closed by the goroutine that filled it, as its last act
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, dirs := range [][]string{nil, {filepath.Join(t.TempDir(), "nowhere")}} {
		if w, err := New(Config{Dirs: dirs}); err == nil {
			t.Errorf("New watches %q: %v", dirs, w.Close())
		} else if !strings.Contains(err.Error(), "folder") {
			t.Errorf("error %q says nothing of a folder", err)
		}
	}
}

func TestChangesBetweenNewAndRunAreReported(t *testing.T) {
	tr := &tree{T: t, dir: t.TempDir(), reports: make(chan []string), seen: make(map[string]bool)}
	w, err := New(Config{Dirs: []string{tr.dir}})
	tr.must(err)
	tr.write("early.md", "made before Run")
	tr.run(w)
	tr.expect("early.md")
}

func TestIgnored(t *testing.T) {
	for name, want := range map[string]bool{
		"index.md": false, "404.md": false, "4913": true, "4913.md": false, "x~": true, ".#x": true, "#x#": true, "#x": false,
		".index.md.swp": true, ".index.md.swo": true, ".x.swpx": true, "talk.swf": false, "x.swp": false, "notes.tmp": true,
		".git": true, ".gitignore": false, ".DS_Store": true, ".well-known": false, "tmp": false,
	} {
		if Ignored(name) != want {
			t.Errorf("Ignored(%q) is %v", name, !want)
		}
	}
}
