package store_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// TestDiskFull fills the file system of a database: nothing is stored, all is
// read, and with room again all goes on without a restart.
func TestDiskFull(t *testing.T) {
	dir := small(t)
	s := storetest.Open(t, store.Config{URL: "sqlite:" + filepath.Join(dir, "a.db")})
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 16<<20), 0o600); err == nil {
		t.Fatal("16 MiB fit into 4 MiB")
	}
	// What the log had room for is stored, and then nothing.
	stored := identity.NewCode()
	var err error
	taken := 0
	for range 5000 {
		if _, _, err = s.Append(t.Context(), storetest.Submission(stored, "a", "b", "c")); err != nil {
			break
		}
		taken++
	}
	if !errors.Is(err, consent.ErrUnavailable) {
		t.Fatalf("after %d: %v", taken, err)
	}
	lost := storetest.Submission(code, "-a")
	if _, _, err := s.Append(t.Context(), lost); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("on a full disk: %v", err)
	}
	if records, err := s.Latest(t.Context(), code); err != nil || storetest.States(records) != " a" {
		t.Errorf("on a full disk: %v, %v", records, err)
	}
	if past, err := s.History(t.Context(), stored, 0, 10_000); err != nil || len(past) != taken {
		t.Errorf("%d receipts, %d acknowledged, %v", len(past), taken, err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, repeated, err := s.Append(t.Context(), lost); err != nil || repeated {
		t.Errorf("with room again: repeated %v, %v", repeated, err)
	}
	storetest.Agrees(t, s, code)
}

// small mounts 4 MiB of memory.
func small(t *testing.T) string {
	dir := t.TempDir()
	if os.Getuid() != 0 {
		storetest.Missing(t, "only root mounts a small file system; run the test as root")
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", dir).CombinedOutput(); err != nil {
		storetest.Missing(t, "a small file system can't be mounted; run the test where mount is allowed: "+string(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return dir
}
