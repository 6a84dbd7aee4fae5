package consent_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// day returns the noon of the n-th day of 2026; version n holds from day n on.
func day(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }

// lanterns is a catalog of one policy. Each version is the texts of its two
// sections: that of the letters and that of the lenders. An empty text is a
// section that isn't there. As the generator does, it has a notice for each
// two versions that differ, which lists the choices of the sections that do.
func lanterns(versions ...[2]string) *policy.Catalog {
	c := &policy.Catalog{Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Texts: map[string]string{}, Choices: []policy.Choice{
		choice("letters", false, "alerts", "letters-by-post"),
		choice("lenders", true, "alerts"),
	}}
	p := policy.CatalogPolicy{ID: "privacy", Short: "Privacy", Address: "https://lanterns.example/privacy/"}
	for i, texts := range versions {
		v := policy.CatalogVersion{Number: i + 1, Effective: policy.Day{Time: day(i + 1).Truncate(24 * time.Hour)}}
		v.Published = v.Effective
		for k, text := range texts {
			if text != "" {
				hash := policy.HashText(text)
				c.Texts[hash] = text
				v.Sections = append(v.Sections, policy.Section{ID: c.Choices[k].Section, Title: "Of " + c.Choices[k].ID, Hash: hash})
			}
		}
		p.Versions = append(p.Versions, v)
	}
	for from := range versions {
		for to := from + 1; to < len(versions); to++ {
			n := policy.Notice{From: from + 1, To: to + 1, Kind: policy.Material}
			for k := range 2 {
				if versions[from][k] != versions[to][k] {
					n.Choices = append(n.Choices, c.Choices[k].ID)
				}
			}
			if n.Choices != nil {
				p.Notices = append(p.Notices, n)
			}
		}
	}
	c.Policies = []policy.CatalogPolicy{p}
	return c
}

func choice(id string, gpc bool, purposes ...string) policy.Choice {
	c := policy.Choice{ID: id, Words: "Send me " + id + ".", Refuse: "No " + id + ".", Policy: "privacy", Section: "about-" + id, Purposes: purposes, GPC: gpc}
	c.Hash = policy.HashChoice(c.Words, c.Refuse)
	return c
}

// record returns an answer to a choice's present words under a version.
func record(c *policy.Catalog, id string, state consent.State, version int, sequence int64) consent.Record {
	return consent.Record{Answer: consent.Answer{
		Choice: id, State: state, Policy: "privacy", Version: version, WordsHash: c.Choice(id).Hash,
	}, Sequence: sequence, At: day(version)}
}

// states writes down standings, such as "letters granted, lenders refused by signal".
func states(all []consent.Standing) string {
	text := ""
	for i, s := range all {
		if i > 0 {
			text += ", "
		}
		text += s.Choice.ID + " "
		switch {
		case s.Signal:
			text += "refused by signal"
		case s.State == consent.NotAsked:
			text += "not asked"
		default:
			text += string(s.State)
		}
	}
	return text
}

// A town is a catalog, a person, and a store on a file.
type town struct {
	testing.TB
	catalog *policy.Catalog
	now     time.Time
	store   *store.Store
	code    identity.Code
	signal  bool
}

func newTown(tb testing.TB, versions ...[2]string) *town {
	return &town{TB: tb, catalog: lanterns(versions...), now: day(len(versions)), store: storetest.SQLite(tb), code: identity.NewCode()}
}

func (w *town) latest() []consent.Record {
	w.Helper()
	records, err := w.store.Latest(w.Context(), w.code)
	if err != nil {
		w.Fatal(err)
	}
	return records
}

func (w *town) standings() []consent.Standing {
	w.Helper()
	return consent.Evaluate(w.catalog, w.now, w.latest(), w.signal)
}

func (w *town) want(text string) {
	w.Helper()
	if got := states(w.standings()); got != text {
		w.Errorf("there stand %q, want %q", got, text)
	}
}

// form is one that a window shows now.
func (w *town) form() consent.Form {
	w.Helper()
	return consent.NewForm(w.catalog, w.now, w.standings())
}

// send posts a form: the answers are written as "letters=granted".
func (w *town) send(f consent.Form, nonce identity.Nonce, answers map[string]consent.State) (consent.Receipt, error) {
	w.Helper()
	return w.post(consent.Posted{Form: f, Answers: answers}, nonce)
}

func (w *town) post(p consent.Posted, nonce identity.Nonce) (consent.Receipt, error) {
	w.Helper()
	sub, ok, err := consent.Submit(w.situation(nonce), p)
	if err != nil || !ok {
		return consent.Receipt{}, err
	}
	r, _, err := w.store.Append(w.Context(), sub)
	return r, err
}

func (w *town) situation(nonce identity.Nonce) consent.Situation {
	w.Helper()
	return consent.Situation{
		Catalog: w.catalog, Now: w.now, Host: "lanterns.example", Source: consent.FromPreferences,
		Code: w.code, Nonce: nonce, Records: w.latest(), Signal: w.signal,
	}
}

// answer has the person answer in a new window.
func (w *town) answer(answers map[string]consent.State) consent.Receipt {
	w.Helper()
	r, err := w.send(w.form(), storetest.Nonce(), answers)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func chosen(r consent.Receipt) []string {
	var all []string
	for _, a := range r.Answers {
		all = append(all, fmt.Sprintf("%s=%s", a.Choice, a.State))
	}
	slices.Sort(all)
	return all
}
