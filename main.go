// Indigex builds a company's sites from Markdown and previews them.
//
// Usage:
//
//	indigex serve     build, watch, and serve all sites on this machine
//	indigex build     write the sites to a folder
//	indigex check     find all problems of the content
//	indigex version   print what this program was built from
//
// Each command explains itself: indigex build --help. The package build says
// how building works.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/term"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/preview"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/build/watch"
	"indigex.com/indigex/edge"
)

// Exit codes.
const (
	exitFine     = 0
	exitProblems = 1 // the content has problems
	exitUsage    = 2 // wrong use, or something around the program is wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// A command is one of the words that may follow the program's name.
type command struct {
	summary string
	run     func(context.Context, *call) error
}

func commands() map[string]command {
	return map[string]command{
		"serve":   {"build, watch, and serve all sites on this machine", runServe},
		"build":   {"write the sites to a folder", runBuild},
		"check":   {"find all problems of the content", runCheck},
		"version": {"print what this program was built from", runVersion},
	}
}

// A call is a command with its arguments and its surroundings.
type call struct {
	args           []string
	stdout, stderr io.Writer
	flags          *flag.FlagSet
}

// errProblems says that problems were reported already.
var errProblems = errors.New("the content has problems")

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, helpAll)
		return exitUsage
	}
	name := args[0]
	if name == "help" || name == "-h" || name == "--help" {
		if len(args) > 1 {
			return run(ctx, []string{args[1], "--help"}, stdout, stderr)
		}
		fmt.Fprint(stdout, helpAll)
		return exitFine
	}
	cmd, ok := commands()[name]
	if !ok {
		fmt.Fprintf(stderr, "indigex: there is no command %q\n%s", name, didYouMean(name))
		return exitUsage
	}
	c := &call{args: args[1:], stdout: stdout, stderr: stderr, flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	c.flags.SetOutput(io.Discard)
	return c.exit(cmd.run(ctx, c), name)
}

func didYouMean(name string) string {
	names := []string{}
	for n := range commands() {
		names = append(names, n)
	}
	if near := problem.Nearest(name, names); near != "" {
		return fmt.Sprintf("hint: did you mean %q?\n", near)
	}
	return "hint: indigex --help lists the commands\n"
}

// exit reports an error and returns the code that it means.
func (c *call) exit(err error, name string) int {
	var usage *build.UsageError
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, help[name])
		return exitFine
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.As(err, &usage):
		fmt.Fprintf(c.stderr, "indigex %s: %v\n", name, usage)
		if usage.Hint != "" {
			fmt.Fprintf(c.stderr, "hint: %s\n", usage.Hint)
		}
	default:
		fmt.Fprintf(c.stderr, "indigex %s: %v\n", name, err)
	}
	return exitUsage
}

// parse reads the flags; no command takes other arguments.
func (c *call) parse() error {
	err := c.flags.Parse(c.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return &build.UsageError{Message: err.Error(), Hint: "indigex " + c.flags.Name() + " --help shows what it takes"}
	case c.flags.NArg() > 0:
		return &build.UsageError{Message: fmt.Sprintf("argument %q is one too many", c.flags.Arg(0)), Hint: "indigex " + c.flags.Name() + " --help shows what it takes"}
	}
	return nil
}

func (c *call) contentFlag() *string { return c.flags.String("content", "content", "") }

func runBuild(ctx context.Context, c *call) error {
	cfg := build.Config{}
	contentDir, out := c.contentFlag(), c.flags.String("out", "public", "")
	now, noCache := c.flags.String("now", "", ""), c.flags.Bool("no-cache", false, "")
	c.flags.BoolVar(&cfg.Drafts, "drafts", false, "")
	c.flags.BoolVar(&cfg.Compress, "compress", false, "")
	if err := c.parse(); err != nil {
		return err
	}
	cfg.Content, cfg.Out = *contentDir, *out
	var err error
	if cfg.Now, err = moment(*now); err != nil {
		return err
	}
	if !*noCache {
		cfg.Cache = cacheFolder()
	}
	cfg.Progress = c.progress()
	result, err := build.Run(ctx, cfg)
	c.report(cfg.Content, result.Problems)
	if errors.Is(err, build.ErrContent) {
		fmt.Fprintf(c.stderr, "%s; nothing was written\n", tally(result.Problems))
		return errProblems
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, summary(result))
	return nil
}

// summary is the last line of a build.
func summary(r build.Result) string {
	return fmt.Sprintf("built %d sites, %d pages (%d changed), %d policies in %d ms",
		r.Sites, r.Pages, r.Changed, r.Policies, r.Duration.Milliseconds())
}

// moment reads --now.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, &build.UsageError{Message: fmt.Sprintf("--now %q is not a time", text), Hint: "write it as 2026-03-01T09:00:00Z (RFC 3339)"}
	}
	return t, nil
}

