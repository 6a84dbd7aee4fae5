package policies

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// Sums are what policies.sum holds: a line for each published version, sorted
// by policy, then by number.
//
//	privacy 3 2025-10-01 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//	privacy 4 2026-03-01 h1:47DEQ… d1:uUNZZ…
//
// The parts are divided by one space: the policy's id, the version's number,
// the day on which it takes effect, which is its file's name, the hash of the
// file, see [HashFile], and that of what the version rests on, see
// [Set.HashEntries]. The last is missing where the version promises nothing,
// and where the line is older than such hashes. It is held against what is
// declared for as long as the version is not superseded. Each line ends with a line feed; a carriage return
// before it is left aside, since tools for version control put them there.
type Sums struct {
	Lines []Sum
	// flawed says that lines could not be read, so that a version without
	// a line may well be published.
	flawed bool
}

// A Sum is one line.
type Sum struct {
	front.Pos
	Policy  string
	Version int
	// Day is the one on which the version takes effect.
	Day  time.Time
	Hash string
	// Entries is the hash of what the version rests on, or empty.
	Entries string
}

// File is the name of the version's file.
func (s *Sum) File() string {
	return "policies/" + s.Policy + "/" + s.Day.Format(time.DateOnly) + ".md"
}

// String is the line without its end.
func (s *Sum) String() string {
	line := fmt.Sprintf("%s %d %s %s", s.Policy, s.Version, s.Day.Format(time.DateOnly), s.Hash)
	if s.Entries != "" {
		line += " " + s.Entries
	}
	return line
}

// Find returns the line of a version, or nil.
func (s *Sums) Find(policy string, version int) *Sum {
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Policy == policy && l.Version == version {
			return l
		}
	}
	return nil
}

// With returns sums that have a version's line too, with its file as it is.
func (s *Sums) With(v *Version) *Sums {
	more := &Sums{Lines: append(slices.Clone(s.Lines), v.Sum()), flawed: s.flawed}
	slices.SortStableFunc(more.Lines, compareSums)
	return more
}

// Sum is the line that the version has once it is published, but for the hash
// of what it rests on; see [Set.Sign].
func (v *Version) Sum() Sum {
	return Sum{Policy: v.Policy.ID, Version: v.Number(), Day: v.Effective(), Hash: HashFile(v.Source)}
}

func compareSums(a, b Sum) int {
	return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Version, b.Version))
}

// Encode returns the file.
func (s *Sums) Encode() []byte {
	var b bytes.Buffer
	for i := range s.Lines {
		b.WriteString(s.Lines[i].String())
		b.WriteByte('\n')
	}
	return b.Bytes()
}

const hashPrefix = "h1:"

