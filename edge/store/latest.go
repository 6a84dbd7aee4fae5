package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

const (
	selectLatest = "SELECT s.code, r.sequence, r.secret, r.host, r.at, r.source, " + answerColumns + `
		FROM standing s JOIN receipts r ON r.sequence = s.receipt
		JOIN records a ON a.receipt = s.receipt AND a.position = s.position
		WHERE s.code IN `
	inOrder = " ORDER BY s.code, s.choice"

	// lookups is how many queries for standing records run at once, mostCodes
	// how many persons one is for, and lookupLimit how long it may take, so
	// that a database that is out of reach does not hold up who comes later.
	lookups, mostCodes = 2, 64
	lookupLimit        = 5 * time.Second
)

// latestQueries are the queries for 1, 2, 4 … persons, of which the last may
// be named several times.
func latestQueries() map[int]string {
	queries := make(map[int]string)
	for n := 1; n <= mostCodes; n *= 2 {
		queries[n] = selectLatest + placeholders(1, n) + inOrder
	}
	return queries
}

// A crowd has those who ask for standing records at the same time share
// queries, as submissions share commits. Who comes while no more than a few
// queries run is asked for alone and at once; who comes later waits for one
// that has not begun, so that nobody reads what was before they asked.
type crowd struct {
	mu      sync.Mutex
	running int
	waiting []*lookup
}

// A lookup is for the standing records of one person.
type lookup struct {
	code    identity.Code
	done    chan struct{} // closed when the following are set
	records []consent.Record
	err     error
}

// Latest returns the last record of each choice; see [consent.Store].
func (s *Store) Latest(ctx context.Context, code identity.Code) ([]consent.Record, error) {
	l := &lookup{code: code}
	s.crowd.mu.Lock()
	if s.crowd.running < lookups {
		s.crowd.running++
		s.crowd.mu.Unlock()
		defer s.admit()
		s.look(ctx, []*lookup{l})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return l.records, l.err
	}
	l.done = make(chan struct{})
	s.crowd.waiting = append(s.crowd.waiting, l)
	s.crowd.mu.Unlock()
	select {
	case <-l.done:
		return l.records, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// admit has a query begin for those who wait, where there are any, in the
// place of one that has ended.
func (s *Store) admit() {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	n := min(len(s.crowd.waiting), mostCodes)
	if n == 0 {
		s.crowd.running--
		return
	}
	group := s.crowd.waiting[:n:n]
	s.crowd.waiting = s.crowd.waiting[n:]
	go func() {
		defer s.admit()
		s.look(context.Background(), group)
		for _, l := range group {
			close(l.done)
		}
	}()
}

// look asks for a group of at most mostCodes.
func (s *Store) look(ctx context.Context, group []*lookup) {
	ctx, stop := context.WithTimeout(ctx, lookupLimit)
	defer stop()
	err := unavailable(s.lookUp(ctx, group))
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %v", consent.ErrUnavailable, err)
	}
	for _, l := range group {
		if l.err = err; err != nil {
			l.records = nil
		}
	}
}

func (s *Store) lookUp(ctx context.Context, group []*lookup) error {
	n := 1
	for n < len(group) {
		n *= 2
	}
	args := make([]any, n)
	by := make(map[identity.Code][]*lookup, len(group))
	for i := range args {
		l := group[min(i, len(group)-1)]
		args[i] = l.code[:]
		if i < len(group) {
			by[l.code] = append(by[l.code], l)
		}
	}
	rows, err := s.queries[s.latest[n]].QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	for rows.Next() && err == nil {
		var of identity.Code
		var r consent.Record
		if of, r, err = scanStanding(rows); err != nil {
			break
		}
		for _, l := range by[of] {
			l.records = append(l.records, r)
		}
	}
	return errors.Join(err, rows.Close(), rows.Err())
}

func scanStanding(rows *sql.Rows) (of identity.Code, r consent.Record, err error) {
	var secret, at int64
	var code, section, words sql.RawBytes
	err = rows.Scan(&code, &r.Sequence, &secret, &r.Host, &at, &r.Source, &r.Choice, &r.State, &r.Policy, &r.Version, &section, &words, &r.Signal)
	copy(of[:], code)
	r.Receipt, r.At = id{r.Sequence, uint64(secret)}.String(), time.UnixMicro(at).UTC()
	r.SectionHash, r.WordsHash = hex.EncodeToString(section), hex.EncodeToString(words)
	return of, r, err
}
