package templates

import (
	"fmt"
	"strings"

	"indigex.com/indigex/policy"
)

// often is how many times a replacement must occur to be told once for all.
const often = 3

// counts says in a sentence how much changed.
func counts(c *policy.Comparison) string {
	added, removed, sections := 0, 0, 0
	for i := range c.Sections {
		s := &c.Sections[i]
		added += s.WordsAdded
		removed += s.WordsRemoved
		if s.Status != policy.SectionUnchanged {
			sections++
		}
	}
	var parts []string
	if added > 0 {
		parts = append(parts, count(added, "word")+" added")
	}
	if removed > 0 {
		parts = append(parts, count(removed, "word")+" removed")
	}
	if c.LinksChanged > 0 {
		parts = append(parts, count(c.LinksChanged, "link")+" changed")
	}
	if len(parts) == 0 {
		return "No word and no link changed."
	}
	text := series(parts)
	if all := len(c.Sections); all > 1 {
		text += ", in " + itoa(sections) + " of " + itoa(all) + " sections"
	}
	return text + "."
}

// replacements are the changes that recur so often that each is one line.
func replacements(c *policy.Comparison) []policy.Replacement {
	var list []policy.Replacement
	for _, r := range c.Replacements {
		if r.Count >= often {
			list = append(list, r)
		}
	}
	return list
}

// A fate is what became of a section, in words, with the section's place in
// the redline where it has one.
type fate struct {
	anchor string
	// title is the section's name, text what follows it.
	title, text string
}

// fates are the sections that moved, were renamed, split, merged, added or
// removed, and then those that only got another number.
func (r *redline) fates() []fate {
	var list, numbers []fate
	for _, run := range r.runs {
		for i := range run.sections {
			s := &run.sections[i]
			texts := r.fatesOf(s)
			if len(texts) > 0 {
				list = append(list, fate{s.anchor, quoted(nil, s.Title), series(texts)})
			} else if s.Renumbered {
				numbers = append(numbers, fate{s.anchor, quoted(nil, s.Title), "was “" + s.OldTitle + "”"})
			}
		}
	}
	return append(list, numbers...)
}

// fatesOf says what became of one section.
func (r *redline) fatesOf(s *section) []string {
	var texts []string
	switch {
	case s.Status == policy.SectionAdded && s.SplitFrom != "":
		texts = append(texts, "was part of "+quoted(r.oldTitles, s.SplitFrom))
	case s.Status == policy.SectionAdded:
		texts = append(texts, "is new")
	case s.Status == policy.SectionRemoved && s.MergedInto != "":
		texts = append(texts, "is now part of "+quoted(r.newTitles, s.MergedInto))
	case s.Status == policy.SectionRemoved:
		texts = append(texts, "is gone")
	}
	if s.Renamed {
		texts = append(texts, "was called “"+s.OldTitle+"”")
	}
	if s.Moved && twoTitles(s) {
		texts = append(texts, r.moved(s))
	}
	return texts
}

// twoTitles says that a section stands in both texts.
func twoTitles(s *section) bool {
	return s.Status != policy.SectionAdded && s.Status != policy.SectionRemoved
}

// moved says where a section stood.
func (r *redline) moved(s *section) string {
	place := "at the beginning"
	if s.After != "" {
		place = "after " + quoted(r.oldTitles, s.After)
	}
	if s.Renumbered && !s.Renamed {
		return "moved: it was “" + s.OldTitle + "”, " + place
	}
	return "moved: it stood " + place
}

// A sectionCount is a section of a rewritten text, with how much of it is
// old and new.
type sectionCount struct{ title, words string }

// rewritten lists the sections of a rewritten text: new, gone and kept.
func rewritten(c *policy.Comparison) (added, removed, kept []sectionCount) {
	for i := range c.Sections {
		s := &c.Sections[i]
		title := s.Title
		if title == "" {
			title = "Before the first heading"
		}
		switch s.Status {
		case policy.SectionAdded:
			added = append(added, sectionCount{title, count(s.WordsAdded, "word")})
		case policy.SectionRemoved:
			removed = append(removed, sectionCount{title, count(s.WordsRemoved, "word")})
		case policy.SectionUnchanged:
			kept = append(kept, sectionCount{title, "unchanged"})
		default:
			kept = append(kept, sectionCount{title, wordChange(s)})
		}
	}
	return added, removed, kept
}

// wordChange says how many words came and went.
func wordChange(s *policy.SectionComparison) string {
	if s.WordsAdded+s.WordsRemoved == 0 {
		return "no word changed"
	}
	var parts []string
	if s.WordsAdded > 0 {
		parts = append(parts, count(s.WordsAdded, "word")+" added")
	}
	if s.WordsRemoved > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", s.WordsRemoved))
	}
	return strings.Join(parts, ", ")
}
