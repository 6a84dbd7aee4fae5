package store

import (
	"context"
	"time"

	"indigex.com/indigex/edge/subject"
)

// What is over of a form, in this order: what stands apart goes with what it is
// joined to, and entries with their case.
const (
	expireJoined = `DELETE FROM apart WHERE key IN (SELECT joined FROM submissions WHERE form = $1 AND at < $2
		AND reference = '' AND state = 'taken')`
	expireSubmissions = "DELETE FROM submissions WHERE form = $1 AND at < $2 AND reference = '' AND state = 'taken'"
	expireApart       = `DELETE FROM apart WHERE form = $1 AND NOT EXISTS (SELECT 1 FROM submissions WHERE form = $1)`
	expireWaiting     = "DELETE FROM submissions WHERE form = $1 AND at < $2 AND state = 'waiting'"
	expireEnded       = `DELETE FROM submissions WHERE form = $1 AND state = 'taken' AND EXISTS (SELECT 1 FROM standing s
		JOIN receipts r ON r.sequence = s.receipt WHERE s.code = submissions.code AND s.choice = $3 AND s.state = 'refused' AND r.at < $2)`
	expireCased = `DELETE FROM submissions WHERE form = $1 AND reference IN (SELECT reference FROM cases
		WHERE form = $1 AND closed > 0 AND closed < $2)`
	expireEntries = "DELETE FROM entries WHERE reference IN (SELECT reference FROM cases WHERE form = $1 AND closed > 0 AND closed < $2)"
	expireCases   = "DELETE FROM cases WHERE form = $1 AND closed > 0 AND closed < $2"
	expireSenders = "DELETE FROM senders WHERE form = $1 AND NOT EXISTS (SELECT 1 FROM submissions WHERE id = senders.submission)"
)

// Expire deletes what is over of a form; see [subject.Store].
func (s subjects) Expire(ctx context.Context, t subject.FormTerm, now time.Time) (count int, err error) {
	if t.Sever {
		if _, err := s.Store.Forms().Sever(ctx, t.Form); err != nil {
			return 0, err
		}
	}
	err = s.update(ctx, func(u *update) error {
		count = 0
		if err := u.lock([]int64{formsLock}); err != nil {
			return err
		}
		for _, step := range stepsOf(t) {
			n, err := u.exec(step.text, step.args...)
			if err != nil {
				return err
			}
			if step.counts {
				count += int(n)
			}
		}
		if count > 0 {
			if _, err := u.exec(expireSenders, t.Form); err != nil {
				return err
			}
		}
		return u.deleted(now, t.Kind, int64(count))
	})
	return count, err
}

// A step deletes some rows, which count or go with others.
type step struct {
	text   string
	args   []any
	counts bool
}

func stepsOf(t subject.FormTerm) []step {
	steps := []step{{expireWaiting, []any{t.Form, micro(t.Waiting)}, true}}
	before := micro(t.Before)
	switch {
	case t.Before.IsZero():
		return steps
	case t.Choice != "":
		return append(steps, step{expireEnded, []any{t.Form, before, t.Choice}, true})
	}
	return append(steps,
		step{expireJoined, []any{t.Form, before}, false}, step{expireSubmissions, []any{t.Form, before}, true}, step{expireApart, []any{t.Form}, false},
		step{expireCased, []any{t.Form, before}, true}, step{expireEntries, []any{t.Form, before}, false}, step{expireCases, []any{t.Form, before}, false},
	)
}