// HashFile returns "h1:" and the SHA-256 of a file in base64. Line ends of
// Windows count as line feeds, and a byte-order mark doesn't count: neither is
// something that an editor wrote.
func HashFile(data []byte) string {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	sum := sha256.Sum256(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
	return hashPrefix + base64.StdEncoding.EncodeToString(sum[:])
}

const byteOrderMark = "\xef\xbb\xbf"

// ParseSums reads policies.sum. Lines that are not as they must be are left
// out and reported; the problems have no Path.
func ParseSums(data []byte) (*Sums, problem.List) {
	r := &sumReader{data: data, sums: &Sums{}, seen: map[string]int{}}
	if bytes.HasPrefix(data, []byte(byteOrderMark)) {
		r.report(1, "the file begins with a byte-order mark", "save it as UTF-8 without one")
		data = data[len(byteOrderMark):]
	}
	for line := range bytes.Lines(data) {
		r.line++
		text, ended := bytes.CutSuffix(line, []byte("\n"))
		if !ended {
			r.report(1, "the last line has no end", "end it with a line feed")
		}
		r.read(string(bytes.TrimSuffix(text, []byte("\r"))))
	}
	r.sums.flawed = len(r.problems) > 0
	return r.sums, r.problems
}

// A sumReader reads policies.sum line by line.
type sumReader struct {
	data     []byte
	line     int
	sums     *Sums
	seen     map[string]int // lines by policy and number
	problems problem.List
}

// maxSumProblems bounds what is reported of policies.sum.
const maxSumProblems = 50

const sumForm = "a line is: policy number YYYY-MM-DD h1:hash, or that and d1:hash; restore the file from your version control"

func (r *sumReader) report(col int, message, hint string) {
	if len(r.problems) < maxSumProblems {
		line := max(r.line, 1)
		r.problems = append(r.problems, problem.Problem{
			Line: line, Col: col, Rule: "policy-sums", Message: message, Hint: hint, Source: front.Line(r.data, line),
		})
	}
}

func (r *sumReader) read(text string) {
	if conflict(text) {
		r.report(1, "a merge left its marks", "keep the lines of both sides, sorted by policy and number, and remove the marks; two versions with one number are no merge: give the later one the next number")
		return
	}
	sum, col, message := parseSum(text)
	if message != "" {
		r.report(col, message, sumForm)
		return
	}
	sum.Pos = front.Pos{Line: r.line, Col: 1}
	name := fmt.Sprintf("%s version %d", sum.Policy, sum.Version)
	if old := r.seen[name]; old > 0 {
		r.report(1, fmt.Sprintf("%s stands in line %d too", name, old), "keep the line of the text that was published")
		return
	}
	r.seen[name] = r.line
	if n := len(r.sums.Lines); n > 0 && compareSums(r.sums.Lines[n-1], sum) > 0 {
		before := &r.sums.Lines[n-1]
		r.report(1, fmt.Sprintf("%s stands behind %s version %d", name, before.Policy, before.Version), "sort the lines by policy, then by number")
	}
	r.sums.Lines = append(r.sums.Lines, sum)
}

// conflict says whether a line is one of those that git puts around what it
// could not merge.
func conflict(text string) bool {
	return slices.ContainsFunc([]string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"}, func(mark string) bool {
		return text == mark || strings.HasPrefix(text, mark+" ")
	})
}

// parseSum reads one line. A message says what is wrong from which character
// on.
func parseSum(text string) (sum Sum, col int, message string) {
	parts := strings.Split(text, " ")
	at := func(part int) int {
		return utf8.RuneCountInString(strings.Join(parts[:part], " ")) + min(part, 1) + 1
	}
	if strings.TrimSpace(text) == "" {
		return sum, 1, "the line is empty"
	}
	if len(parts) != 4 && len(parts) != 5 {
		return sum, 1, fmt.Sprintf("the line has %d parts, not 4 or 5", len(parts))
	}
	if !formID.MatchString(parts[0]) {
		return sum, at(0), fmt.Sprintf("%q is no id of a policy", parts[0])
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil || number < 1 || strconv.Itoa(number) != parts[1] {
		return sum, at(1), fmt.Sprintf("%q is no number of a version", parts[1])
	}
	day, err := time.Parse(time.DateOnly, parts[2])
	if err != nil {
		return sum, at(2), fmt.Sprintf("%q is no day", parts[2])
	}
	if message := badHash(parts[3], hashPrefix); message != "" {
		return sum, at(3), message
	}
	sum = Sum{Policy: parts[0], Version: number, Day: day, Hash: parts[3]}
	if len(parts) == 5 {
		if message := badHash(parts[4], entriesPrefix); message != "" {
			return Sum{}, at(4), message
		}
		sum.Entries = parts[4]
	}
	return sum, 0, ""
}

func badHash(text, prefix string) string {
	encoded, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return fmt.Sprintf("the hash does not begin with %s", prefix)
	}
	hash, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || strings.ContainsAny(encoded, "\r\n") {
		return "the hash is not base64"
	}
	if len(hash) != sha256.Size {
		return fmt.Sprintf("the hash has %d bytes, not %d", len(hash), sha256.Size)
	}
	return ""
}

// Verify holds the published texts, and what those rest on that are not
// superseded at a time, against policies.sum and returns what is wrong with
// either.
func (s *Set) Verify(now time.Time) problem.List {
	c := &checker{Set: s, clock: s.Clock(now)}
	c.sums()
	for _, p := range s.Problems {
		if p.Path == SumFile {
			c.problems = append(c.problems, p)
		}
	}
	return c.problems
}

// A Flaw is what is wrong with a published version.
type Flaw int

// What can be wrong with a version.
const (
	Flawless Flaw = iota
	// Changed versions have another text than the published one.
	Changed
	// Unpublished versions are no drafts, but not in policies.sum either.
	Unpublished
)

