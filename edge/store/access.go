package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/subject"
)

const (
	disclosureColumns = "code, at, name, reference, processor, purpose, categories"

	selectAccesses    = "SELECT code, at, name, what, purpose FROM accesses WHERE code = $1 ORDER BY number DESC LIMIT $2 OFFSET $3"
	selectDisclosures = "SELECT " + disclosureColumns + " FROM disclosures WHERE code = $1 ORDER BY number DESC LIMIT $2 OFFSET $3"
	selectReference   = "SELECT " + disclosureColumns + " FROM disclosures WHERE name = $1 AND reference = $2"
	insertAccesses    = "INSERT INTO accesses (code, at, name, what, purpose)"
	insertDisclosure  = "INSERT INTO disclosures (" + disclosureColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7)"

	// selectRefused finds the codes of who refused, and those of browsers that
	// joined their profiles.
	selectRefused = `SELECT code FROM (SELECT code FROM standing WHERE choice = $1 AND state = 'refused' AND code > $2
		UNION SELECT j.code FROM standing s JOIN accounts a ON a.profile = s.code JOIN joined j ON j.account = a.id
		WHERE s.choice = $1 AND s.state = 'refused' AND j.code > $2) AS refused ORDER BY code LIMIT $3`

	// selectConfirmed finds accounts by an address in the letters of the
	// index that there is on it.
	selectConfirmed = `SELECT a.profile FROM details d JOIN accounts a ON a.id = d.account
		WHERE d.field = 'email' AND d.value <> '' AND lower(d.value) = lower($1) AND d.confirmed > 0 ORDER BY a.profile`
)

// Disclosures returns what is known of where people's data went.
func (s *Store) Disclosures() disclosure.Store { return disclosures{s} }

type disclosures struct{ *Store }

// Access notes accesses; see [disclosure.Store].
func (s disclosures) Access(ctx context.Context, list []disclosure.Access) error {
	if len(list) == 0 {
		return nil
	}
	return s.update(ctx, func(u *update) error { return u.addAccesses(list) })
}

func (u *update) addAccesses(list []disclosure.Access) error {
	args := make([]any, 0, 5*len(list))
	for _, a := range list {
		// Nothing is noted any more of who was erased.
		if buried, err := u.buried(a.Code); err != nil {
			return err
		} else if buried {
			continue
		}
		args = append(args, slices.Clone(a.Code[:]), a.At.UnixMicro(), a.Key, string(a.What), a.Purpose)
	}
	if len(args) == 0 {
		return nil
	}
	_, err := u.session.insert(u.ctx, insertAccesses, 5, "", args)
	return unavailable(err)
}

// buried says whether a code is of somebody who was erased.
func (u *update) buried(code identity.Code) (bool, error) {
	n, tomb := 0, subject.Tomb(code)
	err := u.query(selectTomb, []any{tomb[:]}, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n > 0, err
}

// Accesses lists those of a person; see [disclosure.Store].
func (s disclosures) Accesses(ctx context.Context, code identity.Code, skip, limit int) (all []disclosure.Access, err error) {
	err = s.each(ctx, selectAccesses, []any{code[:], limit, skip}, func(rows *sql.Rows) error {
		var a disclosure.Access
		var code []byte
		var at int64
		err := rows.Scan(&code, &at, &a.Key, &a.What, &a.Purpose)
		copy(a.Code[:], code)
		a.At = moment(at)
		all = append(all, a)
		return err
	})
	return all, err
}

// Disclose notes what was passed on; see [disclosure.Store].
func (s disclosures) Disclose(ctx context.Context, d disclosure.Disclosure) (stored disclosure.Disclosure, repeated bool, err error) {
	d.At = d.At.UTC().Truncate(time.Microsecond)
	d.Categories = slices.Sorted(slices.Values(d.Categories))
	err = s.update(ctx, func(u *update) error {
		stored, repeated = d, false
		// Others with the same reference follow, rather than fail.
		if err := u.lock([]int64{numberOf("disclosure " + d.Key + " " + d.Reference)}); err != nil {
			return err
		}
		err := u.query(selectReference, []any{d.Key, d.Reference}, func(rows *sql.Rows) error {
			var err error
			stored, err = scanDisclosure(rows)
			repeated = true
			return err
		})
		if err != nil {
			return err
		}
		if repeated {
			return same(stored, d)
		}
		if buried, err := u.buried(d.Code); err != nil {
			return err
		} else if buried {
			return disclosure.ErrErased
		}
		if _, err := u.exec(insertDisclosure, d.Code[:], d.At.UnixMicro(), d.Key, d.Reference, d.Processor, d.Purpose, strings.Join(d.Categories, " ")); err != nil {
			return err
		}
		return u.addAccesses([]disclosure.Access{{At: d.At, Code: d.Code, Key: d.Key, What: disclosure.Noted, Purpose: d.Purpose}})
	})
	if err != nil {
		return disclosure.Disclosure{}, false, err
	}
	return stored, repeated, nil
}

// same says whether a reference stands for the same thing.
func same(stored, sent disclosure.Disclosure) error {
	if !stored.Code.Equal(sent.Code) || stored.Processor != sent.Processor || stored.Purpose != sent.Purpose || !slices.Equal(stored.Categories, sent.Categories) {
		return disclosure.ErrConflict
	}
	return nil
}

func scanDisclosure(row scanner) (d disclosure.Disclosure, err error) {
	var code []byte
	var at int64
	var categories string
	err = row.Scan(&code, &at, &d.Key, &d.Reference, &d.Processor, &d.Purpose, &categories)
	copy(d.Code[:], code)
	d.At, d.Categories = moment(at), strings.Fields(categories)
	return d, err
}

// Disclosures lists those of a person; see [disclosure.Store].
func (s disclosures) Disclosures(ctx context.Context, code identity.Code, skip, limit int) (all []disclosure.Disclosure, err error) {
	err = s.each(ctx, selectDisclosures, []any{code[:], limit, skip}, func(rows *sql.Rows) error {
		d, err := scanDisclosure(rows)
		all = append(all, d)
		return err
	})
	return all, err
}

// Refused lists up to limit codes whose last answer to a choice is a refusal,
// in their order, from the first one after another code on. The error wraps
// consent.ErrUnavailable.
func (s *Store) Refused(ctx context.Context, choice string, after identity.Code, limit int) (codes []identity.Code, err error) {
	return s.codes(ctx, selectRefused, choice, after[:], limit)
}

// Addressed returns the profiles of the accounts that have an email address and
// have confirmed it, in the order of their codes; letters are compared without
// case. The error wraps consent.ErrUnavailable.
func (s *Store) Addressed(ctx context.Context, email string) (codes []identity.Code, err error) {
	return s.codes(ctx, selectConfirmed, email)
}

// codes reads a column of codes.
func (s *Store) codes(ctx context.Context, query string, args ...any) (codes []identity.Code, err error) {
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		var found []byte
		err := rows.Scan(&found)
		var code identity.Code
		copy(code[:], found)
		codes = append(codes, code)
		return err
	})
	return codes, err
}

// numberOf is the number of the lock of what has a name.
func numberOf(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
