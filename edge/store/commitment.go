package store

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"indigex.com/indigex/edge/identity"
)

// newKey returns a person's key.
func newKey() []byte {
	key := make([]byte, sha256.Size)
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(key)
	return key
}

// commitment is what a receipt has in place of a person's code (HMAC-SHA256,
// RFC 2104). With the key, it shows whose the receipt is; when the key is
// destroyed, nobody can tell, not even who knows the code.
func commitment(key []byte, code identity.Code) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(code[:])
	return mac.Sum(nil)
}
