package build

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/output"
	"indigex.com/indigex/build/picture"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
)

// A Builder builds a content folder once, and again as it changes. Its
// methods are called from one goroutine at a time.
type Builder struct {
	cfg      Config
	tree     tree
	md       *markdown.Compiler
	out      *output.Folder // nil where nothing is written
	tracking bool

	paths     []string // sorted
	sources   map[string]*source
	walked    problem.List // found while listing files
	provider  *content.Provider
	siteFiles map[string]*content.Site

	loader      *policies.Loader
	declared    *policies.Set
	declaredSum hash
	// checking says that nothing is built: drafts are judged as if they were.
	checking bool

	x      *index
	pages  map[string]*page // those of the last index
	styles map[styleKey]style
	nodes  map[string]*node
	dirty  map[string]bool
	// flawed are the nodes with problems, faulty the files: few, where all
	// are many.
	flawed map[string]bool
	faulty map[string]bool
	// written are files that changed and that no Result has named yet: a
	// build that fails halfway leaves them to the next.
	written []string
	// again says that a build is tried a second time.
	again bool
	// replanned says that the set of output files may have changed.
	replanned bool
}

// Run builds once.
func Run(ctx context.Context, cfg Config) (Result, error) {
	start := time.Now()
	cfg, err := cfg.withDefaults()
	if err != nil {
		return Result{}, err
	}
	if err := cfg.apart(); err != nil {
		return Result{}, err
	}
	memo := openMemo(cfg)
	if result, ok := memo.unchanged(ctx); ok {
		result.Duration = time.Since(start)
		return result, nil
	}
	b, err := newBuilder(cfg, true)
	if err != nil {
		return Result{}, err
	}
	defer b.Close()
	result, err := b.Build(ctx)
	if err == nil {
		err = memo.remember(b, result)
	}
	result.Duration = time.Since(start)
	return result, err
}

// New returns a Builder that keeps what it needs to build again quickly:
// call Build, then Update for each change.
func New(cfg Config) (*Builder, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := cfg.apart(); err != nil {
		return nil, err
	}
	b, err := newBuilder(cfg, true)
	if err == nil {
		b.tracking = true
	}
	return b, err
}

func newBuilder(cfg Config, write bool) (*Builder, error) {
	md := markdown.New()
	b := &Builder{
		cfg: cfg, tree: openTree(cfg.Content), md: md, loader: policies.NewLoader(md), checking: !write,
		sources: map[string]*source{}, styles: map[styleKey]style{},
		nodes: map[string]*node{}, dirty: map[string]bool{}, flawed: map[string]bool{}, faulty: map[string]bool{},
	}
	if !write {
		return b, nil
	}
	out, err := output.Open(cfg.Out)
	if errors.Is(err, output.ErrForeign) {
		return nil, &UsageError{
			Message: fmt.Sprintf("output folder %v", err),
			Hint:    "name an empty or new folder, so that nothing of yours is overwritten",
		}
	}
	b.out = out
	return b, err
}

// Close lets go of the output folder.
func (b *Builder) Close() error {
	if b.out == nil {
		return nil
	}
	return b.out.Close()
}

// Build builds everything. It returns ErrContent where the content has
// errors; then nothing was written.
func (b *Builder) Build(ctx context.Context) (Result, error) {
	start := time.Now()
	if err := b.scan(ctx); err != nil {
		return Result{}, err
	}
	b.prepare()
	return b.finish(ctx, start)
}

// scan reads and compiles all files.
func (b *Builder) scan(ctx context.Context) error {
	paths, walked, err := b.tree.files()
	if err != nil {
		return fmt.Errorf("content folder %s: %w", b.cfg.Content, err)
	}
	cache := openPageCache(b.cfg)
	defer cache.close()
	found := make([]*source, len(paths))
	progress := b.progress("reading", len(paths))
	err = parallel(ctx, len(paths), func(i int) error {
		s, err := b.read(paths[i], cache)
		found[i] = s
		progress()
		return err
	})
	if err != nil {
		return err
	}
	b.walked = walked
	b.sources = make(map[string]*source, len(paths))
	b.paths = make([]string, 0, len(paths))
	clear(b.faulty)
	for _, s := range found {
		if s != nil {
			b.sources[s.path] = s
			b.paths = append(b.paths, s.path)
			b.judge(s)
		}
	}
	b.settings()
	return cache.save()
}

// read reads one file and compiles it, unless it is known already. A file
// that has gone meanwhile is nil.
func (b *Builder) read(name string, cache *pageCache) (*source, error) {
	text, err := b.tree.read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.Is(err, errTooLarge):
		return &source{path: name, kind: otherFile, problems: problem.List{{Path: name, Rule: "too-large", Message: "the " + errTooLarge.Error(), Hint: "pages may have 1 MiB, other files 64 MiB"}}}, nil
	case err != nil:
		return nil, err
	}
	s := &source{path: name, kind: kindOf(name), sum: sha256.Sum256(text)}
	if old := b.sources[name]; old != nil && old.sum == s.sum {
		return old, nil
	}
	switch s.kind {
	case pageFile:
		s.problems = badName(name)
		s.page = cache.page(s.sum, func() *content.Page { return content.Compile(b.md, text) })
	case declaredFile:
		s.data = text
	case assetFile:
		s.problems = badName(name)
		if picture.IsPicture(name) {
			s.inspect(text)
		}
	}
	return s, nil
}

