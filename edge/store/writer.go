package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"indigex.com/indigex/edge/consent"
)

const (
	// maxWaiting bounds the queue: where more wait, the database can't keep
	// up, and those who come get an answer at once.
	maxWaiting = 4096
	// maxBatch bounds what shares one commit.
	maxBatch = 128
	// maxTries bounds how often a batch is tried again that met with another
	// node's.
	maxTries = 8
)

// errRace says that another node stored a nonce meanwhile.
var errRace = errors.New("another node stored the same nonce")

// A writer stores batches, one after the other, over a connection of its own.
type writer struct {
	store   *Store
	engine  *engine
	session *session  // nil where there is no good connection
	purged  time.Time // when nothing was left to purge
}

// run stores what comes until both queues are closed and empty.
func (w *writer) run() {
	batch := make([]*job, 0, maxBatch)
	queue, tasks := w.store.queue, w.store.tasks
	for queue != nil || tasks != nil {
		select {
		case first, ok := <-queue:
			if !ok {
				queue = nil
				continue
			}
			batch = w.gather(append(batch[:0], first))
			w.serve(batch)
			clear(batch)
		case t, ok := <-tasks:
			if !ok {
				tasks = nil
				continue
			}
			w.perform(t)
		}
		w.purge()
	}
	if w.session != nil {
		w.session.close()
	}
}

// gather adds what waits.
func (w *writer) gather(batch []*job) []*job {
	for len(batch) < maxBatch {
		select {
		case j, ok := <-w.store.queue:
			if !ok {
				return batch
			}
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// serve stores a batch and tells those who wait.
func (w *writer) serve(batch []*job) {
	live := batch[:0:len(batch)]
	for _, j := range batch {
		if j.err = j.ctx.Err(); j.err != nil {
			close(j.done)
			continue
		}
		live = append(live, j)
	}
	if len(live) == 0 {
		return
	}
	err := w.try(live)
	for _, j := range live {
		if err != nil {
			// The cause may be the end of the writer's own context, which
			// must not be taken for that of the caller's.
			j.err = fmt.Errorf("%w: %v", consent.ErrUnavailable, err)
		}
		close(j.done)
	}
}

// try stores a batch.
func (w *writer) try(batch []*job) error {
	var t *transaction
	err := w.attempt(func(ctx context.Context, tx *sql.Tx) error {
		t = &transaction{ctx: ctx, tx: tx, session: w.session, engine: w.engine, now: w.store.now()}
		return t.store(batch)
	})
	if err == nil {
		for h := range t.texts {
			w.session.known[h] = true
		}
	}
	return err
}

// attempt runs a function in a transaction, again where another node was in
// its way, and once more where the connection turns out to have died while
// nobody used it.
func (w *writer) attempt(run func(context.Context, *sql.Tx) error) error {
	ctx, cancel := w.context()
	defer cancel()
	var err error
	for range maxTries {
		used := w.session != nil
		var began bool
		if began, err = w.once(ctx, run); err == nil {
			return nil
		}
		if stale := used && !began; !stale && !errors.Is(err, errRace) && !w.engine.again(err) {
			return err
		}
	}
	return err
}

// context bounds what the writer does; nobody but Close waits for its end.
func (w *writer) context() (context.Context, context.CancelFunc) {
	if w.engine.limit == 0 {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), w.engine.limit)
}

func (w *writer) once(ctx context.Context, run func(context.Context, *sql.Tx) error) (began bool, err error) {
	if w.session == nil {
		if w.session, err = newSession(ctx, w.engine); err != nil {
			return false, unavailable(err)
		}
	}
	tx, err := w.session.conn.BeginTx(ctx, nil)
	if err != nil {
		w.drop()
		return false, unavailable(err)
	}
	if err := run(ctx, tx); err != nil {
		// The rollback has nothing to say that err doesn't.
		_ = tx.Rollback()
		w.dropUnless(errors.Is(err, errRace) || errors.Is(err, errRefused) || w.engine.again(err))
		return true, err
	}
	if err := w.session.commit(tx); err != nil {
		w.drop()
		return true, unavailable(err)
	}
	w.store.folds.note()
	return true, nil
}

func (w *writer) dropUnless(good bool) {
	if !good {
		w.drop()
	}
}

// drop gives up a connection of which nobody knows in what state it is.
func (w *writer) drop() {
	w.session.close()
	w.session = nil
}

// purge takes away a few nonces of forms that can't be sent any more. It fails
// in silence: the next batch comes to know what is wrong.
func (w *writer) purge() {
	now := w.store.now()
	if w.session == nil || now.Sub(w.purged).Abs() < purgeEvery {
		return
	}
	ctx, cancel := w.context()
	defer cancel()
	n, err := w.session.exec(ctx, purgeNonces+w.engine.skip+")", now.Add(-nonceAge).UnixMicro())
	if err != nil {
		w.drop()
	} else if n < purgeMost {
		w.purged = now
	}
}
