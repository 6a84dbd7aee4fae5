package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// Conform holds a store against the contract of [consent.Store]. Other
// persons' submissions may be in it.
func Conform(t *testing.T, s consent.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, consent.Store)
	}{
		{"stored whole", storedWhole},
		{"last record of each choice", lastRecords},
		{"nonce twice", nonceTwice},
		{"nonce of another", nonceOfAnother},
		{"nonce fifty times at once", nonceAtOnce},
		{"nonce of two persons at once", nonceOfTwo},
		{"guarded", guarded},
		{"guarded at once", guardedAtOnce},
		{"history", history},
		{"receipt of another", receiptOfAnother},
		{"what is refused", refused},
		{"batch with failures", batchWithFailures},
		{"one person at once", onePersonAtOnce},
		{"clock that jumps", clockJumps},
		{"cancelled", cancelled},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, s) })
	}
}

// Append stores a submission that must be taken.
func Append(tb testing.TB, s consent.Store, sub consent.Submission) consent.Receipt {
	tb.Helper()
	r, repeated, err := s.Append(tb.Context(), sub)
	if err != nil || repeated {
		tb.Fatalf("append: repeated %v, %v", repeated, err)
	}
	return r
}

func storedWhole(t *testing.T, s consent.Store) {
	sub := Submission(identity.NewCode(), "b.mail", "-a.post", "c.é\u2028")
	sub.Source, sub.Reason = consent.FromOperator, "on the telephone, “as agreed”"
	sub.Answers[0].Signal = true
	got := Append(t, s, sub)
	want := consent.Receipt{
		Sequence: got.Sequence, ID: got.ID, Code: sub.Code, Host: "shop.example.com",
		At:     time.Date(2026, 3, 1, 8, 30, 0, 123456000, time.UTC),
		Source: sub.Source, Reason: sub.Reason, Answers: sub.Answers,
	}
	equal(t, got, want)
	if got.Sequence < 1 || len(got.ID) > 40 {
		t.Errorf("sequence %d, id %s", got.Sequence, got.ID)
	}
	again, err := s.Receipt(t.Context(), sub.Code, got.ID)
	must(t, err)
	equal(t, again, want)
	same, err := s.Submitted(t.Context(), sub.Code, sub.Nonce)
	must(t, err)
	equal(t, same, want)
	past, err := s.History(t.Context(), sub.Code, 0, 10)
	must(t, err)
	equal(t, past, []consent.Receipt{want})
	for hash, text := range sub.Texts {
		stored, err := s.Text(t.Context(), hash)
		if err != nil || stored != text {
			t.Errorf("text %s: %q, %v", hash, stored, err)
		}
	}
	records, err := s.Latest(t.Context(), sub.Code)
	must(t, err)
	record := consent.Record{Answer: sub.Answers[1], Receipt: want.ID, Sequence: want.Sequence, Host: want.Host, At: want.At, Source: want.Source}
	if len(records) != 3 {
		t.Fatalf("%d records", len(records))
	}
	equal(t, records[0], record)
}

func lastRecords(t *testing.T, s consent.Store) {
	code := identity.NewCode()
	check(t, s, code, "")
	Append(t, s, Submission(code, "b", "a", "Z"))
	check(t, s, code, " Z a b")
	last := Append(t, s, Submission(code, "-a"))
	check(t, s, code, " Z -a b")
	records, err := s.Latest(t.Context(), code)
	must(t, err)
	if records[1].Receipt != last.ID || records[2].Sequence != last.Sequence-1 && records[2].Sequence >= last.Sequence {
		t.Errorf("records are of other receipts: %+v", records)
	}
}

func nonceTwice(t *testing.T, s consent.Store) {
	sub := Submission(identity.NewCode(), "a")
	first := Append(t, s, sub)
	Append(t, s, Submission(sub.Code, "-a"))
	sub = Guarded(sub)
	sub.Answers[0].State = consent.Refused
	again, repeated, err := s.Append(t.Context(), sub)
	if err != nil || !repeated {
		t.Fatalf("repeated %v, %v", repeated, err)
	}
	equal(t, again, first)
	check(t, s, sub.Code, " -a")
}

