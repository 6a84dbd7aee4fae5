package policies

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
)

// strict makes errors of what a page may have and a policy may not: raw HTML
// is shown as text on a page, and part of it is no text to a comparison.
func strict(problems problem.List) problem.List {
	for i := range problems {
		if problems[i].Rule == "raw-html" {
			problems[i].Severity = problem.Error
			problems[i].Hint = "a policy says what it says in Markdown: write it in words"
		}
	}
	return problems
}

// hidden refuses what a reader can't see or would read otherwise than a
// comparison does: struck text, control characters, marks that turn the
// direction of text (Unicode Standard Annex 9) or have no width.
func hidden(data []byte, body int, html []byte) problem.List {
	var all problem.List
	report := func(line, col int, message, hint string) {
		if len(all) < maxHidden {
			all = append(all, problem.Problem{Line: line, Col: col, Rule: "hidden-text", Message: message, Hint: hint, Source: front.Line(data, line)})
		}
	}
	number := 1 + bytes.Count(data[:body], []byte("\n"))
	for line := range strings.Lines(string(data[body:])) {
		line = strings.TrimRight(line, "\r\n")
		if at := strings.IndexFunc(line, unseen); at >= 0 {
			r := []rune(line[at:])[0]
			report(number, 1+len([]rune(line[:at])), fmt.Sprintf("the text has the character %U, which can't be seen", r), "remove it: what people agree to is what they see")
		}
		if at := strings.Index(line, "~~"); at >= 0 && bytes.Contains(html, []byte("<del>")) {
			report(number, 1+len([]rune(line[:at])), "the text is struck out", "remove the words, or the marks ~~: only a comparison strikes")
		}
		number++
	}
	return all
}

// maxHidden bounds what is reported of one text.
const maxHidden = 20

// unseen says whether a character shows nothing or changes how others show.
func unseen(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Cf, r)
}
