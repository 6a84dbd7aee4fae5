package compare

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"indigex.com/indigex/policy"
)

// A judge weighs changes; the rules stand in the package comment.
type judge struct {
	*pair
	oldDates, newDates []bool
	// inOld and inNew hold the words of the texts, in small letters.
	inOld, inNew map[string]bool
}

// prepare looks at the texts as a whole, once there is something to weigh.
func (j *judge) prepare() {
	if j.inOld == nil {
		j.oldDates, j.newDates = j.old.dates(), j.new.dates()
		j.inOld, j.inNew = j.old.vocabulary(), j.new.vocabulary()
	}
}

func (s *side) vocabulary() map[string]bool {
	words := map[string]bool{}
	for i := range s.tokens {
		if s.tokens[i].kind == word {
			words[fold(s.tokens[i].text)] = true
		}
	}
	return words
}

// edit says what a change is about.
func (j *judge) edit(c change) policy.Edit {
	j.prepare()
	e := policy.Edit{Old: textOf(j.old.tokens, c.old), New: textOf(j.new.tokens, c.new)}
	old, new := read(j.old.tokens, j.oldDates, c.old), read(j.new.tokens, j.newDates, c.new)
	e.Kind = j.kind(&old, &new)
	return e
}

func (j *judge) kind(old, new *reading) policy.EditKind {
	letters := strings.Join(old.words, "") == strings.Join(new.words, "")
	switch {
	case old.onlyNumbering && new.onlyNumbering:
		return policy.EditNumbering
	case !slices.Equal(old.numbers, new.numbers):
		return policy.EditNumber
	case !slices.Equal(old.logic, new.logic):
		return policy.EditLogic
	case old.exact == new.exact:
		return policy.EditPunctuation
	case letters && old.dates > 0:
		return policy.EditDate
	case letters:
		return policy.EditCase
	case j.typos(old.words, new.words):
		return policy.EditTypo
	}
	return policy.EditWording
}

func weightOf(kind policy.EditKind) policy.Proposal {
	switch kind {
	case policy.EditPunctuation, policy.EditCase, policy.EditTypo, policy.EditDate, policy.EditNumbering:
		return policy.ProposedEditorial
	}
	return policy.ProposedSubstantive
}

// heavier says whether a proposal weighs more than another.
func heavier(a, b policy.Proposal) bool {
	order := []policy.Proposal{policy.ProposedNone, policy.ProposedEditorial, policy.ProposedSubstantive}
	return slices.Index(order, a) > slices.Index(order, b)
}

// A reading is what tokens say.
type reading struct {
	// words are in small letters and without marks, each date one word.
	words []string
	// exact has the letters as they are, dates too.
	exact string
	// numbers are numbers and signs outside of dates, logic the words that
	// decide who owes what.
	numbers, logic []string
	dates          int
	onlyNumbering  bool
}

// aDate stands for any date.
const aDate = "\x00"

func read(tokens []token, dates []bool, at []int) reading {
	r := reading{onlyNumbering: true}
	var exact strings.Builder
	for _, i := range at {
		t := &tokens[i]
		if t.numbering {
			continue
		}
		r.onlyNumbering = false
		exact.WriteString(letters(t))
		if dates[i] {
			if n := len(r.words); n == 0 || r.words[n-1] != aDate {
				r.words = append(r.words, aDate)
				r.dates++
			}
			continue
		}
		r.add(t)
	}
	r.exact = exact.String()
	return r
}

func (r *reading) add(t *token) {
	switch t.kind {
	case mark:
		return
	case number, symbol:
		r.numbers = append(r.numbers, t.text)
	default:
		if w := fold(t.text); isLogic(w) {
			r.logic = append(r.logic, w)
		}
	}
	r.words = append(r.words, strings.ToLower(letters(t)))
}

// letters returns a word without the marks within, and nothing for a mark.
// The marks of an address, host.example, say who is asked.
func letters(t *token) string {
	switch {
	case t.kind == mark:
		return ""
	case t.kind == word && !isAddress(t.text):
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsMark(r) {
				return r
			}
			return -1
		}, t.text)
	}
	return t.text
}

// isAddress holds for words with an at sign, or a dot that is not one of an
// abbreviation, as in "U.S".
func isAddress(text string) bool {
	before, after, dot := strings.Cut(text, ".")
	return strings.Contains(text, "@") || dot && (utf8.RuneCountInString(before) > 1 || isAddress(after))
}

// fold returns a word in small letters and with a straight apostrophe.
func fold(text string) string {
	return strings.ReplaceAll(strings.ToLower(text), "’", "'")
}

// textOf returns tokens as they stand in their text, a line end as a space.
func textOf(tokens []token, at []int) string {
	var b strings.Builder
	for n, i := range at {
		switch {
		case n == 0:
		case tokens[i].line:
			b.WriteByte(' ')
		default:
			b.WriteString(tokens[i].space)
		}
		b.WriteString(tokens[i].text)
	}
	return b.String()
}

// isLogic holds for the words of which one alone changes what is owed, by
// whom, when and for how long.
func isLogic(word string) bool {
	switch word {
	case "not", "no", "none", "never", "neither", "nor", "nothing", "nobody", "cannot", "without", "except", "excluding",
		"may", "might", "must", "shall", "should", "will", "would", "can", "could", "need", "ought",
		"only", "solely", "exclusively", "unless", "until", "till", "if", "provided", "otherwise",
		"and", "or", "all", "any", "each", "every", "both", "either", "some", "many", "few",
		"more", "less", "most", "least", "minimum", "maximum", "before", "after", "within", "up", "over", "under",
		"second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
		"quarter", "quarters", "year", "years", "daily", "weekly", "monthly", "quarterly", "annually", "yearly",
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
		"fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion",
		"half", "once", "twice", "double", "triple", "percent":
		return true
	}
	return strings.HasSuffix(word, "n't")
}
