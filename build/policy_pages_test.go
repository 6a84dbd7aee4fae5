package build_test

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/policy"
)

func TestDeclaredWorldIsClean(t *testing.T) {
	if got := check(t, newDeclaredWorld(t, "")); got != "" {
		t.Errorf("problems in the world:\n%s", got)
	}
}

// buildAt builds a world at a time and returns its output.
func buildAt(t *testing.T, f folder, now time.Time, change func(*build.Config)) (map[string]string, build.Result) {
	t.Helper()
	cfg := build.Config{Content: f.dir, Out: t.TempDir(), Now: now, Assets: plain}
	if change != nil {
		change(&cfg)
	}
	r := run(t, cfg)
	return output(t, cfg.Out), r
}

// TestInForce asks for the policy at several times: the clock decides, and
// each version keeps its own page.
func TestInForce(t *testing.T) {
	f := newDeclaredWorld(t, "")
	const main, first, third = "example.com/privacy/index.html", "example.com/privacy/v/1/index.html", "example.com/privacy/v/3/index.html"
	for _, test := range []struct {
		now         string
		version     string
		first       string // what version 1's page says of itself
		hasThird    bool
		compares    []string
		comparesNot []string
	}{
		{"2025-01-01T00:00:00Z", "Version 1", "in force since 1 January 2025", false, nil, []string{"1..2"}},
		{"2025-06-01T00:00:00Z", "Version 1", "in force since 1 January 2025", false, nil, []string{"1..2"}},
		{"2025-12-01T00:00:00Z", "Version 1", "in force since 1 January 2025", false, []string{"1..2"}, []string{"2..3"}},
		{"2025-12-31T23:59:59Z", "Version 1", "in force since 1 January 2025", false, []string{"1..2"}, nil},
		{"2026-01-01T00:00:00Z", "Version 2", "no longer in force", false, []string{"1..2"}, nil},
		{"2026-06-01T00:00:00Z", "Version 2", "no longer in force", true, []string{"1..2", "1..3", "2..3"}, nil},
		{"2026-07-01T00:00:00Z", "Version 3", "no longer in force", true, []string{"1..3"}, nil},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		out, r := buildAt(t, f, now, nil)
		if r.Policies != 1 {
			t.Errorf("%s: %d policies", test.now, r.Policies)
		}
		if line := out[main]; !strings.Contains(line, `<p class="version"><a href="/privacy/v/`+test.version[8:]+`/">`+test.version) {
			t.Errorf("%s: /privacy/ is not %s", test.now, test.version)
		}
		if !strings.Contains(out[first], test.first) {
			t.Errorf("%s: version 1 doesn't say %q", test.now, test.first)
		}
		if _, ok := out[third]; ok != test.hasThird {
			t.Errorf("%s: version 3 has a page: %v", test.now, ok)
		}
		for _, pair := range test.compares {
			if out["example.com/privacy/changes/"+pair+"/index.html"] == "" {
				t.Errorf("%s: no comparison %s", test.now, pair)
			}
		}
		for _, pair := range test.comparesNot {
			if out["example.com/privacy/changes/"+pair+"/index.html"] != "" {
				t.Errorf("%s: a comparison %s", test.now, pair)
			}
		}
	}
}

