package policies

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/policy"
)

// A Row is one promise of a version in force, and what keeps it.
type Row struct {
	Policy  string
	Version int
	// Section is the id of the heading under which the promise stands.
	Section string
	// Kind is choice, purpose, category, processor or mechanism.
	Kind string
	ID   string
	// Kept says what keeps the promise: places of fields as FILE:LINE, an
	// address, a rule of retention. Nothing does where it is empty.
	Kept []string
}

// Coverage returns a row for each promise of each version in force, by policy
// and in the order of the text. The time is that of the checks: never before
// the newest publication.
func (s *Set) Coverage(now time.Time) []Row {
	var rows []Row
	clock := s.Clock(now)
	for _, p := range s.Policies {
		v := p.InForce(clock)
		if v == nil {
			continue
		}
		for _, promise := range v.inOrder() {
			for _, list := range promise.lists() {
				for _, id := range list.ids {
					rows = append(rows, Row{p.ID, v.Number(), promise.Section.Value, list.kind, id.Value, s.kept(list.kind, id.Value)})
				}
			}
		}
	}
	return rows
}

// inOrder returns the promises in the order of the sections; those of no
// section come last.
func (v *Version) inOrder() []Promise {
	order := map[string]int{}
	for _, s := range v.Sections() {
		for _, id := range append([]string{s.ID}, s.Inner...) {
			order[id] = len(order) + 1
		}
	}
	place := func(p Promise) int { return cmp.Or(order[p.Section.Value], len(order)+1) }
	all := slices.Clone(v.Meta.Promises)
	slices.SortStableFunc(all, func(a, b Promise) int { return cmp.Compare(place(a), place(b)) })
	return all
}

// kept says what keeps the promise of a thing.
func (s *Set) kept(kind, id string) []string {
	is := func(t front.Text) bool { return t.Value == id }
	switch kind {
	case choiceKind:
		return places(s.fieldsOf(func(f *Field) bool { return f.Type == "consent" && is(f.Choice) }))
	case purposeKind:
		return s.purposeKept(id)
	case categoryKind:
		return s.categoryKept(id)
	case processorKind:
		if i := slices.IndexFunc(s.Processors, func(p *Processor) bool { return is(p.ID) }); i >= 0 {
			return []string{"gets " + strings.Join(values(s.Processors[i].Categories), ", ")}
		}
	case mechanismKind:
		if i := slices.IndexFunc(s.Mechanisms, func(m *Mechanism) bool { return is(m.ID) }); i >= 0 {
			return []string{s.Mechanisms[i].Address.Value}
		}
	}
	return nil
}

func (s *Set) purposeKept(id string) []string {
	i := slices.IndexFunc(s.Purposes, func(p *Purpose) bool { return p.ID.Value == id })
	if i < 0 {
		return nil
	}
	var all []string
	if choice := s.Purposes[i].Choice.Value; choice != "" {
		all = append(all, "choice "+choice)
	}
	all = append(all, places(s.fieldsOf(func(f *Field) bool { return f.Purpose.Value == id }))...)
	if len(all) == 0 {
		all = append(all, fmt.Sprintf("declared in %s:%d", PurposesFile, s.Purposes[i].ID.Line))
	}
	return all
}

func (s *Set) categoryKept(id string) []string {
	var all []string
	for _, k := range s.Categories {
		for _, r := range s.Retentions {
			if k.ID.Value == id && r.ID.Value == k.Retention.Value {
				all = append(all, inWords(r.Keep.Value)+" from "+r.From)
			}
		}
	}
	if len(all) == 0 {
		return nil // what a form collects is not kept without a rule
	}
	return append(all, places(s.fieldsOf(func(f *Field) bool { return f.Category.Value == id }))...)
}

func values(refs []front.Text) []string {
	all := make([]string, len(refs))
	for i, ref := range refs {
		all[i] = ref.Value
	}
	return all
}

func places(uses []use) []string {
	var all []string
	for _, u := range uses {
		all = append(all, u.String())
	}
	return all
}

// inWords says a duration of ISO 8601 in words: P1Y6M is "1 year 6 months".
// What is none is returned as it is.
func inWords(keep string) string {
	p, err := policy.ParsePeriod(keep)
	if err != nil {
		return keep
	}
	var all []string
	for _, part := range []struct {
		n    int
		unit string
	}{
		{p.Weeks, "week"}, {p.Years, "year"}, {p.Months, "month"}, {p.Days, "day"}, {p.Hours, "hour"}, {p.Minutes, "minute"}, {p.Seconds, "second"},
	} {
		if part.n > 0 {
			all = append(all, counted(part.n, part.unit, part.unit+"s"))
		}
	}
	return cmp.Or(strings.Join(all, " "), "no time")
}

// tableWidth is the number of columns that the table fills.
const tableWidth = 110

// WriteCoverage writes the rows as a table for a terminal, under a line for
// each policy, and last a line of counts. What doesn't fit is counted.
func WriteCoverage(w io.Writer, rows []Row) error {
	var widths [3]int
	for _, r := range rows {
		for i, cell := range []string{r.Section, r.Kind, r.ID} {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	room := max(tableWidth-8-widths[0]-widths[1]-widths[2], 30)
	var b bytes.Buffer
	var last Row
	for _, r := range rows {
		section := r.Section
		switch {
		case r.Policy != last.Policy:
			fmt.Fprintf(&b, "%s, version %d\n", r.Policy, r.Version)
		case r.Section == last.Section:
			section = ""
		}
		fmt.Fprintf(&b, "  %-*s  %-*s  %-*s  %s\n", widths[0], section, widths[1], r.Kind, widths[2], r.ID, fit(r.Kept, room))
		last = r
	}
	fmt.Fprintln(&b, counts(rows))
	_, err := w.Write(b.Bytes())
	return err
}

// fit joins texts to at most a number of characters, and says how many more
// there are.
func fit(texts []string, room int) string {
	if len(texts) == 0 {
		return "nothing keeps it"
	}
	line := texts[0]
	for i, text := range texts[1:] {
		longer := line + ", " + text
		if utf8.RuneCountInString(longer+andMore(len(texts)-i-2)) > room {
			rest := andMore(len(texts) - i - 1)
			return shorten(line, room-len(rest)) + rest
		}
		line = longer
	}
	return shorten(line, room)
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

func shorten(line string, room int) string {
	if runes := []rune(line); len(runes) > room {
		return string(runes[:room-1]) + "…"
	}
	return line
}

func counts(rows []Row) string {
	policies := map[string]bool{}
	open := 0
	for _, r := range rows {
		policies[r.Policy] = true
		if len(r.Kept) == 0 {
			open++
		}
	}
	kept := "all kept"
	if open > 0 {
		kept = fmt.Sprintf("%d not kept", open)
	}
	if declared := declaredOnly(rows); declared > 0 {
		kept += fmt.Sprintf(", %d of them by declaration alone", declared)
	}
	return fmt.Sprintf("%s in %s, %s", counted(len(rows), "promise", "promises"), counted(len(policies), "policy", "policies"), kept)
}

// declaredOnly counts purposes that no form, choice or rule serves: what the
// provider does by itself, and says.
func declaredOnly(rows []Row) int {
	n := 0
	for _, r := range rows {
		if len(r.Kept) == 1 && strings.HasPrefix(r.Kept[0], "declared in ") {
			n++
		}
	}
	return n
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
