package policies

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// mostCharacters is how long a summary and the text of a change may be.
const mostCharacters = 300

// words checks that what readers are told of changes is short and easy, and
// that no text leaves it to them to look for changes.
func (c *checker) words() {
	for _, p := range c.Policies {
		limit := c.grade(p)
		for _, v := range p.Versions {
			c.short(v.File, "the summary", v.Meta.Summary)
			c.easy(v, limit)
			c.noBurden(v.File, v.Meta.Summary)
			for _, change := range v.Meta.Changes {
				c.short(v.File, "the text of the change", change.Text)
				c.noBurden(v.File, change.Text)
			}
		}
		for _, v := range p.current(c.clock) {
			c.burdens(v)
		}
	}
}

// noBurden reports a summary, or the text of a change, that leaves it to
// readers to look for changes.
func (c *checker) noBurden(file string, text front.Text) {
	for _, sentence := range sentences(text.Value) {
		words := burden(sentence)
		if words == nil {
			continue
		}
		c.report(problem.Error, file, text.Pos, "notice-burden", fmt.Sprintf("readers are told to %q", strings.Join(words, " ")), "say what changed: the sites tell each reader by themselves")
	}
}

// grade returns the highest grade that the summaries of a policy may have.
func (c *checker) grade(p *Policy) int {
	switch g := p.Meta.Grade; {
	case g.Line == 0:
		return DefaultGrade
	case g.Value < 1 || g.Value > 18:
		c.report(problem.Error, p.File, g.Pos, "reading-grade", fmt.Sprintf("grade %d is no school grade", g.Value), fmt.Sprintf("write 1 to 18, or leave it out: %d holds then", DefaultGrade))
		return DefaultGrade
	default:
		return g.Value
	}
}

func (c *checker) short(file, what string, text front.Text) {
	if text.Value != "" && !strings.ContainsFunc(text.Value, unicode.IsLetter) {
		c.report(problem.Error, file, text.Pos, "missing-value", what+" says nothing", "write in one sentence what it means for the reader")
	}
	if n := utf8.RuneCountInString(text.Value); n > mostCharacters {
		c.report(problem.Error, file, text.Pos, "length", fmt.Sprintf("%s has %d characters, at most %d are allowed", what, n, mostCharacters), "tell what matters most to the reader; the comparison shows the rest")
	}
}

func (c *checker) easy(v *Version, limit int) {
	score := math.Round(10*v.Grade()) / 10 // as it is shown
	if score <= float64(limit) {
		return
	}
	sentence, hard := hardest(v.Meta.Summary.Value)
	c.report(problem.Error, v.File, v.Meta.Summary.Pos, "reading-grade",
		fmt.Sprintf("the summary reads at grade %.1f, at most %d is allowed", score, limit),
		fmt.Sprintf("shorten or split the hardest sentence, of grade %.1f: %q", hard, sentence))
}

// burdens reports sentences of the text that tell readers to look for changes
// themselves.
func (c *checker) burdens(v *Version) {
	for _, s := range v.Visible.Sections() {
		for line := range strings.Lines(s.Text) {
			for _, sentence := range sentences(line) {
				if found := burden(sentence); found != nil {
					c.report(problem.Error, v.File, c.lineOf(v, s.ID, found), "notice-burden",
						fmt.Sprintf("%q leaves it to readers to look for changes", strings.Join(found, " ")),
						"say how the notice reaches them: a banner on the pages, the feed, the page of changes")
				}
			}
		}
	}
}

// Words of sentences that tell readers to look for changes: what they are to
// do, with what, and how often or what for.
var (
	looking   = fields("check visit review revisit consult read reread re-read monitor look return come refer")
	lookingAt = fields("page pages policy policies statement notice notices terms site sites website document")
	often     = fields("regularly periodically frequently often occasionally routinely again")
	oftenly   = [][]string{{"time", "to", "time"}, {"regular", "basis"}, {"now", "and", "then"}, {"every", "so", "often"}, {"for", "changes"}, {"for", "updates"}, {"for", "revisions"}, {"for", "any", "changes"}, {"for", "any", "updates"}}
	between   = fields("also always and or then therefore so please to should must back")
	readers   = fields("you your yourself user users visitor visitors customer customers reader readers")
	writers   = fields("we us our i they it staff")
	asking    = fields("ask recommend suggest advise encourage urge expect request")
	negating  = fields("not never without no nobody don't needn't instead")
)

func fields(list string) []string { return strings.Fields(list) }

