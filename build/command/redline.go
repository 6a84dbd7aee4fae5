package command

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"indigex.com/indigex/policy"
)

// A redline prints a comparison for people at a terminal.
type redline struct {
	b                    strings.Builder
	add, remove, dim, up string // begin colours; empty without
	off                  string
	titles               map[string]string // of sections, by old and new id
}

// often is how many times a replacement occurs to be told once for all.
const often = 3

// writeRedline says how one text became another. Names are those that the
// person gave.
func writeRedline(w io.Writer, old, new string, c *policy.Comparison, colour bool) error {
	r := &redline{titles: map[string]string{}}
	if colour {
		r.add, r.remove, r.dim, r.up, r.off = "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
	}
	for _, s := range c.Sections {
		r.titles[s.OldID] = s.OldTitle
	}
	for _, s := range c.Sections {
		if s.Status != policy.SectionRemoved {
			r.titles[s.ID] = s.Title
		}
	}
	r.printf("%s%s → %s:%s ", r.up, visible(old), visible(new), r.off)
	if c.Same {
		r.printf("the same for a reader\n")
		_, err := io.WriteString(w, r.b.String())
		return err
	}
	r.printf("%s, %s changed, %s changed\n", c.Proposed, count(c.WordsChanged, "word", "words"), count(c.LinksChanged, "link", "links"))
	r.replacements(c.Replacements)
	if c.Rewritten {
		r.rewritten(c)
	} else {
		r.sections(c)
	}
	_, err := io.WriteString(w, r.b.String())
	return err
}

func (r *redline) printf(format string, args ...any) { fmt.Fprintf(&r.b, format, args...) }

func (r *redline) replacements(list []policy.Replacement) {
	for _, x := range list {
		if x.Count >= often {
			r.printf("%d times: %s\n", x.Count, r.marked([]policy.Op{{Kind: policy.OpDelete, Text: x.Old}, {Kind: policy.OpInsert, Text: x.New}}))
		}
	}
}

// rewritten lists the sections of a text that has little in common with the
// other.
func (r *redline) rewritten(c *policy.Comparison) {
	r.printf("More than half of the words are new: these are the sections that came, went and stayed.\n")
	for _, list := range []struct {
		title string
		has   func(policy.SectionStatus) bool
	}{
		{"new", func(s policy.SectionStatus) bool { return s == policy.SectionAdded }},
		{"gone", func(s policy.SectionStatus) bool { return s == policy.SectionRemoved }},
		{"kept", func(s policy.SectionStatus) bool { return s != policy.SectionAdded && s != policy.SectionRemoved }},
	} {
		first := true
		for i := range c.Sections {
			s := &c.Sections[i]
			if !list.has(s.Status) {
				continue
			}
			if first {
				r.printf("\n%s%s%s\n", r.up, list.title, r.off)
				first = false
			}
			r.printf("  %s%s\n", titleOf(s.Title), counts(s))
		}
	}
}

