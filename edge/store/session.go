package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/edge/identity"
)

const (
	// nonceAge is how long a nonce is kept: longer than a form can be sent,
	// whatever clock of which node it was made by.
	nonceAge = identity.TokenAge + 2*identity.Skew + time.Hour
	// purgeEvery and purgeMost bound how often and how much is taken away.
	purgeEvery = time.Minute
	purgeMost  = 256

	purgeNonces = "DELETE FROM nonces WHERE nonce IN (SELECT nonce FROM nonces WHERE at < $1 ORDER BY at LIMIT 256"
)

// errWarned says that a commit is not known to be on the standby.
var errWarned = errors.New("the database warned at the commit, which may not be on the standby")

// A session is a connection that writes, with its prepared statements.
type session struct {
	conn       *sql.Conn
	statements map[statementKey]*sql.Stmt
	// known has the texts that are stored for sure.
	known map[hash]bool
	// arrays says that rows are inserted by arrays of their columns.
	arrays bool
	// warned says whether there was a warning since it was asked last.
	warned func() bool
}

// A statementKey is a statement, or one that is made for a number of rows.
type statementKey struct {
	text string
	rows int
}

func newSession(ctx context.Context, e *engine) (*session, error) {
	conn, err := e.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn, arrays: e.arrays, statements: make(map[statementKey]*sql.Stmt), known: make(map[hash]bool), warned: func() bool { return false }}
	if e.warned != nil {
		if s.warned, err = e.warned(conn); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

// close ends the connection rather than give it back to the pool. Errors say
// nothing that is of use: whatever was open is rolled back.
func (s *session) close() {
	for _, statement := range s.statements {
		_ = statement.Close()
	}
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
}

func (s *session) commit(tx *sql.Tx) error {
	s.warned()
	if err := tx.Commit(); err != nil {
		return err
	}
	if s.warned() {
		return errWarned
	}
	return nil
}

func (s *session) prepare(ctx context.Context, key statementKey, build func() string) (*sql.Stmt, error) {
	if statement, ok := s.statements[key]; ok {
		return statement, nil
	}
	statement, err := s.conn.PrepareContext(ctx, build())
	if err == nil {
		s.statements[key] = statement
	}
	return statement, err
}

func (s *session) exec(ctx context.Context, text string, args ...any) (affected int64, err error) {
	statement, err := s.prepare(ctx, statementKey{text, 0}, func() string { return text })
	if err != nil {
		return 0, err
	}
	return execute(ctx, statement, args)
}

func execute(ctx context.Context, statement *sql.Stmt, args []any) (affected int64, err error) {
	result, err := statement.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert adds rows of so many columns, whose values follow each other in args.
func (s *session) insert(ctx context.Context, head string, columns int, tail string, args []any) (affected int64, err error) {
	if len(args) == 0 {
		return 0, nil
	}
	if s.arrays {
		return s.insertArrays(ctx, head, columns, tail, args)
	}
	// By 64 rows, 32 … 1, so that a few statements do for all numbers.
	for len(args) > 0 {
		rows := min(64, 1<<(bits.Len(uint(len(args)/columns))-1))
		statement, err := s.prepare(ctx, statementKey{head, rows}, func() string { return head + " VALUES " + placeholders(rows, columns) + tail })
		if err != nil {
			return 0, err
		}
		n, err := execute(ctx, statement, args[:rows*columns])
		if err != nil {
			return 0, err
		}
		affected += n
		args = args[rows*columns:]
	}
	return affected, nil
}

// insertArrays adds any number of rows by one statement, to which a server in
// another process answers once.
func (s *session) insertArrays(ctx context.Context, head string, columns int, tail string, args []any) (affected int64, err error) {
	types, arrays := make([]string, columns), make([]any, columns)
	for i := range columns {
		types[i], arrays[i] = column(args, i, columns)
	}
	statement, err := s.prepare(ctx, statementKey{head, 0}, func() string {
		text := head + " SELECT * FROM unnest("
		for i, t := range types {
			if i > 0 {
				text += ", "
			}
			text += "$" + strconv.Itoa(i+1) + "::" + t
		}
		return text + ")" + tail
	})
	if err != nil {
		return 0, err
	}
	return execute(ctx, statement, arrays)
}

// column returns one of so many columns of rows, and its type.
func column(args []any, first, columns int) (arrayType string, array any) {
	switch args[first].(type) {
	case []byte:
		return "bytea[]", gather[[]byte](args, first, columns)
	case string:
		return "text[]", gather[string](args, first, columns)
	default:
		return "bigint[]", gather[int64](args, first, columns)
	}
}

func gather[T any](args []any, first, columns int) []T {
	values := make([]T, 0, len(args)/columns)
	for i := first; i < len(args); i += columns {
		values = append(values, args[i].(T))
	}
	return values
}

// query finds rows by a list of values, which is filled up with the last one
// to the next power of two, so that a few statements do for all numbers.
func (s *session) query(ctx context.Context, head string, values []any) (*sql.Rows, error) {
	n := 1 << bits.Len(uint(len(values)-1))
	for len(values) < n {
		values = append(values, values[len(values)-1])
	}
	statement, err := s.prepare(ctx, statementKey{head, n}, func() string { return head + placeholders(1, n) })
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, values...)
}

// placeholders returns ($1,$2),($3,$4) for two rows of two columns.
func placeholders(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteByte(')')
	return b.String()
}
