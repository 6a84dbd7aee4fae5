package policies

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/policy"
)

const registerFile = "forms/register.md"

func TestFormsPlanted(t *testing.T) {
	const email = "{name: email, type: email, label: Email address, required: true, category: contact.email, purpose: account}"
	with := func(field string) []string { return []string{"  - " + email, "  - " + field} }
	add := func(field string) []string { return []string{"\n---\nYou", "\n  - " + field + "\n---\nYou"} }
	wantPlanted(t, []plant{
		{"no category", registerFile, with("{name: email, type: email, label: Email address, purpose: account}"),
			`forms/register.md:9:5 error form-field: field "email" names no category (add category: and the id of one in purposes.yaml)`},
		{"no purpose", registerFile, with("{name: email, type: email, label: Email address, category: contact.email}"),
			`forms/register.md:9:5 error form-field: field "email" names no purpose (add purpose: and the id of one in purposes.yaml)`},
		{"unknown category", registerFile, []string{"category: contact.email", "category: contact.emial"},
			`forms/register.md:9:80 error policy-reference: category "contact.emial" is not declared (did you mean "contact.email"?)`},
		{"unknown purpose", registerFile, []string{"contact.email, purpose: account", "contact.email, purpose: acount"},
			`forms/register.md:9:104 error policy-reference: purpose "acount" is not declared (did you mean "account"?)`},
		{"unknown choice", registerFile, []string{"choice: marketing.postal}", "choice: marketing.post}", "choice.marketing.postal", "choice.marketing.post"},
			`forms/register.md:12:58 error policy-reference: choice "marketing.post" is not declared (did you mean "marketing.postal"?)`},
		{"unknown retention", registerFile, []string{"retention: account", "retention: acount"},
			`forms/register.md:6:12 error policy-reference: retention "acount" is not declared (did you mean "account"?)`},
		{"unknown policy", registerFile, []string{"policy: privacy", "policy: privat"},
			`forms/register.md:4:9 error policy-reference: policy "privat" is not declared (did you mean "privacy"?)`},
		{"purpose that does not use the category", registerFile, []string{"contact.name, purpose: offers.postal", "contact.name, purpose: account"},
			`forms/register.md:10:53 error form-purpose: purpose "account" does not use category "contact.name" (add the category to the purpose in purposes.yaml, or name a purpose that uses it: offers.postal)`},

		{"purpose that the version does not promise", inForceFile, []string{"    purposes: [account]\n", ""},
			`forms/register.md:8:104 error form-policy: version 2 of policy privacy, in force, does not promise purpose "account" (version 3 promises both in one section from 2026-07-01: add the field on that day)` + "\n" +
				`forms/register.md:9:104 error form-policy: version 2 of policy privacy, in force, does not promise purpose "account" (version 3 promises both in one section from 2026-07-01: add the field on that day)`},
		{"category that the version does not promise", inForceFile, []string{"[contact.email, account.user-id]", "[contact.email]"},
			`forms/register.md:8:78 error form-policy: version 2 of policy privacy, in force, does not promise category "account.user-id" (version 3 promises both in one section from 2026-07-01: add the field on that day)`},
		{"promised in no section together", inForceFile, []string{"[contact.email, contact.name, contact.postal]", "[contact.email, contact.postal]", "  sharing:\n", "  sharing:\n    categories: [contact.email]\n  memory:\n    categories: [contact.postal]\n", "    purposes: [account]\n    categories: [contact.email, account.user-id]\n", "    purposes: [account]\n    categories: [contact.email, account.user-id, contact.name]\n"},
			`forms/register.md:10:53 error form-policy: version 2 of policy privacy, in force, promises purpose "offers.postal" and category "contact.name" in no section together (version 3 promises both in one section from 2026-07-01: add the field on that day)`},
		{"announced alone", registerFile, append(add("{name: opinion, type: text, label: Your opinion, category: survey.answers, purpose: surveys}"), "retention: account", "retention: survey"),
			`forms/register.md:13:89 error form-policy: version 2 of policy privacy, in force, does not promise purpose "surveys" and category "survey.answers" (version 3 promises both in one section from 2026-07-01: add the field on that day)`},
		{"choice that the version does not promise", inForceFile, []string{"[newsletter, use.announcements, marketing.postal]", "[newsletter, marketing.postal]"},
			`forms/preferences.md:9:61 error form-policy: version 2 of policy privacy, in force, does not promise choice "use.announcements" (version 3 promises it from 2026-07-01: add the field on that day)`},

		{"name with a space", registerFile, []string{"name: email,", "name: E mail,"},
			`forms/register.md:9:12 error form-name: field name "E mail" can't be sent (begin with a-z and go on with a-z, 0-9, dots, hyphens and underscores)`},
		{"one name twice", registerFile, []string{"name: email,", "name: user_id,"},
			`forms/register.md:9:12 error form-name: two fields have the name "user_id", the first in line 8 (give each its own)`},
		{"name of a choice for another", registerFile, []string{"name: choice.marketing.postal", "name: choice.marketing"},
			`forms/register.md:12:12 error form-name: the field of choice "marketing.postal" has the name "choice.marketing" (name it choice.marketing.postal)`},
		{"name of a choice for a text", registerFile, []string{"name: email,", "name: choice.email,"},
			`forms/register.md:9:12 error form-name: field name "choice.email" is kept for a choice (give it another name, or the type consent)`},
		{"consent to nothing", registerFile, add("{name: agreed, type: consent}"),
			`forms/register.md:13:5 error form-field: a field of type consent needs a choice (add choice: and the id of one in choices.yaml)`},
		{"choice of a text", registerFile, []string{"purpose: account}\n  - {name: name", "purpose: account, choice: newsletter}\n  - {name: name"},
			`forms/register.md:9:5 error form-field: a field of type email has no choice (remove it, or write type: consent)`},
		{"category of a consent", registerFile, []string{"choice: marketing.postal}", "choice: marketing.postal, category: contact.postal}"},
			`forms/register.md:12:5 error form-field: a field of type consent has no category and no purpose (remove them: what it permits stands with the choice in choices.yaml)`},
		{"no label", registerFile, []string{"label: Email address, ", ""},
			`forms/register.md:9:5 error form-field: field "email" has no label (add label: and the question as people read it)`},
		{"no options", registerFile, with("{name: email, type: choice, label: Email, category: contact.email, purpose: account}"),
			`forms/register.md:9:5 error form-field: a field of type choice needs options (add options: ["One", "Another"])`},
		{"options twice", registerFile, with("{name: email, type: several, label: Email, options: [A, B, A], category: contact.email, purpose: account}"),
			`forms/register.md:9:64 error form-field: option "A" stands twice (keep one of them)`},
		{"options of a text", registerFile, with("{name: email, type: text, label: Email, options: [A], category: contact.email, purpose: account}"),
			`forms/register.md:9:5 error form-field: a field of type text has no options (remove them, or write type: choice or several)`},
		{"scale that falls", registerFile, with("{name: email, type: scale, label: Email, from: 5, to: 5, category: contact.email, purpose: account}"),
			`forms/register.md:9:5 error form-field: a scale can't go from 5 to 5 (write numbers that rise by at most 20, such as from: 1, to: 5)`},
		{"scale without end", registerFile, with("{name: email, type: scale, label: Email, from: 1, to: 1000000, category: contact.email, purpose: account}"),
			`forms/register.md:9:5 error form-field: a scale can't go from 1 to 1000000 (write numbers that rise by at most 20, such as from: 1, to: 5)`},
		{"scale of a text", registerFile, with("{name: email, type: text, label: Email, to: 5, category: contact.email, purpose: account}"),
			`forms/register.md:9:5 error form-field: a field of type text has no from and to (remove them, or write type: scale)`},
	})
}

