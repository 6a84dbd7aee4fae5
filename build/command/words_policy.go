package command

import "fmt"

var helpPolicy = map[string]string{
	"policy": `Policy works on the versions of policies, which stand below content/policies.

Usage: indigex policy COMMAND [flags]

  list              all versions with dates, state and hash
  new ID            start a draft of the next version
  publish ID        put versions that are ready into policies.sum
  verify            hold the published texts against policies.sum
  diff OLD NEW      what changed between two versions, or two files
  text FILE         the text as a reader sees it

A published text never changes: policies.sum holds its hash, as go.sum does.
What is new is a new version. The way from one to the other:

  indigex policy new privacy          write the text and the summary
  indigex check                       until nothing is wrong with it
  indigex policy diff privacy@2 privacy@draft
  indigex policy publish privacy      then commit the file and policies.sum

indigex policy COMMAND --help explains a command.
`,
	"policy list": `List prints a line for each version of each policy: its number, the days on
which it is published and takes effect, its state, the reading grade of its
summary, and the beginning of its hash in policies.sum.

States: in force, superseded, announced (published, but not yet in force),
scheduled (not yet published), draft. At the end of a line stands what is wrong:
changed since it was published, not published, missing.

Usage: indigex policy list [flags]

  --content DIR   folder of the content (default content)
  --now TIME      the states at this time, RFC 3339 (default: now)

Example:
  indigex policy list --now 2027-02-01T00:00:00Z
`,
	"policy new": `New writes a draft of a policy's next version: the text of the newest one, and
front matter in which you say what changes. It never overwrites a file. No page
shows a draft, unless you build or serve with --drafts.

Usage: indigex policy new ID [flags]

  --content DIR            folder of the content (default content)
  --effective YYYY-MM-DD   the day on which it takes effect (default: in 30
                           days, but after the newest version)

Examples:
  indigex policy new privacy
  indigex policy new cookies --effective 2027-05-01
`,
	"policy publish": `Publish adds the versions of a policy that policies.sum doesn't have, drafts
included: a draft's line "draft: true" goes, and today is its day of
publication, unless it names one. From then on the file can't change.

It also writes, for each version in force or to come, the hash of what the
version rests on: the purposes, kinds of data, times of retention, choices,
mechanisms and processors that it promises. From then on these can't change
either without a new version that declares more than an editorial change. Lines
that have no such hash get one, even if there is no version to publish.

All checks run first, on the content as it will be. An error in the policy's
folder, in policies.sum, purposes.yaml, choices.yaml or processors.yaml stops
the publication, and nothing is written. Errors elsewhere don't: indigex check
finds them.

Usage: indigex policy publish ID [flags]

  --content DIR   folder of the content (default content)

Exit code 0 also means that there was nothing to publish.

Example:
  indigex policy publish privacy && git add content/policies
`,
	"policy verify": `Verify holds the texts of all published versions against policies.sum. A text
that changed, or is gone, or was never published is a problem. Line ends of
Windows and byte-order marks make no difference. Versions in force or to come
are also held against what they rest on: what purposes.yaml, choices.yaml and
processors.yaml declare of all that they promise.

Usage: indigex policy verify [flags]

  --content DIR   folder of the content (default content)

Example:
  indigex policy verify || exit 1
`,
	"policy diff": `Diff says what changed for a reader: by section, block and word. Formatting, line
breaks and front matter never count. OLD and NEW are versions, as privacy@2, or
Markdown files; privacy@draft is the policy's draft.

Usage: indigex policy diff OLD NEW [flags]

  --content DIR     folder of the content (default content)
  --format FORMAT   text (default), html (a page that stands for itself), or
                    json

Each comparison is proposed as none, editorial (typing mistakes, marks, dates,
links, numbers of headings) or substantive.

Exit code: 0 the same for a reader, 1 not the same, 2 could not compare.

Examples:
  indigex policy diff privacy@1 privacy@2
  indigex policy diff privacy@4 privacy@draft --format html > changes.html
  indigex policy diff old.md new.md --format json
`,
	"policy text": `Text prints the visible text of a Markdown file or of a version, one block a
line: the text that is compared and hashed.

Usage: indigex policy text FILE [flags]

  --content DIR   folder of the content (default content)

Examples:
  indigex policy text privacy@2
  indigex policy text content/policies/privacy/2024-03-01.md | wc -w
`,
}

// stateWords are the states of versions as policy list prints them.
const (
	stateInForce    = "in force"
	stateSuperseded = "superseded"
	stateAnnounced  = "announced"
	stateScheduled  = "scheduled"
	stateDraft      = "draft"
)

// What policy list says of a version that is not as it was published.
const (
	flawChanged     = "changed"
	flawUnpublished = "not published"
	flawMissing     = "missing"
)

// draftNext says what to do with a draft, given its path.
const draftNext = `wrote %s

Change the text, then say in the front matter what changes for the reader.
`

// draftCommands are what helps with the draft of a policy, whose newest
// version has a number.
func draftCommands(id string, newest int) [][]string {
	return [][]string{
		{"  indigex check", "finds what is left to do"},
		{"  indigex serve --drafts", "shows it"},
		{fmt.Sprintf("  indigex policy diff %[1]s@%[2]d %[1]s@draft", id, newest), "says what changed"},
		{"  indigex policy publish " + id, "makes it public"},
	}
}

const nothingToPublish = "nothing to publish: policies.sum has every version of %s\n"

const publishedNext = "From now on this text can't change. Commit it together with policies.sum.\n"

// signedAnew tells what else publishing wrote, given policies.sum, a policy, a
// version and a hash.
const signedAnew = "recorded in %s what %s version %d rests on: %s\n"

const signedNext = "From now on what a version promises changes in purposes.yaml, choices.yaml and processors.yaml with a new version alone. Commit policies.sum.\n"

// unsigned tells of a policy's version whose line is from before such hashes.
const unsigned = "policies.sum doesn't say yet what %[1]s version %[2]d rests on: indigex policy publish %[1]s adds it\n"
