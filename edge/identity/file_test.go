package identity

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// dying names the file to which a child of this test writes, and how; see
// TestMain.
const dying = "IDENTITY_TEST_DYING"

// TestMain lets the tests start this program again, as one that is killed.
func TestMain(m *testing.M) {
	if how, path, is := strings.Cut(os.Getenv(dying), " "); is {
		die(how, path)
	}
	os.Exit(m.Run())
}

// die never returns. It stages a ring and then waits, or saves one ring after
// the other, and says so line by line.
func die(how, path string) {
	ring, err := Load(path)
	for err == nil {
		if how == "staged" {
			if _, err = ring.stage(path); err != nil {
				break
			}
			fmt.Println("staged")
			_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		}
		ring = New(ring.keys[0].Created)
		err = ring.Save(path)
		fmt.Println("saved")
	}
	fmt.Println(err)
	os.Exit(1)
}

// kill starts such a child, kills it after some lines, and checks the file.
func (w *world) kill(how, path string, lines int) {
	w.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), dying+"="+how+" "+path)
	out, err := child.StdoutPipe()
	w.must(err)
	_, err = child.StdinPipe() // open for as long as the child lives
	w.must(err)
	w.must(child.Start())
	scanner := bufio.NewScanner(out)
	for range lines {
		if !scanner.Scan() || scanner.Text() != strings.ReplaceAll(how, "saving", "saved") {
			w.Errorf("the child says %q", scanner.Text())
		}
	}
	w.must(child.Process.Kill())
	_ = child.Wait() // that it was killed
	if _, err := Load(path); err != nil {
		w.Errorf("killed after %d lines: %v", lines, err)
	}
}

func TestKilledSavesLeaveAGoodFile(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "keys")
	w.must(w.ring.Create(path))
	before, err := os.ReadFile(path)
	w.must(err)
	w.kill("staged", path, 1)
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) || w.names(path) != 2 {
		t.Errorf("between temporary file and rename: %d files, %v", w.names(path), err)
	}
	for lines := range 12 {
		w.kill("saving", path, lines)
	}
	w.must(w.ring.Save(path))
	if n := w.names(path); n != 1 {
		t.Errorf("%d files are left", n)
	}
}

// names counts the files beside a path.
func (w *world) names(path string) int {
	entries, err := os.ReadDir(filepath.Dir(path))
	w.must(err)
	return len(entries)
}

func TestModes(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "keys")
	w.must(w.ring.Create(path))
	w.mode(path)
	w.must(w.ring.Save(path))
	w.mode(path)
	keys, err := OpenKeys(path)
	w.must(err)
	ring := keys.Ring()
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o660, 0o644, 0o602, 0o601, 0o666, 0o777} {
		w.must(os.Chmod(path, mode))
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("mode %o: %v", mode, err)
		}
		if changed, err := keys.Reload(); changed || err == nil || keys.Ring() != ring {
			t.Errorf("mode %o while serving: %v, %v", mode, changed, err)
		}
	}
	w.must(os.Chmod(path, 0o400))
	_, err = Load(path)
	w.must(err)
}

func (w *world) mode(path string) {
	w.Helper()
	info, err := os.Stat(path)
	w.must(err)
	if info.Mode() != 0o600 {
		w.Errorf("mode is %v", info.Mode())
	}
}

func TestCreateNeverReplaces(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "edge keys new") {
		t.Errorf("without a file: %v", err)
	}
	w.must(w.ring.Create(path))
	before, err := os.ReadFile(path)
	w.must(err)
	if err := New(w.now).Create(path); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "edge keys rotate") {
		t.Errorf("over a file: %v", err)
	}
	after, err := os.ReadFile(path)
	w.must(err)
	if string(after) != string(before) || w.names(path) != 1 {
		t.Errorf("the file has changed, or one of %d is left", w.names(path))
	}
}

func TestSaveFollowsLinks(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	path, link := filepath.Join(dir, "keys"), filepath.Join(dir, "link")
	w.must(w.ring.Create(path))
	w.must(os.Symlink("keys", link))
	w.rotate()
	w.must(w.ring.Save(link))
	if ring, err := Load(path); err != nil || len(ring.keys) != 2 {
		t.Errorf("what the link names is %v", err)
	}
}

// Where the tests run as root, the file is another one's and stays theirs.
func TestSaveKeepsTheOwner(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "keys")
	w.must(w.ring.Create(path))
	owner := os.Getuid()
	if owner == 0 {
		owner = 1234
		w.must(os.Chown(path, owner, owner))
	}
	w.must(w.ring.Save(path))
	info, err := os.Stat(path)
	w.must(err)
	if got := fmt.Sprintf("%+v", info.Sys()); !strings.Contains(got, fmt.Sprintf("Uid:%d ", owner)) {
		t.Errorf("the file is now %s", got)
	}
	w.mode(path)
}

func TestNotAKeyRing(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	w.must(os.WriteFile(large, make([]byte, maxRingFile+1), 0o600))
	for _, path := range []string{dir, large, os.DevNull} {
		if _, err := OpenKeys(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := w.ring.Save(filepath.Join(dir, "absent", "keys")); err == nil {
		t.Error("saved in a folder that is not there")
	}
}

// A ring is taken whole when it changes; what is no ring leaves the old one.
func TestReload(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "keys")
	w.must(w.ring.Create(path))
	keys, err := OpenKeys(path)
	w.must(err)
	want := func(changed bool, n int) {
		t.Helper()
		if got, err := keys.Reload(); got != changed || err != nil || len(keys.Ring().keys) != n {
			t.Errorf("changed %v, %v, %d keys; want %v, %d", got, err, len(keys.Ring().keys), changed, n)
		}
	}
	want(false, 1)
	w.rotate()
	w.must(w.ring.Save(path))
	want(true, 2)
	want(false, 2)
	good, err := os.ReadFile(path)
	w.must(err)
	for _, bad := range [][]byte{nil, good[:100], []byte("{}")} {
		w.must(os.WriteFile(path, bad, 0o600))
		if changed, err := keys.Reload(); changed || err == nil || len(keys.Ring().keys) != 2 {
			t.Errorf("%q: %v, %v", bad, changed, err)
		}
	}
	w.must(os.Remove(path))
	if _, err := keys.Reload(); !errors.Is(err, fs.ErrNotExist) || len(keys.Ring().keys) != 2 {
		t.Errorf("without the file: %v", err)
	}
	w.must(os.WriteFile(path, good, 0o600))
	want(false, 2)
}