// TestFormsRetention refuses a form that keeps a kind of data for longer than
// the policy's readers are told, whatever the two count from.
func TestFormsRetention(t *testing.T) {
	rule := func(keep string) string {
		return edit(t, "purposes.yaml", "retention:\n  - id: account", "retention:\n  - {id: file, keep: "+keep+", from: order, text: For a while.}\n  - id: account") +
			edit(t, registerFile, "retention: account", "retention: file")
	}
	for keep, want := range map[string]string{
		"P3Y": "", "P36M": "", "P2Y": "", "P1095D": "", "PT1H": "",
		"P4Y": "for 4 years", "P3Y1D": "for 3 years 1 day", "P1097D": "for 1097 days",
	} {
		got := problems(t, load(t, rule(keep)), worldTime)
		if want == "" && got == "" {
			continue
		}
		first := `forms/register.md:6:12 error retention: the form keeps ` + want + ` what purposes.yaml says is kept for 3 years: category "account.user-id", asked for by field "user_id" (name a rule that is no longer, or remove the field)` + "\n"
		if want == "" || !strings.HasPrefix(got, first) || strings.Count(got, "\n") != 4 {
			t.Errorf("%s: got\n%s", keep, got)
		}
	}
}

// TestFieldTypes holds that form files and the catalog know the same types.
func TestFieldTypes(t *testing.T) {
	for of, want := range map[string][]string{"Type": policy.FieldTypes(), "Who": policy.Whos()} {
		var tag reflect.StructTag
		for _, kind := range []reflect.Type{reflect.TypeFor[Field](), reflect.TypeFor[FormMeta]()} {
			if f, ok := kind.FieldByName(of); ok {
				tag = f.Tag
			}
		}
		_, list, _ := strings.Cut(tag.Get("front"), "oneof=")
		if got := strings.Split(list, "|"); !slices.Equal(got, want) {
			t.Errorf("%s is one of %v, in the catalog of %v", of, got, want)
		}
	}
}

