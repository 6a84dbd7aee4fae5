package compare

import (
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/policy"
)

// Each case is tried in both directions: what is added weighs what it weighs
// when it is taken away.
func TestProposals(t *testing.T) {
	tests := []struct {
		old, new string
		kind     policy.EditKind
	}{
		{"We receive your information.", "We recieve your information.", policy.EditTypo},
		{"for teh newsletter", "for the newsletter", policy.EditTypo},
		{"your postal adress and name", "your postal address and name", policy.EditTypo},
		{"pseudonymous data", "psuedonimous data", policy.EditTypo},
		{"a contract is cancelled", "a contract is canceled", policy.EditTypo},
		{"our organisation", "our organization", policy.EditTypo},
		{"a unsubscribe link", "an unsubscribe link", policy.EditTypo},
		{"We keep it, and delete it.", "We keep it and delete it.", policy.EditPunctuation},
		{`the "Service"`, "the “Service”", policy.EditPunctuation},
		{"a third-party offer", "a third party offer", policy.EditPunctuation},
		{"by e-mail", "by email", policy.EditPunctuation},
		{"the web site", "the website", policy.EditPunctuation},
		{"the users data", "the user's data", policy.EditPunctuation},
		{"Your Personal Information", "your personal information", policy.EditCase},
		{"Effective March 1, 2026", "Effective April 15, 2026", policy.EditDate},
		{"Effective: 1 March 2026", "Effective: 1 March 2027", policy.EditDate},
		{"last updated on the 1st of May 2026", "last updated on the 2nd of May 2026", policy.EditDate},
		{"last updated 2026-03-01", "last updated 2026-04-01", policy.EditDate},
		{"as of May 2026", "as of June 2026", policy.EditDate},

		{"We keep it for 30 days.", "We keep it for 31 days.", policy.EditNumber},
		{"at least 13 years old", "at least 16 years old", policy.EditNumber},
		{"a fee of $5", "a fee of €5", policy.EditNumber},
		{"a fee of 5%", "a fee of 5", policy.EditNumber},
		{"a fee of 4.5 %", "a fee of 45 %", policy.EditNumber},
		{"within 5 to 10 hours", "within 5-10 hours", policy.EditNumber},
		{"at -5 degrees", "at 5 degrees", policy.EditNumber},
		{"as of 2026", "as of 2027", policy.EditNumber},
		{"we delete it until March 1, 2026", "we delete it until March 1, 2027", policy.EditNumber},
		{"data from before 2026-03-01", "data from before 2027-03-01", policy.EditNumber},
		{"We keep it for two days.", "We keep it for ten days.", policy.EditLogic},
		{"for seven days", "for seven weeks", policy.EditLogic},
		{"each month", "each months", policy.EditLogic},
		{"We may share it.", "We must share it.", policy.EditLogic},
		{"You may ask.", "May you ask.", policy.EditWording},
		{"We shall ask.", "We will ask.", policy.EditLogic},
		{"We do share it.", "We do not share it.", policy.EditLogic},
		{"now sold", "not sold", policy.EditLogic},
		{"We can share it.", "We cannot share it.", policy.EditLogic},
		{"They do sell it.", "They don't sell it.", policy.EditLogic},
		{"We ask you.", "We only ask you.", policy.EditLogic},
		{"if you ask", "unless you ask", policy.EditLogic},
		{"name and address", "name or address", policy.EditLogic},
		{"with your consent", "without your consent", policy.EditLogic},
		{"may be", "maybe", policy.EditLogic},
		{"your content", "your consent", policy.EditWording},
		{"contact details", "contract details", policy.EditWording},
		{"we include it", "we exclude it", policy.EditWording},
		{"legal use", "illegal use", policy.EditWording},
		{"limited liability", "unlimited liability", policy.EditWording},
		{"our partner", "our partners", policy.EditWording},
		{"our employer", "our employee", policy.EditWording},
		{"we retain it", "we obtain it", policy.EditWording},
		{"write to sales@shop.example", "write to sales-shop@example", policy.EditWording},
		{"see docs.shop.example", "see doc.shop.example", policy.EditWording},
		{"Acme sells lamps", "Zenith sells lamps", policy.EditWording},
		{"We sell lamps.", "We sell lamps. We share data.", policy.EditWording},
	}
	for _, test := range tests {
		editorial := []policy.EditKind{policy.EditTypo, policy.EditPunctuation, policy.EditCase, policy.EditDate}
		want := policy.ProposedSubstantive
		if slices.Contains(editorial, test.kind) {
			want = policy.ProposedEditorial
		}
		for _, c := range both(test.old, test.new) {
			if s := c.Sections[0]; c.Proposed != want || s.Proposed != want || s.Decisive.Kind != test.kind || c.Same || c.WordsChanged == 0 {
				t.Errorf("%s: proposed %s for a %s change, %d words; want %s", redline(c.Ops), c.Proposed, s.Decisive.Kind, c.WordsChanged, test.kind)
			}
		}
	}
}

// What has no words of its own weighs something all the same.
func TestProposalsWithoutWords(t *testing.T) {
	const a, b = "## 1. One {#a}\n" + collect, "## 2. Two {#b}\n" + share
	tests := []struct {
		name, old, new string
		want           policy.Proposal
	}{
		{"nothing", a + b, a + b, policy.ProposedNone},
		{"order", a + b, b + a, policy.ProposedEditorial},
		{"number", a + b, strings.Replace(a+b, "2. ", "3. ", 1), policy.ProposedEditorial},
		{"link", "[a](/b)", "[a](/c)", policy.ProposedEditorial},
		{"an id is no word", a + b, strings.Replace(a+b, "{#b}", "{#c}", 1), policy.ProposedNone},
		{"order of items", "- first of all\n- second of all", "- second of all\n- first of all", policy.ProposedSubstantive},
		{"a task done", "- [ ] asked", "- [x] asked", policy.ProposedSubstantive},
	}
	for _, test := range tests {
		if c := compared(test.old, test.new); c.Proposed != test.want {
			t.Errorf("%s: %s, want %s: %s", test.name, c.Proposed, test.want, redline(c.Ops))
		}
	}
}

func TestWordsAreCountedBetweenSpaces(t *testing.T) {
	tests := []struct {
		old, new       string
		removed, added int
	}{
		{"a b c", "a x c", 1, 1},
		{"a b", "a b, c d e.", 0, 4},
		{"one/two three", "one/2 three", 1, 1},
		{"say a", "say (a)", 0, 1},
		{"a b", "", 2, 0},
		{"个人", "个人信息", 0, 2},
	}
	for _, test := range tests {
		c := compared(test.old+"\n\nend of it", test.new+"\n\nend of it")
		if s := c.Sections[0]; s.WordsRemoved != test.removed || s.WordsAdded != test.added {
			t.Errorf("%s: -%d +%d, want -%d +%d", redline(c.Ops), s.WordsRemoved, s.WordsAdded, test.removed, test.added)
		}
	}
}

func TestVocabularyIsSorted(t *testing.T) {
	words := strings.Split(strings.TrimSuffix(vocabulary, "\n"), "\n")
	if !slices.IsSorted(words) || len(words) < 3000 {
		t.Fatalf("%d words, sorted: %v", len(words), slices.IsSorted(words))
	}
	for _, word := range words {
		if !listed(word) {
			t.Errorf("%q is not found", word)
		}
	}
	for _, word := range []string{"", "recieve", "zzz", "aaa", "receiv", "receivee", "\n"} {
		if listed(word) {
			t.Errorf("%q is found", word)
		}
	}
}
