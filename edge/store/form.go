package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

const (
	submissionColumns = "id, form, code, account, at, state, words, answers, reference"

	selectSubmission  = "SELECT " + submissionColumns + " FROM submissions WHERE id = $1"
	selectSubmissions = "SELECT " + submissionColumns + ` FROM submissions WHERE form = $1
		AND number > coalesce((SELECT number FROM submissions WHERE id = $2), 0) ORDER BY number LIMIT $3`
	selectOfCode = "SELECT " + submissionColumns + " FROM submissions WHERE code = $1 ORDER BY number DESC LIMIT $2"
	selectSender = "SELECT count(*) FROM senders WHERE form = $1 AND person = $2"
	selectApart  = "SELECT answers FROM apart WHERE form = $1 ORDER BY key"

	insertSubmission = `INSERT INTO submissions (id, number, form, code, account, at, state, words, answers, reference, joined)
		SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM submissions`
	insertSender  = "INSERT INTO senders (form, person, submission) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	insertApart   = "INSERT INTO apart (key, form, answers) VALUES ($1, $2, $3)"
	insertText    = "INSERT INTO texts (hash, text) VALUES ($1, $2) ON CONFLICT DO NOTHING"
	takeWaiting   = "UPDATE submissions SET state = 'taken' WHERE id = $1"
	severJoined   = "UPDATE submissions SET joined = NULL WHERE form = $1 AND joined IS NOT NULL"
	deleteSenders = "DELETE FROM senders WHERE form = $1"
)

// formsLock has submissions come one after the other, for their numbers.
const formsLock = 0x666f726d

var formQueries = []string{selectSubmission, selectSubmissions, selectOfCode, selectSender, selectApart}

// Forms returns what people sent.
func (s *Store) Forms() form.Store { return forms{s} }

type forms struct{ *Store }

// Send stores a submission; see [form.Store].
func (s forms) Send(ctx context.Context, in form.Sending) (repeated bool, err error) {
	err = s.update(ctx, func(u *update) error {
		if err := u.lock([]int64{formsLock}); err != nil {
			return err
		}
		_, err := u.submission(in.ID)
		if repeated = err == nil; repeated {
			return u.addLinks(in.Links)
		}
		if !errors.Is(err, form.ErrNotFound) {
			return err
		}
		return u.send(&in)
	})
	return repeated, err
}

func (u *update) submission(id identity.Nonce) (found form.Submission, err error) {
	err = form.ErrNotFound
	failed := u.query(selectSubmission, []any{id[:]}, func(rows *sql.Rows) (scan error) {
		err = nil
		found, scan = scanSubmission(rows)
		return scan
	})
	return found, errors.Join(failed, err)
}

func (u *update) send(in *form.Sending) error {
	if in.Person != [16]byte{} {
		n, err := u.exec(insertSender, in.Form, in.Person[:], in.ID[:])
		if err == nil && n == 0 {
			err = form.ErrTwice
		}
		if err != nil {
			return err
		}
	}
	words, err := parseHash(in.Words)
	if err == nil && policy.HashText(in.Text) != in.Words {
		err = fmt.Errorf("submission: the words given for hash %s are others", in.Words)
	}
	if err != nil {
		return err
	}
	if _, err := u.exec(insertText, words[:], in.Text); err != nil {
		return err
	}
	joined, err := u.setApart(in)
	if err != nil {
		return err
	}
	answers, err := json.Marshal(in.Answers)
	if err != nil {
		return err
	}
	_, err = u.exec(insertSubmission, in.ID[:], in.Form, in.Code[:], in.Account[:], in.At.UnixMicro(), string(in.State), in.Words, string(answers), in.Reference, joined)
	if err != nil {
		return err
	}
	if in.Case != nil {
		if err := u.openCase(in.Case); err != nil {
			return err
		}
	}
	return errors.Join(u.addLinks(in.Links), u.addLetters(in.Letters))
}

// setApart stores what stands apart, and returns the key that joins it, nil for
// nothing.
func (u *update) setApart(in *form.Sending) ([]byte, error) {
	if len(in.Apart) == 0 {
		return nil, nil
	}
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	answers, err := json.Marshal(in.Apart)
	if err != nil {
		return nil, err
	}
	_, err = u.exec(insertApart, key, in.Form, string(answers))
	return key, err
}

func (u *update) addLinks(links []mail.Link) error {
	for _, l := range links {
		if _, err := u.exec(insertLink, l.Hash[:], l.Letter[:], string(l.Kind), l.Account[:], l.Address, l.Code[:], l.Choice, l.Expires.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

func scanSubmission(row scanner) (form.Submission, error) {
	var s form.Submission
	var id, code, of []byte
	var at int64
	var answers string
	err := row.Scan(&id, &s.Form, &code, &of, &at, &s.State, &s.Words, &answers, &s.Reference)
	if err == nil {
		err = json.Unmarshal([]byte(answers), &s.Answers)
	}
	copy(s.ID[:], id)
	copy(s.Code[:], code)
	copy(s.Account[:], of)
	s.At = moment(at)
	return s, err
}

// Sent says whether a person sent a form; see [form.Store].
func (s forms) Sent(ctx context.Context, name string, person [16]byte) (bool, error) {
	var n int
	err := s.queries[selectSender].QueryRowContext(ctx, name, person[:]).Scan(&n)
	return n > 0, unavailable(err)
}

// Confirm takes a submission that waited; see [form.Store].
func (s forms) Confirm(ctx context.Context, hash mail.TokenHash, now time.Time) (found form.Submission, err error) {
	err = s.update(ctx, func(u *update) error {
		link, err := u.takeLink(hash, now)
		if err != nil {
			return err
		}
		id, ok := identity.ParseNonce(link.Choice)
		if link.Kind != mail.ConfirmForm || !ok {
			return mail.ErrNoLink
		}
		if found, err = u.submission(id); errors.Is(err, form.ErrNotFound) {
			return mail.ErrNoLink
		} else if err != nil {
			return err
		}
		found.State = form.Taken
		_, err = u.exec(takeWaiting, id[:])
		return err
	})
	return found, err
}

// Submissions lists those of a form; see [form.Store].
func (s forms) Submissions(ctx context.Context, name string, after identity.Nonce, most int) ([]form.Submission, error) {
	return s.list(ctx, selectSubmissions, name, after[:], most)
}

// Of lists those of a code; see [form.Store].
func (s forms) Of(ctx context.Context, code identity.Code, most int) ([]form.Submission, error) {
	return s.list(ctx, selectOfCode, code[:], most)
}

func (s forms) list(ctx context.Context, query string, args ...any) (all []form.Submission, err error) {
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		one, err := scanSubmission(rows)
		all = append(all, one)
		return err
	})
	return all, err
}

// Apart calls a function for what stands apart; see [form.Store].
func (s forms) Apart(ctx context.Context, name string, each func(form.Answers)) error {
	return s.each(ctx, selectApart, []any{name}, func(rows *sql.Rows) error {
		var text string
		var answers form.Answers
		err := rows.Scan(&text)
		if err == nil {
			err = json.Unmarshal([]byte(text), &answers)
		}
		if err == nil {
			each(answers)
		}
		return err
	})
}

// Sever deletes what joins answers to people; see [form.Store].
func (s forms) Sever(ctx context.Context, name string) (count int, err error) {
	err = s.update(ctx, func(u *update) error {
		n, err := u.exec(severJoined, name)
		if err != nil {
			return err
		}
		count = int(n)
		_, err = u.exec(deleteSenders, name)
		return err
	})
	return count, err
}
