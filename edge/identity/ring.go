package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/securecookie"
)

const (
	// DefaultLead is how long a new key is accepted before it issues.
	DefaultLead = time.Hour
	// MinLead is the shortest time in which every node can have the key.
	MinLead = 10 * time.Minute
	// maxKeys bounds what a cookie of no key costs: each key is tried.
	maxKeys = 32
	// keySize is that of HMAC-SHA256 (RFC 2104, section 3) and of AES-256.
	keySize = 32
)

// A Ring holds the keys of the cookies and tokens; see the package comment.
// It does not change: Rotate and Retire return another one.
type Ring struct {
	keys []key // in the order in which they begin to issue
}

// A key is one of a ring's.
type key struct {
	Key
	hash, encryption []byte
	// codec and form are made of the two.
	codec securecookie.Codec
	// form has hash.Hash values with the key of tokens: making one costs as
	// much as using it.
	form *sync.Pool
}

// A Key is what may be shown of a key.
type Key struct {
	ID      string
	Created time.Time
	// IssuesFrom is when it becomes the key that issues.
	IssuesFrom time.Time
	// AcceptedUntil is when nothing made with it is taken any more; zero is
	// never.
	AcceptedUntil time.Time
	// Use is "pending" before the key issues, then "issues", then
	// "accepted", and "expired" at the end.
	Use string
}

// New returns a ring with one key, which issues at once.
func New(now time.Time) *Ring {
	now = now.UTC().Truncate(time.Second)
	return &Ring{[]key{newKey(now, now)}}
}

// Rotate returns a ring with another key, which is accepted at once and issues
// after the lead: bring the ring to every node before. 0 means [DefaultLead].
// The key that issues now stays accepted until the last cookie that it made
// has expired. Keys that are past their end are dropped.
//
// It fails when the lead is shorter than [MinLead], when the last key does not
// issue yet, and when there are 32 keys.
func (r *Ring) Rotate(now time.Time, lead time.Duration) (*Ring, error) {
	now = now.UTC().Truncate(time.Second)
	if lead == 0 {
		lead = DefaultLead
	}
	if lead < MinLead {
		return nil, fmt.Errorf("key ring: a lead of %v is shorter than %v, in which every node can have the key", lead, MinLead)
	}
	keys := slices.Clone(r.keys)
	last := &keys[len(keys)-1]
	if last.IssuesFrom.After(now) {
		return nil, fmt.Errorf("key ring: key %s does not issue before %s; rotate after that, or retire it", last.ID, last.IssuesFrom.Format(time.RFC3339))
	}
	added := newKey(now, now.Add(lead).Truncate(time.Second))
	last.AcceptedUntil = added.IssuesFrom.Add(MaxAge + Skew)
	keys = slices.DeleteFunc(keys, func(k key) bool { return k.ended(now) })
	if len(keys) == maxKeys {
		return nil, fmt.Errorf("key ring: holds %d keys already; retire one first", maxKeys)
	}
	return &Ring{append(keys, added)}, nil
}

// Retire returns a ring without a key: nothing made with it is taken once
// every node has the ring, and who holds such a cookie becomes a new visitor.
// Where the key did not issue yet, the one before it goes on. It fails for a
// key that is not there, and for the one that issues.
func (r *Ring) Retire(id string, now time.Time) (*Ring, error) {
	i := slices.IndexFunc(r.keys, func(k key) bool { return k.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("key ring: there is no key %q", id)
	}
	if i == r.issuer(now) {
		return nil, fmt.Errorf("key ring: key %s issues; rotate, and retire it when the new key does", id)
	}
	keys := slices.Delete(slices.Clone(r.keys), i, i+1)
	keys[len(keys)-1].AcceptedUntil = time.Time{}
	return &Ring{keys}, nil
}

// List returns the keys in the order in which they begin to issue, without
// their secrets.
func (r *Ring) List(now time.Time) []Key {
	list := make([]Key, len(r.keys))
	issuer := r.issuer(now)
	for i, k := range r.keys {
		list[i] = k.Key
		switch {
		case i == issuer:
			list[i].Use = "issues"
		case k.ended(now):
			list[i].Use = "expired"
		case i > issuer:
			list[i].Use = "pending"
		default:
			list[i].Use = "accepted"
		}
	}
	return list
}

// Format keeps the secrets out of whatever prints a ring.
func (r *Ring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "key ring") }

