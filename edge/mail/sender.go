package mail

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/policy"
)

const (
	// pollEvery is how often the outbox is looked into.
	pollEvery = 2 * time.Second
	// leaseTime is how long letters are one sender's, batch how many.
	leaseTime = 10 * time.Minute
	batch     = 20
	// sendTime bounds the sending of one letter.
	sendTime = 25 * time.Second
	// A letter that cannot be sent is tried again after firstWait, then after
	// twice as long each time, up to lastWait, until it is lastAge old.
	firstWait, lastWait = time.Minute, 12 * time.Hour
	lastAge             = 3 * 24 * time.Hour
	// settling is how long an address that came in the place of another opens
	// no account: time for its owner, who was told at the one before.
	settling = 3 * 24 * time.Hour
)

// A Message is a letter with its words.
type Message struct {
	// ID is what stands in Message-ID, without brackets.
	ID string
	// FromName and From are the sender's, To the recipient's address.
	FromName, From, To string
	Subject            string
	Text, HTML         string
	// Fields are further fields of the header, by name.
	Fields map[string]string
	At     time.Time
}

// A Transport hands messages on. It may be used by one goroutine at a time.
type Transport interface {
	// Send returns when the message is accepted for delivery. An error that
	// is a [*RefusedError] will not go away.
	Send(ctx context.Context, m *Message) error
}

// A RefusedError says that a message will never be accepted. It names no
// address.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "message was refused: " + e.Reason }

// A Sender sends what waits in an outbox. Its fields are required.
type Sender struct {
	Outbox    Outbox
	Transport Transport
	// Choices decides about letters that rest on one.
	Choices consent.Store
	// Catalog returns the one that is served.
	Catalog func() *policy.Catalog
	Now     func() time.Time
	Logger  *slog.Logger
	// Count is told of each letter: its kind, and what became of it, which is
	// sent, not-permitted, retried or dead. nil is not.
	Count func(kind Kind, outcome string)
}

// Run sends letters until ctx ends. Whoever starts it waits for it.
func (s *Sender) Run(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("outbox not read", "event", "mail", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Flush sends what is due, and returns when nothing more is. The error is the
// outbox's.
func (s *Sender) Flush(ctx context.Context) error {
	for {
		now := s.Now()
		taken, err := s.Outbox.Take(ctx, now, now.Add(leaseTime), batch)
		if err != nil || len(taken) == 0 {
			return err
		}
		for _, w := range taken {
			if err := s.send(ctx, w); err != nil {
				return err
			}
		}
	}
}

// errNotPermitted says that the choice of a letter does not permit it.
var errNotPermitted = errors.New("not permitted")

// send sends one letter, and notes what became of it.
func (s *Sender) send(ctx context.Context, w Waiting) error {
	note := Note{Kind: w.Kind, Choice: w.Choice}
	err := s.address(ctx, &w)
	if errors.Is(err, ErrNobody) {
		return s.Outbox.Drop(ctx, w.ID)
	}
	if err != nil {
		// The lease ends by itself.
		return err
	}
	// One catalog for both: another one may come in between.
	c := s.Catalog()
	err = s.permitted(ctx, c, &w, &note)
	if err == nil {
		err = s.handOn(ctx, c, &w)
	}
	var refused *RefusedError
	switch {
	case err == nil:
		note.At = s.Now().UTC()
		s.count(w.Kind, "sent")
		return s.Outbox.Sent(ctx, w, note)
	case errors.Is(err, ErrNoLink):
		// It was taken out of the outbox meanwhile.
		s.count(w.Kind, "not-permitted")
		return nil
	case errors.Is(err, errNotPermitted):
		s.count(w.Kind, "not-permitted")
		return s.Outbox.Drop(ctx, w.ID)
	case errors.Is(err, consent.ErrUnavailable) || ctx.Err() != nil:
		// The lease ends by itself.
		return err
	case errors.As(err, &refused), s.Now().Sub(w.At) > lastAge:
		s.count(w.Kind, "dead")
		if w.Kind == Erased {
			// Nothing of who was erased waits for an operator.
			return s.Outbox.Drop(ctx, w.ID)
		}
		s.Logger.Error("letter is dead", "event", "mail", "kind", string(w.Kind), "tries", w.Tries)
		return s.Outbox.PutBack(ctx, w.ID, time.Time{}, reason(err))
	}
	s.count(w.Kind, "retried")
	return s.Outbox.PutBack(ctx, w.ID, s.Now().Add(wait(w.Tries)), reason(err))
}

// address finds the recipient of a letter that has none yet.
func (s *Sender) address(ctx context.Context, w *Waiting) (err error) {
	switch {
	case w.Kind == Nothing:
		return ErrNobody
	case w.To == Later:
		w.Account, w.To, err = s.Outbox.Addressee(ctx, w.Values["user_id"], s.Now().Add(-settling))
	}
	return err
}

// reason is what is kept of why a letter was not sent. A server's own words may
// name the recipient.
func reason(err error) string {
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused.Reason
	}
	return "could not be handed on"
}

// wait is how long to wait after so many tries, give or take a fifth, so that
// letters that failed together are not tried together.
func wait(tries int) time.Duration {
	d := lastWait
	if tries < 12 {
		d = min(firstWait<<max(tries-1, 0), lastWait)
	}
	return d*4/5 + rand.N(d*2/5+1)
}

func (s *Sender) count(kind Kind, outcome string) {
	if s.Count != nil {
		s.Count(kind, outcome)
	}
}

// permitted asks the choice on which a letter rests, now.
func (s *Sender) permitted(ctx context.Context, c *policy.Catalog, w *Waiting, n *Note) error {
	if w.Choice == "" {
		return nil
	}
	if c.Choice(w.Choice) == nil {
		return errNotPermitted
	}
	d, err := consent.Permit(ctx, s.Choices, c, s.Now(), w.Choice, w.Code)
	if err == nil && !d.Allowed {
		return errNotPermitted
	}
	n.Receipt = d.Receipt
	if err != nil {
		return err
	}
	// What was answered since in the account holds for the same person.
	profile, err := s.Outbox.Profile(ctx, w.Code)
	if err != nil || profile.Equal(w.Code) {
		return err
	}
	d, err = consent.Permit(ctx, s.Choices, c, s.Now(), w.Choice, profile)
	if err == nil && !d.Allowed {
		err = errNotPermitted
	}
	return err
}

// handOn writes a letter and gives it to the transport. Its links are stored
// before: nobody gets one that leads nowhere.
func (s *Sender) handOn(ctx context.Context, c *policy.Catalog, w *Waiting) error {
	m, links, err := compose(ctx, c, &w.Letter, s.Now())
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := s.Outbox.AddLink(ctx, l); err != nil {
			return err
		}
	}
	ctx, stop := context.WithTimeout(ctx, sendTime)
	defer stop()
	return s.Transport.Send(ctx, m)
}
