package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFooterPolicies wants every page of every site to lead to all policies
// and to the visitor's preferences.
func TestFooterPolicies(t *testing.T) {
	t.Parallel()
	out := production(t)
	for _, p := range out.documents() {
		if p.moved() {
			continue
		}
		links := map[string]string{}
		for nav := range p.elements("nav") {
			if attr(nav, "aria-label") != "Policies" {
				continue
			}
			for a := range elements(nav, "a") {
				u, err := url.Parse(p.address())
				if err == nil {
					u, err = u.Parse(attr(a, "href"))
				}
				if err != nil {
					t.Errorf("%s: %v", p.name, err)
					continue
				}
				links[u.String()] = text(a)
			}
		}
		for _, policy := range out.Policies {
			if links[policy.Address] != policy.Short {
				t.Errorf("%s: the footer's policies are %v, without %s", p.name, links, policy.Address)
			}
		}
		if links[p.site.Origin+"/preferences"] == "" && links[out.Sites[0].Origin+"/preferences"] == "" {
			t.Errorf("%s: the footer's policies are %v, without preferences", p.name, links)
		}
	}
}

// TestReadPolicy comes by the footer of another site to the policy, reads
// which version it is, and goes by keyboard alone to a section and on to all
// versions.
func TestReadPolicy(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	now := policy.inForce(time.Now())
	b := w.tab(t)
	for _, width := range []int64{360, 1280} {
		b.resize(width)
		b.open(w.site(t, "telecom").Origin + "/")
		b.arrives(fmt.Sprintf("nav[aria-label=Policies] a[href=%q]", policy.Address), policy.Address)
		line := eval[string](b, `document.querySelector("article .version").innerText`)
		for _, words := range []string{fmt.Sprintf("Version %d", now.Number), "in force since " + long(now.Effective)} {
			if !strings.Contains(line, words) {
				t.Errorf("the version line is %q, without %q", line, words)
			}
		}
		title := now.section("sharing")
		if s := b.tabTo(title, func(s stop) bool { return s.Href == policy.Address+"#sharing" }); s.Text != title {
			t.Errorf("the list of contents has %q, the section is %q", s.Text, title)
		}
		b.do(chromedp.KeyEvent(kb.Enter))
		b.reached("sharing")
		b.tabTo("the section", func(stop) bool { return true })
		if in := eval[string](b, `document.activeElement.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby") ?? ""`); in != "sharing" {
			t.Errorf("after the heading, Tab leads into section %q", in)
		}
		versions := policy.Address + "versions/"
		b.tabTo("all versions", func(s stop) bool { return s.Href == versions })
		if got, status := b.follow(chromedp.KeyEvent(kb.Enter)); got != versions || status != 200 {
			t.Errorf("Enter leads to %s with status %d, want %s", got, status, versions)
		}
	}
}

// long is a date in words, as pages show it.
func long(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.Format("2 January 2006")
}

// reached waits until the section with an id has come into view, at the top
// unless the page ends before.
func (b *tab) reached(id string) {
	b.t.Helper()
	eventually(b.t, "section "+id+" in view", func() (bool, any) {
		at, _ := attempt[[3]float64](b, fmt.Sprintf(`[document.getElementById(%q)?.getBoundingClientRect().top ?? -1e6,
			innerHeight, document.scrollingElement.scrollHeight - innerHeight - scrollY]`, id))
		return at[0] >= 0 && (at[0] < at[1]/3 || at[0] < at[1] && at[2] < 1), at
	})
}

