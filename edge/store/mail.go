package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
)

const (
	letterColumns = "id, kind, recipient, account, code, choice, content, at, due, tries, reason"
	linkColumns   = "hash, letter, kind, account, address, code, choice, expires"

	selectLink      = "SELECT " + linkColumns + " FROM links WHERE hash = $1 AND expires > $2"
	selectAddressee = `SELECT a.id, d.value FROM accounts a JOIN details d ON d.account = a.id
		WHERE a.user_id = $1 AND d.field = 'email' AND d.value <> '' AND d.confirmed > 0 AND (d.revision = 1 OR d.confirmed < $2)`
	selectDead    = "SELECT " + letterColumns + " FROM letters WHERE due = 0 ORDER BY at, id LIMIT $1"
	selectBacklog = "SELECT (SELECT count(*) FROM letters WHERE due > 0), (SELECT count(*) FROM letters WHERE due = 0)"
	selectDue     = "SELECT " + letterColumns + " FROM letters WHERE due > 0 AND due <= $1 ORDER BY due, id LIMIT $2"

	insertLetter = "INSERT INTO letters (" + letterColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0, '') ON CONFLICT DO NOTHING"
	insertLink   = "INSERT INTO links (" + linkColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	selectLetter = "SELECT count(*) FROM letters WHERE id = $1"
	insertSent   = "INSERT INTO sent (id, account, code, kind, choice, receipt, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
	leaseLetter  = "UPDATE letters SET due = $2, tries = tries + 1 WHERE id = $1"
	putLetter    = "UPDATE letters SET due = $2, reason = $3 WHERE id = $1"
	deleteLetter = "DELETE FROM letters WHERE id = $1"
	deleteLink   = "DELETE FROM links WHERE letter = $1"
)

var mailQueries = []string{selectLink, selectDead, selectBacklog, selectAddressee}

// Mail returns the outbox.
func (s *Store) Mail() mail.Outbox { return outbox{s} }

type outbox struct{ *Store }

// outboxLock has nodes take letters one after the other.
const outboxLock = 0x6d61696c

// addLetters puts letters into the outbox, in the transaction of what they
// tell.
func (u *update) addLetters(letters []mail.Letter) error {
	for i := range letters {
		l := &letters[i]
		if l.To == "" || l.At.IsZero() {
			return errors.New("letter has no recipient, or no time")
		}
		content, err := json.Marshal(l.Values)
		if err != nil {
			return fmt.Errorf("letter %s: %w", l.Kind, err)
		}
		_, err = u.exec(insertLetter, l.ID[:], string(l.Kind), l.To, l.Account[:], l.Code[:], l.Choice, string(content), l.At.UnixMicro())
		if err != nil {
			return err
		}
	}
	return nil
}

// takeLink uses a link up, with all others of its letter; mail.ErrNoLink where
// there is none at a time.
func (u *update) takeLink(hash mail.TokenHash, now time.Time) (l mail.Link, err error) {
	err = mail.ErrNoLink
	failed := u.query(selectLink, []any{hash[:], now.UnixMicro()}, func(rows *sql.Rows) (scan error) {
		err = nil
		l, scan = scanLink(rows)
		return scan
	})
	if failed != nil {
		return mail.Link{}, failed
	}
	if err != nil {
		return mail.Link{}, err
	}
	// Of two that use it at once, one deletes it.
	n, err := u.exec(deleteLink, l.Letter[:])
	if err == nil && n == 0 {
		err = mail.ErrNoLink
	}
	return l, err
}

func scanLink(row scanner) (mail.Link, error) {
	var l mail.Link
	var hash, letter, of, code []byte
	var expires int64
	err := row.Scan(&hash, &letter, &l.Kind, &of, &l.Address, &code, &l.Choice, &expires)
	copy(l.Hash[:], hash)
	copy(l.Letter[:], letter)
	copy(l.Account[:], of)
	copy(l.Code[:], code)
	l.Expires = moment(expires)
	return l, err
}

func scanLetter(row scanner) (mail.Waiting, error) {
	var w mail.Waiting
	var id, of, code []byte
	var content string
	var at, due int64
	err := row.Scan(&id, &w.Kind, &w.To, &of, &code, &w.Choice, &content, &at, &due, &w.Tries, &w.Reason)
	copy(w.ID[:], id)
	copy(w.Account[:], of)
	copy(w.Code[:], code)
	w.At, w.Due = moment(at), moment(due)
	if err == nil {
		err = json.Unmarshal([]byte(content), &w.Values)
	}
	return w, err
}

