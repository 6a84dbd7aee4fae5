package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// maxOpen bounds the folders that are held open; those in use come on top.
const maxOpen = 256

// errNoFolder says that something else stands where a folder belongs.
var errNoFolder = errors.New("is not a folder, but the output needs one there: remove it and build again")

var errLink = errors.New("is a symbolic link, and the output is not written through links: remove the link and build again")

// dirs holds folders open, so that reaching a file takes one step however
// deep it lies, and so that each step on the way is known to be no link.
type dirs struct {
	name string // of the top folder, for messages
	top  *os.Root

	mu   sync.Mutex
	open map[string]*dir // by slash-separated path, without the top
}

// A dir is a folder that is held open.
type dir struct {
	root  *os.Root
	users int
	// forgotten says that it is no longer in the map, and is closed by the
	// last who uses it.
	forgotten bool
}

func openDirs(name string, top *os.Root) *dirs {
	return &dirs{name: name, top: top, open: map[string]*dir{}}
}

// acquire opens a folder, and makes it and those that it lies in where create
// is set; the caller releases it. The error is fs.ErrNotExist where there is
// no such folder, errNoFolder or errLink where there is something else.
func (d *dirs) acquire(name string, create bool) (*dir, error) {
	if name == "." {
		return &dir{root: d.top, users: 1}, nil
	}
	if held := d.held(name); held != nil {
		return held, nil
	}
	parent, err := d.acquire(path.Dir(name), create)
	if err != nil {
		return nil, err
	}
	defer d.release(parent)
	root, err := enter(parent.root, path.Base(name))
	if create && errors.Is(err, fs.ErrNotExist) {
		err = parent.root.Mkdir(path.Base(name), 0o755)
		if err == nil || errors.Is(err, fs.ErrExist) {
			root, err = enter(parent.root, path.Base(name))
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = errLink // to nowhere, since it can be neither made nor opened
		}
	}
	if err != nil {
		return nil, d.at(name, err)
	}
	return d.hold(name, root), nil
}

func (d *dirs) held(name string) *dir {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := d.open[name]
	if held != nil {
		held.users++
	}
	return held
}

// hold keeps a folder that was opened, or the one that somebody else opened
// in the meantime.
func (d *dirs) hold(name string, root *os.Root) *dir {
	d.mu.Lock()
	defer d.mu.Unlock()
	held := d.open[name]
	if held != nil {
		root.Close()
	} else {
		if len(d.open) >= maxOpen {
			d.dropIdle()
		}
		held = &dir{root: root}
		d.open[name] = held
	}
	held.users++
	return held
}

func (d *dirs) release(held *dir) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held.users--
	if held.forgotten && held.users == 0 {
		held.root.Close()
	}
}

// forget closes a folder that is about to be removed.
func (d *dirs) forget(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if held := d.open[name]; held != nil {
		d.lose(name, held)
	}
}

// drop closes all folders but the top, those in use when they are released.
func (d *dirs) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, held := range d.open {
		d.lose(name, held)
	}
}

func (d *dirs) dropIdle() {
	for name, held := range d.open {
		if held.users == 0 {
			d.lose(name, held)
		}
	}
}

func (d *dirs) lose(name string, held *dir) {
	delete(d.open, name)
	held.forgotten = true
	if held.users == 0 {
		held.root.Close()
	}
}

func (d *dirs) close() error {
	d.drop()
	return d.top.Close()
}

// at adds the path of a file or folder to an error about it.
func (d *dirs) at(name string, err error) error {
	if err == nil {
		return nil
	}
	full := filepath.Join(d.name, filepath.FromSlash(name))
	// The system's errors name the file in its folder, perhaps a temporary
	// one: the path says more.
	var inPath *fs.PathError
	var inLink *os.LinkError
	switch {
	case errors.As(err, &inPath):
		return &fs.PathError{Op: inPath.Op, Path: full, Err: inPath.Err}
	case errors.As(err, &inLink):
		return &fs.PathError{Op: inLink.Op, Path: full, Err: inLink.Err}
	}
	return fmt.Errorf("%s %w", full, err)
}

// enter opens a folder that lies in another, where it is one and not a link
// to one. What was opened is compared with what stands there, so that nobody
// can put a link there in between. A link to nowhere gives fs.ErrNotExist; to
// make a folder in its place then fails with fs.ErrExist.
func enter(parent *os.Root, name string) (*os.Root, error) {
	root, err := parent.OpenRoot(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	info, lost := parent.Lstat(name)
	if err == nil && lost == nil && info.IsDir() {
		opened, err := root.Stat(".")
		if err == nil && os.SameFile(info, opened) {
			return root, nil
		}
		root.Close()
		return nil, errLink
	}
	if err == nil {
		root.Close()
	}
	switch {
	case lost != nil:
		return nil, lost
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errLink
	case !info.IsDir():
		return nil, errNoFolder
	}
	return nil, err
}
