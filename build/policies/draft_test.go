package policies

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"indigex.com/indigex/build/front"
)

var draftDay = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

const draftFile = "policies/privacy/2027-01-01.md"

// wantFront is the front matter of a draft of the world's policy, up to what
// it takes over.
const wantFront = `---
version: 4
# Only you see a draft. To publish it: indigex policy publish privacy
draft: true
# The day from which it holds. The file's name is the same day: rename the file if you change it.
effective: 2027-01-01
# What changes for the reader, in plain words, at most 300 characters.
summary: ""
# What changed, one entry for each change, such as:
#   - {kind: editorial|clarification|material, sections: [id], choices: [], purposes: [], processors: [], text: "What it means for the reader."}
changes: []
# Below: where old links lead (aliases), and what each section promises. Keep both true.
aliases: {shared: sharing}
promises:
  notice:
`

func TestDraft(t *testing.T) {
	set := load(t, "")
	p := set.Policy("privacy")
	v, err := Draft(p, draftDay)
	if err != nil {
		t.Fatal(err)
	}
	if v.File != draftFile || v.Number() != 4 {
		t.Errorf("file %s, number %d", v.File, v.Number())
	}
	if !strings.HasPrefix(string(v.Source), wantFront) {
		t.Errorf("draft:\n%s\nwant it to begin:\n%s", v.Source, wantFront)
	}
	last := p.Version(3).Source
	_, promises, _ := bytes.Cut(last, []byte("\npromises:"))
	if !bytes.HasSuffix(v.Source, promises) {
		t.Error("promises and text are not those of the version before")
	}
	files := worldFiles(t, "")
	files[v.File] = v.Source
	again := newLoader().Load(files)
	if got := problems(t, again, worldTime); !strings.Contains(got, draftFile+":8:10 error missing-value: summary has no value") {
		t.Errorf("the empty summary is no error:\n%s", got)
	}
	if d := again.Policy("privacy").Version(4); d == nil || !d.Meta.Draft || !d.Effective().Equal(draftDay) || len(d.Meta.Promises) != 4 {
		t.Errorf("the draft is read as %+v", d)
	}
}

func TestDraftRefuses(t *testing.T) {
	for _, test := range []struct {
		name, changes, day string
		want               error
	}{
		{"a draft already", "-- policies/privacy/2026-12-01.md --\n---\nversion: 4\ndraft: true\neffective: 2026-12-01\n---\n", "2027-01-01", ErrDraft},
		{"no version", "-- policies/privacy/2025-01-01.md --\n-- policies/privacy/2026-01-01.md --\n-- policies/privacy/2026-07-01.md --\n", "2027-01-01", ErrNoVersion},
		{"the day of the newest", "", "2026-07-01", ErrTooEarly},
		{"a day before the newest", "", "2026-06-30", ErrTooEarly},
		{"front matter in one line", "-- policies/privacy/2026-12-01.md --\n---\n{version: 4, effective: 2026-12-01}\n---\n", "2027-01-01", ErrFront},
		{"keys in quotes", "-- policies/privacy/2026-12-01.md --\n---\n\"version\": 4\neffective: 2026-12-01\n---\n", "2027-01-01", ErrFront},
		{"no front matter", "-- policies/privacy/2026-12-01.md --\nText.\n", "2027-01-01", ErrFront},
	} {
		t.Run(test.name, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, test.day)
			if err != nil {
				t.Fatal(err)
			}
			p := load(t, test.changes).Policy("privacy")
			if test.name == "no front matter" { // it counts as version 0, the oldest
				p.Versions = p.Versions[:1]
			}
			if v, err := Draft(p, day); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v; draft %+v", err, test.want, v)
			}
		})
	}
}

func TestAhead(t *testing.T) {
	p := load(t, "").Policy("privacy")
	for now, want := range map[string]string{
		"2026-11-23T23:59:59Z": "2026-12-23", "2026-06-01T12:00:00Z": "2026-07-02", "2026-06-02T00:00:00Z": "2026-07-02",
		"2026-06-03T00:00:00Z": "2026-07-03", "2026-11-23T23:59:59-02:00": "2026-12-24",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Ahead(at).Format(time.RFC3339); got != want+"T00:00:00Z" {
			t.Errorf("at %s: %s, want %s", now, got, want)
		}
	}
}

const filled = `---
version: 4
# Only you see a draft. To publish it: indigex policy publish privacy
draft: true
# My own words.
effective: 2027-01-01
summary: Nothing.   # none
# What changed, one entry for each change, such as:
changes: []

promises:
  notice: {purposes: [account]}
---
## 1. Notice {#notice}

draft: true
`

const wantPublished = `---
version: 4
published: 2026-11-23
# My own words.
effective: 2027-01-01
summary: Nothing.   # none
changes: []

promises:
  notice: {purposes: [account]}
---
## 1. Notice {#notice}

draft: true
`

