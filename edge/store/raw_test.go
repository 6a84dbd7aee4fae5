package store_test

import (
	"database/sql"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// open opens a database beside the store.
func open(tb testing.TB, driver, name string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(driver, name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func count(tb testing.TB, file, table string) (n int) {
	tb.Helper()
	if err := open(tb, "sqlite", file).QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestAppendOnlySQLite(t *testing.T) {
	file := t.TempDir() + "/a.db"
	s := storetest.Open(t, store.Config{URL: "sqlite:" + file})
	appendOnly(t, s, open(t, "sqlite", file), "INSERT OR REPLACE INTO receipts SELECT sequence, 1, who, previous, host, at, source FROM receipts",
		"INSERT OR REPLACE INTO records SELECT receipt, position, choice, 'refused', policy, version, section_hash, words_hash, signal FROM records",
		"INSERT OR REPLACE INTO texts SELECT hash, 'other' FROM texts", "REPLACE INTO receipts SELECT * FROM receipts")
}

func TestAppendOnlyPostgres(t *testing.T) {
	url := storetest.Postgres(t, "-c fsync=off").Database()
	s := storetest.Open(t, store.Config{URL: url})
	db := open(t, "pgx", url)
	appendOnly(t, s, db, "TRUNCATE receipts", "TRUNCATE records", "TRUNCATE texts", "TRUNCATE standing, texts")
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("SET session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	appendOnly(t, s, db)
}

func appendOnly(t *testing.T, s *store.Store, db *sql.DB, more ...string) {
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	for _, statement := range append([]string{
		"UPDATE receipts SET host = 'x'", "DELETE FROM receipts", "UPDATE records SET state = 'refused'", "DELETE FROM records",
		"UPDATE texts SET text = ''", "DELETE FROM texts WHERE text <> ''",
	}, more...) {
		if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "are appended, never changed") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if _, _, err := s.Append(t.Context(), storetest.Submission(code, "-b")); err != nil {
		t.Error(err)
	}
	storetest.Agrees(t, s, code)
}

func TestNewerSchema(t *testing.T) {
	file := t.TempDir() + "/a.db"
	url := "sqlite:" + file
	db := open(t, "sqlite", file)
	if _, err := store.Open(t.Context(), store.Config{URL: url, CheckOnly: true}); err == nil || !strings.Contains(err.Error(), "run edge migrate") {
		t.Errorf("empty file, to be checked only: %v", err)
	}
	if err := storetest.Open(t, store.Config{URL: url}).Ping(t.Context()); err != nil {
		t.Error(err)
	}
	storetest.Open(t, store.Config{URL: url, CheckOnly: true})
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	for _, checkOnly := range []bool{false, true} {
		_, err := store.Open(t.Context(), store.Config{URL: url, CheckOnly: checkOnly})
		if err == nil || !strings.Contains(err.Error(), "run the newer program") {
			t.Errorf("schema of the future: %v", err)
		}
	}
}
