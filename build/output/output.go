// Package output writes a folder that a build owns.
//
// The folder holds a file .indigex that lists what the build wrote. A folder
// with other content and no such list isn't ours and is refused; in one that
// is, files no longer built are removed, and files that the build never
// wrote are left alone. Each file is written under a temporary name and
// renamed, so a reader sees the old or the new; one whose bytes are the same
// is not touched.
package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// List is the name of the file that marks the folder.
const List = ".indigex"

const header = "indigex output 1; the build owns the files listed below and may change or remove them\n"

// ErrForeign says that a folder has content that no build wrote.
var ErrForeign = errors.New("has files that were not built by indigex")

// A Folder is an open output folder. Its methods may be called from several
// goroutines, but for Plan.
type Folder struct {
	dir     string
	listed  map[string]bool // what the list on disk names
	planned []string
	dirs    sync.Map // folders known to exist
	serial  atomic.Int64
}

// Open opens or creates the folder. It fails with ErrForeign where the folder
// isn't empty and has no list.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, listed: map[string]bool{}}
	text, err := os.ReadFile(filepath.Join(dir, List))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, f.empty()
	case err != nil:
		return nil, err
	}
	names, ok := strings.CutPrefix(string(text), header)
	if !ok {
		return nil, fmt.Errorf("%s: its list %s is of another version: %w", dir, List, ErrForeign)
	}
	for name := range strings.Lines(names) {
		if name = strings.TrimSuffix(name, "\n"); filepath.IsLocal(name) {
			f.listed[name] = true
		}
	}
	return f, nil
}

func (f *Folder) empty() error {
	entries, err := os.ReadDir(f.dir)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s %w", f.dir, ErrForeign)
	}
	return err
}

// Plan says which files the folder will have. It removes listed files that
// are not among them, with folders that this empties, and returns them. The
// list is written before anything else is, so that a build that is killed
// leaves no file without an owner.
func (f *Folder) Plan(names []string) (removed []string, err error) {
	names = slices.Sorted(slices.Values(names))
	for name := range f.listed {
		if _, ok := slices.BinarySearch(names, name); !ok {
			removed = append(removed, name)
		}
	}
	slices.Sort(removed)
	if !slices.Equal(names, f.planned) || len(removed) > 0 {
		union := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(names), removed...))))
		if err := f.writeList(union); err != nil {
			return nil, err
		}
	}
	for _, name := range removed {
		if err := f.remove(name); err != nil {
			return nil, err
		}
	}
	if len(removed) > 0 {
		if err := f.writeList(names); err != nil {
			return nil, err
		}
	}
	f.planned = names
	return removed, nil
}

func (f *Folder) writeList(names []string) error {
	var text bytes.Buffer
	text.WriteString(header)
	for _, name := range names {
		text.WriteString(name + "\n")
	}
	_, err := f.write(List, text.Bytes(), true)
	return err
}

func (f *Folder) remove(name string) error {
	err := os.Remove(f.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(f.listed, name)
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if os.Remove(f.path(dir)) != nil {
			break // not empty
		}
		f.dirs.Delete(dir)
	}
	return nil
}

func (f *Folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// Write makes the file hold the data and says whether it changed. The name
// is slash-separated and relative; it is one of those planned.
func (f *Folder) Write(name string, data []byte) (changed bool, err error) {
	return f.write(name, data, f.listed[name])
}

// Has says whether an earlier build wrote the file and it is still there with
// some content.
func (f *Folder) Has(name string) bool {
	if !f.listed[name] {
		return false
	}
	info, err := os.Lstat(f.path(name))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

func (f *Folder) write(name string, data []byte, known bool) (bool, error) {
	if !filepath.IsLocal(name) {
		return false, fmt.Errorf("output file %q leaves the folder", name)
	}
	full := f.path(name)
	if known && same(full, data) {
		return false, nil
	}
	if err := f.makeDir(path.Dir(name)); err != nil {
		return false, err
	}
	temp := fmt.Sprintf("%s.%d.tmp", full, f.serial.Add(1))
	err := os.WriteFile(temp, data, 0o644)
	if err == nil {
		err = os.Rename(temp, full)
	}
	if err != nil {
		os.Remove(temp)
	}
	return true, err
}

// makeDir makes a folder and those that it lies in, each asked for once.
func (f *Folder) makeDir(dir string) error {
	if _, ok := f.dirs.Load(dir); ok {
		return nil
	}
	if dir != "." {
		if err := f.makeDir(path.Dir(dir)); err != nil {
			return err
		}
	}
	err := os.Mkdir(f.path(dir), 0o755)
	if errors.Is(err, fs.ErrExist) {
		err = nil // where it is a file, writing below it fails and says so
	}
	if err == nil {
		f.dirs.Store(dir, true)
	}
	return err
}

// same says whether the file is a regular one that holds the data.
func same(name string, data []byte) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	old, err := os.ReadFile(name)
	return err == nil && bytes.Equal(old, data)
}

// Done says that all planned files are written: from now on they are ours to
// compare and to remove.
func (f *Folder) Done() {
	for _, name := range f.planned {
		f.listed[name] = true
	}
}

// Stamp returns the size in bytes and the time of change, in nanoseconds of
// Unix time, of a file that was written; ok is false where it isn't there.
func (f *Folder) Stamp(name string) (size, changed int64, ok bool) {
	info, err := os.Lstat(f.path(name))
	if err != nil || !info.Mode().IsRegular() {
		return 0, 0, false
	}
	return info.Size(), info.ModTime().UnixNano(), true
}
