// Package problem describes mistakes in content the way an editor wants to
// read them: where, what, the line itself, and a hint how to mend it.
// Mistakes are collected in a List rather than returned one by one.
package problem

import (
	"cmp"
	"slices"
)

// Severity says what a problem stops.
type Severity int

const (
	// Error stops a build; check ends with exit code 1.
	Error Severity = iota
	// Warning lets a build pass; check ends with exit code 1.
	Warning
	// Notice is worth knowing and stops nothing.
	Notice
)

// String returns "error", "warning" or "notice".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "notice"
	}
}

// A Problem is one mistake in one file.
type Problem struct {
	// Path is slash-separated and relative to the content folder.
	Path string
	// Line and Col count from 1, Col in characters; 0 means the whole file.
	Line, Col int
	Severity  Severity
	// Rule is a short stable name of the check, such as "link-target".
	Rule string
	// Message is lower case, without a full stop.
	Message string
	// Source is the text of the line, without its line ending; may be empty.
	Source string
	// Hint says how to mend it, where the cure is known.
	Hint string
}

// A List is what a check found.
type List []Problem

// Sort orders by path, line, column, rule and message, then by the rest, so
// that output does not depend on which worker found what first.
func (l List) Sort() {
	slices.SortFunc(l, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Hint, b.Hint),
		)
	})
}

// Count returns how many problems have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, p := range l {
		if p.Severity == s {
			n++
		}
	}
	return n
}

// Sorted sorts the list and returns it without repetitions. The list itself is
// used up.
func (l List) Sorted() List {
	l.Sort()
	return slices.Compact(l)
}
