package store_test

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// A model is a store in memory, written as plainly as the contract.
type model struct {
	receipts map[identity.Code][]consent.Receipt // the oldest first
	nonces   map[[16]byte]consent.Receipt
}

func (m *model) latest(code identity.Code) []consent.Record {
	last := make(map[string]consent.Record)
	for _, r := range m.receipts[code] {
		for _, a := range r.Answers {
			last[a.Choice] = consent.Record{Answer: a, Receipt: r.ID, Sequence: r.Sequence, Host: r.Host, At: r.At, Source: r.Source}
		}
	}
	var records []consent.Record
	for _, choice := range slices.Sorted(maps.Keys(last)) {
		records = append(records, last[choice])
	}
	return records
}

func (m *model) history(code identity.Code, before int64, limit int) []consent.Receipt {
	var found []consent.Receipt
	for _, r := range slices.Backward(m.receipts[code]) {
		if (before == 0 || r.Sequence < before) && len(found) < limit {
			found = append(found, r)
		}
	}
	return found
}

// outcome says what an append must come to.
func (m *model) outcome(s consent.Submission) string {
	if first, ok := m.nonces[s.Nonce]; ok {
		if first.Code != s.Code {
			return "foreign"
		}
		return "repeated"
	}
	stored := make(map[string]consent.State)
	for _, r := range m.latest(s.Code) {
		stored[r.Choice] = r.State
	}
	for _, a := range s.Answers {
		if is := stored[a.Choice]; s.Guarded && is != s.Shown[a.Choice] && is != a.State {
			return "conflict"
		}
	}
	return "stored"
}

func TestModelSQLite(t *testing.T) {
	likeModel(t, "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
}

func TestModelPostgres(t *testing.T) {
	likeModel(t, storetest.Postgres(t, "-c fsync=off").Database())
}

func likeModel(t *testing.T, url string) {
	s := storetest.Open(t, store.Config{URL: url})
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		m := &model{make(map[identity.Code][]consent.Receipt), make(map[[16]byte]consent.Receipt)}
		codes := []identity.Code{identity.NewCode(), identity.NewCode()}
		nonces := [][16]byte{storetest.Nonce(), storetest.Nonce(), storetest.Nonce()}
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				sub := drawSubmission(t, codes)
				if rapid.IntRange(0, 4).Draw(t, "nonce again") == 0 {
					sub.Nonce = rapid.SampledFrom(nonces).Draw(t, "nonce")
				}
				m.append(t, ctx, s, sub)
			},
			"": func(t *rapid.T) {
				code := rapid.SampledFrom(codes).Draw(t, "reader")
				latest, err := s.Latest(ctx, code)
				same(t, latest, m.latest(code), err)
				before := rapid.Int64Range(0, 3).Draw(t, "before")
				if all := m.receipts[code]; len(all) > 0 {
					before = max(0, rapid.SampledFrom(all).Draw(t, "around").Sequence+before-2)
				}
				limit := rapid.IntRange(1, 5).Draw(t, "limit")
				past, err := s.History(ctx, code, before, limit)
				same(t, past, m.history(code, before, limit), err)
			},
		})
	})
}

func drawSubmission(t *rapid.T, codes []identity.Code) consent.Submission {
	name := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "-"}).Draw(t, "state") + "c" + strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "choice"))
	})
	choice := func(name string) string { return name[len(name)-2:] }
	names := rapid.SliceOfNDistinct(name, 1, 4, choice).Draw(t, "answers")
	sub := storetest.Submission(rapid.SampledFrom(codes).Draw(t, "code"), names...)
	sub.Answers[0].Signal = rapid.Bool().Draw(t, "signal")
	sub.Answers[0].Version = rapid.IntRange(1, 9).Draw(t, "version")
	if rapid.Bool().Draw(t, "guarded") {
		sub = storetest.Guarded(sub, rapid.SliceOfNDistinct(name, 0, 4, choice).Draw(t, "shown")...)
	}
	return sub
}

func (m *model) append(t *rapid.T, ctx context.Context, s *store.Store, sub consent.Submission) {
	want := m.outcome(sub)
	r, repeated, err := s.Append(ctx, sub)
	var conflict *consent.ConflictError
	got := "stored"
	switch {
	case repeated:
		got = "repeated"
	case errors.Is(err, consent.ErrForeignNonce):
		got = "foreign"
	case errors.As(err, &conflict):
		got = "conflict"
	}
	if got != want {
		t.Fatalf("%+v: %s, want %s: %v", sub, got, want, err)
	}
	switch want {
	case "stored":
		if err != nil {
			t.Fatal(err)
		}
		m.receipts[sub.Code] = append(m.receipts[sub.Code], r)
		m.nonces[sub.Nonce] = r
	case "repeated":
		same(t, r, m.nonces[sub.Nonce], err)
	}
}

func same[T any](t *rapid.T, got, want T, err error) {
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, want %+v, %v", got, want, err)
	}
}
