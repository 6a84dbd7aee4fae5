package contest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"log/slog"
	"strings"
)

// A Ticket is what one person is told at entering, 128 random bits. Whoever
// shows it shows that the entry is theirs.
type Ticket [16]byte

// ticketText is base32 with the alphabet of Crockford, in which no two digits
// look alike: no I, L, O or U.
var ticketText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewTicket returns a ticket that nobody has.
func NewTicket() Ticket {
	var t Ticket
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(t[:])
	return t
}

// ParseTicket reads a ticket as a person types it: small letters, spaces and
// hyphens do not matter. The error does not repeat the text.
func ParseTicket(text string) (Ticket, error) {
	const length = 26
	if len(text) > 4*length {
		return Ticket{}, errors.New("ticket: is not 26 letters and digits")
	}
	text = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(text))
	if len(text) != length {
		return Ticket{}, errors.New("ticket: is not 26 letters and digits")
	}
	b, err := ticketText.DecodeString(text)
	if err != nil {
		return Ticket{}, errors.New("ticket: has a letter that no ticket has")
	}
	t := Ticket(b)
	// The text has two bits more than the ticket.
	if t.String() != text {
		return Ticket{}, errors.New("ticket: ends as no ticket does")
	}
	return t, nil
}

// String returns the ticket as 26 capital letters and digits. It is for the
// person who entered, not for logs.
func (t Ticket) String() string { return ticketText.EncodeToString(t[:]) }

// LogValue keeps the ticket out of logs.
func (t Ticket) LogValue() slog.Value { return slog.StringValue("withheld") }

// Entry returns what stands for the ticket in the list of a form's contest.
func (t Ticket) Entry(form string) Entry {
	mac := hmac.New(sha256.New, t[:])
	mac.Write([]byte("indigex contest entry 1\n" + form + "\n"))
	return Entry(mac.Sum(nil))
}

// An Entry is one person's place in the list. It names nobody.
type Entry [32]byte

// String returns the entry as 64 hexadecimal digits.
func (e Entry) String() string { return hex.EncodeToString(e[:]) }

// A Hash is a SHA-256 hash.
type Hash [32]byte

// String returns the hash as 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }
