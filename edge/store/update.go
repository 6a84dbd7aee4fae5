package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"indigex.com/indigex/edge/consent"
)

// maxUpdates bounds those that wait for a writer.
const maxUpdates = 1024

// An update is a transaction of a writer's, for what is no submission. It is
// run by one goroutine and ends when the function ends that it was given to.
type update struct {
	ctx     context.Context
	session *session
	engine  *engine
}

// A task is a function that waits for a writer.
type task struct {
	ctx  context.Context
	run  func(*update) error
	done chan struct{}
	err  error
}

// update runs a function in a transaction, which is durable on return. Where
// the function fails, nothing was changed; its error is returned, and one that
// wraps [consent.ErrUnavailable] counts as the database's. It may be run again
// where another node was in its way, so it must have no effect but on what it
// is given. It holds up the writer, so it must do little, and wait for nothing
// else. Where ctx ends before a writer takes it, it is not run; where it ends
// later, nobody waits for the outcome.
func (s *Store) update(ctx context.Context, run func(*update) error) error {
	t := &task{ctx: ctx, run: run, done: make(chan struct{})}
	if err := s.await(t); err != nil {
		return err
	}
	select {
	case <-t.done:
		return t.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) await(t *task) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return fmt.Errorf("%w: it is closed", consent.ErrUnavailable)
	}
	select {
	case s.tasks <- t:
		return nil
	default:
		return fmt.Errorf("%w: %d updates wait", consent.ErrUnavailable, maxUpdates)
	}
}

// errRefused says that a function has an error of its own to tell, and the
// database none.
var errRefused = errors.New("refused")

// perform runs a task and tells who waits for it.
func (w *writer) perform(t *task) {
	defer close(t.done)
	if t.err = t.ctx.Err(); t.err != nil {
		return
	}
	var refused error
	err := w.attempt(func(ctx context.Context, _ *sql.Tx) error {
		err := t.run(&update{ctx, w.session, w.engine})
		if refused = err; err == nil || ctx.Err() != nil || errors.Is(err, consent.ErrUnavailable) {
			return err
		}
		return errRefused
	})
	switch {
	case errors.Is(err, errRefused):
		t.err = refused
	case err != nil:
		// The cause may be the end of the writer's own context, which must
		// not be taken for that of the caller's.
		t.err = fmt.Errorf("%w: %v", consent.ErrUnavailable, err)
	}
}

// exec runs a statement.
func (u *update) exec(text string, args ...any) (affected int64, err error) {
	affected, err = u.session.exec(u.ctx, text, args...)
	return affected, unavailable(err)
}

// query reads rows, one after the other; read scans one.
func (u *update) query(text string, args []any, read func(*sql.Rows) error) error {
	statement, err := u.session.prepare(u.ctx, statementKey{text, 0}, func() string { return text })
	if err != nil {
		return unavailable(err)
	}
	rows, err := statement.QueryContext(u.ctx, args...)
	if err != nil {
		return unavailable(err)
	}
	for rows.Next() && err == nil {
		err = read(rows)
	}
	return unavailable(errors.Join(err, rows.Close(), rows.Err()))
}

// lock has the transaction wait for every other one that locks one of the
// numbers, which are sorted.
func (u *update) lock(numbers []int64) error {
	if u.engine.lock == "" {
		return nil
	}
	_, err := u.exec(u.engine.lock, numbers)
	return err
}
