package command

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

// openSites opens the public folder and notes which catalog that was.
func (s *serving) openSites() error {
	info, err := os.Stat(catalogFile(s.public))
	if err != nil {
		return &usageError{"there is no catalog in " + s.public + ": " + err.Error(), "indigex build --out " + s.public + " writes it"}
	}
	if s.sites, err = edge.New(s.config()); err != nil {
		return err
	}
	f := &followed{public: s.public, sites: s.sites, keys: s.ring, log: s.log, metrics: s.metrics, seen: info, failed: map[string]string{}}
	catalog, hash, err := readCatalog(s.public)
	if err != nil {
		return err
	}
	f.current.Store(&loaded{catalog, hash})
	s.followed = f
	return nil
}

func (s *serving) config() edge.Config {
	return edge.Config{Public: s.public, Logger: s.log, Now: s.Now, Store: s.metrics.Store(s.data), Keys: s.ring, TrustedProxies: s.proxies.list,
		People: &edge.People{Accounts: s.data.Accounts(), Tries: s.data.Throttle(), Mail: s.data.Mail(), Subjects: s.data.Subjects(), Disclosures: s.data.Disclosures(), Forms: s.data.Forms()},
	}
}

// limited is the listener with as many connections an address as are wanted.
func (s *serving) limited() net.Listener {
	return edge.LimitListener(s.listener, 0, s.proxies.list...)
}

// adminServer has no limit for writing, since profiles take as long as they
// are asked to.
func (s *serving) adminServer() (*http.Server, error) {
	handler, err := admin.New(s.adminConfig())
	return &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: edge.HTTPServer(nil, s.log).ErrorLog}, err
}

func (s *serving) checkEnding(context.Context) error {
	if s.ending.Load() {
		return errors.New("the program is about to end")
	}
	return nil
}

func (s *serving) checkCatalog(context.Context) error {
	if s.followed.now() == nil {
		return errors.New("no catalog is loaded")
	}
	return nil
}

func (s *serving) permit(ctx context.Context, use string, who identity.Code) (consent.Decision, error) {
	return permitted(ctx, s.metrics.Store(s.data), s.data.Accounts(), question{s.followed.now().catalog, s.Now(), use, who})
}
