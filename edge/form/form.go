// Package form takes what people send by the forms of the catalog: it holds
// answers to the fields, says all that is to be mended at once, and keeps what
// was sent with the words that were shown.
//
// Of a form whose answers are kept apart, what says who somebody is and what
// they answered are stored in two places. Until the form closes a random key
// joins them, so that what one person sent can still be found and erased; then
// the key is deleted, and nobody can tell any more.
package form

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

// Answers are what was sent, by field. Only a field of type several has more
// than one.
type Answers map[string][]string

// First is the answer to a field, empty for none.
func (a Answers) First(field string) string {
	if list := a[field]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// A State is how a submission stands.
type State string

// The states.
const (
	// Waiting is for the person to open the link that was sent to them.
	Waiting State = "waiting"
	Taken   State = "taken"
)

// A Submission is a form that somebody sent.
type Submission struct {
	// ID is the nonce of the page: sent twice, it is stored once.
	ID   identity.Nonce
	Form string
	// Code is the sender's, Account theirs where they were signed in; zero
	// otherwise.
	Code    identity.Code
	Account [16]byte
	// Person is who may send the form once; zero where everybody may send it
	// again.
	Person [16]byte
	At     time.Time
	State  State
	// Words is the hash of the words that were shown.
	Words string
	// Answers are those that stand with who sent them, Apart those that
	// don't.
	Answers, Apart Answers
	// Reference is that of the case; empty for none.
	Reference string
}

// A Sending is a submission with what goes out with it, and only with it.
type Sending struct {
	Submission
	// Text is what the form's words were; see [policy.FormWords].
	Text    string
	Case    *Case
	Links   []mail.Link
	Letters []mail.Letter
}

// A Case is one that somebody follows, and the company answers.
type Case struct {
	Reference string
	Form      string
	Opened    time.Time
	// Due is when it is to be answered.
	Due time.Time
	// Answered is when the first answer went out, Closed when it ended; zero
	// before.
	Answered, Closed time.Time
	// Code, Account and Address are the person's.
	Code    identity.Code
	Account [16]byte
	Address string
	Entries []Entry
}

// An Entry is what was said in a case.
type Entry struct {
	At time.Time
	// By is [ByPerson] or [ByCompany].
	By, Text string
}

// Who says something in a case.
const (
	ByPerson  = "you"
	ByCompany = "company"
)

var (
	// ErrTwice says that the person sent the form before.
	ErrTwice = errors.New("form was sent before")
	// ErrNotFound says that there is no such submission or case.
	ErrNotFound = errors.New("submission not found")
	// ErrClosed says that a case was closed meanwhile.
	ErrClosed = errors.New("case is closed")
)

// A Store keeps submissions and cases. It may be used by several goroutines.
// What a method has changed is durable on return, all of it or nothing. An
// error of the database wraps consent.ErrUnavailable.
type Store interface {
	// Send stores a submission; repeated is set where it was stored before,
	// and nothing but its links is stored then. ErrTwice where the person
	// sent the form before.
	Send(ctx context.Context, s Sending) (repeated bool, err error)
	// Sent says whether a person sent a form that is sent once.
	Sent(ctx context.Context, form string, person [16]byte) (bool, error)
	// Confirm takes the submission that an unexpired link of
	// mail.ConfirmForm leads to, and uses the link up; mail.ErrNoLink for
	// none.
	Confirm(ctx context.Context, link mail.TokenHash, now time.Time) (Submission, error)
	// Submissions lists those of a form in the order in which they came,
	// after the one with an ID that is given; zero for the first.
	Submissions(ctx context.Context, form string, after identity.Nonce, most int) ([]Submission, error)
	// Of lists those of a code, the newest first, without what stands apart.
	Of(ctx context.Context, code identity.Code, most int) ([]Submission, error)
	// Apart calls a function for all answers of a form that stand apart, in
	// no order that says when they came.
	Apart(ctx context.Context, form string, each func(Answers)) error
	// Sever deletes the keys by which answers of a form are joined to who
	// sent them, and the notes of who did; count is how many there were.
	Sever(ctx context.Context, form string) (count int, err error)
	// Case returns one with all its entries; ErrNotFound for none.
	Case(ctx context.Context, reference string) (Case, error)
	// Cases lists those that are not closed, the first due first; all, with
	// closed ones, where all is set. They come without entries.
	Cases(ctx context.Context, all bool, most int) ([]Case, error)
	// Add adds an entry to a case, and its letters to the outbox. An entry of
	// the company answers it; closed ends it. ErrNotFound for no such case,
	// ErrClosed for one that had ended.
	Add(ctx context.Context, reference string, e Entry, closed bool, letters []mail.Letter) (Case, error)
	// Count is how many cases were opened, answered and closed since a time.
	Count(ctx context.Context, since time.Time) (opened, answered, closed int, err error)
}

// open says whether a form may be sent at a time.
func open(f *policy.Form, now time.Time) error {
	switch {
	case !f.Opens.IsZero() && now.Before(f.Opens.Time):
		return &TimeError{Opens: f.Opens.Time}
	case !f.Closes.IsZero() && !now.Before(f.Closes.Time):
		return &TimeError{Closed: f.Closes.Time}
	}
	return nil
}

// A TimeError says that a form opens later, or has closed.
type TimeError struct{ Opens, Closed time.Time }

func (e *TimeError) Error() string {
	if !e.Opens.IsZero() {
		return "form opens at " + e.Opens.Format(time.RFC3339)
	}
	return "form closed at " + e.Closed.Format(time.RFC3339)
}
