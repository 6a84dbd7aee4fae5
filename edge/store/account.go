package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/subject"
)

const (
	accountColumns = "id, user_id, password_at, profile, created, signed_in, erasing"

	selectAccount     = "SELECT " + accountColumns + " FROM accounts WHERE id = $1"
	selectUser        = "SELECT " + accountColumns + " FROM accounts WHERE user_id = $1"
	selectProfile     = "SELECT " + accountColumns + " FROM accounts WHERE profile = $1"
	selectDetails     = "SELECT field, value, revision, confirmed FROM details WHERE account = $1"
	selectCredentials = "SELECT id, password, profile FROM accounts WHERE user_id = $1"
	selectDevice      = "SELECT count(*) FROM devices WHERE mark = $1"
	selectOwner       = "SELECT id FROM accounts WHERE profile = $1 UNION ALL SELECT account FROM joined WHERE code = $1"
	selectTomb        = "SELECT count(*) FROM tombstones WHERE hash = $1"
	selectDifferences = "SELECT d.choice, d.browser, d.profile, d.code, d.at FROM differences d JOIN accounts a ON a.id = d.account WHERE a.profile = $1 ORDER BY d.at, d.choice"
	selectChanges     = "SELECT at, what, by_whom, reason FROM changes WHERE account = $1 ORDER BY number DESC LIMIT $2 OFFSET $3"

	insertAccount = `INSERT INTO accounts (id, user_id, password, password_at, profile, created, signed_in, erasing)
		VALUES ($1, $2, $3, $4, $5, $4, $4, 0) ON CONFLICT DO NOTHING`
	insertDetail = "INSERT INTO details (account, field, value, revision, confirmed) VALUES ($1, $2, $3, 1, 0)"
	insertChange = `INSERT INTO changes (account, number, at, what, by_whom, reason)
		SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM changes WHERE account = $1`
	insertJoined     = "INSERT INTO joined (code, account, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	insertDevice     = "INSERT INTO devices (mark, account, at) VALUES ($1, $2, $3) ON CONFLICT (mark) DO UPDATE SET at = excluded.at"
	insertDifference = `INSERT INTO differences (account, choice, code, browser, profile, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account, choice) DO UPDATE SET code = excluded.code, browser = excluded.browser, profile = excluded.profile, at = excluded.at`
	updateSignedIn = "UPDATE accounts SET signed_in = $2 WHERE id = $1"
	updateErasing  = "UPDATE accounts SET erasing = $2 WHERE id = $1"
	updateDetail   = `INSERT INTO details (account, field, value, revision, confirmed) VALUES ($1, $2, $3, $4, 0)
		ON CONFLICT (account, field) DO UPDATE SET value = excluded.value, revision = excluded.revision, confirmed = 0`
	updateConfirmed  = "UPDATE details SET confirmed = $3 WHERE account = $1 AND field = 'email' AND value = $2"
	deleteDifference = "DELETE FROM differences WHERE choice = $2 AND account = (SELECT id FROM accounts WHERE profile = $1)"
)

var accountQueries = []string{
	selectAccount, selectUser, selectProfile, selectDetails, selectCredentials, selectDevice, selectOwner, selectTomb, selectDifferences, selectChanges, selectSession, selectSessions,
	selectPasskeys,
}

// Accounts returns what is kept of registered people.
func (s *Store) Accounts() account.Store { return accounts{s} }

type accounts struct{ *Store }

// micro is a time as it is stored, 0 for none; moment reads it.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// A scanner is a row that was found.
type scanner interface{ Scan(to ...any) error }

func scanAccount(row scanner) (account.Account, error) {
	var a account.Account
	var id, profile []byte
	var changed, created, signedIn, erasing int64
	err := row.Scan(&id, &a.UserID, &changed, &profile, &created, &signedIn, &erasing)
	copy(a.ID[:], id)
	copy(a.Profile[:], profile)
	a.PasswordChanged, a.Created, a.SignedIn, a.Erasing = moment(changed), moment(created), moment(signedIn), moment(erasing)
	a.Details = make(map[account.Field]account.Detail)
	return a, err
}

