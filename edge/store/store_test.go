package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Conform(t, storetest.SQLite(t))
}

func TestPostgres(t *testing.T) {
	url := storetest.Postgres(t, "-c fsync=off").Database()
	one := storetest.Open(t, store.Config{URL: url})
	t.Run("one node", func(t *testing.T) { storetest.Conform(t, one) })
	other := storetest.Open(t, store.Config{URL: url, CheckOnly: true})
	t.Run("two nodes", func(t *testing.T) { storetest.Conform(t, &nodes{all: [2]*store.Store{one, other}}) })
}

// nodes is two over one database: submissions go to one of them and then to
// the other, and what is asked next is read from there.
type nodes struct {
	all  [2]*store.Store
	turn atomic.Int64
}

func (n *nodes) node() *store.Store { return n.all[n.turn.Load()%2] }

func (n *nodes) Append(ctx context.Context, s consent.Submission) (consent.Receipt, bool, error) {
	return n.all[n.turn.Add(1)%2].Append(ctx, s)
}

func (n *nodes) Latest(ctx context.Context, code identity.Code) ([]consent.Record, error) {
	return n.node().Latest(ctx, code)
}

func (n *nodes) History(ctx context.Context, code identity.Code, before int64, limit int) ([]consent.Receipt, error) {
	return n.node().History(ctx, code, before, limit)
}

func (n *nodes) Receipt(ctx context.Context, code identity.Code, id string) (consent.Receipt, error) {
	return n.node().Receipt(ctx, code, id)
}

func (n *nodes) Submitted(ctx context.Context, code identity.Code, nonce [16]byte) (consent.Receipt, error) {
	return n.node().Submitted(ctx, code, nonce)
}

func (n *nodes) Text(ctx context.Context, hash string) (string, error) {
	return n.node().Text(ctx, hash)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte(strings.Repeat("no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"":                             "neither sqlite: nor postgres://",
		"mysql://x":                    "neither sqlite: nor postgres://",
		"sqlite:":                      "names no file",
		"sqlite:" + dir + "/none/a.db": "no such file or directory",
		"sqlite:" + dir + "/text":      "not a database",
		"postgres://u:secret@127.0.0.1:1/db?connect_timeout=1": "connection refused",
	} {
		_, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	s := storetest.SQLite(t)
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	file := filepath.Join(dir, "copy.db")
	for range 2 { // the second one takes the place of the first
		if err := s.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if left, err := filepath.Glob(dir + "/.backup*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if err := store.Verify(t.Context(), file); err != nil {
		t.Error(err)
	}
	if beside, err := filepath.Glob(file + "-*"); err != nil || len(beside) > 0 {
		t.Errorf("beside the copy: %v, %v", beside, err)
	}
	again := storetest.Open(t, store.Config{URL: "sqlite:" + file})
	storetest.Agrees(t, again, code)
	if records, err := again.Latest(t.Context(), code); err != nil || storetest.States(records) != " a" {
		t.Errorf("%v, %v", records, err)
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "none", "copy.db")); err == nil {
		t.Error("there is no such folder")
	}
}

func TestVerifyRefuses(t *testing.T) {
	dir := t.TempDir()
	s := storetest.SQLite(t)
	for range 200 {
		storetest.Append(t, s, storetest.Submission(identity.NewCode(), "a", "b", "c"))
	}
	file := filepath.Join(dir, "copy.db")
	if err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[len(b)/2 : len(b)/2+8192])
	for name, content := range map[string][]byte{"spoilt": b, "empty": nil, "text": []byte(strings.Repeat("no database. ", 100))} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := store.Verify(t.Context(), file); err == nil {
			t.Errorf("%s: nothing is wrong", name)
		}
	}
	if err := store.Verify(t.Context(), filepath.Join(dir, "none")); err == nil {
		t.Error("there is no such file")
	}
}

func TestClosed(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Ping(t.Context()), s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Append(t.Context(), storetest.Submission(identity.NewCode(), "a")); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Latest(t.Context(), identity.NewCode()); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("latest: %v", err)
	}
}

func TestNoncesArePurged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	var later atomic.Int64
	s := storetest.Open(t, store.Config{URL: "sqlite:" + file, Now: func() time.Time { return storetest.At.Add(time.Duration(later.Load())) }})
	for range 300 {
		storetest.Append(t, s, storetest.Submission(identity.NewCode(), "a"))
	}
	later.Add(int64(identity.TokenAge))
	storetest.Append(t, s, storetest.Submission(identity.NewCode(), "a"))
	if n := count(t, file, "nonces"); n != 301 {
		t.Errorf("%d nonces after a day", n)
	}
	later.Add(int64(3 * time.Hour))
	for range 3 {
		storetest.Append(t, s, storetest.Submission(identity.NewCode(), "a"))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, file, "nonces"); n != 4 {
		t.Errorf("%d nonces after a day and three hours", n)
	}
}