func TestAsPublished(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	v := &Version{Policy: &Policy{ID: "privacy"}, Source: []byte(filled)}
	got, err := v.AsPublished(now)
	if err != nil || string(got) != wantPublished {
		t.Fatalf("error %v, published:\n%s\nwant:\n%s", err, got, wantPublished)
	}
	windows := &Version{Policy: v.Policy, Source: []byte(byteOrderMark + strings.ReplaceAll(filled, "\n", "\r\n"))}
	text, err := windows.AsPublished(now)
	if err != nil || string(text) != byteOrderMark+strings.ReplaceAll(string(got), "\n", "\r\n") {
		t.Errorf("error %v, with line ends of Windows:\n%q", err, text)
	}
	v.Meta.Published = front.Date{Time: now}
	if got, _ := v.AsPublished(now); bytes.Contains(got, []byte("published:")) {
		t.Errorf("a second day of publication:\n%s", got)
	}
}

func TestLineBefore(t *testing.T) {
	v := &Version{Policy: &Policy{ID: "privacy"}, Source: []byte(filled)}
	text, err := v.AsPublished(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	old, new := strings.Split(filled, "\n"), strings.Split(string(text), "\n")
	for i, line := range new {
		if before := v.LineBefore(text, i+1); !strings.HasPrefix(line, "published:") && line != "" && old[before-1] != line {
			t.Errorf("line %d %q came from line %d %q", i+1, line, before, old[before-1])
		}
	}
}

// TestDraftKeepsTheText drafts and publishes versions with any front matter:
// the text stays the same to the byte, and so does what the version promises.
func TestDraftKeepsTheText(t *testing.T) {
	entries := map[string]string{
		"published": "published: 2026-05-15\n", "summary": "summary: |\n  # One\n  two.\n", "override": "override: \"A reason\n  of two lines.\"\n",
		"changes": "changes:\n- kind: editorial\n  sections: [notice]\n  text: Words.\n", "aliases": "# mine\naliases: {old: notice}\n",
		"promises": "promises: {notice: {purposes: [account],\n# of the account\n  categories: [contact.email]}}\n",
	}
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.Permutation(slices.Sorted(maps.Keys(entries))).Draw(t, "keys")
		keys = keys[:rapid.IntRange(0, len(keys)).Draw(t, "number")]
		body := rapid.String().Draw(t, "body")
		var b strings.Builder
		b.WriteString("---\nversion: 1\neffective: 2026-07-01\n")
		for _, key := range keys {
			b.WriteString(entries[key])
		}
		source := b.String() + "---\n" + body
		if rapid.Bool().Draw(t, "windows") {
			source = strings.ReplaceAll(b.String(), "\n", "\r\n") + "---\r\n" + body
		}
		p := newLoader().Load(map[string][]byte{"policies/privacy/2026-07-01.md": []byte(source)}).Policy("privacy")
		draft, err := Draft(p, draftDay)
		if err != nil {
			t.Fatal(err)
		}
		read := newLoader().Load(map[string][]byte{draft.File: draft.Source}).Policy("privacy").Versions[0]
		if textOf(read.Source) != body || !slices.EqualFunc(read.Meta.Promises, p.Versions[0].Meta.Promises, samePromise) {
			t.Fatalf("draft of\n%q\nis\n%q", source, draft.Source)
		}
		if read.Number() != 2 || !read.Meta.Draft || len(read.Meta.Changes) > 0 || read.Meta.Summary.Value != "" {
			t.Fatalf("draft's front matter: %+v", read.Meta)
		}
		final, err := read.AsPublished(draftDay)
		if err != nil {
			t.Fatal(err)
		}
		last := newLoader().Load(map[string][]byte{draft.File: final}).Policy("privacy").Versions[0]
		if textOf(final) != body || last.Meta.Draft || !last.Meta.Published.Time.Equal(draftDay) || len(last.Meta.Aliases) != len(read.Meta.Aliases) {
			t.Fatalf("published as\n%q", final)
		}
	})
}

// textOf is a file without its front matter.
func textOf(file []byte) string {
	_, body, _ := front.Split(file)
	return string(file[body:])
}

func samePromise(a, b Promise) bool {
	return a.Section.Value == b.Section.Value && len(a.Purposes) == len(b.Purposes) && len(a.Categories) == len(b.Categories)
}

// FuzzDraft holds that no file makes drafting or publishing panic or lose
// text.
func FuzzDraft(f *testing.F) {
	f.Add([]byte(filled))
	f.Add([]byte("---\nversion: 1\n\u2028effective: 2026-01-01\n---\n"))
	f.Add([]byte("---\nversion: 1\n? a\n: b\n---\nText"))
	f.Add([]byte("---\r\nversion: 1\rsummary: a\r\n---\r\nText"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.HasPrefix(data, []byte("\xef\xbb\xbf\xef\xbb\xbf")) {
			return
		}
		p := newLoader().Load(map[string][]byte{"policies/privacy/2026-07-01.md": data}).Policy("privacy")
		v := p.Versions[0]
		if text, err := v.AsPublished(draftDay); err == nil {
			if textOf(text) != textOf(data) {
				t.Errorf("published as %q", text)
			}
			for line := range bytes.Count(text, []byte("\n")) {
				v.LineBefore(text, line+1)
			}
		}
		v.Meta.Draft, v.Meta.Effective.Time = false, time.Time{}
		if d, err := Draft(p, draftDay); err == nil && textOf(d.Source) != textOf(data) {
			t.Errorf("drafted as %q", d.Source)
		}
	})
}
