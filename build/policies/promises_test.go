package policies

import (
	"strings"
	"testing"
	"time"
)

// A plant is one mistake in the world, and what is said of it.
type plant struct {
	name, file string
	pairs      []string // old and new, in turn
	want       string
}

const (
	inForceFile   = "policies/privacy/2026-01-01.md"
	announcedFile = "policies/privacy/2026-07-01.md"
)

// wantPlanted wants each mistake, and it alone, reported at its place.
func wantPlanted(t *testing.T, plants []plant) {
	t.Helper()
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			got := unchanged(problems(t, load(t, edit(t, p.file, p.pairs...)), worldTime))
			if got != p.want+"\n" {
				t.Errorf("got\n%swant\n%s", got, p.want)
			}
		})
	}
}

// unchanged leaves out what is said of a promise that one version has and the
// next to it lacks: these tests make such differences to plant something else.
func unchanged(problems string) string {
	var b strings.Builder
	for line := range strings.Lines(problems) {
		if !strings.Contains(line, " notice policy-change: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestPromisesPlanted(t *testing.T) {
	wantPlanted(t, []plant{
		{"unknown purpose", inForceFile, []string{"purposes: [account]", "purposes: [account, acount]"},
			`policies/privacy/2026-01-01.md:19:25 error policy-reference: purpose "acount" is not declared (did you mean "account"?)`},
		{"unknown category", inForceFile, []string{"categories: [contact.email, account", "categories: [contact.fax, contact.email, account"},
			`policies/privacy/2026-01-01.md:20:18 error policy-reference: category "contact.fax" is not declared (did you mean "contact.name"?)`},
		{"unknown choice", inForceFile, []string{"    choices: [newsletter,", "    choices: [news-letter, newsletter,"},
			`policies/privacy/2026-01-01.md:23:15 error policy-reference: choice "news-letter" is not declared (did you mean "newsletter"?)`},
		{"unknown processor", inForceFile, []string{"    processors: [mail-house]\n---", "    processors: [mail-house, printer]\n---"},
			`policies/privacy/2026-01-01.md:29:30 error policy-reference: processor "printer" is not declared (declare it in processors.yaml, or name one that is there)`},
		{"unknown mechanism", inForceFile, []string{"[register]", "[register, gpc]"},
			`policies/privacy/2026-01-01.md:21:28 error policy-reference: mechanism "gpc" is not declared (declare it in purposes.yaml, or name one that is there)`},
		{"unknown purpose in an announced version", announcedFile, []string{"purposes: [account]", "purposes: [account, acount]"},
			`policies/privacy/2026-07-01.md:14:25 error policy-reference: purpose "acount" is not declared (did you mean "account"?)`},
		{"promised twice", inForceFile, []string{"purposes: [account]", "purposes: [account, account]"},
			`policies/privacy/2026-01-01.md:19:25 error policy-reference: purpose "account" is named twice (keep one of them)`},
		{"section that is not there", announcedFile, []string{"  sharing:\n", "  shared:\n"},
			`policies/privacy/2026-07-01.md:22:3 error promise-section: the text has no section "shared" that could promise something (sections there: notice, consent, memory, sharing, surveys)`},
		{"choice without a form", "forms/preferences.md", []string{"  - {name: choice.newsletter, type: consent, choice: newsletter}\n", ""},
			`policies/privacy/2026-01-01.md:23:15 error promise-form: choice "newsletter" is promised, and no form offers it (add a field to a form: {name: choice.newsletter, type: consent, choice: newsletter})`},
		{"choice in no section", "choices.yaml", []string{"section: consent", "section: agreement"},
			`choices.yaml:10:14 error choice-section: version 2 of policy privacy has no section "agreement" (sections there: notice, consent, memory, sharing)`},
		{"choice in another section", "choices.yaml", []string{"section: consent", "section: notice"},
			`choices.yaml:10:14 error choice-section: section "notice" of version 2 of policy privacy does not promise choice "newsletter" (name the section that does: consent)`},
		{"choice in no policy", "choices.yaml", []string{"policy: privacy", "policy: privaci"},
			`choices.yaml:9:13 error policy-reference: policy "privaci" is not declared (did you mean "privacy"?)`},
		{"choice of an unknown purpose", "choices.yaml", []string{"purposes: [news]", "purposes: [news, gnus]"},
			`choices.yaml:11:22 error policy-reference: purpose "gnus" is not declared (declare it in purposes.yaml, or name one that is there)`},
		{"choice for what needs none", "choices.yaml", []string{"purposes: [news]", "purposes: [news, account]"},
			`choices.yaml:11:22 error choice-purpose: purpose "account" needs no choice (add choice: newsletter to the purpose in purposes.yaml, or leave it out here)`},
		{"purpose that its choice leaves out", "choices.yaml", []string{"purposes: [announcements]", "purposes: [news]"},
			`purposes.yaml:19:13 error choice-purpose: choice "use.announcements" does not permit purpose "announcements" (add the purpose to the choice's purposes in choices.yaml, or name another choice)`},
		{"purpose not promised with its choice", inForceFile, []string{"purposes: [news, announcements, offers.postal]", "purposes: [announcements, offers.postal]"},
			`choices.yaml:11:16 error choice-purpose: version 2 of policy privacy promises choice "newsletter", but not its purpose "news" (name the purpose in the promises of the section that offers the choice, in a new version)`},
		{"third party in the provider's name", "choices.yaml", []string{"kind: marketing", "kind: third-party"},
			`choices.yaml:24:9 error choice-channel: a choice of kind third-party can't have the sender provider (kind third-party and sender third-party stand together: offers of other companies)`},
		{"channel without sender", "choices.yaml", []string{"    sender: provider\n", ""},
			`choices.yaml:2:9 error choice-channel: the choice doesn't say who sends (add sender: provider, or third-party for offers of other companies)`},
		{"marketing without channel", "choices.yaml", []string{"    channel: postal\n", ""},
			`choices.yaml:24:9 error choice-channel: a choice of kind marketing needs a channel (add channel: email, postal or telephone)`},
		{"newsletter by telephone", "choices.yaml", []string{"channel: email", "channel: telephone"},
			`choices.yaml:2:9 error choice-channel: a newsletter can't come by telephone (name the channel email or postal, or the kind marketing)`},
		{"billing by email", "choices.yaml", []string{"kind: use", "kind: billing"},
			`choices.yaml:13:9 error choice-channel: a choice of kind billing sends nothing, and needs no channel (remove the channel)`},
		{"purpose of an unknown category", "purposes.yaml", []string{"categories: [contact.email, account.user-id]", "categories: [contact.email, account.user-id, contact.emial]"},
			`purposes.yaml:6:50 error policy-reference: category "contact.emial" is not declared (did you mean "contact.email"?)`},
		{"purpose of an unknown choice", "purposes.yaml", []string{"choice: newsletter", "choice: newslettre"},
			`purposes.yaml:13:13 error policy-reference: choice "newslettre" is not declared (did you mean "newsletter"?)`},
		{"no term", "purposes.yaml", []string{"dpv:AccountManagement", "AccountManagement"},
			`purposes.yaml:5:10 error dpv-term: "AccountManagement" is no term of the Data Privacy Vocabulary (write a prefix and a name, such as "dpv:DirectMarketing" or "pd:EmailAddress", or leave it out)`},
		{"broken term of a category", "purposes.yaml", []string{"pd:Name", "pd: Name"},
			`purposes.yaml:37:10 error dpv-term: "pd: Name" is no term of the Data Privacy Vocabulary (write a prefix and a name, such as "dpv:DirectMarketing" or "pd:EmailAddress", or leave it out)`},
		{"category without retention", "purposes.yaml", []string{"    dpv: \"pd:Name\"\n    retention: account\n", "    dpv: \"pd:Name\"\n"},
			`purposes.yaml:35:9 error retention: category "contact.name" has no retention (say how long it is kept: name one of the rules below retention:)`},
		{"category of an unknown retention", "purposes.yaml", []string{"retention: account", "retention: acount"},
			`purposes.yaml:38:16 error policy-reference: retention "acount" is not declared (did you mean "account"?)`},
		{"no duration", "purposes.yaml", []string{"keep: P3Y", "keep: 3 years"},
			`purposes.yaml:57:11 error retention: keep can't be "3 years" (write a duration of ISO 8601, such as P3Y, P6M, P90D or PT12H)`},
		{"unused retention", "purposes.yaml", []string{"\nmechanisms:", "  - {id: month, keep: P1M, from: visit, text: A month.}\n\nmechanisms:"},
			`purposes.yaml:64:10 notice policy-unused: no category and no form has retention "month" (remove it, if it is not to come)`},
		{"mechanism elsewhere", "purposes.yaml", []string{"address: /preferences", "address: https://example.org/"},
			`purposes.yaml:68:14 error mechanism-address: address "https://example.org/" is no path on the sites (write it from the root, such as /preferences)`},
		{"mechanism on another host", "purposes.yaml", []string{"address: /preferences", "address: //example.org/"},
			`purposes.yaml:68:14 error mechanism-address: address "//example.org/" is no path on the sites (write it from the root, such as /preferences)`},
		{"mechanism that is not there", "purposes.yaml", []string{"address: /preferences", "address: /settings?all=1#top"},
			`purposes.yaml:68:14 error mechanism-address: nothing answers at /settings (write the page or the form, or correct the address)`},
		{"mechanism that nothing promises", "purposes.yaml", []string{"mechanisms:\n", "mechanisms:\n  - {id: account, name: Account, address: /account, text: Shows what we hold.}\n"},
			`purposes.yaml:66:10 notice policy-unused: no policy promises mechanism "account" (name it in a section's promises of a new version, or remove it)`},
		{"choice promised nowhere", "choices.yaml", []string{"choices:\n", "choices:\n  - {id: use.sound, name: Sound, words: You may play a sound to me., refuse: Play no sound to me., kind: use, policy: privacy, section: consent, purposes: [news]}\n"},
			`choices.yaml:2:10 error promise-missing: choice "use.sound" is promised nowhere (name it in a section's promises of a new version, or remove it)`},
		{"purpose promised nowhere", "purposes.yaml", []string{"purposes:\n", "purposes:\n  - {id: ads, name: Advertising, text: We show you offers., categories: [contact.email]}\n"},
			`purposes.yaml:2:10 error promise-missing: purpose "ads" is promised nowhere (name it in a section's promises of a new version, or remove it)`},
		{"category promised nowhere", "purposes.yaml", []string{"categories:\n  - id: contact.name", "categories:\n  - {id: contact.phone, name: Phone, retention: account}\n  - id: contact.name"},
			`purposes.yaml:35:10 error promise-missing: category "contact.phone" is promised nowhere (name it in a section's promises of a new version, or remove it)`},
		{"processor promised nowhere", "processors.yaml", []string{"processors:\n", "processors:\n  - {id: printer, role: Printer, service: Prints., country: US, purposes: [news], categories: [contact.name]}\n"},
			`processors.yaml:2:10 error promise-missing: processor "printer" is promised nowhere (name it in a section's promises of a new version, or remove it)`},
		{"processor of an unknown purpose", "processors.yaml", []string{"purposes: [offers.postal]", "purposes: [offers.postal, offers.post]"},
			`processors.yaml:6:31 error policy-reference: purpose "offers.post" is not declared (did you mean "offers.postal"?)`},
		{"processor of an unknown category", "processors.yaml", []string{"[contact.name,", "[contact.nam, contact.name,"},
			`processors.yaml:7:18 error policy-reference: category "contact.nam" is not declared (did you mean "contact.name"?)`},
		{"country in words", "processors.yaml", []string{"country: US", "country: usa"},
			`processors.yaml:5:14 error country: country can't be "usa" (write the two capital letters of ISO 3166-1, such as US)`},
	})
}

// cookiePolicy is a policy beside the world's, which promises what the tests need.
const cookiePolicy = `
-- policies/cookies/policy.yaml --
title: Cookie policy
short: Cookies
description: Which cookies the lamp maker sets, what they are for, and how long they last.
site: apex
-- policies/cookies/2026-01-01.md --
---
version: 1
published: 2025-12-01
effective: 2026-01-01
summary: The first version of our cookie policy.
promises:
  cookies:
    purposes: [visits]
---
## Our cookies {#cookies}

We set one cookie and count visits with it.
`

const visits = "purposes:\n  - {id: visits, name: Visits, text: We count visits., categories: []}\n"

func TestPromisesOfTwoPolicies(t *testing.T) {
	purposes := edit(t, "purposes.yaml", "purposes:\n", visits)
	for _, test := range []struct{ name, changes, want string }{
		{"both kept", "", ""},
		{"choice of the other policy", edit(t, "choices.yaml", "policy: privacy", "policy: cookies"),
			`choices.yaml:9:13 error choice-section: policy "cookies" does not promise choice "newsletter" (name the policy that does: privacy)` + "\n"},
		{"processor in one policy, purpose in the other", edit(t, "processors.yaml", "[offers.postal]", "[offers.postal, visits]"),
			`processors.yaml:6:31 error processor-purpose: no policy promises both processor "mail-house" and purpose "visits" (name both in the promises of one policy, or leave the purpose out here)` + "\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := problems(t, load(t, cookiePolicy+purposes+test.changes), worldTime); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// TestPromisesReplaced holds a version to its promises for as long as it is in
// force, and no longer.
func TestPromisesReplaced(t *testing.T) {
	s := load(t, edit(t, inForceFile, "purposes: [account]", "purposes: [account, lamps]"))
	if got := problems(t, s, worldTime); !strings.Contains(got, `purpose "lamps" is not declared`) {
		t.Errorf("in force: got\n%s", got)
	}
	later := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	if got := unchanged(problems(t, s, later)); got != "" {
		t.Errorf("replaced: got\n%s", got)
	}
}

// TestPromisesAhead lets an announced version promise a choice that no form
// offers yet, and reminds of it; on the day it is an error.
func TestPromisesAhead(t *testing.T) {
	s := load(t, edit(t, "choices.yaml", "choices:\n", "choices:\n  - {id: use.surveys, name: Surveys, words: You may ask me., refuse: Do not ask me., kind: use, policy: privacy, section: surveys, purposes: [surveys]}\n")+
		edit(t, "purposes.yaml", "[survey.answers]\n", "[survey.answers]\n    choice: use.surveys\n")+
		edit(t, announcedFile, "  surveys:\n    purposes", "  surveys:\n    choices: [use.surveys]\n    purposes"))
	place := announcedFile + ":26:15 "
	field := "{name: choice.use.surveys, type: consent, choice: use.surveys})\n"
	want := place + `notice promise-form: no form offers choice "use.surveys" yet (add a field to a form on 2026-07-01, when the version takes effect: ` + field
	if got := problems(t, s, worldTime); got != want {
		t.Errorf("before: got\n%swant\n%s", got, want)
	}
	want = place + `error promise-form: choice "use.surveys" is promised, and no form offers it (add a field to a form: ` + field
	if got := problems(t, s, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)); got != want {
		t.Errorf("on the day: got\n%swant\n%s", got, want)
	}
}

// TestPromisesIllegible doesn't call missing what a damaged file may have.
func TestPromisesIllegible(t *testing.T) {
	got := problems(t, load(t, edit(t, announcedFile, "promises:", "promise:")), worldTime)
	if strings.Contains(got, "promised nowhere") || !strings.Contains(got, `key "promise" is not known`) {
		t.Errorf("got\n%s", got)
	}
}

// TestPromisesByAlias finds the section of a choice by an id that it had.
func TestPromisesByAlias(t *testing.T) {
	changes := edit(t, "choices.yaml", "section: consent", "section: agreed") +
		edit(t, inForceFile, "aliases: {shared: sharing}", "aliases: {shared: sharing, agreed: consent}")
	if got := problems(t, load(t, changes), worldTime); got != "" {
		t.Errorf("got\n%s", got)
	}
}

// TestPromisesWithin lets a heading within a section promise for it.
func TestPromisesWithin(t *testing.T) {
	changes := edit(t, inForceFile, "  consent:\n    choices: [newsletter, use.announcements, marketing.postal]\n", "  memory:\n    choices: [newsletter, use.announcements, marketing.postal]\n  consent:\n")
	if got := problems(t, load(t, changes), worldTime); got != "" {
		t.Errorf("got\n%s", got)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]string{
		"P3Y": "3 years", "P1Y": "1 year", "P90D": "90 days", "P2W": "2 weeks", "P1Y6M": "1 year 6 months",
		"PT12H": "12 hours", "P1DT1H30M5S": "1 day 1 hour 30 minutes 5 seconds", "P0D": "no time",
	} {
		if got := inWords(text); got != want {
			t.Errorf("%s in words is %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"P", "PT", "P1", "P1DT", "3Y", "P1.5Y", "P-1D", "P1D2Y", "P1W2D", "p1y", "P99999Y", ""} {
		if got := inWords(text); got != text {
			t.Errorf("%q counts as a duration: %q", text, got)
		}
	}
}
