// Package edge is the server that visitors reach: it serves the sites that
// the generator wrote, each on its own host, and refuses every other.
//
// # The folder
//
// The public folder holds catalog.json (see package policy) and, for each
// site of the catalog, a folder named after its host. Files are served by
// package static, redirects come from the catalog and go before files.
//
// # The clock
//
// A timed page of the catalog stands in place of the file at its path from
// its moment on, without a reload. No cache may keep what was sent for such a
// path beyond the next moment: HTML is revalidated on each use as always, and
// so is everything else whose age would end later than that.
//
// # Hosts
//
// A request is for a site when its Host names the site's host, in whatever
// case, with or without a port: proxies change ports, and a preview listens
// on any. Anything else is answered 421 (RFC 9110, section 15.5.20): another
// host, none, a name with a dot at its end, and a request that is of two
// minds, with an X-Forwarded-Host or an absolute address for another host.
//
// # Bodies
//
// A request that has a body, or whose method may, is the last on its
// connection, and a chunked one is answered 411: a proxy that counts a body's
// bytes differently could otherwise pass one visitor's words on as another's
// request. A form that was taken and read to its end is the exception; see
// package exchange.
//
// # Visitors
//
// With keys, the server knows visitors by their identity cookie: a page tells
// each of them what changed for them since they were here (package notice),
// and /preferences has their choices (package consent/pages). An answer that
// sets a cookie, or is meant for one visitor, is private and not stored. The
// page path reads no database.
//
// With [People], visitors can register: /account and what is below it are on
// the first site's host (package account/pages), and links in mails lead to
// /confirm/ and /unsubscribe/.
//
// # Every answer
//
// All answers carry the security headers, errors included; see header.go.
// One structured line a request goes to the log. It holds a truncated
// address and neither the query nor any header. Without keys no cookie is ever
// set.
// A panic in a handler is a 500 and a line in the log.
//
// # Wrong use
//
// A [Server] reads X-Forwarded headers only to refuse what contradicts the
// Host: a proxy in front of it must pass the Host on. It does not notice by
// itself that the catalog changed; call [Server.Reload]. It wants the
// timeouts of [HTTPServer], which with [LimitListener] also sends the head and
// the body of a page together; with those of a bare http.Server, which has
// none, slow clients hold connections for as long as they like. How many
// connections one client may have is for [LimitListener].
package edge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"time"

	accountpages "indigex.com/indigex/edge/account/pages"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/exchange"
	formpages "indigex.com/indigex/edge/form/pages"
	"indigex.com/indigex/edge/identity"
	mailpages "indigex.com/indigex/edge/mail/pages"
	"indigex.com/indigex/edge/notice"
	"indigex.com/indigex/policy"
)

// A Config says what a Server serves.
type Config struct {
	// Public is the folder that the generator wrote. Required.
	Public string
	// Logger takes one line a request, and one for each catalog loaded;
	// nil logs nothing.
	Logger *slog.Logger
	// Development is for a preview on the editor's own machine. Browsers
	// are told to ask each time, the page for unknown hosts lists the sites
	// where the host is a name or address of this machine's own, and a
	// public folder without a catalog is one without sites. Leave it
	// off in production: it shows strangers which hosts there are.
	Development bool
	// Now is the clock by which timed pages come; nil means time.Now.
	Now func() time.Time
	// Keys are those of cookies and forms; nil serves files alone. Whoever
	// opened them reloads them.
	Keys *identity.Keys
	// Store has the choices of visitors. Without one, what needs it is
	// answered 503. It must outlive [Server.Close].
	Store consent.Store
	// People has those who registered; nil has no accounts. It wants Store and
	// Keys, too.
	People *People
	// TrustedProxies are the networks whose X-Forwarded-For is believed, for
	// the log.
	TrustedProxies []netip.Prefix
}

