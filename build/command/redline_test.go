package command

import (
	"strings"
	"testing"

	"indigex.com/indigex/build/compare"
)

func redlineOf(t *testing.T, old, new string, colour bool) string {
	t.Helper()
	var b strings.Builder
	if err := writeRedline(&b, "old", "new", compare.Diff(compare.Parse([]byte(old)), compare.Parse([]byte(new))), colour); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const oldTerms = `## 1. Buying {#buying}

Acme sells lamps. Acme sends them to you.

Acme takes them back.

- You pay when the lamp is on its way.
- You get a receipt.

## 2. Repairs {#repairs}

We repair lamps for three years, and tell you before what it will cost you. See [the list](/list).

## 3. Questions {#questions}

Write to us.
`

const newTerms = `## 1. Questions {#questions}

Write to us.

## 2. Buying lamps {#buying}

Zenith sells lamps. Zenith sends them to you.

Zenith takes them back.

- You pay when you have the lamp.
- You get a receipt.

## 3. Repairs {#repairs}

We repair lamps for three years, and tell you before what it will cost you. See [the list](/prices).
`

func TestRedline(t *testing.T) {
	want := `old → new: substantive, 13 words changed, 1 link changed
3 times: [-Acme-]{+Zenith+}

1. Questions (was “3. Questions”, moved, was behind “3. Repairs”)
  … 1 block unchanged

2. Buying lamps (changed, renamed from “1. Buying”: 6 words added, 7 words removed)
  … 2 blocks with nothing but the replacements above
  - You pay when{+ you have+} the lamp[- is on its way-].
  … 1 block unchanged

3. Repairs (changed, was “2. Repairs”)
  We repair lamps for three years, and tell you before what it will cost you. See the list.
    link on “the list”: [-/list-]{+/prices+}
`
	got := redlineOf(t, oldTerms, newTerms, false)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	coloured := redlineOf(t, oldTerms, newTerms, true)
	plain := strings.NewReplacer("\x1b[32m", "", "\x1b[31m", "", "\x1b[2m", "", "\x1b[1m", "", "\x1b[0m", "").Replace(coloured)
	if plain != want || coloured == want {
		t.Errorf("colour changes the words:\n%s", plain)
	}
}

func TestRedlineOfRewrittenTexts(t *testing.T) {
	got := redlineOf(t, oldTerms, "## Cookies {#cookies}\n\nThis page sets none at all, neither now nor later, and never will.\n", false)
	for _, part := range []string{"More than half of the words", "\nnew\n  Cookies: 14 words added\n", "\ngone\n  1. Buying: "} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
	if strings.Contains(got, "{+") {
		t.Errorf("a redline of texts that have nothing in common:\n%s", got)
	}
}

func TestRedlineHasNoControlCharacters(t *testing.T) {
	got := redlineOf(t, "## A {#a}\n\nOne \x1b[2J word here and there.\n", "## \x1b]0;x\x07 {#a}\n\nOne \u202e word here and [there](\x1bx).\n", false)
	if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && (r < ' ' || r == 0x7f || r == 0x202e) }); i >= 0 {
		t.Errorf("control character in %q", got)
	}
}
