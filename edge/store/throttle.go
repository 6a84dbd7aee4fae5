package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"slices"
	"time"

	"indigex.com/indigex/edge/account/throttle"
)

const (
	selectBucket = "SELECT failures, last FROM buckets WHERE key = $1"
	upsertBucket = "INSERT INTO buckets (key, failures, last) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last = excluded.last"
	deleteBucket = "DELETE FROM buckets WHERE key = $1"
	purgeBuckets = "DELETE FROM buckets WHERE last < $1"
)

// Throttle returns the buckets that slow down who guesses passwords.
func (s *Store) Throttle() throttle.Store { return buckets{s} }

type buckets struct{ store *Store }

// Update changes buckets; see [throttle.Store].
func (b buckets) Update(ctx context.Context, keys []throttle.Key, change func([]throttle.Bucket)) error {
	return b.store.update(ctx, func(u *update) error {
		if err := u.lock(numbersOf(keys)); err != nil {
			return err
		}
		before := make([]throttle.Bucket, len(keys))
		for i := range keys {
			err := u.query(selectBucket, []any{keys[i][:]}, func(rows *sql.Rows) error {
				var last int64
				err := rows.Scan(&before[i].Failures, &last)
				before[i].Last = time.UnixMicro(last).UTC()
				return err
			})
			if err != nil {
				return err
			}
		}
		after := slices.Clone(before)
		change(after)
		for i, key := range keys {
			if err := u.setBucket(key, before[i], after[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (u *update) setBucket(key throttle.Key, before, after throttle.Bucket) (err error) {
	switch after {
	case before:
	case throttle.Bucket{}:
		_, err = u.exec(deleteBucket, key[:])
	default:
		_, err = u.exec(upsertBucket, key[:], after.Failures, after.Last.UnixMicro())
	}
	return err
}

// Purge removes buckets; see [throttle.Store].
func (b buckets) Purge(ctx context.Context, before time.Time) error {
	return b.store.update(ctx, func(u *update) error {
		_, err := u.exec(purgeBuckets, before.UnixMicro())
		return err
	})
}

// numbersOf are the numbers of the locks of what is named by keys, in the order
// in which everybody takes them. Two of one number share a lock, at no harm.
func numbersOf[K ~[16]byte](keys []K) []int64 {
	sorted := slices.SortedFunc(slices.Values(keys), func(a, b K) int { return bytes.Compare(a[:], b[:]) })
	numbers := make([]int64, len(keys))
	for i, key := range sorted {
		bits := [16]byte(key)
		numbers[i] = int64(binary.BigEndian.Uint64(bits[:8]))
	}
	return numbers
}
