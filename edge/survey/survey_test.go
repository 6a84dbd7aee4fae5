package survey_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/edge/survey"
	"indigex.com/indigex/policy"
)

func form() *policy.Form {
	return &policy.Form{Title: "Lanterns", Fields: []policy.Field{
		{Name: "light", Type: "choice", Label: "Which light?", Options: []string{"Oil", "Gas", "Wax"}},
		{Name: "ease", Type: "scale", Label: "How easy?", From: 1, To: 3},
		{Name: "zip", Type: "zip-code", Label: "Where?"},
		{Name: "better", Type: "long-text", Label: "What else?"},
		{Name: "name", Type: "text", Label: "Name", Category: "contact.name"},
	}}
}

func TestResult(t *testing.T) {
	tally := survey.NewTally(form())
	for i := range 63 {
		answers := map[string][]string{"name": {"Anna"}, "zip": {"64101"}}
		switch {
		case i < 31:
			answers["light"] = []string{"Oil"}
		case i < 51:
			answers["light"] = []string{"Gas"}
		case i < 58:
			answers["light"] = []string{"Wax"}
		}
		if i < 12 {
			answers["ease"], answers["better"] = []string{"2"}, []string{"=cmd"}
		}
		tally.Add(answers)
	}
	var b bytes.Buffer
	if err := tally.Result().WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `question,answer,count
Lanterns,"answers in all, rounded",65
Which light?,Oil,30
Which light?,Gas,
Which light?,Wax,
How easy?,1,
How easy?,2,10
How easy?,3,
Where?,641xx,65
` + strings.Repeat("What else?,'=cmd,\n", 12)
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// Whatever people answer: no group below the threshold is shown, never is one
// group hidden alone among others, few texts are withheld, and no cell is a
// formula.
func TestNobodyIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tally, truth, texts := survey.NewTally(form()), map[string]int{}, 0
		for range rapid.IntRange(0, 80).Draw(t, "people") {
			answers := map[string][]string{}
			if light := rapid.SampledFrom([]string{"", "Oil", "Oil", "Gas", "Wax"}).Draw(t, "light"); light != "" {
				answers["light"] = []string{light}
				truth[light]++
			}
			if text := rapid.SampledFrom([]string{"", "", "", "=1+1", "@x", "good"}).Draw(t, "text"); text != "" {
				answers["better"] = []string{text}
				texts++
			}
			tally.Add(answers)
		}
		r := tally.Result()
		hidden := 0
		for _, g := range r.Questions[0].Groups {
			if g.Hidden {
				hidden++
				if g.Count != 0 {
					t.Fatalf("a hidden group has the count %d", g.Count)
				}
			} else if truth[g.Answer] < survey.Threshold || g.Count%5 != 0 {
				t.Fatalf("%d people are shown as %d", truth[g.Answer], g.Count)
			}
		}
		if hidden == 1 {
			t.Fatalf("one group is hidden alone: %+v", r.Questions[0].Groups)
		}
		for _, q := range r.Questions {
			if q.Label == "What else?" && (texts < survey.Threshold) != (len(q.Texts) == 0) {
				t.Fatalf("%d texts, shown %d", texts, len(q.Texts))
			}
			if q.Label == "Name" {
				t.Fatal("contact information is shown")
			}
		}
		var b bytes.Buffer
		if err := r.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Fatalf("%q is a formula", cell)
				}
			}
		}
	})
}
