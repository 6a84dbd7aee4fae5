package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/preview"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/build/watch"
	"indigex.com/indigex/policy"
)

func runServe(ctx context.Context, c *call) error {
	contentDir, addr := c.contentFlag(), c.flags.String("addr", "127.0.0.1:8080", "")
	public, data := c.flags.String("public", "", ""), c.flags.String("data", "data", "")
	drafts, admin := c.flags.Bool("drafts", false, ""), c.flags.String("admin-addr", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return &build.UsageError{Message: fmt.Sprintf("can't listen on %s: %v", *addr, errors.Unwrap(err)), Hint: "another program may use the port: try --addr 127.0.0.1:8090"}
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	s := &serving{
		call: c, content: filepath.Clean(*contentDir), drafts: *drafts,
		public: cmp.Or(*public, filepath.Join(*data, fmt.Sprintf("preview-%d", port))),
		log:    slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	s.preview = preview.New(&s.sites)
	if err := makeData(*data); err != nil {
		return err
	}
	if err := s.open(port); err != nil {
		return err
	}
	defer s.builder.Close()
	if s.edge, err = c.startEdge(ctx, *data, s.log); err != nil {
		return err
	}
	return errors.Join(s.withAdmin(ctx, *admin, listener), s.edge.Close())
}

// assetsDir is where the styles lie in the project's own checkout; elsewhere
// the ones inside the program are used.
const assetsDir = "templates/assets"

// A serving is a running preview.
type serving struct {
	*call
	content, public string
	drafts          bool
	ownAssets       bool // the styles are those of assetsDir
	log             *slog.Logger
	builder         *build.Builder
	preview         *preview.Server
	edge            Edge
	sites           current
	catalog         catalogFile
	builds          int
	reported        problem.List
}

// open makes the builder for a port.
func (s *serving) open(port int) error {
	cfg := build.Config{Content: s.content, Out: s.public, Port: port, Drafts: s.drafts, Cache: cacheFolder()}
	cfg.Progress = s.progress()
	if info, err := os.Stat(assetsDir); err == nil && info.IsDir() {
		s.ownAssets = true
		cfg.Assets = os.DirFS(assetsDir)
	}
	var err error
	s.builder, err = build.New(cfg)
	return err
}

// serve builds, then answers and watches until the context ends. Watching
// starts before building, so that no edit falls between the two.
func (s *serving) serve(ctx context.Context, listener net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	watcher, err := watch.New(watch.Config{Dirs: s.watched()})
	if err != nil {
		return err
	}
	defer watcher.Close()
	result, err := s.builder.Build(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err := s.built(result, err); err != nil {
		return err
	}
	s.announce(result, listener)
	return s.run(ctx, stop, listener, watcher, result.Next)
}

// run answers and follows changes; it returns when both have ended.
func (s *serving) run(ctx context.Context, stop func(), listener net.Listener, watcher *watch.Watcher, next time.Time) error {
	server := s.server.HTTP(s.preview, s.log)
	var all sync.WaitGroup
	var serveErr, watchErr error
	changes := make(chan []string)
	all.Go(func() {
		defer stop()
		serveErr = server.Serve(s.server.Limit(listener))
	})
	all.Go(func() {
		defer stop()
		watchErr = watcher.Run(ctx, func(paths []string) {
			select {
			case changes <- paths:
			case <-ctx.Done():
			}
		})
	})
	s.follow(ctx, changes, next)
	s.preview.Close()
	ending, done := context.WithTimeout(context.Background(), 2*time.Second)
	defer done()
	if server.Shutdown(ending) != nil {
		server.Close() // somebody holds a connection open; the pages are only a preview
	}
	all.Wait()
	if errors.Is(serveErr, http.ErrServerClosed) {
		serveErr = nil
	}
	if errors.Is(watchErr, context.Canceled) {
		watchErr = nil
	}
	return errors.Join(serveErr, watchErr)
}

// announce prints where the sites are.
func (s *serving) announce(r build.Result, listener net.Listener) {
	if s.builds > 0 {
		fmt.Fprintln(s.stdout, summary(r))
	}
	for _, t := range r.Origins {
		fmt.Fprintf(s.stdout, "  %s/\n", t)
	}
	if len(r.Origins) == 0 {
		fmt.Fprintf(s.stdout, "  http://%s/ shows what to mend\n", listener.Addr())
	}
	fmt.Fprintf(s.stdout, "watching %s; press Ctrl-C to end\n", s.content)
}

// watched are the folders whose changes are followed.
func (s *serving) watched() []string {
	if s.ownAssets {
		return []string{s.content, assetsDir}
	}
	return []string{s.content}
}

// follow updates whenever a file changes or the clock makes a page public. An
// update that fails is reported; the next one makes up for it.
func (s *serving) follow(ctx context.Context, changes <-chan []string, next time.Time) {
	for {
		var due <-chan time.Time
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		var paths []string
		select {
		case <-ctx.Done():
			return
		case <-due:
			s.builder.SetNow(time.Now())
			paths = []string{}
		case paths = <-changes:
		}
		result, err := s.update(ctx, paths)
		if err := s.built(result, err); err != nil && ctx.Err() == nil {
			fmt.Fprintf(s.stderr, "indigex serve: %v\n", err)
			result.Next = time.Now().Add(time.Minute) // try again by itself
		}
		next = result.Next
	}
}

// update builds what the watcher saw; nil stands for "anything".
func (s *serving) update(ctx context.Context, paths []string) (build.Result, error) {
	own, styles := []string{}, paths == nil
	for _, name := range paths {
		if rel, err := filepath.Rel(s.content, name); err == nil && filepath.IsLocal(rel) {
			own = append(own, filepath.ToSlash(rel))
		} else {
			styles = true
		}
	}
	if styles && s.ownAssets {
		s.builder.SetAssets(os.DirFS(assetsDir))
	}
	if paths == nil {
		own = nil
	}
	return s.builder.Update(ctx, own)
}

// built shows the outcome of a build in the pages and the terminal. It fails
// where the build did, but not where the content has errors.
func (s *serving) built(r build.Result, err error) error {
	if err != nil && !errors.Is(err, build.ErrContent) {
		return err
	}
	if !slices.Equal(r.Problems, s.reported) {
		s.report(s.content, r.Problems)
		fmt.Fprintln(s.stderr, tally(r.Problems))
		s.reported = r.Problems
	}
	u := preview.Update{Problems: problem.Located(s.content, r.Problems), Duration: r.Duration}
	if err == nil {
		s.builds++
		if s.builds > 1 && r.Written > 0 {
			fmt.Fprintf(s.stdout, "%s in %d ms\n", changedWords(r), r.Duration.Milliseconds())
		}
		if err := s.reload(); err != nil {
			return err
		}
		if u.Catalog, err = s.offered(); err != nil {
			return err
		}
		u.Drafts = s.drafts
	}
	u.Build = s.builds
	for _, a := range r.Addresses {
		u.Changed = append(u.Changed, preview.Changed{Host: a.Host, Path: a.Path})
	}
	s.preview.Publish(u)
	return nil
}

// offered is the catalog whose versions the bar offers; nil where the sites
// can't be seen as by somebody else.
func (s *serving) offered() (*policy.Catalog, error) {
	if _, ok := s.sites.viewed(); !ok {
		return nil, nil
	}
	return s.catalog.read(s.public)
}

// changedWords says what an update changed, so that an editor sees that a
// save was noticed.
func changedWords(r build.Result) string {
	if len(r.Addresses) == 1 {
		return "changed " + r.Addresses[0].Host + r.Addresses[0].Path
	}
	return fmt.Sprintf("changed %d files, %d of them pages", r.Written, r.Changed)
}

// reload tells the edge that files changed.
func (s *serving) reload() error {
	if e := s.sites.Load(); e != nil {
		return (*e).Reload()
	}
	e, err := s.edge.Open(s.public)
	if err == nil {
		s.sites.Store(&e)
	}
	return err
}
