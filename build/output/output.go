// Package output writes a folder that a build owns.
//
// The folder holds a file .indigex that lists what the build wrote. A folder
// with other content and no such list isn't ours and is refused; in one that
// is, files no longer built are removed, and files that the build never
// wrote are left alone. Each file is written under a temporary name,
// .indigex-<16 hexadecimal digits>.tmp, and renamed, so a reader sees the old
// or the new; one whose bytes are the same is not touched. While files are
// written, an empty file .indigex.building stands in the folder; where a
// build finds one, an earlier build was killed, and its temporary files are
// removed.
//
// The folder itself may be a symbolic link, which is followed once, when it
// is opened. Inside, links are never followed: one that stands where a file
// belongs is replaced, one that stands where a folder belongs is an error.
package output

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
)

// ErrForeign says that a folder has content that no build wrote.
var ErrForeign = errors.New("has files that were not built by indigex")

// A Folder is an open output folder. Its methods may be called from several
// goroutines, but for Plan, Done and Close, which are called alone.
type Folder struct {
	dir     string // as given to Open, for messages
	dirs    *dirs
	listed  map[string]bool // what the list on disk names
	planned []string
	// building is set from Plan to Done.
	building bool

	mu sync.Mutex
	// work counts what is going on that may leave temporary files: the marker
	// stands while it is above 0.
	work int
	// unfinished says that a killed build's temporary files may be about.
	unfinished bool
}

// Open opens or creates the folder. It fails with ErrForeign where the folder
// isn't empty and has no list. The caller closes the folder.
func Open(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, dirs: openDirs(dir, root)}
	if err := f.load(root); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Folder) load(root *os.Root) (err error) {
	_, err = root.Lstat(marker)
	f.unfinished = err == nil
	f.listed, err = readList(root)
	if errors.Is(err, fs.ErrNotExist) {
		return f.empty(root)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.dir, err)
	}
	return nil
}

// empty fails where a folder without a list has files. Those of a build that
// was killed before it could write its list don't count.
func (f *Folder) empty(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || entry.Name() != marker && !isTemp(entry.Name()) {
			return fmt.Errorf("%s %w", f.dir, ErrForeign)
		}
	}
	f.unfinished = len(entries) > 0
	f.listed = map[string]bool{}
	return nil
}

// Close gives back what the folder holds open. After Close no other method
// may be called, but Close again does no harm.
func (f *Folder) Close() error { return f.dirs.close() }

// Plan says which files the folder will have. It removes what a killed build
// left behind, and listed files that are not among the names, with folders
// that this empties, and returns those files. The list is written before
// anything else is, so that a build that is killed leaves no file without an
// owner. It fails for names that are not relative, slash-separated and clean,
// have control characters or are kept for this package, and where a symbolic
// link stands for a folder of one that it removes.
func (f *Folder) Plan(names []string) (removed []string, err error) {
	for _, name := range names {
		if err := check(name); err != nil {
			return nil, err
		}
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	if err := f.start(); err != nil {
		return nil, err
	}
	for name := range f.listed {
		if _, ok := slices.BinarySearch(names, name); !ok {
			removed = append(removed, name)
		}
	}
	slices.Sort(removed)
	if !slices.Equal(names, f.planned) || len(removed) > 0 {
		if err := f.writeList(slices.Sorted(slices.Values(slices.Concat(names, removed)))); err != nil {
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

// start cleans up after a killed build and begins the work that Done ends.
func (f *Folder) start() error {
	if f.unfinished {
		if err := f.clean(); err != nil {
			return err
		}
		f.unfinished = false
	}
	if f.building {
		return nil
	}
	f.building = true
	err := f.begin()
	if err != nil {
		f.building = false
	}
	return err
}

// remove removes a file and the folders that this empties. A folder that
// stands where the file was isn't ours and stays.
func (f *Folder) remove(name string) error {
	if err := f.unlink(name, false); err != nil {
		return err
	}
	delete(f.listed, name)
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		f.dirs.forget(dir)
		if f.unlink(dir, true) != nil {
			break // not empty
		}
	}
	return nil
}

// unlink removes one file, or one empty folder, where it is there.
func (f *Folder) unlink(name string, folder bool) error {
	d, err := f.dirs.acquire(path.Dir(name), false)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFolder) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.dirs.release(d)
	info, err := d.root.Lstat(path.Base(name))
	if err == nil && info.IsDir() == folder {
		err = d.root.Remove(path.Base(name))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return f.dirs.at(name, err)
}

// Write makes the file hold the data and says whether it changed. The name is
// one of those planned. Folders are made as needed; Write fails where a link
// or a file stands for one.
func (f *Folder) Write(name string, data []byte) (changed bool, err error) {
	if err := check(name); err != nil {
		return false, err
	}
	return f.write(name, data, f.listed[name])
}

func (f *Folder) write(name string, data []byte, known bool) (bool, error) {
	if known && f.same(name, data) {
		return false, nil
	}
	if err := f.begin(); err != nil {
		return false, err
	}
	defer f.end()
	d, err := f.dirs.acquire(path.Dir(name), true)
	if err != nil {
		return false, err
	}
	defer f.dirs.release(d)
	if err := replace(d.root, path.Base(name), data); err != nil {
		return false, f.dirs.at(name, err)
	}
	return true, nil
}

// same says whether the file is a regular one that holds the data.
func (f *Folder) same(name string, data []byte) bool {
	d, err := f.dirs.acquire(path.Dir(name), false)
	if err != nil {
		return false
	}
	defer f.dirs.release(d)
	info, err := d.root.Lstat(path.Base(name))
	if err != nil || info.Size() != int64(len(data)) {
		return false
	}
	old, err := read(d.root, info)
	return err == nil && bytes.Equal(old, data)
}

// replace writes a new file under a name that nobody can guess and gives it
// the wanted one.
func replace(root *os.Root, name string, data []byte) error {
	temp := tempName()
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Close())
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		root.Remove(temp)
	}
	return err
}

func tempName() string {
	var random [8]byte
	rand.Read(random[:]) // never fails
	return fmt.Sprintf("%s%x%s", tempStart, random, tempEnd)
}

// Done says that all planned files are written: from now on they are ours to
// compare and to remove.
func (f *Folder) Done() {
	for _, name := range f.planned {
		f.listed[name] = true
	}
	if f.building {
		f.building = false
		f.end()
	}
}

// Stamp returns the size in bytes and the time of change, in nanoseconds of
// Unix time, of a file that was written; ok is false where it isn't there,
// or where an earlier build was killed, until Plan has cleaned up after it.
func (f *Folder) Stamp(name string) (size, changed int64, ok bool) {
	if f.unfinished || name != List && check(name) != nil {
		return 0, 0, false
	}
	d, err := f.dirs.acquire(path.Dir(name), false)
	if err != nil {
		return 0, 0, false
	}
	defer f.dirs.release(d)
	info, err := d.root.Lstat(path.Base(name))
	if err != nil || !info.Mode().IsRegular() {
		return 0, 0, false
	}
	return info.Size(), info.ModTime().UnixNano(), true
}
