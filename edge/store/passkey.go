package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
)

const (
	selectPasskeys = "SELECT id, credential, public, flags, counter, name, created, used FROM passkeys WHERE account = $1 ORDER BY created, id"
	selectPasskey  = "SELECT account FROM passkeys WHERE id = $1 AND credential = $2"

	insertPasskey = `INSERT INTO passkeys (id, account, credential, public, flags, counter, name, created, used)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING`
	usePasskey = `UPDATE passkeys SET flags = $3, counter = $4, used = $5
		WHERE account = $1 AND credential = $2 AND (counter < $4 OR counter = 0 AND $4 = 0)`
	renamePasskey  = "UPDATE passkeys SET name = $3 WHERE account = $1 AND id = $2"
	deletePasskey  = "DELETE FROM passkeys WHERE account = $1 AND id = $2"
	insertCeremony = "INSERT INTO ceremonies (nonce, account, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"

	deleteCeremonies = "DELETE FROM ceremonies WHERE at < $1"
	// ceremonyAge is longer than a page can be answered.
	ceremonyAge = identity.TokenAge + time.Hour
)

// Passkeys lists those of an account; see [account.Store].
func (s accounts) Passkeys(ctx context.Context, id account.ID) ([]account.Passkey, error) {
	var all []account.Passkey
	err := s.each(ctx, selectPasskeys, []any{id[:]}, func(rows *sql.Rows) error {
		var p account.Passkey
		var key []byte
		var created, used int64
		err := rows.Scan(&key, &p.Credential, &p.Public, &p.Flags, &p.Counter, &p.Name, &created, &used)
		copy(p.ID[:], key)
		p.Created, p.Used = moment(created), moment(used)
		all = append(all, p)
		return err
	})
	return all, err
}

// AddPasskey adds one; see [account.Store].
func (s accounts) AddPasskey(ctx context.Context, id account.ID, p account.Passkey, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		if _, err := u.own(id); err != nil {
			return err
		}
		first, err := u.answered(p.ID, id, act.At)
		if err != nil {
			return err
		}
		if !first {
			return u.holds(selectPasskey, id, p.ID[:], p.Credential)
		}
		n, err := u.exec(insertPasskey, p.ID[:], id[:], p.Credential, p.Public, int64(p.Flags), int64(p.Counter), p.Name, p.Created.UnixMicro())
		if err == nil && n == 0 {
			err = account.ErrKnown
		}
		if err != nil {
			return err
		}
		return u.acted(id, "passkey", act)
	})
}

// RenamePasskey gives one another name; see [account.Store].
func (s accounts) RenamePasskey(ctx context.Context, id account.ID, which identity.Nonce, name string, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		if _, err := u.own(id); err != nil {
			return err
		}
		n, err := u.exec(renamePasskey, id[:], which[:], name)
		if err == nil && n == 0 {
			err = account.ErrNotFound
		}
		if err != nil {
			return err
		}
		return u.acted(id, "passkey", act)
	})
}

// RemovePasskey has one open nothing any more; see [account.Store].
func (s accounts) RemovePasskey(ctx context.Context, id account.ID, which identity.Nonce, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		if _, err := u.own(id); err != nil {
			return err
		}
		if n, err := u.exec(deletePasskey, id[:], which[:]); err != nil || n == 0 {
			return err
		}
		return u.acted(id, "passkey", act)
	})
}

// ownSigning is own for an account whose passkey signed. A page that is
// answered again begins what it began, as long as that lasts.
func (u *update) ownSigning(in account.SignIn) (account.Account, error) {
	a, err := u.own(in.Account)
	if errors.Is(err, account.ErrNotFound) {
		return a, account.ErrStale
	}
	if err != nil {
		return a, err
	}
	first, err := u.answered(in.Session.ID, in.Account, in.At)
	if err != nil {
		return a, err
	}
	if !first {
		begun, err := u.begun(in.Session.ID)
		if errors.Is(err, account.ErrNotFound) || err == nil && begun.Account != in.Account {
			err = account.ErrStale
		}
		return a, err
	}
	p := in.Passkey
	n, err := u.exec(usePasskey, in.Account[:], p.Credential, int64(p.Flags), int64(p.Counter), in.At.UnixMicro())
	if err == nil && n == 0 {
		err = account.ErrStale
	}
	return a, err
}

// answered notes that a page was answered; first is false where it was before.
func (u *update) answered(nonce [16]byte, id account.ID, at time.Time) (first bool, err error) {
	n, err := u.exec(insertCeremony, nonce[:], id[:], at.UnixMicro())
	return n > 0, err
}

// holds fails with ErrStale where a query finds no row of an account.
func (u *update) holds(query string, id account.ID, args ...any) error {
	err := account.ErrStale
	failed := u.query(query, args, func(rows *sql.Rows) error {
		var of []byte
		scan := rows.Scan(&of)
		if scan == nil && string(of) == string(id[:]) {
			err = nil
		}
		return scan
	})
	return errors.Join(failed, err)
}
