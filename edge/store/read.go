package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

const (
	selectText = "SELECT text FROM texts WHERE hash = $1"

	answerColumns = "a.choice, a.state, a.policy, a.version, a.section_hash, a.words_hash, a.signal"

	receiptColumns = "r.sequence, r.secret, r.who, r.host, r.at, r.source, coalesce(o.reason, ''), " + answerColumns

	selectReceipt = "SELECT " + receiptColumns + `
		FROM receipts r JOIN records a ON a.receipt = r.sequence LEFT JOIN reasons o ON o.receipt = r.sequence
		WHERE r.sequence = $1 ORDER BY a.position`

	// selectHistory follows a person's chain from a receipt. The cross joins
	// have SQLite find receipts by the chain, not the other way round.
	selectHistory = `WITH RECURSIVE chain (sequence, previous, n) AS (
		SELECT sequence, previous, 1 FROM receipts WHERE sequence = $1
		UNION ALL
		SELECT r.sequence, r.previous, c.n + 1 FROM chain c JOIN receipts r ON r.sequence = c.previous WHERE c.n < $2)
		SELECT ` + receiptColumns + ` FROM chain c CROSS JOIN receipts r CROSS JOIN records a LEFT JOIN reasons o ON o.receipt = r.sequence
		WHERE r.sequence = c.sequence AND a.receipt = r.sequence ORDER BY r.sequence DESC, a.position`

	selectNonce = "SELECT receipt FROM nonces WHERE nonce = $1 AND code = $2"

	selectHead     = "SELECT coalesce(max(receipt), 0) FROM standing WHERE code = $1"
	selectPrevious = "SELECT previous FROM receipts WHERE sequence = $1 AND who = $2"
	selectKey      = "SELECT key FROM standing WHERE code = $1 LIMIT 1"

	// selectBelow finds the newest receipt of the chain from $1 below $2.
	selectBelow = `WITH RECURSIVE chain (sequence, previous) AS (
		SELECT sequence, previous FROM receipts WHERE sequence = $1
		UNION ALL
		SELECT r.sequence, r.previous FROM chain c JOIN receipts r ON r.sequence = c.previous)
		SELECT coalesce(max(sequence), 0) FROM chain WHERE sequence < $2`
)

// prepareQueries prepares what is asked again and again; the pool does so anew
// on each of its connections.
func prepareQueries(ctx context.Context, db *sql.DB) (map[string]*sql.Stmt, error) {
	prepared := make(map[string]*sql.Stmt)
	queries := []string{selectText, selectReceipt, selectHistory, selectNonce, selectHead, selectPrevious, selectBelow, selectKey}
	queries = slices.AppendSeq(slices.Concat(queries, accountQueries, mailQueries, apiQueries, subjectQueries, announceQueries, formQueries, caseQueries), maps.Values(latestQueries()))
	for _, query := range queries {
		statement, err := db.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		prepared[query] = statement
	}
	return prepared, nil
}

// Submitted returns the receipt of a submission; see [consent.Store].
func (s *Store) Submitted(ctx context.Context, code identity.Code, nonce [16]byte) (consent.Receipt, error) {
	var sequence int64
	err := s.queries[selectNonce].QueryRowContext(ctx, nonce[:], code[:]).Scan(&sequence)
	if errors.Is(err, sql.ErrNoRows) {
		return consent.Receipt{}, consent.ErrNotFound
	}
	if err != nil {
		return consent.Receipt{}, unavailable(err)
	}
	found, err := s.receipt(ctx, code, sequence)
	return found.Receipt, err
}

// History returns receipts of a person; see [consent.Store]. It costs as many
// point reads as it returns receipts where before is 0 or the sequence of one
// of the person's, and the reading of all of them where it is another number.
func (s *Store) History(ctx context.Context, code identity.Code, before int64, limit int) ([]consent.Receipt, error) {
	if limit <= 0 || before < 0 {
		return nil, fmt.Errorf("history: %d receipts before %d can't be had", limit, before)
	}
	start, err := s.start(ctx, code, before)
	if err != nil || start == 0 {
		return nil, unavailable(err)
	}
	found, err := s.receipts(ctx, code, selectHistory, start, min(limit, math.MaxInt32))
	var receipts []consent.Receipt
	for i := range found {
		receipts = append(receipts, found[i].Receipt)
	}
	return receipts, err
}

