package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newDraft lets the program start the next version of a policy, and returns
// the file that it names.
func (w *world) newDraft(policy string) string {
	w.t.Helper()
	said := w.indigex("policy", "new", policy)
	for line := range strings.Lines(said) {
		if file, ok := strings.CutPrefix(line, "wrote "); ok {
			return strings.TrimSpace(file)
		}
	}
	w.t.Fatalf("policy new names no file:\n%s", said)
	return ""
}

// TestDraft writes the next version of a policy while the preview shows it:
// its page and what it changes follow each save.
func TestDraft(t *testing.T) {
	t.Parallel()
	w := copied(t)
	file := w.newDraft("privacy")
	w.flags = []string{"--drafts"}
	w.enter(w.start())
	policy := w.policy(t, "privacy")
	number := len(policy.Versions) - 1 // the catalog has the draft, too
	page, changes := w.tab(t), w.tab(t)
	page.open(fmt.Sprintf("%sv/%d/", policy.Address, number+1))
	page.shows(fmt.Sprintf("This is a draft of version %d.", number+1))
	changes.open(fmt.Sprintf("%schanges/%d..%d/", policy.Address, number, number+1))
	changes.shows("Both texts say the same")
	for _, b := range []*tab{page, changes} {
		eval[bool](b, `window.untouched = true`)
	}
	w.replace(file, "Registering is optional.", "Registering is voluntary.")
	page.shows("Registering is voluntary.")
	eventually(t, "the new word in the comparison", func() (bool, any) {
		got, _ := attempt[string](changes, `[...document.querySelectorAll(".redline :is(ins, del)")].map(e => e.textContent).join(" ")`)
		return strings.Contains(got, "optional") && strings.Contains(got, "voluntary"), got
	})
	for _, b := range []*tab{page, changes} {
		if eval[bool](b, `!!window.untouched`) {
			t.Errorf("%s was not loaded again", eval[string](b, `location.href`))
		}
	}
	w.mistake(page, file)
}

// listed is what the panel lists, folded or not: a draft's mistakes are
// warnings, which leave the page to the reader.
const listed = `document.querySelector("preview-panel")?.shadowRoot.querySelector("section")?.textContent ?? ""`

// mistake plants a section without an id and mends it: the open page's panel
// names its place until then.
func (w *world) mistake(b *tab, file string) {
	w.t.Helper()
	good := w.read(file)
	const heading = " {#surveys}"
	before, _, ok := strings.Cut(good, heading)
	if !ok {
		w.t.Fatalf("%s has no heading%s", file, heading)
	}
	place := fmt.Sprintf("%s:%d:", strings.TrimPrefix(file, "content/"), strings.Count(before, "\n")+1)
	w.write(file, strings.Replace(good, heading, "", 1))
	eventually(w.t, "the panel", func() (bool, any) {
		text, _ := attempt[string](b, listed)
		return strings.Contains(text, place), text
	})
	w.write(file, good)
	eventually(w.t, "a panel without it", func() (bool, any) {
		text, ok := attempt[string](b, listed)
		return ok && !strings.Contains(text, place), text
	})
}

// TestPublish takes a version of a policy from draft to publication: from
// then on visitors read that it is coming, and when.
func TestPublish(t *testing.T) {
	t.Parallel()
	w := copied(t)
	file := w.newDraft("contest-terms")
	effective := strings.TrimSuffix(filepath.Base(file), ".md")
	w.replace(file, "hold for every contest on the INDIGEX sites", "hold for each contest on the INDIGEX sites")
	w.replace(file, `summary: ""`, "summary: We chose a shorter word in the first section. The rules are the same.")
	w.replace(file, "changes: []", "changes:\n  - {kind: clarification, sections: [about], choices: [], purposes: [], processors: [], text: A word is shorter; nothing changes for you.}")
	w.indigex("policy", "publish", "contest-terms")
	w.enter(w.start())
	policy := w.policy(t, "contest-terms")
	newest := policy.Versions[len(policy.Versions)-1]
	if newest.Effective != effective || newest.Number != 2 {
		t.Fatalf("the catalog has version %d from %s, the file is %s", newest.Number, newest.Effective, file)
	}
	b := w.tab(t)
	b.open(policy.Address)
	b.shows("From " + long(effective) + " on, version 2 will hold.")
	b.arrives(".note p:first-child a", newest.Address)
	b.shows("Version 2 takes effect on " + long(effective) + ". Until then version 1 holds.")
	b.arrives(".note p:last-child a", policy.Address+"changes/1..2/")
	b.arrives(".policy-end li:nth-child(3) a", policy.Address+"versions/")
	b.shows("Announced: takes effect on " + long(effective))
	w.held(file)
}

// held changes a published text: the program refuses it and says how to go
// on.
func (w *world) held(file string) {
	w.t.Helper()
	w.replace(file, "INDIGEX sites", "INDIGEX pages")
	cmd, err := all.command(w.t.Context(), w.dir, "policy", "verify")
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), filepath.Base(file)) || !strings.Contains(string(out), "policy new") {
		w.t.Errorf("policy verify of a changed text: error %v\n%s", err, out)
	}
	if _, err := os.Stat(w.file("content/policies/policies.sum")); err != nil {
		w.t.Error(err)
	}
}
