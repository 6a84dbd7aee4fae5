package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// childURL is the variable that makes the test binary the child that is
// killed; its value is the address of the database.
const childURL = "STORE_TEST_CHILD"

const (
	crashes       = 6
	crashWriters  = 16
	acksAtLeast   = 40
	acksAtMost    = 400
	crashPersons  = 24
	personOfCrash = "%d %s\n" // its number, the receipt's ID
)

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		fmt.Fprintln(os.Stderr, write(url))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// write appends for as long as it lives and says what was acknowledged.
func write(url string) error {
	s, err := store.Open(context.Background(), store.Config{URL: url})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range crashWriters {
		go func() {
			for {
				n := rand.IntN(crashPersons)
				sub := storetest.Submission(storetest.Person(n), choices()...)
				r, _, err := s.Append(context.Background(), sub)
				if err == nil {
					_, err = fmt.Printf(personOfCrash, n, r.ID)
				}
				if err != nil {
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

// choices returns some of four, granted or refused.
func choices() []string {
	var some []string
	for i, name := range rand.Perm(4)[:1+rand.IntN(4)] {
		some = append(some, []string{"", "-"}[(i+rand.IntN(2))%2]+"c"+strconv.Itoa(name))
	}
	return some
}

// An acknowledgement is what a child said before it was killed.
type acknowledgement struct {
	code identity.Code
	id   string
}

// killed runs a child and has it ended at a random moment, and returns what it
// was heard to acknowledge.
func killed(t *testing.T, url string, end func(*os.Process) error) []acknowledgement {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childURL+"="+url)
	var said strings.Builder
	child.Stderr = &said
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acks := listen(t, out, acksAtLeast+rand.IntN(acksAtMost), func() {
		if err := end(child.Process); err != nil {
			t.Error(err)
		}
	})
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	if len(acks) < acksAtLeast {
		t.Fatalf("only %d acknowledgements: %s", len(acks), said.String())
	}
	return acks
}

// listen reads acknowledgements to the end, and calls a function after some.
func listen(t *testing.T, out io.Reader, after int, do func()) (acks []acknowledgement) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var n int
		var id string
		// The last line may be cut.
		if _, err := fmt.Sscanf(lines.Text()+"\n", personOfCrash, &n, &id); err == nil && len(strings.SplitN(id, "-", 2)[1]) == 16 {
			acks = append(acks, acknowledgement{storetest.Person(n), id})
		}
		if after--; after == 0 {
			do()
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	return acks
}

// whole holds a store that was opened again against what was acknowledged.
func whole(t *testing.T, s *store.Store, acks []acknowledgement) {
	t.Helper()
	for _, ack := range acks {
		if r, err := s.Receipt(t.Context(), ack.code, ack.id); err != nil || len(r.Answers) == 0 {
			t.Errorf("acknowledged %s: %v", ack.id, err)
		}
	}
	for n := range crashPersons {
		storetest.Agrees(t, s, storetest.Person(n))
	}
}

func TestKilledSQLite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	url := "sqlite:" + file
	var acks []acknowledgement
	for range crashes {
		acks = append(acks, killed(t, url, (*os.Process).Kill)...)
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, s, acks)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		consistent(t, "sqlite", file)
	}
	t.Logf("%d acknowledged over %d kills", len(acks), crashes)
}

func TestKilledPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	url := server.Database()
	var acks []acknowledgement
	for i := range crashes {
		// Now the program is killed, now the server under it.
		end := (*os.Process).Kill
		if i%2 == 1 {
			end = func(*os.Process) error { server.Kill(); return nil }
		}
		acks = append(acks, killed(t, url, end)...)
		if i%2 == 1 {
			server.Start()
		}
		s, err := store.Open(t.Context(), store.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		whole(t, s, acks)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		consistent(t, "pgx", url)
	}
	t.Logf("%d acknowledged over %d kills", len(acks), crashes)
}

// consistent holds the tables against each other: nothing is half.
func consistent(t *testing.T, driver, name string) {
	t.Helper()
	db := open(t, driver, name)
	for what, query := range map[string]string{
		"receipts without records":       "SELECT count(*) FROM receipts WHERE NOT EXISTS (SELECT 1 FROM records WHERE receipt = sequence AND position = 0)",
		"records with one missing":       "SELECT count(*) FROM records a WHERE position > 0 AND NOT EXISTS (SELECT 1 FROM records b WHERE b.receipt = a.receipt AND b.position = a.position - 1)",
		"records without receipt":        "SELECT count(*) FROM records WHERE NOT EXISTS (SELECT 1 FROM receipts WHERE receipt = sequence)",
		"records without words":          "SELECT count(*) FROM records WHERE NOT EXISTS (SELECT 1 FROM texts WHERE hash = words_hash) OR NOT EXISTS (SELECT 1 FROM texts WHERE hash = section_hash)",
		"receipts without nonce":         "SELECT count(*) FROM receipts WHERE sequence NOT IN (SELECT receipt FROM nonces)",
		"nonces without receipt":         "SELECT count(*) FROM nonces n WHERE NOT EXISTS (SELECT 1 FROM receipts r JOIN standing s ON s.code = n.code WHERE n.receipt = r.sequence)",
		"standing other than the record": "SELECT count(*) FROM standing s WHERE NOT EXISTS (SELECT 1 FROM records a WHERE a.receipt = s.receipt AND a.position = s.position AND a.choice = s.choice AND a.state = s.state)",
		"chains that skip":               "SELECT count(*) FROM (SELECT previous, lag(sequence, 1, CAST(0 AS bigint)) OVER (PARTITION BY who ORDER BY sequence) AS before FROM receipts) q WHERE previous <> before",
	} {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d %s, %v", n, what, err)
		}
	}
}

// TestServerComesBack holds that a store outlives its server: what is sent
// meanwhile is refused, what is sent later is stored.
func TestServerComesBack(t *testing.T) {
	server := storetest.Postgres(t, "-c fsync=off")
	s := storetest.Open(t, store.Config{URL: server.Database()})
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	server.Stop()
	if _, _, err := s.Append(t.Context(), storetest.Submission(code, "b")); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("append without a server: %v", err)
	}
	if _, err := s.Latest(t.Context(), code); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("latest without a server: %v", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("ping without a server: %v", err)
	}
	server.Start()
	for range 8 { // as many as there are writers, and more
		storetest.Append(t, s, storetest.Submission(code, "c"))
	}
	if records, err := s.Latest(t.Context(), code); err != nil || storetest.States(records) != " a c" {
		t.Errorf("%v, %v", records, err)
	}
	server.Stop()
	server.Start()
	for range 8 { // over connections that have died while nobody used them
		storetest.Append(t, s, storetest.Submission(code, "d"))
	}
}

