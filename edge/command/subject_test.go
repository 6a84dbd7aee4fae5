package command_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/store"
)

// TestExportEraseRestore takes a person's data along, erases them, and brings
// an older backup back: the edge erases them again before it answers.
func TestExportEraseRestore(t *testing.T) {
	dir := t.TempDir()
	file, public, keys := filepath.Join(dir, "edge.db"), newPublic(t), filepath.Join(dir, "keys.json")
	url, copied, backup := "sqlite:"+file, filepath.Join(dir, "jane.zip"), filepath.Join(dir, "before.db")
	jane := registerJane(t, url)
	answer(t, url, jane, consent.Granted, "Send me offers.")
	edge(t, "keys", "new", "--keys", keys)
	run := func(want int, args ...string) (said string) {
		t.Helper()
		var out, wrong bytes.Buffer
		p := command.Program{Stdout: &out, Stderr: &wrong, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now}
		if got := command.Run(t.Context(), p, append(args, "--store", url)); got != want {
			t.Errorf("edge %q: exit %d, %s", args, got, wrong.String())
		}
		return out.String() + wrong.String()
	}
	run(0, "export", "Jane", "--public", public, "--to", copied)
	run(2, "export", "Jane", "--public", public, "--to", copied)
	z, err := zip.OpenReader(copied)
	must(t, err)
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 || len(z.File) != 3 {
		t.Errorf("%d files, %v", len(z.File), err)
	}
	must(t, z.Close())
	run(0, "backup", backup)
	if said := run(2, "erase", "nobody", "--keys", keys); !strings.Contains(said, "nobody is known") {
		t.Errorf("erasing nobody: %s", said)
	}
	run(0, "erase", "jane", "--keys", keys)
	run(2, "erase", "jane", "--keys", keys)
	for _, name := range []string{"edge.db", "edge.db-wal"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && (bytes.Contains(data, jane[:]) || bytes.Contains(data, []byte("jane"))) {
			t.Errorf("%s has something of the person", name)
		}
	}
	run(0, "restore", backup, "--force")
	n := start(t, public, url, keys)
	if code := n.end(os.Interrupt); code != 0 {
		t.Errorf("the edge ends with %d", code)
	}
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	_, err = s.Accounts().Find(t.Context(), "jane")
	if records, latest := s.Latest(t.Context(), jane); !errors.Is(err, account.ErrNotFound) || latest != nil || len(records) != 0 {
		t.Errorf("the backup brought the person back: %v, %v, %v", err, records, latest)
	}
	must(t, s.Close())
}