// TestTimedPages builds today what the clock will make of the pages, and
// wants the same bytes that a build at that time gives.
func TestTimedPages(t *testing.T) {
	f := newDeclaredWorld(t, "")
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	today, r := buildAt(t, f, worldTime, nil)
	later, _ := buildAt(t, f, at, nil)
	if !r.Next.Equal(at) {
		t.Errorf("the pages change at %v, want %v", r.Next, at)
	}
	c, err := policy.DecodeCatalog([]byte(today["catalog.json"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Timed) == 0 {
		t.Fatal("nothing is timed")
	}
	for _, timed := range c.Timed {
		name := timed.Host + timed.Path
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if !timed.From.Equal(at) {
			t.Errorf("%s changes at %v", timed.Path, timed.From)
		}
		if got := today[timed.Host+"/"+timed.File]; got == "" || got != later[name] {
			t.Errorf("%s: the page for %v differs from that of a build then: %s", timed.Path, timed.From, firstDifference(got, later[name]))
		}
	}
	past, err := policy.DecodeCatalog([]byte(later["catalog.json"]))
	if err != nil || len(past.Timed) > 0 {
		t.Errorf("after the last change still timed: %v, %v", past.Timed, err)
	}
}

// TestCatalogOfPolicies reads what the edge gets.
func TestCatalogOfPolicies(t *testing.T) {
	out, _ := buildAt(t, newDeclaredWorld(t, ""), worldTime, nil)
	c, err := policy.DecodeCatalog([]byte(out["catalog.json"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Policies) != 1 || len(c.Policies[0].Versions) != 3 || len(c.Choices) != 3 {
		t.Fatalf("catalog has %d policies, %d choices", len(c.Policies), len(c.Choices))
	}
	p := &c.Policies[0]
	if v := p.InForce(worldTime); v == nil || v.Number != 2 {
		t.Errorf("in force is %v", v)
	}
	if p.Version(1).Sections[0].Hash != p.Version(2).Sections[0].Hash || p.Version(1).Sections[1].Hash == p.Version(2).Sections[1].Hash {
		t.Error("hashes don't follow the words: section notice stayed, consent changed")
	}
	n := p.Notice(1, 2)
	if n == nil || n.Kind != policy.Material || strings.Join(n.Choices, " ") != "marketing.postal" || n.Address != "https://example.com/privacy/changes/1..2/" {
		t.Fatalf("notice from 1 to 2: %+v", n)
	}
	for _, want := range []string{"offers by postal mail", "https://example.com/privacy/changes/1..2/"} {
		if !strings.Contains(n.HTML, want) {
			t.Errorf("notice lacks %q:\n%s", want, n.HTML)
		}
	}
	if n := p.Notice(2, 3); n == nil || !strings.Contains(n.AnnouncedHTML, "1 July 2026") {
		t.Errorf("notice from 2 to 3: %+v", n)
	}
	for _, choice := range c.Choices {
		if choice.Hash != policy.HashChoice(choice.Words, choice.Refuse) {
			t.Errorf("%s: hash %s is not that of its words", choice.ID, choice.Hash)
		}
	}
}

// TestPolicyPage looks at what a reader of the policy finds.
func TestPolicyPage(t *testing.T) {
	out, _ := buildAt(t, newDeclaredWorld(t, ""), worldTime, nil)
	page := out["example.com/privacy/index.html"]
	for _, want := range []string{
		`id="consent"`, `id="memory"`, `id="sharing"`, `id="shared"`, // the old id still leads there
		`href="/preferences#choice.newsletter"`, `href="/privacy/versions/"`, `href="/privacy/feed.atom"`, `href="/privacy/policy.json"`,
		`href="/privacy/changes/2..3/"`, "mailto:privacy@example.com", `href="/forms/register"`, `"dpv:PrivacyNotice"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	if first := out["example.com/privacy/v/1/index.html"]; !strings.Contains(first, `id="shared"`) || !strings.Contains(first, `id="sharing"`) || !strings.Contains(first, `href="/privacy/changes/1..2/"`) {
		t.Error("version 1 lacks ids old or new, or the way to what changed")
	}
	if sitemap := out["example.com/sitemap.xml"]; !strings.Contains(sitemap, "https://example.com/privacy/v/1/") || strings.Contains(sitemap, ".at/") {
		t.Errorf("the sitemap lacks the policy, or names its later states:\n%s", sitemap)
	}
	if lamp := out["shop.example.com/lamp/index.html"]; !strings.Contains(lamp, `href="https://example.com/privacy/"`) {
		t.Error("pages of the shop don't lead to the policy")
	}
}

func TestPolicyFeedAndData(t *testing.T) {
	out, _ := buildAt(t, newDeclaredWorld(t, ""), worldTime, nil)
	var feed struct {
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(out["example.com/privacy/feed.atom"]), &feed); err != nil || len(feed.Entries) != 3 || feed.Entries[0].ID != "https://example.com/privacy/v/3/" {
		t.Errorf("feed: %v, %v", feed, err)
	}
	var data struct {
		Version  int
		Purposes []struct {
			Type []string `json:"@type"`
		}
		Choices    []struct{ Words, SHA256 string }
		Recipients []struct{ Name string }
		Versions   []struct{ Number int }
	}
	if err := json.Unmarshal([]byte(out["example.com/privacy/policy.json"]), &data); err != nil {
		t.Fatal(err)
	}
	if data.Version != 2 || len(data.Purposes) != 4 || data.Purposes[0].Type[1] != "dpv:AccountManagement" || len(data.Choices) != 3 || len(data.Recipients) != 1 || len(data.Versions) != 3 {
		t.Errorf("policy.json: %+v", data)
	}
}

// TestDrafts shows a draft to its editor alone, and lets its mistakes stop
// nobody else.
func TestDrafts(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("policies/privacy/2026-07-01.md", "version: 3\npublished: 2026-05-15\n", "version: 3\ndraft: true\n")
	f.publishAll()
	out, r := buildAt(t, f, worldTime, nil)
	if out["example.com/privacy/v/3/index.html"] != "" || strings.Contains(out["catalog.json"], "/privacy/v/3/") {
		t.Error("a draft is public")
	}
	if r.Problems.Count(0) > 0 {
		t.Errorf("problems: %s", lines(r.Problems))
	}
	drafts := func(c *build.Config) { c.Drafts = true }
	if out, _ = buildAt(t, f, worldTime, drafts); !strings.Contains(out["example.com/privacy/v/3/index.html"], "raft") || out["example.com/privacy/changes/2..3/index.html"] == "" {
		t.Error("an editor doesn't see the draft")
	}
	f.replace("policies/privacy/2026-07-01.md", "{#surveys}", "")
	buildAt(t, f, worldTime, nil)
	if got := check(t, f); !strings.Contains(got, "error section-id") {
		t.Errorf("check doesn't see the draft's mistake:\n%s", got)
	}
	if _, r = buildAt(t, f, worldTime, drafts); !strings.Contains(lines(r.Problems), "warning section-id") {
		t.Errorf("a build with drafts doesn't tell of the mistake:\n%s", lines(r.Problems))
	}
}

// TestPolicyLinks leads to policies and to the edge from any site.
func TestPolicyLinks(t *testing.T) {
	link := func(target string) string {
		return "-- sites/shop/other.md --\n---\ntitle: Other\ndescription: A page.\n---\n[link](" + target + ")\n"
	}
	for target, want := range map[string]string{
		"/privacy/":              "https://example.com/privacy/",
		"/privacy/#consent":      "https://example.com/privacy/#consent",
		"/privacy/#shared":       "https://example.com/privacy/#shared",
		"/privacy/v/1/#shared":   "https://example.com/privacy/v/1/#shared",
		"/preferences":           "/preferences",
		"/account/export":        "https://example.com/account/export",
		"/forms/register":        "/forms/register",
		"/.well-known/gpc.json":  "/.well-known/gpc.json",
		"/privacy/changes/1..2/": "https://example.com/privacy/changes/1..2/",
		"/search?q=lamp":         "/search?q=lamp",
	} {
		out, _ := buildAt(t, newDeclaredWorld(t, link(target)), worldTime, nil)
		if !strings.Contains(out["shop.example.com/other/index.html"], `<a href="`+want+`">link</a>`) {
			t.Errorf("%s doesn't lead to %s", target, want)
		}
	}
	for target, want := range map[string]string{
		"/privacy/#consnet": "link-anchor: there is no heading #consnet",
		"/privacy/v/9/":     "link-target: site shop has no address /privacy/v/9/",
		"/forms/nothing":    "link-target: site shop has no address /forms/nothing",
		"/unsubscribe/x":    "link-target: site shop has no address /unsubscribe/x",
	} {
		if got := check(t, newDeclaredWorld(t, link(target))); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}

// TestLookBack builds the sites as they were before a policy was published
// that present pages link to.
func TestLookBack(t *testing.T) {
	f := newDeclaredWorld(t, "-- sites/shop/other.md --\n---\ntitle: Other\ndescription: A page.\n---\n[link](/privacy/)\n")
	out, r := buildAt(t, f, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), nil)
	if out["example.com/privacy/index.html"] != "" || !strings.Contains(out["shop.example.com/other/index.html"], `href="https://example.com/privacy/"`) {
		t.Errorf("a link to a later policy: %s", lines(r.Problems))
	}
}

// TestAhead lets a version be announced that no longer promises what a form
// asks for.
func TestAhead(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("policies/privacy/2026-07-01.md", "categories: [contact.email, account.user-id]", "categories: [contact.email]")
	f.publishAll()
	if got := check(t, f); !strings.Contains(got, "forms/register.md:8:") || !strings.Contains(got, "warning form-policy: from 2026-07-01 on: ") {
		t.Errorf("what breaks in July isn't told today:\n%s", got)
	}
}