// settings decodes provider.yaml and the site.yaml files.
func (b *Builder) settings() {
	b.provider = nil
	b.siteFiles = map[string]*content.Site{}
	for _, name := range b.paths {
		s := b.sources[name]
		if s.kind != providerFile && s.kind != siteFile {
			continue
		}
		text, err := fs.ReadFile(b.tree.fsys, name)
		if err != nil {
			continue // gone: the next scan finds out
		}
		if s.kind == providerFile {
			b.provider, s.problems = content.DecodeProvider(text)
		} else {
			id, _ := siteOf(name)
			b.siteFiles[id], s.problems = content.DecodeSite(text)
		}
		b.judge(s)
	}
	b.declare()
}

// judge remembers whether a file has problems.
func (b *Builder) judge(s *source) {
	delete(b.faulty, s.path)
	if len(s.problems) > 0 || s.page != nil && len(s.page.Problems) > 0 {
		b.faulty[s.path] = true
	}
}

// prepare makes the index and the nodes; nodes that are new or whose site
// looks different are dirty.
func (b *Builder) prepare() {
	before := b.x
	x := b.makeIndex()
	b.x, b.pages = x, x.byPath
	if len(x.sites) == 0 {
		x.problems = append(x.problems, problem.Problem{Path: "sites", Rule: "site", Message: "the content has no sites", Hint: "make a folder sites/NAME with site.yaml and index.md"})
	}
	for _, t := range x.sites {
		b.dress(t, before)
	}
	x.policyPages = b.planPolicies()
	fresh := b.makeNodes()
	b.claim(fresh)
	x.problems = append(x.problems, b.judgeDeclared()...)
	for id, n := range fresh {
		if old := b.nodes[id]; old != nil {
			n.topics, n.problems = old.topics, old.problems
			if old.version != n.version || !slices.Equal(old.files, n.files) {
				b.dirty[id] = true
			}
			continue
		}
		b.dirty[id] = true
	}
	for id := range b.dirty {
		if fresh[id] == nil {
			delete(b.dirty, id)
		}
	}
	for id := range b.flawed {
		if fresh[id] == nil {
			delete(b.flawed, id)
		}
	}
	b.nodes, b.replanned = fresh, true
}

// finish resolves the dirty nodes and, where there is no error, writes them.
// The work began at start.
func (b *Builder) finish(ctx context.Context, start time.Time) (r Result, err error) {
	if err := b.resolve(ctx); err != nil {
		return Result{}, err
	}
	r = Result{Sites: len(b.x.sites), Pages: b.x.pages(), Policies: len(b.x.declared.Policies), Next: b.x.next, Problems: b.problems().Sorted()}
	defer func() { r.Duration = time.Since(start) }()
	for _, t := range b.x.sites {
		r.Origins = append(r.Origins, t.origin)
	}
	if r.Problems.Count(problem.Error) > 0 {
		return r, ErrContent
	}
	err = b.write(ctx, &r)
	if errors.Is(err, fs.ErrNotExist) && !b.again {
		return b.onceMore(ctx, start)
	}
	return r, err
}

// onceMore looks at the content again after a file was gone between reading
// and writing, as happens when somebody edits.
func (b *Builder) onceMore(ctx context.Context, start time.Time) (Result, error) {
	b.again = true
	defer func() { b.again = false }()
	changes, err := b.rescan(ctx)
	if err != nil {
		return Result{}, err
	}
	b.mark(b.apply(changes))
	return b.finish(ctx, start)
}

// dirtyNodes returns the nodes to work on, in a fixed order.
func (b *Builder) dirtyNodes() []*node {
	list := make([]*node, 0, len(b.dirty))
	for id := range b.dirty {
		list = append(list, b.nodes[id])
	}
	slices.SortFunc(list, func(x, y *node) int { return cmp.Compare(x.id, y.id) })
	return list
}

// resolve lets every dirty node look up what it refers to.
func (b *Builder) resolve(ctx context.Context) error {
	list := b.dirtyNodes()
	err := parallel(ctx, len(list), func(i int) error {
		n := list[i]
		r := &reader{b: b, x: b.x}
		if n.resolve != nil {
			n.resolve(r)
		}
		n.topics, n.problems = r.topics, r.problems
		return nil
	})
	for _, n := range list {
		delete(b.flawed, n.id)
		if len(n.problems) > 0 {
			b.flawed[n.id] = true
		}
	}
	return err
}

// problems gathers what is wrong with files, between files, and in nodes.
func (b *Builder) problems() problem.List {
	all := slices.Concat(b.walked, b.x.problems)
	for name := range b.faulty {
		s := b.sources[name]
		own := s.problems
		if s.page != nil {
			own = slices.Concat(own, s.page.Problems)
		}
		for _, p := range own {
			p.Path = name
			all = append(all, p)
		}
	}
	for id := range b.flawed {
		all = append(all, b.nodes[id].problems...)
	}
	return all
}

// problem makes an error at a place of a file, with the line's text.
func (b *Builder) problem(file string, at front.Pos, rule, message, hint string) problem.Problem {
	p := problem.Problem{Path: file, Line: at.Line, Col: at.Col, Rule: rule, Message: message, Hint: hint}
	if text, err := fs.ReadFile(b.tree.fsys, file); err == nil && at.Line > 0 {
		p.Source = front.Line(text, at.Line)
	}
	return p
}

// progress returns a function that counts one more of a step's items.
func (b *Builder) progress(step string, all int) func() {
	if b.cfg.Progress == nil {
		return func() {}
	}
	return counter(step, all, b.cfg.Progress)
}
