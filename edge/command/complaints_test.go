package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

// An operator lists cases without what they say, reads one, and answers it.
func TestComplaints(t *testing.T) {
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "edge.db")
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	const words = "form: complaint\n"
	opened := time.Now().Add(-40 * 24 * time.Hour)
	_, err = s.Forms().Send(t.Context(), form.Sending{
		Submission: form.Submission{ID: identity.Nonce{1}, Form: "complaint", At: opened, State: form.Taken, Words: policy.HashText(words), Answers: form.Answers{}, Reference: "PP-AAAA-BBBB"},
		Text:       words,
		Case: &form.Case{
			Reference: "PP-AAAA-BBBB", Form: "complaint", Opened: opened, Due: opened.Add(30 * 24 * time.Hour), Address: "anna@lanterns.example",
			Entries: []form.Entry{{At: opened, By: form.ByPerson, Text: "You wrote \x1b[2Jto me."}},
		},
	})
	if err != nil {
		t.Fatal(err)
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
		return out.String() + wrong.String()
	}
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if list := run(0, "complaints", "list"); !strings.Contains(list, "PP-AAAA-BBBB") || !strings.Contains(list, "LATE") || !strings.Contains(list, "1 cases, 1 late") || strings.Contains(list, "anna") {
		t.Errorf("list: %s", list)
	}
	if shown := run(0, "complaints", "show", "PP-AAAA-BBBB"); !strings.Contains(shown, "anna@lanterns.example") || !strings.Contains(shown, "You wrote \uFFFD[2Jto me.") {
		t.Errorf("show: %q", shown)
	}
	run(2, "complaints", "show", "PP-0000-0000")
	run(2, "complaints", "answer", "PP-AAAA-BBBB")
	run(2, "complaints", "answer", "PP-AAAA-BBBB", "--text", write("empty.txt", " \n"))
	run(2, "complaints", "answer", "PP-AAAA-BBBB", "--text", write("card.txt", "Your card 4111 1111 1111 1111"))
	answer := write("answer.txt", "We stopped.\r\nSorry.")
	run(0, "complaints", "answer", "PP-AAAA-BBBB", "--text", answer, "--close")
	if said := run(2, "complaints", "answer", "PP-AAAA-BBBB", "--text", answer); !strings.Contains(said, "is closed") {
		t.Errorf("answered again: %s", said)
	}
	if list := run(0, "complaints", "list"); !strings.Contains(list, "0 cases") {
		t.Errorf("after closing: %s", list)
	}
	s, err = store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := s.Mail().Take(t.Context(), time.Now().Add(time.Minute), time.Now().Add(time.Hour), 10)
	if err != nil || len(waiting) != 1 || waiting[0].Kind != mail.CaseAnswered || waiting[0].Values["text"] != "We stopped.\nSorry." {
		t.Errorf("letters: %+v, %v", waiting, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
