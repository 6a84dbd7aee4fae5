package edge

import (
	"fmt"
	"net/http"
	"os"
	"time"

	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/static"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// newWorld prepares what requests of visitors need of a catalog. It fails
// where a site has no usable shell.
func (s *Server) newWorld(root *os.Root, c *policy.Catalog) (*exchange.World, error) {
	w := &exchange.World{Catalog: c, Latest: exchange.Latest(c), Shells: make(map[string]*templates.Shell, len(c.Sites))}
	for i := range c.Sites {
		site := &c.Sites[i]
		html, err := root.ReadFile(site.Host + "/" + site.Shell)
		if err == nil {
			w.Shells[site.Host], err = templates.ParseShell(html)
		}
		if err != nil {
			return nil, fmt.Errorf("site %s: page without content: %w", site.ID, err)
		}
	}
	cfg := identity.Config{Apex: c.Sites[0].Host, Ring: s.cfg.Keys.Ring, Now: s.cfg.Now}
	var err error
	if w.Cookies, err = identity.NewCookies(cfg); err != nil {
		return nil, err
	}
	w.Forms, err = identity.NewForms(cfg)
	return w, err
}

// siteConfig returns how the files of each site are served.
func (s *Server) siteConfig(w *exchange.World) func(*policy.Site) static.Config {
	return func(site *policy.Site) static.Config {
		cfg := static.Config{Development: s.cfg.Development, Fail: s.fail, Now: s.cfg.Now, At: s.at}
		if w != nil {
			cfg.Visit = func(writer http.ResponseWriter, r *http.Request) ([]byte, bool, bool) {
				return s.visit(writer, r, w, site)
			}
		}
		return cfg
	}
}

// at is the time for which a request is answered.
func (s *Server) at(r *http.Request) time.Time {
	if s.cfg.Development {
		if at, ok := r.Context().Value(otherTime{}).(time.Time); ok {
			return at
		}
	}
	return s.cfg.Now()
}
