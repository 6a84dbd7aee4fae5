package policy

import (
	"encoding/json"
	"reflect"
	"testing"
)

func sampleComparison() *Comparison {
	return &Comparison{
		Proposed:     ProposedSubstantive,
		WordsChanged: 3,
		Sections: []SectionComparison{{
			ID: "time", Title: "4. How long", OldTitle: "3. How long", Status: SectionChanged, Renumbered: true,
			WordsAdded: 2, WordsRemoved: 1,
			OldID: "time", Level: 2, Proposed: ProposedSubstantive, Decisive: Edit{EditNumber, "30", "60"},
		}},
		Ops: []Op{{OpEqual, "How long: "}, {OpDelete, "30 & <"}, {OpInsert, "60 & more"}, {OpEqual, "\n"}},
	}
}

const sampleComparisonFile = `{
  "same": false,
  "proposed": "substantive",
  "words_changed": 3,
  "links_changed": 0,
  "sections": [
    {
      "id": "time",
      "title": "4. How long",
      "old_title": "3. How long",
      "status": "changed",
      "moved": false,
      "renamed": false,
      "renumbered": true,
      "words_added": 2,
      "words_removed": 1
    }
  ],
  "ops": [
    {
      "op": "equal",
      "text": "How long: "
    },
    {
      "op": "delete",
      "text": "30 & <"
    },
    {
      "op": "insert",
      "text": "60 & more"
    },
    {
      "op": "equal",
      "text": "\n"
    }
  ]
}
`

func TestEncodeComparison(t *testing.T) {
	got, err := sampleComparison().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != sampleComparisonFile {
		t.Errorf("encoded:\n%s\nwant:\n%s", got, sampleComparisonFile)
	}
}

func TestEncodeComparisonOfNothing(t *testing.T) {
	data, err := (&Comparison{Same: true, Proposed: ProposedNone}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	var loose map[string]any
	if err := json.Unmarshal(data, &loose); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"sections", "ops"} {
		if got, ok := loose[list].([]any); !ok || len(got) > 0 {
			t.Errorf("%s is %v, want an empty list", list, loose[list])
		}
	}
}

func TestTexts(t *testing.T) {
	c := sampleComparison()
	if got, want := c.OldText(), "How long: 30 & <\n"; got != want {
		t.Errorf("old text %q, want %q", got, want)
	}
	if got, want := c.NewText(), "How long: 60 & more\n"; got != want {
		t.Errorf("new text %q, want %q", got, want)
	}
}

func TestCells(t *testing.T) {
	b := BlockComparison{Kind: BlockRow, Ops: []Op{
		{OpEqual, "sid\t"}, {OpDelete, "a"}, {OpInsert, "two"}, {OpEqual, " days\t\tyes"}, {OpInsert, "\tnew"},
	}}
	want := [][]Op{
		{{OpEqual, "sid"}},
		{{OpDelete, "a"}, {OpInsert, "two"}, {OpEqual, " days"}},
		nil,
		{{OpEqual, "yes"}},
		{{OpInsert, "new"}},
	}
	if got := b.Cells(); !reflect.DeepEqual(got, want) {
		t.Errorf("cells %v, want %v", got, want)
	}
}
