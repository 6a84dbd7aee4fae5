package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"indigex.com/indigex/edge/admin/apikey"
)

const (
	keyColumns = "id, name, hash, scopes, created, used, expires, revoked"

	selectAPIKey  = "SELECT " + keyColumns + " FROM api_keys WHERE id = $1"
	selectKeysOf  = "SELECT " + keyColumns + " FROM api_keys WHERE name = $1 ORDER BY created DESC, id"
	selectAPIKeys = "SELECT " + keyColumns + " FROM api_keys ORDER BY name, created, id"
	insertAPIKey  = "INSERT INTO api_keys (" + keyColumns + ") VALUES ($1, $2, $3, $4, $5, 0, $6, 0)"
	updateKeyUsed = "UPDATE api_keys SET used = $2 WHERE id = $1 AND used < $2"
	limitKeys     = "UPDATE api_keys SET expires = $2 WHERE name = $1 AND (expires = 0 OR expires > $2)"
	revokeKey     = "UPDATE api_keys SET revoked = $2 WHERE id = $1"
)

// apiQueries are read on the path of requests.
var apiQueries = []string{selectAPIKey, selectAccesses, selectDisclosures, selectRefused, selectConfirmed}

// APIKeys returns the keys by which other systems ask about people.
func (s *Store) APIKeys() apikey.Store { return apiKeys{s} }

type apiKeys struct{ *Store }

func scanKey(row scanner) (k apikey.Key, err error) {
	var hash []byte
	var scopes string
	var created, used, expires, revoked int64
	if err := row.Scan(&k.ID, &k.Name, &hash, &scopes, &created, &used, &expires, &revoked); err != nil {
		return apikey.Key{}, err
	}
	copy(k.Hash[:], hash)
	k.Created, k.Used, k.Expires, k.Revoked = moment(created), moment(used), moment(expires), moment(revoked)
	k.Scopes, err = apikey.ParseScopes(scopes)
	return k, err
}

// Find returns a key; see [apikey.Store].
func (s apiKeys) Find(ctx context.Context, id string) (apikey.Key, error) {
	k, err := scanKey(s.queries[selectAPIKey].QueryRowContext(ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return apikey.Key{}, apikey.ErrNotFound
	}
	return k, unavailable(err)
}

// List returns all keys; see [apikey.Store].
func (s apiKeys) List(ctx context.Context) (all []apikey.Key, err error) {
	rows, err := s.engine.read.QueryContext(ctx, selectAPIKeys)
	if err != nil {
		return nil, unavailable(err)
	}
	for rows.Next() && err == nil {
		var k apikey.Key
		k, err = scanKey(rows)
		all = append(all, k)
	}
	return all, unavailable(errors.Join(err, rows.Close(), rows.Err()))
}

// keysOf has the transaction wait for others of a name, and returns its keys,
// the newest first.
func (u *update) keysOf(name string) (all []apikey.Key, err error) {
	if err := u.lock([]int64{numberOf("api key " + name)}); err != nil {
		return nil, err
	}
	err = u.query(selectKeysOf, []any{name}, func(rows *sql.Rows) error {
		k, err := scanKey(rows)
		all = append(all, k)
		return err
	})
	return all, err
}

func (u *update) addKey(k apikey.Key) error {
	_, err := u.exec(insertAPIKey, k.ID, k.Name, k.Hash[:], apikey.JoinScopes(k.Scopes), micro(k.Created), micro(k.Expires))
	return err
}

// Add stores the first key of a name; see [apikey.Store].
func (s apiKeys) Add(ctx context.Context, k apikey.Key) error {
	return s.update(ctx, func(u *update) error {
		before, err := u.keysOf(k.Name)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			return apikey.ErrTaken
		}
		return u.addKey(k)
	})
}

// Rotate stores another key of a name; see [apikey.Store].
func (s apiKeys) Rotate(ctx context.Context, k apikey.Key, until time.Time) (scopes []apikey.Scope, err error) {
	err = s.update(ctx, func(u *update) error {
		before, err := u.keysOf(k.Name)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(before, func(old apikey.Key) bool { return old.Valid(k.Created) }) {
			return apikey.ErrNotFound
		}
		if _, err := u.exec(limitKeys, k.Name, until.UnixMicro()); err != nil {
			return err
		}
		added := k
		added.Scopes = before[0].Scopes
		scopes = added.Scopes
		return u.addKey(added)
	})
	return scopes, err
}

// Used notes the day of a use; see [apikey.Store].
func (s apiKeys) Used(ctx context.Context, id string, at time.Time) error {
	day := at.UTC().Truncate(24 * time.Hour)
	return s.update(ctx, func(u *update) error {
		_, err := u.exec(updateKeyUsed, id, day.UnixMicro())
		return err
	})
}

// Revoke ends the keys of a name; see [apikey.Store].
func (s apiKeys) Revoke(ctx context.Context, name string, at time.Time) (ended int, err error) {
	err = s.update(ctx, func(u *update) error {
		ended = 0
		all, err := u.keysOf(name)
		if err == nil && len(all) == 0 {
			err = apikey.ErrNotFound
		}
		for _, k := range all {
			if err != nil {
				break
			}
			if k.Valid(at) {
				ended++
				_, err = u.exec(revokeKey, k.ID, at.UnixMicro())
			}
		}
		return err
	})
	return ended, err
}
