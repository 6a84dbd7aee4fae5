package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// Connections to a SQLite file: 7 MiB of cache for the one that writes, 1 MiB
// for each that reads. The pages in between are the system's to keep.
const (
	sqliteReaders     = 3
	sqliteWriterCache = "-7168"
	sqliteReaderCache = "-1024"
)

func openSQLite(ctx context.Context, file string) (engine, error) {
	if file == "" {
		return engine{}, errors.New("sqlite: names no file")
	}
	if err := ownerOnly(file); err != nil {
		return engine{}, err
	}
	write, err := connectSQLite(ctx, file, sqliteWriterCache, 1, "_txlock=immediate")
	if err != nil {
		return engine{}, err
	}
	read, err := connectSQLite(ctx, file, sqliteReaderCache, sqliteReaders, "_query_only=1")
	if err != nil {
		return engine{}, errors.Join(err, write.Close())
	}
	return engine{
		name: "sqlite", read: read, write: write, writers: 1,
		sequences: "SELECT coalesce(max(sequence), 0) + 1 FROM receipts WHERE $1 > 0",
		again:     func(error) bool { return false },
		checkpoint: func(ctx context.Context) error {
			_, err := read.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
			return err
		},
		scrub: func(ctx context.Context) error {
			var busy, log, folded int
			err := read.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &folded)
			if err == nil && busy != 0 {
				err = errors.New("the log is in use and could not be emptied")
			}
			return err
		},
		backup: func(ctx context.Context, to string) error { return copySQLite(ctx, file, to) },
	}, nil
}

// ownerOnly makes the file where there is none, so that SQLite, which gives
// the files beside it the same permissions, makes none that others may read.
func ownerOnly(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func connectSQLite(ctx context.Context, file, cache string, most int, more string) (*sql.DB, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "_busy_timeout=5000&_journal_mode=WAL&_synchronous=FULL" +
		"&_dqs=0&_defensive=1&_pragma=mmap_size(0)&_pragma=secure_delete(1)&_pragma=wal_autocheckpoint(16000)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(" + cache + ")&" + more}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file, err), db.Close())
	}
	return db, nil
}

func copySQLite(ctx context.Context, file, to string) error {
	db, err := connectSQLite(ctx, file, sqliteReaderCache, 1, "")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", to)
	return errors.Join(err, db.Close())
}
