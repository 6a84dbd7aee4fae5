package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
)

// Backup writes a copy of a SQLite database as it stands now into a file that
// only its owner may read; others go on reading and writing meanwhile. The
// file is there whole or, after an error, as it was before. A PostgreSQL is
// not copied: the error says how it is.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.engine.backup == nil {
		return errors.New("backup: PostgreSQL is backed up by its own programs: pg_dump --format=custom, or pg_basebackup and its archived log")
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".backup-*") // 0600
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	err = s.engine.backup(ctx, temporary.Name())
	if err == nil {
		err = temporary.Sync()
	}
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("backup: %w", errors.Join(err, os.Remove(temporary.Name())))
	}
	return syncFolder(filepath.Dir(file))
}

// Verify says what is wrong with a SQLite file that nobody writes to, such as
// a backup: whether it is whole, and of a schema that this program knows. It
// changes nothing and makes no files beside it.
func Verify(ctx context.Context, file string) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if err := errors.Join(verify(ctx, db), db.Close()); err != nil {
		return fmt.Errorf("verify: %s: %w", file, err)
	}
	return nil
}

func verify(ctx context.Context, db *sql.DB) error {
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return errors.New(found)
	}
	provider, err := newProvider(engine{name: "sqlite", write: db})
	if err != nil {
		return err
	}
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM "+goose.DefaultTablename).Scan(&have); err != nil {
		return fmt.Errorf("is no store: %w", err)
	}
	all := provider.ListSources()
	if want := all[len(all)-1].Version; have > want {
		return newerSchema(have, want)
	}
	return nil
}

func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
