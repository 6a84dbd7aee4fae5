//go:build unix

package output_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"indigex.com/indigex/build/output"
)

// put writes files by name, with the folders that they need.
func put(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte("theirs"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

// intact wants files that put wrote to be as they were.
func intact(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != "theirs" {
			t.Errorf("%s holds %q, error %v", name, text, err)
		}
	}
}

// TestPlantedTemp wants links under names that a temporary file could have
// never to be written through.
func TestPlantedTemp(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "out")
	put(t, top, "victim")
	build(t, dir, "a")
	for _, name := range []string{"index.html.1.tmp", "index.html.2.tmp", "index.html.tmp"} {
		link(t, filepath.Join(top, "victim"), filepath.Join(dir, name))
	}
	build(t, dir, "a", "index.html")
	intact(t, top, "victim")
}

// TestPlantedMarker wants a marker that isn't a file to be named, and never
// to be written through, wherever it leads.
func TestPlantedMarker(t *testing.T) {
	for _, target := range []string{"../victim", "victim"} {
		top := t.TempDir()
		dir := filepath.Join(top, "out")
		build(t, dir, "a")
		put(t, top, "victim", "out/victim")
		link(t, target, filepath.Join(dir, ".indigex.building"))
		if _, err := open(t, dir).Plan([]string{"b"}); err == nil || !strings.Contains(err.Error(), ".indigex.building") {
			t.Errorf("error %v", err)
		}
		intact(t, top, "victim", "out/victim")
	}
}

// TestLinkedFolder wants a link that stands for a folder to be refused by
// name wherever it leads, for files that are written and ones removed.
func TestLinkedFolder(t *testing.T) {
	for name, target := range map[string]string{"outside": "../outside", "inside": "other", "nowhere": "gone"} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			dir := filepath.Join(top, "out")
			build(t, dir, "host/pages/a", "host/pages/b")
			put(t, top, "outside/a", "outside/b", "out/host/other/a", "out/host/other/b")
			linked := filepath.Join(dir, "host", "pages")
			if err := os.RemoveAll(linked); err != nil {
				t.Fatal(err)
			}
			target = strings.Replace(target, "../", top+"/", 1)
			link(t, target, linked)

			f := open(t, dir)
			if name != "nowhere" { // where nothing is left to remove
				refused(t, linked, func() error { _, err := f.Plan([]string{"host/pages/a"}); return err })
			}
			refused(t, linked, func() error { _, err := f.Write("host/pages/a", []byte("ours")); return err })
			refused(t, linked, func() error { _, err := f.Write("host/pages/deep/er/a", []byte("ours")); return err })
			if _, _, ok := f.Stamp("host/pages/a"); ok {
				t.Error("a file behind the link has a stamp")
			}
			intact(t, top, "outside/a", "outside/b", "out/host/other/a", "out/host/other/b")
		})
	}
}

func refused(t *testing.T, path string, do func() error) {
	t.Helper()
	if err := do(); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove the link") {
		t.Errorf("error %v", err)
	}
}

