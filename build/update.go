package build

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Update builds what changed since the last Build or Update. Paths are
// slash-separated and relative to the content folder, of files or folders
// that were made, changed or removed; nil means that anything may have.
// Problems that stay are reported again. An error in the content leaves the
// output as it was; what has to be built is kept for the next call.
func (b *Builder) Update(ctx context.Context, paths []string) (Result, error) {
	start := time.Now()
	if b.x == nil {
		return b.Build(ctx)
	}
	changes, err := b.changes(ctx, paths)
	if err != nil {
		return Result{}, err
	}
	if len(changes) == 0 && len(b.dirty) == 0 {
		return b.finish(ctx, start)
	}
	b.mark(b.apply(changes))
	return b.finish(ctx, start)
}

// SetNow moves the time that decides what is public. The next Update sees it.
func (b *Builder) SetNow(now time.Time) {
	b.cfg.Now = now
	if b.x != nil {
		b.restructure()
	}
}

// SetAssets takes changed styles and scripts. The next Update sees them.
func (b *Builder) SetAssets(assets fs.FS) {
	b.cfg.Assets = assets
	clear(b.styles)
	if b.x != nil {
		b.restructure()
	}
}

// restructure makes index and nodes again and marks what reads the
// difference.
func (b *Builder) restructure() {
	before := b.x
	b.prepare()
	b.mark(b.difference(before, nil))
}

// mark makes the nodes dirty that read one of the topics.
func (b *Builder) mark(changed map[topic]bool) {
	if len(changed) == 0 {
		return
	}
	for id, n := range b.nodes {
		if !b.dirty[id] && slices.ContainsFunc(n.topics, func(t topic) bool { return changed[t] }) {
			b.dirty[id] = true
		}
	}
}

// A change is a file before and after; nil where it wasn't or isn't there.
type change struct{ old, new *source }

func (c change) path() string {
	if c.old != nil {
		return c.old.path
	}
	return c.new.path
}

// structural says that more than the text of a page changed.
func (c change) structural() bool {
	if c.old == nil || c.new == nil || c.old.page == nil || c.new.page == nil {
		return true
	}
	return c.old.page.Head != c.new.page.Head
}

// changes reads what changed.
func (b *Builder) changes(ctx context.Context, paths []string) ([]change, error) {
	if paths == nil || slices.ContainsFunc(paths, b.folder) {
		return b.rescan(ctx)
	}
	var changes []change
	for _, name := range slices.Compact(slices.Sorted(slices.Values(paths))) {
		if hidden(name) {
			continue
		}
		found, err := b.read(name, nil)
		if err != nil {
			return nil, err
		}
		if old := b.sources[name]; old != found {
			changes = append(changes, change{old, found})
		}
	}
	return changes, nil
}

// folder says whether a path is or was more than a file, or is a link: then
// the whole tree is read, as only that finds what belongs to it.
func (b *Builder) folder(name string) bool {
	if hidden(name) {
		return false
	}
	info, err := fs.Lstat(b.tree.fsys, name)
	if err == nil {
		return !info.Mode().IsRegular()
	}
	i, _ := slices.BinarySearch(b.paths, name+"/")
	return !errors.Is(err, fs.ErrNotExist) || i < len(b.paths) && strings.HasPrefix(b.paths[i], name+"/")
}

// hidden says whether a path is in a place that is not part of the content.
func hidden(name string) bool {
	return slices.ContainsFunc(strings.Split(path.Clean(name), "/"), func(part string) bool {
		return part != "." && ignored(part)
	})
}

// rescan reads the whole tree and compares.
func (b *Builder) rescan(ctx context.Context) ([]change, error) {
	before := b.sources
	if err := b.scan(ctx); err != nil {
		return nil, err
	}
	var changes []change
	for name, old := range before {
		if found := b.sources[name]; found != old {
			changes = append(changes, change{old, found})
		}
	}
	for name, found := range b.sources {
		if before[name] == nil {
			changes = append(changes, change{nil, found})
		}
	}
	return changes, nil
}

// apply takes the changes into the index, marks the nodes of the changed
// files, and returns the topics that others may have read.
func (b *Builder) apply(changes []change) map[topic]bool {
	before, structural := b.x, false
	for _, c := range changes {
		b.replace(c)
		structural = structural || c.structural() || before.menus[c.path()] && !slices.Equal(c.old.page.Document.Anchors, c.new.page.Document.Anchors)
	}
	if structural {
		b.settings()
		b.prepare()
		return b.difference(before, changes)
	}
	changed := map[topic]bool{}
	for _, c := range changes {
		p := b.x.byPath[c.path()]
		if p == nil {
			continue // not public
		}
		anchors := c.old.page.Document.Anchors
		p.source = c.new
		if !slices.Equal(anchors, c.new.page.Document.Anchors) {
			p.setAnchors()
			changed[topic{anchorsOf, p.path}] = true
		}
		n := b.nodes["page "+p.path]
		n.version.own = c.new.sum
		b.dirty[n.id] = true
	}
	return changed
}

// replace puts a changed file into the list of sources.
func (b *Builder) replace(c change) {
	name := c.path()
	i, known := slices.BinarySearch(b.paths, name)
	switch {
	case c.new == nil:
		delete(b.sources, name)
		delete(b.faulty, name)
		if known {
			b.paths = slices.Delete(b.paths, i, i+1)
		}
		return
	case !known:
		b.paths = slices.Insert(b.paths, i, name)
	}
	b.sources[name] = c.new
	b.judge(c.new)
}

// difference lists the topics in which two indexes differ.
func (b *Builder) difference(before *index, changes []change) map[topic]bool {
	changed := map[topic]bool{}
	after := b.x
	for _, c := range changes {
		name := c.path()
		changed[topic{fileOf, name}] = true
		changed[topic{frontOf, name}] = true
		changed[topic{anchorsOf, name}] = true
		id, _ := siteOf(name)
		changed[topic{pagesOf, id}] = true
	}
	if before.declared != after.declared {
		changed[topic{declaredOf, ""}] = true
	}
	b.comeAndGone(before, after, changed)
	for folder := range union(before.folders, after.folders) {
		for _, by := range []string{"weight", "date", "title"} {
			if !samePages(before.sequence(folder, by).pages, after.sequence(folder, by).pages) {
				changed[topic{orderOf, folder}] = true
			}
		}
	}
	for _, t := range after.sites {
		old := before.byID[t.id]
		if old == nil {
			continue // all its nodes are new
		}
		for tag := range union(old.tags, t.tags) {
			if !samePages(old.tags[tag], t.tags[tag]) {
				changed[topic{taggedOn, t.id + "/" + tag}] = true
				changed[topic{tagsOf, t.id}] = true
			}
		}
	}
	return changed
}

// comeAndGone adds pages that are public in one index alone: a change of the
// clock makes such, too.
func (b *Builder) comeAndGone(before, after *index, changed map[topic]bool) {
	for name := range union(before.byPath, after.byPath) {
		if (before.byPath[name] == nil) != (after.byPath[name] == nil) {
			id, _ := siteOf(name)
			changed[topic{frontOf, name}] = true
			changed[topic{pagesOf, id}] = true
		}
	}
}

func union[V any](a, b map[string]V) map[string]bool {
	all := make(map[string]bool, len(a))
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

func samePages(a, b []*page) bool {
	return slices.EqualFunc(a, b, func(x, y *page) bool { return x.path == y.path })
}
