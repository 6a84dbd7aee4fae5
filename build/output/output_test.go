package output_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"indigex.com/indigex/build/output"
)

func open(t *testing.T, dir string) *output.Folder {
	t.Helper()
	f, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// build plans and writes files that hold their names.
func build(t *testing.T, dir string, names ...string) (removed, changed []string) {
	t.Helper()
	f := open(t, dir)
	removed, err := f.Plan(names)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		wrote, err := f.Write(name, []byte(name))
		if err != nil {
			t.Fatal(err)
		}
		if wrote {
			changed = append(changed, name)
		}
	}
	f.Done()
	return removed, changed
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && name != dir {
			rel, _ := filepath.Rel(dir, name)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if _, changed := build(t, dir, "a/b/one", "a/two"); len(changed) != 2 {
		t.Errorf("first build changed %v", changed)
	}
	if removed, changed := build(t, dir, "a/b/one", "a/two"); len(removed)+len(changed) > 0 {
		t.Errorf("second build removed %v, changed %v", removed, changed)
	}
	if removed, changed := build(t, dir, "a/two", "c"); !slices.Equal(removed, []string{"a/b/one"}) || !slices.Equal(changed, []string{"c"}) {
		t.Errorf("third build removed %v, changed %v", removed, changed)
	}
	if got := files(t, dir); !slices.Equal(got, []string{".indigex", "a", "a/two", "c"}) {
		t.Errorf("files %v", got)
	}
}

// TestKilled wants a build that ended anywhere to leave a folder whose files
// all have an owner, so that the next one can clean up.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	build(t, dir, "old", "kept")
	f := open(t, dir)
	if _, err := f.Plan([]string{"kept", "new", "newer"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write("new", []byte("half the work")); err != nil {
		t.Fatal(err)
	}
	if removed, _ := build(t, dir, "kept"); !slices.Equal(removed, []string{"new", "newer"}) {
		t.Errorf("removed %v", removed)
	}
	if got := files(t, dir); !slices.Equal(got, []string{".indigex", "kept"}) {
		t.Errorf("files %v", got)
	}
}

func TestForeign(t *testing.T) {
	for name, list := range map[string]string{"no list": "", "another version": "indigex output 99\n"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"theirs": "x", output.List: list} {
				if text == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := output.Open(dir); !errors.Is(err, output.ErrForeign) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestListThatLeaves wants a list that was tampered with to remove nothing
// outside of its folder.
func TestListThatLeaves(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "out")
	build(t, dir, "a")
	victim := filepath.Join(top, "victim")
	if err := os.WriteFile(victim, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, output.List)
	text, err := os.ReadFile(list)
	if err == nil {
		err = os.WriteFile(list, append(text, "../victim\n"...), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	build(t, dir, "b")
	if _, err := os.Stat(victim); err != nil {
		t.Error(err)
	}
	if _, err := open(t, dir).Write("../other", []byte("x")); err == nil {
		t.Error("a file outside of the folder was written")
	}
}

// TestReplacedByLink wants a file of the output that somebody turned into a
// link to be replaced, not written through.
func TestReplacedByLink(t *testing.T) {
	top := t.TempDir()
	dir, victim := filepath.Join(top, "out"), filepath.Join(top, "victim")
	build(t, dir, "a")
	if err := os.WriteFile(victim, []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, file); err != nil {
		t.Fatal(err)
	}
	if _, changed := build(t, dir, "a"); !slices.Equal(changed, []string{"a"}) {
		t.Errorf("changed %v", changed)
	}
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		t.Errorf("file is %v, error %v", info.Mode(), err)
	}
}
