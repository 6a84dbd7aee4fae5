package markdown

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the expected output of testdata anew")

// Each file in testdata shows a feature: the Markdown, and beside it the
// HTML with its gaps, the table of contents, and the problems.
func TestFeatures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("no features", err)
	}
	c := New()
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".md"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := show(c.Compile(src, 0))
			golden := strings.TrimSuffix(file, ".md") + ".html"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
			}
		})
	}
}

// show writes a document for a reader.
func show(doc Document) []byte {
	var b bytes.Buffer
	from := 0
	for _, gap := range doc.Gaps {
		b.Write(doc.HTML[from:gap.Offset])
		kind := "{{link %s}}"
		if gap.Kind == ImageGap {
			kind = " {{image %s}}"
		}
		fmt.Fprintf(&b, kind, gap.Target)
		from = gap.Offset
	}
	b.Write(doc.HTML[from:])
	if len(doc.Headings) > 0 {
		b.WriteString("\n=== contents\n")
	}
	for _, h := range doc.Headings {
		fmt.Fprintf(&b, "%d: %s#%s %s\n", h.Line, strings.Repeat("  ", h.Level-1), h.ID, h.HTML)
	}
	if len(doc.Problems) > 0 {
		b.WriteString("\n=== problems\n")
	}
	for _, p := range doc.Problems {
		fmt.Fprintf(&b, "%d:%d: %s: %s (%s)\n    %s\n", p.Line, p.Col, p.Severity, p.Message, p.Rule, p.Source)
		if p.Hint != "" {
			fmt.Fprintf(&b, "    %s\n", p.Hint)
		}
	}
	return b.Bytes()
}

