// Package mailtest holds outboxes to their contract, and runs a real server
// that takes mails.
package mailtest

import (
	"errors"
	"testing"
	"time"

	"indigex.com/indigex/edge/mail"
)

// At is the time of the tests.
var At = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// Conform holds an empty outbox to what [mail.Outbox] says. put puts letters
// into it.
func Conform(t *testing.T, o mail.Outbox, put func(...mail.Letter)) {
	t.Helper()
	letters(t, o, put)
	links(t, o)
}

// take returns the kinds of the letters that are due.
func take(t *testing.T, o mail.Outbox, now time.Time, most int) []mail.Waiting {
	t.Helper()
	taken, err := o.Take(t.Context(), now, now.Add(10*time.Minute), most)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

func letters(t *testing.T, o mail.Outbox, put func(...mail.Letter)) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var all []mail.Letter
	for i := range 5 {
		l := mail.NewLetter(mail.PasswordChanged, "anna@lanterns.example", [16]byte{1}, At.Add(time.Duration(i)*time.Second))
		l.Values = map[string]string{"user_id": "anna\u2028"}
		all = append(all, l)
	}
	put(all[3:]...)
	put(all[:3]...)
	put(all[0])
	first := take(t, o, At.Add(time.Minute), 2)
	if len(first) != 2 || first[0].ID != all[0].ID || first[0].Values["user_id"] != "anna\u2028" || first[0].To != all[0].To || first[0].Account != all[0].Account || first[0].Tries != 1 {
		t.Fatalf("taken: %+v", first)
	}
	if rest := take(t, o, At.Add(time.Minute), 9); len(rest) != 3 {
		t.Fatalf("of five, with two leased, %d are due", len(rest))
	}
	must(o.Sent(t.Context(), first[0], mail.Note{Kind: first[0].Kind, At: At}))
	must(o.PutBack(t.Context(), first[1].ID, At.Add(time.Hour), "later"))
	must(o.PutBack(t.Context(), all[2].ID, time.Time{}, "never"))
	must(o.Drop(t.Context(), all[3].ID))
	if again := take(t, o, At.Add(12*time.Minute), 9); len(again) != 1 || again[0].ID != all[4].ID || again[0].Tries != 2 {
		t.Errorf("after the lease: %+v", again)
	}
	if again := take(t, o, At.Add(time.Hour), 9); len(again) != 2 || again[1].Reason != "later" {
		t.Errorf("after an hour: %+v", again)
	}
	dead, err := o.Dead(t.Context(), 9)
	if err != nil || len(dead) != 1 || dead[0].ID != all[2].ID || dead[0].Reason != "never" || !dead[0].Due.IsZero() {
		t.Errorf("dead: %+v, %v", dead, err)
	}
	if waiting, dead, err := o.Backlog(t.Context()); waiting != 2 || dead != 1 || err != nil {
		t.Errorf("%d wait and %d are dead, %v", waiting, dead, err)
	}
}

func links(t *testing.T, o mail.Outbox) {
	t.Helper()
	token := mail.NewToken()
	l := mail.Link{Hash: token.Hash(), Kind: mail.ResetPassword, Account: [16]byte{1}, Address: "anna@lanterns.example", Choice: "letters", Code: [16]byte{2}, Expires: At.Add(time.Hour)}
	if err := o.AddLink(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	gone := l
	gone.Hash, gone.Letter = mail.NewToken().Hash(), [16]byte{7}
	if err := o.AddLink(t.Context(), gone); !errors.Is(err, mail.ErrNoLink) {
		t.Errorf("a link of a letter that is gone: %v", err)
	}
	for range 2 {
		if got, err := o.Link(t.Context(), l.Hash, At); err != nil || got != l {
			t.Errorf("link: %+v, %v", got, err)
		}
	}
	if _, err := o.Link(t.Context(), l.Hash, l.Expires); !errors.Is(err, mail.ErrNoLink) {
		t.Errorf("an expired link: %v", err)
	}
	if _, err := o.Link(t.Context(), mail.NewToken().Hash(), At); !errors.Is(err, mail.ErrNoLink) {
		t.Errorf("a link that is not there: %v", err)
	}
}
