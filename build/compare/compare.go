// Package compare says how one Markdown text became another: by section, by
// block and by word, on the parsed tree and never on the source.
//
// # Visible text
//
// [Parse] reads CommonMark with the extensions of package markdown, without
// its typography, so that straight and curly quotes stay what they are in the
// source. What a reader sees is kept, one block a line:
//
//   - a heading, a paragraph, a list's item, a term and its definition, a
//     line of code, the caption of a figure, the title of a callout;
//   - a table's row, its cells divided by tabs, empty cells at its end left
//     out;
//   - a footnote, at the end of the section that refers to it first, so that
//     a change in it belongs to that section.
//
// An image stands for its alternative text. White space, wraps and hard line
// ends included, is one space; none stands at either end of a block. A block
// without text has no line. [Text.String] is these lines, each with a line
// feed at its end.
//
// Never part of it are front matter, a byte-order mark, emphasis and other
// formatting, bullets and numbers of lists, footnote marks, the targets of
// links, attributes of headings, comments, soft hyphens and zero-width
// spaces. The box of a task is: "[x]" or "[ ]".
//
// Raw HTML: tags are invisible and the text between them is visible, but for
// that of script, style, template and title. Our own pages show HTML as text,
// but report it; foreign sources use it for anchors and tables. Templates'
// {% marks %} are text, since nobody knows what they become.
//
// # Words
//
// Two texts are compared by tokens: words with inner apostrophes, hyphens and
// dots, numbers with their sign, and single marks. A possessive 's stands
// apart, so that a name is one token in all its cases. Reported are words as
// they stand between spaces; see [policy.Comparison.WordsChanged].
//
// # Sections
//
// A heading begins a section, whatever its level. Sections are aligned by
// explicit id, {#id}; then by title, its leading number aside, and by the
// likeness of their words, of which rare ones weigh more. A section without
// partner whose words are for the most part the ones that another lost was
// split off, one whose words another gained was merged. Which sections moved
// follows from the longest sequence of sections that kept their order.
//
// # Blocks
//
// Within a section equal blocks are aligned first. Between them words decide:
// blocks belong together where they share a third of the words of the shorter
// one, so that a paragraph cut in two is still one text, and two paragraphs
// that share only "the" and "of" are not mixed. Words that are equal between
// two larger changes are given up, and a change that could stand in several
// places stands where a sentence begins.
//
// # Proposals
//
// No word, link, section's place or number changed: none. Editorial is,
// change by change:
//
//   - punctuation, hyphens, capital letters;
//   - a date in place of a date, unless a word such as "until" or "before"
//     makes it the end of a period;
//   - a typo: at most three words, each with another that differs in one
//     letter (two from eight letters on) or in two neighbors, not in the
//     first letter, and of which exactly one is a word. A word is known from
//     a list or from elsewhere in the two texts. Two real words that look
//     alike, "content" and "consent", are not a typo, nor are singular and
//     plural;
//   - a heading's number; a link's target; a section's place.
//
// All else is substantive. Never editorial are numbers and signs, so amounts,
// periods, ages and percentages, number words, units of time, and words that
// carry logic: negations, "may", "must", "shall", "will" and the like, "only",
// "unless", "except", "all", "any", "and", "or". One letter in them changes
// who owes what. A wrong "substantive" costs a look, a wrong "editorial" an
// uninformed reader, so that every doubt is decided for the former. The words
// are English; elsewhere marks, capitals and numeric dates are judged, and
// the typo rule has only the texts to know words from.
//
// # Cost
//
// Time grows little faster than the texts: words are compared by Myers'
// algorithm with the heuristics of znkr.io/diff, and by anchors alone beyond
// some ten thousand; sections look at a bounded number of candidates. Nothing
// depends on a clock, so that results are the same everywhere.
package compare

import "indigex.com/indigex/policy"

// Diff says how the old text became the new one. It keeps nothing of them and
// changes nothing in them; texts can be compared concurrently.
func Diff(old, new *Text) *policy.Comparison {
	p := newPair(old, new)
	p.alignSections()
	p.relate()
	p.alignBlocks()
	p.findMovedBlocks()
	return p.comparison()
}
