package form

import (
	"crypto/sha256"
	"time"

	"indigex.com/indigex/edge/contest"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

// Ticket is what the sender of a submission to a contest is told. It follows
// from the submission's id, which nobody else knows.
func Ticket(id identity.Nonce) contest.Ticket {
	sum := sha256.Sum256(append([]byte("indigex contest ticket 1\n"), id[:]...))
	return contest.Ticket(sum[:16])
}

// Won is the letter to the sender of a submission that won; none where they
// gave no address. It is one letter however often it is written.
func Won(f *policy.Form, s Submission, at time.Time) []mail.Letter {
	to := email(f, s.Answers)
	if to == "" {
		return nil
	}
	l := mail.NewLetter(mail.ContestWon, to, s.Account, at)
	l.ID, l.Code, l.Values = [16]byte(Ticket(s.ID)), s.Code, map[string]string{"form": f.ID}
	return []mail.Letter{l}
}

// Terms are what a form announces of its drawing.
func Terms(f *policy.Form) contest.Terms {
	return contest.Terms{
		Form: f.ID, Closed: f.Closes.Time, Winners: f.Draw.Winners, Substitutes: f.Draw.Substitutes, Source: f.Draw.Source, Known: f.Draw.Known.Time,
	}
}