func scanDetail(row scanner, to map[account.Field]account.Detail) error {
	var field account.Field
	var d account.Detail
	var confirmed int64
	err := row.Scan(&field, &d.Value, &d.Revision, &confirmed)
	d.Confirmed = moment(confirmed)
	to[field] = d
	return err
}

// absent turns the lack of a row into ErrNotFound.
func absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return account.ErrNotFound
	}
	return unavailable(err)
}

// Account returns an account; see [account.Store].
func (s accounts) Account(ctx context.Context, id account.ID) (account.Account, error) {
	return s.found(ctx, selectAccount, id[:])
}

// Find returns the account of a User ID; see [account.Store].
func (s accounts) Find(ctx context.Context, userID string) (account.Account, error) {
	return s.found(ctx, selectUser, userID)
}

func (s accounts) found(ctx context.Context, query string, by any) (account.Account, error) {
	a, err := scanAccount(s.queries[query].QueryRowContext(ctx, by))
	if err != nil {
		return account.Account{}, absent(err)
	}
	return a, s.each(ctx, selectDetails, []any{a.ID[:]}, func(rows *sql.Rows) error { return scanDetail(rows, a.Details) })
}

// each reads the rows of a prepared query.
func (s *Store) each(ctx context.Context, query string, args []any, read func(*sql.Rows) error) error {
	rows, err := s.queries[query].QueryContext(ctx, args...)
	if err != nil {
		return unavailable(err)
	}
	for rows.Next() && err == nil {
		err = read(rows)
	}
	return unavailable(errors.Join(err, rows.Close(), rows.Err()))
}

// Credentials returns what a password is held against; see [account.Store]. It
// asks the same whether or not there is such an account.
func (s accounts) Credentials(ctx context.Context, userID string, marks []account.Mark) (c account.Credentials, known bool, err error) {
	for _, mark := range marks {
		var n int
		if err := s.queries[selectDevice].QueryRowContext(ctx, mark[:]).Scan(&n); err != nil {
			return c, false, unavailable(err)
		}
		known = known || n > 0
	}
	var id, profile []byte
	err = s.queries[selectCredentials].QueryRowContext(ctx, userID).Scan(&id, &c.PasswordHash, &profile)
	copy(c.Account[:], id)
	copy(c.Profile[:], profile)
	return c, known, absent(err)
}

// Owner returns whose a code is; see [account.Store].
func (s accounts) Owner(ctx context.Context, code identity.Code) (id account.ID, err error) {
	tomb := subject.Tomb(code)
	var buried int
	if err := s.queries[selectTomb].QueryRowContext(ctx, tomb[:]).Scan(&buried); err != nil || buried > 0 {
		return id, unavailable(err)
	}
	var found []byte
	err = s.queries[selectOwner].QueryRowContext(ctx, code[:]).Scan(&found)
	copy(id[:], found)
	return id, absent(err)
}

// Differences lists what waits for a decision; see [account.Store].
func (s accounts) Differences(ctx context.Context, profile identity.Code) ([]account.Difference, error) {
	var all []account.Difference
	err := s.each(ctx, selectDifferences, []any{profile[:]}, func(rows *sql.Rows) error {
		var d account.Difference
		var code []byte
		var at int64
		err := rows.Scan(&d.Choice, &d.Browser, &d.Profile, &code, &at)
		copy(d.Code[:], code)
		d.At = moment(at)
		all = append(all, d)
		return err
	})
	return all, err
}

// Changes lists what was changed; see [account.Store].
func (s accounts) Changes(ctx context.Context, id account.ID, skip, limit int) ([]account.Change, error) {
	var all []account.Change
	err := s.each(ctx, selectChanges, []any{id[:], limit, skip}, func(rows *sql.Rows) error {
		var c account.Change
		var at int64
		err := rows.Scan(&at, &c.What, &c.By, &c.Reason)
		c.At = moment(at)
		all = append(all, c)
		return err
	})
	return all, err
}

// account reads an account within a transaction, after waiting for others that
// change it.
func (u *update) account(query string, by any) (a account.Account, err error) {
	found := false
	err = u.query(query, []any{by}, func(rows *sql.Rows) error {
		found = true
		a, err = scanAccount(rows)
		return err
	})
	if err == nil && !found {
		err = account.ErrNotFound
	}
	if err != nil {
		return account.Account{}, err
	}
	return a, u.query(selectDetails, []any{a.ID[:]}, func(rows *sql.Rows) error { return scanDetail(rows, a.Details) })
}

