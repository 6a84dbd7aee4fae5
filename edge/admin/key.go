package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strings"
)

// A Key opens the API. It holds the hash of the secret, not the secret; the
// zero Key opens nothing.
type Key struct {
	sum [sha256.Size]byte
	set bool
}

// A key has so many characters, which is 128 bits where they are base64 or
// more hexadecimal digits.
const minKey, maxKey = 22, 512

// LoadKey reads a key from a file that its owner alone may read: 22 to 512
// printable characters of ASCII without a space, white space around them not
// counted.
func LoadKey(path string) (Key, error) {
	data, err := readOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, fmt.Errorf("admin key %s: %w; make one with: (umask 077; openssl rand -base64 32 >%s)", path, fs.ErrNotExist, path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("admin key %s: %w", path, err)
	}
	text := strings.TrimSpace(string(data))
	if len(text) < minKey || len(text) > maxKey {
		return Key{}, fmt.Errorf("admin key %s: has %d characters and must have %d to %d", path, len(text), minKey, maxKey)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Key{}, fmt.Errorf("admin key %s: has a character that is no printable one of ASCII", path)
	}
	return newKey(text), nil
}

func newKey(text string) Key { return Key{sha256.Sum256([]byte(text)), true} }

// readOwn reads the beginning of a file that is its owner's alone.
func readOwn(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// Of the open file, which nobody can exchange in between.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	// Windows has no such bits and reports them all.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("mode %04o opens it to others than its owner; close it with: chmod 600 %s", mode, path)
	}
	return io.ReadAll(io.LimitReader(f, 4<<10))
}

// opens compares hashes of one length, so that the time tells nothing of the
// key, its length included.
func (k Key) opens(given string) bool {
	sum := sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(sum[:], k.sum[:]) == 1 && k.set
}

// LogValue keeps the key out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue("secret") }
