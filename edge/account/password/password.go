// Package password hashes the passwords of accounts and says which ones are
// too easy to guess.
//
// Hashes are Argon2id (RFC 9106) in the form of the PHC string format, with
// 46 MiB of memory, one pass and one lane, as OWASP's cheat sheet on storing
// passwords recommends. One takes a core for some tens of milliseconds, so at
// most as many run at once as there are cores; who comes then waits, and is
// told to come again where that takes too long. A name that nobody has costs
// the same as one that somebody has.
//
// A password is taken as it was typed: nothing is cut off, trimmed or
// normalized, as NIST SP 800-63B asks for.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"
)

// ErrBusy says that too many passwords are being hashed: come again in a
// moment. Nothing was decided.
var ErrBusy = errors.New("too many passwords are being hashed")

// patience is how long a hash waits for a core.
const patience = 2 * time.Second

// A Hasher hashes passwords. It may be used by several goroutines; a program
// has one, since it bounds what all of them cost.
type Hasher struct {
	slots   chan struct{}
	unknown hash // nobody's
}

// NewHasher returns a Hasher for this machine's cores.
func NewHasher() *Hasher { return newHasher(runtime.GOMAXPROCS(0)) }

func newHasher(cores int) *Hasher {
	h := &Hasher{slots: make(chan struct{}, cores), unknown: hash{parameters: present, sum: make([]byte, sumSize)}}
	h.unknown.salt = make([]byte, saltSize)
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(h.unknown.salt)
	_, _ = rand.Read(h.unknown.sum)
	return h
}

// Hash returns the hash of a password, to be stored. The errors are [ErrBusy]
// and that of the context.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	made := hash{parameters: present, salt: make([]byte, saltSize)}
	_, _ = rand.Read(made.salt)
	var err error
	if made.sum, err = h.sum(ctx, &made, password, sumSize); err != nil {
		return "", err
	}
	return made.String(), nil
}

// Verify says whether a stored hash is that of a password. weak says that it
// was made with other parameters than hashes are now: hash the password anew
// and store that. The errors are [ErrBusy], that of the context, and
// [ErrHash] for a hash that is none or would cost too much.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (ok, weak bool, err error) {
	want, err := parse(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.sum(ctx, &want, password, len(want.sum))
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want.sum) == 1, want.parameters != present || len(want.sum) != sumSize, nil
}

// VerifyUnknown takes as long as Verify and permits nothing: it is for a name
// that nobody has.
func (h *Hasher) VerifyUnknown(ctx context.Context, password string) error {
	_, err := h.sum(ctx, &h.unknown, password, sumSize)
	return err
}

// sum computes a hash when a core is free.
func (h *Hasher) sum(ctx context.Context, of *hash, password string, size int) ([]byte, error) {
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-wait.C:
		return nil, ErrBusy
	}
	return argon2.IDKey([]byte(password), of.salt, of.passes, of.memory, of.lanes, uint32(size)), nil
}