// cacheFolder is where compiled pages are kept between builds: $INDIGEX_CACHE
// or the user's folder for caches; "" where there is none.
func cacheFolder() string {
	if dir := os.Getenv("INDIGEX_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "indigex")
}

// report prints problems for people.
func (c *call) report(dir string, list problem.List) {
	problem.Write(c.stderr, problem.Text, dir, list, terminal(c.stderr))
}

// tally counts problems in words.
func tally(list problem.List) string {
	var parts []string
	for _, s := range []problem.Severity{problem.Error, problem.Warning, problem.Notice} {
		if n := list.Count(s); n == 1 {
			parts = append(parts, "1 "+s.String())
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %ss", n, s))
		}
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, ", ")
}

func runCheck(ctx context.Context, c *call) error {
	contentDir, format := c.contentFlag(), c.flags.String("format", problem.Text, "")
	if err := c.parse(); err != nil {
		return err
	}
	cfg := build.Config{Content: *contentDir, Cache: cacheFolder()}
	if !strings.Contains("|"+strings.Join(problem.Formats(), "|")+"|", "|"+*format+"|") {
		return &build.UsageError{Message: fmt.Sprintf("--format %q is not known", *format), Hint: "possible: " + strings.Join(problem.Formats(), ", ")}
	}
	list, err := build.Check(ctx, cfg)
	if err != nil {
		return err
	}
	if err := problem.Write(c.stdout, *format, cfg.Content, list, terminal(c.stdout)); err != nil {
		return err
	}
	if *format == problem.Text {
		fmt.Fprintf(c.stdout, "%s: %s\n", cfg.Content, tally(list))
	}
	if list.Count(problem.Error)+list.Count(problem.Warning) > 0 {
		return errProblems
	}
	return nil
}

func runVersion(_ context.Context, c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	version, commit, goVersion := "unknown", "unknown", "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version, goVersion = info.Main.Version, info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	fmt.Fprintf(c.stdout, "indigex %s, commit %s, %s\n", version, commit, goVersion)
	return nil
}

// terminal says whether a person is likely to read what is written.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// progress follows a build: it gives it memory by the number of its files,
// and shows a person how far it has come.
func (c *call) progress() func(step string, done, all int) {
	show := func(string, int, int) {}
	if terminal(c.stderr) {
		show = progressBar(c.stderr)
	}
	return func(step string, done, all int) {
		if done == 1 {
			moreMemory(all)
		}
		show(step, done, all)
	}
}

// moreMemory lets the garbage collector work less often. Builds make much
// short-lived garbage and keep about 12 KB a file; the limit leaves room for
// twice that and bounds memory all the same.
func moreMemory(files int) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(max(240<<20, int64(files)*24<<10))
}

// progressBar shows how far long work has come, in one line that is written
// over; work that takes less than half a second shows nothing.
func progressBar(w io.Writer) func(step string, done, all int) {
	start, last := time.Now(), time.Time{}
	return func(step string, done, all int) {
		now := time.Now()
		if now.Sub(start) < 500*time.Millisecond || done < all && now.Sub(last) < 100*time.Millisecond {
			return
		}
		last = now
		fmt.Fprintf(w, "\r\x1b[K%s %d of %d", step, done, all)
		if done == all {
			fmt.Fprint(w, "\r\x1b[K")
		}
	}
}

