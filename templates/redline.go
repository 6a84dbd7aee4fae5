package templates

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"indigex.com/indigex/policy"
)

// A redline is a comparison laid out for readers: sections, of which those
// without a change are folded in runs.
type redline struct {
	runs []sectionRun
	// titles name old and new sections by their ids.
	oldTitles, newTitles map[string]string
}

// A sectionRun is one section that is shown, or several that are folded.
type sectionRun struct {
	folded   bool
	sections []section
}

// A section is a section of a comparison and its place on the page.
type section struct {
	*policy.SectionComparison
	// anchor is the id of the heading, empty where the id is taken.
	anchor string
	// depth counts the sections that this one stands in.
	depth int
	// shown says that the section changed, or one below it.
	shown bool
}

// newRedline lays out a comparison.
func newRedline(c *policy.Comparison) *redline {
	r := &redline{oldTitles: map[string]string{}, newTitles: map[string]string{}}
	taken := map[string]bool{"": true, "main-content": true}
	list := make([]section, len(c.Sections))
	var above []int
	for i := range c.Sections {
		s := &c.Sections[i]
		for len(above) > 0 && c.Sections[above[len(above)-1]].Level >= s.Level {
			above = above[:len(above)-1]
		}
		list[i] = section{SectionComparison: s, depth: len(above), shown: differs(s)}
		if list[i].shown {
			for _, j := range above {
				list[j].shown = true
			}
		}
		if s.Level > 0 {
			above = append(above, i)
		}
		r.name(s)
	}
	for i := range list {
		if s := &list[i]; s.Status != policy.SectionRemoved && !taken[s.ID] {
			taken[s.ID], s.anchor = true, s.ID
		}
	}
	for _, s := range list {
		last := len(r.runs) - 1
		if !s.shown && last >= 0 && r.runs[last].folded {
			r.runs[last].sections = append(r.runs[last].sections, s)
		} else {
			r.runs = append(r.runs, sectionRun{folded: !s.shown, sections: []section{s}})
		}
	}
	return r
}

// name keeps the titles of a section.
func (r *redline) name(s *policy.SectionComparison) {
	if s.Status != policy.SectionRemoved {
		r.newTitles[s.ID] = s.Title
	}
	if s.Status != policy.SectionAdded {
		r.oldTitles[s.OldID] = s.OldTitle
	}
}

// differs says whether a section is shown: another number alone is not worth
// it.
func differs(s *policy.SectionComparison) bool {
	return s.Status != policy.SectionUnchanged || s.Moved || s.Renamed ||
		slices.ContainsFunc(s.Blocks, func(b policy.BlockComparison) bool { return len(b.Links) > 0 })
}

// summary names a run of folded sections.
func (r *sectionRun) summary() string {
	var names []string
	aside := ""
	for _, s := range r.sections {
		if s.Level > 0 {
			names = append(names, "“"+s.Title+"”")
		} else {
			names = append(names, "the beginning")
		}
		if s.Renumbered {
			aside = ", numbers aside"
		}
	}
	text := count(len(r.sections), "section") + " unchanged" + aside
	if len(names) <= 3 {
		return text + ": " + series(names)
	}
	return text + ", from " + names[0] + " to " + names[len(names)-1]
}

// heading is the block of the section's heading, nil without one.
func (s *section) heading() *policy.BlockComparison {
	if len(s.Blocks) > 0 && s.Blocks[0].Kind == policy.BlockHeading {
		return &s.Blocks[0]
	}
	return nil
}

// text is what stands below the heading.
func (s *section) text() []policy.BlockComparison {
	if s.heading() != nil {
		return s.Blocks[1:]
	}
	return s.Blocks
}

// links are the links that changed in the section.
func (s *section) links() []policy.LinkChange {
	var list []policy.LinkChange
	for i := range s.Blocks {
		list = append(list, s.Blocks[i].Links...)
	}
	return list
}

// origin says what a removed or added block has to do with another section;
// empty where nothing.
func (r *redline) origin(b *policy.BlockComparison) string {
	switch {
	case b.MovedFrom != "":
		return "Moved here from " + quoted(r.oldTitles, b.MovedFrom)
	case b.MovedTo != "":
		return "Moved to " + quoted(r.newTitles, b.MovedTo)
	}
	return ""
}

// quoted is a section's title in quotation marks, or else its id.
func quoted(titles map[string]string, id string) string {
	if title := titles[id]; title != "" {
		return "“" + title + "”"
	}
	if id == "" {
		return "the beginning"
	}
	return "“" + id + "”"
}

// marked writes operations: additions in ins, removals in del, each with
// words that say so, since screen readers do not announce the elements.
func marked(ops []policy.Op) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, op := range ops {
			text := templ.EscapeString(op.Text)
			switch op.Kind {
			case policy.OpInsert:
				b.WriteString(`<ins><span class="said">added: </span>` + text + `<span class="said">, end of addition, </span></ins>`)
			case policy.OpDelete:
				b.WriteString(`<del><span class="said">removed: </span>` + text + `<span class="said">, end of removal, </span></del>`)
			default:
				b.WriteString(text)
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// before writes the old text of operations, for the eye alone.
func before(ops []policy.Op) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, op := range ops {
			switch op.Kind {
			case policy.OpDelete:
				b.WriteString("<del>" + templ.EscapeString(op.Text) + "</del>")
			case policy.OpEqual:
				b.WriteString(templ.EscapeString(op.Text))
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}
