// Package policies reads what editors declare (policies with all their
// versions, purposes, kinds of data, choices, processors, forms) and checks it
// like a program: what a policy promises must be kept, what a form collects
// must be declared, and what changed must be said.
//
// # Files
//
// All names are relative to the content folder:
//
//	purposes.yaml                  purposes, categories, retention, mechanisms
//	choices.yaml                   choices
//	processors.yaml                processors
//	policies/policies.sum          what was published, see [Sums]
//	policies/ID/policy.yaml        title, site, contact, reviews of a policy
//	policies/ID/YYYY-MM-DD.md      a version, named by the day it takes effect
//	forms/ID.md                    a form
//
// docs/editors.md describes each key.
//
// # The clock
//
// Which version is in force depends on the time asked about. What has to be
// true of the content as it is now (the promises, the forms) is held against
// the version in force at that time too, but never at one before the newest
// publication: content is not older than what it holds.
package policies

import (
	"path"
	"strings"
	"sync"
	"time"

	"indigex.com/indigex/build/compare"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// Files that declare things for all policies.
const (
	PurposesFile   = "purposes.yaml"
	ChoicesFile    = "choices.yaml"
	ProcessorsFile = "processors.yaml"
	SumFile        = "policies/policies.sum"
)

// Owns says whether a file of the content is read here.
func Owns(name string) bool {
	switch name {
	case PurposesFile, ChoicesFile, ProcessorsFile, SumFile:
		return true
	}
	return isPolicy(name) || isVersion(name) || isForm(name)
}

func isPolicy(name string) bool {
	return strings.HasPrefix(name, "policies/") && strings.Count(name, "/") == 2 && path.Base(name) == "policy.yaml"
}

func isVersion(name string) bool {
	return strings.HasPrefix(name, "policies/") && strings.Count(name, "/") == 2 && path.Ext(name) == ".md"
}

func isForm(name string) bool {
	return strings.HasPrefix(name, "forms/") && strings.Count(name, "/") == 1 && path.Ext(name) == ".md"
}

// A Set is everything that is declared.
type Set struct {
	// Policies are sorted by id, as all lists of files are; lists from one
	// file keep its order.
	Policies   []*Policy
	Purposes   []*Purpose
	Categories []*Category
	Retentions []*Retention
	Mechanisms []*Mechanism
	Choices    []*Choice
	Processors []*Processor
	Forms      []*Form
	Sums       *Sums
	// Problems are those of single files.
	Problems problem.List

	loader *Loader
	files  map[string][]byte
	// steps are those between versions, by both of them.
	steps sync.Map
}

// A Policy is a folder below policies/.
type Policy struct {
	ID   string
	File string // its policy.yaml
	Meta Meta
	// Versions are ordered by number, drafts included.
	Versions []*Version
}

// A Version is one text of a policy.
type Version struct {
	Policy *Policy
	File   string
	Source []byte
	Meta   VersionMeta
	// Day is the date in the file's name; zero where it has none.
	Day time.Time
	// Document is the compiled text, Visible what a reader sees of it.
	Document markdown.Document
	Visible  *compare.Text
	// Listed says that policies.sum has the version, be it with this text
	// or another.
	Listed bool

	// body is the offset in Source at which the text begins.
	body     int
	sum      key
	sections []Section
	// problems are those of the file for itself.
	problems problem.List
}

// A Form is a file below forms/.
type Form struct {
	ID       string
	File     string
	Meta     FormMeta
	Document markdown.Document
	// Parts are the words of the form, in order.
	Parts []Part
}

// A Part is a section of a form's words, or what stands before the first.
type Part struct {
	// Part has all but the HTML.
	policy.Part
	// Start and End bound it in the document's HTML.
	Start, End int
}

// Policy returns the policy with an id, or nil.
func (s *Set) Policy(id string) *Policy {
	for _, p := range s.Policies {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// Version returns the version with a number, or nil.
func (p *Policy) Version(number int) *Version {
	for _, v := range p.Versions {
		if v.Number() == number {
			return v
		}
	}
	return nil
}

// InForce returns the version that holds at a time, or nil. Drafts never do.
func (p *Policy) InForce(at time.Time) *Version {
	var found *Version
	for _, v := range p.Versions {
		if !v.Meta.Draft && !v.Effective().IsZero() && !at.Before(v.Effective()) {
			found = v
		}
	}
	return found
}

// Published returns the versions that people may read at a time, drafts left
// out.
func (p *Policy) Published(at time.Time) []*Version {
	var all []*Version
	for _, v := range p.Versions {
		if !v.Meta.Draft && !at.Before(v.Meta.Published.Time) {
			all = append(all, v)
		}
	}
	return all
}

// Number is the version's number.
func (v *Version) Number() int { return v.Meta.Number.Value }

// Effective is the day from which the version holds.
func (v *Version) Effective() time.Time { return v.Meta.Effective.Time }

// Before returns the version before this one, or nil.
func (v *Version) Before() *Version {
	if v.Number() <= 1 {
		return nil // 0 is the number of what could not be read
	}
	return v.Policy.Version(v.Number() - 1)
}

// Clock is the time at which the content is held against the policies: now,
// but not before the newest listed publication.
func (s *Set) Clock(now time.Time) time.Time {
	for _, p := range s.Policies {
		for _, v := range p.Versions {
			if v.Listed && !v.Meta.Draft && v.Meta.Published.Time.After(now) {
				now = v.Meta.Published.Time
			}
		}
	}
	return now
}

// place is where a problem of a whole file is shown.
var place = front.Pos{Line: 1, Col: 1}
