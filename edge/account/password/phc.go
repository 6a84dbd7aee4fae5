package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// ErrHash says that a stored hash is none, or would cost more than a hash may.
var ErrHash = errors.New("stored password hash is unusable")

// parameters are those of Argon2id.
type parameters struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

var present = parameters{memory: 46 << 10, passes: 1, lanes: 1}

const (
	saltSize, sumSize = 16, 32
	// maxMemory, maxPasses and maxLanes bound what a stored hash may ask for:
	// whoever can write to the database shall not bring the program down.
	maxMemory, maxPasses, maxLanes = 128 << 10, 8, 4
)

// A hash is one that is stored.
type hash struct {
	parameters
	salt, sum []byte
}

var encoding = base64.RawStdEncoding.Strict()

// String returns the hash in the PHC string format.
func (h *hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes, encoding.EncodeToString(h.salt), encoding.EncodeToString(h.sum))
}

// parse reads what String writes, and nothing else. The error says nothing of
// what was stored.
func parse(stored string) (hash, error) {
	var h hash
	parts := strings.Split(stored, "$")
	if len(stored) > 512 || len(parts) != 6 {
		return h, fmt.Errorf("%w: it is no PHC string", ErrHash)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return h, fmt.Errorf("%w: its parameters are none", ErrHash)
	}
	var err error
	if h.salt, err = encoding.DecodeString(parts[4]); err == nil {
		h.sum, err = encoding.DecodeString(parts[5])
	}
	if err != nil || h.String() != stored {
		return h, fmt.Errorf("%w: it is no PHC string of Argon2id", ErrHash)
	}
	if h.memory < 8 || h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.lanes < 1 || h.lanes > maxLanes ||
		len(h.salt) < 8 || len(h.salt) > 64 || len(h.sum) < 16 || len(h.sum) > 64 {
		return h, fmt.Errorf("%w: its parameters are out of bounds", ErrHash)
	}
	return h, nil
}
