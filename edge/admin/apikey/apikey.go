// Package apikey is the keys by which the company's other systems ask the edge
// about people: their form, what each opens, and where they are kept.
//
// A key is a text such as
//
//	indigex_k3bq7z2m_ljv5…52 characters…q6ta
//
// of three parts: a prefix by which people and programs that look for leaked
// secrets recognise it, an id of 8 characters that is no secret, and 256
// random bits in 52 characters, both of a-z and 2-7 (RFC 4648, base32 in small
// letters, without padding). The store has the id and the SHA-256 of the whole
// text; a secret of so many bits needs no salt and no slow hash. A key is found
// by its id and then compared in a time that tells nothing of the hash.
//
// A name may have several keys, the old and the new one while a rotation
// lasts. What was read is noted under the name, which people see: so it should
// say which system it is. A name is never given twice.
package apikey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Prefix begins each key.
const Prefix = "indigex_"

const (
	idBytes, secretBytes = 5, 32
	idSize, secretSize   = 8, 52
)

// A Scope is what a key opens.
type Scope string

// The scopes.
const (
	Permit      Scope = "permit"
	Suppression Scope = "suppression"
	Profile     Scope = "profile"
	Disclosure  Scope = "disclosure"
)

// Scopes returns all of them, in the order in which they are listed.
func Scopes() []Scope { return []Scope{Permit, Suppression, Profile, Disclosure} }

// A Hash is the SHA-256 of a key's text.
type Hash [sha256.Size]byte

// Equal compares in a time that does not depend on the hashes.
func (h Hash) Equal(o Hash) bool { return subtle.ConstantTimeCompare(h[:], o[:]) == 1 }

// A Key is what is kept of one.
type Key struct {
	// ID is the part of the text that is no secret.
	ID   string
	Name string
	Hash Hash
	// Scopes are what it opens, in the order of [Scopes].
	Scopes  []Scope
	Created time.Time
	// Used is the day of the last use in UTC; zero for none.
	Used time.Time
	// Expires and Revoked are when it opens nothing any more; zero for
	// never, and for a key that was not revoked.
	Expires, Revoked time.Time
}

// Valid says whether the key opens anything at a time.
func (k Key) Valid(at time.Time) bool {
	return (k.Expires.IsZero() || at.Before(k.Expires)) && (k.Revoked.IsZero() || at.Before(k.Revoked))
}

// Opens says whether the key has a scope.
func (k Key) Opens(s Scope) bool { return slices.Contains(k.Scopes, s) }

// LogValue keeps the hash out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.Name) }

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// New returns the text of a new key, with its id and its hash.
func New() (text, id string, hash Hash) {
	random := make([]byte, idBytes+secretBytes)
	_, _ = rand.Read(random) // never fails, as its documentation says
	id = letters.EncodeToString(random[:idBytes])
	text = Prefix + id + "_" + letters.EncodeToString(random[idBytes:])
	return text, id, HashOf(text)
}

// HashOf returns the hash of a key's text.
func HashOf(text string) Hash { return sha256.Sum256([]byte(text)) }

// ErrNoKey says that a text is no key.
var ErrNoKey = errors.New("is no key")

// Parse returns the id that is in the text of a key, and its hash; [ErrNoKey]
// where the text is of another form. It tells nothing of whether there is such
// a key.
func Parse(text string) (id string, hash Hash, err error) {
	rest, found := strings.CutPrefix(text, Prefix)
	if !found || len(rest) != idSize+1+secretSize || rest[idSize] != '_' {
		return "", Hash{}, ErrNoKey
	}
	if !encoded(rest[:idSize]) || !encoded(rest[idSize+1:]) {
		return "", Hash{}, ErrNoKey
	}
	return rest[:idSize], HashOf(text), nil
}

// encoded says whether a text is in the letters of keys, in their one form:
// the last of 52 letters has 1 bit that counts, and 4 that must be zero.
func encoded(text string) bool {
	raw, err := letters.DecodeString(text)
	return err == nil && letters.EncodeToString(raw) == text
}

// Bearer returns the text that stands in the one Authorization header of the
// scheme Bearer (RFC 6750); [ErrNoKey] for another scheme, and where there is
// no header or more than one.
func Bearer(headers []string) (string, error) {
	if len(headers) != 1 {
		return "", ErrNoKey
	}
	scheme, text, found := strings.Cut(headers[0], " ")
	if text = strings.Trim(text, " "); !found || !strings.EqualFold(scheme, "Bearer") || text == "" {
		return "", ErrNoKey
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", ErrNoKey
	}
	return text, nil
}

// ParseScopes reads a list with commas between, each scope once.
func ParseScopes(text string) ([]Scope, error) {
	var given []Scope
	for word := range strings.SplitSeq(text, ",") {
		s := Scope(strings.TrimSpace(word))
		if !slices.Contains(Scopes(), s) {
			return nil, fmt.Errorf("scope %q is not known: possible are %s", s, JoinScopes(Scopes()))
		}
		if slices.Contains(given, s) {
			return nil, fmt.Errorf("scope %s stands twice", s)
		}
		given = append(given, s)
	}
	slices.SortFunc(given, func(a, b Scope) int { return slices.Index(Scopes(), a) - slices.Index(Scopes(), b) })
	return given, nil
}

// JoinScopes writes scopes as [ParseScopes] reads them.
func JoinScopes(list []Scope) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}

// CheckName says what is wrong with the name of a key: it has 2 to 32 small
// letters, digits and hyphens, begins with a letter, and does not end with a
// hyphen.
func CheckName(name string) error {
	wrong := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	if len(name) < 2 || len(name) > 32 || strings.ContainsFunc(name, wrong) || name[0] < 'a' || name[len(name)-1] == '-' {
		return fmt.Errorf("name %q has to be 2 to 32 small letters, digits and hyphens, such as order-desk", name)
	}
	if slices.Contains(reserved(), name) {
		return fmt.Errorf("name %q is taken by the edge itself", name)
	}
	return nil
}

// The names under which operators read what is kept of a person.
const (
	FileName    = "admin-key" // by the key of a file
	CommandName = "operator"  // by a command on a terminal
)

func reserved() []string { return []string{FileName, CommandName} }

var (
	// ErrTaken says that a name was given before.
	ErrTaken = errors.New("name was given to a key before")
	// ErrNotFound says that there is no such key.
	ErrNotFound = errors.New("key not found")
)

// A Store keeps keys. It may be used by several goroutines. What a method has
// changed is durable on return, all of it or nothing. An error of the database
// wraps consent.ErrUnavailable.
type Store interface {
	// Add stores the first key of a name; ErrTaken where the name ever had
	// one.
	Add(ctx context.Context, k Key) error
	// Rotate stores another key of a name, whose scopes are taken from the
	// newest one and returned. Those before end at until, where they would
	// not end earlier. ErrNotFound where no key of the name is valid at the
	// new one's Created. The Scopes given don't count.
	Rotate(ctx context.Context, k Key, until time.Time) ([]Scope, error)
	// Find returns the key with an id, valid or not; ErrNotFound for none.
	Find(ctx context.Context, id string) (Key, error)
	// Used notes that a key was used on the day of a time, in UTC. The day
	// never goes back.
	Used(ctx context.Context, id string, at time.Time) error
	// List returns all keys by name, and those of one name by when they were
	// made.
	List(ctx context.Context) ([]Key, error)
	// Revoke ends all keys of a name that are valid at a time, and returns
	// how many that were. ErrNotFound where the name never had one.
	Revoke(ctx context.Context, name string, at time.Time) (int, error)
}