// Flaw returns the line of policies.sum that is about a version's file, or
// nil, and what is wrong between the two.
func (s *Set) Flaw(v *Version) (*Sum, Flaw) {
	for i := range s.Sums.Lines {
		line := &s.Sums.Lines[i]
		if line.File() != v.File {
			continue
		}
		if v.Meta.Draft || v.Number() != line.Version || HashFile(v.Source) != line.Hash {
			return line, Changed
		}
		return line, Flawless
	}
	if v.Meta.Draft || v.Listed {
		return nil, Flawless // a listed one is missing under its own name
	}
	return nil, Unpublished
}

// Missing returns the lines of policies.sum whose files are not there.
func (s *Set) Missing() []*Sum {
	var lines []*Sum
	for i := range s.Sums.Lines {
		if line := &s.Sums.Lines[i]; s.fileOf(line) == nil {
			lines = append(lines, line)
		}
	}
	return lines
}

// Follows says whether a later version of the same policy is listed: then
// this one was published, and its line is gone.
func (s *Sums) Follows(v *Version) bool {
	return v.Number() > 0 && slices.ContainsFunc(s.Lines, func(l Sum) bool { return l.Policy == v.Policy.ID && l.Version > v.Number() })
}

// sums holds the versions against policies.sum.
func (c *checker) sums() {
	for _, line := range c.Missing() {
		c.lostVersion(line)
	}
	for _, p := range c.Policies {
		c.entries(p)
		for _, v := range p.Versions {
			switch line, flaw := c.Flaw(v); {
			case flaw == Changed:
				c.changedText(line, v)
			case flaw == Unpublished && c.Sums.Follows(v) && !c.Sums.flawed:
				c.report(problem.Error, v.File, v.Meta.Number.Pos, "policy-sums", fmt.Sprintf("%s version %d has no line in %s, and a later version has one", p.ID, v.Number(), SumFile),
					"restore "+SumFile+" from your version control: what was published is not published again")
			case flaw == Unpublished && v.Number() > 0 && !c.Sums.flawed: // 0 is reported where it was decoded
				c.report(problem.Error, v.File, v.Meta.Number.Pos, "policy-sums", fmt.Sprintf("%s version %d is not published", p.ID, v.Number()),
					fmt.Sprintf("publish it: indigex policy publish %s; or write draft: true while you work on it", p.ID))
			}
		}
	}
}

// fileOf returns the version in the file that a line is about, or nil.
func (s *Set) fileOf(line *Sum) *Version {
	if p := s.Policy(line.Policy); p != nil {
		for _, v := range p.Versions {
			if v.File == line.File() {
				return v
			}
		}
	}
	return nil
}

// lostVersion reports a published version whose file is not where it was.
func (c *checker) lostVersion(line *Sum) {
	hint := "restore the file from your version control: people may have agreed to what it says"
	if p := c.Policy(line.Policy); p != nil {
		if v := p.Version(line.Version); v != nil {
			hint = fmt.Sprintf("%s says that it is version %d: give it its name back, and write what is new as a new version: indigex policy new %s", v.File, line.Version, line.Policy)
		}
	}
	c.report(problem.Error, SumFile, line.Pos, "policy-sums", fmt.Sprintf("the published text of %s version %d is gone: there is no %s", line.Policy, line.Version, line.File()), hint)
}

// changedText reports a published version whose file is not what was
// published.
func (c *checker) changedText(line *Sum, v *Version) {
	name := fmt.Sprintf("%s version %d", line.Policy, line.Version)
	anew := "restore the file from your version control, and write what is new as a new version: indigex policy new " + line.Policy
	switch {
	case v.Meta.Draft:
		c.report(problem.Error, v.File, place, "policy-sums", name+" is published and can't be a draft", anew)
	case HashFile(v.Source) != line.Hash:
		c.report(problem.Error, v.File, place, "policy-sums", "the published text of "+name+" has changed", anew)
	default: // the hash is that of the file, so that policies.sum was changed
		c.report(problem.Error, SumFile, line.Pos, "policy-sums", fmt.Sprintf("%s is version %d, not %d", v.File, v.Number(), line.Version), "restore policies.sum from your version control")
	}
}
