// Package consent keeps what people permit and refuse.
//
// A choice is granted, refused, or not asked; only the first two are ever
// stored, as answers to words that were shown. Answers are appended, never
// changed: withdrawing is another answer. Which answer stands now follows
// from the last one of the choice, the version of the policy that was in
// force then, and the one that is in force now: where the catalog's notice
// between the two names the choice, or the choice's own words are others, the
// choice falls back to not asked, which never permits anything.
package consent

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/identity"
)

// A State is what a person said of a choice.
type State string

// The answers that are stored. NotAsked never is.
const (
	NotAsked State = ""
	Granted  State = "granted"
	Refused  State = "refused"
)

// A Source is the way by which an answer came.
type Source string

// The sources.
const (
	FromForm        Source = "form"
	FromPreferences Source = "preferences"
	FromNotice      Source = "notice"
	FromSignal      Source = "gpc"
	FromUnsubscribe Source = "unsubscribe"
	FromOperator    Source = "operator"
	// FromSignIn is a refusal that a browser brought into the profile of an
	// account when it signed in.
	FromSignIn Source = "sign-in"
)

// An Answer is what was said of one choice.
type Answer struct {
	Choice string
	State  State // Granted or Refused
	// Policy and Version were in force, SectionHash is that of the section
	// of the version that offers the choice.
	Policy      string
	Version     int
	SectionHash string
	// WordsHash is policy.HashChoice of the words shown.
	WordsHash string
	// Signal says that Global Privacy Control was on, or had been honoured
	// before, so that a grant was given knowing of it.
	Signal bool
}

// A Submission is one form's answers, or another act's.
type Submission struct {
	// Nonce marks the form: sent twice, it is stored once.
	Nonce [16]byte
	Code  identity.Code
	// Host is the site's, At the server's time.
	Host   string
	At     time.Time
	Source Source
	// Reason is the operator's; empty otherwise.
	Reason string
	// Answers has each choice once, and is not empty.
	Answers []Answer
	// Texts has the words by their hashes: those of each WordsHash, as
	// policy.HashChoice hashes them, and of each SectionHash.
	Texts map[string]string
	// Shown are the answers that stood when the form was made, by choice;
	// one that is missing was NotAsked. It is looked at where Guarded is set.
	Shown   map[string]State
	Guarded bool
}

// A Receipt is a submission as it was stored.
type Receipt struct {
	// Sequence orders receipts, whatever the clock said.
	Sequence int64
	// ID names the receipt on pages: up to 40 letters, digits and hyphens
	// that cannot be guessed.
	ID     string
	Code   identity.Code
	Host   string
	At     time.Time // whole microseconds, UTC
	Source Source
	Reason string
	// Answers are in the order in which they were submitted.
	Answers []Answer
}

// A Record is one stored answer with its surroundings.
type Record struct {
	Answer
	Receipt  string
	Sequence int64
	Host     string
	At       time.Time
	Source   Source
}

// A Conflict is another answer given since a form was made.
type Conflict struct {
	Choice string
	// Stored is the answer that stands, Sent the one that was refused.
	Stored, Sent State
}

var (
	// ErrNotFound says that there is nothing, or nothing of this person.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable says that the database can't take or give anything at
	// the moment; nothing was stored.
	ErrUnavailable = errors.New("store is unavailable")
	// ErrForgotten says that the code was erased: nothing is stored under it
	// again.
	ErrForgotten = errors.New("code was erased")
	// ErrForeignNonce says that a nonce was used by another person.
	ErrForeignNonce = errors.New("nonce was used by another person")
)

// A ConflictError says that other answers were given since a form was made.
// Nothing was stored.
type ConflictError struct{ Conflicts []Conflict }

func (e *ConflictError) Error() string { return "choices were answered otherwise meanwhile" }

// A Store keeps answers. It may be used by several goroutines.
type Store interface {
	// Append stores a submission, all of it or nothing. On return it is
	// durable. Where the nonce is known for this person, the receipt of the
	// first submission is returned and repeated is true; for another person
	// the error is ErrForeignNonce. For a code that was erased it is
	// ErrForgotten. Where the submission is Guarded and, for
	// one of its answers, the last stored answer is neither the one Shown
	// nor the one submitted, the error is a *ConflictError, and nothing is
	// stored. Submissions of one person take effect one after the other.
	Append(ctx context.Context, s Submission) (r Receipt, repeated bool, err error)
	// Latest returns the last record of each choice that a person answered,
	// sorted by choice. None is not an error. It costs an indexed read of as
	// many rows as there are choices, however long the history is.
	Latest(ctx context.Context, code identity.Code) ([]Record, error)
	// History returns up to limit receipts of a person with sequences below
	// before (0 is no bound), the newest first.
	History(ctx context.Context, code identity.Code, before int64, limit int) ([]Receipt, error)
	// Receipt returns a receipt of a person; ErrNotFound for none, and for
	// another person's.
	Receipt(ctx context.Context, code identity.Code, id string) (Receipt, error)
	// Submitted returns the receipt of the submission of a person with a
	// nonce, for as long as its form may be sent again; ErrNotFound for none.
	Submitted(ctx context.Context, code identity.Code, nonce [16]byte) (Receipt, error)
	// Text returns the words with a hash; ErrNotFound for none.
	Text(ctx context.Context, hash string) (string, error)
}
