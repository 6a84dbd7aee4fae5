package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/mail"
)

const (
	sessionColumns = "id, account, device, created, used"

	selectSession  = "SELECT " + sessionColumns + " FROM sessions WHERE hash = $1 AND used > $2 AND created > $3"
	selectSessions = "SELECT " + sessionColumns + " FROM sessions WHERE account = $1 AND used > $2 AND created > $3 ORDER BY used DESC, id"
	selectBegun    = "SELECT " + sessionColumns + " FROM sessions WHERE id = $1"
	selectPassword = "SELECT password FROM accounts WHERE id = $1"

	insertSession   = "INSERT INTO sessions (hash, id, account, device, created, used) VALUES ($1, $2, $3, $4, $5, $5)"
	useSession      = "UPDATE sessions SET used = $2 WHERE hash = $1 AND used < $2"
	deleteHash      = "DELETE FROM sessions WHERE hash = $1"
	deleteBegun     = "DELETE FROM sessions WHERE id = $1"
	deleteSession   = "DELETE FROM sessions WHERE account = $1 AND id = $2"
	deleteSessions  = "DELETE FROM sessions WHERE account = $1 AND hash <> $2"
	deleteLinks     = "DELETE FROM links WHERE account = $1 AND kind = $2"
	updatePassword  = "UPDATE accounts SET password = $2, password_at = $3 WHERE id = $1"
	upgradePassword = "UPDATE accounts SET password = $2 WHERE id = $1"
	noteUseEvery    = time.Hour
)

func scanSession(row scanner) (account.Session, error) {
	var s account.Session
	var id, of []byte
	var created, used int64
	err := row.Scan(&id, &of, &s.Device, &created, &used)
	copy(s.ID[:], id)
	copy(s.Account[:], of)
	s.Created, s.Used = moment(created), moment(used)
	return s, err
}

// since are the moments after which a session that lasts was used and created.
func since(now time.Time) (used, created int64) {
	return now.Add(-account.SessionIdle).UnixMicro(), now.Add(-account.SessionAge).UnixMicro()
}

// Register makes an account; see [account.Store].
func (s accounts) Register(ctx context.Context, r account.Registration) (a account.Account, repeated bool, err error) {
	err = s.update(ctx, func(u *update) error {
		if err := u.lock(numbersOf([][16]byte{r.Session.ID})); err != nil {
			return err
		}
		begun, err := u.begun(r.Session.ID)
		if repeated = err == nil; repeated {
			a, err = u.account(selectAccount, begun.Account[:])
		}
		if repeated && err == nil && a.UserID != r.UserID {
			err = account.ErrTaken
		}
		if !errors.Is(err, account.ErrNotFound) {
			return err
		}
		a, err = u.register(r)
		return err
	})
	return a, repeated, err
}

func (u *update) begun(id [16]byte) (s account.Session, err error) {
	err = account.ErrNotFound
	failed := u.query(selectBegun, []any{id[:]}, func(rows *sql.Rows) (scan error) {
		err = nil
		s, scan = scanSession(rows)
		return scan
	})
	if failed != nil {
		err = failed
	}
	return s, err
}

func (u *update) register(r account.Registration) (account.Account, error) {
	at := r.At.UnixMicro()
	n, err := u.exec(insertAccount, r.ID[:], r.UserID, r.PasswordHash, at, r.Profile[:])
	if err != nil {
		return account.Account{}, err
	}
	if n == 0 {
		return account.Account{}, account.ErrTaken
	}
	for _, field := range account.Fields() {
		if value := r.Details[field]; value != "" {
			if _, err := u.exec(insertDetail, r.ID[:], string(field), value); err != nil {
				return account.Account{}, err
			}
		}
	}
	act := account.Act{At: r.At, By: account.ByPerson, Letters: r.Letters}
	if err := errors.Join(u.begin(r.ID, r.Session, r.At), u.acted(r.ID, "account", act)); err != nil {
		return account.Account{}, err
	}
	return u.account(selectAccount, r.ID[:])
}

