package account

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
)

// An ID names an account everywhere but on the form for signing in. It is
// random and never shown.
type ID [16]byte

// A Field is one of the details that a person may give and correct.
type Field string

// The fields, by the names that forms have for them.
const (
	Name          Field = "name"
	Email         Field = "email"
	Phone         Field = "phone"
	PostalAddress Field = "postal_address"
)

// Fields returns all fields in the order in which pages show them.
func Fields() []Field { return []Field{Name, Email, Phone, PostalAddress} }

// A Detail is what a field holds. An empty Value is none.
type Detail struct {
	Value string
	// Revision is 0 before the field was ever filled in, and grows by one
	// with each change.
	Revision int64
	// Confirmed is when the person showed that an email address is theirs;
	// zero before, and for other fields.
	Confirmed time.Time
}

// An Account is what is held of a registered person.
type Account struct {
	ID     ID
	UserID string
	// Profile is the code under which the account's choices stand.
	Profile identity.Code
	Created time.Time
	// SignedIn is when the person signed in last.
	SignedIn time.Time
	// PasswordChanged is when the present password was set.
	PasswordChanged time.Time
	// Erasing is when the account will be erased; zero where nobody asked.
	Erasing time.Time
	// Details has those that were ever filled in.
	Details map[Field]Detail
}

// A Session is one browser that is signed in.
type Session struct {
	// ID names it to its owner, who may end it. It is the nonce of the form
	// that began it, so that a form sent twice begins one.
	ID      [16]byte
	Account ID
	// Device is what the browser says that it is, such as "Firefox on
	// Linux".
	Device        string
	Created, Used time.Time
}

// EraseDelay is how long a person may change their mind.
const EraseDelay = 7 * 24 * time.Hour

// A Mark is a keyed hash of a User ID and a browser's code, by which a browser
// is known that was signed in to an account before. Without the key ring it
// leads from neither to the other.
type Mark [16]byte

// A Difference is a choice that a browser and the profile that it joined were
// answered differently.
type Difference struct {
	Choice string
	// Browser is what stood for the browser's code, Profile what stood for
	// the profile; consent.NotAsked where nothing did.
	Browser, Profile consent.State
	// Code is the browser's, whose records stay under it.
	Code identity.Code
	At   time.Time
}

// A NewSession is a session that begins.
type NewSession struct {
	ID     [16]byte
	Hash   SessionHash
	Device string
	// Mark is that of the browser from now on.
	Mark Mark
}

// A Registration is a new account with its first session.
type Registration struct {
	ID           ID
	UserID       string // folded
	PasswordHash string
	Profile      identity.Code
	Details      map[Field]string
	At           time.Time
	Session      NewSession
	// Letters go out with it, and only with it.
	Letters []mail.Letter
}

// Credentials are what a password is held against.
type Credentials struct {
	Account      ID
	PasswordHash string
	Profile      identity.Code
}

// A SignIn is one whose password was right, or whose passkey signed.
type SignIn struct {
	Account ID
	// PasswordHash is the one that the password was held against; empty
	// where there is a Passkey.
	PasswordHash string
	// Passkey is the one that signed, as it is from now on; nil for none.
	Passkey *PasskeyUse
	// Upgraded replaces it where it was made with other parameters than
	// hashes are now; empty otherwise.
	Upgraded string
	// Joined is the browser's code before; zero for one that joins nothing.
	Joined identity.Code
	// Ended is the session that the browser had; zero for none.
	Ended       SessionHash
	Session     NewSession
	At          time.Time
	Differences []Difference
}

// An Edit is a new value of a field, and the revision that its form showed.
type Edit struct {
	Field    Field
	Value    string
	Revision int64
}

// An Act is who changed something, and when.
type Act struct {
	At time.Time
	// By is [ByPerson], or [ByOperator] with a reason.
	By, Reason string
	// Letters go out with the change, and only with it.
	Letters []mail.Letter
}

// Who changes accounts.
const (
	ByPerson   = "you"
	ByOperator = "operator"
)

// A Change is one that was made to an account, without values.
type Change struct {
	At time.Time
	// What is a field, or "account", "password", "passkey", "session",
	// "erasure".
	What string
	// By and Reason are those of the [Act].
	By, Reason string
}

var (
	// ErrNotFound says that there is no such account or session.
	ErrNotFound = errors.New("account not found")
	// ErrTaken says that another account has the User ID.
	ErrTaken = errors.New("user id is taken")
	// ErrStale says that the password was changed meanwhile, or a passkey
	// removed, or that its page was answered before.
	ErrStale = errors.New("password or passkey does not hold any more")
)

// An EditError says that fields were changed otherwise since a form was made.
// Nothing was stored.
type EditError struct{ Stored map[Field]Detail }

