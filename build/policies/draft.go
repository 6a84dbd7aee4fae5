package policies

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"indigex.com/indigex/build/front"
)

// Errors of [Draft] and [Version.AsPublished].
var (
	// ErrDraft says that the policy has a draft already.
	ErrDraft = errors.New("there is a draft already")
	// ErrNoVersion says that there is no text to begin with.
	ErrNoVersion = errors.New("the policy has no version to begin with")
	// ErrFront says that front matter can't be rewritten line by line.
	ErrFront = errors.New("the front matter is not written as lines of keys")
	// ErrTooEarly says that a version would hold before the one before it.
	ErrTooEarly = errors.New("the draft would take effect too early")
)

// noticeDays is how long people know a version before it takes effect, unless
// its author says otherwise.
const noticeDays = 30

// Ahead returns the day on which a draft begun now takes effect unless its
// author says otherwise: after 30 days, but after the newest version.
func (p *Policy) Ahead(now time.Time) time.Time {
	day := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, noticeDays)
	if v := p.newest(); v != nil && !day.After(v.Effective()) {
		day = v.Effective().AddDate(0, 0, 1)
	}
	return day
}

func (p *Policy) newest() *Version {
	if len(p.Versions) == 0 {
		return nil
	}
	return p.Versions[len(p.Versions)-1]
}

// Draft returns a draft that begins with the text of the newest version, to
// the byte: its File, Source and number. It promises what that version
// promises; what its author has to say of the changes is empty. It fails with
// ErrDraft, ErrNoVersion, ErrFront or ErrTooEarly.
func Draft(p *Policy, effective time.Time) (*Version, error) {
	last := p.newest()
	if last == nil {
		return nil, ErrNoVersion
	}
	for _, v := range p.Versions {
		if v.Meta.Draft {
			return nil, fmt.Errorf("%w: %s", ErrDraft, v.File)
		}
	}
	if last.Number() < 1 {
		return nil, fmt.Errorf("%s: %w", last.File, ErrFront)
	}
	if !effective.After(last.Effective()) {
		return nil, fmt.Errorf("%w: version %d does on %s", ErrTooEarly, last.Number(), last.Effective().Format(time.DateOnly))
	}
	v := &Version{Policy: p, Day: effective, File: "policies/" + p.ID + "/" + effective.Format(time.DateOnly) + ".md"}
	v.Meta.Draft, v.Meta.Number.Value, v.Meta.Effective.Time = true, last.Number()+1, effective
	data, err := last.rewrite(func(entries []entry, end string) []string { return draftFront(v, entries, end) })
	v.Source = bytes.TrimPrefix(data, []byte(byteOrderMark))
	return v, err
}

// draftFront returns the lines of a draft's front matter, made from those of
// the version before.
func draftFront(v *Version, before []entry, end string) []string {
	lines := opening(v)
	for i := range lines {
		lines[i] += end
	}
	for _, e := range before {
		if !slices.Contains(ofOneVersion, e.key) {
			lines = append(lines, e.lines...)
		}
	}
	return lines
}

// ofOneVersion are the keys whose values never hold for the next version.
var ofOneVersion = []string{"version", "draft", "published", "effective", "summary", "changes", "override"}

// opening returns the first lines of a draft's front matter.
func opening(v *Version) []string {
	hints := draftHints(v.Policy.ID)
	return []string{
		fmt.Sprintf("version: %d", v.Number()),
		hints[0], "draft: true",
		hints[1], "effective: " + v.Effective().Format(time.DateOnly),
		hints[2], `summary: ""`,
		hints[3], hints[4], "changes: []",
		hints[5],
	}
}

