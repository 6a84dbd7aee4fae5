package consent_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

func (w *town) signals() *consent.Signals {
	s := consent.NewSignals(w.store, slog.New(slog.DiscardHandler), func() time.Time { return w.now })
	s.Start()
	w.Cleanup(s.Close)
	return s
}

func TestSignalIsStoredWhereAGrantStands(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(said{"letters": consent.Granted, "lenders": consent.Granted})
	s := w.signals()
	for range 3 {
		s.Honour(w.catalog, "lanterns.example", w.code)
	}
	s.Flush()
	w.want("letters granted, lenders refused")
	history, err := w.store.History(t.Context(), w.code, 0, 9)
	if err != nil || len(history) != 2 || history[0].Source != consent.FromSignal {
		t.Fatalf("history is %+v, %v", history, err)
	}
	// Whoever grants after the refusal was stored knows of it, even where
	// the signal is off by then.
	w.answer(said{"lenders": consent.Granted})
	w.signal = true
	w.want("letters granted, lenders granted")
}

func TestSignalIsLookedAtAgainAfterAnHour(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	s := w.signals()
	honour := func() {
		s.Honour(w.catalog, "lanterns.example", w.code)
		s.Flush()
	}
	honour()
	// Another browser of the same person, which sends no signal.
	w.answer(said{"lenders": consent.Granted})
	honour()
	w.want("letters not asked, lenders granted")
	w.now = w.now.Add(time.Hour)
	honour()
	w.want("letters not asked, lenders refused")
}

func TestSignalStoresNothingOfPeopleWithoutGrants(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	s := w.signals()
	s.Honour(w.catalog, "lanterns.example", w.code)
	s.Flush()
	if len(w.latest()) != 0 {
		t.Errorf("stored %v", w.latest())
	}
}

// A failing store is one whose database is away for the first calls.
type failing struct {
	consent.Store
	times int
}

func (f *failing) Latest(ctx context.Context, code identity.Code) ([]consent.Record, error) {
	if f.times > 0 {
		f.times--
		return nil, consent.ErrUnavailable
	}
	return f.Store.Latest(ctx, code)
}

func TestSignalIsTriedAgainAtTheNextPage(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(said{"lenders": consent.Granted})
	s := consent.NewSignals(&failing{w.store, 1}, slog.New(slog.DiscardHandler), func() time.Time { return w.now })
	s.Start()
	for _, want := range []string{"letters not asked, lenders granted", "letters not asked, lenders refused"} {
		s.Honour(w.catalog, "lanterns.example", w.code)
		s.Flush()
		w.want(want)
	}
	s.Close()
	if s.Honour(w.catalog, "lanterns.example", identity.NewCode()) {
		t.Error("taken after the end")
	}
}

func TestSignalsAreDroppedWhenFull(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	s := consent.NewSignals(w.store, slog.New(slog.DiscardHandler), time.Now)
	for range 1000 {
		s.Honour(w.catalog, "lanterns.example", identity.NewCode())
	}
	if s.Honour(w.catalog, "lanterns.example", w.code) {
		t.Fatal("1001 visits wait")
	}
	s.Start()
	s.Flush()
	if !s.Honour(w.catalog, "lanterns.example", w.code) {
		t.Error("dropped though nothing waits")
	}
	s.Close()
}