// TestOldPrimaryIsRefused loses the primary that took over, while the one from
// before answers as if nothing had been: nothing is stored there.
func TestOldPrimaryIsRefused(t *testing.T) {
	old, primary := storetest.Postgres(t, "-c fsync=off"), storetest.Postgres(t, "-c fsync=off")
	old.Database()
	primary.Database()
	primary.Promote()
	before := storetest.Open(t, store.Config{URL: old.URL("db1")}) // makes its schema
	s := storetest.Open(t, store.Config{URL: primary.URL("db1", old)})
	code := identity.NewCode()
	storetest.Append(t, s, storetest.Submission(code, "a"))
	primary.Stop()
	for range 8 {
		if _, _, err := s.Append(t.Context(), storetest.Submission(code, "b")); !errors.Is(err, consent.ErrUnavailable) {
			t.Fatalf("the old primary takes a submission: %v", err)
		}
		if _, err := s.Latest(t.Context(), code); !errors.Is(err, consent.ErrUnavailable) {
			t.Fatalf("the old primary is read: %v", err)
		}
	}
	if records, err := before.Latest(t.Context(), code); err != nil || len(records) > 0 {
		t.Errorf("the old primary holds %v, %v", records, err)
	}
	primary.Start()
	storetest.Append(t, s, storetest.Submission(code, "c"))
	if records, err := s.Latest(t.Context(), code); err != nil || storetest.States(records) != " a c" {
		t.Errorf("%v, %v", records, err)
	}
}

// TestWarningAtCommit holds that a commit which the server warns of, as of one
// that did not wait for its standby, is acknowledged to nobody.
func TestWarningAtCommit(t *testing.T) {
	url := storetest.Postgres(t, "-c fsync=off").Database()
	s := storetest.Open(t, store.Config{URL: url})
	db := open(t, "pgx", url)
	for _, statement := range []string{
		"CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'canceling wait'; RETURN NULL; END $$",
		"CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON receipts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	sub := storetest.Submission(identity.NewCode(), "a")
	if _, _, err := s.Append(t.Context(), sub); !errors.Is(err, consent.ErrUnavailable) {
		t.Errorf("with a warning: %v", err)
	}
	if _, err := db.Exec("DROP TRIGGER warns ON receipts"); err != nil {
		t.Fatal(err)
	}
	if _, repeated, err := s.Append(t.Context(), sub); err != nil || !repeated {
		t.Errorf("the same again: repeated %v, %v", repeated, err)
	}
	if err := s.Backup(t.Context(), t.TempDir()+"/copy"); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("backup: %v", err)
	}
}
