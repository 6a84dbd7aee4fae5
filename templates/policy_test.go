package templates_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// words is the text that a page shows and reads out, in one line.
func words(tb testing.TB, page []byte) string {
	tb.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if attributes(n)["aria-hidden"] == "true" || n.Data == "style" || n.Data == "head" {
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && !inline[n.Data] {
			b.WriteByte(' ')
		}
	}
	walk(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

var inline = map[string]bool{"a": true, "b": true, "em": true, "ins": true, "del": true, "span": true, "small": true, "time": true, "code": true}

// TestWhatVersionsSay holds what a reader has to know of a version's state.
func TestWhatVersionsSay(t *testing.T) {
	s := site(t, brands()[0])
	old, now, next, draft := versions()
	brief := old
	brief.Until = brief.Effective.AddDate(0, 0, 1)
	never := old
	never.Until = never.Effective
	open := old
	open.Until = time.Time{}
	for _, test := range []struct {
		version templates.VersionRef
		want    []string
	}{
		{now, []string{"Version 2 in force since 1 March 2026 what changed Privacy policy", "Last updated 1 February 2026", "Last reviewed 1 September 2026",
			"From 1 February 2027 on, version 3 will hold. The newsletter may hold offers.", "Last review, 1 September 2026: Read against the sites"}},
		{old, []string{"Version 1 no longer in force Privacy policy", "This is version 1. It was in force from 1 March 2024 to 28 February 2026. Version 2 is in force.",
			"See what has changed since version 1", "It took effect without notice ahead. The reason: A court told us to."}},
		{brief, []string{"It was in force on 1 March 2024. Version 2"}},
		{never, []string{"It was in force on no day: the next version took its place first."}},
		{open, []string{"It was in force from 1 March 2024 on."}},
		{next, []string{"takes effect on 1 February 2027 what will change", "Version 3 takes effect on 1 February 2027. Until then version 2 holds."}},
		{draft, []string{"Version 4 draft, not published", "This is a draft of version 4. It is not published, and nobody is held to it."}},
	} {
		text := words(t, render(t, policyVersion(t, s, test.version)))
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("version %d lacks %q in:\n%s", test.version.Number, want, text)
			}
		}
	}
}

func TestFirstVersionAnnounced(t *testing.T) {
	_, _, next, _ := versions()
	p := policyVersion(t, site(t, brands()[0]), next)
	p.Policy.Current = nil
	if text := words(t, render(t, p)); !strings.Contains(text, "Until then no version holds.") {
		t.Errorf("not said that nothing holds yet:\n%s", text)
	}
}

// TestSections holds what links and screen readers find at a section.
func TestSections(t *testing.T) {
	_, now, _, _ := versions()
	page := string(render(t, policyVersion(t, site(t, brands()[0]), now)))
	for _, want := range []string{
		`<section aria-labelledby="consent"><span id="choice"></span><span id="opt-in"></span><div class="heading"><h2 id="consent"><span class="number">2. </span><em>Your</em> consent</h2>`,
		`<a class="permalink" href="#consent" aria-label="Link to “2. Your consent”"></a>`,
		`<li><a href="/preferences#marketing.email">Offers by email</a></li>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in:\n%s", want, page)
		}
	}
}

// TestVersionList holds the order of versions and reviews, and what the
// entries say.
func TestVersionList(t *testing.T) {
	text := words(t, render(t, versionList(t, site(t, brands()[0]))))
	at := 0
	for _, want := range []string{
		"Version 4 Draft: not published", "Version 3 Announced: takes effect on 1 February 2027 Published 16 November 2026", "Change: You can say no",
		"What will change with version 3", "Version 2 read on 1 September 2026, unchanged: Read against the sites.",
		"Version 2 In force since 1 March 2026", "Change: You can say no to offers by email. In 2. Your consent · 3. Logs Your choices: Offers by email · Newsletter about products",
		"Said more clearly: You can read", "Correction: A word", "It took effect without notice ahead. The reason: A court told us to.", "What changed with version 2",
		"Version 1 read on 1 March 2025", "Version 1 In force from 1 March 2024 to 28 February 2026.", "From version 1 to the one in force", "Follow by feed (Atom)",
	} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("no %q after %q in:\n%s", want, text[:at], text)
		}
		at += i
	}
	empty := templates.Page{Site: site(t, brands()[0]), Layout: "policy", Title: "Versions", Versions: &templates.VersionList{}}
	if text := words(t, render(t, empty)); !strings.Contains(text, "No version is published yet.") {
		t.Errorf("an empty list says nothing: %s", text)
	}
}

// TestPolicyEscaping plants markup in every text of the views of policies.
func TestPolicyEscaping(t *testing.T) {
	const evil = `</p></style>"><script>alert(1)</script>`
	s := site(t, brands()[0])
	link := templates.Link{Title: evil, URL: "javascript:alert(1)"}
	choice := templates.PolicyChoice{ID: evil, Name: evil, Words: evil, URL: "javascript:alert(1)"}
	change := templates.DeclaredChange{Kind: evil, Text: evil, Sections: []templates.Link{link}, Choices: []templates.PolicyChoice{choice}}
	links := templates.PolicyLinks{InForce: evil, Versions: evil, Feed: evil, Data: evil}
	var pages [][]byte
	for _, state := range []templates.VersionState{templates.InForce, templates.Superseded, templates.Announced, templates.Draft} {
		v := templates.VersionRef{Number: 1, State: state, URL: evil, Changes: evil}
		base := templates.Page{Site: s, Layout: "policy", Title: evil, Description: evil, Canonical: evil}
		text, list, diff := base, base, base
		text.Policy = &templates.PolicyPage{PolicyLinks: links, Version: v, Current: &v, ToCurrent: evil, Summary: evil, Override: evil, Review: evil, Reviewed: on(time.March, 1),
			Upcoming: []templates.Upcoming{{VersionRef: v, Summary: evil, Comparison: evil}}, Contact: &templates.Contact{Label: evil, Email: evil, About: evil},
			Sections: []templates.PolicySection{{ID: evil, Number: evil, Title: "Title", Aliases: []string{evil + "2"}, Choices: []templates.PolicyChoice{choice}}}}
		list.Versions = &templates.VersionList{PolicyLinks: links, Reviews: []policy.Review{{Note: evil}},
			Versions: []templates.VersionEntry{{VersionRef: v, Summary: evil, Override: evil, Changes: []templates.DeclaredChange{change}, ToCurrent: evil}}}
		diff.Comparison = &templates.ComparisonPage{PolicyLinks: links, Old: v, New: v, Summaries: []templates.VersionSummary{{1, evil}, {2, evil}},
			Changes: []templates.DeclaredChange{change}, Choices: []templates.PolicyChoice{choice}, Comparison: hostile(evil)}
		pages = append(pages, render(t, text), render(t, list), render(t, diff))
		diff.Comparison.Rewritten = true
		pages = append(pages, render(t, diff))
	}
	c := hostile(evil)
	pages = append(pages, component(t, templates.Redline(evil, evil, &c, "p{content:'"+evil+"'}")))
	pages = append(pages, component(t, templates.Notice(templates.NoticeView{Policy: evil, Changes: []templates.DeclaredChange{{Kind: policy.Material, Text: evil}},
		Comparison: "javascript:alert(1)", Decide: evil, Choices: []templates.PolicyChoice{choice}})))
	for _, page := range pages {
		root, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data == "script" && attributes(n)["type"] == "" || strings.HasPrefix(attributes(n)["href"], "javascript:") {
				t.Errorf("markup or a script address comes through:\n%s", page)
			}
		}
	}
}

