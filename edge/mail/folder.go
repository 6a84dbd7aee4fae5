package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Folder is a transport for trying things out: each message becomes a file
// of the name TIME-ID.eml, which its owner alone may read.
type Folder struct{ dir string }

// OpenFolder makes the folder where there is none.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail folder: %w", err)
	}
	return &Folder{dir}, nil
}

// Send writes a file; see [Transport]. A message that is sent again replaces
// its file.
func (f *Folder) Send(_ context.Context, m *Message) error {
	letter, err := m.mime()
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(m.ID, "@")
	old, _ := filepath.Glob(filepath.Join(f.dir, "*-"+id+".eml"))
	name := filepath.Join(f.dir, m.At.UTC().Format("20060102T150405.000")+"-"+id+".eml")
	file, err := os.OpenFile(name+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	_, err = letter.WriteTo(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	for _, path := range old {
		_ = os.Remove(path)
	}
	return os.Rename(name+".new", name)
}
