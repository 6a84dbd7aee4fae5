package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// marker is the name of the file that stands while files are written.
const marker = ".indigex.building"

// A temporary file's name is these with 16 hexadecimal digits between.
const (
	tempStart = ".indigex-"
	tempEnd   = ".tmp"
)

// isTemp says whether a file of that name, without its folder, is one that
// this package made.
func isTemp(name string) bool {
	digits, ok := strings.CutPrefix(name, tempStart)
	if !ok {
		return false
	}
	digits, ok = strings.CutSuffix(digits, tempEnd)
	return ok && len(digits) == 16 && strings.Trim(digits, "0123456789abcdef") == ""
}

// begin puts up the marker, unless other work has done so. Folders are looked
// up afresh, since between two works people may have moved them.
func (f *Folder) begin() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.work == 0 {
		f.dirs.drop()
		if err := f.mark(); err != nil {
			return err
		}
	}
	f.work++
	return nil
}

func (f *Folder) mark() error {
	file, err := f.dirs.top.OpenFile(marker, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		return file.Close()
	}
	info, lost := f.dirs.top.Lstat(marker)
	if lost == nil && info.Mode().IsRegular() {
		return nil // of a killed build
	}
	return fmt.Errorf("%w: remove it and build again", f.dirs.at(marker, err))
}

// end takes the marker down when no work is left. That of a killed build
// stays until what it left is cleaned up.
func (f *Folder) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.work--
	if f.work > 0 {
		return
	}
	if !f.unfinished {
		f.dirs.top.Remove(marker)
	}
	f.dirs.drop()
}

// clean removes the temporary files of a killed build.
func (f *Folder) clean() error {
	f.dirs.drop()
	for left := []string{"."}; len(left) > 0; {
		dir := left[len(left)-1]
		below, err := f.cleanDir(dir)
		if err != nil {
			return err
		}
		left = append(left[:len(left)-1], below...)
	}
	return nil
}

// cleanDir removes the temporary files of one folder and returns the folders
// in it.
func (f *Folder) cleanDir(dir string) (below []string, err error) {
	d, err := f.dirs.acquire(dir, false)
	if err != nil {
		return nil, err
	}
	defer f.dirs.release(d)
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return nil, f.dirs.at(dir, err)
	}
	for _, entry := range entries {
		switch {
		case entry.IsDir():
			below = append(below, path.Join(dir, entry.Name()))
		case entry.Type().IsRegular() && isTemp(entry.Name()):
			err := d.root.Remove(entry.Name())
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, f.dirs.at(path.Join(dir, entry.Name()), err)
			}
		}
	}
	return below, nil
}
