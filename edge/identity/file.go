package identity

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// maxRingFile is how many bytes of a file are read.
const maxRingFile = 64 << 10

// Load reads a key ring. It refuses a file that others than its owner may
// read, and one that is not exactly as the package comment says. It costs a
// read of a few KiB.
func Load(path string) (*Ring, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return decodeAt(path, data)
}

func decodeAt(path string, data []byte) (*Ring, error) {
	r, err := decodeRing(data)
	if err != nil {
		return nil, fmt.Errorf("key ring %s: %w", path, err)
	}
	return r, nil
}

// read returns the bytes of a file that is its owner's alone.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("key ring %s: %w; make one with: edge keys new --keys %s", path, fs.ErrNotExist, path)
	}
	if err != nil {
		return nil, fmt.Errorf("key ring: %w", err)
	}
	defer f.Close()
	// Of the open file, which nobody can exchange in between.
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("key ring: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("key ring %s: is not a file", path)
	}
	// Windows has no such bits and reports them all.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("key ring %s: mode %04o opens it to others than its owner; close it with: chmod 600 %s", path, mode, path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxRingFile+1))
	if err != nil {
		return nil, fmt.Errorf("key ring: %w", err)
	}
	if len(data) > maxRingFile {
		return nil, fmt.Errorf("key ring %s: has over %d bytes", path, maxRingFile)
	}
	return data, nil
}

// Create writes a ring to a file that must not be there: replacing the keys of
// a ring would make every visitor a new one.
func (r *Ring) Create(path string) error {
	temp, err := r.stage(path)
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	defer os.Remove(temp)
	// Unlike a rename, a link never replaces.
	if err := os.Link(temp, path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("key ring %s: %w; add a key to it with: edge keys rotate --keys %s", path, fs.ErrExist, path)
	} else if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	return syncFolder(path)
}

// Save writes a ring in place of the file that is there, or none: by a
// temporary file beside it, which is on the disk before it is renamed, so that
// at any moment one of the two whole rings is there. The file keeps its owner.
// Two saves at once leave one of the two rings.
func (r *Ring) Save(path string) error {
	// A link stays one; the file that it names is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	temp, err := r.stage(path)
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return fmt.Errorf("key ring: %w", err)
	}
	return syncFolder(path)
}

// stage writes a ring to a new temporary file beside path, for its owner
// alone, and waits until it is on the disk.
func (r *Ring) stage(path string) (temp string, err error) {
	data, err := r.encode()
	if err != nil {
		return "", err
	}
	if err := sweep(path); err != nil {
		return "", err
	}
	prefix, suffix := tempName(path)
	// CreateTemp asks for mode 0600; a umask may have taken more.
	f, err := os.CreateTemp(filepath.Dir(path), prefix+"*"+suffix)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o600), keepOwner(f, path), f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// sweep removes the temporary files of saves that were killed: they hold keys.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	prefix, suffix := tempName(path)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && strings.HasSuffix(e.Name(), suffix) {
			os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return nil
}

func tempName(path string) (prefix, suffix string) { return "." + filepath.Base(path) + ".", ".new" }

// syncFolder makes the name durable.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("key ring: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && runtime.GOOS != "windows" {
		return fmt.Errorf("key ring: %w", err)
	}
	return nil
}
