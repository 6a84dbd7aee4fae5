package edge

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/static"
	"indigex.com/indigex/policy"
)

// A sites value is what one catalog describes, open and ready to serve.
type sites struct {
	list   []policy.Site
	byHost map[string]*site
	roots  []*os.Root
	// catalog is what they were opened from, hash that of its file; world is
	// nil where visitors are not known.
	catalog *policy.Catalog
	hash    string
	world   *exchange.World
	// users counts the requests under way, plus one while these sites are
	// the current ones. At zero the folders are closed.
	users atomic.Int64
}

// A site is one host.
type site struct {
	policy.Site
	redirects map[string]string
	timed     timetable
	files     http.Handler
	secure    bool
}

// openSites opens the folder of each of the catalog's hosts below root.
func openSites(root *os.Root, catalog *policy.Catalog, config func(*policy.Site) static.Config) (*sites, error) {
	s := &sites{list: catalog.Sites, byHost: make(map[string]*site, len(catalog.Sites))}
	s.users.Store(1)
	for i, p := range catalog.Sites {
		folder, err := root.OpenRoot(p.Host)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("site %s: folder of host %s: %w", p.ID, p.Host, err), s.release())
		}
		s.roots = append(s.roots, folder)
		timed := make(timetable)
		cfg := config(&catalog.Sites[i])
		cfg.Instead = timed.at
		s.byHost[p.Host] = &site{
			Site:      p,
			redirects: make(map[string]string),
			timed:     timed,
			files:     static.New(folder, cfg),
			secure:    strings.HasPrefix(p.Origin, "https:"),
		}
	}
	for _, r := range catalog.Redirects {
		s.byHost[r.Host].redirects[r.From] = r.To
	}
	if err := s.schedule(root, catalog.Timed); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// release ends one use. The last one closes the folders.
func (s *sites) release() error {
	if s.users.Add(-1) > 0 {
		return nil
	}
	var err error
	for _, root := range s.roots {
		err = errors.Join(err, root.Close())
	}
	return err
}

// A current is the place where the present sites stand.
type current struct{ atomic.Pointer[sites] }

// acquire returns the present sites; the caller releases them. Sites whose
// count has come to zero have been replaced, so the next look finds others.
func (c *current) acquire() *sites {
	for {
		s := c.Load()
		for n := s.users.Load(); n > 0; n = s.users.Load() {
			if s.users.CompareAndSwap(n, n+1) {
				return s
			}
		}
	}
}

// find returns the site that a Host header names, or nil. The port is
// ignored, but has to look like one.
func (s *sites) find(host string) *site {
	name, port, found := strings.Cut(host, ":")
	if found && (port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "") {
		return nil
	}
	if t, ok := s.byHost[name]; ok {
		return t
	}
	return s.byHost[lowerASCII(name)]
}

// lowerASCII turns A–Z into a–z and leaves the rest: under Unicode's rules
// the Kelvin sign would become a k and reach a host it doesn't name.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// redirect is the new address for an old path, or empty. A folder's old
// address may be asked for without its slash.
func (t *site) redirect(path string) string {
	if to, ok := t.redirects[path]; ok {
		return to
	}
	return t.redirects[path+"/"]
}
