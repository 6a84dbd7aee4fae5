// Package watch tells when files below some folders change, with the small
// bursts in which editors save, and the large ones of a version control,
// gathered into one report each.
//
// # Reports
//
// A report is a list of paths, sorted, each once, that begin with the folder
// as it was named in [Config]. A path may be of a file that was made,
// written or removed, or of a folder that is gone, with all that was in it.
// For a folder that appeared, all files in it are listed. An empty list
// (nil) says that anything may have changed: the system dropped events
// because there were too many, or a watched folder itself was replaced.
// A path in a report may well be as it was before; compare contents where
// that matters.
//
// # What is left out
//
// Symbolic links are reported, but not followed; a watched folder itself may
// be one. Changes of permissions and times alone are not reported. Files
// that editors and file managers keep beside the ones being edited, and
// everything in .git, are left out; see [Ignored].
//
// # Wrong use
//
// Folders below each other are watched twice for nothing. A report that
// takes long delays the next: changes meanwhile are gathered, not lost.
// Writing into a watched folder from within a report makes the next report,
// and so on for ever. Network file systems and folders shared with a virtual
// machine often send no events for what others change. A watched folder that
// is a symbolic link is the folder that the link led to at the start.
package watch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A Config says what to watch.
type Config struct {
	// Dirs are the folders, at least one; each must exist at the start.
	Dirs []string
	// Quiet is how long nothing may change before a report; default 8 ms,
	// enough for the steps of an editor's save.
	Quiet time.Duration
	// Limit is how long after the first change a report comes, quiet or
	// not; default 150 ms.
	Limit time.Duration
}

// A Watcher has been watching since New. Its Run is called once, or else its
// Close.
type Watcher struct {
	cfg Config
	fs  *fsnotify.Watcher
	// folders are those with a watch; missing are the Dirs that are gone.
	folders, missing map[string]bool
	// changed is what the next report lists; all makes it nil. noted counts
	// what was added to them.
	changed map[string]bool
	all     bool
	noted   int
}

// New starts watching: whatever changes from its return on is in a report of
// Run. It fails when a folder is missing or cannot be watched; Linux has a
// limit for that, fs.inotify.max_user_watches, of which the error speaks.
func New(cfg Config) (*Watcher, error) {
	if len(cfg.Dirs) == 0 {
		return nil, errors.New("watch: no folder is given")
	}
	if cfg.Quiet <= 0 {
		cfg.Quiet = 8 * time.Millisecond
	}
	if cfg.Limit <= 0 {
		cfg.Limit = 150 * time.Millisecond
	}
	w := &Watcher{cfg: cfg, changed: make(map[string]bool)}
	if err := w.start(); err != nil {
		return nil, err
	}
	for dir := range w.missing {
		return nil, errors.Join(fmt.Errorf("watch: there is no folder %s", dir), w.Close())
	}
	return w, nil
}

// Close ends a Watcher whose Run is never called. After Run it does nothing.
func (w *Watcher) Close() error { return w.fs.Close() }

// Run calls report for each burst of changes, one call after the other, until
// ctx is done; then it returns nil. It returns an error when it can no longer
// see changes. When it returns, the watches and all goroutines are gone.
func (w *Watcher) Run(ctx context.Context, report func(paths []string)) error {
	defer func() { _ = w.fs.Close() }()
	quiet, limit := time.NewTimer(0), time.NewTimer(0)
	quiet.Stop()
	limit.Stop()
	for {
		waiting, noted := w.pending(), w.noted
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.fs.Events:
			if err := w.take(event); err != nil {
				return err
			}
		case <-w.fs.Errors:
			// Most often there were more events than the system keeps.
			// Whatever it was: what was missed is unknown, so all is.
			if err := w.restart(); err != nil {
				return err
			}
		case <-quiet.C:
			w.flush(report)
		case <-limit.C:
			w.flush(report)
		}
		if !w.pending() {
			quiet.Stop()
			limit.Stop()
			continue
		}
		if w.noted > noted {
			quiet.Reset(w.cfg.Quiet)
		}
		if !waiting {
			limit.Reset(w.cfg.Limit)
		}
	}
}

// note adds a path to the next report; "" stands for all paths.
func (w *Watcher) note(path string) {
	w.noted++
	if path == "" {
		w.all = true
		return
	}
	w.changed[path] = true
}

func (w *Watcher) pending() bool { return w.all || len(w.changed) > 0 }

// flush reports what has been gathered.
func (w *Watcher) flush(report func([]string)) {
	paths := slices.Sorted(maps.Keys(w.changed))
	if w.all {
		paths = nil
	}
	w.changed, w.all = make(map[string]bool), false
	report(paths)
}
