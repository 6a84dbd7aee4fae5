package consent_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

func TestDescribeKeepsTheWordsShown(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	w.catalog.Sites = []policy.Site{{Origin: "https://lanterns.example"}}
	sent := w.answer(said{"letters": consent.Granted, "lenders": consent.Refused})
	w.catalog.Choices[0].Words, w.catalog.Texts = "Other words.", nil
	r, err := w.store.Receipt(t.Context(), w.code, sent.ID)
	if err != nil {
		t.Fatal(err)
	}
	d, err := consent.Describe(t.Context(), w.store, w.catalog, r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"receipt_id":"` + sent.ID, `"pii_principal_id":"` + w.code.String(), `"words":"Send me letters."`, `"words_refuse":"No letters."`,
		`"section_text":"a"`, `"dpv_status":"dpv:ConsentGiven"`, `"dpv_status":"dpv:ConsentRefused"`, `"version":1`, `"timestamp":"2026-01-01T12:00:00Z"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// Each member of a receipt for programs stands in the table that maps it to
// ISO/IEC TS 27560.
func TestReceiptMembersAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| member | holds | stands for |")
	if !found {
		t.Fatal("docs/privacy.md has no table of a receipt's members")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	for _, name := range members(reflect.TypeFor[consent.Document]()) {
		if !strings.Contains(table, "`"+name+"`") && !strings.Contains(table, "`records[]."+name+"`") {
			t.Errorf("the table lacks %s", name)
		}
	}
}

// members are the names that a type has in JSON, and those of the types in it.
func members(of reflect.Type) []string {
	for of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	var names []string
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		return nil
	}
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "records" {
			names = append(names, name)
		}
		names = append(names, members(field.Type)...)
	}
	return names
}

func TestConsentAnotherPersonsReceiptIsAbsent(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"})
	r := w.answer(said{"letters": consent.Granted})
	if _, err := w.store.Receipt(t.Context(), identity.NewCode(), r.ID); !errors.Is(err, consent.ErrNotFound) {
		t.Errorf("another person's receipt: %v", err)
	}
}

func TestViews(t *testing.T) {
	w := newTown(t, [2]string{"a", "x"}, [2]string{"b", "x"})
	w.now = day(1)
	r := w.answer(said{"letters": consent.Granted, "lenders": consent.Granted})
	w.now = day(2)
	w.catalog.Choices[1].Refuse = "Not them."
	w.catalog.Choices[1].Hash = policy.HashChoice(w.catalog.Choices[1].Words, "Not them.")
	in := w.situation(storetest.Nonce())
	all, err := consent.Views(t.Context(), w.store, in, consent.Affected(w.standings()))
	if err != nil || len(all) != 2 {
		t.Fatalf("%d views, %v", len(all), err)
	}
	if v := all[0]; v.State != templates.NotAsked || v.Again == nil || v.Again.Was != templates.Granted || len(v.Again.Text) == 0 || v.Receipt != "" {
		t.Errorf("letters look like %+v", v)
	}
	if v := all[1]; v.Again == nil || v.Again.Refuse != "No lenders." || v.Again.Comparison != "" {
		t.Errorf("lenders look like %+v", v)
	}
	w.now = day(1)
	all, err = consent.Views(t.Context(), w.store, w.situation(storetest.Nonce()), w.standings())
	if err != nil || all[0].Receipt != consent.ReceiptPath(r.ID) || !all[0].Since.Equal(day(1)) || all[0].Version != 1 {
		t.Errorf("letters look like %+v, %v", all[0], err)
	}
}
