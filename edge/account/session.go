package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

const (
	// SessionIdle is how long a session lasts without use, SessionAge how
	// long at most.
	SessionIdle = 30 * 24 * time.Hour
	SessionAge  = 180 * 24 * time.Hour

	// sessionCookie is one that no other host can set (RFC 6265bis, section
	// 4.1.3.2).
	sessionCookie = "__Host-session"
	tokenSize     = 32
)

// tokens reads base64 as it is written here, and no other spelling.
var tokens = base64.RawURLEncoding.Strict()

// A Token opens a session. It is 256 random bits.
type Token [tokenSize]byte

// A SessionHash is the SHA-256 of a token: what is stored of it.
type SessionHash [sha256.Size]byte

// NewToken returns a token that there was never before.
func NewToken() (t Token) {
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(t[:])
	return t
}

// Hash returns what is stored of the token. It needs no salt and no costly
// function, since the token is no password but random.
func (t Token) Hash() SessionHash { return sha256.Sum256(t[:]) }

// LogValue keeps the token out of logs.
func (Token) LogValue() slog.Value { return slog.StringValue("withheld") }

// String does not show the token.
func (Token) String() string { return "withheld" }

// ReadToken returns the token of a request; ok is false where it has none. A
// value that is none counts as none, and so do two values of the name that
// differ: a browser sends one.
func ReadToken(r *http.Request) (t Token, ok bool) {
	value, found := "", false
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, v, has := strings.Cut(strings.Trim(pair, " \t"), "=")
			if !has || name != sessionCookie {
				continue
			}
			if found && v != value {
				return Token{}, false
			}
			value, found = v, true
		}
	}
	if len(value) != tokens.EncodedLen(tokenSize) {
		return Token{}, false
	}
	n, err := tokens.Decode(t[:], []byte(value))
	if err != nil || n != tokenSize {
		return Token{}, false
	}
	return t, true
}

// Write has an answer set the cookie, for as long as a session may last.
func (t Token) Write(w http.ResponseWriter) {
	setSession(w, tokens.EncodeToString(t[:]), int(SessionAge/time.Second))
}

// Expire has an answer remove the cookie.
func Expire(w http.ResponseWriter) { setSession(w, "", -1) }

// setSession writes the cookie, into an answer that no cache keeps.
func setSession(w http.ResponseWriter, value string, age int) {
	cookie := http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	w.Header().Add("Set-Cookie", cookie.String())
	w.Header().Set("Cache-Control", "private, no-store")
}
