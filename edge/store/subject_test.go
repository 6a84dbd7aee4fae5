package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/account/passkey"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
)

// TestColumns holds what is said of each column against the schema: one that
// nobody thought about fails, and so does one that is gone.
func TestColumns(t *testing.T) {
	var said []string
	for _, c := range subject.Columns() {
		if c.Purpose == "" || c.Keep == "" || c.Effect == "" || c.Kind == "" && c.Effect != subject.Kept {
			t.Errorf("%s.%s: too little is said of it", c.Table, c.Name)
		}
		said = append(said, c.Table+"."+c.Name)
	}
	slices.Sort(said)
	file := filepath.Join(t.TempDir(), "a.db")
	storetest.Open(t, store.Config{URL: "sqlite:" + file})
	url := storetest.Postgres(t, "-c fsync=off").Database()
	storetest.Open(t, store.Config{URL: url})
	for _, schema := range []struct{ driver, name, query string }{
		{"sqlite", file, "SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'sqlite_%'"},
		{"pgx", url, "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'"},
	} {
		if got := column(t, open(t, schema.driver, schema.name), schema.query); !slices.Equal(got, said) {
			t.Errorf("%s: the schema has %q, said is %q", schema.driver, without(got, said), without(said, got))
		}
	}
}

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

func column(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// A life is a person of whom there is something in every table.
type life struct {
	id     account.ID
	codes  []identity.Code
	traces []string // what would lead to them
}

// newLife has a person do everything.
func newLife(t *testing.T, s *store.Store, name string) *life {
	t.Helper()
	l := &life{codes: []identity.Code{identity.NewCode(), identity.NewCode()}}
	copy(l.id[:], identity.NewCode().String())
	at, address := storetest.At, name+"@lanterns.example"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	session := func(n byte) account.NewSession {
		return account.NewSession{ID: storetest.Nonce(), Hash: account.NewToken().Hash(), Device: "Firefox of " + name, Mark: account.Mark(storetest.Nonce())}
	}
	letter := mail.NewLetter(mail.ConfirmAddress, address, l.id, at)
	letter.Values = map[string]string{"user_id": name}
	_, _, err := s.Accounts().Register(t.Context(), account.Registration{
		ID: l.id, UserID: name, PasswordHash: "$argon2id$" + name, Profile: l.codes[0], At: at, Session: session(1), Letters: []mail.Letter{letter},
		Details: map[account.Field]string{account.Email: address, account.Name: "Name of " + name, account.Phone: "555 " + name, account.PostalAddress: "Lane of " + name},
	})
	must(err)
	for _, code := range l.codes {
		sub := storetest.Submission(code, "a")
		sub.Reason = "as " + name + " asked"
		storetest.Append(t, s, sub)
	}
	_, err = s.Accounts().SignIn(t.Context(), account.SignIn{
		Account: l.id, PasswordHash: "$argon2id$" + name, Joined: l.codes[1], Session: session(2), At: at,
		Differences: []account.Difference{{Choice: "a", Browser: "refused", Profile: "granted"}},
	})
	must(err)
	must(s.Mail().AddLink(t.Context(), mail.Link{Hash: mail.NewToken().Hash(), Letter: letter.ID, Kind: letter.Kind, Account: l.id, Address: address, Code: l.codes[0], Expires: at.Add(time.Hour)}))
	told := mail.NewLetter(mail.PasswordChanged, address, l.id, at)
	must(s.Accounts().Write(t.Context(), []mail.Letter{told}))
	must(s.Mail().Sent(t.Context(), mail.Waiting{Letter: told}, mail.Note{Kind: mail.PasswordChanged, At: at}))
	reset := mail.NewLetter(mail.ResetPassword, mail.Later, [16]byte{}, at)
	reset.Values = map[string]string{"user_id": name}
	must(s.Accounts().Write(t.Context(), []mail.Letter{reset}))
	_, _, err = s.Disclosures().Disclose(t.Context(), disclosure.Disclosure{At: at, Code: l.codes[0], Key: "house", Reference: "for " + name, Processor: "house", Purpose: "mail", Categories: []string{"name"}})
	must(err)
	must(s.Accounts().AddPasskey(t.Context(), l.id, account.Passkey{
		ID: storetest.Nonce(), Name: "Phone of " + name, Key: passkey.Key{Credential: []byte("credential of " + name), Public: []byte("public key of " + name)}, Created: at,
	}, account.Act{At: at, By: account.ByPerson}))
	const words = "form: survey\n"
	reference := "CASE-" + name
	_, err = s.Forms().Send(t.Context(), form.Sending{
		Submission: form.Submission{
			ID: storetest.Nonce(), Form: "survey", Code: l.codes[1], Account: l.id, Person: l.id, At: at, State: form.Taken, Words: policy.HashText(words),
			Answers: form.Answers{"email": {address}}, Apart: form.Answers{"better": {"opinion of " + name}}, Reference: reference,
		},
		Text: words,
		Case: &form.Case{Reference: reference, Form: "survey", Opened: at, Due: at, Code: l.codes[1], Account: l.id, Address: address, Entries: []form.Entry{{At: at, By: form.ByPerson, Text: "what " + name + " says"}}},
	})
	must(err)
	_, err = s.Accounts().Edit(t.Context(), l.id, []account.Edit{{Field: account.Name, Value: "New name of " + name, Revision: 1}}, account.Act{At: at, By: account.ByOperator, Reason: "letter from " + name})
	must(err)
	l.traces = []string{name, string(l.id[:]), string(l.codes[0][:]), string(l.codes[1][:])}
	return l
}

// TestEraseLeavesNothing erases one of two persons and looks for every byte of
// theirs, in rows on both engines and in the files of SQLite. A backup of before
// that comes back is erased again, by the tombstones of a file.
func TestEraseLeavesNothing(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.db")
		s := storetest.Open(t, store.Config{URL: "sqlite:" + file, Now: func() time.Time { return storetest.At }})
		gone, stays := erased(t, s, open(t, "sqlite", file), filepath.Join(dir, "before.db"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a.db", "a.db-wal"} {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			for _, trace := range gone.traces {
				if i := bytes.Index(data, []byte(trace)); i >= 0 {
					t.Errorf("%s has %q at %d of %d", name, trace, i, len(data))
				}
			}
		}
		restored(t, filepath.Join(dir, "before.db"), gone, stays)
	})
	t.Run("postgres", func(t *testing.T) {
		url := storetest.Postgres(t, "-c fsync=off").Database()
		erased(t, storetest.Open(t, store.Config{URL: url, Now: func() time.Time { return storetest.At }}), open(t, "pgx", url), "")
	})
}