func nonceOfAnother(t *testing.T, s consent.Store) {
	sub := Submission(identity.NewCode(), "a")
	Append(t, s, sub)
	sub.Code = identity.NewCode()
	if r, _, err := s.Append(t.Context(), sub); !errors.Is(err, consent.ErrForeignNonce) || r.ID != "" {
		t.Errorf("%+v, %v", r, err)
	}
	check(t, s, sub.Code, "")
}

func nonceAtOnce(t *testing.T, s consent.Store) {
	sub := Submission(identity.NewCode(), "a", "-b")
	receipts := make([]consent.Receipt, 50)
	firsts := make([]bool, len(receipts))
	together(len(receipts), func(i int) {
		r, repeated, err := s.Append(t.Context(), sub)
		if err != nil {
			t.Error(err)
		}
		receipts[i], firsts[i] = r, !repeated
	})
	n := 0
	for i, r := range receipts {
		equal(t, r, receipts[0])
		if firsts[i] {
			n++
		}
	}
	past, err := s.History(t.Context(), sub.Code, 0, 100)
	if err != nil || len(past) != 1 || n != 1 {
		t.Errorf("%d receipts, %d of them called the first, %v", len(past), n, err)
	}
}

func nonceOfTwo(t *testing.T, s consent.Store) {
	for range 5 {
		subs := []consent.Submission{Submission(identity.NewCode(), "a"), Submission(identity.NewCode(), "a")}
		subs[1].Nonce = subs[0].Nonce
		var taken [2]atomic.Int64
		together(20, func(i int) {
			_, _, err := s.Append(t.Context(), subs[i%2])
			if err == nil {
				taken[i%2].Add(1)
			} else if !errors.Is(err, consent.ErrForeignNonce) {
				t.Error(err)
			}
		})
		if a, b := taken[0].Load(), taken[1].Load(); a+b != 10 || a*b != 0 {
			t.Errorf("taken from one %d times, from the other %d times", a, b)
		}
	}
}

func guarded(t *testing.T, s consent.Store) {
	code := identity.NewCode()
	Append(t, s, Guarded(Submission(code, "a", "b")))
	Append(t, s, Guarded(Submission(code, "-a"), "a"))
	// The answer stored is the one submitted: no conflict.
	Append(t, s, Guarded(Submission(code, "-a", "c"), "a"))
	_, _, err := s.Append(t.Context(), Guarded(Submission(code, "d", "a", "-b", "-c"), "b"))
	var conflict *consent.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("error: %v", err)
	}
	equal(t, conflict.Conflicts, []consent.Conflict{
		{Choice: "a", Stored: consent.Refused, Sent: consent.Granted},
		{Choice: "c", Stored: consent.Granted, Sent: consent.Refused},
	})
	check(t, s, code, " -a b c")
	_, _, err = s.Append(t.Context(), Guarded(Submission(code, "e"), "e"))
	if !errors.As(err, &conflict) || conflict.Conflicts[0].Stored != consent.NotAsked {
		t.Errorf("shown as granted and never asked: %v", err)
	}
}

func guardedAtOnce(t *testing.T, s consent.Store) {
	code := identity.NewCode()
	Append(t, s, Submission(code, "-a", "-b"))
	var mu sync.Mutex
	taken := 0
	together(20, func(int) {
		// Half of them grant and half leave as it is; a grant changes a.
		sub := Guarded(Submission(code, "a"), "-a")
		sub.Answers = append(sub.Answers, Submission(code, "b").Answers...)
		sub.Shown["b"] = consent.Refused
		if _, _, err := s.Append(t.Context(), sub); err == nil {
			mu.Lock()
			taken++
			mu.Unlock()
		}
	})
	// The second one finds what it sends, which is no conflict.
	check(t, s, code, " a b")
	past, err := s.History(t.Context(), code, 0, 100)
	if err != nil || len(past) != taken+1 {
		t.Errorf("%d receipts, %d taken, %v", len(past), taken, err)
	}
}