// begin begins a session, in place of one with the same ID.
func (u *update) begin(id account.ID, n account.NewSession, at time.Time) error {
	for _, step := range []struct {
		text string
		args []any
	}{
		{deleteBegun, []any{n.ID[:]}},
		{insertSession, []any{n.Hash[:], n.ID[:], id[:], n.Device, at.UnixMicro()}},
		{insertDevice, []any{n.Mark[:], id[:], at.UnixMicro()}},
	} {
		if _, err := u.exec(step.text, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// SignIn begins a session; see [account.Store].
func (s accounts) SignIn(ctx context.Context, in account.SignIn) (a account.Account, err error) {
	err = s.update(ctx, func(u *update) error {
		if in.Passkey != nil {
			a, err = u.ownSigning(in)
		} else {
			a, err = u.ownWith(in.Account, in.PasswordHash)
		}
		if err != nil {
			return err
		}
		if _, err := u.exec(deleteHash, in.Ended[:]); err != nil {
			return err
		}
		if in.Upgraded != "" {
			if _, err := u.exec(upgradePassword, in.Account[:], in.Upgraded); err != nil {
				return err
			}
		}
		if err := u.join(&in); err != nil {
			return err
		}
		if _, err := u.exec(updateSignedIn, in.Account[:], in.At.UnixMicro()); err != nil {
			return err
		}
		a.SignedIn = moment(in.At.UnixMicro())
		return u.begin(in.Account, in.Session, in.At)
	})
	return a, err
}

// ownWith is own for an account whose password is still the one with a hash.
func (u *update) ownWith(id account.ID, hash string) (account.Account, error) {
	a, err := u.own(id)
	if errors.Is(err, account.ErrNotFound) {
		return a, account.ErrStale
	}
	if err != nil {
		return a, err
	}
	var stored string
	err = u.query(selectPassword, []any{id[:]}, func(rows *sql.Rows) error { return rows.Scan(&stored) })
	if err == nil && stored != hash {
		err = account.ErrStale
	}
	return a, err
}

// join joins the browser's code, unless it is somebody's already.
func (u *update) join(in *account.SignIn) error {
	if in.Joined.IsZero() {
		return nil
	}
	owned := false
	err := u.query(selectOwner, []any{in.Joined[:]}, func(rows *sql.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		owned = owned || string(id) != string(in.Account[:])
		return err
	})
	if err != nil || owned {
		return err
	}
	if _, err := u.exec(insertJoined, in.Joined[:], in.Account[:], in.At.UnixMicro()); err != nil {
		return err
	}
	for _, d := range in.Differences {
		if _, err := u.exec(insertDifference, in.Account[:], d.Choice, in.Joined[:], string(d.Browser), string(d.Profile), in.At.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// Session returns a session; see [account.Store].
func (s accounts) Session(ctx context.Context, hash account.SessionHash, now time.Time) (account.Session, account.Account, error) {
	used, created := since(now)
	found, err := scanSession(s.queries[selectSession].QueryRowContext(ctx, hash[:], used, created))
	if err != nil {
		return account.Session{}, account.Account{}, absent(err)
	}
	a, err := s.Account(ctx, found.Account)
	if err == nil && now.Sub(found.Used) >= noteUseEvery {
		err = s.update(ctx, func(u *update) error {
			_, err := u.exec(useSession, hash[:], now.UnixMicro())
			return err
		})
		found.Used = moment(now.UnixMicro())
	}
	return found, a, err
}

// Sessions lists those of an account; see [account.Store].
func (s accounts) Sessions(ctx context.Context, id account.ID, now time.Time) ([]account.Session, error) {
	var all []account.Session
	used, created := since(now)
	err := s.each(ctx, selectSessions, []any{id[:], used, created}, func(rows *sql.Rows) error {
		one, err := scanSession(rows)
		all = append(all, one)
		return err
	})
	return all, err
}

// EndSession ends a session; see [account.Store].
func (s accounts) EndSession(ctx context.Context, id account.ID, session [16]byte, next account.Mark, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		n, err := u.exec(deleteSession, id[:], session[:])
		if err != nil || n == 0 {
			return err
		}
		if next != (account.Mark{}) {
			_, err := u.exec(insertDevice, next[:], id[:], act.At.UnixMicro())
			return err
		}
		return u.acted(id, "session", act)
	})
}

// EndSessions ends all sessions but one; see [account.Store].
func (s accounts) EndSessions(ctx context.Context, id account.ID, but account.SessionHash, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		if _, err := u.own(id); err != nil {
			return err
		}
		if n, err := u.exec(deleteSessions, id[:], but[:]); err != nil || n == 0 {
			return err
		}
		return u.acted(id, "session", act)
	})
}

// SetPassword replaces a password; see [account.Store].
func (s accounts) SetPassword(ctx context.Context, id account.ID, old, hash string, but account.SessionHash, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		if _, err := u.ownWith(id, old); err != nil {
			return err
		}
		return u.setPassword(id, hash, but, act)
	})
}

func (u *update) setPassword(id account.ID, hash string, but account.SessionHash, act account.Act) error {
	if _, err := u.exec(updatePassword, id[:], hash, act.At.UnixMicro()); err != nil {
		return err
	}
	if _, err := u.exec(deleteSessions, id[:], but[:]); err != nil {
		return err
	}
	if _, err := u.exec(deleteLinks, id[:], string(mail.ResetPassword)); err != nil {
		return err
	}
	return u.acted(id, "password", act)
}

// Reset replaces a password by a link; see [account.Store].
func (s accounts) Reset(ctx context.Context, link mail.TokenHash, hash string, act account.Act) (a account.Account, err error) {
	err = s.update(ctx, func(u *update) error {
		found, err := u.takeLink(link, act.At)
		if err == nil && found.Kind != mail.ResetPassword {
			err = mail.ErrNoLink
		}
		if err != nil {
			return err
		}
		if a, err = u.own(found.Account); errors.Is(err, account.ErrNotFound) {
			return mail.ErrNoLink
		} else if err != nil {
			return err
		}
		return u.setPassword(a.ID, hash, account.SessionHash{}, act)
	})
	return a, err
}
