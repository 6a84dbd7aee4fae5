// Package store keeps what the edge must not lose, in SQLite or PostgreSQL.
//
// One SQL implementation runs over both engines. What is acknowledged is
// durable: SQLite runs in WAL mode with synchronous FULL, and on PostgreSQL a
// commit whose wait for the synchronous standby was cancelled counts as
// failed.
//
// # What is stored
//
// Receipts, records and the words that were shown are appended and never
// changed; triggers refuse to update or delete them. A receipt holds a
// commitment in place of its person's code, and the person's key stands in a
// table that can be erased. Which record of a choice
// is the last one stands in the table standing, which follows from the others.
// Nonces are kept for as long as a form may be sent, and a little longer. Each
// read on the path of a request finds its rows by a primary key, so that it
// costs the same however long the history is. A person's receipts are a chain,
// each naming the one before. Reads of many persons' standing records at once
// share queries.
//
// # How it is written
//
// Submissions wait in a bounded queue. A writer takes what waits, decides from
// what is stored which of them may be written, and writes those in one
// transaction, so that they share one commit and none fails for another's
// fault. SQLite has one writer. PostgreSQL has a few, on any number of nodes:
// an advisory lock on each person, taken in one order, has the submissions of
// one person follow each other. Whatever else is written waits for the same
// writers, as functions that each have a transaction.
//
// Where the database fails, all that took part get consent.ErrUnavailable, the
// writer opens another connection for the next ones, and nothing needs to be
// restarted. Where the connection is lost while a commit is under way, nobody
// can say whether it was stored; sending the same nonce again can.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/edge/consent"
)

// A Config says where a store is and how it runs.
type Config struct {
	// URL is sqlite:FILE, a file that is made where there is none, readable
	// by its owner alone; or postgres://…, as libpq takes it, with several
	// hosts and target_session_attrs=read-write for a primary with standbys.
	URL string
	// CheckOnly has Open refuse a schema that is older than the program,
	// rather than bring it up to date.
	CheckOnly bool
	// Logger is told of migrations; nil: nobody.
	Logger *slog.Logger
	// Now is the clock by which nonces expire, asked by several goroutines;
	// nil: time.Now.
	Now func() time.Time
}

// A Store is an open database. It implements [consent.Store] and may be used
// by several goroutines.
type Store struct {
	engine  engine
	queries map[string]*sql.Stmt
	latest  map[int]string // by the number of persons
	crowd   crowd
	now     func() time.Time

	queue   chan *job
	tasks   chan *task
	folds   *checkpointer
	writers sync.WaitGroup
	mu      sync.RWMutex // guards closed and the closing of queue and tasks
	closed  bool
}

var _ consent.Store = (*Store)(nil)

// Open opens a database, brings its schema up to date, and starts the writers;
// Close stops them. It fails with the cure in the error where the schema is
// newer than the program.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	e, err := openEngine(ctx, cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := migrate(ctx, e, cfg.CheckOnly, cfg.Logger); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), e.close())
	}
	s := &Store{engine: e, now: cfg.Now, latest: latestQueries(), queue: make(chan *job, maxWaiting), tasks: make(chan *task, maxUpdates)}
	if s.queries, err = prepareQueries(ctx, e.read); err != nil {
		return nil, errors.Join(fmt.Errorf("store: %w", err), e.close())
	}
	s.folds = startCheckpoints(&s.engine)
	for range e.writers {
		w := &writer{store: s, engine: &s.engine}
		s.writers.Go(w.run)
	}
	return s, nil
}

func openEngine(ctx context.Context, url string) (engine, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, url)
	}
	return engine{}, errors.New("the address begins with neither sqlite: nor postgres://")
}

// An engine is what differs between the databases.
type engine struct {
	name    string // the folder of its migrations
	read    *sql.DB
	write   *sql.DB // has BEGIN take the right to write
	writers int
	// lock is a statement that has the transaction wait for others of the
	// same persons, by a number for each; empty where BEGIN does so.
	lock string
	// sequences is a query that takes that many sequences.
	sequences string
	// arrays says that rows are best inserted by arrays of their columns.
	arrays bool
	// skip ends a query for rows that will be deleted.
	skip string
	// touch is a statement that has the commit of a transaction that read
	// wait for what it has read to be durable; empty where it is.
	touch string
	// limit is how long a batch may take; 0 is no limit.
	limit time.Duration
	// again says that another try may succeed.
	again func(error) bool
	// warned returns a function that says whether the engine has warned on
	// this connection since; nil where it never does.
	warned func(*sql.Conn) (func() bool, error)
	// checkpoint folds a log of what was written into the file; nil where
	// there is none.
	checkpoint func(ctx context.Context) error
	// scrub has the files forget what was deleted; nil where the server
	// does so in its time.
	scrub func(ctx context.Context) error
	// backup writes a copy into an empty file; nil where it can't.
	backup func(ctx context.Context, file string) error
}

func (e *engine) close() error {
	if e.read == e.write {
		return e.read.Close()
	}
	// The last connection to be closed folds the log into the file.
	return errors.Join(e.read.Close(), e.write.Close())
}

// Ping says whether the database can be read. The error is
// [consent.ErrUnavailable].
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return unavailable(s.engine.read.QueryRowContext(ctx, "SELECT 1").Scan(&one))
}

// Close stores what waits, and closes the database. Submissions that come
// later get [consent.ErrUnavailable].
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	close(s.tasks)
	s.mu.Unlock()
	s.writers.Wait()
	s.folds.close()
	return s.engine.close()
}

// unavailable wraps an error of the database, which is neither the caller's
// fault nor the end of a context.
func unavailable(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, consent.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", consent.ErrUnavailable, err)
}
