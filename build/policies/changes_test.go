package policies

import (
	"fmt"
	"strings"
	"testing"
)

func TestChanges(t *testing.T) {
	const v1, v2, v3 = "policies/privacy/2025-01-01.md", "policies/privacy/2026-01-01.md", "policies/privacy/2026-07-01.md"
	const notice = "## 1. Notice {#notice}\n\nWe ask for your email address and a User ID to [open your account](/forms/register). We ask for nothing else.\n\n"
	const surveys = "    sections: [surveys]\n"
	for _, test := range []struct{ name, changes, want string }{
		{"unlisted", edit(t, v3, "We ask for nothing else.", "We ask for more."),
			`2026-07-01.md:7:5 error policy-change: section "notice" changed (3 words differ, proposed: substantive), and no change lists it (add below changes: - {kind: material, sections: [notice], text: "…"})`},
		{"unlisted typo", edit(t, v3, "your email address", "your email adress"),
			`section "notice" changed (2 words differ, proposed: editorial), and no change lists it (add below changes: - {kind: editorial, sections: [notice], text: "…"})`},
		{"unlisted subsection", edit(t, v3, "what you decided, and when", "what you decided, where, and when"),
			`section "consent" changed (1 word differs`},
		{"unlisted link", edit(t, v3, "(/preferences)", "(/account)"),
			`section "consent" has other links, and no change lists it`},
		{"unlisted removal", edit(t, v3, "## 2. Consent {#consent}\n", "", "### How we remember it {#memory}\n", "", "aliases: {", "aliases: {consent: notice, memory: notice, "),
			`section "consent" is gone (`},
		{"unlisted move", edit(t, v3, notice, "", "## 3. Who", notice+"## 3. Who"),
			`section "notice" moved, and no change lists it (add below changes: - {kind: editorial, sections: [notice], text: "…"})`},
		{"same", edit(t, v3, "sections: [surveys]", "sections: [surveys, notice]"),
			`2026-07-01.md:8:25 error policy-change: section "notice" is listed, and is the same as in version 2 (sections that differ: surveys)`},
		{"nowhere", edit(t, v3, "sections: [surveys]", "sections: [surveys, concent]"),
			`2026-07-01.md:8:25 error policy-change: section "concent" is neither in version 3 nor in version 2 (did you mean "consent"?)`},
		{"twice", edit(t, v3, "sections: [surveys]", "sections: [surveys, surveys]"),
			`section "surveys" is listed twice in one change`},
		{"no section", edit(t, v3, "sections: [surveys]", "sections: []"),
			`2026-07-01.md:7:5 error policy-change: the change lists no section (name the sections that differ: surveys)`},
		{"first", edit(t, v1, "promises:\n", "changes:\n  - {kind: editorial, sections: [notice], text: \"A typo.\"}\npromises:\n"),
			`2025-01-01.md:7:5 error policy-change: the first version declares a change`},
		{"none declared", edit(t, v3, "changes:\n  - kind: material\n"+surveys+"    purposes: [surveys]\n    text: You may be asked what you think of our lamps, and need not answer.\n", ""),
			`2026-07-01.md:1:1 error policy-change: the version declares no changes, but section "surveys" is new (`},
		{"purpose", edit(t, v3, "kind: material", "kind: editorial"),
			`2026-07-01.md:7:5 error policy-change: purpose "surveys" is new in section "surveys", and the change is declared editorial (declare it material, and name it there: purposes: [surveys])`},
		{"category", edit(t, v3, "kind: material", "kind: editorial"),
			`category "survey.answers" is new in section "surveys", and the change is declared editorial (declare it material)`},
		{"recipient", edit(t, v2, "  - kind: material\n    sections: [sharing]", "  - kind: editorial\n    sections: [sharing]"),
			`2026-01-01.md:12:5 error policy-change: processor "mail-house" is new in section "sharing", and the change is declared editorial`},
		{"choice", edit(t, v2, "  - kind: material\n    sections: [consent]", "  - kind: editorial\n    sections: [consent]"),
			`2026-01-01.md:7:5 error policy-change: choice "marketing.postal" is new in section "consent", and the change is declared editorial`},
		{"unnamed", edit(t, v2, "  - kind: material\n    sections: [sharing]\n    processors: [mail-house]", "  - kind: clarification\n    sections: [sharing]"),
			`error policy-change: section "sharing" promises processor "mail-house" for the first time, and no change says so (list the section in a change of kind material, and name it there: processors: [mail-house])`},
		{"promised before", edit(t, v3, "  sharing:\n    purposes: [offers.postal]", "  sharing:\n    categories: [survey.answers]\n    purposes: [offers.postal]", "  surveys:\n    purposes: [surveys]\n    categories: [survey.answers]\n", "  surveys:\n    purposes: [surveys]\n"),
			`notice policy-change: section "sharing" promises category "survey.answers" for the first time, and its text is that of version 2`},
		{"controller", edit(t, v3, "changes:\n", "changes:\n  - {kind: editorial, sections: [sharing], text: \"A name.\"}\n", "outside the company", "outside Lamps, Inc."),
			`2026-07-01.md:7:5 error policy-change: section "sharing" names Lamps, Inc. 1 times, before 0 times, and the change is declared editorial`},
		{"substance", edit(t, v3, "changes:\n", "changes:\n  - {kind: editorial, sections: [sharing], text: \"A word.\"}\n", "We do not sell it", "We sell it"),
			`2026-07-01.md:7:5 warning policy-change: section "sharing" is declared editorial, and "do not" was taken away`},
		{"affected", edit(t, v3, "purposes: [surveys]\n    text", "purposes: [survey]\n    choices: [news]\n    processors: [printer]\n    text"),
			`2026-07-01.md:10:15 error policy-reference: choice "news" is not declared`},
		{"other policy", edit(t, "choices.yaml", "policy: privacy", "policy: cookies") + edit(t, v3, "    text: You", "    choices: [newsletter]\n    text: You"),
			`2026-07-01.md:10:15 error policy-change: choice "newsletter" is offered by policy cookies, not by this one`},
		{"preamble", edit(t, v3, "## 1. Notice", "Welcome.\n\n## 1. Notice"),
			`the text before the first section differs from that of the version before, and no change can name it`},
	} {
		s := load(t, test.changes)
		near := around(worldTime)
		near.Controllers = []string{"Lamps, Inc."}
		var got strings.Builder
		for _, p := range s.Check(near).Sorted() {
			fmt.Fprintf(&got, "%s:%d:%d %s %s: %s (%s)\n", p.Path, p.Line, p.Col, p.Severity, p.Rule, p.Message, p.Hint)
		}
		if !strings.Contains(got.String(), test.want) {
			t.Errorf("%s: problems are\n%swant\n%s", test.name, got.String(), test.want)
		}
	}
}

