package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// page uses most of the language.
const page = "\ufeff---\ntitle: not a word\n---\r\n" + `What stands **be**fore
the first  heading.

# 1. Choices *you* have {#choices .wide}

- *Mail* and [our form](/form "title")
- [x] asked
- [ ] not asked[^why]

  In a second paragraph.

  3. Third
  4. Fourth

| Cookie | Kept |  |
|:-------|-----:|--|
| **sid** |  | a day |
| only | | |

[^why]: Since nobody &mdash; not even \*we\* &mdash; knows.

Data
: What is *kept*

> [!TIP] In [short](/s)
> Ask.

> [!NOTE]
> Call.

![A map](map.svg "How data flows")

## HTML &amp; more

<table><tr><td>Left</td><td></td><td>Right</td></tr></table>
<!-- hidden --><script>hidden()</script>

A <a href="/x">link</a>,<br>a {% mark %}<!-- hidden --> and <https://a.example/b>.

` + "```go\nx :=  1\n\n\ty\n```\n" + `
soft` + "\u00ad" + `hyphen`

const pageText = `What stands before the first heading.
1. Choices you have
Mail and our form
[x] asked
[ ] not asked
In a second paragraph.
Third
Fourth
Cookie	Kept
sid		a day
only
Data
What is kept
In short
Ask.
Note
Call.
A map
How data flows
Since nobody — not even *we* — knows.
HTML & more
Left		Right
A link, a {% mark %} and https://a.example/b.
x := 1
y
softhyphen
`

func TestVisibleText(t *testing.T) {
	if got := Parse([]byte(page)).String(); got != pageText {
		t.Errorf("got:\n%s\nwant:\n%s", got, pageText)
	}
}

func TestSections(t *testing.T) {
	got := Parse([]byte(page + "\n## 2. Data\nx\n## Data {#data-2}\ny\n## Data\nz\n#### ?!\n")).Sections()
	want := []Section{
		{Title: "", Words: 6},
		{ID: "choices", Explicit: true, Level: 1, Title: "1. Choices you have", Words: 48},
		{ID: "html-more", Level: 2, Title: "HTML & more"},
		{ID: "data", Level: 2, Title: "2. Data", Text: "2. Data\nx\n"},
		{ID: "data-2", Explicit: true, Level: 2, Title: "Data", Text: "Data\ny\n"},
		{ID: "data-3", Level: 2, Title: "Data", Text: "Data\nz\n"},
		{ID: "section", Level: 4, Title: "?!", Text: "?!\n", Words: 1},
	}
	if len(got) != len(want) {
		t.Fatalf("%d sections: %+v", len(got), got)
	}
	for i, w := range want {
		g := got[i]
		if w.Text == "" {
			w.Text = g.Text
		}
		if w.Words == 0 {
			w.Words = g.Words
		}
		if g != w {
			t.Errorf("section %d is\n%+v, want\n%+v", i, g, w)
		}
	}
	var all strings.Builder
	for _, s := range got {
		all.WriteString(s.Text)
	}
	if !strings.HasPrefix(all.String(), pageText) {
		t.Errorf("the sections together are not the text:\n%s", all.String())
	}
}

// Each pair is written differently and read the same.
func TestFormattingIsInvisible(t *testing.T) {
	tests := []struct{ name, old, new string }{
		{"emphasis", "we *may* **keep** it", "we _may_ keep __it__"},
		{"bullets", "- a\n- b\n", "* a\n* b\n"},
		{"numbers of items", "1. a\n2. b\n", "1) a\n1) b\n"},
		{"loose list", "- a\n- b\n", "- a\n\n- b\n"},
		{"wraps", "one two three", "one\ntwo\nthree"},
		{"hard line end", "one two", "one  \ntwo"},
		{"line ends", "a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n"},
		{"old line ends", "a\n\nb", "a\r\rb"},
		{"byte-order mark", "a", "\ufeffa"},
		{"front matter", "a", "---\nversion: 2\n---\na"},
		{"spaces at ends", "a  b \n", "a b\n\n\n"},
		{"no-break space", "30 days", "30\u00a0days"},
		{"headings", "Title\n=====\na", "# Title #\na"},
		{"heading level", "## Title\na", "### Title\na"},
		{"table", "|a|b|\n|-|-|\n|c|d|", "| a | b |\n|:---|---:|\nc | d\n"},
		{"escapes", `\*a\* &amp; b`, "&#42;a&ast; & b"},
		{"links", "[a](/b)", "[a][c]\n\n[c]: /b 'title'"},
		{"code", "`a` b", "a b"},
		{"block of code", "```\na\n```", "    a"},
		{"comment", "a b", "a <!-- c --> b\n\n<!-- d -->"},
		{"tags", "a b", "<p>a <em>b</em></p>"},
		{"footnote name", "a[^1]\n\n[^1]: b", "a[^x]\n\n[^x]: b"},
		{"zero-width space", "ab", "a\u200bb"},
		{"paragraph cut in two", "We keep it. We share it.", "We keep it.\n\nWe share it."},
		{"paragraph to item", "We keep it for a year.", "- We keep it for a year."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, c := range both(test.old, test.new) {
				if !c.Same || c.WordsChanged != 0 || c.LinksChanged != 0 {
					t.Errorf("same %v, %d words, %d links: %s", c.Same, c.WordsChanged, c.LinksChanged, redline(c.Ops))
				}
			}
		})
	}
}

