package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

// A Kind is what went wrong with a request, as far as its sender is told.
type Kind int

// The kinds. The zero Kind is Failed.
const (
	Failed        Kind = iota // 500
	Malformed                 // 400
	Forbidden                 // 403
	Missing                   // 404
	Method                    // 405
	Superseded                // 409
	LengthMissing             // 411
	TooLarge                  // 413
	Unsupported               // 415
	TooMany                   // 429, to be tried again later
	Flooded                   // 431
	Unavailable               // 503, to be tried again in a few seconds
)

// kinds has the status of each kind, what its page is called, and what its
// sender is told where an error says nothing else.
var kinds = [...]struct {
	status      int
	title, text string
}{
	Failed:        {http.StatusInternalServerError, "Something went wrong", "Something went wrong on the server. Try again in a minute."},
	Malformed:     {http.StatusBadRequest, "The server did not understand this", "The server cannot make sense of what was sent. Nothing was stored."},
	Forbidden:     {http.StatusForbidden, "The form was not accepted", "The form was not sent from a page of this site that is open in this browser. Nothing was stored. Open the page again and send the form from there."},
	Missing:       {http.StatusNotFound, "There is no such page", "It may have moved, or it was never here. What belongs to one person is shown to that person alone."},
	Method:        {http.StatusMethodNotAllowed, "This is not possible here", "This address does not take requests of this kind. Open it as a page."},
	Superseded:    {http.StatusConflict, "Something changed in the meantime", "What you were shown has changed in the meantime. Nothing was stored. Open the page again and try once more."},
	LengthMissing: {http.StatusLengthRequired, "The server did not understand this", "The request does not say how long it is."},
	TooLarge:      {http.StatusRequestEntityTooLarge, "This is too large", "What was sent is too large. Nothing was stored."},
	Unsupported:   {http.StatusUnsupportedMediaType, "This is not a form", "What was sent is not a form. Nothing was stored."},
	TooMany:       {http.StatusTooManyRequests, "Too many tries", "There were too many tries. Nothing was stored. Wait a few minutes, then try again."},
	Flooded:       {http.StatusRequestHeaderFieldsTooLarge, "Your browser sent too much", "The request is too large. Deleting this site’s cookies may help."},
	Unavailable:   {http.StatusServiceUnavailable, "Not available at the moment", "The server cannot do this at the moment. Nothing was stored. Try again in a minute."},
}

// Status is the HTTP status of a kind.
func (k Kind) Status() int { return kinds[k].status }

// Title is what a page that tells of the kind is called.
func (k Kind) Title() string { return kinds[k].title }

// An Error says why a request is refused.
type Error struct {
	Kind Kind
	// Text says so to its sender, in whole sentences; empty for the words
	// that the kind has.
	Text string
	// Retry is after how long to try again; 0 leaves that to the kind.
	Retry time.Duration
	// Cause is for the log, and may be nil.
	Cause error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", http.StatusText(e.Kind.Status()), e.Cause)
	}
	return http.StatusText(e.Kind.Status())
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Words are what the sender is told.
func (e *Error) Words() string {
	if e.Text != "" {
		return e.Text
	}
	return kinds[e.Kind].text
}

// Explain turns any error into one that has a status.
func Explain(err error) *Error {
	var e *Error
	var conflict *consent.ConflictError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &conflict), errors.Is(err, consent.ErrSuperseded):
		return &Error{Kind: Superseded, Cause: err}
	case errors.Is(err, consent.ErrForgotten):
		return &Error{Kind: Superseded, Cause: err, Text: "The code of this browser was erased with its account, so nothing is stored under it any more. The browser has a new one now: open the page again and try once more."}
	case errors.Is(err, consent.ErrNotFound):
		return &Error{Kind: Missing, Cause: err}
	case errors.Is(err, consent.ErrUnavailable):
		return &Error{Kind: Unavailable, Cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Unavailable, Cause: err, Text: "This takes too long at the moment. Send it again in a minute: what is stored is stored once, however often you send it."}
	case errors.Is(err, consent.ErrForeignNonce), errors.Is(err, identity.ErrForeign):
		return &Error{Kind: Forbidden, Cause: err}
	case errors.Is(err, identity.ErrExpired):
		return &Error{Kind: Forbidden, Cause: err, Text: "The form was open for too long. Nothing was stored. Open the page again and send the form from there."}
	case errors.Is(err, identity.ErrFlooded):
		return &Error{Kind: Flooded, Cause: err}
	default:
		return &Error{Kind: Failed, Cause: err}
	}
}
