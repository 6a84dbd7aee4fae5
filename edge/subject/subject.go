// Package subject gives people what the law calls the rights of a data subject:
// to see all that is held of them, to take it along, and to have it erased
// (General Data Protection Regulation, articles 15, 17 and 20).
//
// # What is held
//
// Columns lists every column of the database with the kind of data that is in
// it, how long it is kept, and what erasure does to it. A test holds the list
// against the schema of both engines: a column that nobody thought about fails
// it.
//
// # Erasure
//
// All rows of a person are deleted, on one transaction. Receipts stay, for they
// prove what was agreed to; they hold a commitment (HMAC-SHA256) of the
// person's code, whose key is deleted, so that they are nobody's from then on.
//
// A tombstone is the SHA-256 of a random id or code that was erased: it says
// nothing of the person, but a database that comes back from an older backup
// is held against the tombstones before it serves, and erases again whom they
// name. Tombstones are in the database and in a file beside the key ring, which
// a restored database does not replace.
//
// # Retention
//
// A pass each hour deletes what has been kept for the time that the catalog's
// rule of its kind of data allows. What was deleted is counted by day and
// kind, for everybody to see.
package subject

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
)

// A Person is whose data it is.
type Person struct {
	// Account is the zero one for who never registered.
	Account account.Account
	// Codes are those of the profile and of the browsers that joined it, the
	// profile's first.
	Codes []identity.Code
}

// Registered says whether the person has an account.
func (p *Person) Registered() bool { return p.Account.ID != account.ID{} }

// A Tombstone is the SHA-256 of an account's id, or of a code.
type Tombstone [sha256.Size]byte

// Tomb returns the tombstone of an id or a code.
func Tomb(id [16]byte) Tombstone { return sha256.Sum256(id[:]) }

// String is the tombstone as files have it.
func (t Tombstone) String() string { return hex.EncodeToString(t[:]) }

// Tombs are the tombstones of all that a person is known by.
func (p *Person) Tombs() []Tombstone {
	var list []Tombstone
	if p.Registered() {
		list = append(list, Tomb(p.Account.ID))
	}
	for _, code := range p.Codes {
		list = append(list, Tomb(code))
	}
	return list
}

// A Term says that what is older than a time is kept no more.
type Term struct {
	// Kind is one of [Kinds].
	Kind   Kind
	Before time.Time
}

// A Deletion counts what was deleted on a day.
type Deletion struct {
	Day   time.Time // midnight, UTC
	Kind  Kind
	Count int
}

// A Store finds and erases what is held of people. It may be used by several
// goroutines. What a method has changed is durable on return, all of it or
// nothing. An error of the database wraps consent.ErrUnavailable.
type Store interface {
	// Person returns who has an account; account.ErrNotFound for none.
	Person(ctx context.Context, id account.ID) (Person, error)
	// Known returns whose a code is: that of an account, or nobody's who is
	// registered.
	Known(ctx context.Context, code identity.Code) (Person, error)
	// Notes lists the mails that were sent, the newest first.
	Notes(ctx context.Context, p Person, most int) ([]mail.Note, error)
	// Erase deletes all that is held of a person, puts up the tombstones,
	// and has the letters go out, which hold no account. The error is
	// account.ErrNotFound where the account is gone, and account.ErrStale
	// where the person signed in or changed their mind since it was read.
	Erase(ctx context.Context, p Person, at time.Time, letters []mail.Letter) error
	// All lists all accounts, in no order that says when they came.
	All(ctx context.Context) ([]account.ID, error)
	// Due lists accounts whose erasure was asked for until a time; Idle those
	// that did not sign in since one.
	Due(ctx context.Context, until time.Time) ([]account.ID, error)
	Idle(ctx context.Context, since time.Time) ([]account.ID, error)
	// Purge deletes what a term is over for, and counts it.
	Purge(ctx context.Context, t Term, now time.Time) (int, error)
	// Expire deletes what of a form is over, and counts it. What stands apart
	// and is joined to nobody goes when nothing else of the form is there.
	Expire(ctx context.Context, t FormTerm, now time.Time) (int, error)
	// Deletions lists what was deleted since a day, the newest first.
	Deletions(ctx context.Context, since time.Time) ([]Deletion, error)
	// Tombstones lists all. Bury puts up those that are missing, and erases
	// whom they name.
	Tombstones(ctx context.Context) ([]Tombstone, error)
	Bury(ctx context.Context, list []Tombstone, at time.Time) (erased int, err error)
	// Scrub has the files of the database forget what was deleted, as far as
	// the engine can.
	Scrub(ctx context.Context) error
}
