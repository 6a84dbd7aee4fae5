package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/command"
	"indigex.com/indigex/build/preview"
	"indigex.com/indigex/edge"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/mail/mailbox"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/subject"
)

var _ preview.Sites = previewSites{}

// A previewEdge is the edge in the process of the preview.
type previewEdge struct {
	log   *slog.Logger
	keys  *identity.Keys
	store *store.Store
	sites *edge.Server // nil until Open
	// mail is the folder that mails go to; stop ends sending, which sent
	// waits for.
	mail string
	stop context.CancelFunc
	sent sync.WaitGroup
}

// startEdge opens the keys and the database of a folder.
func startEdge(ctx context.Context, data string, log *slog.Logger) (command.Edge, error) {
	keys, err := openKeys(filepath.Join(data, "keys.json"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{URL: "sqlite:" + filepath.Join(data, "edge.db"), Logger: log})
	if err != nil {
		return nil, err
	}
	return &previewEdge{log: log, keys: keys, store: s, mail: filepath.Join(data, "mail")}, nil
}

// openKeys opens a key ring, and makes it where there is none. Of two programs
// that do so at once, one makes it and both open it.
func openKeys(path string) (*identity.Keys, error) {
	keys, err := identity.OpenKeys(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	made := identity.New(time.Now()).Create(path)
	if keys, err = identity.OpenKeys(path); err != nil {
		return nil, errors.Join(made, err)
	}
	return keys, nil
}

func (p *previewEdge) Open(public string) (command.Sites, error) {
	s, err := edge.New(edge.Config{Public: public, Logger: p.log, Development: true, Store: p.store, Keys: p.keys, People: p.people()})
	if err != nil {
		return nil, err
	}
	p.sites = s
	return p.withMail()
}

// A previewSites is the sites with the mailbox.
type previewSites struct {
	*edge.Server
	mailbox http.Handler
}

func (s previewSites) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == mailbox.Path || strings.HasPrefix(r.URL.Path, mailbox.Path+"/") {
		s.mailbox.ServeHTTP(w, r)
		return
	}
	s.Server.ServeHTTP(w, r)
}

// withMail has mails go to the folder from now on, and the mailbox show them.
func (p *previewEdge) withMail() (command.Sites, error) {
	folder, err := mail.OpenFolder(p.mail)
	if err != nil {
		return nil, err
	}
	sender := &mail.Sender{Outbox: p.store.Mail(), Transport: folder, Choices: p.store, Catalog: p.sites.Serving, Now: time.Now, Logger: p.log}
	graves, err := subject.OpenGraves(filepath.Join(filepath.Dir(p.mail), "keys.json.erased"))
	if err != nil {
		return nil, err
	}
	keeper := &subject.Keeper{Store: p.store.Subjects(), Graves: graves, Catalog: p.sites.Serving, Now: time.Now, Logger: p.log}
	keeper.Also = (&mail.Announcer{Holders: p.store.Holders(), Choices: p.store, Catalog: p.sites.Serving, Now: time.Now}).Pass
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	if err := keeper.Restore(ctx); err != nil {
		return nil, err
	}
	p.sent.Go(func() { sender.Run(ctx) })
	p.sent.Go(func() { keeper.Run(ctx) })
	return previewSites{p.sites, mailbox.Handler(os.DirFS(p.mail))}, nil
}

func (p *previewEdge) people() *edge.People {
	return &edge.People{Accounts: p.store.Accounts(), Tries: p.store.Throttle(), Mail: p.store.Mail(), Subjects: p.store.Subjects(), Disclosures: p.store.Disclosures(), Forms: p.store.Forms()}
}

// errNoKey is the answer of an API to which no key was given.
var errNoKey = errors.New("the preview has no key for its API")

func (p *previewEdge) Admin() (http.Handler, error) {
	return admin.New(admin.Config{
		Checks: []admin.Check{{Name: "store", Run: p.store.Ping}},
		Permit: func(context.Context, string, identity.Code) (admin.Decision, error) {
			return admin.Decision{}, errNoKey
		},
	})
}

// Close ends what goes on behind requests before the store that it needs.
func (p *previewEdge) Close() error {
	var err error
	if p.stop != nil {
		p.stop()
		p.sent.Wait()
	}
	if p.sites != nil {
		err = p.sites.Close()
	}
	return errors.Join(err, p.store.Close())
}
