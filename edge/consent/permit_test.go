package consent_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store/storetest"
	"pgregory.net/rapid"
)

// answers is a store that has just these records.
type answers struct {
	consent.Store
	records []consent.Record
}

func (w *town) permit(use string) consent.Decision {
	w.Helper()
	d, err := consent.Permit(w.Context(), w.store, w.catalog, w.now, use, w.code)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

func TestPermit(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"}, [2]string{"b", "x"})
	w.now = day(1)
	if d := w.permit("letters"); d.Allowed || d.State != "not-asked" || d.Receipt != "" {
		t.Errorf("before any answer: %+v", d)
	}
	r := w.answer(map[string]consent.State{"letters": consent.Granted})
	d := w.permit("letters-by-post")
	if !d.Allowed || d.Choice != "letters" || d.Receipt != r.ID || d.Sequence != r.Sequence || d.Version != 1 {
		t.Errorf("after a grant: %+v", d)
	}
	if !strings.Contains(d.Reason, r.ID) {
		t.Errorf("the reason %q does not name the receipt", d.Reason)
	}
	if d := w.permit("alerts"); d.Allowed || d.Choice != "lenders" {
		t.Errorf("a purpose of two choices of which one was granted: %+v", d)
	}
	w.now = day(2)
	if d := w.permit("letters"); d.Allowed || d.State != "not-asked" || !strings.Contains(d.Reason, "privacy@2") {
		t.Errorf("after the change: %+v", d)
	}
	text, err := json.Marshal(d)
	if err != nil || !strings.HasPrefix(string(text), `{"allowed":true,"use":"letters-by-post","choice":"letters"`) {
		t.Errorf("as JSON: %s, %v", text, err)
	}
}

func TestPermitUnknownUse(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	_, err := consent.Permit(t.Context(), w.store, w.catalog, w.now, "leters", w.code)
	var unknown *consent.UnknownUseError
	if !errors.As(err, &unknown) || !slices.Contains(unknown.Near, "letters") {
		t.Errorf("the error is %v, want one that names letters", err)
	}
}

func TestPermitWithoutStore(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.answer(map[string]consent.State{"letters": consent.Granted})
	s := storetest.SQLite(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err := consent.Permit(t.Context(), s, w.catalog, w.now, "letters", w.code); err == nil || d.Allowed {
		t.Errorf("a closed store permits: %+v, %v", d, err)
	}
}

// Not asked never permits, and neither does anything but a standing grant.
func TestPermitIsAStandingGrant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, records := drawn(t)
		now := day(rapid.IntRange(0, 7).Draw(t, "day"))
		for _, s := range consent.Evaluate(c, now, records, false) {
			d, err := consent.Permit(t.Context(), fixed(records), c, now, s.Choice.ID, identity.NewCode())
			if err != nil {
				t.Fatal(err)
			}
			if d.Allowed != (s.State == consent.Granted) || d.Allowed != (d.State == "granted") {
				t.Fatalf("%s, which is %q: %+v", s.Choice.ID, s.State, d)
			}
		}
	})
}

func fixed(records []consent.Record) consent.Store { return answers{records: records} }

func (a answers) Latest(context.Context, identity.Code) ([]consent.Record, error) {
	return a.records, nil
}