// draftHints are comments that teach whoever fills a draft. Publishing takes
// them away.
func draftHints(policy string) []string {
	return []string{
		"# Only you see a draft. To publish it: indigex policy publish " + policy,
		"# The day from which it holds. The file's name is the same day: rename the file if you change it.",
		"# What changes for the reader, in plain words, at most 300 characters.",
		"# What changed, one entry for each change, such as:",
		`#   - {kind: editorial|clarification|material, sections: [id], choices: [], purposes: [], processors: [], text: "What it means for the reader."}`,
		"# Below: where old links lead (aliases), and what each section promises. Keep both true.",
	}
}

// AsPublished returns the version's file as it is once it is published: a
// draft no longer, and with the day of publication where it has none. The text
// is the same to the byte. It fails with ErrFront.
func (v *Version) AsPublished(now time.Time) ([]byte, error) {
	hints := draftHints(v.Policy.ID)
	return v.rewrite(func(entries []entry, end string) []string {
		var lines []string
		for _, e := range entries {
			if e.key == "draft" {
				continue
			}
			if e.key == "effective" && v.Meta.Published.IsZero() {
				lines = append(lines, "published: "+now.UTC().Format(time.DateOnly)+end)
			}
			for _, line := range e.lines {
				if !slices.Contains(hints, strings.TrimRight(line, " \r\n")) {
					lines = append(lines, line)
				}
			}
		}
		return lines
	})
}

// LineBefore returns the line of a version's file from which a line of the
// published file was made.
func (v *Version) LineBefore(published []byte, line int) int {
	old := slices.Collect(strings.Lines(string(v.Source)))
	at, number := 0, 0
	for text := range strings.Lines(string(published)) {
		number++
		ahead := slices.Index(old[at:min(at+maxTaken, len(old))], text)
		if number == line {
			return at + max(ahead, 0) + 1
		}
		at += ahead + 1 // a line that was put in stays where it is
	}
	return line
}

// maxTaken is more than the lines that publishing takes out at one place.
const maxTaken = 10

// An entry is a key of the front matter with the lines that belong to it:
// comments above, its value, line ends included.
type entry struct {
	key   string
	lines []string
}

// rewrite returns the version's file with other lines of front matter, which
// change makes of the ones that stand there. End is the file's line end.
func (v *Version) rewrite(change func(entries []entry, end string) []string) ([]byte, error) {
	src, body, problems := front.Split(v.Source)
	entries, ok := entriesOf(src.File[src.Start:src.End])
	if !ok || len(problems) > 0 || src.Start == src.End {
		return nil, fmt.Errorf("%s: %w", v.File, ErrFront)
	}
	end := "\n"
	if bytes.HasSuffix(v.Source[:src.Start], []byte("\r\n")) {
		end = "\r\n"
	}
	var b bytes.Buffer
	b.Write(v.Source[:src.Start])
	for _, line := range change(entries, end) {
		b.WriteString(line)
	}
	b.Write(v.Source[src.End:body])
	b.Write(v.Source[body:])
	return b.Bytes(), nil
}

// entriesOf cuts front matter at its keys. It reports false where a key does
// not begin a line.
func entriesOf(text []byte) ([]entry, bool) {
	var doc yaml.Node
	if len(text) > front.MaxSize || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return nil, false
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		return nil, false
	}
	lines := slices.Collect(strings.Lines(string(text)))
	var entries []entry
	from := 0
	for i := 0; i < len(root.Content); i += 2 {
		key, to := root.Content[i], len(lines)
		if key.Line > len(lines) || key.Column != 1 || !strings.HasPrefix(lines[key.Line-1], key.Value+":") {
			return nil, false
		}
		if i+2 < len(root.Content) {
			to = above(lines, min(root.Content[i+2].Line-1, len(lines)))
		}
		if to <= from {
			return nil, false
		}
		entries = append(entries, entry{key.Value, lines[from:to]})
		from = to
	}
	return entries, true
}

// above returns the first of the comments and empty lines that stand right
// above a line.
func above(lines []string, at int) int {
	for at > 0 && (strings.HasPrefix(lines[at-1], "#") || strings.TrimSpace(lines[at-1]) == "") {
		at--
	}
	return at
}
