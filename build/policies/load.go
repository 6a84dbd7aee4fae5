package policies

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/compare"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// A Loader reads sets one after the other and keeps what it has compiled and
// compared: an edit of one file costs little.
type Loader struct {
	md *markdown.Compiler

	mu          sync.Mutex
	texts       map[key]*text
	comparisons map[[2]key]*policy.Comparison
}

// keep forgets the texts that no file has any more, and their comparisons.
func (l *Loader) keep(used map[key]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.texts, func(k key, _ *text) bool { return !used[k] })
	maps.DeleteFunc(l.comparisons, func(k [2]key, _ *policy.Comparison) bool { return !used[k[0]] || !used[k[1]] })
}

type key = [sha256.Size]byte

// A text is a compiled version, which depends on the file's bytes alone.
type text struct {
	meta     VersionMeta
	document markdown.Document
	visible  *compare.Text
	sections []Section
	body     int
	problems problem.List
}

// NewLoader returns a Loader that compiles texts with md.
func NewLoader(md *markdown.Compiler) *Loader {
	return &Loader{md: md, texts: map[key]*text{}, comparisons: map[[2]key]*policy.Comparison{}}
}

// Load reads the files, given by their names below the content folder; those
// that it doesn't own are left aside. What is wrong with a single file is
// among the set's Problems.
func (l *Loader) Load(files map[string][]byte) *Set {
	s := &Set{loader: l, files: files}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		s.read(name, files[name])
	}
	for _, p := range s.Policies {
		slices.SortFunc(p.Versions, func(a, b *Version) int {
			return cmp.Or(cmp.Compare(a.Number(), b.Number()), cmp.Compare(a.File, b.File))
		})
	}
	if s.Sums == nil {
		s.Sums = &Sums{}
	}
	used := map[key]bool{}
	for _, p := range s.Policies {
		for _, v := range p.Versions {
			v.Listed = s.Sums.Find(p.ID, v.Number()) != nil
			used[v.sum] = true
		}
	}
	l.keep(used)
	return s
}

// read takes one file into the set.
func (s *Set) read(name string, data []byte) {
	var problems problem.List
	switch {
	case name == PurposesFile:
		var f purposesFile
		problems = front.Decode(front.Whole(data), &f)
		s.Purposes, s.Categories, s.Retentions, s.Mechanisms = f.Purposes, f.Categories, f.Retention, f.Mechanisms
	case name == ChoicesFile:
		var f choicesFile
		problems = front.Decode(front.Whole(data), &f)
		s.Choices = f.Choices
	case name == ProcessorsFile:
		var f processorsFile
		problems = front.Decode(front.Whole(data), &f)
		s.Processors = f.Processors
	case name == SumFile:
		s.Sums, problems = ParseSums(data)
	case isPolicy(name):
		p := s.policy(path.Base(path.Dir(name)))
		p.File = name
		problems = front.Decode(front.Whole(data), &p.Meta)
	case isVersion(name):
		problems = s.version(name, data)
	case isForm(name):
		problems = s.form(name, data)
	}
	for _, p := range problems {
		p.Path = name
		s.Problems = append(s.Problems, p)
	}
}

// policy returns the policy of a folder, made where it isn't there yet.
func (s *Set) policy(id string) *Policy {
	if p := s.Policy(id); p != nil {
		return p
	}
	p := &Policy{ID: id, File: "policies/" + id + "/policy.yaml"}
	s.Policies = append(s.Policies, p)
	return p
}

func (s *Set) version(name string, data []byte) problem.List {
	sum := sha256.Sum256(data)
	t := s.loader.text(sum, data)
	p := s.policy(path.Base(path.Dir(name)))
	v := &Version{
		Policy: p, File: name, Source: data, Meta: t.meta, Document: t.document, Visible: t.visible,
		sections: t.sections, sum: sum, problems: t.problems, body: t.body,
	}
	day := strings.TrimSuffix(path.Base(name), ".md")
	v.Day, _ = time.Parse(time.DateOnly, day)
	p.Versions = append(p.Versions, v)
	return t.problems
}

// text compiles a version, unless these bytes were compiled before.
func (l *Loader) text(sum key, data []byte) *text {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.texts[sum]; t != nil {
		return t
	}
	t := &text{}
	var src front.Source
	src, t.body, t.problems = front.Split(data)
	switch {
	case len(t.problems) > 0:
	case src.Start == src.End && src.Start == t.body:
		t.problems = problem.List{noFrontMatter(data, "version:, effective: and summary:")}
	default:
		t.problems = front.Decode(src, &t.meta)
	}
	t.document = l.md.Compile(data, t.body)
	t.problems = append(t.problems, strict(t.document.Problems)...)
	t.problems = append(t.problems, hidden(data, t.body, t.document.HTML)...)
	t.document.Problems = nil
	t.visible = compare.Parse(data)
	t.sections = sectionsOf(&t.document, t.visible)
	l.texts[sum] = t
	return t
}

func noFrontMatter(data []byte, keys string) problem.Problem {
	return problem.Problem{
		Line: 1, Col: 1, Rule: "front-matter", Source: front.Line(data, 1), Message: "the file doesn't begin with front matter",
		Hint: "begin it with a line ---, then " + keys + ", then a line --- again",
	}
}

var formID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (s *Set) form(name string, data []byte) problem.List {
	f := &Form{ID: strings.TrimSuffix(path.Base(name), ".md"), File: name}
	s.Forms = append(s.Forms, f)
	src, body, problems := front.Split(data)
	switch {
	case len(problems) > 0:
		return problems
	case src.Start == src.End && src.Start == body:
		return problem.List{noFrontMatter(data, "title:, policy: and fields:")}
	}
	problems = front.Decode(src, &f.Meta)
	if !formID.MatchString(f.ID) {
		problems = append(problems, problem.Problem{
			Rule: "file-name", Message: fmt.Sprintf("the file's name %q is no name for a form", f.ID), Hint: "use a-z, 0-9 and hyphens",
		})
	}
	f.Document = s.loader.md.Compile(data, body)
	problems = append(problems, f.Document.Problems...)
	f.Document.Problems = nil
	f.Parts = partsOf(&f.Document, compare.Parse(data))
	return problems
}

// partsOf cuts a form's words at its headings of the second level.
func partsOf(doc *markdown.Document, visible *compare.Text) []Part {
	all := []Part{{}}
	for _, h := range doc.Headings {
		if h.Level == 2 && !h.Nested {
			all[len(all)-1].End = h.Start
			all = append(all, Part{Part: policy.Part{ID: h.ID}, Start: h.Start})
		}
	}
	all[len(all)-1].End = len(doc.HTML)
	of := 0
	for _, s := range visible.Sections() {
		if i := slices.IndexFunc(all, func(p Part) bool { return p.ID == s.ID && s.ID != "" }); i >= 0 {
			of, all[i].Title = i, s.Title
		}
		all[of].Text += s.Text
	}
	if all[0].Text == "" {
		return all[1:] // the words begin with a heading, or there are none
	}
	return all
}

// Compare says how one version became another. What was compared once is
// kept.
func (s *Set) Compare(old, new *Version) *policy.Comparison {
	l := s.loader
	k := [2]key{old.sum, new.sum}
	l.mu.Lock()
	c := l.comparisons[k]
	l.mu.Unlock()
	if c == nil {
		c = compare.Diff(old.Visible, new.Visible)
		l.mu.Lock()
		l.comparisons[k] = c
		l.mu.Unlock()
	}
	return c
}
