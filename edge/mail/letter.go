// Package mail writes to people: a letter waits in the outbox of the database,
// from the transaction in which what it tells of became true, until a sender
// has handed it on.
//
// A letter holds what it takes to write it and nothing else. Its words are
// made at the moment of sending, from the catalog as it is then; a letter that
// rests on a choice is sent only where the choice permits it at that moment.
// Once sent, all that is kept is which message went out, when, and on which
// choice.
package mail

import (
	"crypto/rand"
	"time"

	"indigex.com/indigex/edge/identity"
)

// A Kind says which message a letter is.
type Kind string

// The kinds. What each of them says is in the templates of mails.
const (
	// ConfirmAddress asks whether an address is the account's, by a link.
	ConfirmAddress Kind = "confirm-address"
	// AddressChanged goes to the address that an account had before.
	AddressChanged Kind = "address-changed"
	// ResetPassword has a link to choose another password.
	ResetPassword Kind = "reset-password"
	// PasswordChanged says that it was.
	PasswordChanged Kind = "password-changed"
	// PasskeyAdded says that a passkey opens the account now, "name" among
	// its values; PasskeyRemoved that one does no more.
	PasskeyAdded   Kind = "passkey-added"
	PasskeyRemoved Kind = "passkey-removed"
	// ConfirmForm asks whether somebody sent a form, by a link. Its values
	// name the form and the submission: "form", "submission".
	ConfirmForm Kind = "confirm-form"
	// FormSent goes to the company with what somebody sent: "form", "text",
	// "reference", "reply_to".
	FormSent Kind = "form-sent"
	// CaseOpened and CaseAnswered lead to a case: "form", "reference", and
	// "text", what was answered.
	CaseOpened   Kind = "case-opened"
	CaseAnswered Kind = "case-answered"
	// ContestWon tells somebody that they won: "form".
	ContestWon Kind = "contest-won"
	// ErasureAsked says when an account will be erased, ErasureWithdrawn that
	// it will not be, and Erased that it was.
	ErasureAsked     Kind = "erasure-asked"
	ErasureWithdrawn Kind = "erasure-withdrawn"
	Erased           Kind = "erased"
	// PolicyChange tells of a version that affects the reader, and of nothing
	// else. Its values name the policy and the two versions: "policy",
	// "from", "to".
	PolicyChange Kind = "policy-change"
	// Nothing is never sent: it stands in the outbox in place of a letter,
	// where nobody shall learn by the time it takes that there is none.
	Nothing Kind = "nothing"
)

// Later is the recipient of a letter whose address is found when it is sent, by
// the User ID among its values: that of the account, where it was confirmed.
const Later = "later"

// A Letter is a message to be sent to one person.
type Letter struct {
	// ID makes the Message-ID: a letter that is sent twice after a fault is
	// one to whoever receives it.
	ID   [16]byte
	Kind Kind
	// To is the address, as the person gave it, or [Later].
	To string
	// Account is whose it is; zero for nobody's.
	Account [16]byte
	// Choice is the one that permits it, of the person with the code; empty
	// for letters that are owed, which tell what a person did or must know.
	Choice string
	Code   identity.Code
	// Values are what the message says beside its template's words, such as
	// a User ID. No value is a secret: links are made when it is sent.
	Values map[string]string
	// At is when it was written, and the first moment to send it.
	At time.Time
}

// NewLetter returns a letter with an ID that there was never before.
func NewLetter(kind Kind, to string, account [16]byte, at time.Time) Letter {
	l := Letter{Kind: kind, To: to, Account: account, At: at}
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(l.ID[:])
	return l
}
