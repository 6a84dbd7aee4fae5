package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
)

// List is the name of the file that marks the folder.
const List = ".indigex"

const header = "indigex output 1; the build owns the files listed below and may change or remove them\n"

// maxList bounds the list, in bytes.
const maxList = 64 << 20

// check fails for a name that can't be a file of the output.
func check(name string) error {
	switch {
	case !fs.ValidPath(name) || !filepath.IsLocal(name) || name == ".":
		return fmt.Errorf("output file %q leaves the folder or is not a clean slash-separated path", name)
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("output file %q has control characters in its name", name)
	case name == List || name == marker || isTemp(path.Base(name)):
		return fmt.Errorf("output file %q has a name that the build keeps for itself", name)
	}
	return nil
}

// readList returns the names in the list, without those that no build can
// have written. Its error is fs.ErrNotExist where there is no list, and
// ErrForeign where what stands there isn't one.
func readList(root *os.Root) (map[string]bool, error) {
	info, err := root.Lstat(List)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("its list %s is not a regular file: %w", List, ErrForeign)
	}
	if info.Size() > maxList {
		return nil, fmt.Errorf("its list %s is larger than %d bytes: %w", List, maxList, ErrForeign)
	}
	text, err := read(root, info)
	if err != nil {
		return nil, err
	}
	names, ok := strings.CutPrefix(string(text), header)
	if !ok {
		return nil, fmt.Errorf("its list %s is of another version: %w", List, ErrForeign)
	}
	listed := map[string]bool{}
	for name := range strings.Lines(names) {
		if name = strings.TrimSuffix(name, "\n"); check(name) == nil {
			listed[name] = true
		}
	}
	return listed, nil
}

// writeList writes the list, where it isn't there already. Each name is one
// that check lets pass, so a line of the list is one name.
func (f *Folder) writeList(names []string) error {
	var text bytes.Buffer
	text.WriteString(header)
	for _, name := range names {
		if err := check(name); err != nil {
			return err
		}
		text.WriteString(name + "\n")
	}
	if text.Len() > maxList {
		return fmt.Errorf("output list of %d files is larger than %d bytes", len(names), maxList)
	}
	_, err := f.write(List, text.Bytes(), true)
	return err
}

var errReplaced = errors.New("was replaced while it was read, or is not a regular file")

// read reads the regular file that info, from Lstat, is about: no more bytes
// than info says, and nothing where another file was put in its place since.
func read(root *os.Root, info fs.FileInfo) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", info.Name(), errReplaced)
	}
	// A pipe put there since would make the call wait but for O_NONBLOCK.
	file, err := root.OpenFile(info.Name(), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	opened, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(info, opened) {
		return nil, fmt.Errorf("%s %w", info.Name(), errReplaced)
	}
	data := make([]byte, info.Size())
	_, err = io.ReadFull(file, data)
	return data, err
}