// sentenceReach is how many words before a verb say whom it tells: it bounds
// the work on a sentence that never ends.
const sentenceReach = 40

// burden returns the words of a sentence with which it tells readers to look
// for changes, from the verb on; nil where it doesn't.
func burden(sentence string) []string {
	all := tokensOf(sentence)
	for i, w := range all {
		if !slices.Contains(looking, infinitive(w)) || !told(all[max(0, i-sentenceReach):i], w) {
			continue
		}
		rest := all[i:min(len(all), i+14)]
		end := slices.IndexFunc(rest, func(w string) bool { return slices.Contains(lookingAt, w) })
		if len(rest) > 1 && infinitive(w) == "check" && rest[1] == "back" {
			return withoutMarks(rest[:min(len(rest), 4)])
		}
		if end < 0 || end > 6 {
			continue
		}
		if n := oftenIn(rest); n > 0 {
			return withoutMarks(rest[:max(n, end+1)])
		}
		if oftenIn(all[max(0, i-5):i]) > 0 {
			return withoutMarks(rest[:end+1])
		}
	}
	return nil
}

// infinitive returns "check" for "checking".
func infinitive(word string) string { return strings.TrimSuffix(word, "ing") }

// oftenIn returns the place behind the first words that say how often, or 0.
func oftenIn(all []string) int {
	for i := range all {
		if slices.Contains(often, all[i]) {
			return i + 1
		}
		for _, phrase := range oftenly {
			if len(all)-i >= len(phrase) && slices.Equal(all[i:i+len(phrase)], phrase) {
				return i + len(phrase)
			}
		}
	}
	return 0
}

// told says whether a verb tells readers to do something, from what stands
// before it in its sentence: they are asked to, should or must, or it is an
// imperative. "We review this page regularly" tells them nothing.
func told(before []string, verb string) bool {
	if slices.ContainsFunc(before, func(w string) bool { return slices.Contains(negating, w) }) {
		return false
	}
	gerund := strings.HasSuffix(verb, "ing")
	asked := slices.ContainsFunc(before, func(w string) bool { return slices.Contains(asking, w) })
	at := len(before)
	for at > 0 && (slices.Contains(between, before[at-1]) || slices.Contains(often, before[at-1])) {
		at--
	}
	direct := at < len(before) // an auxiliary or "please" stands before the verb
	whom := slices.IndexFunc(reversed(before), func(w string) bool { return slices.Contains(readers, w) || slices.Contains(writers, w) })
	if whom < 0 {
		return at == 0 || before[at-1] == "," || gerund && asked
	}
	toReaders := slices.Contains(readers, before[len(before)-1-whom])
	switch {
	case gerund:
		return toReaders || asked
	case whom == 0 || at > 0 && len(before)-1-whom == at-1 && !direct:
		return toReaders && asked // "we ask that you check", but not "when you visit"
	}
	return toReaders && (direct || before[at-1] == ",")
}

func reversed(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// tokensOf returns the words of a text in small letters, and its commas.
func tokensOf(text string) []string {
	var all []string
	for _, field := range strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(text, "’", "'")), func(r rune) bool {
		return !isWordRune(r) && r != '\'' && r != '-' && r != ',' && r != ':' && r != ';'
	}) {
		word := strings.Trim(field, "',-:;")
		if word != "" {
			all = append(all, word)
		}
		if strings.ContainsAny(field[len(field)-1:], ",:;") {
			all = append(all, ",")
		}
	}
	return all
}

func withoutMarks(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(w string) bool { return w == "," })
}

// lineOf returns the line of the source at which words of the visible text
// stand, across line ends; that of the section's heading where marks of
// formatting stand between them.
func (c *checker) lineOf(v *Version, section string, found []string) front.Pos {
	_, body, _ := front.Split(v.Source)
	n := 1 + bytes.Count(v.Source[:body], []byte("\n"))
	var all []string
	var lines []int
	for line := range strings.Lines(string(v.Source[body:])) {
		for _, w := range withoutMarks(tokensOf(line)) {
			all, lines = append(all, w), append(lines, n)
		}
		n++
	}
	for i := range all {
		if len(all)-i >= len(found) && slices.Equal(all[i:i+len(found)], found) {
			return front.Pos{Line: lines[i], Col: 1}
		}
	}
	for _, h := range v.Document.Headings {
		if h.ID == section {
			return front.Pos{Line: h.Line, Col: 1}
		}
	}
	return place
}
