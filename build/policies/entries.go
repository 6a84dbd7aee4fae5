package policies

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// Entries returns what a version rests on: what is declared of all that it
// promises, and of how long that is kept, as text in a form of its own.
//
// Each entry is a line: its kind, its id, and its members by their keys, all
// divided by spaces. Ids and values are quoted as Go quotes strings; a list has
// its values sorted, in brackets. Lines are sorted by their bytes, each ends in
// a line feed, and none stands twice:
//
//	category "contact.name" name "Name" text "" dpv "pd:Name" retention "account"
//	retention "account" keep "P3Y" from "last sign-in" text "Three years."
//
// Left out are a choice's policy and section and a mechanism's address: they
// say where something stands, which may change without a word to anybody. What
// is promised and not declared has no line.
func (s *Set) Entries(v *Version) string {
	var lines []string
	for promised := range v.pledge().sections {
		line, retention := s.entry(promised)
		lines = append(lines, line)
		line, _ = s.entry(thing{retentionKind, retention})
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

// entry returns the line of a thing, "" where nobody declares it, and, for a
// category, the id of its retention.
func (s *Set) entry(t thing) (line, retention string) {
	switch t.kind {
	case choiceKind:
		if c := s.Choice(t.id); c != nil {
			return entryLine(t, "name", c.Name, "words", c.Words.Value, "refuse", c.Refuse.Value, "kind", c.Kind, "channel", c.Channel, "sender", c.Sender, "purposes", c.Purposes, "gpc", c.GPC), ""
		}
	case purposeKind:
		if p := named(s.Purposes, t.id, func(p *Purpose) front.Text { return p.ID }); p != nil {
			return entryLine(t, "name", p.Name, "text", p.Text, "dpv", p.DPV.Value, "categories", p.Categories, "choice", p.Choice.Value, "optional", p.Optional), ""
		}
	case categoryKind:
		if k := named(s.Categories, t.id, func(k *Category) front.Text { return k.ID }); k != nil {
			return entryLine(t, "name", k.Name, "text", k.Text, "dpv", k.DPV.Value, "retention", k.Retention.Value), k.Retention.Value
		}
	case retentionKind:
		if r := named(s.Retentions, t.id, func(r *Retention) front.Text { return r.ID }); r != nil {
			return entryLine(t, "keep", r.Keep.Value, "from", r.From, "text", r.Text), ""
		}
	case processorKind:
		if p := named(s.Processors, t.id, func(p *Processor) front.Text { return p.ID }); p != nil {
			return entryLine(t, "role", p.Role, "service", p.Service, "country", p.Country.Value, "purposes", p.Purposes, "categories", p.Categories), ""
		}
	case mechanismKind:
		if m := named(s.Mechanisms, t.id, func(m *Mechanism) front.Text { return m.ID }); m != nil {
			return entryLine(t, "name", m.Name, "text", m.Text), ""
		}
	}
	return "", ""
}

// named returns what has an id, or nil.
func named[T any](list []*T, id string, of func(*T) front.Text) *T {
	for _, item := range list {
		if of(item).Value == id && id != "" {
			return item
		}
	}
	return nil
}

// entryLine writes a line; the members are pairs of key and value.
func entryLine(t thing, members ...any) string {
	b := strconv.AppendQuote([]byte(t.kind+" "), t.id)
	for i := 0; i < len(members); i += 2 {
		b = append(b, " "+members[i].(string)+" "...)
		switch value := members[i+1].(type) {
		case string:
			b = strconv.AppendQuote(b, value)
		case bool:
			b = strconv.AppendBool(b, value)
		case []front.Text:
			b = append(b, '[')
			for j, id := range slices.Sorted(slices.Values(values(value))) {
				if j > 0 {
					b = append(b, ' ')
				}
				b = strconv.AppendQuote(b, id)
			}
			b = append(b, ']')
		}
	}
	return string(append(b, '\n'))
}

const entriesPrefix = "d1:"

// HashEntries returns "d1:" and the SHA-256, in base64, of what a version
// rests on, see [Set.Entries]; "" for one that promises nothing.
func (s *Set) HashEntries(v *Version) string {
	text := s.Entries(v)
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return entriesPrefix + base64.StdEncoding.EncodeToString(sum[:])
}

// registersLegible says whether all that versions rest on could be read.
func (s *Set) registersLegible() bool {
	return !slices.ContainsFunc(s.Problems, func(p problem.Problem) bool {
		return p.Severity == problem.Error && slices.Contains([]string{PurposesFile, ChoicesFile, ProcessorsFile}, p.Path)
	})
}

// Sign returns the sums of a set with the hashes of what the current versions
// of a policy rest on, as it is declared now, and the lines that this changes.
func (s *Set) Sign(p *Policy, now time.Time) (*Sums, []Sum) {
	signed := &Sums{Lines: slices.Clone(s.Sums.Lines), flawed: s.Sums.flawed}
	var changed []Sum
	for _, v := range p.current(s.Clock(now)) {
		line := signed.Find(p.ID, v.Number())
		if hash := s.HashEntries(v); line != nil && !v.Meta.Draft && line.Entries != hash {
			line.Entries = hash
			changed = append(changed, *line)
		}
	}
	return signed, changed
}

// Unsigned returns the versions that are not superseded at a time and whose
// lines don't say what they rest on.
func (s *Set) Unsigned(now time.Time) []*Version {
	var all []*Version
	for _, p := range s.Policies {
		for _, v := range p.current(s.Clock(now)) {
			if line, flaw := s.Flaw(v); line != nil && flaw == Flawless && line.Entries == "" && s.HashEntries(v) != "" {
				all = append(all, v)
			}
		}
	}
	return all
}

// Shifted returns the versions of a policy that are not superseded at a time
// and rest on other entries than when they were signed.
func (s *Set) Shifted(p *Policy, now time.Time) []*Version {
	return s.shifted(p, s.Clock(now))
}

func (s *Set) shifted(p *Policy, clock time.Time) []*Version {
	if !s.registersLegible() {
		return nil // reported
	}
	return slices.DeleteFunc(p.current(clock), func(v *Version) bool {
		line, flaw := s.Flaw(v)
		return line == nil || flaw != Flawless || line.Entries == "" || !s.legible(v) || line.Entries == s.HashEntries(v)
	})
}

// entries reports versions that rest on other entries than those that were
// declared when they were published: people were told of none of it. While
// a draft is shown that may tell them, it is a warning.
func (c *checker) entries(p *Policy) {
	severity := problem.Error
	if c.Drafts && slices.ContainsFunc(p.Versions, func(v *Version) bool { return v.Meta.Draft }) {
		severity = problem.Warning
	}
	for _, v := range c.shifted(p, c.clock) {
		c.report(severity, v.File, place, "policy-sums",
			fmt.Sprintf("what %v rests on has changed in %s, %s or %s since it was published", v, PurposesFile, ChoicesFile, ProcessorsFile),
			fmt.Sprintf("restore what was declared from your version control, or tell people of it in a new version, by more than an editorial change: indigex policy new %[1]s, then indigex policy publish %[1]s", p.ID))
	}
}