// TestParts cuts a form's words at its headings.
func TestParts(t *testing.T) {
	words := func(text string) string {
		return "-- " + registerFile + " --\n" + strings.SplitAfter(string(worldFiles(t, "")[registerFile]), "\n---\n")[0] + text
	}
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"no heading":         {"You need none.\n", []string{"|You need none.\n|<p>You need none.</p>\n"}},
		"nothing":            {"", nil},
		"a heading first":    {"## Why {#why}\n\nSo.\n", []string{"why|Why\nSo.\n|<h2 id=\"why\">Why</h2>\n<p>So.</p>\n"}},
		"headings within":    {"A.\n\n## B\n\n### C {#c}\n\nD.\n\n## E\n", []string{"|A.\n|<p>A.</p>\n", "b|B\nC\nD.\n|<h2 id=\"b\">B</h2>\n<h3 id=\"c\">C</h3>\n<p>D.</p>\n", "e|E\n|<h2 id=\"e\">E</h2>\n"}},
		"heading in a quote": {"A.\n\n> ## B\n", []string{"|A.\nB\n|<p>A.</p>\n<blockquote>\n<h2 id=\"b\">B</h2>\n</blockquote>\n"}},
	} {
		s := load(t, words(test.text))
		f := s.Forms[slices.IndexFunc(s.Forms, func(f *Form) bool { return f.ID == "register" })]
		var got []string
		for _, p := range f.Parts {
			got = append(got, p.ID+"|"+p.Text+"|"+string(f.Document.HTML[p.Start:p.End]))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: parts %q, want %q", name, got, test.want)
		}
	}
}

// TestFormsUnannounced says what to do where no version promises it.
func TestFormsUnannounced(t *testing.T) {
	changes := edit(t, inForceFile, "[contact.email, account.user-id]", "[contact.email]") +
		edit(t, announcedFile, "  surveys:\n    purposes: [surveys]\n    categories: [survey", "  surveys:\n    purposes: [surveys]\n    categories: [account.user-id, survey", "[contact.email, account.user-id]", "[contact.email]")
	want := `forms/register.md:8:78 error form-policy: version 2 of policy privacy, in force, does not promise category "account.user-id" (section "notice" promises the purpose: publish a version that promises the category there, or remove the field)` + "\n"
	if got := problems(t, load(t, changes), worldTime); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestFormsByTheClock lets a form ask from the day on which a version holds.
func TestFormsByTheClock(t *testing.T) {
	s := load(t, edit(t, registerFile, "\n---\nYou", "\n  - {name: opinion, type: text, label: Your opinion, category: survey.answers, purpose: surveys}\n---\nYou", "retention: account", "retention: survey"))
	if got := problems(t, s, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)); got != "" {
		t.Errorf("got\n%s", got)
	}
}

// TestFormsWithoutVersion refuses a form whose policy doesn't hold yet.
func TestFormsWithoutVersion(t *testing.T) {
	changes := cookiePolicy + edit(t, "purposes.yaml", "purposes:\n", visits) + `
-- policies/cookies/2026-01-01.md --
-- policies/cookies/2026-07-01.md --
---
version: 1
published: 2026-05-15
effective: 2026-07-01
summary: The first version of our cookie policy.
promises:
  cookies:
    purposes: [visits]
---
## Our cookies {#cookies}

We set one cookie and count visits with it.
-- forms/cookies.md --
---
title: Cookies
description: Say something about cookies.
policy: cookies
who: anyone
retention: account
fields:
  - {name: about, type: hidden, value: Cookies}
---
`
	want := `forms/cookies.md:4:9 error form-policy: policy "cookies" has no version in force (its first takes effect on 2026-07-01: add the form then)` + "\n"
	if got := problems(t, load(t, changes), worldTime); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// FuzzCheck reads anything in the place of any file.
func FuzzCheck(f *testing.F) {
	files := worldFiles(f, "")
	names := slices.Sorted(maps.Keys(files))
	for i, name := range names {
		f.Add(uint8(i), files[name])
	}
	for i := range names {
		f.Add(uint8(i), []byte("- !x {}"))
		f.Add(uint8(i), []byte("---\nfields: [{}, ~, 1, !x {}]\npromises: {notice: ~, a: !x {}}\nchanges: [~]\n---\n## A\n"))
		f.Add(uint8(i), []byte("purposes: [{}, ~, !x {}]\ncategories: [~, 1, !x {}]\nretention: [~, 1, !x {}]\nmechanisms: [~, 1, !x {}]\nchoices: [~, 1, !x {}]\nprocessors: [~, 1, !x {}]\nreviews: [~, 1]\n"))
	}
	loader := newLoader()
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		changed := maps.Clone(files)
		changed[names[int(which)%len(names)]] = data
		s := loader.Load(changed)
		s.Check(around(worldTime))
		s.Coverage(worldTime)
	})
}