// AddLink stores a link; see [mail.Links].
func (s outbox) AddLink(ctx context.Context, l mail.Link) error {
	return s.update(ctx, func(u *update) error {
		if l.Letter != [16]byte{} {
			waits := 0
			err := u.query(selectLetter, []any{l.Letter[:]}, func(rows *sql.Rows) error { return rows.Scan(&waits) })
			if err == nil && waits == 0 {
				err = mail.ErrNoLink
			}
			if err != nil {
				return err
			}
		}
		_, err := u.exec(insertLink, l.Hash[:], l.Letter[:], string(l.Kind), l.Account[:], l.Address, l.Code[:], l.Choice, l.Expires.UnixMicro())
		return err
	})
}

// Link returns a link; see [mail.Links].
func (s outbox) Link(ctx context.Context, hash mail.TokenHash, now time.Time) (mail.Link, error) {
	l, err := scanLink(s.queries[selectLink].QueryRowContext(ctx, hash[:], now.UnixMicro()))
	if errors.Is(err, sql.ErrNoRows) {
		return mail.Link{}, mail.ErrNoLink
	}
	return l, unavailable(err)
}

// Addressee returns to whom to write; see [mail.Outbox].
func (s outbox) Addressee(ctx context.Context, userID string, settled time.Time) (account [16]byte, address string, err error) {
	var id []byte
	err = s.queries[selectAddressee].QueryRowContext(ctx, userID, settled.UnixMicro()).Scan(&id, &address)
	if errors.Is(err, sql.ErrNoRows) {
		return account, "", mail.ErrNobody
	}
	copy(account[:], id)
	return account, address, unavailable(err)
}

// Profile returns whose choices hold for a code; see [mail.Outbox].
func (s outbox) Profile(ctx context.Context, code identity.Code) (identity.Code, error) {
	people := s.Accounts()
	id, err := people.Owner(ctx, code)
	if err == nil && id != (account.ID{}) {
		var a account.Account
		if a, err = people.Account(ctx, id); err == nil {
			return a.Profile, nil
		}
	}
	if errors.Is(err, account.ErrNotFound) {
		err = nil
	}
	return code, err
}

// Take leases letters that are due; see [mail.Outbox].
func (s outbox) Take(ctx context.Context, now, until time.Time, most int) (taken []mail.Waiting, err error) {
	err = s.update(ctx, func(u *update) error {
		taken = nil
		if err := u.lock([]int64{outboxLock}); err != nil {
			return err
		}
		err := u.query(selectDue, []any{now.UnixMicro(), most}, func(rows *sql.Rows) error {
			w, err := scanLetter(rows)
			w.Tries++
			taken = append(taken, w)
			return err
		})
		for i := range taken {
			if err == nil {
				_, err = u.exec(leaseLetter, taken[i].ID[:], until.UnixMicro())
			}
		}
		return err
	})
	return taken, err
}

// Sent removes a letter and keeps a note; see [mail.Outbox].
func (s outbox) Sent(ctx context.Context, w mail.Waiting, n mail.Note) error {
	return s.update(ctx, func(u *update) error {
		// The person may have been erased while it was sent.
		if n, err := u.exec(deleteLetter, w.ID[:]); err != nil || n == 0 {
			return err
		}
		_, err := u.exec(insertSent, w.ID[:], w.Account[:], w.Code[:], string(n.Kind), n.Choice, n.Receipt, n.At.UnixMicro())
		return err
	})
}

// PutBack says when a letter is tried again; see [mail.Outbox].
func (s outbox) PutBack(ctx context.Context, id [16]byte, due time.Time, reason string) error {
	return s.update(ctx, func(u *update) error {
		_, err := u.exec(putLetter, id[:], micro(due), reason)
		return err
	})
}

// Drop removes a letter; see [mail.Outbox].
func (s outbox) Drop(ctx context.Context, id [16]byte) error {
	return s.update(ctx, func(u *update) error {
		_, err := u.exec(deleteLetter, id[:])
		return err
	})
}

// Dead lists letters that are tried no more; see [mail.Outbox].
func (s outbox) Dead(ctx context.Context, most int) ([]mail.Waiting, error) {
	var all []mail.Waiting
	err := s.each(ctx, selectDead, []any{most}, func(rows *sql.Rows) error {
		w, err := scanLetter(rows)
		all = append(all, w)
		return err
	})
	return all, err
}

// Backlog counts letters; see [mail.Outbox].
func (s outbox) Backlog(ctx context.Context) (waiting, dead int, err error) {
	err = s.queries[selectBacklog].QueryRowContext(ctx).Scan(&waiting, &dead)
	return waiting, dead, unavailable(err)
}
