// Package survey counts the answers of a survey so that nobody is found in
// them.
//
// A survey is counted once, when it has closed: two counts of different moments
// would show what came between. Of each question it says how often each answer
// was given, and nothing of which answers came together. Groups smaller than a
// threshold are hidden, and with a single hidden group the next smallest, so
// that no sum gives it away. All other counts are rounded to a multiple of
// five, and so is the number of all answers. Words in people's own hand stand in
// the order of the alphabet, beside nothing else, and only where at least as
// many people wrote some.
//
// What it does not protect from: somebody who writes in their own words who
// they are, and somebody who knows nearly all of those who answered.
package survey

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"indigex.com/indigex/policy"
)

// Threshold is how many people a group has at least that is shown.
const Threshold = 10

// step is what counts are rounded to.
const step = 5

// A Result is what may be shown of a survey.
type Result struct {
	Title string
	// Answers is how many people answered, rounded.
	Answers   int
	Questions []Question
}

// A Question is one of the form, with its groups or its texts.
type Question struct {
	Label  string
	Groups []Group
	// Texts are answers in people's own words; Withheld says that there were
	// too few to show.
	Texts    []string
	Withheld bool
}

// A Group is those who gave one answer.
type Group struct {
	Answer string
	// Count is rounded; it is 0 where Hidden is set, for a small group or for
	// one that would give a small one away.
	Count  int
	Hidden bool
}

// A Tally counts answers as they come.
type Tally struct {
	form  *policy.Form
	all   int
	count map[string]map[string]int
	texts map[string][]string
}

// NewTally returns a tally of a form.
func NewTally(f *policy.Form) *Tally {
	return &Tally{form: f, count: map[string]map[string]int{}, texts: map[string][]string{}}
}

// Add counts the answers of one person, by field.
func (t *Tally) Add(answers map[string][]string) {
	t.all++
	for i := range t.form.Fields {
		q := &t.form.Fields[i]
		list := answers[q.Name]
		switch {
		case len(list) == 0 || q.Type == "hidden" || q.Type == "consent":
		case q.Type == "text" || q.Type == "long-text":
			t.texts[q.Name] = append(t.texts[q.Name], list[0])
		case counted(q):
			if t.count[q.Name] == nil {
				t.count[q.Name] = map[string]int{}
			}
			for _, answer := range list {
				t.count[q.Name][group(q, answer)]++
			}
		}
	}
}

// counted says whether answers to a field make groups. Contact information
// makes none.
func counted(q *policy.Field) bool {
	switch q.Type {
	case "choice", "several", "scale", "number", "date", "zip-code":
		return !strings.HasPrefix(q.Category, "contact.")
	}
	return false
}

// group is the one that an answer falls into: a zip code by its first three
// digits, the sectional center; a day by its month.
func group(q *policy.Field, answer string) string {
	switch {
	case q.Type == "zip-code" && len(answer) >= 3:
		return answer[:3] + "xx"
	case q.Type == "date" && len(answer) >= 7:
		return answer[:7]
	}
	return answer
}

// Result returns what may be shown.
func (t *Tally) Result() Result {
	r := Result{Title: t.form.Title, Answers: rounded(t.all)}
	for i := range t.form.Fields {
		q := &t.form.Fields[i]
		switch {
		case counted(q):
			r.Questions = append(r.Questions, Question{Label: q.Label, Groups: hide(t.groups(q))})
		case q.Type == "text" && !strings.HasPrefix(q.Category, "contact."), q.Type == "long-text":
			texts := slices.Clone(t.texts[q.Name])
			slices.Sort(texts)
			one := Question{Label: q.Label, Texts: texts}
			if len(texts) < Threshold {
				one.Texts, one.Withheld = nil, len(texts) > 0
			}
			r.Questions = append(r.Questions, one)
		}
	}
	return r
}

// groups are those of a question: all that were offered, in their order, or
// those that were given, in the order of their names.
func (t *Tally) groups(q *policy.Field) []Group {
	var answers []string
	switch q.Type {
	case "choice", "several":
		answers = q.Options
	case "scale":
		for n := q.From; n <= q.To; n++ {
			answers = append(answers, strconv.Itoa(n))
		}
	default:
		for answer := range t.count[q.Name] {
			answers = append(answers, answer)
		}
		slices.Sort(answers)
	}
	var list []Group
	for _, answer := range answers {
		list = append(list, Group{Answer: answer, Count: t.count[q.Name][answer]})
	}
	return list
}

// hide hides small groups, those of nobody included, and with a single one the
// smallest of the others; the rest it rounds.
func hide(list []Group) []Group {
	hidden, next := 0, -1
	for i := range list {
		if list[i].Count < Threshold {
			list[i].Hidden = true
			hidden++
		} else if next < 0 || list[i].Count < list[next].Count {
			next = i
		}
	}
	if hidden == 1 && next >= 0 {
		list[next].Hidden = true
	}
	for i := range list {
		list[i].Count = rounded(list[i].Count)
		if list[i].Hidden {
			list[i].Count = 0
		}
	}
	return list
}

func rounded(n int) int { return (n + step/2) / step * step }

// WriteCSV writes a result as CSV (RFC 4180): question, answer and count, which
// is empty where it is hidden. No cell is taken for a formula by the programs
// that open such files.
func (r Result) WriteCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	lines := [][]string{{"question", "answer", "count"}, {plain(r.Title), "answers in all, rounded", strconv.Itoa(r.Answers)}}
	for _, q := range r.Questions {
		for _, g := range q.Groups {
			count := strconv.Itoa(g.Count)
			if g.Hidden {
				count = ""
			}
			lines = append(lines, []string{plain(q.Label), plain(g.Answer), count})
		}
		for _, text := range q.Texts {
			lines = append(lines, []string{plain(q.Label), plain(text), ""})
		}
	}
	return w.WriteAll(lines)
}

// plain has no program take a text for a formula (OWASP, CSV injection).
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
