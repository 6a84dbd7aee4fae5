package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"indigex.com/indigex/edge/store"
)

func runMigrate(ctx context.Context, c *call) error {
	url := c.requiredSetting("store")
	if err := c.parse(); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, false)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, "the schema is up to date")
	return nil
}

func runBackup(ctx context.Context, c *call) error {
	url := c.requiredSetting("store")
	if err := c.parse("FILE"); err != nil {
		return err
	}
	to := c.arguments[0]
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return &usageError{to + " is there already", "name a file that is not; a date in its name keeps backups apart"}
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Backup(ctx, to), s.Close()); err != nil {
		return err
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "wrote %s, %d bytes\n", to, info.Size())
	return nil
}

// openStore opens the store of a command that ends soon.
func (c *call) openStore(ctx context.Context, url string, checkOnly bool) (*store.Store, error) {
	return store.Open(ctx, store.Config{URL: url, CheckOnly: checkOnly, Now: c.Now, Logger: slog.New(slog.DiscardHandler)})
}

// present refuses a SQLite file that is not there, which opening would make:
// a command that only reads has then been given the wrong name.
func present(url string) error {
	file, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return nil
	}
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &usageError{"there is no store " + file, "edge migrate --store " + url + " makes one, edge restore brings one back"}
	}
	return err
}
