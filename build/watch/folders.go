package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// start watches all folders anew.
func (w *Watcher) start() error {
	var err error
	if w.fs, err = fsnotify.NewWatcher(); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	w.folders, w.missing = make(map[string]bool), make(map[string]bool)
	for _, dir := range w.cfg.Dirs {
		if err := w.enter(filepath.Clean(dir)); err != nil {
			return errors.Join(err, w.fs.Close())
		}
	}
	return nil
}

// restart is for when events were lost: watches may be missing, or stand for
// folders that have moved.
func (w *Watcher) restart() error {
	w.note("")
	_ = w.fs.Close() // what it has to say no longer matters
	return w.start()
}

// enter watches one of the Dirs or, while that is missing, waits for it.
func (w *Watcher) enter(dir string) error {
	if !isFolder(dir) {
		w.missing[dir] = true
		if err := w.await(dir); err != nil {
			return err
		}
		// It may have come back before the wait began.
		if !isFolder(dir) {
			return nil
		}
	}
	delete(w.missing, dir)
	return w.add(dir, func(string) {})
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// await watches the nearest folder above a missing one, through which it will
// come back.
func (w *Watcher) await(dir string) error {
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		err := w.fs.Add(parent)
		if err == nil {
			return nil
		}
		if !vanished(err) || parent == filepath.Dir(parent) {
			return fmt.Errorf("watch: %s: %w", parent, err)
		}
	}
}

// add watches a folder and those in it, and calls file for each file. It
// reads a folder only after its watch stands: what is made in between is
// seen twice rather than never.
func (w *Watcher) add(dir string, file func(path string)) error {
	if err := w.fs.Add(dir); err != nil {
		if vanished(err) {
			return nil
		}
		return fmt.Errorf("watch: %s: %w%s", dir, err, hint(err))
	}
	w.folders[dir] = true
	entries, err := os.ReadDir(dir)
	if err != nil && !vanished(err) {
		return fmt.Errorf("watch: %w", err)
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		switch {
		case Ignored(entry.Name()):
		case !entry.IsDir():
			file(path)
		default:
			if err := w.add(path, file); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove forgets a folder that is gone or has moved, and those in it. The
// watches of a moved folder live on under its old name and have to be ended.
func (w *Watcher) remove(dir string) {
	for folder := range w.folders {
		if folder == dir || strings.HasPrefix(folder, dir+string(filepath.Separator)) {
			_ = w.fs.Remove(folder) // for most, the system did it already
			delete(w.folders, folder)
		}
	}
}

// take notes what an event means for the next report.
func (w *Watcher) take(event fsnotify.Event) error {
	if len(w.missing) > 0 {
		if err := w.look(); err != nil {
			return err
		}
	}
	path := filepath.Clean(event.Name)
	if event.Op == fsnotify.Chmod || event.Op == 0 || w.outside(path) {
		return nil
	}
	gone := event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename)
	if gone && slices.ContainsFunc(w.cfg.Dirs, func(dir string) bool { return filepath.Clean(dir) == path }) {
		w.note("")
		w.remove(path)
		return w.enter(path)
	}
	if Ignored(filepath.Base(path)) {
		return nil
	}
	if gone && w.folders[path] {
		w.remove(path)
	}
	if info, err := os.Lstat(path); event.Has(fsnotify.Create) && err == nil && info.IsDir() {
		return w.add(path, w.note)
	}
	w.note(path)
	return nil
}

// look enters the missing Dirs that are back.
func (w *Watcher) look() error {
	for dir := range w.missing {
		if err := w.enter(dir); err != nil {
			return err
		}
		if !w.missing[dir] {
			w.note("")
		}
	}
	return nil
}

// outside says whether a path is in none of the Dirs: an event of a folder
// that is watched only for the return of another.
func (w *Watcher) outside(path string) bool {
	return !slices.ContainsFunc(w.cfg.Dirs, func(dir string) bool {
		rel, err := filepath.Rel(dir, path)
		return err == nil && filepath.IsLocal(rel)
	})
}

// vanished says whether an error means that a path was removed, or replaced
// by something else, while it was being looked at.
func vanished(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// hint tells how to mend an error for which a cure is known.
func hint(err error) string {
	if errors.Is(err, syscall.ENOSPC) {
		return " (the limit of watched folders is reached: raise it with sysctl fs.inotify.max_user_watches=524288)"
	}
	return ""
}
