package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"log/slog"
)

// A Code is a personal identification code: 128 random bits. The zero Code is
// nobody's.
type Code [16]byte

// codeLength is the length of a code's text.
const codeLength = 26

// codeText is base32 with the alphabet of Crockford, in which no two digits
// look alike: no I, L, O or U.
var codeText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewCode returns a code that nobody has.
func NewCode() Code {
	var c Code
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(c[:])
	return c
}

// ParseCode reads what [Code.String] writes, strictly: 26 capital letters and
// digits. The error does not repeat the text, which may be somebody's code.
func ParseCode(text string) (Code, error) {
	var c Code
	if err := c.UnmarshalText([]byte(text)); err != nil {
		return Code{}, err
	}
	return c, nil
}

// String returns the code as 26 capital letters and digits. It is for pages of
// its owner and for operators, not for logs.
func (c Code) String() string { return codeText.EncodeToString(c[:]) }

// Equal compares two codes in a time that does not depend on them.
func (c Code) Equal(o Code) bool { return subtle.ConstantTimeCompare(c[:], o[:]) == 1 }

// IsZero says whether the code is nobody's.
func (c Code) IsZero() bool { return c == Code{} }

// AppendText appends what [Code.String] returns.
func (c Code) AppendText(b []byte) ([]byte, error) { return codeText.AppendEncode(b, c[:]), nil }

// MarshalText returns what [Code.String] does.
func (c Code) MarshalText() ([]byte, error) { return c.AppendText(nil) }

// UnmarshalText reads what MarshalText writes and nothing else.
func (c *Code) UnmarshalText(text []byte) error {
	var read [codeLength]byte
	if len(text) != codeLength {
		return errors.New("code: is not 26 letters and digits")
	}
	if n, err := codeText.Decode(read[:len(c)], text); err != nil || n != len(c) {
		return errors.New("code: has a letter that no code has")
	}
	// The text has two bits more than the code.
	var again [codeLength]byte
	codeText.Encode(again[:], read[:len(c)])
	if subtle.ConstantTimeCompare(again[:], text) != 1 {
		return errors.New("code: ends as no code does")
	}
	copy(c[:], read[:])
	return nil
}

// LogValue keeps the code out of logs.
func (c Code) LogValue() slog.Value { return slog.StringValue("withheld") }
