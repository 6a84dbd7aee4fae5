package consent_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

type said = map[string]consent.State

func TestSubmitOnlyWhatDiffers(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(said{"letters": consent.Granted})
	r := w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	if got := chosen(r); !slices.Equal(got, []string{"lenders=refused"}) {
		t.Errorf("stored %v, want the one that differs", got)
	}
	r = w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	if r.ID != "" {
		t.Errorf("stored %v of a form that changes nothing", chosen(r))
	}
	w.want("letters granted, lenders refused")
}

func TestConsentTheServerLooksUpTheWords(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	r := w.answer(said{"letters": consent.Granted, "unknown": consent.Granted})
	if len(r.Answers) != 1 {
		t.Fatalf("stored %v", chosen(r))
	}
	a := r.Answers[0]
	for hash, want := range map[string]string{a.WordsHash: "Send me letters.\nNo letters.\n", a.SectionHash: "a"} {
		if got, err := w.store.Text(t.Context(), hash); got != want || err != nil {
			t.Errorf("the text of %s is %q, %v, want %q", hash, got, err, want)
		}
	}
}

func TestConsentOfSupersededWordsIsRefused(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"}, [2]string{"b", "x"})
	w.now = day(1)
	old := w.form()
	w.now = day(2)
	if _, err := w.send(old, storetest.Nonce(), said{"letters": consent.Granted}); !errors.Is(err, consent.ErrSuperseded) {
		t.Errorf("a form of version 1: %v", err)
	}
	now := w.form()
	w.catalog.Choices[0].Words = "Send me parcels."
	w.catalog.Choices[0].Hash = policy.HashChoice("Send me parcels.", w.catalog.Choices[0].Refuse)
	if _, err := w.send(now, storetest.Nonce(), said{"letters": consent.Granted}); !errors.Is(err, consent.ErrSuperseded) {
		t.Errorf("a form with other words: %v", err)
	}
	if len(w.latest()) != 0 {
		t.Errorf("stored %v", w.latest())
	}
}

func TestConsentAffectedByAChangeIsAskedAgain(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"}, [2]string{"b", "x"}, [2]string{"a", "x"})
	w.now = day(1)
	w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	w.now = day(2)
	w.want("letters not asked, lenders refused")
	r := w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	if got := chosen(r); !slices.Equal(got, []string{"letters=granted"}) || r.Answers[0].Version != 2 {
		t.Errorf("renewing stored %v under version %d", got, r.Answers[0].Version)
	}
	w.want("letters granted, lenders refused")
}

func TestRacesTwoTabs(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(said{"letters": consent.Granted, "lenders": consent.Granted})
	first, second, third := w.form(), w.form(), w.form()
	must := func(r consent.Receipt, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.send(first, storetest.Nonce(), said{"letters": consent.Refused, "lenders": consent.Granted}))
	must(w.send(second, storetest.Nonce(), said{"letters": consent.Granted, "lenders": consent.Refused}))
	w.want("letters refused, lenders refused")

	must(w.post(consent.Posted{Form: third, All: true}, storetest.Nonce()))
	w.want("letters refused, lenders refused")
}

func TestRacesSameFieldConflicts(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	first, second := w.form(), w.form()
	if _, err := w.send(first, storetest.Nonce(), said{"letters": consent.Refused}); err != nil {
		t.Fatal(err)
	}
	_, err := w.send(second, storetest.Nonce(), said{"letters": consent.Granted, "lenders": consent.Granted})
	var conflict *consent.ConflictError
	if !errors.As(err, &conflict) || len(conflict.Conflicts) != 1 || conflict.Conflicts[0] != (consent.Conflict{Choice: "letters", Stored: consent.Refused, Sent: consent.Granted}) {
		t.Errorf("the error is %v, want the conflict of letters", err)
	}
	w.want("letters refused, lenders not asked")
}

func TestRacesFiftyPostsOfOneNonce(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	form, nonce := w.form(), identity.Nonce(storetest.Nonce())
	ids := make([]string, 50)
	var posts sync.WaitGroup
	for i := range ids {
		posts.Go(func() {
			r, err := w.send(form, nonce, said{"letters": consent.Granted})
			if err != nil {
				t.Error(err)
			}
			ids[i] = r.ID
		})
	}
	posts.Wait()
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) != 1 || ids[0] == "" {
		t.Errorf("there are the receipts %q", ids)
	}
	if history, err := w.store.History(t.Context(), w.code, 0, 9); len(history) != 1 || err != nil {
		t.Errorf("history has %d receipts, %v", len(history), err)
	}
}

func TestRefusingAll(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(said{"letters": consent.Granted})
	p, nonce := consent.Posted{Form: w.form(), All: true, Answers: said{"letters": consent.Granted}}, identity.Nonce(storetest.Nonce())
	r, err := w.post(p, nonce)
	if err != nil {
		t.Fatal(err)
	}
	w.want("letters refused, lenders refused")
	if again, err := w.post(p, nonce); again.ID != r.ID || err != nil {
		t.Errorf("sent twice, the receipts are %q and %q, %v", r.ID, again.ID, err)
	}
}

func TestGrantWithTheSignalOnStands(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.signal = true
	w.want("letters not asked, lenders refused by signal")
	r := w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	if got := chosen(r); !slices.Equal(got, []string{"letters=granted"}) {
		t.Errorf("stored %v: what the signal marks is no answer", got)
	}
	w.answer(said{"lenders": consent.Granted})
	w.want("letters granted, lenders granted")
}

func TestShown(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"}, [2]string{"b", "x"})
	w.now = day(1)
	w.answer(said{"letters": consent.Granted, "lenders": consent.Granted})
	w.now, w.signal = day(2), true
	text := consent.EncodeShown(w.standings())
	if want := "letters=granted: lenders=granted:refused"; text != want {
		t.Errorf("shown is %q, want %q", text, want)
	}
	got, err := consent.DecodeShown(text)
	want := map[string]consent.Shown{"letters": {Stored: consent.Granted}, "lenders": {Stored: consent.Granted, Marked: consent.Refused}}
	if !maps.Equal(got, want) || err != nil {
		t.Errorf("read %v, %v", got, err)
	}
}

func FuzzDecodeShown(f *testing.F) {
	for _, text := range []string{"", "letters=granted", "a=granted: b=:refused", "a=granted a=refused", "a=yes", "=granted", "a", "a= "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := consent.DecodeShown(text)
		if err != nil {
			return
		}
		for id, s := range all {
			if id == "" || s == (consent.Shown{}) {
				t.Errorf("%q has %s", text, fmt.Sprint(id, s))
			}
		}
	})
}

func BenchmarkSubmit(b *testing.B) {
	w := newTown(b, [2]string{"a", "x"})
	in := w.situation(storetest.Nonce())
	p := consent.Posted{Form: w.form(), Answers: said{"letters": consent.Granted, "lenders": consent.Refused}}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := consent.Submit(in, p); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