// issuer returns the index of the key that issues. There is always one, even
// for a clock that went back before the first key.
func (r *Ring) issuer(now time.Time) int {
	for i := len(r.keys) - 1; i > 0; i-- {
		if !r.keys[i].IssuesFrom.After(now) {
			return i
		}
	}
	return 0
}

// accepted yields the keys that are accepted, the one that issues first,
// since most of what comes was made with it, then the others, newest first.
func (r *Ring) accepted(now time.Time) func(yield func(*key) bool) {
	issuer := r.issuer(now)
	return func(yield func(*key) bool) {
		if !yield(&r.keys[issuer]) {
			return
		}
		for i := len(r.keys) - 1; i >= 0; i-- {
			if i != issuer && r.accepts(&r.keys[i], now) && !yield(&r.keys[i]) {
				return
			}
		}
	}
}

// accepts says whether a key of the ring is accepted.
func (r *Ring) accepts(k *key, now time.Time) bool {
	return !k.ended(now) || k == &r.keys[r.issuer(now)]
}

// ended says whether the key is past its end.
func (k *key) ended(now time.Time) bool {
	return !k.AcceptedUntil.IsZero() && !now.Before(k.AcceptedUntil)
}

func newKey(created, issuesFrom time.Time) key {
	k := key{Key: Key{ID: strings.ToLower(rand.Text()[:8]), Created: created, IssuesFrom: issuesFrom}, hash: make([]byte, keySize), encryption: make([]byte, keySize)}
	_, _ = rand.Read(k.hash)
	_, _ = rand.Read(k.encryption)
	k.prepare()
	return k
}

// prepare makes of the secrets what uses them.
func (k *key) prepare() {
	k.codec = securecookie.CodecsFromPairs(k.hash, k.encryption)[0]
	if c, ok := k.codec.(*securecookie.SecureCookie); ok {
		// The ages are checked against the clock of this package.
		c.MaxAge(0).MaxLength(maxLine).SetSerializer(sealed{})
	}
	mac := hmac.New(sha256.New, k.hash)
	mac.Write([]byte("indigex form token"))
	form := mac.Sum(nil)
	k.form = &sync.Pool{New: func() any { return hmac.New(sha256.New, form) }}
}

// check says what is wrong with a ring that was read.
func (r *Ring) check() error {
	if len(r.keys) == 0 || len(r.keys) > maxKeys {
		return fmt.Errorf("holds %d keys, wanted are 1 to %d", len(r.keys), maxKeys)
	}
	for i := range r.keys {
		if err := r.checkKey(i); err != nil {
			return fmt.Errorf("key %d: %w", i+1, err)
		}
	}
	return nil
}

func (r *Ring) checkKey(i int) error {
	k := &r.keys[i]
	if len(k.ID) != 8 || strings.Trim(k.ID, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return errors.New("id is not 8 small letters and digits")
	}
	if lead := k.IssuesFrom.Sub(k.Created); lead < MinLead && (i > 0 || lead < 0) {
		return fmt.Errorf("issues %v after it was created; wanted is %v or more", lead, MinLead)
	}
	if last := i == len(r.keys)-1; last != k.AcceptedUntil.IsZero() {
		return errors.New("accepted_until has to stand in every key but the last")
	}
	if !k.AcceptedUntil.IsZero() && !k.AcceptedUntil.After(k.IssuesFrom) {
		return errors.New("ends before it issues")
	}
	if i > 0 && !k.IssuesFrom.After(r.keys[i-1].IssuesFrom) {
		return errors.New("does not issue after the one before")
	}
	return r.checkSecrets(i)
}

// checkSecrets refuses what somebody wrote or copied by hand.
func (r *Ring) checkSecrets(i int) error {
	k, none := &r.keys[i], make([]byte, keySize)
	if len(k.hash) != keySize || len(k.encryption) != keySize {
		return fmt.Errorf("hash and encryption have %d and %d bytes, wanted are %d", len(k.hash), len(k.encryption), keySize)
	}
	if hmac.Equal(k.hash, none) || hmac.Equal(k.encryption, none) || hmac.Equal(k.hash, k.encryption) {
		return errors.New("secrets are not random")
	}
	for _, o := range r.keys[:i] {
		if k.ID == o.ID || hmac.Equal(k.hash, o.hash) || hmac.Equal(k.encryption, o.encryption) {
			return fmt.Errorf("is key %s again", o.ID)
		}
	}
	return nil
}
