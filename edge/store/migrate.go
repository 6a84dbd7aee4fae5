package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// How often and how many times a node asks for the right to migrate, while
// another one migrates.
const (
	lockSeconds = 1
	lockTries   = 120
)

// migrate brings the schema up to date, or says what is wrong with it.
func migrate(ctx context.Context, e engine, checkOnly bool, logger *slog.Logger) error {
	provider, err := newProvider(e)
	if err != nil {
		return err
	}
	have, want, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("schema: %w", err)
	case have == want:
		return nil
	case have > want:
		return newerSchema(have, want)
	case checkOnly:
		return fmt.Errorf("schema is of version %d and this program needs %d: make a backup, then run edge migrate", have, want)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	logger.LogAttrs(ctx, slog.LevelInfo, "schema is up to date",
		slog.String("event", "migrated"), slog.Int64("from", have), slog.Int64("to", want))
	return nil
}

func newerSchema(have, want int64) error {
	return fmt.Errorf("schema is of version %d and this program knows %d: run the newer program that brought it there, or restore a backup from before", have, want)
}

func newProvider(e engine) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/"+e.name)
	if err != nil {
		return nil, err
	}
	if e.name == "sqlite" {
		return goose.NewProvider(goose.DialectSQLite3, e.write, folder, goose.WithDisableGlobalRegistry(true))
	}
	one, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockSeconds, lockTries))
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, e.write, folder, goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(one))
	if err != nil {
		return nil, errors.Join(errors.New("schema"), err)
	}
	return provider, nil
}
