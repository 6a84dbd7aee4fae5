package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// A survey is counted when it has closed, and shows no small group.
func TestSurvey(t *testing.T) {
	dir, public := t.TempDir(), newPublic(t)
	addProcessors(t, public)
	file := filepath.Join(public, "catalog.json")
	data, err := os.ReadFile(file)
	must(t, err)
	c, err := policy.DecodeCatalog(data)
	must(t, err)
	f := policy.Form{
		ID: "light", Title: "Light", Description: "Of lanterns.", Policy: "privacy", Who: "once", Retention: "account", Apart: true, Parts: []policy.Part{},
		Closes: policy.Moment{Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)},
		Fields: []policy.Field{{Name: "which", Type: "choice", Label: "Which?", Options: []string{"Oil", "Gas", "Wax"}, Category: "contact.phone", Purpose: "repairs"}},
	}
	f.Fields[0].Category = "opinion"
	c.Categories = append(c.Categories, policy.Category{ID: "opinion", Name: "Opinion", Text: "Yours.", Retention: "account"})
	c.Purposes[1].Categories = append(c.Purposes[1].Categories, "opinion")
	f.Hash = policy.HashForm(&f, c.Choices)
	c.Forms = append(c.Forms, f)
	data, err = c.Encode()
	must(t, err)
	write(t, public, "catalog.json", string(data))
	url := "sqlite:" + filepath.Join(dir, "edge.db")
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	const words = "form: light\n"
	for i := range 45 {
		answer := []string{"Oil", "Oil", "Gas"}[i%3]
		if i == 0 {
			answer = "Wax"
		}
		_, err := s.Forms().Send(t.Context(), form.Sending{Text: words, Submission: form.Submission{
			ID: storetest.Nonce(), Form: "light", Code: identity.NewCode(), At: storetest.At, State: form.Taken, Words: policy.HashText(words), Answers: form.Answers{}, Apart: form.Answers{"which": {answer}},
		}})
		must(t, err)
	}
	must(t, s.Close())
	run := func(want int, month time.Month, args ...string) string {
		var out strings.Builder
		p := command.Program{Stdout: &out, Stderr: &out, LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return time.Date(2026, month, 2, 0, 0, 0, 0, time.UTC) }}
		if got := command.Run(t.Context(), p, append([]string{"survey", "--public", public, "--store", url}, args...)); got != want {
			t.Errorf("%v %q: exit %d: %s", month, args, got, out.String())
		}
		return out.String()
	}
	if said := run(2, time.February, "light"); !strings.Contains(said, "closes at 2026-03-01") {
		t.Errorf("before it closed: %s", said)
	}
	if got, want := run(0, time.March, "--format", "csv", "light"), fmt.Sprintf("question,answer,count\nLight,%q,45\nWhich?,Oil,30\nWhich?,Gas,\nWhich?,Wax,\n", "answers in all, rounded"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if said := run(0, time.March, "light"); !strings.Contains(said, "█") || strings.Count(said, "      hidden\n") != 2 {
		t.Errorf("text: %s", said)
	}
	run(2, time.March, "repair")
}
