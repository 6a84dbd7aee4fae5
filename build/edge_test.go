package build_test

import (
	"strings"
	"testing"

	"indigex.com/indigex/build"
	"indigex.com/indigex/policy"
)

func catalogOf(t *testing.T, out map[string]string) *policy.Catalog {
	t.Helper()
	c, err := policy.DecodeCatalog([]byte(out["catalog.json"]))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestIdentity passes on what provider.yaml says; who says nothing gives
// nobody a code before they choose.
func TestIdentity(t *testing.T) {
	for line, want := range map[string]policy.Identity{
		"": policy.OnChoice, "identity: on-choice\n": policy.OnChoice, "identity: on-visit\n": policy.OnVisit,
	} {
		f := newWorld(t, "")
		f.replace("provider.yaml", "domain:", line+"domain:")
		out, _ := buildAt(t, f, worldTime, nil)
		if got := catalogOf(t, out).Identity; got != want {
			t.Errorf("%q: identity %q, want %q", line, got, want)
		}
	}
}

// TestProviderMistakes shows what editors read of wrong settings.
func TestProviderMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"identity: onvisit":     `provider.yaml:3:11 error unknown-value: identity can't be "onvisit" (did you mean "on-visit"?)`,
		"identity: true":        `provider.yaml:3:11 error wrong-type: identity wants text`,
		"cdn: sometimes":        `provider.yaml:3:6 error wrong-type: cdn wants true or false (`,
		"language: English, US": `provider.yaml:3:11 error language: "English, US" is not the tag of a language (write a tag such as en or en-US)`,
	} {
		f := newWorld(t, "")
		f.replace("provider.yaml", "domain:", line+"\ndomain:")
		if got := check(t, f); !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

// TestScript puts the script that asks for notices into the pages of a
// company behind a CDN, and into no others.
func TestScript(t *testing.T) {
	f := newWorld(t, "")
	out, _ := buildAt(t, f, worldTime, nil)
	for name, text := range out {
		if strings.Contains(text, "notice.") && strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".js") {
			t.Errorf("%s has or is a script without a CDN", name)
		}
	}
	f.replace("provider.yaml", "domain:", "cdn: true\ndomain:")
	out, _ = buildAt(t, f, worldTime, func(c *build.Config) { c.Assets = nil })
	const home, shell = "shop.example.com/index.html", "shop.example.com/.edge/shell.html"
	name := "/assets/notice." + between(out[home], `<script src="/assets/notice.`, `.js" defer></script>`) + ".js"
	script := out["shop.example.com"+name]
	if script == "" || len(script) > 1024 {
		t.Fatalf("script %s has %d bytes, wanted at most 1024", name, len(script))
	}
	if !strings.Contains(script, "/notices/fragment") || strings.Contains(script, "\n\n") || strings.Contains(script, "//") {
		t.Errorf("the script is not what asks for notices, as short as it can be:\n%s", script)
	}
	if strings.Contains(out[shell], "<script") {
		t.Error("the edge's own pages ask for notices")
	}
	out, _ = buildAt(t, f, worldTime, func(c *build.Config) { c.Port = 8080 })
	if !strings.Contains(out["shop.example.localhost/index.html"], `<script src="/assets/notice.js" defer></script>`) {
		t.Error("the preview's script has no lasting name")
	}
}

// TestTexts gives the edge the words of the sections that offer choices, in
// each version and by each id.
func TestTexts(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("choices.yaml", "    section: consent\n    purposes: [offers.postal]", "    section: sharing\n    purposes: [offers.postal]")
	for _, v := range []string{"2026-01-01", "2026-07-01"} {
		f.replace("policies/privacy/"+v+".md", "choices: [newsletter, use.announcements, marketing.postal]", "choices: [newsletter, use.announcements]")
		f.replace("policies/privacy/"+v+".md", "  sharing:\n", "  sharing:\n    choices: [marketing.postal]\n")
	}
	f.publishAll()
	out, _ := buildAt(t, f, worldTime, nil)
	c := catalogOf(t, out)
	p := &c.Policies[0]
	for i, words := range []string{"Nobody outside", "One company works for us", "One company works for us"} {
		s := p.Offering(&p.Versions[i], "sharing")
		if s == nil || !strings.Contains(c.Texts[s.Hash], words) || !strings.Contains(c.Texts[s.Hash], "3. Who else sees it") {
			t.Errorf("version %d: section %+v with the words %q", i+1, s, c.Texts[s.Hash])
		}
	}
	if len(c.Texts) != 4 { // two of consent, two of sharing
		t.Errorf("%d texts", len(c.Texts))
	}
	for _, n := range p.Notices {
		if strings.Contains(n.HTML, "notices") && !strings.Contains(n.HTML, `href="/notices"`) {
			t.Errorf("from the notice one decides elsewhere:\n%s", n.HTML)
		}
	}
	if n := p.Notice(1, 2); !strings.Contains(n.HTML, `href="/notices"`) {
		t.Errorf("from the notice nobody decides:\n%s", n.HTML)
	}
}

