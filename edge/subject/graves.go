package subject

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// Graves are the tombstones of a file, one a line in small hexadecimal digits,
// in whatever order they came. They may be used by several goroutines.
type Graves struct {
	path string
	mu   sync.Mutex
	all  map[Tombstone]bool
}

// OpenGraves reads a file; none yet is one without tombstones. It fails with
// the line that is no tombstone: a file that was damaged must not let anybody
// back.
func OpenGraves(path string) (*Graves, error) {
	g := &Graves{path: path, all: map[Tombstone]bool{}}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return g, nil
	}
	if err != nil {
		return nil, fmt.Errorf("tombstones: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		var t Tombstone
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		if size, err := hex.Decode(t[:], []byte(text[:min(len(text), 2*len(t))])); err != nil || size != len(t) || len(text) != 2*size {
			return nil, fmt.Errorf("tombstones %s:%d: is not 64 hexadecimal digits; bring the file back from another node or a backup", path, n)
		}
		g.all[t] = true
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("tombstones %s: %w", path, err)
	}
	return g, nil
}

// Writable says whether tombstones can be added: nobody is erased before.
func (g *Graves) Writable() error {
	file, err := os.OpenFile(g.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return fmt.Errorf("tombstones, without which a restored backup brings erased people back: %w", err)
	}
	return nil
}

// List returns all.
func (g *Graves) List() []Tombstone {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := make([]Tombstone, 0, len(g.all))
	for t := range g.all {
		list = append(list, t)
	}
	return list
}

// Add appends those that are missing; they are durable on return.
func (g *Graves) Add(list []Tombstone) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	var text strings.Builder
	var added []Tombstone
	for _, t := range list {
		if !g.all[t] {
			text.WriteString(t.String() + "\n")
			added = append(added, t)
		}
	}
	if len(added) == 0 {
		return nil
	}
	file, err := os.OpenFile(g.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("tombstones: %w", err)
	}
	_, err = file.WriteString(text.String())
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("tombstones: %w", err)
	}
	for _, t := range added {
		g.all[t] = true
	}
	return nil
}
