package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// A Cache keeps variants on disk, under the hash of the picture and what was
// made of it. Several builds may share one. An entry holds the SHA-256 of the
// result before the result; one that doesn't match is made again.
type Cache struct {
	// Dir is made when the first entry is; "" keeps nothing.
	Dir string
}

// format is part of each entry's name; it changes when Encode does.
const format = "1"

// Encode is as the function of that name, from the cache where it can be. A
// cache that can't be written costs time and nothing else.
func (c Cache) Encode(src []byte, width int) ([]byte, error) {
	if c.Dir == "" {
		return Encode(src, width)
	}
	sum := sha256.Sum256(src)
	name := fmt.Sprintf("%s-%d-%s", hex.EncodeToString(sum[:16]), width, format)
	file := filepath.Join(c.Dir, name[:2], name)
	if result, ok := load(file); ok {
		return result, nil
	}
	result, err := Encode(src, width)
	if err != nil {
		return nil, err
	}
	_ = store(file, result) // next time it is made again
	return result, nil
}

func load(file string) ([]byte, bool) {
	entry, err := os.ReadFile(file)
	if err != nil || len(entry) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(entry[sha256.Size:])
	return entry[sha256.Size:], bytes.Equal(sum[:], entry[:sha256.Size])
}

// store writes an entry under another name first, so that nobody reads half.
func store(file string, result []byte) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed
	sum := sha256.Sum256(result)
	_, err = temp.Write(append(sum[:], result...))
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), file)
}
