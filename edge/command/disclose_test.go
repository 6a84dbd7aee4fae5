package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// addProcessors adds to the catalog of a public folder what is passed on to
// whom: offers by choice, and repairs to those who asked for one.
func addProcessors(t *testing.T, public string) {
	t.Helper()
	file := filepath.Join(public, "catalog.json")
	data, err := os.ReadFile(file)
	must(t, err)
	c, err := policy.DecodeCatalog(data)
	must(t, err)
	keep, err := policy.ParsePeriod("P1Y")
	must(t, err)
	c.Retention = []policy.Retention{{ID: "account", Keep: keep, From: "last sign-in", Text: "A year."}}
	for _, id := range []string{"contact.name", "contact.email", "contact.phone"} {
		c.Categories = append(c.Categories, policy.Category{ID: id, Name: id, Text: "Yours.", Retention: "account"})
	}
	c.Purposes[0].Categories = []string{"contact.email", "contact.name"}
	c.Purposes = append(c.Purposes, policy.Purpose{ID: "repairs", Name: "Repairs", Text: "We mend it.", Categories: []string{"contact.name", "contact.phone"}})
	c.Processors = []policy.Processor{{ID: "house", Role: "House", Service: "Sends and mends.", Country: "US", Purposes: []string{"marketing", "repairs"}, Categories: []string{"contact.name", "contact.email"}}}
	for _, f := range []policy.Form{
		{ID: "register", Fields: []policy.Field{
			{Name: "name", Type: "text", Label: "Name", Category: "contact.name", Purpose: "marketing"}, {Name: "email", Type: "email", Label: "Email", Category: "contact.email", Purpose: "marketing"},
		}},
		{ID: "repair", Fields: []policy.Field{
			{Name: "who", Type: "text", Label: "Name", Category: "contact.name", Purpose: "repairs"}, {Name: "call", Type: "phone", Label: "Phone", Category: "contact.phone", Purpose: "repairs"},
		}},
	} {
		f.Title, f.Description, f.Policy, f.Who, f.Retention, f.Parts = "Form", "A form.", "privacy", "anyone", "account", []policy.Part{}
		f.Hash = policy.HashForm(&f, c.Choices)
		c.Forms = append(c.Forms, f)
	}
	data, err = c.Encode()
	must(t, err)
	write(t, public, "catalog.json", string(data))
}

// What is passed on is what the processor may receive, of those who granted it
// or gave it for the purpose, and each of them sees it.
func TestDisclose(t *testing.T) {
	dir, public := t.TempDir(), newPublic(t)
	addProcessors(t, public)
	url := "sqlite:" + filepath.Join(dir, "edge.db")
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	codes := map[string]identity.Code{}
	for i, name := range []string{"jane", "mallory", "nobody"} {
		codes[name] = identity.NewCode()
		_, _, err := s.Accounts().Register(t.Context(), account.Registration{
			ID: account.ID{byte(i + 1)}, UserID: name, PasswordHash: "none", Profile: codes[name], At: time.Now(),
			Details: map[account.Field]string{account.Name: "=cmd|" + name, account.Email: name + "@example.org", account.Phone: "555"}, Session: account.NewSession{ID: [16]byte{byte(i + 1)}, Hash: account.SessionHash{byte(i)}},
		})
		must(t, err)
	}
	const words = "form: repair\n"
	_, err = s.Forms().Send(t.Context(), form.Sending{Text: words, Submission: form.Submission{
		ID: identity.Nonce{9}, Form: "repair", Code: identity.NewCode(), At: storetest.At, State: form.Taken, Words: policy.HashText(words), Answers: form.Answers{"who": {"Ben"}, "call": {"911"}},
	}})
	must(t, err)
	must(t, s.Close())
	answer(t, url, codes["jane"], consent.Granted, "Send me offers.")
	answer(t, url, codes["mallory"], consent.Refused, "Send me offers.")

	run := func(want int, purpose, file string) (said, data string) {
		t.Helper()
		code, said := ask(t, "disclose", "house", "--for", purpose, "--public", public, "--store", url, "--to", filepath.Join(dir, file))
		if code != want {
			t.Errorf("%s: exit %d: %s", purpose, code, said)
		}
		text, _ := os.ReadFile(filepath.Join(dir, file))
		return said, string(text)
	}
	said, data := run(0, "marketing", "offers.csv")
	if !strings.Contains(said, "rows 1,") || !strings.Contains(data, "disclosure,contact.email,contact.name\n") || !strings.Contains(data, ",,'=cmd|jane\n") || strings.Contains(data, "mallory") || strings.Contains(data, "example.org") || strings.Contains(data, "555") {
		t.Errorf("offers: %s%s", said, data)
	}
	if info, err := os.Stat(filepath.Join(dir, "offers.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
	if said, data := run(0, "repairs", "repairs.csv"); !strings.Contains(data, "contact.name\n") || !strings.Contains(data, ",Ben\n") || strings.Contains(data, "911") || strings.Contains(data, "jane") {
		t.Errorf("repairs: %s%s", said, data)
	}
	run(2, "marketing", "offers.csv")
	if said, _ := run(2, "sales", "x.csv"); !strings.Contains(said, "there is no purpose") {
		t.Errorf("no purpose: %s", said)
	}
	s, err = store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	for name, want := range map[string]int{"jane": 1, "mallory": 0, "nobody": 0} {
		list, err := s.Disclosures().Disclosures(t.Context(), codes[name], 0, 10)
		if err != nil || len(list) != want || want > 0 && (list[0].Processor != "house" || strings.Join(list[0].Categories, " ") != "contact.name") {
			t.Errorf("%s sees %+v, %v", name, list, err)
		}
	}
	must(t, s.Close())
}