// hostile is [changed] with a text in every place that takes one.
func hostile(evil string) policy.Comparison {
	c := changed()
	c.Replacements = []policy.Replacement{{Old: evil, New: evil, Count: 3}}
	for i := range c.Sections {
		s := &c.Sections[i]
		s.ID, s.Title, s.OldTitle, s.OldID, s.After = fmt.Sprint(evil, i), evil, evil, evil, evil
		for j := range s.Blocks {
			b := &s.Blocks[j]
			b.Marker, b.Links, b.MovedFrom, b.MovedTo = evil, []policy.LinkChange{{Text: evil, Old: evil, New: "javascript:alert(1)"}}, evil, evil
			for k := range b.Ops {
				b.Ops[k].Text = evil
			}
		}
	}
	return c
}

func component(tb testing.TB, c templ.Component) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := c.Render(tb.Context(), &b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestNotice holds what a reader is told: the heaviest changes, one link to
// see them, one to decide, nothing that leads to another host by accident.
func TestNotice(t *testing.T) {
	many := []templates.DeclaredChange{declared()[2]}
	for i := range 4 {
		many = append(many, templates.DeclaredChange{Kind: policy.Material, Text: fmt.Sprintf("Change %d.", i)})
	}
	view := templates.NoticeView{Policy: "Privacy policy", Effective: date(2026, time.March, 1),
		Comparison: "https://indigex.com/privacy/changes/1..2/", Decide: "https://indigex.com/preferences"}
	for _, test := range []struct {
		edit func(*templates.NoticeView)
		want string
	}{
		{func(n *templates.NoticeView) { n.Changes, n.Choices = declared(), choices() },
			"Privacy policy. Since 1 March 2026: You can say no to offers by email. See what changed Decide about “Offers by email” and “Newsletter about products”"},
		{func(n *templates.NoticeView) { n.Changes = declared()[:2] },
			"Privacy policy. Since 1 March 2026: You can read how long we keep logs. See what changed"},
		{func(n *templates.NoticeView) { n.Changes, n.Announced = declared()[2:], true },
			"Privacy policy. From 1 March 2026: You can say no to offers by email. See what will change"},
		{func(n *templates.NoticeView) { n.Changes, n.Choices = many, append(choices(), choices()...) },
			"Privacy policy. Since 1 March 2026: You can say no to offers by email. Change 0. Change 1. There are 2 more changes. See what changed Decide about 4 choices"},
		{func(n *templates.NoticeView) { n.Effective = time.Time{} }, "Privacy policy. The text has changed. See what changed"},
	} {
		n := view
		test.edit(&n)
		got := component(t, templates.Notice(n))
		if text := words(t, got); text != test.want {
			t.Errorf("got  %q\nwant %q", text, test.want)
		}
		if regexp.MustCompile(`href="[^h]|<form`).Match(got) {
			t.Errorf("a relative address or a form in %s", got)
		}
	}
}