// A line that nests too deeply ends the markup, not the text.
func TestDeepNesting(t *testing.T) {
	deep := strings.Repeat("> ", 300) + "depth"
	got := Parse([]byte("# Title\n\n" + deep + "\n\n*after*")).String()
	want := "Title\n" + strings.TrimSpace(strings.Repeat("> ", 300)) + " depth\n*after*\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumbers(t *testing.T) {
	tests := map[string]string{
		"1. A b": "1.", "1.2.3 A": "1.2.3", "12 A": "12", "B. A b": "B.", "(iv) A": "(iv)", "IX) A": "IX)", "§ 5 A": "§ 5",
		"Article 7: A": "Article 7:", "Section B A": "Section B", "1. – A": "1. –", "a) A": "a)",
		"2024 in review": "", "A word": "", "I am": "", "Mixed. A": "", "1.": "", "": "", "Section": "", "Section five": "", "3D A": "", "(see A": "", "1.5x A": "",
	}
	for title, want := range tests {
		if got, rest := splitNumber(title); got != want || got == "" && rest != title {
			t.Errorf("%q has number %q and rest %q, want %q", title, got, rest, want)
		}
	}
}

func TestTokens(t *testing.T) {
	tests := map[string]string{
		"We don't sell.":              "We|don't|sell|.",
		"GitHub's and users' data":    "GitHub|'s|and|users|'|data",
		"opt-out, (U.S. law)":         "opt-out|,|(|U.S|.|law|)",
		"$4.50, 5 % or 1,000":         "$|4.50|,|5|%|or|1,000",
		"-5 or 13–16, 2026-03-01":     "-5|or|13–16|,|2026-03-01",
		"a@b.example and/or 30-day":   "a@b.example|and|/|or|30-day",
		"{% if %} “quoted”":           "{|%|if|%|}|“|quoted|”",
		"个人信息 the":                    "个|人|信|息|the",
		"x\u0301y n\u0303o ½ cup 1st": "x\u0301y|n\u0303o|½|cup|1st",
	}
	for text, want := range tests {
		var got []string
		for _, k := range tokenize(nil, text) {
			got = append(got, k.text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is %s, want %s", text, strings.Join(got, "|"), want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(page))
	f.Add([]byte("<h1 id=a>x</h1>\n[^1]: [^1]\n\na[^1]\n> [!TIP]\n"))
	f.Add([]byte("| a\n|-\n|\t|\n"))
	files, err := filepath.Glob("testdata/corpus/*/*.md")
	if err != nil || len(files) == 0 {
		f.Fatal("no corpus", err)
	}
	for _, name := range files[:3] {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		x := Parse(src)
		text := x.String()
		if !utf8.ValidString(text) {
			t.Fatalf("not UTF-8: %q", text)
		}
		if text != "" && !strings.HasSuffix(text, "\n") || strings.Contains("\n"+text, "\n\n") || strings.Contains(text, "  ") || strings.Contains(text, "\r") {
			t.Fatalf("not a block a line: %q", text)
		}
		ids := map[string]bool{}
		var all strings.Builder
		for _, s := range x.Sections() {
			if ids[s.ID] {
				t.Fatalf("section %q stands twice", s.ID)
			}
			ids[s.ID] = true
			all.WriteString(s.Text)
			if s.Words != len(strings.Fields(s.Text)) && !strings.ContainsFunc(s.Text, standsAlone) {
				t.Fatalf("%d words in %q", s.Words, s.Text)
			}
		}
		if all.String() != text {
			t.Fatalf("sections %q, text %q", all.String(), text)
		}
	})
}
