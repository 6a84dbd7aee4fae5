package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"net/http"
	"time"
)

// Errors of [Forms.Verify] and [Forms.Begin]. None of them is anybody's answer
// to a form.
var (
	// ErrFlooded is more cookies than are parsed: answer 431.
	ErrFlooded = errors.New("form token: too many cookies")
	// ErrForeign is a form that was not shown in this browser, or for another
	// purpose, or a token that is none: answer 403.
	ErrForeign = errors.New("form token: not of this browser and purpose")
	// ErrExpired is a form that was open for too long: show it again.
	ErrExpired = errors.New("form token: expired")
)

const (
	// formCookie is the name of the cookie that tokens are bound to. No other
	// host can set one with this prefix (RFC 6265bis, section 4.1.3).
	formCookie = "__Host-form"
	// formFormat is the first byte that is authenticated.
	formFormat = 1
	// tokenSize is that of expiry, nonce and mac.
	tokenSize = 8 + 16 + sha256.Size
)

// exact reads base64 as an encoder writes it, and no other spelling.
var exact = base64.RawURLEncoding.Strict()

// A Nonce marks one rendered form.
type Nonce [16]byte

// String returns the nonce as 22 letters, digits, hyphens and underscores.
func (n Nonce) String() string { return exact.EncodeToString(n[:]) }

// ParseNonce reads what String returns, and no other spelling.
func ParseNonce(text string) (n Nonce, ok bool) {
	ok = parseExact(n[:], text)
	return n, ok
}

// Forms makes and verifies the tokens of forms. It may be used by several
// goroutines.
type Forms struct{ cfg Config }

// NewForms returns the form tokens of a ring. It fails where a required field
// of the config is missing or wrong.
func NewForms(cfg Config) (*Forms, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Forms{cfg}, nil
}

// A Form is a browser in which forms are shown.
type Form struct {
	forms  *Forms
	cookie [16]byte
}

// LogValue keeps the cookie out of logs.
func (f Form) LogValue() slog.Value { return slog.StringValue("withheld") }

// Begin returns the browser of a request, to which an answer with forms goes,
// and makes the answer one that no cache keeps. A browser that has no usable
// cookie is given one. It fails with [ErrFlooded].
func (f *Forms) Begin(w http.ResponseWriter, r *http.Request) (Form, error) {
	w.Header().Set("Cache-Control", "private, no-store")
	form := Form{forms: f}
	value, state := find(r.Header, formCookie)
	if state == Flooded {
		return Form{}, ErrFlooded
	}
	if state == Known && parseExact(form.cookie[:], value) {
		return form, nil
	}
	_, _ = rand.Read(form.cookie[:])
	cookie := http.Cookie{Name: formCookie, Value: exact.EncodeToString(form.cookie[:]), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	set(w, cookie.String())
	return form, nil
}

// Token returns a new token for a form with a purpose, which is not secret and
// tells one kind of form from another: "preferences", "form contest". It holds
// for [TokenAge].
func (f Form) Token(purpose string) string {
	now := f.forms.cfg.Now()
	ring := f.forms.cfg.Ring()
	token := make([]byte, 8, tokenSize)
	binary.BigEndian.PutUint64(token, uint64(now.Add(TokenAge).Unix()))
	var nonce Nonce
	_, _ = rand.Read(nonce[:])
	token = append(token, nonce[:]...)
	return exact.EncodeToString(append(token, ring.keys[ring.issuer(now)].tokenMAC(f.cookie, token, purpose)...))
}

// Verify says whether a token was made for the browser of a request and for a
// purpose, and returns its nonce, which is to be stored with what the form
// does: whoever sends the form twice sends the nonce twice. The errors are
// [ErrFlooded], [ErrForeign] and [ErrExpired].
func (f *Forms) Verify(r *http.Request, purpose, token string) (Nonce, error) {
	value, state := find(r.Header, formCookie)
	if state == Flooded {
		return Nonce{}, ErrFlooded
	}
	var cookie [16]byte
	if state != Known || !parseExact(cookie[:], value) {
		return Nonce{}, fmt.Errorf("%w: no usable cookie", ErrForeign)
	}
	var t [tokenSize]byte
	if !parseExact(t[:], token) {
		return Nonce{}, fmt.Errorf("%w: is no token", ErrForeign)
	}
	now := f.cfg.Now()
	if !f.cfg.Ring().made(t, cookie, purpose, now) {
		return Nonce{}, ErrForeign
	}
	if err := checkExpiry(time.Unix(int64(binary.BigEndian.Uint64(t[:8])), 0), now); err != nil {
		return Nonce{}, err
	}
	return Nonce(t[8:24]), nil
}

// checkExpiry refuses an expiry that has passed, and one that is further away
// than any can be: the clock went back, and the token may have expired before.
func checkExpiry(expiry, now time.Time) error {
	if !now.Before(expiry) || expiry.After(now.Add(TokenAge+Skew)) {
		return ErrExpired
	}
	return nil
}

// made says whether a key that is accepted made a token.
func (r *Ring) made(token [tokenSize]byte, cookie [16]byte, purpose string, now time.Time) bool {
	for k := range r.accepted(now) {
		if hmac.Equal(k.tokenMAC(cookie, token[:24], purpose), token[24:]) {
			return true
		}
	}
	return false
}

// tokenMAC authenticates expiry and nonce for a cookie and a purpose. All but
// the last have fixed sizes, so no two inputs are the same bytes.
func (k *key) tokenMAC(cookie [16]byte, expiryAndNonce []byte, purpose string) []byte {
	mac := k.form.Get().(hash.Hash)
	defer k.form.Put(mac)
	mac.Reset()
	mac.Write([]byte{formFormat})
	mac.Write(cookie[:])
	mac.Write(expiryAndNonce)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// parseExact fills to from base64 of just as many bytes.
func parseExact(to []byte, text string) bool {
	if len(text) != exact.EncodedLen(len(to)) {
		return false
	}
	n, err := exact.Decode(to, []byte(text))
	return err == nil && n == len(to)
}
