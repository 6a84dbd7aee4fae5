package command_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
)

// Dead letters are listed without addresses, tried again, and discarded.
func TestDeadLetters(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "edge.db")
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	var letters []mail.Letter
	for range 2 {
		letters = append(letters, mail.NewLetter(mail.PasswordChanged, "anna@lanterns.example", [16]byte{1}, time.Now()))
	}
	if err := s.Accounts().Write(t.Context(), letters); err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if err := s.Mail().PutBack(t.Context(), l.ID, time.Time{}, "the server refused it with code 550"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) string {
		t.Helper()
		var out, wrong bytes.Buffer
		p := command.Program{Stdout: &out, Stderr: &wrong, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now}
		if got := command.Run(t.Context(), p, append(args, "--store", url)); got != want {
			t.Errorf("%q: exit %d, %s", args, got, wrong.String())
		}
		return out.String()
	}
	list := run(0, "mail", "list")
	if strings.Count(list, "code 550") != 2 || !strings.Contains(list, "2 dead, 0 waiting") || strings.Contains(list, "anna") {
		t.Errorf("list: %s", list)
	}
	id, _, _ := strings.Cut(list, " ")
	run(0, "mail", "retry", id)
	if list := run(0, "mail", "list"); !strings.Contains(list, "1 dead, 1 waiting") {
		t.Errorf("after trying one again: %s", list)
	}
	run(2, "mail", "discard", id)
	run(0, "mail", "discard", "all")
	if list := run(0, "mail", "list"); !strings.Contains(list, "0 dead, 1 waiting") {
		t.Errorf("after discarding all: %s", list)
	}
}
