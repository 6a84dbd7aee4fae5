package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/subject"
)

const (
	selectJoined     = "SELECT code FROM joined WHERE account = $1 ORDER BY at, code"
	selectNotes      = "SELECT kind, choice, receipt, at FROM sent WHERE account = $1 ORDER BY at DESC, id LIMIT $2"
	selectDueErasure = "SELECT id FROM accounts WHERE erasing > 0 AND erasing <= $1 ORDER BY id LIMIT 1000"
	selectIdle       = "SELECT id FROM accounts WHERE signed_in < $1 ORDER BY signed_in, id LIMIT 1000"
	selectTombstones = "SELECT hash FROM tombstones ORDER BY hash"
	selectDeletions  = "SELECT day, kind, count FROM deletions WHERE day >= $1 ORDER BY day DESC, kind"
	selectAllIDs     = "SELECT id FROM accounts"
	selectAllCodes   = `SELECT code FROM standing UNION SELECT code FROM joined UNION SELECT profile FROM accounts UNION SELECT code FROM nonces
		UNION SELECT code FROM reasons UNION SELECT code FROM letters UNION SELECT code FROM links UNION SELECT code FROM sent
		UNION SELECT code FROM differences UNION SELECT code FROM accesses UNION SELECT code FROM disclosures UNION SELECT code FROM submissions
		UNION SELECT code FROM cases UNION SELECT person FROM senders`

	deleteLater     = "DELETE FROM letters WHERE recipient = $1 AND content = $2"
	insertTombstone = "INSERT INTO tombstones (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
	addDeletions    = "INSERT INTO deletions (day, kind, count) VALUES ($1, $2, $3) ON CONFLICT (day, kind) DO UPDATE SET count = deletions.count + excluded.count"
)

// ofAccount and ofCode delete what is held of an account and of a code.
var (
	ofAccount = []string{
		"DELETE FROM letters WHERE account = $1", "DELETE FROM links WHERE account = $1", "DELETE FROM sent WHERE account = $1", "DELETE FROM told WHERE account = $1",
		"DELETE FROM details WHERE account = $1", "DELETE FROM sessions WHERE account = $1", "DELETE FROM joined WHERE account = $1", "DELETE FROM devices WHERE account = $1",
		"DELETE FROM entries WHERE reference IN (SELECT reference FROM cases WHERE account = $1)", "DELETE FROM cases WHERE account = $1",
		"DELETE FROM apart WHERE key IN (SELECT joined FROM submissions WHERE account = $1)", "DELETE FROM submissions WHERE account = $1", "DELETE FROM senders WHERE person = $1",
		"DELETE FROM passkeys WHERE account = $1", "DELETE FROM ceremonies WHERE account = $1",
		"DELETE FROM differences WHERE account = $1", "DELETE FROM changes WHERE account = $1", "DELETE FROM accounts WHERE id = $1",
	}
	ofCode = []string{
		"DELETE FROM letters WHERE code = $1", "DELETE FROM links WHERE code = $1", "DELETE FROM sent WHERE code = $1", "DELETE FROM differences WHERE code = $1",
		"DELETE FROM joined WHERE code = $1", "DELETE FROM standing WHERE code = $1", "DELETE FROM nonces WHERE code = $1", "DELETE FROM reasons WHERE code = $1",
		"DELETE FROM entries WHERE reference IN (SELECT reference FROM cases WHERE code = $1)", "DELETE FROM cases WHERE code = $1",
		"DELETE FROM apart WHERE key IN (SELECT joined FROM submissions WHERE code = $1)", "DELETE FROM submissions WHERE code = $1", "DELETE FROM senders WHERE person = $1",
		"DELETE FROM accesses WHERE code = $1", "DELETE FROM disclosures WHERE code = $1",
	}
)

// overdue deletes what a term is over for, by kind.
var overdue = map[subject.Kind][]string{
	subject.Disclosed: {"DELETE FROM accesses WHERE at < $1", "DELETE FROM disclosures WHERE at < $1"},
	subject.Device:    {"DELETE FROM devices WHERE at < $1"},
	subject.Sent:      {"DELETE FROM sent WHERE at < $1", "DELETE FROM told WHERE at < $1"},
}

// What has an end of its own: sessions that nobody used, links, and letters of a
// month ago, which died or which nobody sends.
const (
	deleteUnused  = "DELETE FROM sessions WHERE used < $1"
	deleteExpired = "DELETE FROM links WHERE expires <= $1"
	deleteDead    = "DELETE FROM letters WHERE at < $1"
	deadAge       = 30 * 24 * time.Hour
)

var subjectQueries = []string{selectJoined, selectNotes, selectDueErasure, selectIdle, selectDeletions}

// Subjects returns what finds and erases people's data.
func (s *Store) Subjects() subject.Store { return subjects{accounts{s}} }

type subjects struct{ accounts }

