package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
)

const formWords = "form: survey\ntitle: Lanterns\n"

// onBoth runs a test on each engine.
func onBoth(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t, "-c fsync=off").Database()}))
	})
}

func sending(code identity.Code, answer string) form.Sending {
	return form.Sending{
		Submission: form.Submission{
			ID: storetest.Nonce(), Form: "survey", Code: code, Person: code, At: storetest.At, State: form.Taken, Words: policy.HashText(formWords),
			Answers: form.Answers{"name": {"Anna"}}, Apart: form.Answers{"better": {answer, "more"}},
		},
		Text: formWords,
	}
}

func TestFormsAreStored(t *testing.T) { onBoth(t, formsStored) }

func formsStored(t *testing.T, s *store.Store) {
	f, anna, ben := s.Forms(), identity.NewCode(), identity.NewCode()
	one, two := sending(anna, "wicks"), sending(ben, "oil")
	for _, in := range []form.Sending{one, two} {
		if repeated, err := f.Send(t.Context(), in); err != nil || repeated {
			t.Fatalf("%v, %v", repeated, err)
		}
	}
	if repeated, err := f.Send(t.Context(), one); err != nil || !repeated {
		t.Errorf("sent again: %v, %v", repeated, err)
	}
	if _, err := f.Send(t.Context(), sending(anna, "another")); !errors.Is(err, form.ErrTwice) {
		t.Errorf("a person sent twice: %v", err)
	}
	lying := sending(identity.NewCode(), "x")
	lying.Text = "form: another\n"
	if _, err := f.Send(t.Context(), lying); err == nil {
		t.Error("took other words than the hash is of")
	}
	all, err := f.Submissions(t.Context(), "survey", identity.Nonce{}, 10)
	if err != nil || len(all) != 2 || all[0].ID != one.ID || all[0].Answers.First("name") != "Anna" || len(all[0].Apart) != 0 {
		t.Fatalf("%+v, %v", all, err)
	}
	if next, err := f.Submissions(t.Context(), "survey", one.ID, 10); err != nil || len(next) != 1 || next[0].ID != two.ID {
		t.Errorf("after the first: %+v, %v", next, err)
	}
	if own, err := f.Of(t.Context(), ben, 10); err != nil || len(own) != 1 || own[0].ID != two.ID {
		t.Errorf("of Ben: %+v, %v", own, err)
	}
	var apart []string
	if err := f.Apart(t.Context(), "survey", func(a form.Answers) { apart = append(apart, a.First("better")) }); err != nil {
		t.Fatal(err)
	}
	if slices.Sort(apart); !slices.Equal(apart, []string{"oil", "wicks"}) {
		t.Errorf("apart stand %q", apart)
	}
	if n, err := f.Sever(t.Context(), "survey"); err != nil || n != 2 {
		t.Errorf("severed %d, %v", n, err)
	}
	if sent, err := f.Sent(t.Context(), "survey", anna); err != nil || sent {
		t.Errorf("after the end it says that Anna answered: %v, %v", sent, err)
	}
}

func TestFormsOfManyAtOnce(t *testing.T) { onBoth(t, formsAtOnce) }

// Fifty posts of one person, and of one page, leave one submission.
func formsAtOnce(t *testing.T, s *store.Store) {
	code, page := identity.NewCode(), sending(identity.NewCode(), "a")
	done := make(chan error)
	for i := range 50 {
		go func() {
			in := page
			if i%2 == 0 {
				in = sending(code, "b")
			}
			_, err := s.Forms().Send(t.Context(), in)
			done <- err
		}()
	}
	twice := 0
	for range 50 {
		switch err := <-done; {
		case errors.Is(err, form.ErrTwice):
			twice++
		case err != nil:
			t.Error(err)
		}
	}
	all, err := s.Forms().Submissions(t.Context(), "survey", identity.Nonce{}, 100)
	if err != nil || len(all) != 2 || twice != 24 {
		t.Errorf("%d submissions, %d refused, %v", len(all), twice, err)
	}
}

func TestFormsConfirmed(t *testing.T) { onBoth(t, formsConfirmed) }