// Each text has a ⌖ where its one gap or problem is to be found.
func TestPlaces(t *testing.T) {
	tests := []struct{ name, text string }{
		{"link", "See ⌖[power](power.md).\n"},
		{"second line", "One\ntwo ⌖[three](b.md)\n"},
		{"not ASCII before it", "Größe … 🎛 ⌖[x](b.md)\n"},
		{"tab before it", "a\tb\t⌖[x](b.md)\n"},
		{"CRLF", "One\r\n\r\ntwo ⌖[x](b.md)\r\n"},
		{"CRLF in a paragraph", "One\r\ntwo\r\nthree ⌖[x](b.md)\r\nfour\r\n"},
		{"byte order mark", "\ufeff⌖[x](b.md)\n"},
		{"list", "- one\n- two ⌖[x](b.md)\n"},
		{"list within a list", "- one\n  - two\n\n    three ⌖[x](b.md)\n"},
		{"list indented by tabs", "-\tone\n\n\ttwo ⌖[x](b.md)\n"},
		{"task", "- [ ] ⌖[x](b.md)\n"},
		{"quotation", "> one\n> two ⌖[x](b.md)\n"},
		{"lazy quotation", "> one\ntwo ⌖[x](b.md)\n"},
		{"callout", "> [!NOTE]\n> two ⌖[x](b.md)\n"},
		{"title of a callout", "> [!NOTE] Own ⌖[x](b.md)\n> two\n"},
		{"table", "| a | b |\n|---|---|\n| c | d ⌖[x](b.md) |\n"},
		{"head of a table", "| a | ⌖[x](b.md) |\n|---|---|\n| c | d |\n"},
		{"table after an escaped pipe", "| a | b |\n|---|---|\n| c \\| ü | ⌖[x](b.md) |\n"},
		{"definition", "Term\n: text ⌖[x](b.md)\n"},
		{"term", "A ⌖[x](b.md)\n: text\n"},
		{"footnote", "Text[^1].\n\n[^1]: Note ⌖[x](b.md)\n\nLast.\n"},
		{"use of a reference", "Text\n⌖[x][ref] text\n\n[ref]: b.md\n"},
		{"short reference", "Text ⌖[ref].\n\n[ref]: b.md\n"},
		{"heading", "## One ⌖[x](b.md)\n"},
		{"underlined heading", "One\n⌖[x](b.md)\n---\n"},
		{"within emphasis", "*one **two ⌖[x](b.md)***\n"},
		{"text of the link on two lines", "one ⌖[x\ny](b.md)\n"},
		{"image", "One ⌖![x](b.png)\n"},
		{"figure", "One\n\n⌖![x](b.png \"T\")\n"},
		{"after code", "```\na\nb\n```\n\n⌖[x](b.md)\n"},

		{"scheme", "One <b\u00fc ⌖[x](javascript:x)\n"},
		{"bare scheme", "One ⌖<javascript:x>\n"},
		{"raw block", "One\n\n⌖<div>\nx\n</div>\n"},
		{"raw block in a list", "- one\n\n  ⌖<div>x</div>\n"},
		{"raw inline", "One ü ⌖<b>two</b>\n"},
		{"first heading", "⌖# One\n"},
		{"skipped level", "## One\n\nText\n\n⌖#### Two\n"},
		{"skipped level in a quotation", "## One\n\n> text\n>\n> ⌖#### Two\n"},
		{"underlined first heading", "Text\n\n⌖One\n===\n"},
		{"empty heading", "Text\n\n⌖##\n"},
		{"attribute", "## Größe {#a ⌖style=\"x\"}\n"},
		{"id used twice", "## One {#a}\n\n## Two ⌖{#a}\n"},
		{"unknown callout", "Text\n\n> ⌖[!NOT]\n> text\n"},
		{"unknown language", "Text\n\n- one\n\n  ```⌖golagn\n  x\n  ```\n"},
		{"empty link", "One\ntwo ⌖[x]()\n"},
		{"image of another host", "One\ntwo ⌖![x](http://a.example/b.png)\n"},
	}
	c := New()
	for _, head := range []string{"", "---\ntitle: Größe\n---\n"} {
		for _, tt := range tests {
			if head != "" && strings.HasPrefix(tt.text, "\ufeff") {
				continue
			}
			t.Run(tt.name, func(t *testing.T) {
				before, after, ok := strings.Cut(head+tt.text, "⌖")
				if !ok {
					t.Fatal("no mark")
				}
				want := expected(before)
				doc := c.Compile([]byte(before+after), len(head))
				got := places(doc)
				if len(got) != 1 || got[0] != want {
					t.Errorf("%q: got %v, want %v; problems %v", tt.text, got, want, doc.Problems)
				}
			})
		}
	}
}

// expected is the place behind a text.
func expected(before string) [2]int {
	lines := strings.Split(strings.TrimPrefix(before, "\ufeff"), "\n")
	return [2]int{len(lines), len([]rune(lines[len(lines)-1])) + 1}
}

func places(doc Document) (places [][2]int) {
	for _, g := range doc.Gaps {
		places = append(places, [2]int{g.Line, g.Col})
	}
	for _, p := range doc.Problems {
		places = append(places, [2]int{p.Line, p.Col})
	}
	return places
}

func TestDocument(t *testing.T) {
	const src = "---\ntitle: x\n---\n## A *first* heading[^1]\n\n" +
		"It's *plain*,\n\"quoted\" `text`[^1] & <https://a.example>.\n\nMore.\n\n[^1]: A note.\n"
	doc := New().Compile([]byte(src), strings.Index(src, "##"))
	if want := "It’s plain, “quoted” text & https://a.example."; doc.Excerpt != want {
		t.Errorf("excerpt %q, want %q", doc.Excerpt, want)
	}
	if doc.Words != 11 {
		t.Errorf("%d words, want 11", doc.Words)
	}
	if html := string(doc.HTML[doc.Headings[0].Start:doc.Headings[0].End]); !strings.HasPrefix(html, `<h2 id="a-first-heading">`) || !strings.HasSuffix(html, "</h2>\n") {
		t.Errorf("the heading's element is %q", html)
	}
	doc.Headings[0].End = 0
	if want := []Heading{{Level: 2, ID: "a-first-heading", HTML: "A <em>first</em> heading", Line: 4}}; !reflect.DeepEqual(doc.Headings, want) {
		t.Errorf("headings %v, want %v", doc.Headings, want)
	}
	if want := []string{"a-first-heading", "fnref:1", "fnref:1-2", "fn:1"}; !reflect.DeepEqual(doc.Anchors, want) {
		t.Errorf("anchors %v, want %v", doc.Anchors, want)
	}
	if doc.Code {
		t.Error("there is no highlighted code")
	}
}

