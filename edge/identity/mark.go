package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

// Marks returns keyed hashes of a text for a purpose, one for each key that is
// accepted at a time; the first is that of the key that issues, and the one to
// store. A mark says whether the same text came before, and without the key
// ring leads to no text. A purpose has no line feed.
func (r *Ring) Marks(now time.Time, purpose, text string) [][16]byte {
	var marks [][16]byte
	for k := range r.accepted(now) {
		mac := hmac.New(sha256.New, k.hash)
		mac.Write([]byte("indigex mark " + purpose + "\n" + text))
		marks = append(marks, [16]byte(mac.Sum(nil)[:16]))
	}
	return marks
}
