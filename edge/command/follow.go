package command

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// lookEvery is the time between two looks at the files that may be replaced.
const lookEvery = time.Second

// keyRing names the key ring in the log.
const keyRing = "keys"

// Followed are the files that a running edge takes up when they are replaced:
// the catalog with the public folder, and the key ring.
type followed struct {
	public  string
	sites   *edge.Server
	keys    *identity.Keys
	log     *slog.Logger
	metrics *admin.Metrics
	current atomic.Pointer[loaded]
	seen    fs.FileInfo       // the catalog's file when it was last taken up
	failed  map[string]string // the last error of each, so that it is logged once
}

// A loaded catalog and its hash.
type loaded struct {
	catalog *policy.Catalog
	hash    string
}

func (f *followed) now() *loaded { return f.current.Load() }

// run looks every second, and anew at everything upon a signal, until the
// context ends.
func (f *followed) run(ctx context.Context, again <-chan os.Signal) {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			f.look(false)
		case <-again:
			f.look(true)
		}
	}
}

// look takes up what changed; anew, the catalog also where its file is the
// same.
func (f *followed) look(anew bool) {
	changed, err := f.keys.Reload()
	f.report(keyRing, changed, err)
	info, err := os.Stat(catalogFile(f.public))
	if err == nil && !anew && f.same(info) {
		return
	}
	if err == nil {
		err = f.load()
	}
	if err == nil {
		// Of before the load: a file that came meanwhile is another one.
		f.seen = info
	}
	f.report("catalog", err == nil, err)
}

func (f *followed) same(info fs.FileInfo) bool {
	return f.seen != nil && os.SameFile(f.seen, info) && f.seen.ModTime().Equal(info.ModTime()) && f.seen.Size() == info.Size()
}

// load takes the catalog up; after an error the old one stays.
func (f *followed) load() error {
	catalog, hash, err := readCatalog(f.public)
	if err != nil {
		return err
	}
	if err := f.sites.Reload(); err != nil {
		return err
	}
	f.current.Store(&loaded{catalog, hash})
	return nil
}

// report logs an error once, however often it comes, and that it is over.
func (f *followed) report(what string, changed bool, err error) {
	if changed || err != nil {
		f.metrics.Reloaded(what, err)
	}
	if err == nil {
		delete(f.failed, what)
		if changed && what == keyRing { // the sites log their catalog themselves
			f.log.Info(what+" reloaded", slog.String("event", what+" reloaded"))
		}
		return
	}
	if f.failed[what] != err.Error() {
		f.failed[what] = err.Error()
		f.log.Error(what+" not reloaded, the old stays", slog.String("event", what+" not reloaded"), slog.String("cause", err.Error()))
	}
}