// A document keeps nothing of the source or of the page that it was made in.
func TestDocumentsAreIndependent(t *testing.T) {
	c := New()
	files, err := filepath.Glob("testdata/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var docs []Document
			var shown [][]byte
			for _, file := range files {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Error(err)
					return
				}
				docs = append(docs, c.Compile(src, 0))
				shown = append(shown, show(docs[len(docs)-1]))
				clear(src)
			}
			for i, doc := range docs {
				if !bytes.Equal(show(doc), shown[i]) {
					t.Errorf("%s: document has changed after it was made", files[i])
				}
			}
		})
	}
	group.Wait()
}

func TestStartOutsideOfTheFile(t *testing.T) {
	c := New()
	for _, start := range []int{-1, 3, 4} {
		if doc := c.Compile([]byte("abc"), start); start > 0 && len(doc.HTML) > 0 {
			t.Errorf("start %d: got %s", start, doc.HTML)
		}
	}
}

func TestInvalidUTF8(t *testing.T) {
	doc := New().Compile([]byte("One\n\ntw\xff\xfeo\n"), 0)
	if got, want := string(doc.HTML), "<p>One</p>\n<p>tw\ufffdo</p>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if p := doc.Problems; len(p) != 1 || p[0].Line != 3 || p[0].Col != 3 || p[0].Rule != "encoding" {
		t.Errorf("problems %v", p)
	}
}

func TestBodyThatBeginsWithinALine(t *testing.T) {
	const src = "é: x [a](b.md)\n[c](d.md)\n"
	got := places(New().Compile([]byte(src), strings.Index(src, "x")))
	if want := [][2]int{{1, 6}, {2, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The parser calls itself for each quotation within a quotation: a line may
// not make it do so without end.
func TestNesting(t *testing.T) {
	for _, mark := range []string{">", "> ", "- ", "1. ", "* - "} {
		doc := New().Compile([]byte("One\n\n"+strings.Repeat(mark, 50_000)+"x\n\nlast\n"), 0)
		if len(doc.Problems) != 1 || doc.Problems[0].Rule != "nesting" || doc.Problems[0].Line != 3 {
			t.Errorf("%q: problems %.200v", mark, doc.Problems)
		}
		if got := string(doc.HTML); got != "<p>One</p>\n" {
			t.Errorf("%q: got %.200s", mark, got)
		}
	}
	harmless := "> > - deep\n\n```\n" + strings.Repeat("+-", 300) + "\n```\n\n" + strings.Repeat("-", 300) + "\n"
	if doc := New().Compile([]byte(harmless), 0); len(doc.Problems) > 0 {
		t.Errorf("problems %v", doc.Problems)
	}
}

// A heading is written twice, for the page and for its contents; what is
// wrong with it is said once.
func TestProblemsOfAHeadingAreReportedOnce(t *testing.T) {
	doc := New().Compile([]byte("## A <b> [c](javascript:d) ![](e.png) [^f]\n\n[^g]: h\n"), 0)
	rules := map[string]int{}
	for _, p := range doc.Problems {
		rules[p.Rule]++
	}
	if want := map[string]int{"raw-html": 1, "link-scheme": 1, "image-alt": 1, "footnote": 2}; !reflect.DeepEqual(rules, want) {
		t.Errorf("got %v, want %v", rules, want)
	}
}
