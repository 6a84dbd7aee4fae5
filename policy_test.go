package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/build/command"
)

// policyWorld is a small company with one policy, of which two versions are
// ready to be published.
const policyWorld = smallWorld + `
-- content/policies/privacy/policy.yaml --
title: Privacy policy
short: Privacy
description: What we ask you for, why we ask for it, and what you can decide about it.
site: apex
-- content/policies/privacy/2024-03-01.md --
---
version: 1
published: 2024-02-01
effective: 2024-03-01
summary: The first version of our policy.
---
## 1. Notice {#notice}

We keep your name for 30 days.

## 2. Sharing {#sharing}

We show your name to nobody.
-- content/policies/privacy/2025-03-01.md --
---
version: 2
published: 2025-01-15
effective: 2025-03-01
summary: We now keep your name longer than we did.
changes:
  - kind: material
    sections: [notice]
    text: We keep your name for longer.
---
## 1. Notice {#notice}

We keep your name for 60 days.

## 2. Sharing {#sharing}

We show your name to nobody.
-- new.md --
We keep your name for 60 days.
-- same.md --
We keep
your *name* for 60 days.
-- old.md --
We keep your name for 30 days.
`

// policyScripts run the commands on policies as scripts does the others.
var policyScripts = map[string]string{
	"policy-help": `
! exec indigex policy
stderr 'Usage: indigex policy COMMAND'
exec indigex policy --help
stdout 'publish ID'
exec indigex help policy
stdout 'publish ID'
exec indigex help policy diff
stdout 'Usage: indigex policy diff OLD NEW'
exec indigex policy help diff
stdout 'Usage: indigex policy diff OLD NEW'
exec indigex policy publish --help
stdout 'Example:'
exec indigex --help
stdout '  policy    draft, publish'
! exec indigex policy pubish
stderr 'there is no command "policy pubish"'
stderr 'did you mean "policy publish"'
! exec indigex policy new
stderr 'argument ID is missing'
stderr 'hint: indigex policy new --help'
! exec indigex policy new privacy cookies
stderr 'argument "cookies" is one too many'
`,
	"policy-publish": `
! exec indigex policy verify
stdout '^content/policies/privacy/2024-03-01.md:2:10: privacy version 1 is not published$'
stdout 'hint: publish it: indigex policy publish privacy'
stdout '^content: 2 errors$'
! exec indigex policy publish privcy
stderr 'there is no policy "privcy"'
stderr 'did you mean "privacy"'
! exists content/policies/policies.sum
exec indigex policy publish privacy
stdout '^added to content/policies/policies.sum: privacy 1 2024-03-01 h1:'
stdout '^privacy version 2 is in force since 2025-03-01$'
cp content/policies/policies.sum first.sum
exec indigex policy publish privacy
stdout '^nothing to publish'
cmp content/policies/policies.sum first.sum
exec indigex policy verify
stdout '^2 versions of 1 policy are as published$'
exec indigex policy list --now 2025-02-01T00:00:00Z
stdout '^privacy  1        2024-02-01  2024-03-01  in force   '
stdout '^privacy  2        2025-01-15  2025-03-01  announced  '
exec indigex policy list --now 2024-02-15T00:00:00Z
stdout 'announced'
stdout 'scheduled'
! exec indigex policy list --now today
stderr 'RFC 3339'

# One byte of what was published.
cp content/policies/privacy/2024-03-01.md kept.md
cp tampered.md content/policies/privacy/2024-03-01.md
! exec indigex policy verify
stdout '^content/policies/privacy/2024-03-01.md:1:1: the published text of privacy version 1 has changed$'
stdout 'hint: restore the file .* indigex policy new privacy'
! exec indigex check
stdout '^content/policies/privacy/2024-03-01.md:1:1: the published text of privacy version 1 has changed$'
! exec indigex build --out public
stderr '^content/policies/privacy/2024-03-01.md:1:1: the published text of privacy version 1 has changed$'
! exists public/catalog.json
exec indigex policy list
stdout '2024-03-01 .* changed$'
! exec indigex policy publish privacy
stderr 'the published text of privacy version 1 has changed'
! stdout .
cp kept.md content/policies/privacy/2024-03-01.md
exec indigex policy verify

# A file that is gone.
rm content/policies/privacy/2024-03-01.md
! exec indigex policy verify
stdout '^content/policies/policies.sum:1:1: the published text of privacy version 1 is gone: there is no policies/privacy/2024-03-01.md$'
exec indigex policy list
stdout '^privacy  1 .* missing$'
cp kept.md content/policies/privacy/2024-03-01.md

# Lines of policies.sum that a merge left.
cp merged.sum content/policies/policies.sum
! exec indigex policy verify
stdout '^content/policies/policies.sum:1:1: a merge left its marks$'
! exec indigex policy publish privacy
! exec indigex policy verify
-- tampered.md --
---
version: 1
published: 2024-02-01
effective: 2024-03-01
summary: The first version of our policy.
---
## 1. Notice {#notice}

We keep your name for 31 days.
-- merged.sum --
<<<<<<< ours
` + policyWorld,
	"policy-new": `
exec indigex policy publish privacy
! exec indigex policy new privcy
stderr 'did you mean "privacy"'
! exec indigex policy new privacy --effective 2025-03-01
stderr 'too early: version 2 does on 2025-03-01'
! exec indigex policy new privacy --effective tomorrow
stderr 'write it as 2027-05-01'
exec indigex policy new --effective 2999-01-01 privacy
stdout '^wrote content/policies/privacy/2999-01-01.md$'
stdout 'indigex policy diff privacy@2 privacy@draft'
grep '^draft: true' content/policies/privacy/2999-01-01.md
cp content/policies/privacy/2999-01-01.md draft.md
! exec indigex policy new privacy
stderr 'there is a draft already: policies/privacy/2999-01-01.md'
cmp content/policies/privacy/2999-01-01.md draft.md
exec indigex policy verify
stdout '2 versions'
exec indigex policy list
stdout '2999-01-01  draft'
exec indigex policy diff privacy@2 privacy@draft

# What has errors isn't published.
cp content/policies/policies.sum before.sum
! exec indigex policy publish privacy
stderr '^content/policies/privacy/2999-01-01.md:8:10: summary has no value$'
stderr 'nothing was written'
cmp content/policies/policies.sum before.sum
cmp content/policies/privacy/2999-01-01.md draft.md

cp ready.md content/policies/privacy/2999-01-01.md
! exec indigex policy diff privacy@2 privacy@draft
stdout '\[-60-\]\{\+90\+\}'
exec indigex policy publish privacy
stdout '^wrote content/policies/privacy/2999-01-01.md$'
stdout '^privacy version 3 is announced and holds from 2999-01-01 on$'
! grep draft content/policies/privacy/2999-01-01.md
grep '^published: 20' content/policies/privacy/2999-01-01.md
exec indigex policy verify
stdout '3 versions of 1 policy'
! exists content/policies/privacy/.indigex
-- ready.md --
---
version: 3
draft: true
effective: 2999-01-01
summary: We now keep your name longer than we did.
changes:
  - kind: material
    sections: [notice]
    text: We keep your name for longer.
---
## 1. Notice {#notice}

We keep your name for 90 days.

## 2. Sharing {#sharing}

We show your name to nobody.
` + policyWorld,
	"policy-links": `
# Links that lead out of the content are neither read nor followed.
mkdir elsewhere
mv content/policies/privacy/2025-03-01.md elsewhere/version.md
symlink content/policies/privacy/2025-03-01.md -> $WORK/elsewhere/version.md
! exec indigex policy verify
stdout 'symbolic link that leads out'
! exec indigex policy publish privacy
stderr 'symbolic link that leads out'
! exists content/policies/policies.sum
rm content/policies/privacy/2025-03-01.md
symlink content/policies/policies.sum -> $WORK/elsewhere/sums
! exec indigex policy publish privacy
! exists elsewhere/sums
` + policyWorld,
	"policy-diff": `
exec indigex policy diff privacy@1 privacy@1
stdout 'the same for a reader'
exec indigex policy diff new.md same.md
! exec indigex policy diff privacy@1 privacy@2
stdout '^privacy@1 → privacy@2: substantive, 2 words changed, 0 links changed$'
stdout '^1\. Notice \(changed: 1 word added, 1 word removed\)$'
stdout '^  We keep your name for \[-30-\]\{\+60\+\} days\.$'
stdout '^1 section unchanged: 2\. Sharing$'
! stderr .
! exec indigex policy diff old.md --format json new.md
stdout '"proposed": "substantive"'
! exec indigex policy diff --format html privacy@1 content/policies/privacy/2025-03-01.md
stdout '^<!doctype html>'
stdout '<ins>'
! exec indigex policy diff privacy@1
stderr 'argument NEW is missing'
! exec indigex policy diff privacy@1 privacy@3
stderr 'policy privacy has no version 3'
stderr 'privacy@1, privacy@2'
! exec indigex policy diff privacy@1 privacy@draft
stderr 'begin one: indigex policy new privacy'
! exec indigex policy diff privacy@1 privcy@1
stderr 'did you mean "privacy"'
! exec indigex policy diff privacy@1 nothing.md
stderr 'there is no file nothing.md'
! exec indigex policy diff privacy@1 content
stderr 'content is a folder'
! exec indigex policy diff privacy@1 privacy@2 --format pdf
stderr 'possible: text, html, json'
exec indigex policy text same.md
cmp stdout new.md
exec indigex policy text privacy@2
stdout '^1\. Notice$'
` + policyWorld,
}