func runServe(ctx context.Context, c *call) error {
	contentDir, addr := c.contentFlag(), c.flags.String("addr", "127.0.0.1:8080", "")
	public, data := c.flags.String("public", "", ""), c.flags.String("data", "data", "")
	drafts := c.flags.Bool("drafts", false, "")
	if err := c.parse(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return &build.UsageError{Message: fmt.Sprintf("can't listen on %s: %v", *addr, errors.Unwrap(err)), Hint: "another program may use the port: try --addr 127.0.0.1:8090"}
	}
	defer listener.Close()
	s := &serving{
		call: c, content: filepath.Clean(*contentDir),
		public: cmp.Or(*public, filepath.Join(*data, "preview")),
		log:    slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	s.preview = preview.New(http.HandlerFunc(s.next))
	if err := s.open(listener.Addr().(*net.TCPAddr).Port, *drafts); err != nil {
		return err
	}
	return s.serve(ctx, listener)
}

// assetsDir is where the styles lie in the project's own checkout; elsewhere
// the ones inside the program are used.
const assetsDir = "templates/assets"

// A serving is a running preview.
type serving struct {
	*call
	content, public string
	ownAssets       bool // the styles are those of assetsDir
	log             *slog.Logger
	builder         *build.Builder
	preview         *preview.Server
	edge            atomic.Pointer[edge.Server] // nil until a build went well
	builds          int
	reported        problem.List
}

// open makes the builder for a port.
func (s *serving) open(port int, drafts bool) error {
	cfg := build.Config{Content: s.content, Out: s.public, Port: port, Drafts: drafts, Cache: cacheFolder()}
	cfg.Progress = s.progress()
	if info, err := os.Stat(assetsDir); err == nil && info.IsDir() {
		s.ownAssets = true
		cfg.Assets = os.DirFS(assetsDir)
	}
	var err error
	s.builder, err = build.New(cfg)
	return err
}

// next is what stands behind the preview.
func (s *serving) next(w http.ResponseWriter, r *http.Request) {
	if e := s.edge.Load(); e != nil {
		e.ServeHTTP(w, r)
		return
	}
	http.Error(w, "nothing is built yet", http.StatusServiceUnavailable)
}

// serve builds, then answers and watches until the context ends.
func (s *serving) serve(ctx context.Context, listener net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	result, err := s.builder.Build(ctx)
	if err := s.built(result, err); err != nil {
		return err
	}
	s.announce(result, listener)
	server := edge.HTTPServer(s.preview, s.log)
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	go func() { failed <- s.watch(ctx, result.Next) }()
	select {
	case <-ctx.Done():
		err = nil
	case err = <-failed:
	}
	stop()
	s.preview.Close()
	ending, done := context.WithTimeout(context.Background(), 2*time.Second)
	defer done()
	server.Shutdown(ending)
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
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

// watch updates whenever a file changes or the clock makes a page public.
func (s *serving) watch(ctx context.Context, next time.Time) error {
	dirs := []string{s.content}
	if s.ownAssets {
		dirs = append(dirs, assetsDir)
	}
	changes := make(chan []string)
	watching := make(chan error, 1)
	go func() {
		watching <- watch.Run(ctx, watch.Config{Dirs: dirs}, func(paths []string) {
			select {
			case changes <- paths:
			case <-ctx.Done():
			}
		})
	}()
	for {
		var due <-chan time.Time
		if !next.IsZero() {
			due = time.After(time.Until(next))
		}
		var paths []string
		select {
		case err := <-watching:
			return err
		case <-due:
			s.builder.SetNow(time.Now())
			paths = []string{}
		case paths = <-changes:
		}
		result, err := s.update(ctx, paths)
		if err := s.built(result, err); err != nil {
			return err
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
		if err := s.reload(); err != nil {
			return err
		}
	}
	u.Build = s.builds
	for _, a := range r.Addresses {
		u.Changed = append(u.Changed, preview.Changed{Host: a.Host, Path: a.Path})
	}
	s.preview.Publish(u)
	return nil
}

// reload tells the edge that files changed.
func (s *serving) reload() error {
	if e := s.edge.Load(); e != nil {
		return e.Reload()
	}
	e, err := edge.New(edge.Config{Public: s.public, Logger: s.log, Development: true})
	if err == nil {
		s.edge.Store(e)
	}
	return err
}

// helpAll and help are what --help prints.
const helpAll = `Indigex builds a company's sites from Markdown and previews them.

Usage: indigex COMMAND [flags]

  serve     build, watch, and serve all sites on this machine
  build     write the sites to a folder
  check     find all problems of the content
  version   print what this program was built from

indigex COMMAND --help explains a command.

Exit code: 0 fine, 1 problems in the content, 2 wrong use or environment.
`

var help = map[string]string{
	"serve": `Serve builds all sites, serves them on this machine, and builds again what
changes while you write. The open page reloads by itself; a mistake is shown in
the page and here, and the last good pages stay up.

Usage: indigex serve [flags]

  --content DIR   folder of the content (default content)
  --addr ADDR     address to listen on (default 127.0.0.1:8080)
  --public DIR    folder for the built pages (default DATA/preview)
  --data DIR      folder for what the preview keeps (default data)
  --drafts        show drafts, and pages that have yet to appear

Example:
  indigex serve --addr 127.0.0.1:9000
`,
	"build": `Build writes OUT/<host>/… for each site, and OUT/catalog.json. The same content
gives the same bytes. It writes nothing if the content has errors, leaves
unchanged files alone, removes pages that are no longer there, and refuses a
folder with files that it didn't write.

Usage: indigex build [flags]

  --content DIR   folder of the content (default content)
  --out DIR       folder to write (default public)
  --now TIME      build as if it were this time, RFC 3339 (default: now);
                  it decides which pages have appeared or expired
  --drafts        build drafts, and pages that have yet to appear
  --compress      write a .gz file beside each text file
  --no-cache      compile every page, even those compiled before

Compiled pages are kept in $INDIGEX_CACHE, or in the user's folder for caches.

Examples:
  indigex build --out /srv/www
  indigex build --now 2026-12-24T08:00:00Z --out /tmp/christmas
`,
	"check": `Check finds all problems of the content at once and writes nothing.

Usage: indigex check [flags]

  --content DIR     folder of the content (default content)
  --format FORMAT   text (default), json, github (annotations of a workflow),
                    or sarif (code scanning)

Exit code 0 means no errors and no warnings. Errors stop a build, warnings
don't.

Examples:
  indigex check
  indigex check --format github
`,
	"version": `Version prints the module's version, the commit and the version of Go.

Usage: indigex version
`,
}
