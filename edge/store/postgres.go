package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	postgresWriters = 2
	postgresReaders = 8
	// postgresLimit is how long a batch may take, waits for a standby
	// included, before those who wait for it are told to come again.
	postgresLimit = 10 * time.Second
	// postgresConnect is how long a host may take to answer, unless the
	// address says so.
	postgresConnect = 5 * time.Second
)

// warningKey is where a connection's count of warnings is kept.
const warningKey = "indigex.warnings"

func openPostgres(ctx context.Context, url string) (engine, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return engine{}, err
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = postgresConnect
	}
	setDefault(cfg.RuntimeParams, "application_name", "indigex-edge")
	setDefault(cfg.RuntimeParams, "lock_timeout", strconv.FormatInt(postgresLimit.Milliseconds(), 10))
	setDefault(cfg.RuntimeParams, "idle_in_transaction_session_timeout", strconv.FormatInt(2*postgresLimit.Milliseconds(), 10))
	// Every query finds its rows by a key. A plan that was made while the
	// tables were empty must do so too, since it is kept as they grow.
	for _, scan := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"} {
		setDefault(cfg.RuntimeParams, scan, "off")
	}
	setDefault(cfg.RuntimeParams, "plan_cache_mode", "force_generic_plan")
	cfg.OnNotice = countWarnings
	lines := new(timeline)
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(lines.check))
	db.SetMaxOpenConns(postgresWriters + postgresReaders)
	db.SetMaxIdleConns(postgresWriters + postgresReaders)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := checkPostgres(ctx, db); err != nil {
		return engine{}, errors.Join(err, db.Close())
	}
	return engine{
		name: "postgres", read: db, write: db, writers: postgresWriters,
		lock:      "SELECT pg_advisory_xact_lock(n) FROM unnest($1::bigint[]) AS n",
		sequences: "SELECT nextval('receipts_sequence') FROM generate_series(1, $1)",
		arrays:    true,
		skip:      " FOR UPDATE SKIP LOCKED",
		touch:     "SELECT pg_logical_emit_message(true, 'indigex', '')",
		limit:     postgresLimit,
		again:     metAnother,
		warned:    warnedSince,
	}, nil
}

func setDefault(params map[string]string, name, value string) {
	if _, ok := params[name]; !ok {
		params[name] = value
	}
}

// checkPostgres refuses a database that would not keep what it was given.
func checkPostgres(ctx context.Context, db *sql.DB) error {
	var commit, encoding string
	const query = "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')"
	if err := db.QueryRowContext(ctx, query).Scan(&commit, &encoding); err != nil {
		return err
	}
	if commit == "off" {
		return errors.New("PostgreSQL runs with synchronous_commit = off, and a crash would lose what was acknowledged: set it on")
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database is encoded in %s: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	return nil
}

// metAnother says whether another transaction was in the way.
func metAnother(err error) bool {
	var failed *pgconn.PgError
	return errors.As(err, &failed) && (failed.Code == "40001" || failed.Code == "40P01")
}

// countWarnings counts those by which a server says that a commit did not wait
// for its standby until the end: they come with a success.
func countWarnings(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if notice.Code != "01000" {
		return
	}
	if n, ok := conn.CustomData()[warningKey].(*atomic.Int64); ok {
		n.Add(1)
	}
}

func warnedSince(conn *sql.Conn) (func() bool, error) {
	n := new(atomic.Int64)
	err := conn.Raw(func(driver any) error {
		driver.(*stdlib.Conn).Conn().PgConn().CustomData()[warningKey] = n
		return nil
	})
	return func() bool { return n.Swap(0) > 0 }, err
}

// A timeline is the highest one seen. A primary that was failed over and
// started again goes on with the one from before.
type timeline struct{ highest atomic.Int64 }

func (t *timeline) check(ctx context.Context, conn *pgx.Conn) error {
	var standby bool
	var text string
	const query = "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN '00000000' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END"
	if err := conn.QueryRow(ctx, query).Scan(&standby, &text); err != nil {
		return err
	}
	line, err := strconv.ParseInt(text, 16, 64)
	if err != nil {
		return err
	}
	for !standby {
		highest := t.highest.Load()
		if line < highest {
			return fmt.Errorf("PostgreSQL at %s is a primary of timeline %d, and there is one of %d: stop it", conn.Config().Host, line, highest)
		}
		if t.highest.CompareAndSwap(highest, line) {
			break
		}
	}
	return nil
}
