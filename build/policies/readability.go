package policies

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DefaultGrade is the highest reading grade that a summary may have where
// policy.yaml states none: that of a text which a person of average schooling
// reads without effort.
const DefaultGrade = 8

// Grade returns the school grade, of the United States, from which people
// read an English text with ease; 0 for a text without words. It is the
// Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers, Chissom: Derivation
// of New Readability Formulas, Naval Technical Training Command, Research
// Branch Report 8-75, 1975):
//
//	0.39 × words per sentence + 11.8 × syllables per word − 15.59
//
// Of the known formulas it is the one that editors meet in their word
// processors, and the one that means something for the two to four sentences
// of a summary: SMOG wants thirty sentences, Dale and Chall a list of words.
//
// A number is a word of one syllable, an acronym of three letters or fewer is
// spelled out. The dots of abbreviations and decimals end no sentence.
func Grade(text string) float64 {
	words, syllables, ends := 0, 0, 0
	for _, s := range sentences(text) {
		n := 0
		for _, w := range wordsOf(s) {
			n++
			syllables += syllablesOf(w)
		}
		if n > 0 {
			ends++
		}
		words += n
	}
	if words == 0 {
		return 0
	}
	grade := 0.39*float64(words)/float64(ends) + 11.8*float64(syllables)/float64(words) - 15.59
	return max(grade, 0)
}

// Grade is the reading grade of the version's summary.
func (v *Version) Grade() float64 { return Grade(v.Meta.Summary.Value) }

// hardest returns the sentence with the highest grade, and that grade.
func hardest(text string) (string, float64) {
	var found string
	most := -1.0
	for _, s := range sentences(text) {
		if g := Grade(s); g > most {
			found, most = s, g
		}
	}
	return found, max(most, 0)
}

// sentences cuts a text after each mark that ends a sentence.
func sentences(text string) []string {
	var all []string
	var open []string
	for _, field := range strings.Fields(text) {
		open = append(open, field)
		if endsSentence(field) {
			all, open = append(all, strings.Join(open, " ")), nil
		}
	}
	if len(open) > 0 {
		all = append(all, strings.Join(open, " "))
	}
	return all
}

// endsSentence says whether what stands between two spaces ends a sentence.
func endsSentence(field string) bool {
	bare := strings.TrimRight(field, `"'”’)]*_`)
	switch {
	case strings.HasSuffix(bare, "!"), strings.HasSuffix(bare, "?"), strings.HasSuffix(bare, "…"):
		return true
	case !strings.HasSuffix(bare, "."):
		return false
	}
	word := strings.TrimLeft(strings.TrimSuffix(bare, "."), `"'“‘([*_`)
	return !isAbbreviation(word)
}

// isAbbreviation holds for what a dot follows within sentences: initials, the
// numbers of lists are not among them.
func isAbbreviation(word string) bool {
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.IsUpper(r) && r != 'I' {
		return true
	}
	if before, after, dotted := strings.Cut(word, "."); dotted && utf8.RuneCountInString(before) == 1 && utf8.RuneCountInString(after) <= 3 && !strings.ContainsFunc(word, unicode.IsDigit) {
		return true // as in "e.g" and "U.S"
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "dr", "inc", "ltd", "co", "corp", "vs", "cf", "sec", "art", "approx", "fig", "st":
		return true
	}
	return false
}

// wordsOf returns the words of a text. Dashes without spaces divide words,
// hyphens don't.
func wordsOf(text string) []string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '—' || r == '–' || r == '/' })
	return slices.DeleteFunc(fields, func(f string) bool { return !strings.ContainsFunc(f, isWordRune) })
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// syllablesOf counts the syllables of what stands between two spaces: at
// least one.
func syllablesOf(word string) int {
	if strings.ContainsFunc(word, unicode.IsDigit) {
		word = strings.NewReplacer(".", "", ",", "").Replace(word) // one number, 1,050.00
	}
	n := 0
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !isWordRune(r) && r != '\'' && r != '’' }) {
		n += syllablesOfPart(strings.Trim(strings.ReplaceAll(part, "’", "'"), "'"))
	}
	return max(n, 1)
}

func syllablesOfPart(part string) int {
	letters := utf8.RuneCountInString(part)
	switch {
	case strings.ContainsFunc(part, unicode.IsDigit):
		return 1
	case letters > 1 && letters <= 3 && part == strings.ToUpper(part):
		return letters
	}
	part = strings.ToLower(part)
	n := len(vowels.FindAllString(betweenVowels.ReplaceAllString(part, "$1 $2"), -1))
	for _, rule := range silent {
		n -= len(rule.FindAllString(part, -1))
	}
	for _, rule := range spoken {
		n += len(rule.FindAllString(part, -1))
	}
	return max(n, 1)
}

// What a syllable is follows from the spelling, by rules that hold for most
// words of English.
var (
	vowels = regexp.MustCompile(`[aeiouyà-öø-ÿ]+`)
	// A y between vowels begins a syllable, as in "beyond".
	betweenVowels = regexp.MustCompile(`([aeiou])y([aeiou])`)
	// Letters that make a group of vowels and no syllable.
	silent = []*regexp.Regexp{
		regexp.MustCompile(`[aeiouy][^aeiouyl]*[^aeiouyl]e('s)?$`), // name, but table
		regexp.MustCompile(`[aeiouy]le('s)?$`),                     // rule
		regexp.MustCompile(`[aeiouy][^aeiouy]*[^aeiouylscgxzh]es$`),
		regexp.MustCompile(`([aeiouy]l|th|ph)es$`), // rules, clothes
		regexp.MustCompile(`[aeiouy][^aeiouy]*[^aeiouylrdt]ed$`),
		regexp.MustCompile(`[aeiouylr][lr]ed$`),                     // called, shared; but settled, hundred
		regexp.MustCompile(`[^aeiouyl]e(ly|less|ful|ness|ment)s?$`), // safely
		regexp.MustCompile(`^every|^[^aeiou]+eas?$`),                // sea, but area
		regexp.MustCompile(`^(some|there|here|where)[^a-z']*[b-df-hj-np-tv-z]`),
	}
	// Vowels that stand together and are two syllables.
	spoken = []*regexp.Regexp{
		regexp.MustCompile(`[^ctsgx]i(a|o|um|ous)[^u]?`), // material, period; but special, nation
		regexp.MustCompile(`[^qg]ua[lrt]`),               // annual, but language
		regexp.MustCompile(`crea|[^aeiouy](ea|eo)s?$`),   // create, area, video
		regexp.MustCompile(`[^ct]ient|scien|[aeiu]ing|oing|[bd-su-z]ie(r|st)s?$`),
		regexp.MustCompile(`[^aeiou]yo`), // anyone
		regexp.MustCompile(`[dsv]n't$`),  // didn't
	}
)
