package templates

import (
	"html"
	"strconv"
	"strings"
	"time"
)

// standing says in a few words how a version stands to the time asked about,
// as in "in force since 1 March 2026".
func (v *VersionRef) standing() string {
	switch v.State {
	case InForce:
		return "in force since " + longDate(v.Effective)
	case Superseded:
		return "no longer in force"
	case Announced:
		return "takes effect on " + longDate(v.Effective)
	}
	return "draft, not published"
}

// last is the last day on which a superseded version was in force; zero where
// nobody says.
func (v *VersionRef) last() time.Time {
	if v.Until.IsZero() {
		return time.Time{}
	}
	return v.Until.AddDate(0, 0, -1)
}

// name is the version in words, such as "Version 4".
func (v *VersionRef) name() string { return "Version " + strconv.Itoa(v.Number) }

// changesLabel names the link to the comparison with the version before.
func (v *VersionRef) changesLabel() string {
	if v.State == Announced || v.State == Draft {
		return "What will change"
	}
	return "What changed"
}

// effectiveLabel stands before the day from which the version holds.
func (v *VersionRef) effectiveLabel() string {
	if v.State == Announced || v.State == Draft {
		return "Effective from"
	}
	return "Effective"
}

// plain is the text of inline HTML from the Markdown compiler.
func plain(inline string) string {
	var b strings.Builder
	for text, rest := inline, ""; text != ""; text = rest {
		before, tag, found := strings.Cut(text, "<")
		b.WriteString(before)
		if !found {
			break
		}
		_, rest, _ = strings.Cut(tag, ">")
	}
	return html.UnescapeString(b.String())
}

// permalinkName is the accessible name of the link to a section.
func (s *PolicySection) permalinkName() string {
	return "Link to “" + strings.TrimSpace(s.Number+" "+plain(s.Title)) + "”"
}

// otherAliases are the ids that lead to the section beside its own, each once.
func (s *PolicySection) otherAliases() []string {
	var list []string
	seen := map[string]bool{s.ID: true, "": true}
	for _, id := range s.Aliases {
		if !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// count is a number with its noun, such as "1 word" or "3 words".
// itoa is short for templates.
func itoa(n int) string { return strconv.Itoa(n) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// series joins words as in "a, b, and c".
func series(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	case 2:
		return list[0] + " and " + list[1]
	default:
		return strings.Join(list[:n-1], ", ") + ", and " + list[n-1]
	}
}

// known says whether there is a date to show.
func known(t time.Time) bool { return !t.IsZero() }
