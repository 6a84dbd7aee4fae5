package store

import (
	"context"
	"database/sql"
	"time"

	"indigex.com/indigex/edge/mail"
)

const (
	selectHolders = `SELECT a.id, a.user_id, d.value, a.profile, a.created FROM accounts a JOIN details d ON d.account = a.id
		WHERE a.id > $1 AND d.field = 'email' AND d.value <> '' AND d.confirmed > 0 ORDER BY a.id LIMIT $2`
	selectTold = "SELECT coalesce(max(version), 0) FROM told WHERE account = $1 AND policy = $2"
	insertTold = "INSERT INTO told (account, policy, version, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
)

var announceQueries = []string{selectHolders, selectTold}

// Holders returns those who are told of changes of policies.
func (s *Store) Holders() mail.Holders { return holders{s} }

type holders struct{ *Store }

// Holders lists those behind an id; see [mail.Holders].
func (s holders) Holders(ctx context.Context, after [16]byte, most int) ([]mail.Holder, error) {
	var all []mail.Holder
	err := s.each(ctx, selectHolders, []any{after[:], most}, func(rows *sql.Rows) error {
		var h mail.Holder
		var id, code []byte
		var created int64
		err := rows.Scan(&id, &h.UserID, &h.Address, &code, &created)
		copy(h.Account[:], id)
		copy(h.Code[:], code)
		h.Created = moment(created)
		all = append(all, h)
		return err
	})
	return all, err
}

// Told returns the version that an account was told of; see [mail.Holders].
func (s holders) Told(ctx context.Context, account [16]byte, policy string) (version int, err error) {
	err = s.queries[selectTold].QueryRowContext(ctx, account[:], policy).Scan(&version)
	return version, unavailable(err)
}

// Tell tells an account once; see [mail.Holders].
func (s holders) Tell(ctx context.Context, account [16]byte, policy string, version int, at time.Time, l mail.Letter) error {
	return s.update(ctx, func(u *update) error {
		n, err := u.exec(insertTold, account[:], policy, version, at.UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		return u.addLetters([]mail.Letter{l})
	})
}
