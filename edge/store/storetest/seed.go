package storetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// Person returns the code of the n-th person that Seed stores, as random to an
// index as those of real ones.
func Person(n int) (code identity.Code) {
	x := uint64(n+1) * 0x9e3779b97f4a7c15
	for i := range 2 {
		x ^= x >> 30
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 27
		x *= 0x94d049bb133111eb
		binary.BigEndian.PutUint64(code[8*i:], x^x>>31)
	}
	return code
}

// Seed stores so many persons in an empty SQLite database that a store has
// made, each with one receipt that grants marketing.email, far faster than a
// store does it.
func Seed(tb testing.TB, file string, persons int) {
	tb.Helper()
	db, err := sql.Open("sqlite", file+"?_synchronous=OFF&_pragma=cache_size(-400000)")
	must(tb, err)
	tx, err := db.Begin()
	must(tb, err)
	words := policy.HashChoice(Agree, Refuse)
	section, err := hex.DecodeString(policy.HashText(Section))
	must(tb, err)
	choice, err := hex.DecodeString(words)
	must(tb, err)
	// Standing is filled in the order of its key, which is fastest, after
	// receipts have named the persons.
	seed(tb, tx, "INSERT INTO receipts VALUES ", 7, persons, func(i int) []any {
		code := Person(i)
		mac := hmac.New(sha256.New, make([]byte, 32))
		mac.Write(code[:])
		return []any{i + 1, i, mac.Sum(nil), 0, "shop.example.com", At.UnixMicro(), "preferences"}
	})
	_, err = tx.Exec("CREATE TEMP TABLE persons (sequence INTEGER PRIMARY KEY, code BLOB)")
	must(tb, err)
	seed(tb, tx, "INSERT INTO persons VALUES ", 2, persons, func(i int) []any {
		code := Person(i)
		return []any{i + 1, code[:]}
	})
	seed(tb, tx, "INSERT INTO records VALUES ", 9, persons, func(i int) []any {
		return []any{i + 1, 0, "marketing.email", "granted", "privacy", 3, section, choice, 0}
	})
	for _, statement := range []string{
		"INSERT INTO standing SELECT code, 'marketing.email', sequence, 0, 'granted', zeroblob(32) FROM persons ORDER BY code",
	} {
		_, err = tx.Exec(statement)
		must(tb, err)
	}
	_, err = tx.Exec("INSERT INTO texts VALUES ($1, $2), ($3, $4)", section, Section, choice, Agree+"\n"+Refuse+"\n")
	must(tb, err)
	must(tb, tx.Commit())
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	must(tb, err)
	must(tb, db.Close())
}

func seed(tb testing.TB, tx *sql.Tx, head string, columns, rows int, row func(i int) []any) {
	tb.Helper()
	const most = 100
	one := "(" + strings.Repeat("?,", columns-1) + "?)"
	many, err := tx.Prepare(head + strings.Repeat(one+",", most-1) + one)
	must(tb, err)
	single, err := tx.Prepare(head + one)
	must(tb, err)
	i := 0
	for ; i+most <= rows; i += most {
		args := make([]any, 0, most*columns)
		for k := range most {
			args = append(args, row(i+k)...)
		}
		_, err := many.Exec(args...)
		must(tb, err)
	}
	for ; i < rows; i++ {
		_, err := single.Exec(row(i)...)
		must(tb, err)
	}
}
