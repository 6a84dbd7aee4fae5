package build

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"indigex.com/indigex/build/content"
)

// A pageCache keeps compiled pages in one file, under the hash of their
// source. The file is a sequence of records: hash (32 bytes), length and
// CRC-32 (IEEE) of the data (4 bytes each, big-endian), data in CBOR. What
// follows a damaged record is not used, and the file is then written anew.
// A nil cache keeps nothing.
type pageCache struct {
	name    string
	known   map[hash][]byte
	damaged bool

	mu   sync.Mutex
	used map[hash]bool
	temp *os.File // records of pages that were not known
	w    *bufio.Writer
	made int
	err  error
}

const recordHeader = sha256.Size + 8

// openPageCache reads the cache of a content folder. A cache that can't be
// read or written is as good as none: the build goes on without.
func openPageCache(cfg Config) *pageCache {
	dir := cacheDir(cfg)
	if dir == "" || os.MkdirAll(dir, 0o755) != nil {
		return nil
	}
	prune(cfg.Cache, dir)
	c := &pageCache{name: filepath.Join(dir, "pages"), known: map[hash][]byte{}, used: map[hash]bool{}}
	data, err := os.ReadFile(c.name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c.index(data)
	if c.temp, err = os.CreateTemp(dir, "pages.*.tmp"); err != nil {
		return nil
	}
	c.w = bufio.NewWriterSize(c.temp, 1<<20)
	return c
}

// encode gives CBOR with times as text in full: the short form has no parts
// of seconds, and comes back in the local time zone.
func encode(v any) ([]byte, error) {
	mode, err := cbor.EncOptions{Time: cbor.TimeRFC3339Nano}.EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

func decode(data []byte, v any) error { return cbor.Unmarshal(data, v) }

// cacheDir is the folder for one content folder and one program: another
// program may compile differently.
func cacheDir(cfg Config) string {
	abs, err := filepath.Abs(cfg.Content)
	if cfg.Cache == "" || err != nil {
		return ""
	}
	program := programHash()
	sum := sha256.Sum256(append(program[:], abs...))
	return filepath.Join(cfg.Cache, hex.EncodeToString(sum[:10]))
}

// cacheAge is how long the cache of another folder or program is kept after
// its last use.
const cacheAge = 30 * 24 * time.Hour

// prune marks a folder of the cache as used and removes those that were not
// for long, and what killed builds left. Trouble here is no trouble.
func prune(cache, used string) {
	now := time.Now()
	os.Chtimes(used, now, now)
	entries, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.IsDir() && len(entry.Name()) == 20 && now.Sub(info.ModTime()) > cacheAge {
			os.RemoveAll(filepath.Join(cache, entry.Name()))
		}
	}
	left, _ := filepath.Glob(filepath.Join(used, "pages.*.tmp"))
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && now.Sub(info.ModTime()) > time.Hour {
			os.Remove(name)
		}
	}
}

// programHash is the hash of the running program.
var programHash = sync.OnceValue(func() hash {
	h := sha256.New()
	if name, err := os.Executable(); err == nil {
		if f, err := os.Open(name); err == nil {
			defer f.Close()
			io.Copy(h, f)
		}
	}
	return hash(h.Sum(nil))
})

func (c *pageCache) index(data []byte) {
	for len(data) > 0 {
		if len(data) < recordHeader {
			c.damaged = true
			return
		}
		size, sum := binary.BigEndian.Uint32(data[sha256.Size:]), binary.BigEndian.Uint32(data[sha256.Size+4:])
		rest := data[recordHeader:]
		if uint64(size) > uint64(len(rest)) || crc32.ChecksumIEEE(rest[:size]) != sum {
			c.damaged = true
			return
		}
		c.known[hash(data)] = rest[:size]
		data = rest[size:]
	}
}

// page returns the compiled page of a source, from the cache or by compiling.
func (c *pageCache) page(sum hash, compile func() *content.Page) *content.Page {
	if c == nil {
		return compile()
	}
	if data, ok := c.known[sum]; ok {
		p := new(content.Page)
		if decode(data, p) == nil {
			c.mu.Lock()
			c.used[sum] = true
			c.mu.Unlock()
			return p
		}
	}
	p := compile()
	if data, err := encode(p); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.used[sum] {
			c.used[sum] = true
			c.made++
			c.record(c.w, sum, data)
		}
	}
	return p
}

func (c *pageCache) record(w io.Writer, sum hash, data []byte) {
	head := append(make([]byte, 0, recordHeader), sum[:]...)
	head = binary.BigEndian.AppendUint32(head, uint32(len(data)))
	head = binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(data))
	for _, part := range [][]byte{head, data} {
		if _, err := w.Write(part); err != nil && c.err == nil {
			c.err = err
		}
	}
}

// save writes what is new: behind the old file where most of that is still
// used, else into a new one. Trouble with the cache is no trouble for the
// build: the file then stays as it was.
func (c *pageCache) save() error {
	if c == nil || c.made == 0 && !c.damaged {
		return nil
	}
	reused := len(c.used) - c.made
	if !c.damaged && reused > 0 && reused*2 >= len(c.known) {
		return c.extend()
	}
	for sum, data := range c.known {
		if c.used[sum] {
			c.record(c.w, sum, data)
		}
	}
	if err := c.w.Flush(); err != nil || c.err != nil {
		return nil
	}
	os.Rename(c.temp.Name(), c.name)
	return nil
}

// extend appends the new records in one write.
func (c *pageCache) extend() error {
	if err := c.w.Flush(); err != nil || c.err != nil {
		return nil
	}
	if _, err := c.temp.Seek(0, io.SeekStart); err != nil {
		return nil
	}
	var records bytes.Buffer
	if _, err := records.ReadFrom(c.temp); err != nil {
		return nil
	}
	f, err := os.OpenFile(c.name, os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil
	}
	defer f.Close()
	f.Write(records.Bytes())
	return nil
}

// close removes the temporary file and lets go of the records.
func (c *pageCache) close() {
	if c == nil {
		return
	}
	c.temp.Close()
	os.Remove(c.temp.Name())
	c.known = nil
}