// Person returns who has an account; see [subject.Store].
func (s subjects) Person(ctx context.Context, id account.ID) (p subject.Person, err error) {
	if p.Account, err = s.Account(ctx, id); err != nil {
		return subject.Person{}, err
	}
	p.Codes = []identity.Code{p.Account.Profile}
	err = s.each(ctx, selectJoined, []any{id[:]}, func(rows *sql.Rows) error {
		code, err := scanCode(rows)
		p.Codes = append(p.Codes, code)
		return err
	})
	return p, err
}

func scanCode(row scanner) (code identity.Code, err error) {
	var raw []byte
	err = row.Scan(&raw)
	copy(code[:], raw)
	return code, err
}

// Known returns whose a code is; see [subject.Store].
func (s subjects) Known(ctx context.Context, code identity.Code) (subject.Person, error) {
	id, err := s.Owner(ctx, code)
	if errors.Is(err, account.ErrNotFound) {
		return subject.Person{Codes: []identity.Code{code}}, nil
	}
	if err != nil {
		return subject.Person{}, err
	}
	return s.Person(ctx, id)
}

// Notes lists the mails that were sent; see [subject.Store].
func (s subjects) Notes(ctx context.Context, p subject.Person, most int) ([]mail.Note, error) {
	if !p.Registered() {
		return nil, nil
	}
	var all []mail.Note
	err := s.each(ctx, selectNotes, []any{p.Account.ID[:], most}, func(rows *sql.Rows) error {
		var n mail.Note
		var at int64
		err := rows.Scan(&n.Kind, &n.Choice, &n.Receipt, &at)
		n.At = moment(at)
		all = append(all, n)
		return err
	})
	return all, err
}

// Erase deletes all of a person; see [subject.Store].
func (s subjects) Erase(ctx context.Context, p subject.Person, at time.Time, letters []mail.Letter) error {
	return s.update(ctx, func(u *update) error {
		if err := u.unchanged(p); err != nil {
			return err
		}
		if err := u.erase(p, at); err != nil {
			return err
		}
		if err := u.deleted(at, subject.Account, 1); err != nil {
			return err
		}
		return u.addLetters(letters)
	})
}

// unchanged says whether an account is as it was when somebody decided to erase
// it.
func (u *update) unchanged(p subject.Person) error {
	if !p.Registered() {
		return nil
	}
	if err := u.lock(numbersOf(append([][16]byte{p.Account.ID}, asKeys(p.Codes)...))); err != nil {
		return err
	}
	a, err := u.account(selectAccount, p.Account.ID[:])
	if err == nil && (!a.Erasing.Equal(p.Account.Erasing) || !a.SignedIn.Equal(p.Account.SignedIn)) {
		err = account.ErrStale
	}
	return err
}

func (u *update) erase(p subject.Person, at time.Time) error {
	// In the order in which everybody locks what they change.
	numbers := numbersOf(append([][16]byte{p.Account.ID}, asKeys(p.Codes)...))
	if err := u.lock(numbers); err != nil {
		return err
	}
	codes := p.Codes
	if p.Registered() {
		joined, err := u.eraseAccount(p.Account.ID, at)
		if err != nil {
			return err
		}
		// A browser that joined meanwhile is the person's, too.
		codes = append(codes[:len(codes):len(codes)], joined...)
	}
	for _, code := range codes {
		if err := errors.Join(u.execAll(ofCode, code[:]), u.bury(subject.Tomb(code), at)); err != nil {
			return err
		}
	}
	return nil
}

// eraseAccount deletes what is held of an account, and returns its codes.
func (u *update) eraseAccount(id account.ID, at time.Time) (joined []identity.Code, err error) {
	err = u.query(selectJoined, []any{id[:]}, func(rows *sql.Rows) error {
		code, err := scanCode(rows)
		joined = append(joined, code)
		return err
	})
	if err != nil {
		return nil, err
	}
	a, err := u.account(selectAccount, id[:])
	if err != nil && !errors.Is(err, account.ErrNotFound) {
		return nil, err
	}
	// Letters that were asked for by the User ID name nothing else.
	content, err := json.Marshal(map[string]string{"user_id": a.UserID})
	if err != nil {
		return nil, err
	}
	if _, err := u.exec(deleteLater, mail.Later, string(content)); err != nil {
		return nil, err
	}
	if !a.Profile.IsZero() {
		joined = append(joined, a.Profile)
	}
	return joined, errors.Join(u.execAll(ofAccount, id[:]), u.bury(subject.Tomb(id), at))
}

func asKeys(codes []identity.Code) [][16]byte {
	keys := make([][16]byte, len(codes))
	for i, code := range codes {
		keys[i] = code
	}
	return keys
}

