package store

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// An id is a receipt's: where it is found, and what proves that the one who
// names it was told of it. Its text is the sequence, a hyphen, and the secret
// in 16 hexadecimal digits, at most 36 letters.
type id struct {
	sequence int64
	secret   uint64
}

func newSecret() uint64 {
	var b [8]byte
	// It never fails: the program ends where there is no randomness.
	_, _ = rand.Read(b[:])
	return binary.BigEndian.Uint64(b[:])
}

func (i id) String() string { return fmt.Sprintf("%d-%016x", i.sequence, i.secret) }

// parseID reads what String writes and nothing else.
func parseID(text string) (id, bool) {
	number, secret, _ := strings.Cut(text, "-")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if err != nil || len(secret) != 16 {
		return id{}, false
	}
	b, err := hex.DecodeString(secret)
	if err != nil {
		return id{}, false
	}
	read := id{sequence, binary.BigEndian.Uint64(b)}
	return read, sequence > 0 && read.String() == text
}