// TestChangesFine are true declarations.
func TestChangesFine(t *testing.T) {
	const v3 = "policies/privacy/2026-07-01.md"
	const more = "changes:\n  - {kind: editorial, sections: [%s], text: \"A small thing.\"}\n"
	for name, changes := range map[string]string{
		"typo":            edit(t, v3, "changes:\n", fmt.Sprintf(more, "notice"), "your email address", "your email adress"),
		"alias":           edit(t, v3, "changes:\n", fmt.Sprintf(more, "shared"), "rent it out.", "rent it out!"),
		"subsection":      edit(t, v3, "changes:\n", fmt.Sprintf(more, "memory"), "what you decided, and when", "what you decided and when"),
		"link":            edit(t, v3, "changes:\n", fmt.Sprintf(more, "notice"), "(/forms/register)", "(/account)"),
		"renamed":         edit(t, v3, "changes:\n", fmt.Sprintf(more, "sharing"), "3. Who else sees it", "3. Who may see it"),
		"renumbered":      edit(t, v3, "## 4. Surveys", "## 5. Surveys", "## 3. Who", "## 4. Who"),
		"listed renumber": edit(t, v3, "changes:\n", fmt.Sprintf(more, "sharing"), "## 3. Who", "## 4. Who"),
		"beside":          edit(t, v3, "changes:\n", fmt.Sprintf(more, "surveys")),
	} {
		if got := problems(t, load(t, changes), worldTime); strings.Contains(got, "policy-change") {
			t.Errorf("%s: problems are\n%s", name, got)
		}
	}
}