// TestVersions goes from the list of versions to one that holds no longer,
// and by its banner to the one in force and to what has changed.
func TestVersions(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	now := policy.inForce(time.Now())
	b := w.tab(t)
	b.open(policy.Address + "versions/")
	var want []string
	for i := range policy.Versions {
		want = append(want, policy.Versions[len(policy.Versions)-1-i].Address)
	}
	if got := eval[[]string](b, `[...document.querySelectorAll(".versions h2 a")].map(a => a.href)`); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the list of versions has %v, want %v", got, want)
	}
	if got := eval[[]string](b, `[...document.querySelectorAll(".versions > li:has(.now) h2 a")].map(a => a.href)`); len(got) != 1 || got[0] != now.Address {
		t.Errorf("in force are %v, want %s", got, now.Address)
	}
	old := policy.Versions[1]
	b.tabTo("version 2", func(s stop) bool { return s.Href == old.Address })
	if got, status := b.follow(chromedp.KeyEvent(kb.Enter)); got != old.Address || status != 200 {
		t.Fatalf("Enter leads to %s with status %d, want %s", got, status, old.Address)
	}
	note := eval[string](b, `document.querySelector("main .note").innerText`)
	for _, words := range []string{"This is version 2.", "It was in force from " + long(old.Effective), fmt.Sprintf("Version %d is in force.", now.Number)} {
		if !strings.Contains(note, words) {
			t.Errorf("%s: the banner is %q, without %q", old.Address, note, words)
		}
	}
	b.arrives(".note p:first-child a", policy.Address)
	b.open(old.Address)
	b.arrives(".note p:last-child a", fmt.Sprintf("%schanges/%d..%d/", policy.Address, old.Number, now.Number))
}

// TestOldFragments opens links to a section under the id that it had, or was
// to have.
func TestOldFragments(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	b := w.tab(t)
	for _, tt := range []struct{ link, heading string }{
		{policy.Address + "#shared", "sharing"},
		{policy.Versions[3].Address + "#shared", "sharing"},
		{policy.Versions[1].Address + "#sharing", "shared"},
		{policy.Versions[1].Address + "#shared", "shared"},
	} {
		b.open(policy.Address + "versions/")
		b.open(tt.link)
		b.reached(tt.heading)
		if name := eval[string](b, fmt.Sprintf(`document.getElementById(%q).localName`, tt.heading)); name != "h2" {
			t.Errorf("%s leads to an element %s", tt.link, name)
		}
	}
}

// TestChoices wants each choice offered by the section that the catalog
// names, in the version in force, and no others.
func TestChoices(t *testing.T) {
	t.Parallel()
	out := production(t)
	offered := map[string]bool{}
	for _, p := range out.documents() {
		if p.layout() != "policy" || p.kind() == "comparison" || p.kind() == "versions" {
			continue
		}
		for section := range p.elements("section") {
			for n := range elements(section, "div") {
				if attr(n, "class") != "choices" {
					continue
				}
				for a := range elements(n, "a") {
					id, ok := strings.CutPrefix(attr(a, "href"), "/preferences#choice.")
					if !ok || !out.choice(id) {
						t.Errorf("%s: a choice leads to %s", p.name, attr(a, "href"))
					}
					offered[p.name+" "+attr(section, "aria-labelledby")+" "+id] = true
				}
			}
		}
	}
	for _, c := range out.Choices {
		p := out.document(t, "", out.policy(t, c.Policy).Address)
		if !offered[p.name+" "+c.Section+" "+c.ID] {
			t.Errorf("%s: section %s doesn't offer %s", p.name, c.Section, c.ID)
		}
	}
}

// TestPolicyWithoutScripts reads a policy and a comparison with scripts
// switched off.
func TestPolicyWithoutScripts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	b := w.tab(t)
	b.scripts(false)
	b.open(policy.Address)
	b.do(chromedp.Click(chromedp.CSS(".contents a[href='#uses']")))
	b.reached("uses")
	b.open(policy.Address + "changes/3..4/")
	const folded = ".redline > details:first-of-type"
	if eval[bool](b, `document.querySelector("`+folded+`").open`) {
		t.Error("unchanged text is not folded")
	}
	b.do(chromedp.Click(chromedp.CSS(folded + " > summary")))
	if !eval[bool](b, `document.querySelector("`+folded+` p").checkVisibility({contentVisibilityProperty: true})`) {
		t.Error("a click doesn't open unchanged text")
	}
}