// start finds the newest receipt of a person below a sequence, 0 for none.
func (s *Store) start(ctx context.Context, code identity.Code, before int64) (int64, error) {
	var start int64
	if before > 0 {
		key, err := s.key(ctx, code)
		if err != nil {
			return 0, ignoreNoRows(err)
		}
		err = s.queries[selectPrevious].QueryRowContext(ctx, before, commitment(key, code)).Scan(&start)
		if !errors.Is(err, sql.ErrNoRows) {
			return start, err
		}
	}
	err := s.queries[selectHead].QueryRowContext(ctx, code[:]).Scan(&start)
	if err != nil || before == 0 || start < before {
		return start, err
	}
	err = s.queries[selectBelow].QueryRowContext(ctx, start, before).Scan(&start)
	return start, err
}

// Receipt returns a receipt of a person; see [consent.Store].
func (s *Store) Receipt(ctx context.Context, code identity.Code, name string) (consent.Receipt, error) {
	asked, ok := parseID(name)
	if !ok {
		return consent.Receipt{}, consent.ErrNotFound
	}
	key, err := s.key(ctx, code)
	if errors.Is(err, sql.ErrNoRows) {
		return consent.Receipt{}, consent.ErrNotFound
	}
	if err != nil {
		return consent.Receipt{}, unavailable(err)
	}
	found, err := s.receipt(ctx, code, asked.sequence)
	if err != nil {
		return consent.Receipt{}, err
	}
	// Both are compared, always, and in a time that does not depend on them.
	same := subtle.ConstantTimeCompare([]byte(id{asked.sequence, found.secret}.String()), []byte(name))
	own := subtle.ConstantTimeCompare(found.who, commitment(key, code))
	if same&own != 1 {
		return consent.Receipt{}, consent.ErrNotFound
	}
	return found.Receipt, nil
}

// key returns the key of a person, or sql.ErrNoRows.
func (s *Store) key(ctx context.Context, code identity.Code) (key []byte, err error) {
	err = s.queries[selectKey].QueryRowContext(ctx, code[:]).Scan(&key)
	return key, err
}

// ignoreNoRows takes the lack of a row for nothing.
func ignoreNoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// A stored receipt is one with what only the store knows.
type stored struct {
	consent.Receipt
	secret uint64
	who    []byte
}

// receipt returns one as that of a code, whose it need not be.
func (s *Store) receipt(ctx context.Context, code identity.Code, sequence int64) (stored, error) {
	found, err := s.receipts(ctx, code, selectReceipt, sequence)
	if err != nil {
		return stored{}, err
	}
	if len(found) == 0 {
		return stored{}, consent.ErrNotFound
	}
	return found[0], nil
}

// receipts gathers the rows of records into receipts of a code.
func (s *Store) receipts(ctx context.Context, code identity.Code, query string, args ...any) (found []stored, err error) {
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		r := stored{Receipt: consent.Receipt{Code: code}}
		var a consent.Answer
		var secret, at int64
		var section, words sql.RawBytes
		err := rows.Scan(&r.Sequence, &secret, &r.who, &r.Host, &at, &r.Source, &r.Reason,
			&a.Choice, &a.State, &a.Policy, &a.Version, &section, &words, &a.Signal)
		if n := len(found); n == 0 || found[n-1].Sequence != r.Sequence {
			r.secret = uint64(secret)
			r.ID, r.At = id{r.Sequence, r.secret}.String(), time.UnixMicro(at).UTC()
			found = append(found, r)
		}
		a.SectionHash, a.WordsHash = hex.EncodeToString(section), hex.EncodeToString(words)
		last := &found[len(found)-1]
		last.Answers = append(last.Answers, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Text returns the words with a hash; see [consent.Store].
func (s *Store) Text(ctx context.Context, name string) (string, error) {
	h, err := parseHash(name)
	if err != nil {
		return "", consent.ErrNotFound
	}
	var text string
	err = s.queries[selectText].QueryRowContext(ctx, h[:]).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", consent.ErrNotFound
	}
	return text, unavailable(err)
}
