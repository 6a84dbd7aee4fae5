package problem

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
)

// Formats that Write knows.
const (
	Text   = "text"   // for people at a terminal
	JSON   = "json"   // an array of objects
	GitHub = "github" // workflow commands, shown as annotations
	SARIF  = "sarif"  // Static Analysis Results Interchange Format 2.1.0
)

// Formats lists them.
func Formats() []string { return []string{Text, JSON, GitHub, SARIF} }

// Write prints the list. Paths are put below dir, the content folder as the
// user named it, but for those of problems outside of it, which hold for
// themselves. Colour uses terminal colours in Text.
func Write(w io.Writer, format, dir string, list List, colour bool) error {
	list = located(dir, list)
	switch format {
	case Text:
		return writeText(w, list, colour)
	case JSON:
		return writeJSON(w, list)
	case GitHub:
		return writeGitHub(w, list)
	case SARIF:
		return writeSARIF(w, list)
	}
	return fmt.Errorf("format %q is not known", format)
}

func located(dir string, list List) List {
	all := make(List, len(list))
	for i, p := range list {
		if p.Path != "" && !strings.HasPrefix(p.Path, "templates/") {
			p.Path = path.Join(dir, p.Path)
		}
		all[i] = p
	}
	return all
}

// place is path:line:col as far as it is known.
func (p Problem) place() string {
	if p.Line == 0 {
		return p.Path
	}
	return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, max(p.Col, 1))
}

func writeText(w io.Writer, list List, colour bool) error {
	bold, dim, red, yellow, off := "", "", "", "", ""
	if colour {
		bold, dim, red, yellow, off = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
	}
	var b strings.Builder
	for _, p := range list {
		mark := ""
		switch p.Severity {
		case Error:
			mark = red
		case Warning:
			mark = yellow + "warning: "
		case Notice:
			mark = "notice: "
		}
		fmt.Fprintf(&b, "%s%s:%s %s%s%s\n", bold, clean(p.place()), off, mark, clean(p.Message), off)
		if source, caret := excerpt(p); source != "" {
			number := fmt.Sprintf("%4d", p.Line)
			margin := strings.Repeat(" ", len(number))
			fmt.Fprintf(&b, "  %s%s |%s %s\n  %s%s |%s %s\n", dim, number, off, source, dim, margin, off, caret)
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "  %shint:%s %s\n", bold, off, clean(p.Hint))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// excerptWidth is how many characters of a source line are shown.
const excerptWidth = 100

// excerpt returns the part of the source line around the column, and a caret
// that stands below the column.
func excerpt(p Problem) (source, caret string) {
	if strings.TrimSpace(p.Source) == "" || p.Line == 0 {
		return "", ""
	}
	line := []rune(clean(strings.ReplaceAll(p.Source, "\t", " ")))
	at := min(max(p.Col, 1), len(line)+1) - 1
	from := 0
	if len(line) > excerptWidth && at > excerptWidth-20 {
		from = min(at-excerptWidth/2, len(line)-excerptWidth)
	}
	to := min(len(line), from+excerptWidth)
	before, after := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(line) {
		after = "…"
	}
	indent := cells(before) + cells(string(line[from:at]))
	return before + string(line[from:to]) + after, strings.Repeat(" ", indent) + "^"
}

// wide are the characters that take two cells of a terminal: the wide and
// fullwidth ones of Unicode Standard Annex #11, by their main blocks.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, {Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}

// cells is how many cells of a terminal a text takes.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// clean keeps control characters of content out of the terminal: those that
// move the cursor or change colours, and those that turn the direction of
// text around.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

func writeJSON(w io.Writer, list List) error {
	type entry struct {
		Path     string `json:"path"`
		Line     int    `json:"line"`
		Col      int    `json:"col"`
		Severity string `json:"severity"`
		Rule     string `json:"rule"`
		Message  string `json:"message"`
		Source   string `json:"source,omitempty"`
		Hint     string `json:"hint,omitempty"`
	}
	entries := make([]entry, len(list))
	for i, p := range list {
		entries[i] = entry{p.Path, p.Line, p.Col, p.Severity.String(), p.Rule, p.Message, p.Source, p.Hint}
	}
	return encode(w, entries)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeGitHub prints workflow commands, escaped as GitHub Actions' toolkit
// documents: % CR LF in messages, : and , as well in properties. The hint is
// the annotation's second line.
func writeGitHub(w io.Writer, list List) error {
	message := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range list {
		text := message.Replace(p.Message)
		if p.Hint != "" {
			text += "%0A" + message.Replace(p.Hint)
		}
		place := "file=" + property.Replace(p.Path)
		if p.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d", p.Line, max(p.Col, 1))
		}
		// What is a control character still would reach whoever reads the log.
		command := clean(fmt.Sprintf("::%s %s,title=%s::%s", p.Severity, place, property.Replace(p.Rule), text))
		if _, err := io.WriteString(w, command+"\n"); err != nil {
			return err
		}
	}
	return nil
}
