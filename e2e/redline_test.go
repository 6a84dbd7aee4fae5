package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pairs are comparisons between versions that no clock changes. Together they
// have additions, removals, moved and renamed sections and links that changed.
var pairs = []string{"1..2", "2..3", "3..4", "1..4"}

// openAll unfolds what did not change.
const openAll = `document.querySelectorAll("details").forEach(d => d.open = true)`

// TestComparison reads what changed: the summary first, then the text, of
// which what did not change is unfolded by keyboard.
func TestComparison(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	b := w.tab(t)
	b.open(policy.Address + "changes/3..4/")
	headings := eval[[]string](b, `[...document.querySelectorAll("main h1, main h2")].map(h => h.innerText)`)
	if want := []string{"Privacy policy: what changed from version 3 to version 4", "In short", "What changed in the text", "The text, with what was added and removed"}; !slices.Equal(headings, want) {
		t.Errorf("the headings are %q, want %q", headings, want)
	}
	said := eval[string](b, `document.querySelector(".counts").innerText`)
	for _, words := range []string{
		"“" + policy.Versions[3].section("browsing-log") + "” moved: it was “" + policy.Versions[2].section("browsing-log") + "”",
		"“" + policy.Versions[3].section("sharing") + "” was called “" + policy.Versions[2].section("shared") + "”",
	} {
		if !strings.Contains(said, words) {
			t.Errorf("what changed is %q, without %q", said, words)
		}
	}
	b.tabTo("the first folded text", func(stop) bool { return eval[bool](b, `document.activeElement.matches("summary")`) })
	for _, want := range []bool{true, false} {
		b.do(chromedp.KeyEvent(kb.Enter))
		const shown = `document.activeElement.parentElement.querySelector("p").checkVisibility({contentVisibilityProperty: true})`
		if got := eval[bool](b, shown); got != want {
			t.Errorf("after Enter unchanged text is shown: %v, want %v", got, want)
		}
	}
	b.arrives(".policy-end li:first-child a", policy.Versions[2].Address)
}

// TestLinkChanges finds a link that leads elsewhere than before.
func TestLinkChanges(t *testing.T) {
	t.Parallel()
	w := copied(t)
	file := w.newDraft("contest-terms")
	w.replace(file, `summary: ""`, "summary: A link leads elsewhere.")
	w.replace(file, "changes: []", "changes:\n  - {kind: editorial, sections: [about], choices: [], purposes: [], processors: [], text: The link leads to another form.}")
	w.replace(file, "(/forms/contest)", "(/forms/complaint)")
	w.flags = []string{"--drafts"}
	w.enter(w.start())
	b := w.tab(t)
	b.open(w.policy(t, "contest-terms").Address + "changes/1..2/")
	origin := w.site(t, "apex").Origin
	want := "now leads to " + origin + "/forms/complaint instead of " + origin + "/forms/contest"
	if got := eval[string](b, `document.querySelector(".link-changes")?.innerText ?? ""`); !strings.Contains(got, want) {
		t.Errorf("the links that changed are %q, want %q", got, want)
	}
}

// TestComparisonSides shows both wordings beside each other where there is
// room, and one below the other where there is none.
func TestComparisonSides(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	b.open(w.policy(t, "privacy").Address + "changes/3..4/")
	for width, want := range map[int64]bool{360: false, 768: false, 1440: true} {
		b.resize(width)
		if got := eval[bool](b, `document.querySelector(".was").checkVisibility()`); got != want {
			t.Errorf("at %d px, two columns: %v", width, got)
		}
	}
}

// TestChangesRead looks into the tree that screen readers get: each insertion
// and each deletion says what it is, and nothing is read twice, wide or
// narrow.
func TestChangesRead(t *testing.T) {
	t.Parallel()
	w := serve(t)
	b := w.tab(t)
	for _, pair := range pairs {
		b.open(w.policy(t, "privacy").Address + "changes/" + pair + "/")
		eval[any](b, openAll)
		counts := eval[[2]int](b, `["ins", "del"].map(name => document.querySelectorAll(".redline " + name + ":not([aria-hidden] *)").length)`)
		for _, width := range []int64{360, 1280} {
			b.resize(width)
			read := b.read()
			for i, want := range []struct{ role, before, after string }{
				{"insertion", "added:", "end of addition"},
				{"deletion", "removed:", "end of removal"},
			} {
				said := 0
				for _, words := range read[want.role] {
					if strings.HasPrefix(words, want.before) && strings.Contains(words, want.after) {
						said++
					} else if words != "Added text" && words != "removed text" {
						t.Errorf("%s at %d px: %s reads %q", pair, width, want.role, words)
					}
				}
				if said != counts[i] {
					t.Errorf("%s at %d px: %d of %d elements are read as %s", pair, width, said, counts[i], want.role)
				}
			}
		}
	}
}

// read is what screen readers get of the open page: by role, the text of each
// element.
func (b *tab) read() map[string][]string {
	b.t.Helper()
	var nodes []*accessibility.Node
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		result, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err == nil {
			nodes = result.Nodes
		}
		return err
	}))
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range nodes {
		byID[n.NodeID] = n
	}
	read := map[string][]string{}
	for _, n := range nodes {
		if role := said(n.Role); !n.Ignored && role != "" {
			read[role] = append(read[role], spoken(byID, n))
		}
	}
	return read
}

// spoken is the text in and below a node of the tree.
func spoken(byID map[accessibility.NodeID]*accessibility.Node, n *accessibility.Node) string {
	if !n.Ignored && said(n.Role) == "StaticText" {
		return said(n.Name)
	}
	var b strings.Builder
	for _, id := range n.ChildIDs {
		if child := byID[id]; child != nil {
			b.WriteString(spoken(byID, child))
		}
	}
	return b.String()
}

// said is a value that is text; "" for others.
func said(v *accessibility.Value) string {
	var text string
	if v == nil || json.Unmarshal(v.Value, &text) != nil {
		return ""
	}
	return text
}
