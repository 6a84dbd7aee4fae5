package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// addContest adds a contest to the catalog of a public folder.
func addContest(t *testing.T, public string) {
	t.Helper()
	addProcessors(t, public)
	file := filepath.Join(public, "catalog.json")
	data, err := os.ReadFile(file)
	must(t, err)
	c, err := policy.DecodeCatalog(data)
	must(t, err)
	f := *c.Form("repair")
	f.ID, f.Who = "contest", "once"
	f.Fields = append(f.Fields[:2:2], policy.Field{Name: "write", Type: "email", Label: "Email", Category: "contact.name", Purpose: "repairs"})
	f.Closes = policy.Moment{Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	f.Draw = policy.Draw{Winners: 2, Substitutes: 1, Source: "The tide at noon.", Known: policy.Moment{Time: f.Closes.AddDate(0, 0, 7)}}
	f.Hash = policy.HashForm(&f, c.Choices)
	c.Forms = append(c.Forms, f)
	data, err = c.Encode()
	must(t, err)
	write(t, public, "catalog.json", string(data))
}

// A contest is sealed, drawn and checked; each step waits for its time, and
// what was changed afterwards is found.
func TestContest(t *testing.T) {
	dir, public := t.TempDir(), newPublic(t)
	addContest(t, public)
	url := "sqlite:" + filepath.Join(dir, "edge.db")
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	const words = "form: contest\n"
	var tickets []string
	for i := range 9 {
		id := identity.Nonce(storetest.Nonce())
		_, err := s.Forms().Send(t.Context(), form.Sending{Text: words, Submission: form.Submission{
			ID: id, Form: "contest", Code: identity.NewCode(), At: storetest.At, State: form.Taken, Words: policy.HashText(words), Answers: form.Answers{"who": {fmt.Sprintf("Person %d", i)}, "write": {fmt.Sprintf("p%d@example.org", i)}},
		}})
		must(t, err)
		tickets = append(tickets, form.Ticket(id).String())
	}
	must(t, s.Close())
	run := func(want int, day int, args ...string) string {
		t.Helper()
		var out strings.Builder
		p := command.Program{Stdout: &out, Stderr: &out, LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC) }}
		if got := command.Run(t.Context(), p, append([]string{"contest"}, args...)); got != want {
			t.Errorf("day %d, %q: exit %d: %s", day, args, got, out.String())
		}
		return out.String()
	}
	list, seed, result := filepath.Join(dir, "list.txt"), filepath.Join(dir, "seed.txt"), filepath.Join(dir, "result.txt")
	must(t, os.WriteFile(seed, []byte("1.42 m\r\n"), 0o600))
	stored := []string{"--public", public, "--store", url}
	run(2, 0, append([]string{"seal", "contest", "--to", list}, stored...)...)
	sealed := run(0, 2, append([]string{"seal", "contest", "--to", list}, stored...)...)
	run(2, 2, append([]string{"seal", "contest", "--to", list}, stored...)...)
	_, fingerprint, _ := strings.Cut(sealed, "fingerprint ")
	fingerprint, _, _ = strings.Cut(fingerprint, "\n")
	draw := append([]string{"draw", "contest", "--list", list, "--seed", seed, "--to", result, "--notify"}, stored...)
	if said := run(2, 7, draw...); !strings.Contains(said, "not known before 2026-03-08") {
		t.Errorf("too early: %s", said)
	}
	if said := run(0, 9, draw...); strings.Count(said, "winner ") != 2 || strings.Count(said, "substitute ") != 1 || !strings.Contains(said, "Person ") {
		t.Errorf("drawn: %s", said)
	}
	for _, file := range []string{list, result} {
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "Person") {
			t.Errorf("%s names somebody: %v", file, err)
		}
	}
	won := 0
	for _, ticket := range tickets {
		if strings.Contains(run(0, 9, "verify", "--fingerprint", fingerprint, "--ticket", ticket, list, result), "the ticket won") {
			won++
		}
	}
	if won != 2 {
		t.Errorf("%d tickets won", won)
	}
	s, err = store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	if waiting, _, err := s.Mail().Backlog(t.Context()); err != nil || waiting != 2 {
		t.Errorf("%d letters to winners, %v", waiting, err)
	}
	must(t, s.Close())
	run(1, 9, "verify", "--fingerprint", strings.Repeat("0", 64), list, result)
	run(1, 9, "verify", "--ticket", "00000000000000000000000000", list, result)
	text, err := os.ReadFile(result)
	must(t, err)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "winner ") {
			lines[i], lines[i+1] = lines[i+1], line
			break
		}
	}
	must(t, os.WriteFile(result, []byte(strings.Join(lines, "\n")), 0o600))
	if said := run(1, 9, "verify", list, result); !strings.Contains(said, "does not hold") {
		t.Errorf("another order: %s", said)
	}
}
