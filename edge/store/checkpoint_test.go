package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// TestLogIsFoldedBesideTheWriter waits for the file itself to hold what was
// written, while the store stays open and nobody writes any more.
func TestLogIsFoldedBesideTheWriter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	s := storetest.Open(t, store.Config{URL: "sqlite:" + file})
	for range 20 {
		storetest.Append(t, s, storetest.Submission(identity.NewCode(), "a"))
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(20 * time.Second); folded(t, file) != 20; {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("the file holds %d receipts of 20", folded(t, file))
		}
	}
}

// folded counts the receipts in a copy of the file without its log.
func folded(t *testing.T, file string) (n int) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(t.TempDir(), "alone.db")
	if err := os.WriteFile(alone, data, 0o600); err != nil {
		t.Fatal(err)
	}
	// While it is being folded, a copy may be torn: that is not yet.
	db := open(t, "sqlite", alone)
	if err := db.QueryRow("SELECT count(*) FROM receipts").Scan(&n); err != nil {
		return 0
	}
	return n
}
