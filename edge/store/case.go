package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/mail"
)

const (
	caseColumns = "reference, form, opened, due, answered, closed, code, account, address"

	selectCase     = "SELECT " + caseColumns + " FROM cases WHERE reference = $1"
	selectEntries  = "SELECT at, by_whom, text FROM entries WHERE reference = $1 ORDER BY number"
	selectOpen     = "SELECT " + caseColumns + " FROM cases WHERE closed = 0 ORDER BY due, reference LIMIT $1"
	selectAllCases = "SELECT " + caseColumns + " FROM cases WHERE opened > $2 ORDER BY opened DESC, reference LIMIT $1"
	countCases     = `SELECT count(*), count(CASE WHEN answered > 0 THEN 1 END), count(CASE WHEN closed > 0 THEN 1 END)
		FROM cases WHERE opened >= $1`

	insertCase  = "INSERT INTO cases (" + caseColumns + ") VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7)"
	insertEntry = `INSERT INTO entries (reference, number, at, by_whom, text)
		SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM entries WHERE reference = $1`
	answerCase = "UPDATE cases SET answered = $2 WHERE reference = $1 AND answered = 0"
	closeCase  = "UPDATE cases SET closed = $2 WHERE reference = $1"
)

var caseQueries = []string{selectCase, selectEntries, selectOpen, selectAllCases, countCases}

func (u *update) openCase(c *form.Case) error {
	_, err := u.exec(insertCase, c.Reference, c.Form, c.Opened.UnixMicro(), c.Due.UnixMicro(), c.Code[:], c.Account[:], c.Address)
	if err != nil {
		return err
	}
	for _, e := range c.Entries {
		if err := u.addEntry(c.Reference, e); err != nil {
			return err
		}
	}
	return nil
}

func (u *update) addEntry(reference string, e form.Entry) error {
	_, err := u.exec(insertEntry, reference, e.At.UnixMicro(), e.By, e.Text)
	return err
}

func scanCase(row scanner) (form.Case, error) {
	var c form.Case
	var opened, due, answered, closed int64
	var code, of []byte
	err := row.Scan(&c.Reference, &c.Form, &opened, &due, &answered, &closed, &code, &of, &c.Address)
	c.Opened, c.Due, c.Answered, c.Closed = moment(opened), moment(due), moment(answered), moment(closed)
	copy(c.Code[:], code)
	copy(c.Account[:], of)
	return c, err
}

// Case returns a case; see [form.Store].
func (s forms) Case(ctx context.Context, reference string) (form.Case, error) {
	c, err := scanCase(s.queries[selectCase].QueryRowContext(ctx, reference))
	if errors.Is(err, sql.ErrNoRows) {
		return form.Case{}, form.ErrNotFound
	}
	if err != nil {
		return form.Case{}, unavailable(err)
	}
	return c, s.each(ctx, selectEntries, []any{reference}, func(rows *sql.Rows) error {
		var e form.Entry
		var at int64
		err := rows.Scan(&at, &e.By, &e.Text)
		e.At = moment(at)
		c.Entries = append(c.Entries, e)
		return err
	})
}

// Cases lists cases; see [form.Store].
func (s forms) Cases(ctx context.Context, all bool, most int) (list []form.Case, err error) {
	query, args := selectOpen, []any{most}
	if all {
		query, args = selectAllCases, []any{most, 0}
	}
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		c, err := scanCase(rows)
		list = append(list, c)
		return err
	})
	return list, err
}

// Add adds to a case; see [form.Store].
func (s forms) Add(ctx context.Context, reference string, e form.Entry, closed bool, letters []mail.Letter) (c form.Case, err error) {
	err = s.update(ctx, func(u *update) error {
		if err := u.lock([]int64{formsLock}); err != nil {
			return err
		}
		if c, err = u.findCase(reference); err != nil {
			return err
		}
		if !c.Closed.IsZero() {
			return form.ErrClosed
		}
		if err := u.addEntry(reference, e); err != nil {
			return err
		}
		if e.By == form.ByCompany {
			if _, err := u.exec(answerCase, reference, e.At.UnixMicro()); err != nil {
				return err
			}
		}
		if closed {
			if _, err := u.exec(closeCase, reference, e.At.UnixMicro()); err != nil {
				return err
			}
		}
		return u.addLetters(letters)
	})
	if err != nil {
		return form.Case{}, err
	}
	return s.Case(ctx, reference)
}

func (u *update) findCase(reference string) (c form.Case, err error) {
	err = form.ErrNotFound
	failed := u.query(selectCase, []any{reference}, func(rows *sql.Rows) (scan error) {
		err = nil
		c, scan = scanCase(rows)
		return scan
	})
	return c, errors.Join(failed, err)
}

// Count counts cases; see [form.Store].
func (s forms) Count(ctx context.Context, since time.Time) (opened, answered, closed int, err error) {
	err = s.queries[countCases].QueryRowContext(ctx, since.UnixMicro()).Scan(&opened, &answered, &closed)
	return opened, answered, closed, unavailable(err)
}