// TestMovedBetween wants a folder that was moved away after it was used not
// to be written to where it is now.
func TestMovedBetween(t *testing.T) {
	top := t.TempDir()
	dir, away := filepath.Join(top, "out"), filepath.Join(top, "away")
	f := open(t, dir)
	if _, err := f.Plan([]string{"host/a"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write("host/a", []byte("first")); err != nil {
		t.Fatal(err)
	}
	f.Done()
	f.Stamp("host/a")
	if err := os.Rename(filepath.Join(dir, "host"), away); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write("host/a", []byte("second")); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{filepath.Join(away, "a"): "first", filepath.Join(dir, "host", "a"): "second"} {
		if text, err := os.ReadFile(file); err != nil || string(text) != want {
			t.Errorf("%s holds %q, error %v", file, text, err)
		}
	}
}

// TestStrangeList wants a list that isn't a file of sensible size to be
// refused at once: to open a pipe would wait for ever.
func TestStrangeList(t *testing.T) {
	plant := map[string]func(name string) error{
		"pipe":   func(name string) error { return syscall.Mkfifo(name, 0o644) },
		"folder": func(name string) error { return os.Mkdir(name, 0o755) },
		"link":   func(name string) error { return os.Symlink("/dev/zero", name) },
		"huge": func(name string) error {
			return errors.Join(os.WriteFile(name, nil, 0o644), os.Truncate(name, 64<<20+1))
		},
	}
	for name, plant := range plant {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := plant(filepath.Join(dir, output.List)); err != nil {
				t.Fatal(err)
			}
			if _, err := output.Open(dir); !errors.Is(err, output.ErrForeign) || !strings.Contains(err.Error(), output.List) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestPipeForFile wants a pipe that stands where a file belongs to be
// replaced, not read.
func TestPipeForFile(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, "a")
	file := filepath.Join(dir, "a")
	if err := errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, changed := build(t, dir, "a"); !slices.Equal(changed, []string{"a"}) {
		t.Errorf("changed %v", changed)
	}
}

// TestListNames wants names in the list that no build can have written to be
// ignored, and the same names to be refused for new files.
func TestListNames(t *testing.T) {
	bad := []string{"", ".", "../victim", "/victim", "a//b", "a/../b", "tab\there", "nul\x00", "esc\x1b[31m", "cr\r", "c1\u0085",
		output.List, ".indigex.building", "a/.indigex-0123456789abcdef.tmp"}
	top := t.TempDir()
	dir := filepath.Join(top, "out")
	build(t, dir, "kept")
	put(t, top, "victim", "out/tab\there", "out/cr\r")
	list, err := os.OpenFile(filepath.Join(dir, output.List), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = list.WriteString(strings.Join(bad, "\n") + "\n")
	if err := errors.Join(err, list.Close()); err != nil {
		t.Fatal(err)
	}
	if removed, _ := build(t, dir, "kept"); len(removed) > 0 {
		t.Errorf("removed %q", removed)
	}
	intact(t, top, "victim", "out/tab\there", "out/cr\r")
	for _, name := range append(bad, "line\nbreak") {
		f := open(t, dir)
		if _, err := f.Plan([]string{"kept", name}); err == nil {
			t.Errorf("%q can be planned", name)
		}
		if _, err := f.Write(name, nil); err == nil {
			t.Errorf("%q can be written", name)
		}
	}
}

// TestLeftBehind wants the temporary files of a killed build to go with the
// next, and files of other people with names like theirs to stay.
func TestLeftBehind(t *testing.T) {
	const temp = ".indigex-0123456789abcdef.tmp"
	dir := t.TempDir()
	theirs := []string{"a.1.tmp", "host/.indigex-0123456789ABCDEF.tmp", "host/.indigex-0123.tmp", "host/x" + temp, "host/" + temp + "x"}
	build(t, dir, "host/a")
	put(t, dir, theirs...)
	f := open(t, dir)
	if _, err := f.Plan([]string{"host/a", "host/new/b"}); err != nil {
		t.Fatal(err)
	}
	put(t, dir, temp, "host/"+temp, "host/deep/"+temp) // as a build that is killed here does

	after := open(t, dir)
	if _, _, ok := after.Stamp("host/a"); ok {
		t.Error("a file has a stamp though the last build was killed")
	}
	build(t, dir, "host/a")
	want := append([]string{".indigex", "host", "host/a", "host/deep"}, theirs...)
	if got := files(t, dir); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("files %q", got)
	}
	intact(t, dir, theirs...)
}

// TestKilledFirst wants a first build that was killed before it had a list
// not to make the folder foreign.
func TestKilledFirst(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, ".indigex.building", ".indigex-0123456789abcdef.tmp")
	build(t, dir, "a")
	if got := files(t, dir); !slices.Equal(got, []string{".indigex", "a"}) {
		t.Errorf("files %v", got)
	}
}

// TestMarker wants the marker to stand from Plan to Done, and not to stay
// after a file that is written by itself.
func TestMarker(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	step := func(want bool, do func() error) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(filepath.Join(dir, ".indigex.building")); (err == nil) != want {
			t.Errorf("marker stands: %v", err == nil)
		}
	}
	write := func(text string) func() error {
		return func() error { _, err := f.Write("host/a", []byte(text)); return err }
	}
	step(true, func() error { _, err := f.Plan([]string{"host/a"}); return err })
	step(true, write("one"))
	step(false, func() error { f.Done(); return nil })
	step(false, write("two"))
}

// TestLinkedOut wants an output folder that is itself a link to be followed.
func TestLinkedOut(t *testing.T) {
	top := t.TempDir()
	dir, out := filepath.Join(top, "real"), filepath.Join(top, "out")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	link(t, dir, out)
	build(t, out, "a/b")
	if removed, changed := build(t, out, "a/b", "c"); len(removed) > 0 || !slices.Equal(changed, []string{"c"}) {
		t.Errorf("removed %v, changed %v", removed, changed)
	}
	if got := files(t, dir); !slices.Equal(got, []string{".indigex", "a", "a/b", "c"}) {
		t.Errorf("files %v", got)
	}
}

// TestOthersInPlace wants what others put where listed files and folders were
// to stay: it isn't what the build wrote.
func TestOthersInPlace(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, "kept", "folder/a", "file")
	for _, name := range []string{"folder", "file"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	put(t, dir, "folder", "file/theirs")
	build(t, dir, "kept")
	intact(t, dir, "folder", "file/theirs")
}
