package policies

import (
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// Surroundings are what the checks know of the rest of the content.
type Surroundings struct {
	// Now is the time asked about.
	Now time.Time
	// Site says whether there is a site with an id, Contact the same of
	// the provider's contacts.
	Site, Contact func(id string) bool
	// Drafts says that drafts are shown, as in a preview.
	Drafts bool
	// Controllers are the names of the company that answers for the data.
	Controllers []string
	// Serves says whether a path is one of a page or one that the edge
	// answers.
	Serves func(path string) bool
}

// Check returns all problems between the files, and those of the files.
func (s *Set) Check(around Surroundings) problem.List {
	c := &checker{Set: s, Surroundings: around, clock: s.Clock(around.Now)}
	c.ids()
	c.files()
	c.sums()
	c.sections()
	c.promises()
	c.forms()
	c.changes()
	c.dates()
	c.words()
	return append(c.problems, s.Problems...)
}

// A checker gathers problems.
type checker struct {
	*Set
	Surroundings
	// clock is the time at which content is held against policies.
	clock    time.Time
	notices  int
	problems problem.List
}

// maxNotices bounds the notices: errors and warnings are told all.
const maxNotices = 500

// report adds a problem at a place of a file.
func (c *checker) report(severity problem.Severity, file string, at front.Pos, rule, message, hint string) {
	if severity == problem.Notice {
		if c.notices++; c.notices > maxNotices {
			return
		}
	}
	c.problems = append(c.problems, problem.Problem{
		Path: file, Line: at.Line, Col: at.Col, Severity: severity, Rule: rule, Message: message, Hint: hint,
		Source: front.Line(c.Set.files[file], at.Line),
	})
}
