package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/preview"
	"indigex.com/indigex/policy"
)

// makeData makes the folder of data, for its owner alone, before the builder
// puts its output there.
func makeData(data string) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return unusable(data, err)
	}
	return nil
}

// startEdge opens what the edge keeps in the folder of data. Several previews
// share one: browsers don't tell ports apart when they send cookies, so they
// must know the same keys.
func (c *call) startEdge(ctx context.Context, data string, log *slog.Logger) (Edge, error) {
	e, err := c.server.Start(ctx, data, log)
	if err != nil {
		return nil, unusable(data, err)
	}
	return e, nil
}

func unusable(data string, err error) error {
	return &build.UsageError{
		Message: fmt.Sprintf("can't keep what visitors choose in %s: %v", data, err),
		Hint:    "name a folder that you may write to: --data DIR",
	}
}

// withAdmin serves, and answers for operators on an address of their own where
// there is one.
func (s *serving) withAdmin(ctx context.Context, addr string, listener net.Listener) error {
	if addr == "" {
		return s.serve(ctx, listener)
	}
	admin, err := s.server.AdminListen(addr)
	if err != nil {
		return &build.UsageError{Message: err.Error(), Hint: "for example --admin-addr 127.0.0.1:9090"}
	}
	handler, err := s.edge.Admin()
	if err != nil {
		return errors.Join(err, admin.Close())
	}
	server := s.server.HTTP(handler, s.log)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(admin) }()
	fmt.Fprintf(s.stdout, "  http://%s/ for operators\n", admin.Addr())
	err = s.serve(ctx, listener)
	ending, done := context.WithTimeout(context.Background(), 2*time.Second)
	defer done()
	if server.Shutdown(ending) != nil {
		server.Close() // a profile may run for longer; nothing depends on it
	}
	if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// Current is what stands behind the preview: the sites, once a build went
// well.
type current struct{ atomic.Pointer[Sites] }

var errNoSites = errors.New("nothing is built yet")

func (c *current) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s := c.Load(); s != nil {
		(*s).ServeHTTP(w, r)
		return
	}
	http.Error(w, errNoSites.Error(), http.StatusServiceUnavailable)
}

// viewed returns the sites where they can be seen as by somebody else.
func (c *current) viewed() (preview.Sites, bool) {
	s := c.Load()
	if s == nil {
		return nil, false
	}
	v, ok := (*s).(preview.Sites)
	return v, ok
}

func (c *current) As(r *http.Request, at time.Time, signal bool) *http.Request {
	if v, ok := c.viewed(); ok {
		return v.As(r, at, signal)
	}
	return r
}

func (c *current) Become(w http.ResponseWriter, r *http.Request, seen map[string]int) error {
	if v, ok := c.viewed(); ok {
		return v.Become(w, r, seen)
	}
	return errNoSites
}

// A catalogFile is the catalog of the output as it was read last.
type catalogFile struct {
	modified time.Time
	catalog  *policy.Catalog
}

// read returns the catalog, which it reads again only where the file is
// another one: most edits change a page and not the catalog.
func (f *catalogFile) read(public string) (*policy.Catalog, error) {
	name := filepath.Join(public, "catalog.json")
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if f.catalog != nil && info.ModTime().Equal(f.modified) {
		return f.catalog, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if f.catalog, err = policy.DecodeCatalog(data); err != nil {
		return nil, err
	}
	f.modified = info.ModTime()
	return f.catalog, nil
}
