package command

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

func runRestore(ctx context.Context, c *call) error {
	address := c.requiredSetting("store")
	force := c.flags.Bool("force", false, "")
	if err := c.parse("FILE"); err != nil {
		return err
	}
	to, ok := strings.CutPrefix(*address, "sqlite:")
	if !ok || to == "" {
		return &usageError{"only a SQLite store is restored from a file", "PostgreSQL is restored by its own programs: pg_restore"}
	}
	if target, err := filepath.EvalSymlinks(to); err == nil {
		to = target // a link stays one; the file that it names is replaced
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) && !*force {
		return &usageError{to + " is there already", "edge restore --force replaces it; what it holds is then gone"}
	}
	r := restoring{call: c, from: c.arguments[0], to: to}
	if err := r.run(ctx); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "restored %s from %s\n", to, c.arguments[0])
	return nil
}

// A restoring puts a backup in the place of a store, whole or not at all.
type restoring struct {
	*call
	from, to string
}

// run works on a copy beside the store, since opening a database changes it.
func (r restoring) run(ctx context.Context) (err error) {
	staged, err := r.stage()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(staged)
		}
	}()
	if err := sound(ctx, staged); err != nil {
		return fmt.Errorf("%s: %w", r.from, err)
	}
	s, err := r.openStore(ctx, "sqlite:"+staged, false)
	if err != nil {
		return fmt.Errorf("%s: %w", r.from, err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	if err := r.retire(ctx); err != nil {
		return err
	}
	if err := os.Rename(staged, r.to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(r.to))
}

// stage copies the backup beside the store, for its owner alone, and waits
// until it is on the disk.
func (r restoring) stage() (name string, err error) {
	from, err := os.Open(r.from)
	if err != nil {
		return "", err
	}
	defer from.Close()
	f, err := os.CreateTemp(filepath.Dir(r.to), ".restore-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// sound says what is wrong with a file that should be a store: that it is no
// database, is damaged, or belongs to another program.
func sound(ctx context.Context, file string) error {
	db, err := openFile(file, "immutable=1&mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&result); err != nil {
		return fmt.Errorf("is no database of SQLite, or a damaged one: %w", err)
	}
	if result != "ok" {
		return fmt.Errorf("is damaged: %s", result)
	}
	var version int
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'receipts')").Scan(&version)
	if err != nil || version == 0 {
		return errors.New("is not a store of the edge")
	}
	return nil
}

// retire folds the log of the store that is to be replaced into its file, and
// so sees that nobody uses it. A log that stayed would be taken for one of the
// new file, and ruin it.
func (r restoring) retire(ctx context.Context) error {
	if _, err := os.Stat(r.to); errors.Is(err, fs.ErrNotExist) {
		return removeLogs(r.to)
	}
	db, err := openFile(r.to, "mode=rw")
	if err != nil {
		return err
	}
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode=DELETE").Scan(&mode)
	closed := db.Close()
	var failure *sqlite.Error
	if errors.As(err, &failure) && failure.Code()&0xff == sqliteBusy {
		return &usageError{r.to + " is in use", "end edge serve first"}
	}
	if err == nil && closed != nil {
		return closed
	}
	// A store that cannot be opened any more is what backups are for.
	return removeLogs(r.to)
}

// sqliteBusy is SQLITE_BUSY (sqlite.org/rescode.html).
const sqliteBusy = 5

func removeLogs(file string) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Remove(file + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func openFile(file, query string) (*sql.DB, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: query}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