func (e *EditError) Error() string { return "details were changed meanwhile" }

// A Store keeps accounts. It may be used by several goroutines. What a method
// has changed is durable on return, all of it or nothing, letters included.
// An error of the database wraps consent.ErrUnavailable.
type Store interface {
	// Register makes an account; ErrTaken where the User ID is another's.
	// Where the session's ID is known, the account that began with it is
	// returned with repeated set, and nothing is changed.
	Register(ctx context.Context, r Registration) (a Account, repeated bool, err error)
	// Credentials returns those of a folded User ID, or ErrNotFound, and
	// whether one of the marks is of a browser that is known.
	Credentials(ctx context.Context, userID string, marks []Mark) (c Credentials, known bool, err error)
	// SignIn begins a session in place of one with the same ID and of the
	// one that ended; ErrStale where the password hash is another by now, or
	// the account's passkey is gone, or its counter is ahead. A passkey's
	// page begins one session: ErrStale, too, where that with the same ID
	// began and ended. A code that belongs to another account is not joined.
	SignIn(ctx context.Context, s SignIn) (Account, error)
	// Session returns the session with a hash, and its account, where it
	// has not ended at a time. It notes the use once in an hour at most.
	Session(ctx context.Context, hash SessionHash, now time.Time) (Session, Account, error)
	// Sessions lists those of an account that have not ended, the last used
	// first.
	Sessions(ctx context.Context, id ID, now time.Time) ([]Session, error)
	// EndSession ends one of an account's own, EndSessions all but the one
	// with a hash; neither minds that there is nothing to end. next is the
	// mark of a browser that signs out by itself, which is no change to be
	// noted; zero for one that another browser ends.
	EndSession(ctx context.Context, id ID, session [16]byte, next Mark, act Act) error
	EndSessions(ctx context.Context, id ID, but SessionHash, act Act) error
	// SetPassword replaces the hash old by another, ends all sessions but
	// one, and makes links that reset the password void; ErrStale where the
	// hash is not old any more.
	SetPassword(ctx context.Context, id ID, old, hash string, but SessionHash, act Act) error
	// Reset replaces the password of the account that an unexpired link of
	// mail.ResetPassword leads to, uses the link up, and ends all sessions.
	// mail.ErrNoLink where there is none.
	Reset(ctx context.Context, link mail.TokenHash, hash string, act Act) (Account, error)
	// Confirm notes that the address of a link of mail.ConfirmAddress is the
	// account's, and uses the link up. mail.ErrNoLink where there is none,
	// and where the account has another address by now.
	Confirm(ctx context.Context, link mail.TokenHash, at time.Time) (Account, error)
	// Passkeys lists those of an account, the oldest first.
	Passkeys(ctx context.Context, id ID) ([]Passkey, error)
	// AddPasskey adds one. Sent again, it changes nothing; ErrKnown where
	// the credential is in use, ErrStale where it was added and removed.
	AddPasskey(ctx context.Context, id ID, p Passkey, act Act) error
	// RenamePasskey and RemovePasskey change one of an account's own.
	// RenamePasskey fails with ErrNotFound where there is none;
	// RemovePasskey does not mind.
	RenamePasskey(ctx context.Context, id ID, which identity.Nonce, name string, act Act) error
	RemovePasskey(ctx context.Context, id ID, which identity.Nonce, act Act) error
	// Account returns one; ErrNotFound for none. Find does so by the folded
	// User ID.
	Account(ctx context.Context, id ID) (Account, error)
	Find(ctx context.Context, userID string) (Account, error)
	// Write puts letters into the outbox.
	Write(ctx context.Context, letters []mail.Letter) error
	// Edit changes fields whose revisions are as the form showed them;
	// those whose values are as wanted already stay as they are. Where a
	// field has another value and another revision, the error is an
	// *EditError. An email address that changes is not confirmed any more.
	Edit(ctx context.Context, id ID, edits []Edit, act Act) (Account, error)
	// Changes lists what was changed, the newest first.
	Changes(ctx context.Context, id ID, skip, limit int) ([]Change, error)
	// Owner returns the account whose profile a code is, or which it was
	// joined to; ErrNotFound for none. A code that was erased is the zero
	// ID's for good, which no account has.
	Owner(ctx context.Context, code identity.Code) (ID, error)
	// Differences lists what waits for a decision, by choice and time;
	// Decided takes choices of a profile off it.
	Differences(ctx context.Context, profile identity.Code) ([]Difference, error)
	Decided(ctx context.Context, profile identity.Code, choices []string) error
	// SetErasing says when an account is to be erased; the zero time takes
	// that back. Where that was said, or taken back, before, it does nothing.
	SetErasing(ctx context.Context, id ID, when time.Time, act Act) error
}