func formsConfirmed(t *testing.T, s *store.Store) {
	in, token := sending(identity.NewCode(), "x"), mail.NewToken()
	in.State = form.Waiting
	in.Links = []mail.Link{{Hash: token.Hash(), Letter: storetest.Nonce(), Kind: mail.ConfirmForm, Choice: in.ID.String(), Expires: storetest.At.Add(time.Hour)}}
	if _, err := s.Forms().Send(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forms().Confirm(t.Context(), token.Hash(), storetest.At.Add(2*time.Hour)); !errors.Is(err, mail.ErrNoLink) {
		t.Errorf("a link that has expired: %v", err)
	}
	taken, err := s.Forms().Confirm(t.Context(), token.Hash(), storetest.At)
	if err != nil || taken.ID != in.ID || taken.State != form.Taken {
		t.Fatalf("%+v, %v", taken, err)
	}
	if _, err := s.Forms().Confirm(t.Context(), token.Hash(), storetest.At); !errors.Is(err, mail.ErrNoLink) {
		t.Errorf("a link that was used: %v", err)
	}
}

func TestFormsCases(t *testing.T) { onBoth(t, cases) }

func cases(t *testing.T, s *store.Store) {
	f := s.Forms()
	for i, reference := range []string{"PP-2", "PP-1"} {
		in := sending(identity.NewCode(), "x")
		in.Reference = reference
		in.Case = &form.Case{Reference: reference, Form: "complaint", Opened: storetest.At, Due: storetest.At.Add(time.Duration(2-i) * time.Hour), Address: "a@lanterns.example", Entries: []form.Entry{{At: storetest.At, By: form.ByPerson, Text: "It smokes."}}}
		if _, err := f.Send(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := f.Cases(t.Context(), false, 10); err != nil || len(list) != 2 || list[0].Reference != "PP-1" {
		t.Fatalf("open are %+v, %v", list, err)
	}
	later := storetest.At.Truncate(time.Microsecond).Add(time.Hour)
	c, err := f.Add(t.Context(), "PP-1", form.Entry{At: later, By: form.ByCompany, Text: "Trim the wick."}, true, nil)
	if err != nil || len(c.Entries) != 2 || c.Entries[1].Text != "Trim the wick." || !c.Answered.Equal(later) || !c.Closed.Equal(later) {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := f.Add(t.Context(), "PP-1", form.Entry{At: later, By: form.ByPerson, Text: "x"}, false, nil); !errors.Is(err, form.ErrClosed) {
		t.Errorf("a closed case: %v", err)
	}
	if _, err := f.Case(t.Context(), "PP-9"); !errors.Is(err, form.ErrNotFound) {
		t.Errorf("no case: %v", err)
	}
	if list, err := f.Cases(t.Context(), true, 10); err != nil || len(list) != 2 {
		t.Errorf("all are %+v, %v", list, err)
	}
	if opened, answered, closed, err := f.Count(t.Context(), storetest.At); err != nil || opened != 2 || answered != 1 || closed != 1 {
		t.Errorf("%d opened, %d answered, %d closed, %v", opened, answered, closed, err)
	}
}

func TestFormsExpire(t *testing.T) { onBoth(t, expire) }

// Each thing goes by its own clock: what was sent, what nobody confirmed, and a
// case by its end.
func expire(t *testing.T, s *store.Store) {
	f, day := s.Forms(), 24*time.Hour
	send := func(change func(*form.Sending)) {
		in := sending(identity.NewCode(), "x")
		change(&in)
		if _, err := f.Send(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	send(func(*form.Sending) {})
	send(func(in *form.Sending) { in.At = in.At.Add(10 * day) })
	send(func(in *form.Sending) { in.State = form.Waiting })
	send(func(in *form.Sending) {
		in.Reference = "PP-1"
		in.Case = &form.Case{Reference: "PP-1", Form: "survey", Opened: in.At, Due: in.At, Entries: []form.Entry{{At: in.At, By: form.ByPerson, Text: "x"}}}
	})
	left := func(now time.Time, term subject.FormTerm) (count, submissions, apart int) {
		term.Form, term.Kind = "survey", subject.Survey
		count, err := s.Subjects().Expire(t.Context(), term, now)
		if err != nil {
			t.Fatal(err)
		}
		all, err := f.Submissions(t.Context(), "survey", identity.Nonce{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Apart(t.Context(), "survey", func(form.Answers) { apart++ }); err != nil {
			t.Fatal(err)
		}
		return count, len(all), apart
	}
	want := func(what string, count, submissions, apart int, wantCount, wantSubmissions, wantApart int) {
		t.Helper()
		if count != wantCount || submissions != wantSubmissions || apart != wantApart {
			t.Errorf("%s: %d deleted, %d left, %d apart; want %d, %d, %d", what, count, submissions, apart, wantCount, wantSubmissions, wantApart)
		}
	}
	at := storetest.At
	c, n, a := left(at, subject.FormTerm{})
	want("nothing is over", c, n, a, 0, 4, 4)
	c, n, a = left(at, subject.FormTerm{Waiting: at.Add(day)})
	want("nobody confirmed it", c, n, a, 1, 3, 4)
	c, n, a = left(at, subject.FormTerm{Before: at.Add(5 * day)})
	want("one is old", c, n, a, 1, 2, 3)
	if _, err := f.Add(t.Context(), "PP-1", form.Entry{At: at, By: form.ByCompany, Text: "Done."}, true, nil); err != nil {
		t.Fatal(err)
	}
	c, n, a = left(at, subject.FormTerm{Before: at.Add(5 * day)})
	want("the case has ended", c, n, a, 1, 1, 3)
	if _, err := f.Case(t.Context(), "PP-1"); !errors.Is(err, form.ErrNotFound) {
		t.Errorf("the case is there: %v", err)
	}
	c, n, a = left(at, subject.FormTerm{Before: at.Add(20 * day), Sever: true})
	want("all is old", c, n, a, 1, 0, 0)
}
