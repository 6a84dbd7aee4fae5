package mail

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/identity"
)

// A Waiting letter is one of the outbox.
type Waiting struct {
	Letter
	// Tries is how often it was tried.
	Tries int
	// Due is when it is tried next; zero for a dead letter.
	Due time.Time
	// Reason says why it was not sent, in words that hold no address.
	Reason string
}

// A Note is what is kept of a letter that was sent.
type Note struct {
	Kind   Kind
	Choice string
	// Receipt is that of the grant on which it rested; empty for letters
	// that are owed.
	Receipt string
	At      time.Time
}

// ErrNobody says that there is nobody to write to.
var ErrNobody = errors.New("nobody to write to")

// An Outbox keeps letters for all nodes. It may be used by several goroutines.
// What a method has changed is durable on return. An error of the database
// wraps consent.ErrUnavailable.
type Outbox interface {
	Links
	// Addressee returns the account with a User ID and its address, where the
	// person confirmed that; ErrNobody otherwise. An address that came in the
	// place of another counts when it was confirmed before a time: who finds
	// a browser signed in must not get the account by it.
	Addressee(ctx context.Context, userID string, settled time.Time) (account [16]byte, address string, err error)
	// Profile returns the code under which a person's choices stand whose
	// browser has a code: that of the account which it belongs to, and
	// otherwise the same.
	Profile(ctx context.Context, code identity.Code) (identity.Code, error)
	// Take returns up to most letters that are due, the oldest first, and has
	// nobody else take them before until: a node that dies gives them up by
	// that. It counts a try for each.
	Take(ctx context.Context, now, until time.Time, most int) ([]Waiting, error)
	// Sent removes a letter with all that it held, and keeps a note.
	Sent(ctx context.Context, w Waiting, n Note) error
	// PutBack says when a letter is tried again, zero for never, and why.
	PutBack(ctx context.Context, id [16]byte, due time.Time, reason string) error
	// Drop removes a letter that must not be sent.
	Drop(ctx context.Context, id [16]byte) error
	// Dead lists letters that are tried no more, the oldest first.
	Dead(ctx context.Context, most int) ([]Waiting, error)
	// Backlog is how many letters wait, and how many are dead.
	Backlog(ctx context.Context) (waiting, dead int, err error)
}