// counts says how many words a section gained and lost.
func counts(s *policy.SectionComparison) string {
	var parts []string
	if s.WordsAdded > 0 {
		parts = append(parts, count(s.WordsAdded, "word", "words")+" added")
	}
	if s.WordsRemoved > 0 {
		parts = append(parts, count(s.WordsRemoved, "word", "words")+" removed")
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// sections prints the sections that changed, and counts those that didn't.
func (r *redline) sections(c *policy.Comparison) {
	var same []string
	flush := func() {
		if len(same) > 0 {
			r.printf("\n%s%s unchanged: %s%s\n", r.dim, count(len(same), "section", "sections"), strings.Join(same, " · "), r.off)
		}
		same = nil
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		fate := r.fate(s)
		if fate == "" {
			same = append(same, titleOf(s.Title))
			continue
		}
		flush()
		r.printf("\n%s%s%s (%s%s)\n", r.up, titleOf(s.Title), r.off, fate, counts(s))
		r.blocks(s)
	}
	flush()
}

// fate says what became of a section; empty where nothing that needs a look.
func (r *redline) fate(s *policy.SectionComparison) string {
	var parts []string
	add := func(is bool, format string, args ...any) {
		if is {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(s.Status == policy.SectionAdded && s.SplitFrom == "", "added")
	add(s.SplitFrom != "", "split off from %s", r.title(s.SplitFrom))
	add(s.Status == policy.SectionRemoved && s.MergedInto == "", "removed")
	add(s.MergedInto != "", "merged into %s", r.title(s.MergedInto))
	add(s.Status == policy.SectionChanged, "changed")
	add(s.Renamed, "renamed from “%s”", visible(s.OldTitle))
	add(s.Renumbered && !s.Renamed, "was “%s”", visible(s.OldTitle))
	add(s.Moved && s.After != "", "moved, was behind %s", r.title(s.After))
	add(s.Moved && s.After == "", "moved from the beginning")
	return strings.Join(parts, ", ")
}

// blocks prints the blocks of a section that changed, and counts the others.
func (r *redline) blocks(s *policy.SectionComparison) {
	same, repeated := 0, 0
	flush := func() {
		if same > 0 {
			r.printf("  %s… %s unchanged%s\n", r.dim, count(same, "block", "blocks"), r.off)
		}
		if repeated > 0 {
			r.printf("  %s… %s with nothing but the replacements above%s\n", r.dim, count(repeated, "block", "blocks"), r.off)
		}
		same, repeated = 0, 0
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		switch {
		case i == 0 && b.Kind == policy.BlockHeading && len(b.Links) == 0 && titleTold(s, b):
		case b.Repeated && len(b.Links) == 0:
			repeated++
		case b.Status == policy.SectionUnchanged && len(b.Links) == 0:
			same++
		default:
			flush()
			r.block(b)
		}
	}
	flush()
}

// titleTold says whether the line above the blocks has all that the heading
// would say.
func titleTold(s *policy.SectionComparison, b *policy.BlockComparison) bool {
	return b.Status != policy.SectionChanged || s.Status != policy.SectionChanged || s.Renamed || s.Renumbered
}

func (r *redline) block(b *policy.BlockComparison) {
	indent := "  "
	switch b.Kind {
	case policy.BlockItem:
		marker := b.Marker
		if marker == "" {
			marker = "-"
		}
		indent += strings.Repeat("  ", max(b.Level-1, 0)) + visible(marker) + " "
	case policy.BlockHeading:
		indent += strings.Repeat("#", b.Level) + " "
	}
	if b.MovedFrom != "" {
		r.printf("  %smoved here from %s:%s\n", r.dim, r.title(b.MovedFrom), r.off)
	}
	if b.MovedTo != "" {
		r.printf("  %smoved to %s:%s\n", r.dim, r.title(b.MovedTo), r.off)
	}
	r.printf("%s%s\n", indent, r.marked(b.Ops))
	for _, l := range b.Links {
		r.printf("    link on “%s”: %s\n", visible(l.Text), r.marked([]policy.Op{{Kind: policy.OpDelete, Text: l.Old}, {Kind: policy.OpInsert, Text: l.New}}))
	}
}

// marked is text with what was removed and added in brackets, as wdiff shows
// it.
func (r *redline) marked(ops []policy.Op) string {
	var b strings.Builder
	for _, op := range ops {
		text := visible(op.Text)
		switch {
		case text == "":
		case op.Kind == policy.OpInsert:
			b.WriteString(r.add + "{+" + text + "+}" + r.off)
		case op.Kind == policy.OpDelete:
			b.WriteString(r.remove + "[-" + text + "-]" + r.off)
		default:
			b.WriteString(text)
		}
	}
	return b.String()
}

// title names a section by its id.
func (r *redline) title(id string) string {
	if title := r.titles[id]; title != "" {
		return "“" + visible(title) + "”"
	}
	if id == "" {
		return "the beginning"
	}
	return "“" + visible(id) + "”"
}

func titleOf(title string) string {
	if title == "" {
		return "The beginning"
	}
	return visible(title)
}

// visible keeps control characters of a text out of the terminal, and those
// that turn the direction of text around; cells of a table are divided by a
// bar.
func visible(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			return '\uFFFD'
		}
		return c
	}, strings.ReplaceAll(text, "\t", " | "))
}
