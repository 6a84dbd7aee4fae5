package policies

import (
	"encoding/json"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

func TestModel(t *testing.T) {
	changes := edit(t, "policies/privacy/2026-07-01.md", "version: 3", "version: 3\ndraft: true") +
		edit(t, "policies/privacy/2026-01-01.md", "agree to offers by", `agree to "offers" by`) +
		edit(t, "choices.yaml", `"Send me the newsletter by email."`, `'Send me the "newsletter" by email.'`)
	s := load(t, changes)
	p := s.Policy("privacy").Model(false)
	if len(p.Versions) != 2 || len(s.Policy("privacy").Model(true).Versions) != 3 {
		t.Errorf("there are %d versions without drafts", len(p.Versions))
	}
	v := p.Version(2)
	if want := "You can now agree to “offers” by postal mail."; !strings.HasPrefix(v.Summary, want) {
		t.Errorf("the summary is %q", v.Summary)
	}
	if v.Aliases["shared"] != "sharing" || len(v.Sections) != 3 || v.Sections[2].ID != "sharing" || v.Sections[2].Hash == "" {
		t.Errorf("aliases %v, sections %v", v.Aliases, v.Sections)
	}
	if got := v.Promises["sharing"].Processors; len(got) != 1 || got[0] != "mail-house" {
		t.Errorf("the section promises processors %v", got)
	}
	if len(p.Reviews) != 1 || p.Reviews[0].Version != 2 {
		t.Errorf("reviews are %v", p.Reviews)
	}
	c := s.Choice("newsletter").Model()
	if c.Words != `Send me the "newsletter" by email.` || c.Hash != policy.HashChoice(c.Words, c.Refuse) {
		t.Errorf("the choice is %+v", c)
	}
}

// TestModelLists holds what programs read: an empty list is [], never null.
func TestModelLists(t *testing.T) {
	s := load(t, "")
	all := []any{s.Policy("privacy").Model(true), (&Policy{}).Model(true), (&Change{}).Model(), (&Choice{}).Model(), (&Form{}).Model(), (&Purpose{}).Model(), (&Processor{}).Model(), (&Field{}).Model()}
	for _, f := range s.Forms {
		all = append(all, f.Model())
	}
	for _, model := range all {
		if text, err := json.Marshal(model); err != nil || strings.Contains(string(text), "null") {
			t.Errorf("%T is %s (%v)", model, text, err)
		}
	}
	if got := s.Retentions[1].Model(); got.Keep.String() != "P90D" || got.From != "close of the survey" {
		t.Errorf("the retention is %+v", got)
	}
	if c, m := s.Categories[0].Model(), s.Mechanisms[0].Model(); c.Retention != "account" || m.Address != "/preferences" {
		t.Errorf("the category is %+v, the mechanism %+v", c, m)
	}
}