// A Server is the http.Handler for all hosts. It may be used by several
// goroutines, Reload included.
type Server struct {
	cfg    Config
	reload sync.Mutex // one Reload at a time
	now    current
	// security and transport are fields, and the value of one.
	security  []field
	transport []string
	// pages, notices and signals are nil where there are no keys, pages and
	// signals also where there is no store.
	pages   *pages.Handler
	notices *notice.Handler
	signals *consent.Signals
	// accounts, mails and forms are nil where there are no people.
	accounts *accountpages.Handler
	mails    *mailpages.Handler
	forms    *formpages.Handler
}

// New opens the public folder and loads its catalog. It fails when the
// folder or the catalog is missing, the catalog breaks its format, a host
// has no folder, or a timed page no file.
func New(cfg Config) (*Server, error) {
	if cfg.Public == "" {
		return nil, errors.New("edge: no public folder is given")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{cfg: cfg, security: security(), transport: []string{transport}}
	if cfg.Keys != nil {
		s.notices = new(notice.Handler)
		if cfg.Store != nil {
			s.pages = &pages.Handler{Store: cfg.Store, Pending: notice.Count}
			s.notices.Choices = s.pages
			s.signals = consent.NewSignals(cfg.Store, cfg.Logger, cfg.Now)
			if cfg.People != nil {
				s.openPeople()
			}
		}
	}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	if s.signals != nil {
		s.signals.Start()
	}
	return s, nil
}

// Close waits for what goes on behind requests. Call it when no more come,
// before the store is closed.
func (s *Server) Close() error {
	if s.signals != nil {
		s.signals.Close()
	}
	return nil
}

// Catalog returns the catalog that is served and the SHA-256 of its file, in
// hexadecimal. In a preview without one it is empty.
func (s *Server) Catalog() (c *policy.Catalog, hash string) {
	all := s.now.Load()
	return all.catalog, all.hash
}

// Serving returns the catalog that is served.
func (s *Server) Serving() *policy.Catalog {
	c, _ := s.Catalog()
	return c
}

// Reload loads the catalog again and opens the folders anew. Requests under
// way end with the sites they began with, later ones see the new. On an error
// the old sites stay. Call it when a build has replaced files; forgotten, the
// old catalog stays, while files that changed are noticed within a second.
func (s *Server) Reload() error {
	s.reload.Lock()
	defer s.reload.Unlock()
	all, hash, err := s.load()
	if err != nil {
		return fmt.Errorf("edge: %w", err)
	}
	if old := s.now.Swap(all); old != nil {
		// Closing a folder that was only read cannot lose anything.
		_ = old.release()
	}
	s.cfg.Logger.Info("catalog loaded",
		slog.String("event", "catalog"), slog.String("sha256", hash), slog.Int("sites", len(all.list)))
	return nil
}

// load reads the catalog and opens the folders of its hosts. hash is that of
// the catalog's bytes, empty if there is none.
func (s *Server) load() (all *sites, hash string, err error) {
	root, err := os.OpenRoot(s.cfg.Public)
	if err != nil {
		return nil, "", fmt.Errorf("public folder: %w", err)
	}
	defer root.Close()
	data, err := root.ReadFile("catalog.json")
	catalog := new(policy.Catalog)
	switch {
	case s.cfg.Development && errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, "", fmt.Errorf("catalog: %w", err)
	default:
		if catalog, err = policy.DecodeCatalog(data); err != nil {
			return nil, "", err
		}
		sum := sha256.Sum256(data)
		hash = hex.EncodeToString(sum[:])
	}
	var world *exchange.World
	if s.cfg.Keys != nil && len(catalog.Sites) > 0 {
		if world, err = s.newWorld(root, catalog); err != nil {
			return nil, "", err
		}
	}
	all, err = openSites(root, catalog, s.siteConfig(world))
	if err == nil {
		all.catalog, all.hash, all.world = catalog, hash, world
	}
	return all, hash, err
}