func (u *update) execAll(texts []string, args ...any) error {
	for _, text := range texts {
		if _, err := u.exec(text, args...); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) bury(t subject.Tombstone, at time.Time) error {
	_, err := u.exec(insertTombstone, t[:], at.UnixMicro())
	return err
}

// deleted counts what was deleted on a day.
func (u *update) deleted(at time.Time, kind subject.Kind, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := u.exec(addDeletions, at.UTC().Truncate(24*time.Hour).UnixMicro(), string(kind), n)
	return err
}

// All lists all accounts; see [subject.Store].
func (s subjects) All(ctx context.Context) (all []account.ID, err error) {
	err = s.whole(ctx, selectAllIDs, func(raw []byte) { all = append(all, account.ID(raw)) })
	return all, err
}

// Due lists accounts to be erased; see [subject.Store].
func (s subjects) Due(ctx context.Context, until time.Time) ([]account.ID, error) {
	return s.ids(ctx, selectDueErasure, until.UnixMicro())
}

// Idle lists accounts that nobody uses; see [subject.Store].
func (s subjects) Idle(ctx context.Context, since time.Time) ([]account.ID, error) {
	return s.ids(ctx, selectIdle, since.UnixMicro())
}

func (s subjects) ids(ctx context.Context, query string, args ...any) ([]account.ID, error) {
	var all []account.ID
	err := s.each(ctx, query, args, func(rows *sql.Rows) error {
		id, err := scanCode(rows)
		all = append(all, account.ID(id))
		return err
	})
	return all, err
}

// Purge deletes what a term is over for; see [subject.Store].
func (s subjects) Purge(ctx context.Context, t subject.Term, now time.Time) (count int, err error) {
	err = s.update(ctx, func(u *update) error {
		count = 0
		for _, text := range overdue[t.Kind] {
			n, err := u.exec(text, t.Before.UnixMicro())
			if err != nil {
				return err
			}
			count += int(n)
		}
		if t.Kind == subject.Device {
			n, err := u.exec(deleteUnused, now.Add(-account.SessionIdle).UnixMicro())
			if err != nil {
				return err
			}
			count += int(n)
			if _, err := u.exec(deleteCeremonies, now.Add(-ceremonyAge).UnixMicro()); err != nil {
				return err
			}
		}
		if t.Kind == subject.Sent {
			if _, err := u.exec(deleteExpired, now.UnixMicro()); err != nil {
				return err
			}
			if _, err := u.exec(deleteDead, now.Add(-deadAge).UnixMicro()); err != nil {
				return err
			}
		}
		return u.deleted(now, t.Kind, int64(count))
	})
	return count, err
}

// Deletions lists what was deleted; see [subject.Store].
func (s subjects) Deletions(ctx context.Context, since time.Time) ([]subject.Deletion, error) {
	var all []subject.Deletion
	err := s.each(ctx, selectDeletions, []any{since.UnixMicro()}, func(rows *sql.Rows) error {
		var d subject.Deletion
		var day int64
		err := rows.Scan(&day, &d.Kind, &d.Count)
		d.Day = moment(day)
		all = append(all, d)
		return err
	})
	return all, err
}

// Tombstones lists all; see [subject.Store].
func (s subjects) Tombstones(ctx context.Context) (all []subject.Tombstone, err error) {
	err = s.whole(ctx, selectTombstones, func(raw []byte) { all = append(all, subject.Tombstone(raw)) })
	return all, err
}

// whole reads one column of a whole table: no query of a request.
func (s *Store) whole(ctx context.Context, query string, read func(raw []byte)) error {
	rows, err := s.engine.read.QueryContext(ctx, query)
	if err != nil {
		return unavailable(err)
	}
	for rows.Next() && err == nil {
		var raw sql.RawBytes
		if err = rows.Scan(&raw); err == nil {
			read(bytes.Clone(raw))
		}
	}
	return unavailable(errors.Join(err, rows.Close(), rows.Err()))
}

// Bury erases whom tombstones name that are not here yet; see
// [subject.Store].
func (s subjects) Bury(ctx context.Context, list []subject.Tombstone, at time.Time) (erased int, err error) {
	present, err := s.Tombstones(ctx)
	if err != nil {
		return 0, err
	}
	missing := make(map[subject.Tombstone]bool, len(list))
	for _, t := range list {
		missing[t] = true
	}
	for _, t := range present {
		delete(missing, t)
	}
	if len(missing) == 0 {
		return 0, nil
	}
	var found []subject.Person
	accountsErr := s.whole(ctx, selectAllIDs, func(raw []byte) {
		if missing[subject.Tomb([16]byte(raw))] {
			found = append(found, subject.Person{Account: account.Account{ID: account.ID(raw)}})
		}
	})
	codesErr := s.whole(ctx, selectAllCodes, func(raw []byte) {
		if missing[subject.Tomb([16]byte(raw))] {
			found = append(found, subject.Person{Codes: []identity.Code{identity.Code(raw)}})
		}
	})
	if err := errors.Join(accountsErr, codesErr); err != nil {
		return 0, err
	}
	err = s.update(ctx, func(u *update) error {
		for _, p := range found {
			if err := u.erase(p, at); err != nil {
				return err
			}
		}
		for t := range missing {
			if err := u.bury(t, at); err != nil {
				return err
			}
		}
		return nil
	})
	return len(found), err
}

// Scrub has the files forget what was deleted; see [subject.Store].
func (s subjects) Scrub(ctx context.Context) error {
	if s.engine.scrub == nil {
		return nil
	}
	return unavailable(s.engine.scrub(ctx))
}