// run returns the output and the exit code of one command line.
func run(args ...string) (string, int) {
	var out, errs strings.Builder
	code := command.Run(context.Background(), server(), args, &out, &errs)
	return out.String() + errs.String(), code
}

// TestPolicyExitCodes holds what scripts rely on.
func TestPolicyExitCodes(t *testing.T) {
	dir := t.TempDir()
	for name, data := range map[string][]byte{"huge.md": bytes.Repeat([]byte("word "), 300_000), "binary.md": []byte("a\x00b"), "latin.md": []byte("caf\xe9\n")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for args, want := range map[string]int{
		"policy": command.Usage, "policy --help": command.Fine, "policy nothing": command.Usage, "policy list extra": command.Usage,
		"policy list --content nowhere": command.Usage, "policy diff privacy@1 privacy@1": command.Fine, "policy diff privacy@1 privacy@2": command.Problems,
		"policy diff privacy@1 privacy@99": command.Usage, "policy text " + dir + "/huge.md": command.Usage, "policy text " + dir + "/binary.md": command.Usage,
		"policy text " + dir + "/latin.md": command.Fine, "policy text " + dir: command.Usage, "policy publish nothing": command.Usage,
	} {
		if out, got := run(strings.Fields(args)...); got != want {
			t.Errorf("indigex %s: exit code %d, want %d:\n%s", args, got, want, out)
		}
	}
}

// TestPolicyDiff holds what the comparison promises, for every two versions of
// the project's own policies.
func TestPolicyDiff(t *testing.T) {
	files, err := filepath.Glob("content/policies/*/*.md")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d versions: %v", len(files), err)
	}
	texts := map[string]string{}
	for _, name := range files {
		out, code := run("policy", "text", name)
		if code != command.Fine || out == "" {
			t.Fatalf("text of %s: exit code %d", name, code)
		}
		texts[name] = out
	}
	for _, old := range files {
		for _, new := range files {
			if filepath.Dir(old) == filepath.Dir(new) {
				holdDiff(t, old, new, texts)
			}
		}
	}
}

func holdDiff(t *testing.T, old, new string, texts map[string]string) {
	t.Helper()
	var c struct {
		Same     bool   `json:"same"`
		Proposed string `json:"proposed"`
		Ops      []struct{ Op, Text string }
	}
	out, code := run("policy", "diff", old, "--format", "json", new)
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatalf("%s to %s: %v", old, new, err)
	}
	var before, after strings.Builder
	for _, op := range c.Ops {
		if op.Op != "insert" {
			before.WriteString(op.Text)
		}
		if op.Op != "delete" {
			after.WriteString(op.Text)
		}
	}
	if before.String() != texts[old] || after.String() != texts[new] {
		t.Errorf("%s to %s: the operations don't make the texts", old, new)
	}
	want := command.Fine
	if !c.Same {
		want = command.Problems
	}
	if code != want || c.Same != (old == new) || c.Same != (c.Proposed == "none") {
		t.Errorf("%s to %s: exit code %d, same %v, proposed %s", old, new, code, c.Same, c.Proposed)
	}
}
