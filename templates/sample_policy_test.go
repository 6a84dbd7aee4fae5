package templates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

var policyLinks = templates.PolicyLinks{
	InForce: "/privacy/", Versions: "/privacy/versions/",
	Feed: "/privacy/feed.atom", Data: "/privacy/policy.json",
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// versions are four versions of a policy, seen from the autumn of 2026: one
// superseded, one in force, one announced, one a draft.
func versions() (old, now, next, draft templates.VersionRef) {
	old = templates.VersionRef{Number: 1, State: templates.Superseded, Published: date(2024, time.March, 1),
		Effective: date(2024, time.March, 1), Until: date(2026, time.March, 1), URL: "/privacy/v/1/"}
	now = templates.VersionRef{Number: 2, State: templates.InForce, Published: date(2026, time.February, 1),
		Effective: date(2026, time.March, 1), Until: date(2027, time.February, 1), URL: "/privacy/v/2/", Changes: "/privacy/changes/1..2/"}
	next = templates.VersionRef{Number: 3, State: templates.Announced, Published: date(2026, time.November, 16),
		Effective: date(2027, time.February, 1), URL: "/privacy/v/3/", Changes: "/privacy/changes/2..3/"}
	draft = templates.VersionRef{Number: 4, State: templates.Draft, URL: "/privacy/v/4/", Changes: "/privacy/changes/3..4/"}
	return old, now, next, draft
}

func choices() []templates.PolicyChoice {
	return []templates.PolicyChoice{
		{ID: "marketing.email", Name: "Offers by email", Words: "You may send me offers by email.", URL: "/preferences#marketing.email"},
		{ID: "newsletter.products", Name: "Newsletter about products", Words: "Send me the newsletter.", URL: "/preferences#newsletter.products"},
	}
}

// policyVersion is the page of a version.
func policyVersion(tb testing.TB, s *templates.Site, v templates.VersionRef) templates.Page {
	tb.Helper()
	old, now, next, _ := versions()
	p := page(tb, s, "policy", "Privacy policy", v.URL, "article")
	p.Body = nil
	p.Contents = []templates.Heading{{Level: 2, ID: "preamble", HTML: "1. Preamble"}, {Level: 2, ID: "consent", HTML: "2. <em>Your</em> consent"}}
	p.Policy = &templates.PolicyPage{
		PolicyLinks: policyLinks, Version: v, Current: &now,
		Summary: "We say how long we keep our logs.", Updated: v.Published, Contact: &s.Contacts[1],
		Preamble: templ.Raw("<p>This policy is about all our sites.</p>"),
		Sections: []templates.PolicySection{
			{ID: "preamble", Number: "1.", Title: "Preamble", Body: templ.Raw("<p>We never sell your information.</p>")},
			{ID: "consent", Number: "2.", Title: "<em>Your</em> consent", Aliases: []string{"choice", "consent", "choice", "opt-in"},
				Body: templ.Raw(`<p>Each choice stands by itself.</p><h3 id="records">Records</h3><p>We record it.</p>`), Choices: choices()},
			{ID: "appendix", Title: "Appendix"},
		},
	}
	switch v.State {
	case templates.InForce:
		p.Policy.Reviewed, p.Policy.Review = date(2026, time.September, 1), "Read against the sites; nothing changed."
		p.Policy.Upcoming = []templates.Upcoming{{VersionRef: next, Summary: "The newsletter may hold offers.", Comparison: "/privacy/changes/2..3/"}}
	case templates.Superseded:
		p.Policy.ToCurrent = "/privacy/changes/1..2/"
		p.Policy.Override = "A court told us to."
	}
	p.Policy.Permanent = v.Number == old.Number
	return p
}

func declared() []templates.DeclaredChange {
	section := []templates.Link{{Title: "2. Your consent", URL: "/privacy/v/2/#consent"}, {Title: "3. Logs", URL: "/privacy/v/2/#logs"}}
	return []templates.DeclaredChange{
		{Kind: policy.Editorial, Text: "A word is spelled right.", Sections: section[1:]},
		{Kind: policy.Clarification, Text: "You can read how long we keep logs.", Sections: section[:1]},
		{Kind: policy.Material, Text: "You can say no to offers by email.", Sections: section, Choices: choices()},
	}
}

func versionList(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	old, now, next, draft := versions()
	p := page(tb, s, "policy", "Versions of the privacy policy", "/privacy/versions/", "article")
	p.Versions = &templates.VersionList{
		PolicyLinks: policyLinks,
		Versions: []templates.VersionEntry{
			{VersionRef: draft},
			{VersionRef: next, Summary: "The newsletter may hold offers.", Changes: declared()[2:]},
			{VersionRef: now, Summary: "We say how long we keep our logs.", Changes: declared(), Override: "A court told us to."},
			{VersionRef: old, ToCurrent: "/privacy/changes/1..2/"},
		},
		Reviews: []policy.Review{
			{Date: date(2025, time.March, 1), Version: 1, Note: "Nothing changed."},
			{Date: date(2026, time.September, 1), Version: 2, Note: "Read against the sites."},
		},
	}
	return p
}

func comparisonPage(tb testing.TB, s *templates.Site) templates.Page {
	tb.Helper()
	old, now, _, _ := versions()
	p := page(tb, s, "policy", "Privacy policy: from version 1 to version 2", "/privacy/changes/1..2/", "article")
	p.Comparison = &templates.ComparisonPage{
		PolicyLinks: policyLinks, Old: old, New: now, Changes: declared(), Choices: choices(),
		Summaries:  []templates.VersionSummary{{Number: 2, Summary: "We say how long we keep our logs."}},
		Comparison: changed(),
	}
	return p
}

// changed is a comparison with all that can become of sections and blocks.
func changed() policy.Comparison {
	unchanged := "A paragraph of more than fifteen words, so that it is worth a fold of its own here."
	return policy.Comparison{
		Proposed: policy.ProposedSubstantive, WordsChanged: 12, LinksChanged: 3,
		Replacements: []policy.Replacement{{Old: "Acme", New: "Apex", Count: 12}, {Old: "may", New: "can", Count: 2}},
		Sections: []policy.SectionComparison{
			{Status: policy.SectionUnchanged, Blocks: blocks(same(policy.BlockParagraph, "Before all headings."))},
			{ID: "preamble", Title: "1. Preamble", OldID: "preamble", OldTitle: "1. Preamble", Level: 2, Status: policy.SectionUnchanged,
				Blocks: blocks(same(policy.BlockHeading, "1. Preamble"), same(policy.BlockParagraph, unchanged))},
			{ID: "logs", Title: "2. Logs", OldID: "log", OldTitle: "3. Log data", Level: 2, Status: policy.SectionUnchanged,
				Moved: true, Renamed: true, Renumbered: true, After: "consent",
				Blocks: blocks(edited(policy.BlockHeading, del("3. Log data"), ins("2. Logs")), same(policy.BlockParagraph, unchanged))},
			consentSection(unchanged),
			{ID: "table", Title: "A table", OldID: "table", OldTitle: "A table", Level: 3, Status: policy.SectionChanged, WordsAdded: 1, Blocks: tableBlocks()},
			{ID: "gone", Title: "5. Gone", OldID: "gone", OldTitle: "5. Gone", Level: 2, Status: policy.SectionRemoved, WordsRemoved: 2, MergedInto: "consent",
				Blocks: blocks(removed(policy.BlockHeading, "5. Gone"))},
			{ID: "mail", Title: "4. Mail", Level: 2, Status: policy.SectionAdded, WordsAdded: 4, SplitFrom: "consent",
				Blocks: blocks(added(policy.BlockHeading, "4. Mail"), added(policy.BlockParagraph, "We count mails."))},
			{ID: "mail", Title: "5. Mail again", OldID: "mail-2", OldTitle: "4. Mail again", Level: 2, Status: policy.SectionUnchanged, Renumbered: true,
				Blocks: blocks(edited(policy.BlockHeading, del("4"), ins("5"), keep(". Mail again")))},
		},
	}
}

func consentSection(unchanged string) policy.SectionComparison {
	item := func(b policy.BlockComparison, level int, marker string) policy.BlockComparison {
		b.Level, b.Marker = level, marker
		return b
	}
	linked := same(policy.BlockParagraph, "Write to the contact.")
	linked.Links = []policy.LinkChange{{Text: "contact", Old: "/a", New: "/b"}, {Text: "new", New: "/c"}, {Text: "old", Old: "/d"}}
	repeated := edited(policy.BlockParagraph, del("Acme"), ins("Apex"), keep(" keeps it."))
	repeated.Repeated = true
	movedIn, movedOut := added(policy.BlockParagraph, "From elsewhere."), removed(policy.BlockParagraph, "To elsewhere.")
	movedIn.MovedFrom, movedOut.MovedTo = "log", "logs"
	return policy.SectionComparison{
		ID: "consent", Title: "3. Consent", OldID: "consent", OldTitle: "2. Consent", Level: 2, Status: policy.SectionChanged,
		WordsAdded: 3, WordsRemoved: 3, Renumbered: true, SplitInto: []string{"mail"}, MergedFrom: []string{"gone"},
		Blocks: blocks(edited(policy.BlockHeading, del("2"), ins("3"), keep(". Consent")), linked,
			same(policy.BlockParagraph, unchanged), same(policy.BlockParagraph, unchanged),
			item(same(policy.BlockItem, unchanged), 1, ""), item(edited(policy.BlockItem, keep("order "), del("news"), ins("letters")), 1, ""),
			item(same(policy.BlockItem, unchanged), 2, "1."), item(added(policy.BlockItem, "sign up"), 2, "2."), item(same(policy.BlockItem, unchanged), 1, ""),
			repeated, movedIn, movedOut,
			edited(policy.BlockTerm, keep("Te"), ins("r"), keep("m")), added(policy.BlockDefinition, "Definition"),
			edited(policy.BlockCode, keep("a = "), del("1"), ins("2")), same(policy.BlockCode, "b = 3")),
	}
}

func tableBlocks() []policy.BlockComparison {
	long := "A row\twith more than fifteen words in it, so that it is folded and nobody has to read it here"
	return blocks(same(policy.BlockHeading, "A table"), same(policy.BlockHead, "What\tWho"),
		same(policy.BlockRow, long), edited(policy.BlockRow, keep("Mail\tHouse "), ins("and office")), same(policy.BlockRow, long))
}

func blocks(list ...policy.BlockComparison) []policy.BlockComparison { return list }

func keep(text string) policy.Op { return policy.Op{Kind: policy.OpEqual, Text: text} }
func ins(text string) policy.Op  { return policy.Op{Kind: policy.OpInsert, Text: text} }
func del(text string) policy.Op  { return policy.Op{Kind: policy.OpDelete, Text: text} }

func same(kind policy.BlockKind, text string) policy.BlockComparison {
	b := edited(kind, keep(text))
	b.Status = policy.SectionUnchanged
	return b
}

func added(kind policy.BlockKind, text string) policy.BlockComparison {
	b := edited(kind, ins(text))
	b.Status = policy.SectionAdded
	return b
}

func removed(kind policy.BlockKind, text string) policy.BlockComparison {
	b := edited(kind, del(text))
	b.Status = policy.SectionRemoved
	return b
}

func edited(kind policy.BlockKind, ops ...policy.Op) policy.BlockComparison {
	words := 0
	for _, op := range ops {
		words += len(strings.Fields(op.Text))
	}
	return policy.BlockComparison{Kind: kind, Status: policy.SectionChanged, Ops: ops, Words: words}
}
