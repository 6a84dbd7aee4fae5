package problem_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"indigex.com/indigex/build/problem"
)

// sample has a problem of each severity and of each kind of place.
func sample() problem.List {
	return problem.List{
		{
			Path: "sites/shop/cables/index.md", Line: 3, Col: 1, Rule: "unknown-key",
			Message: `key "tilte" is not known here`, Source: "tilte: Cables", Hint: `did you mean "title"?`,
		},
		{Path: "sites/shop", Rule: "not-found-page", Message: "the site has no 404.md", Severity: problem.Warning},
		{Path: "templates/assets/site.css", Line: 12, Rule: "assets", Message: "style can't be read", Severity: problem.Notice},
	}
}

func written(t *testing.T, format, dir string, list problem.List, colour bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := problem.Write(&b, format, dir, list, colour); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	want := `content/sites/shop/cables/index.md:3:1: key "tilte" is not known here
     3 | tilte: Cables
       | ^
  hint: did you mean "title"?
content/sites/shop: warning: the site has no 404.md
templates/assets/site.css:12:1: notice: style can't be read
`
	if got := written(t, problem.Text, "content", sample(), false); got != want {
		t.Errorf("text:\n%s\nwant:\n%s", got, want)
	}
}

func TestColour(t *testing.T) {
	got := written(t, problem.Text, "content", sample(), true)
	want := "\x1b[1mcontent/sites/shop/cables/index.md:3:1:\x1b[0m \x1b[31mkey \"tilte\" is not known here\x1b[0m\n"
	if !strings.HasPrefix(got, want) {
		t.Errorf("text begins:\n%q\nwant:\n%q", got, want)
	}
	plain := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[2m", "", "\x1b[31m", "", "\x1b[33m", "").Replace(got)
	if without := written(t, problem.Text, "content", sample(), false); plain != without {
		t.Errorf("colour changes the words:\n%s\nwant:\n%s", plain, without)
	}
	for line := range strings.Lines(got) {
		if end := strings.LastIndex(line, "\x1b["); end >= 0 && !strings.HasPrefix(line[end:], "\x1b[0m") {
			t.Errorf("a colour stays on behind %q", line)
		}
	}
}

// TestCaret looks at the two lines of the excerpt: the caret stands in the
// cell of the terminal in which the character of the column begins.
func TestCaret(t *testing.T) {
	long := strings.Repeat("abcdefghi ", 30)
	for _, c := range []struct {
		name          string
		source        string
		line, col     int
		text, pointer string
	}{
		{"first column", "title: Cables", 2, 1, "     2 | title: Cables", "       | ^"},
		{"no column", "title: Cables", 2, 0, "     2 | title: Cables", "       | ^"},
		{"within", "title: Cables", 2, 8, "     2 | title: Cables", "       |        ^"},
		{"last column", "title: Cables", 2, 13, "     2 | title: Cables", "       |             ^"},
		{"behind the end", "title:", 2, 7, "     2 | title:", "       |       ^"},
		{"far behind the end", "title:", 2, 70, "     2 | title:", "       |       ^"},
		{"indented", "    alt: x", 2, 10, "     2 |     alt: x", "       |          ^"},
		{"tabs", "\t\talt: x", 2, 3, "     2 |   alt: x", "       |   ^"},
		{"tab within", "a\tb\tc", 2, 5, "     2 | a b c", "       |     ^"},
		{"letters beyond ASCII", "größe: Ω5", 2, 8, "     2 | größe: Ω5", "       |        ^"},
		{"combining marks", "e\u0301te\u0301 x", 2, 7, "     2 | e\u0301te\u0301 x", "       |     ^"},
		{"wide letters", "題名: x", 2, 5, "     2 | 題名: x", "       |       ^"},
		{"emoji", "\U0001F50A x", 2, 3, "     2 | \U0001F50A x", "       |    ^"},
		{"a high line number", "x: y", 123456, 4, "  123456 | x: y", "         |    ^"},
		{"a line that fits", long[:95], 2, 93, "     2 | " + long[:95], "       | " + strings.Repeat(" ", 92) + "^"},
		{"a line that just fits", long[:100], 2, 99, "     2 | " + long[:100], "       | " + strings.Repeat(" ", 98) + "^"},
		{"the start of a long line", long, 2, 5, "     2 | " + long[:100] + "…", "       |     ^"},
		{"the middle of a long line", long, 2, 151, "     2 | …" + long[100:200] + "…", "       | " + strings.Repeat(" ", 51) + "^"},
		{"the end of a long line", long, 2, 299, "     2 | …" + long[200:], "       | " + strings.Repeat(" ", 99) + "^"},
	} {
		list := problem.List{{Path: "a.md", Line: c.line, Col: c.col, Message: "m", Source: c.source}}
		lines := strings.Split(written(t, problem.Text, "content", list, false), "\n")
		if len(lines) != 4 {
			t.Errorf("%s: %d lines, want 4", c.name, len(lines))
			continue
		}
		if lines[1] != c.text || lines[2] != c.pointer {
			t.Errorf("%s:\n%s\n%s\nwant:\n%s\n%s", c.name, lines[1], lines[2], c.text, c.pointer)
		}
	}
}

// TestNoExcerpt leaves the source line out where it would say nothing.
func TestNoExcerpt(t *testing.T) {
	for _, p := range []problem.Problem{
		{Path: "a.md", Line: 4, Col: 1, Message: "m"},
		{Path: "a.md", Line: 4, Col: 1, Message: "m", Source: " \t "},
		{Path: "a.md", Message: "m", Source: "the whole file is meant"},
	} {
		got := written(t, problem.Text, "content", problem.List{p}, false)
		if strings.Count(got, "\n") != 1 {
			t.Errorf("%+v is written as\n%s", p, got)
		}
	}
}

// attacks are what a file's name or text may try on whoever reads of it.
var attacks = []string{
	"\x1b[2J\x1b[31mall fine", // clears the screen
	"\x1b]0;title\x07",        // renames the window
	"fine\rwrong",             // writes over the line
	"\u009b2J",                // the same in one character
	"\x9b2J",                  // and in one byte
	"a\x00b\x08\x7f",          // NUL, backspace, delete
	"\u202etxt.exe\u202c",     // turns the direction of text around
	"\u2067x\u2069",           // isolates
	"one\ntwo",                // a line of its own
	"one\u0085two",            // next line
}

// TestControl holds that no control character of content is written, in any
// field, in the formats that people read in a terminal or a log.
func TestControl(t *testing.T) {
	for _, attack := range attacks {
		list := problem.List{
			{Path: attack, Message: "m", Rule: "r"},
			{Path: "a.md", Line: 1, Col: 1, Message: attack, Rule: "r"},
			{Path: "a.md", Line: 1, Col: 4, Message: "m", Source: attack, Rule: "r"},
			{Path: "a.md", Line: 1, Col: 1, Message: "m", Hint: attack, Rule: "r"},
			{Path: "a.md", Message: "m", Rule: attack},
		}
		for _, format := range []string{problem.Text, problem.GitHub} {
			got := written(t, format, "content", list, false)
			if i := strings.IndexFunc(got, dangerous); i >= 0 {
				t.Errorf("%s writes %q with a control character:\n%q", format, attack, got)
			}
		}
		if lines := strings.Count(written(t, problem.GitHub, "content", list, false), "\n"); lines != len(list) {
			t.Errorf("github writes %q in %d lines, want %d", attack, lines, len(list))
		}
	}
}

func dangerous(r rune) bool {
	return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

func TestJSON(t *testing.T) {
	list := append(sample(), problem.Problem{
		Path: "sites/a/<b> & c.md", Line: 7, Col: 2, Rule: "raw-html", Severity: problem.Warning,
		Message: "HTML \"<b>\" is shown as text\u2028", Source: "\x1b<b>größe</b>\t", Hint: "write **words**",
	})
	type entry struct {
		Path     string `json:"path"`
		Line     int    `json:"line"`
		Col      int    `json:"col"`
		Severity string `json:"severity"`
		Rule     string `json:"rule"`
		Message  string `json:"message"`
		Source   string `json:"source"`
		Hint     string `json:"hint"`
	}
	text := written(t, problem.JSON, ".", list, false)
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var entries []entry
	if err := decoder.Decode(&entries); err != nil {
		t.Fatal(err)
	}
	severities := map[string]problem.Severity{"error": problem.Error, "warning": problem.Warning, "notice": problem.Notice}
	var back problem.List
	for _, e := range entries {
		back = append(back, problem.Problem{
			Path: e.Path, Line: e.Line, Col: e.Col, Severity: severities[e.Severity], Rule: e.Rule,
			Message: e.Message, Source: e.Source, Hint: e.Hint,
		})
	}
	if !slices.Equal(back, list) {
		t.Errorf("read back:\n%+v\nwant:\n%+v", back, list)
	}
	if !strings.Contains(text, `<b>größe</b>`) {
		t.Errorf("HTML is escaped beyond need:\n%s", text)
	}
}

// TestNone holds that machines find a list where there are no problems.
func TestNone(t *testing.T) {
	for format, want := range map[string]string{problem.Text: "", problem.GitHub: "", problem.JSON: "[]\n"} {
		if got := written(t, format, "content", nil, true); got != want {
			t.Errorf("%s of no problems is %q, want %q", format, got, want)
		}
	}
}

func TestGitHub(t *testing.T) {
	for _, c := range []struct {
		name string
		p    problem.Problem
		want string
	}{
		{"a place and a hint", sample()[0], `::error file=content/sites/shop/cables/index.md,line=3,col=1,title=unknown-key::key "tilte" is not known here%0Adid you mean "title"?`},
		{"a whole file", sample()[1], "::warning file=content/sites/shop,title=not-found-page::the site has no 404.md"},
		{"a line without a column", sample()[2], "::notice file=templates/assets/site.css,line=12,col=1,title=assets::style can't be read"},
		{"per cent", problem.Problem{Path: "100%.md", Rule: "r", Message: "5 % of %0A"}, "::error file=content/100%25.md,title=r::5 %25 of %250A"},
		{"line ends", problem.Problem{Path: "a.md", Rule: "r", Message: "one\r\ntwo\n::error::three", Hint: "four\nfive"}, "::error file=content/a.md,title=r::one%0D%0Atwo%0A::error::three%0Afour%0Afive"},
		{"commas and colons", problem.Problem{Path: "a,b:c.md", Rule: "r,s:t", Message: "u, v: w"}, "::error file=content/a%2Cb%3Ac.md,title=r%2Cs%3At::u, v: w"},
	} {
		if got := written(t, problem.GitHub, "content", problem.List{c.p}, false); got != c.want+"\n" {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

// TestPaths says below what a problem's path stands.
func TestPaths(t *testing.T) {
	for _, c := range []struct{ dir, path, want string }{
		{"content", "sites/a/x.md", "content/sites/a/x.md:1:1: m\n"},
		{"./content/", "sites/a/x.md", "content/sites/a/x.md:1:1: m\n"},
		{".", "sites/a/x.md", "sites/a/x.md:1:1: m\n"},
		{"../other", "provider.yaml", "../other/provider.yaml:1:1: m\n"},
		{"/srv/content", "provider.yaml", "/srv/content/provider.yaml:1:1: m\n"},
		{"content", "templates/assets/site.css", "templates/assets/site.css:1:1: m\n"},
	} {
		list := problem.List{{Path: c.path, Line: 1, Col: 1, Message: "m"}}
		if got := written(t, problem.Text, c.dir, list, false); got != c.want {
			t.Errorf("%s below %s is %q, want %q", c.path, c.dir, got, c.want)
		}
		if list[0].Path != c.path {
			t.Errorf("writing changed the caller's list: %q", list[0].Path)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	var b bytes.Buffer
	err := problem.Write(&b, "xml", "content", sample(), false)
	if err == nil || err.Error() != `format "xml" is not known` || b.Len() > 0 {
		t.Errorf("error %v, %d bytes", err, b.Len())
	}
	for _, format := range problem.Formats() {
		if err := problem.Write(&b, format, "content", sample(), false); err != nil {
			t.Errorf("format %s: %v", format, err)
		}
	}
}

var errDisk = errors.New("disk is full")

// full is a writer without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errDisk }

func TestWriteFails(t *testing.T) {
	for _, format := range problem.Formats() {
		if err := problem.Write(full{}, format, "content", sample(), false); !errors.Is(err, errDisk) {
			t.Errorf("format %s: error %v, want %v", format, err, errDisk)
		}
	}
}

// FuzzWrite holds that whatever content says, text for people has no control
// characters, and JSON and SARIF are valid.
func FuzzWrite(f *testing.F) {
	for i, attack := range attacks {
		f.Add(attack, i, 3, "message", "source", "hint")
		f.Add("a.md", 1, i, attack, attack, attack)
	}
	f.Fuzz(func(t *testing.T, path string, line, col int, message, source, hint string) {
		list := problem.List{{Path: path, Line: max(line, 0), Col: col, Rule: "r", Message: message, Source: source, Hint: hint}}
		for _, format := range []string{problem.Text, problem.GitHub} {
			if got := written(t, format, "content", list, false); strings.ContainsFunc(got, dangerous) {
				t.Errorf("%s has a control character: %q", format, got)
			}
		}
		for _, format := range []string{problem.JSON, problem.SARIF} {
			if got := written(t, format, "content", list, false); !json.Valid([]byte(got)) {
				t.Errorf("%s is not valid JSON: %s", format, got)
			}
		}
	})
}