// own has the transaction wait for others of an account, and returns it.
func (u *update) own(id account.ID) (account.Account, error) {
	if err := u.lock(numbersOf([][16]byte{id})); err != nil {
		return account.Account{}, err
	}
	return u.account(selectAccount, id[:])
}

// acted notes a change of an account, and puts its letters into the outbox.
func (u *update) acted(id account.ID, what string, act account.Act) error {
	if _, err := u.exec(insertChange, id[:], act.At.UnixMicro(), what, act.By, act.Reason); err != nil {
		return err
	}
	return u.addLetters(act.Letters)
}

// Edit changes details; see [account.Store].
func (s accounts) Edit(ctx context.Context, id account.ID, edits []account.Edit, act account.Act) (a account.Account, err error) {
	err = s.update(ctx, func(u *update) error {
		if a, err = u.own(id); err != nil {
			return err
		}
		stored := a.Details
		for _, e := range edits {
			now := stored[e.Field]
			if now.Value != e.Value && now.Revision != e.Revision {
				return &account.EditError{Stored: stored}
			}
		}
		for _, e := range edits {
			if err := u.edit(&a, e, act); err != nil {
				return err
			}
		}
		return u.addLetters(act.Letters)
	})
	return a, err
}

func (u *update) edit(a *account.Account, e account.Edit, act account.Act) error {
	now := a.Details[e.Field]
	if now.Value == e.Value {
		return nil
	}
	a.Details[e.Field] = account.Detail{Value: e.Value, Revision: now.Revision + 1}
	if e.Field == account.Email {
		// A link that went to the address before opens nothing any more.
		if _, err := u.exec(deleteLinks, a.ID[:], string(mail.ResetPassword)); err != nil {
			return err
		}
	}
	if _, err := u.exec(updateDetail, a.ID[:], string(e.Field), e.Value, now.Revision+1); err != nil {
		return err
	}
	return u.acted(a.ID, string(e.Field), account.Act{At: act.At, By: act.By, Reason: act.Reason})
}

// Confirm notes that an address is the account's; see [account.Store].
func (s accounts) Confirm(ctx context.Context, hash mail.TokenHash, at time.Time) (a account.Account, err error) {
	err = s.update(ctx, func(u *update) error {
		link, err := u.takeLink(hash, at)
		if err != nil {
			return err
		}
		if link.Kind != mail.ConfirmAddress {
			return mail.ErrNoLink
		}
		if a, err = u.own(link.Account); errors.Is(err, account.ErrNotFound) {
			return mail.ErrNoLink
		} else if err != nil {
			return err
		}
		n, err := u.exec(updateConfirmed, a.ID[:], link.Address, at.UnixMicro())
		if err == nil && n == 0 {
			return mail.ErrNoLink
		}
		d := a.Details[account.Email]
		d.Confirmed = moment(at.UnixMicro())
		a.Details[account.Email] = d
		return err
	})
	return a, err
}

// Write puts letters into the outbox; see [account.Store].
func (s accounts) Write(ctx context.Context, letters []mail.Letter) error {
	return s.update(ctx, func(u *update) error { return u.addLetters(letters) })
}

// Decided takes differences away; see [account.Store].
func (s accounts) Decided(ctx context.Context, profile identity.Code, choices []string) error {
	return s.update(ctx, func(u *update) error {
		for _, choice := range slices.Sorted(slices.Values(choices)) {
			if _, err := u.exec(deleteDifference, profile[:], choice); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetErasing says when an account is to be erased; see [account.Store].
func (s accounts) SetErasing(ctx context.Context, id account.ID, when time.Time, act account.Act) error {
	return s.update(ctx, func(u *update) error {
		a, err := u.own(id)
		if err != nil {
			return err
		}
		// A form that is sent again moves nothing and tells nobody.
		if a.Erasing.IsZero() == when.IsZero() {
			return nil
		}
		if _, err := u.exec(updateErasing, id[:], micro(when)); err != nil {
			return err
		}
		return u.acted(id, "erasure", act)
	})
}
