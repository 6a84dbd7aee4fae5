package mail

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"time"

	"indigex.com/indigex/edge/identity"
)

// ErrNoLink says that there is no link with a token, or none any more.
var ErrNoLink = errors.New("link is not known, was used, or has expired")

const tokenSize = 32

var tokens = base64.RawURLEncoding.Strict()

// A Token is what a link ends with. It is 256 random bits, and is in the mail
// alone: the database has its hash.
type Token [tokenSize]byte

// A TokenHash is the SHA-256 of a token.
type TokenHash [sha256.Size]byte

// NewToken returns a token that there was never before.
func NewToken() (t Token) {
	_, _ = rand.Read(t[:])
	return t
}

// ParseToken reads what Text returns, and no other spelling.
func ParseToken(text string) (t Token, ok bool) {
	if len(text) != tokens.EncodedLen(tokenSize) {
		return Token{}, false
	}
	n, err := tokens.Decode(t[:], []byte(text))
	return t, err == nil && n == tokenSize
}

// Text is how a link spells the token.
func (t Token) Text() string { return tokens.EncodeToString(t[:]) }

// Hash returns what is stored of the token.
func (t Token) Hash() TokenHash { return sha256.Sum256(t[:]) }

// String does not show the token, and neither does LogValue.
func (Token) String() string { return "withheld" }

// LogValue keeps the token out of logs.
func (Token) LogValue() slog.Value { return slog.StringValue("withheld") }

// A Link is what following a link of a letter does.
type Link struct {
	Hash TokenHash
	// Letter is the one that it is in; all links of a letter end together.
	Letter [16]byte
	// Kind is the letter's.
	Kind    Kind
	Account [16]byte
	// Address is the one that it was sent to.
	Address string
	// Code and Choice are those of a link that ends what it was sent for. A
	// link of another kind has in Choice what it leads to: a submission, or
	// the reference of a case.
	Code    identity.Code
	Choice  string
	Expires time.Time
}

// Links keeps links. It may be used by several goroutines.
type Links interface {
	// AddLink stores a link, whose letter is in the outbox where it has one;
	// it is durable on return. ErrNoLink where the letter is gone, as when
	// its reader was erased.
	AddLink(ctx context.Context, l Link) error
	// Link returns the link with a hash that has not expired at a time;
	// ErrNoLink for none. It changes nothing: scanners follow links.
	Link(ctx context.Context, hash TokenHash, now time.Time) (Link, error)
}