// TestDraftsAsPublished lets pages and catalog agree on when a draft is
// announced and in force.
func TestDraftsAsPublished(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("policies/privacy/2026-07-01.md", "version: 3\npublished: 2026-05-15\n", "version: 3\ndraft: true\n")
	f.publishAll()
	drafts := func(c *build.Config) { c.Drafts = true }
	out, r := buildAt(t, f, worldTime, drafts)
	c := catalogOf(t, out)
	p := &c.Policies[0]
	if v := p.Version(3); v == nil || v.Published.Format("2006-01-02") != "2026-06-01" || len(p.Announced(worldTime)) != 1 {
		t.Fatalf("the draft is not announced from today on: %+v", v)
	}
	if p.Notice(2, 3) == nil || len(c.Texts) == 0 {
		t.Error("nobody is told of the draft")
	}
	july := p.Version(3).Effective.Time
	if !r.Next.Equal(july) || p.InForce(july).Number != 3 {
		t.Errorf("the draft takes effect on %v", r.Next)
	}
	if page := out["example.com/privacy/index.html"]; !strings.Contains(page, "Version 2") || !strings.Contains(page, `href="/privacy/changes/2..3/"`) {
		t.Error("the page in force doesn't announce the draft")
	}
	then := out["example.com/.at/2026-07-01T000000Z/privacy/index.html"]
	if !strings.Contains(then, "Version 3</a> <span>in force since 1 July 2026") {
		t.Errorf("the page of July is not the draft's: %s", between(then, "<main", "</header>"))
	}
	later, _ := buildAt(t, f, july, drafts)
	if now := later["example.com/privacy/index.html"]; between(now, "<main", "</main>") != between(then, "<main", "</main>") {
		t.Error("a build in July makes another page than that of today for July")
	}
	if v := catalogOf(t, later).Policies[0].InForce(july); v.Number != 3 {
		t.Errorf("in July version %d is in force", v.Number)
	}
}

// TestFlawedDraft shows a draft that the edge would refuse, and leaves it out
// of the catalog.
func TestFlawedDraft(t *testing.T) {
	for name, spoil := range map[string]func(folder){
		"no summary": func(f folder) {
			f.replace("policies/privacy/2026-07-01.md", "summary: We will ask you what you think of our lamps. You need not answer.\n", "")
		},
		"no kind": func(f folder) { f.replace("policies/privacy/2026-07-01.md", "kind: material", "kind: grave") },
		"no text": func(f folder) {
			f.replace("policies/privacy/2026-07-01.md", "    text: You may be asked what you think of our lamps, and need not answer.\n", "")
		},
		"a number": func(f folder) { f.replace("policies/privacy/2026-07-01.md", "version: 3", "version: 7") },
		"an alias": func(f folder) {
			f.replace("policies/privacy/2026-07-01.md", "{shared: sharing}", "{shared: sharing, surveys: consent, x: nowhere}")
		},
	} {
		f := newDeclaredWorld(t, "")
		f.replace("policies/privacy/2026-07-01.md", "version: 3\npublished: 2026-05-15\n", "version: 3\ndraft: true\n")
		f.publishAll()
		spoil(f)
		out, _ := buildAt(t, f, worldTime, func(c *build.Config) { c.Drafts = true })
		if n := len(catalogOf(t, out).Policies[0].Versions); n < 2 {
			t.Errorf("%s: the catalog has %d versions", name, n)
		}
	}
}

// TestDeclaredInCatalog gives the edge what is declared, and where each
// version promises it.
func TestDeclaredInCatalog(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("provider.yaml", "contacts:\n", "postal_address: [1 Wick Lane, \"Kansas City, MO 64101\"]\ncontacts:\n")
	f.replace("policies/privacy/2026-01-01.md", "  sharing:\n", "  memory:\n    mechanisms: [register]\n  sharing:\n")
	f.replace("policies/privacy/2025-01-01.md", "    purposes: [account]\n", "    purposes: [account, gone]\n")
	f.publishAll()
	out, _ := buildAt(t, f, worldTime, nil)
	c := catalogOf(t, out)
	if a := c.Company.PostalAddress; len(a) != 2 || a[1] != "Kansas City, MO 64101" || c.Company.LegalName == "" || c.Company.Contact("privacy").Email != "privacy@example.com" {
		t.Errorf("the company is %+v", c.Company)
	}
	if p := c.Purpose("news"); p == nil || p.Choice != "newsletter" || !p.Optional || p.Categories[0] != "contact.email" {
		t.Errorf("the purpose is %+v", p)
	}
	if r := c.TermOf("survey.answers"); r == nil || r.Keep.String() != "P90D" || r.From != "close of the survey" {
		t.Errorf("survey answers are kept by %+v", r)
	}
	if p := c.Processor("mail-house"); p == nil || p.Country != "US" || len(p.Categories) != 2 || c.Mechanism("register").Address != "/forms/register" {
		t.Errorf("the processor is %+v", p)
	}
	p := c.Policy("privacy")
	if place := p.Declaring(worldTime, "offers.postal", "contact.name"); place == nil || place.Section.Title != "2. Consent" || place.Address() != "https://example.com/privacy/v/2/#consent" {
		t.Errorf("the version in force declares letters in %+v", place)
	}
	if place := p.Keeping(worldTime, "register"); place == nil || place.Section.ID != "notice" {
		t.Errorf("registering is promised in %+v", place)
	}
	if got := p.Versions[1].Promises["consent"].Mechanisms; len(got) != 2 || got[1] != "register" {
		t.Errorf("with its headings, a section promises %v", got)
	}
	if got := p.Versions[0].Promises["notice"].Purposes; len(got) != 1 || got[0] != "account" {
		t.Errorf("an old version promises %v", got)
	}
	if p.Contact != "privacy" {
		t.Errorf("the policy's contact is %q", p.Contact)
	}
}