func erased(t *testing.T, s *store.Store, db *sql.DB, backup string) (gone, stays *life) {
	t.Helper()
	gone, stays = newLife(t, s, "zerlina"), newLife(t, s, "yolanda")
	for _, table := range tablesOf(subject.Deleted) {
		if rows(t, db, table) == 0 && table != "told" {
			t.Errorf("the test puts nothing into %s", table)
		}
	}
	if backup != "" {
		if err := s.Backup(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
	}
	before, receipts := dump(t, db), rows(t, db, "receipts")
	for _, trace := range gone.traces {
		if !strings.Contains(before, hexOf(trace)) {
			t.Errorf("the test leaves no trace %q to be erased", trace)
		}
	}
	p, err := s.Subjects().Person(t.Context(), gone.id)
	if err != nil || len(p.Codes) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if err := s.Subjects().Erase(t.Context(), p, storetest.At, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Subjects().Scrub(t.Context()); err != nil {
		t.Error(err)
	}
	after := dump(t, db)
	for i, trace := range gone.traces {
		if strings.Contains(after, hexOf(trace)) {
			t.Errorf("after erasing there is %q", trace)
		}
		if !strings.Contains(after, hexOf(stays.traces[i])) {
			t.Errorf("erasing one took %q of another", stays.traces[i])
		}
	}
	if n := rows(t, db, "receipts"); n != receipts {
		t.Errorf("%d receipts of %d stay", n, receipts)
	}
	return gone, stays
}

// restored opens a backup of before the erasure with the tombstones of after it.
func restored(t *testing.T, file string, gone, stays *life) {
	t.Helper()
	s := storetest.Open(t, store.Config{URL: "sqlite:" + file, Now: func() time.Time { return storetest.At }})
	graves, err := subject.OpenGraves(filepath.Join(t.TempDir(), "keys.json.erased"))
	if err != nil {
		t.Fatal(err)
	}
	p := subject.Person{Account: account.Account{ID: gone.id}, Codes: gone.codes}
	if err := graves.Add(p.Tombs()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{4, 0} {
		n, err := s.Subjects().Bury(context.Background(), graves.List(), storetest.At)
		if n != want || err != nil {
			t.Errorf("%d erased again, want %d, %v", n, want, err)
		}
	}
	text := dump(t, open(t, "sqlite", file))
	for i, trace := range gone.traces {
		if strings.Contains(text, hexOf(trace)) || !strings.Contains(text, hexOf(stays.traces[i])) {
			t.Errorf("a restored backup brings %q back, or lacks the other", trace)
		}
	}
}

func tablesOf(effect subject.Effect) (list []string) {
	for _, c := range subject.Columns() {
		if c.Effect == effect && !slices.Contains(list, c.Table) {
			list = append(list, c.Table)
		}
	}
	return list
}

func rows(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func hexOf(text string) string { return fmt.Sprintf("%x", text) }

// dump is every value of every table in hexadecimal digits.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var all strings.Builder
	for _, c := range subject.Columns() {
		found, err := db.Query("SELECT " + c.Name + " FROM " + c.Table)
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			var v any
			if err := found.Scan(&v); err != nil {
				t.Fatal(err)
			}
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			fmt.Fprintf(&all, "%x\n", fmt.Sprint(v))
		}
		if err := found.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