func history(t *testing.T, s consent.Store) {
	code, other := identity.NewCode(), identity.NewCode()
	var all []consent.Receipt
	for i := range 7 {
		all = append([]consent.Receipt{Append(t, s, Submission(code, fmt.Sprintf("c%d", i%3), "x"))}, all...)
		Append(t, s, Submission(other, "x"))
	}
	for _, test := range []struct {
		before int64
		limit  int
		want   []consent.Receipt
	}{
		{0, 3, all[:3]}, {0, 100, all}, {all[2].Sequence, 3, all[3:6]}, {all[6].Sequence, 3, nil},
		{all[2].Sequence + 1, 2, all[2:4]}, {all[0].Sequence + 1000, 1, all[:1]}, {1 << 62, 2, all[:2]},
	} {
		got, err := s.History(t.Context(), code, test.before, test.limit)
		must(t, err)
		equal(t, got, test.want)
	}
	if got, err := s.History(t.Context(), identity.NewCode(), 0, 5); err != nil || len(got) > 0 {
		t.Errorf("of nobody: %v, %v", got, err)
	}
}

func receiptOfAnother(t *testing.T, s consent.Store) {
	sub := Submission(identity.NewCode(), "a")
	r := Append(t, s, sub)
	other := Append(t, s, Submission(identity.NewCode(), "a"))
	flipped := []byte(r.ID)
	flipped[len(flipped)-1] ^= 1
	for _, id := range []string{other.ID, string(flipped), "", "-", "0" + r.ID, r.ID + "0", "+" + r.ID, "1-", "999999999999-0000000000000000", "x-0000000000000000", "1\x00-0000000000000000", "\xff"} {
		if _, err := s.Receipt(t.Context(), sub.Code, id); !errors.Is(err, consent.ErrNotFound) {
			t.Errorf("receipt %q: %v", id, err)
		}
	}
	for who, nonce := range map[identity.Code][16]byte{sub.Code: Nonce(), other.Code: sub.Nonce} {
		if _, err := s.Submitted(t.Context(), who, nonce); !errors.Is(err, consent.ErrNotFound) {
			t.Errorf("a submission that is not there, or another person's: %v", err)
		}
	}
	if _, err := s.Text(t.Context(), policy.HashText("never said")); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("text that is not there: %v", err)
	}
	if _, err := s.Text(t.Context(), "\x00"); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("text of no hash: %v", err)
	}
}

