package policies

import (
	"strings"
	"testing"
)

func TestBurden(t *testing.T) {
	for sentence, want := range map[string]string{
		"Check this page regularly.":                                        "check this page regularly",
		"Please review this policy periodically for changes.":               "review this policy periodically",
		"We encourage you to periodically review this page.":                "review this page",
		"You should check back often.":                                      "check back often",
		"Check back for updates.":                                           "check back for updates",
		"If you want to know more, visit our site from time to time.":       "visit our site from time to time",
		"From time to time, check this page.":                               "check this page",
		"We recommend that you read this statement again and again.":        "read this statement again",
		"You are responsible for checking this page for changes.":           "checking this page for changes",
		"We advise visiting these pages frequently.":                        "visiting these pages frequently",
		"Users must consult these terms on a regular basis.":                "consult these terms on a regular basis",
		"We tell you about updates.":                                        "",
		"All versions stay online.":                                         "",
		"We review this policy regularly.":                                  "",
		"We promise to review this policy periodically.":                    "",
		"You need not check this page regularly.":                           "",
		"A banner tells you, so you never have to check back.":              "",
		"If you visit our sites often, we know the pages that you viewed.":  "",
		"From time to time we ask you to take part in surveys or contests.": "",
		"You can review the information on your account page at any time.":  "",
		"Read this policy with care.":                                       "",
		"We store it, review our notices regularly, and tell you.":          "",
		"The page of changes shows at any time what changed.":               "",
		"Look at the page of your account to see what we know.":             "",
	} {
		if got := strings.Join(burden(sentence), " "); got != want {
			t.Errorf("%q: %q, want %q", sentence, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	const v2, v3 = "policies/privacy/2026-01-01.md", "policies/privacy/2026-07-01.md"
	long := strings.Repeat("You may say no. ", 20) + "So it is."
	for _, test := range []struct{ name, changes, want string }{
		{"burden", edit(t, v3, "without your name.", "without your name. Please check\nthis page regularly."),
			`policies/privacy/2026-07-01.md:51:1 error notice-burden: "check this page regularly" leaves it to readers to look for changes (say how the notice reaches them: a banner on the pages, the feed, the page of changes)`},
		{"burden in formatting", edit(t, v3, "without your name.", "without your name. Check [this](/preferences) page *regularly*."),
			`policies/privacy/2026-07-01.md:49:1 error notice-burden: "check this page regularly"`},
		{"long summary", edit(t, v2, "summary: You can now agree to offers by postal mail.", "summary: "+long),
			"2026-01-01.md:5:10 error length: the summary has "},
		{"hard summary", edit(t, v3, "summary: We will", "summary: Participation in evaluative questionnaires is voluntary notwithstanding organizational considerations. We will"),
			"2026-07-01.md:5:10 error reading-grade: the summary reads at grade 12.5, at most 8 is allowed (shorten or split the hardest sentence, of grade 32.5: \"Participation in evaluative questionnaires is voluntary notwithstanding organizational considerations.\")"},
		{"stated grade", edit(t, "policies/privacy/policy.yaml", "site: apex", "site: apex\ngrade: 1"),
			"2025-01-01.md:5:10 error reading-grade: the summary reads at grade 1.5, at most 1 is allowed"},
		{"no grade", edit(t, "policies/privacy/policy.yaml", "site: apex", "site: apex\ngrade: 0"),
			"policy.yaml:5:8 error reading-grade: grade 0 is no school grade (write 1 to 18, or leave it out: 8 holds then)"},
		{"long text", edit(t, v3, "text: You may be asked", "text: "+long+" You may be asked"),
			"2026-07-01.md:10:11 error length: the text of the change has "},
	} {
		if got := problems(t, load(t, test.changes), worldTime); !strings.Contains(got, test.want) {
			t.Errorf("%s: problems are\n%swant\n%s", test.name, got, test.want)
		}
	}
}

// TestWordsOfOld leaves the text of replaced versions as it is.
func TestWordsOfOld(t *testing.T) {
	old := edit(t, "policies/privacy/2025-01-01.md", "We ask for nothing else.", "We ask for nothing else. Check this page regularly.")
	if got := problems(t, load(t, old), worldTime); strings.Contains(got, "notice-burden") {
		t.Errorf("problems are\n%s", got)
	}
}