// TestFormsInCatalog gives the edge a form's words as HTML that can stand on
// any host.
func TestFormsInCatalog(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("forms/register.md", "You need no User ID to read our pages.\n", `You need no User ID to read [our pages](../sites/shop/index.md) or [the start](/), and [can't do](/privacy/#consent) "without" [us](mailto:a@example.com).

## What you want {#wants}

See [above](#wants), [your preferences](/preferences) and [your account](/account).
`)
	out, _ := buildAt(t, f, worldTime, nil)
	c := catalogOf(t, out)
	form := c.Form("register")
	if len(c.Forms) != 2 || form == nil || form.Who != "anyone" || form.Policy != "privacy" || len(form.Parts) != 2 || len(form.Fields) != 5 {
		t.Fatalf("%d forms, among them %+v", len(c.Forms), form)
	}
	for i, want := range []string{
		`<p>You need no User ID to read <a href="https://shop.example.com/">our pages</a> or <a href="https://example.com/">the start</a>, and <a href="https://example.com/privacy/#consent">can’t do</a> “without” <a href="mailto:a@example.com">us</a>.</p>` + "\n",
		`<h2 id="wants">What you want</h2>` + "\n" + `<p>See <a href="#wants">above</a>, <a href="/preferences">your preferences</a> and <a href="https://example.com/account">your account</a>.</p>` + "\n",
	} {
		if got := form.Parts[i].HTML; got != want {
			t.Errorf("part %d is\n%swant\n%s", i, got, want)
		}
	}
	if p := form.Parts[1]; p.ID != "wants" || p.Title != "What you want" || p.Text != "What you want\nSee above, your preferences and your account.\n" {
		t.Errorf("the second part is %+v", p)
	}
	if k := form.Field("email"); k == nil || k.Type != "email" || k.Label != "Email address" || !k.Required || k.Category != "contact.email" || k.Purpose != "account" {
		t.Errorf("the field is %+v", k)
	}
	preview, _ := buildAt(t, f, worldTime, func(c *build.Config) { c.Port = 8080 })
	other := catalogOf(t, preview).Form("register")
	if other.Hash != form.Hash || !strings.Contains(other.Parts[0].HTML, "http://shop.example.localhost:8080/") {
		t.Errorf("in the preview the hash is %s, the words %s", other.Hash, other.Parts[0].HTML)
	}
	f.replace("forms/register.md", "label: Email address", "label: Your email address")
	changed, _ := buildAt(t, f, worldTime, nil)
	if catalogOf(t, changed).Form("register").Hash == form.Hash {
		t.Error("another label makes no other hash")
	}
}

// TestFormMistakes reports links of forms that lead nowhere, at their places.
func TestFormMistakes(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("forms/register.md", "You need no User ID to read our pages.\n", "[a](../sites/shop/nothing.md) [b](#nothing) [c](/nothing/) ![d](d.png)\n")
	got := check(t, f)
	for _, want := range []string{
		"forms/register.md:14:1 error link-target: there is no file ../sites/shop/nothing.md",
		"forms/register.md:14:31 error link-anchor: there is no heading #nothing in forms/register.md",
		"forms/register.md:14:45 error link-target: site apex has no address /nothing/",
		"forms/register.md:14:60 error image-elsewhere: a form can't show pictures",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

// TestFormFollows renders a form's words again when a page that they lead to
// changes.
func TestFormFollows(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("forms/register.md", "You need no User ID to read our pages.\n", "Read [this](../sites/apex/index.md#here).\n")
	f.replace("sites/apex/index.md", "\n---\n", "\n---\n## Here {#here}\n\n")
	b, err := build.New(build.Config{Content: f.dir, Out: t.TempDir(), Now: worldTime})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if r, err := b.Build(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, lines(r.Problems))
	}
	f.replace("sites/apex/index.md", "{#here}", "{#there}")
	r, err := b.Update(t.Context(), []string{"sites/apex/index.md"})
	if err == nil || !strings.Contains(lines(r.Problems), "forms/register.md:14:6 error link-anchor: there is no heading #here in sites/apex/index.md") {
		t.Errorf("the anchor is gone: %v\n%s", err, lines(r.Problems))
	}
}
