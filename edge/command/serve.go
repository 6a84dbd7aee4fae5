package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/subject"
)

const (
	// drainTime passes between the end of listening and the end of idle
	// connections: whoever was accepted just before is still answered.
	drainTime = 500 * time.Millisecond
	// endTime is how long requests under way may take after that. Systems
	// that run programs commonly kill after 30 seconds.
	endTime = 20 * time.Second
	// noAdmin is the admin address of an edge without that listener.
	noAdmin = "off"
)

// A serving is a running edge.
type serving struct {
	*call
	public, store, keys, addr, adminAddr, adminKey, smtp string
	proxies                                              *prefixes

	log       *slog.Logger
	metrics   *admin.Metrics
	key       admin.Key
	ring      *identity.Keys
	transport mail.Transport // nil where mails wait
	data      *store.Store
	sites     *edge.Server
	keeper    *subject.Keeper
	followed  *followed
	listener  net.Listener
	adminSide net.Listener // nil for none
	ending    atomic.Bool
}

func runServe(ctx context.Context, c *call) error {
	s := &serving{call: c, metrics: admin.NewMetrics(), log: slog.New(slog.NewJSONHandler(c.Stderr, nil))}
	if err := s.settings(); err != nil {
		return err
	}
	// From the first moment on: a signal that comes while starting must not
	// kill, which is what SIGHUP does by itself.
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	if err := s.open(ctx); err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(s.run(ctx, again), s.close())
}

func (s *serving) settings() error {
	public, store, keys := s.requiredSetting("public"), s.requiredSetting("store"), s.requiredSetting("keys")
	addr, adminAddr, adminKey := s.setting("addr", "127.0.0.1:8080"), s.setting("admin-addr", "127.0.0.1:9090"), s.setting("admin-key", "")
	smtp := s.setting("smtp", "")
	proxies, err := s.proxySetting()
	if err != nil {
		return err
	}
	if err := s.parse(); err != nil {
		return err
	}
	s.public, s.store, s.keys, s.addr, s.adminAddr, s.adminKey, s.smtp, s.proxies = *public, *store, *keys, *addr, *adminAddr, *adminKey, *smtp, proxies
	return nil
}

// open opens all that serving needs. What needs least time comes first, so
// that a mistake shows at once; the address for visitors comes last, so that
// nobody is accepted before they can be answered.
func (s *serving) open(ctx context.Context) (err error) {
	if s.ring, err = identity.OpenKeys(s.keys); err != nil {
		return err
	}
	if s.adminKey != "" {
		if s.key, err = admin.LoadKey(s.adminKey); err != nil {
			return err
		}
	}
	if s.smtp != "" {
		if s.transport, err = mail.OpenSMTP(s.smtp); err != nil {
			return &usageError{err.Error(), "--smtp smtps://user:password@mail.example.com; without it mails wait"}
		}
	}
	if s.adminAddr != noAdmin {
		if s.adminSide, err = admin.Listen(s.adminAddr); err != nil {
			return &usageError{err.Error(), "--admin-addr names another address, --admin-addr off goes without"}
		}
	}
	if s.data, err = store.Open(ctx, store.Config{URL: s.store, Logger: s.log, Now: s.Now}); err != nil {
		return err
	}
	if err := s.openSites(); err != nil {
		return err
	}
	if err := s.openKeeper(ctx); err != nil {
		return err
	}
	if s.listener, err = net.Listen("tcp", s.addr); err != nil {
		return &usageError{fmt.Sprintf("can't listen: %v", err), "another program may use the address: --addr names another"}
	}
	s.announce()
	return nil
}

// announce logs what was started.
func (s *serving) announce() {
	version, commit, goVersion := built()
	line := []any{
		slog.String("event", "started"), slog.String("addr", s.listener.Addr().String()),
		slog.String("catalog", s.followed.now().hash), slog.String("version", version), slog.String("commit", commit), slog.String("go", goVersion),
		slog.Int("trusted_proxies", len(s.proxies.list)),
	}
	if s.adminSide != nil {
		line = append(line, slog.String("admin_addr", s.adminSide.Addr().String()), slog.Bool("admin_key", s.key != admin.Key{}))
	}
	s.log.Info("edge serves", line...)
}

// run answers until the context ends, then lets those finish who were
// accepted.
func (s *serving) run(ctx context.Context, again <-chan os.Signal) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	public := edge.HTTPServer(s.metrics.Count(s.sites), s.log)
	private, err := s.adminServer()
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	var publicErr, adminErr error
	all.Go(func() {
		defer stop()
		publicErr = public.Serve(s.limited())
	})
	if s.adminSide != nil {
		all.Go(func() {
			defer stop()
			adminErr = private.Serve(s.adminSide)
		})
	}
	all.Go(func() { s.followed.run(ctx, again) })
	all.Go(func() { s.sendMail(ctx) })
	all.Go(func() { s.keeper.Run(ctx) })
	<-ctx.Done()
	s.ending.Store(true)
	s.log.Info("edge ends", slog.String("event", "ending"))
	err = errors.Join(s.drain(public), private.Close())
	all.Wait()
	return errors.Join(err, unexpected(publicErr), unexpected(adminErr))
}

// openKeeper erases again whom an older backup brought back, before anybody is
// answered.
func (s *serving) openKeeper(ctx context.Context) error {
	graves, err := subject.OpenGraves(gravesOf(s.keys))
	if err != nil {
		return err
	}
	s.keeper = &subject.Keeper{
		Store: s.data.Subjects(), Graves: graves, Catalog: s.sites.Serving, Now: s.Now, Logger: s.log, Count: s.metrics.Deleted,
		Also: s.tidy,
	}
	return s.keeper.Restore(ctx)
}

// tidy forgets tries to sign in that count no more, and writes to whom a change
// of a policy affects.
func (s *serving) tidy(ctx context.Context) error {
	announcer := &mail.Announcer{Holders: s.data.Holders(), Choices: s.data, Catalog: s.sites.Serving, Now: s.Now}
	return errors.Join(s.data.Throttle().Purge(ctx, s.Now().Add(-throttle.Memory)), announcer.Pass(ctx))
}

// sendMail sends what the sites write until the context ends.
func (s *serving) sendMail(ctx context.Context) {
	if s.transport == nil {
		s.log.Warn("mails wait: no --smtp is given", slog.String("event", "mail"))
		return
	}
	sender := &mail.Sender{
		Outbox: s.data.Mail(), Transport: s.transport, Choices: s.data, Catalog: s.sites.Serving, Now: s.Now, Logger: s.log, Count: s.metrics.Mailed,
	}
	sender.Run(ctx)
}

// drain stops accepting and then waits for what is under way: an immediate
// Shutdown would lose those who were accepted but have not yet asked.
func (s *serving) drain(public *http.Server) error {
	if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	<-time.After(drainTime)
	ctx, stop := context.WithTimeout(context.Background(), endTime)
	defer stop()
	if public.Shutdown(ctx) != nil {
		s.log.Warn("connections were cut", slog.String("event", "cut"))
		return public.Close()
	}
	return nil
}

// unexpected drops the errors by which servers say that they were ended.
func unexpected(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// close closes what open opened, in the other order.
func (s *serving) close() error {
	var err error
	for _, l := range []net.Listener{s.listener, s.adminSide} {
		if l != nil {
			err = errors.Join(err, unexpected(l.Close()))
		}
	}
	if s.sites != nil {
		err = errors.Join(err, s.sites.Close())
	}
	if s.data != nil {
		err = errors.Join(err, s.data.Close())
	}
	return err
}
