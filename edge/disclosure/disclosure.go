// Package disclosure is what is known of where a person's data went: which of
// the company's systems read it through the edge, and which processors got
// what for which purpose. The person sees both.
//
// An access is noted before the data is given out: where it cannot be noted,
// nothing is given. It says who read what kind of thing and what for, and holds
// no data itself.
package disclosure

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/identity"
)

// A What is the kind of an access.
type What string

// The kinds.
const (
	// Profile is the reading of details, RefusedProfile a try that a choice
	// of the person's forbade.
	Profile        What = "profile"
	RefusedProfile What = "profile-refused"
	// Permit and Suppression are questions about a person who was named by
	// a User ID or an email address rather than by a code.
	Permit      What = "permit"
	Suppression What = "suppression"
	// Disclosures is the reading of what was passed on, Disclosure the noting
	// of something that is.
	Disclosures What = "disclosures"
	Noted       What = "disclosure"
)

// An Access is one system's access to one person's data.
type Access struct {
	At   time.Time // whole microseconds, UTC
	Code identity.Code
	// Key is the name of the system's key.
	Key  string
	What What
	// Purpose is the id of the purpose, or of the choice, for which it was;
	// empty where none was asked for.
	Purpose string
}

// A Disclosure is data of a person that was passed to a processor.
type Disclosure struct {
	At   time.Time // whole microseconds, UTC
	Code identity.Code
	// Key is the name of the key of the system that passed it on.
	Key string
	// Reference is that system's own name for it, by which it is noted once
	// however often it is sent.
	Reference string
	// Processor and Purpose are ids of the catalog's, Categories those of
	// the kinds of data, sorted.
	Processor, Purpose string
	Categories         []string
}

// ErrErased says that the person was erased: nothing is noted of them any more.
var ErrErased = errors.New("person was erased")

// ErrConflict says that a reference was used for something else.
var ErrConflict = errors.New("reference was used for another disclosure")

// A Store keeps accesses and disclosures. It may be used by several
// goroutines. What a method has stored is durable on return, all of it or
// nothing. An error of the database wraps consent.ErrUnavailable.
type Store interface {
	// Access notes accesses. None is not an error.
	Access(ctx context.Context, list []Access) error
	// Accesses lists those to a person's data, the newest first, but the
	// first so many, and up to limit.
	Accesses(ctx context.Context, code identity.Code, skip, limit int) ([]Access, error)
	// Disclose notes a disclosure, and an access of the kind [Noted] with
	// it. Where the key and the reference are known for the same person,
	// processor, purpose and categories, the stored one is returned,
	// repeated is true, and nothing is noted; otherwise ErrConflict.
	Disclose(ctx context.Context, d Disclosure) (stored Disclosure, repeated bool, err error)
	// Disclosures lists those of a person, as Accesses does.
	Disclosures(ctx context.Context, code identity.Code, skip, limit int) ([]Disclosure, error)
}