func refused(t *testing.T, s consent.Store) {
	for name, spoil := range map[string]func(*consent.Submission){
		"no code":         func(s *consent.Submission) { s.Code = identity.Code{} },
		"no time":         func(s *consent.Submission) { s.At = time.Time{} },
		"no answers":      func(s *consent.Submission) { s.Answers = nil },
		"choice twice":    func(s *consent.Submission) { s.Answers = append(s.Answers, s.Answers[0]) },
		"not asked":       func(s *consent.Submission) { s.Answers[0].State = consent.NotAsked },
		"no version":      func(s *consent.Submission) { s.Answers[0].Version = 0 },
		"NUL in a reason": func(s *consent.Submission) { s.Reason = "a\x00b" },
		"bad UTF-8 host":  func(s *consent.Submission) { s.Host = "a\xffb" },
		"bad choice":      func(s *consent.Submission) { s.Answers[0].Choice = "a\xc0" },
		"no hash":         func(s *consent.Submission) { s.Answers[0].WordsHash = "" },
		"text missing":    func(s *consent.Submission) { s.Answers[0].WordsHash = policy.HashText("other") },
		"text of another": func(s *consent.Submission) {
			hash := policy.HashText("x")
			s.Answers[0].SectionHash = hash
			s.Texts[hash] = "y"
		},
		"text with a NUL":  func(s *consent.Submission) { withText(s, "a\x00") },
		"text not encoded": func(s *consent.Submission) { withText(s, "a\xff") },
	} {
		sub := Submission(identity.NewCode(), "a")
		spoil(&sub)
		_, _, err := s.Append(t.Context(), sub)
		if err == nil || errors.Is(err, consent.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if !sub.Code.IsZero() {
			check(t, s, sub.Code, "")
		}
	}
}

func withText(s *consent.Submission, text string) {
	s.Answers[0].SectionHash = policy.HashText(text)
	s.Texts[policy.HashText(text)] = text
}

func batchWithFailures(t *testing.T, s consent.Store) {
	used := Submission(identity.NewCode(), "a")
	Append(t, s, used)
	together(90, func(i int) {
		sub := Submission(identity.NewCode(), "a")
		want := " a"
		var conflict *consent.ConflictError
		check1 := func(err error) bool { return err == nil }
		switch i % 3 {
		case 1:
			sub.Nonce, want = used.Nonce, ""
			check1 = func(err error) bool { return errors.Is(err, consent.ErrForeignNonce) }
		case 2:
			sub, want = Guarded(sub, "-a"), ""
			check1 = func(err error) bool { return errors.As(err, &conflict) }
		}
		if _, _, err := s.Append(t.Context(), sub); !check1(err) {
			t.Errorf("%d: %v", i, err)
		}
		check(t, s, sub.Code, want)
	})
}

func onePersonAtOnce(t *testing.T, s consent.Store) {
	code := identity.NewCode()
	together(40, func(i int) {
		sign := []string{"", "-"}[i%2]
		_, _, err := s.Append(t.Context(), Submission(code, sign+"a", fmt.Sprintf("%sc%d", sign, i%5)))
		if err != nil {
			t.Error(err)
		}
	})
	past, err := s.History(t.Context(), code, 0, 100)
	must(t, err)
	if len(past) != 40 {
		t.Fatalf("%d receipts of 40", len(past))
	}
	Agrees(t, s, code)
}

// Agrees holds the last records of a person against the whole history.
func Agrees(tb testing.TB, s consent.Store, code identity.Code) {
	tb.Helper()
	past, err := s.History(tb.Context(), code, 0, 1<<30)
	must(tb, err)
	records, err := s.Latest(tb.Context(), code)
	must(tb, err)
	last := make(map[string]consent.Record)
	for i := len(past) - 1; i >= 0; i-- {
		for _, a := range past[i].Answers {
			r := past[i]
			last[a.Choice] = consent.Record{Answer: a, Receipt: r.ID, Sequence: r.Sequence, Host: r.Host, At: r.At, Source: r.Source}
		}
	}
	if len(last) != len(records) {
		tb.Errorf("%d choices stand, %d were answered", len(records), len(last))
	}
	for _, r := range records {
		equal(tb, r, last[r.Choice])
	}
}

func clockJumps(t *testing.T, s consent.Store) {
	code := identity.NewCode()
	Append(t, s, Submission(code, "a"))
	earlier := Submission(code, "-a")
	earlier.At = At.AddDate(-2, 0, 0)
	last := Append(t, s, earlier)
	check(t, s, code, " -a")
	past, err := s.History(t.Context(), code, 0, 1)
	must(t, err)
	equal(t, past[0], last)
}

func cancelled(t *testing.T, s consent.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code := identity.NewCode()
	if _, _, err := s.Append(ctx, Submission(code, "a")); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Latest(ctx, code); !errors.Is(err, context.Canceled) {
		t.Errorf("latest: %v", err)
	}
	// What comes next is taken after it.
	Append(t, s, Submission(code, "b"))
	check(t, s, code, " b")
}

func check(tb testing.TB, s consent.Store, code identity.Code, want string) {
	tb.Helper()
	records, err := s.Latest(tb.Context(), code)
	if got := States(records); err != nil || got != want {
		tb.Errorf("stands:%s, want:%s, %v", got, want, err)
	}
}

func equal[T any](tb testing.TB, got, want T) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("got %+v, want %+v", got, want)
	}
}

func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
