package policies

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"indigex.com/indigex/build/compare"
	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// A Section is a section of a version: a heading of the second level.
type Section struct {
	policy.Section
	// Text is what a reader sees of it; its hash is the section's.
	Text string
	// Heading is that of the document.
	Heading markdown.Heading
	// Inner are the ids of the headings below it.
	Inner []string
}

// Sections returns the sections of a version, in its order.
func (v *Version) Sections() []Section { return v.sections }

func sectionsOf(doc *markdown.Document, visible *compare.Text) []Section {
	var all []Section
	texts, titles := map[string]string{}, map[string]string{}
	var top string
	for _, s := range visible.Sections() {
		titles[s.ID] = s.Title
		switch {
		case s.Level == 2:
			top = s.ID
			texts[top] += s.Text
		case s.Level > 2 && top != "":
			texts[top] += s.Text
		}
	}
	for _, h := range doc.Headings {
		switch {
		case h.Nested:
		case h.Level == 2:
			all = append(all, Section{Section: policy.Section{ID: h.ID, Title: titles[h.ID], Hash: policy.HashText(texts[h.ID])}, Text: texts[h.ID], Heading: h})
		case len(all) > 0:
			all[len(all)-1].Inner = append(all[len(all)-1].Inner, h.ID)
		}
	}
	return all
}

// Top returns the id of the section that has an id, which may be one of a
// heading within; "" where no section has.
func (v *Version) Top(id string) string {
	for _, s := range v.Sections() {
		if s.ID == id || slices.Contains(s.Inner, id) {
			return s.ID
		}
	}
	return ""
}

// Names returns every id that leads to a section of this version: by alias,
// of this version or of one before or after it, the section's own aside.
func (v *Version) Names() map[string][]string {
	all := map[string][]string{}
	for _, s := range v.Sections() {
		for _, id := range append([]string{s.ID}, s.Inner...) {
			same := v.Policy.synonyms(id)
			slices.Sort(same)
			for _, other := range same {
				if other != id && v.Top(other) == "" {
					all[id] = append(all[id], other)
				}
			}
		}
	}
	return all
}

// synonyms returns the ids that aliases of any version join with an id.
func (p *Policy) synonyms(id string) []string {
	same := []string{id}
	for i := 0; i < len(same); i++ {
		for _, v := range p.Versions {
			for _, a := range v.Meta.Aliases {
				for _, pair := range [][2]string{{a.Old.Value, a.New.Value}, {a.New.Value, a.Old.Value}} {
					if pair[0] == same[i] && pair[1] != "" && !slices.Contains(same, pair[1]) {
						same = append(same, pair[1])
					}
				}
			}
		}
	}
	return same
}

// sections checks the ids of sections: chosen by the author, none doubled,
// none lost, and aliases that lead from an old id to a present one. A doubled
// id within a text is reported by package markdown.
func (c *checker) sections() {
	for _, p := range c.Policies {
		for _, v := range p.Versions {
			c.headings(v)
			c.aliases(v)
			c.lost(v)
		}
	}
}

// sectionID is the form of ids: ones that look alike are told apart, and
// differ in more than capital letters.
var sectionID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// frameID is the id of the page's main part, below which sections stand.
const frameID = "main-content"

func (c *checker) headings(v *Version) {
	chosen := map[string]bool{}
	for _, s := range v.Visible.Sections() {
		chosen[s.ID] = s.Explicit
	}
	sections := 0
	for _, h := range v.Document.Headings {
		if h.Level == 2 && !h.Nested {
			sections++
		}
		at := front.Pos{Line: h.Line, Col: 1}
		switch {
		case chosen[h.ID] && (!sectionID.MatchString(h.ID) || h.ID == frameID):
			c.report(problem.Error, v.File, at, "section-id", fmt.Sprintf("id %q can't be that of a section", h.ID), "use a-z, 0-9 and hyphens, such as {#what-we-ask}; main-content is the page's own")
		case h.Nested:
			c.report(problem.Error, v.File, at, "section-id", "a heading stands in a list or a quotation", "headings of a policy stand for themselves")
		case !chosen[h.ID]:
			c.report(problem.Error, v.File, at, "section-id", "the section has no id of its own", fmt.Sprintf("write %s … {#%s}: the id stays when the title changes", strings.Repeat("#", h.Level), suggested(h.ID)))
		}
	}
	if sections == 0 {
		c.report(problem.Error, v.File, front.Pos{}, "section-id", "the text has no sections", "begin each with a line such as ## 1. What we ask for {#notice}")
	}
}

// suggested drops the number that an id made from a title begins with.
func suggested(id string) string {
	if short := strings.TrimLeft(id, "0123456789-"); short != "" {
		return short
	}
	return id
}

func (c *checker) aliases(v *Version) {
	for _, a := range v.Meta.Aliases {
		switch {
		case a.New.Value == "": // reported where it was decoded
		case !sectionID.MatchString(a.Old.Value):
			c.report(problem.Error, v.File, a.Old.Pos, "section-alias", fmt.Sprintf("%q is no id of a section", a.Old.Value), "an id has a-z, 0-9 and hyphens")
		case v.Top(a.Old.Value) != "":
			c.report(problem.Error, v.File, a.Old.Pos, "section-alias", fmt.Sprintf("id %q is that of a section", a.Old.Value), "an alias is an id that sections no longer have: remove it, or give the section another id")
		case v.Top(a.New.Value) == "":
			c.report(problem.Error, v.File, a.New.Pos, "section-alias", fmt.Sprintf("there is no section %q", a.New.Value), c.nearSection(v, a.New.Value))
		}
	}
}

func (c *checker) nearSection(v *Version, id string) string {
	var ids []string
	for _, s := range v.Sections() {
		ids = append(ids, s.ID)
		ids = append(ids, s.Inner...)
	}
	if near := problem.Nearest(id, ids); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "sections there: " + strings.Join(ids, ", ")
}

// lost reports ids of the version before that lead nowhere in this one: links
// to them would break.
func (c *checker) lost(v *Version) {
	before := v.Before()
	if before == nil {
		return
	}
	for _, s := range before.Sections() {
		for _, id := range append([]string{s.ID}, s.Inner...) {
			reached := slices.ContainsFunc(v.Policy.synonyms(id), func(other string) bool { return v.Top(other) != "" })
			if !reached && chosenID(before, id) {
				c.report(problem.Error, v.File, place, "section-alias",
					fmt.Sprintf("section %q of version %d is gone, and links to it lead nowhere", id, before.Number()),
					fmt.Sprintf("name the section that people should come to: aliases: {%s: NEW-ID}", id))
			}
		}
	}
}

func chosenID(v *Version, id string) bool {
	return slices.ContainsFunc(v.Visible.Sections(), func(s compare.Section) bool { return s.ID == id && s.Explicit })
}
