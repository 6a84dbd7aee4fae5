package policies

import (
	"strings"
	"testing"
)

// TestHiddenText plants, in an announced version, what a reader sees
// otherwise than a comparison does. The sentence that it stands in is one
// that the version declares as new.
func TestHiddenText(t *testing.T) {
	const file, words = "policies/privacy/2026-07-01.md", "We may ask you what you think of our lamps. We"
	for planted, want := range map[string]string{
		"<!-- We sell it. --> We":         ":51:1 error raw-html",
		"<script>We sell it.</script> We": ":51:1 error raw-html",
		"We ~~never~~ ask you. We":        ":51:4 error hidden-text: the text is struck out",
		"We ask 14\u202e days later. We":  ":51:10 error hidden-text: the text has the character U+202E",
		"We a\u200bsk you. We":            ":51:5 error hidden-text: the text has the character U+200B",
		"We a\u00adsk you. We":            ":51:5 error hidden-text: the text has the character U+00AD",
		"We a\u0001sk you. We":            ":51:5 error hidden-text: the text has the character U+0001",
	} {
		set := load(t, edit(t, file, words, planted))
		if got := problems(t, set, worldTime); !strings.Contains(got, file+want) {
			t.Errorf("%q: got\n%swant %s", planted, got, want)
		}
	}
}

// TestSectionNames plants ids that people or pages could take for others.
func TestSectionNames(t *testing.T) {
	const file = "policies/privacy/2026-07-01.md"
	for planted, want := range map[string]string{
		"{#main-content}": `error section-id: id "main-content" can't be that of a section`,
		"{#SURVEYS}":      `error section-id: id "SURVEYS" can't be that of a section`,
		"{#surv\u0435ys}": "can't be that of a section",
		"":                "error section-id: the section has no id of its own",
	} {
		if got := problems(t, load(t, edit(t, file, "{#surveys}", planted)), worldTime); !strings.Contains(got, want) {
			t.Errorf("%q: got\n%swant %s", planted, got, want)
		}
	}
	for planted, want := range map[string]string{
		"{shared: sharing, consent: sharing}": `error section-alias: id "consent" is that of a section`,
		"{shared: shraing}":                   `error section-alias: there is no section "shraing" (did you mean "sharing"?)`,
		"{shared: sharing, Old: sharing}":     `error section-alias: "Old" is no id of a section`,
		"{}":                                  `error section-alias: section "shared" of version 1 is gone`,
	} {
		set := load(t, edit(t, "policies/privacy/2026-01-01.md", "{shared: sharing}", planted))
		if got := problems(t, set, worldTime); planted != "{}" && !strings.Contains(got, want) {
			t.Errorf("aliases %s: got\n%swant %s", planted, got, want)
		}
	}
}

// TestLongSentence bounds the search for what readers are told.
func TestLongSentence(t *testing.T) {
	if words := burden(strings.Repeat("see page ", 20000) + "and you should check this page regularly."); words == nil {
		t.Error("the end of a long sentence isn't read")
	}
}

func TestBurdenInSummary(t *testing.T) {
	set := load(t, edit(t, "policies/privacy/2026-07-01.md", "You need not answer.", "Please check this page regularly for changes."))
	if got := problems(t, set, worldTime); !strings.Contains(got, `notice-burden: readers are told to "check this page regularly`) {
		t.Errorf("got\n%s", got)
	}
}

func TestTimeOfDay(t *testing.T) {
	set := load(t, edit(t, "policies/privacy/2026-07-01.md", "published: 2026-05-15", "published: 2026-05-15T10:00:00Z"))
	if got := problems(t, set, worldTime); !strings.Contains(got, "policy-date: a version is published, and takes effect, on a day") {
		t.Errorf("got\n%s", got)
	}
}

// TestDraftAlone promises, in a draft alone, a purpose that is declared.
func TestDraftAlone(t *testing.T) {
	set := load(t, edit(t, "policies/privacy/2026-07-01.md", "version: 3\n", "version: 3\ndraft: true\n"))
	if got := problems(t, set, worldTime); !strings.Contains(got, `warning promise-missing: purpose "surveys" is promised by a draft alone`) {
		t.Errorf("got\n%s", got)
	}
}

// TestUnreadDraft breaks the front matter of a draft: the versions before it
// are not to blame.
func TestUnreadDraft(t *testing.T) {
	set := load(t, edit(t, "policies/privacy/2026-07-01.md", "summary: We will", "summary: New: we will"))
	got := problems(t, set, worldTime)
	if !strings.Contains(got, "2026-07-01.md:5:1 error yaml") || strings.Contains(got, "2025-01-01.md") || strings.Contains(got, "version 0") {
		t.Errorf("got\n%s", got)
	}
}

func TestSale(t *testing.T) {
	set := load(t, edit(t, "purposes.yaml", `dpv: "dpv:AccountManagement"`, `dpv: "dpv:SellDataToThirdParties"`))
	if got := problems(t, set, worldTime); !strings.Contains(got, `error dpv-term: "dpv:SellDataToThirdParties" is a purpose of sale`) {
		t.Errorf("got\n%s", got)
	}
}

func TestEmptyWords(t *testing.T) {
	set := load(t, edit(t, "policies/privacy/2026-07-01.md", "text: You may be asked what you think of our lamps, and need not answer.", `text: "…"`))
	if got := problems(t, set, worldTime); !strings.Contains(got, "error missing-value: the text of the change says nothing") {
		t.Errorf("got\n%s", got)
	}
}
