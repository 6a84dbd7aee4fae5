package templates_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// TestWhatComparisonsSay holds the sentences above a redline and inside it.
func TestWhatComparisonsSay(t *testing.T) {
	text := words(t, render(t, comparisonPage(t, site(t, brands()[0]))))
	for _, want := range []string{
		"In short We say how long we keep our logs. Change: You can say no",
		"Your choices that this concerns Offers by email Newsletter about products",
		"8 words added, 5 words removed, and 3 links changed, in 4 of 8 sections.",
		"“Acme” became “Apex” 12 times.",
		"“2. Logs” was called “3. Log data” and moved: it stood after “2. Consent”.",
		"“5. Gone” is now part of “3. Consent”.",
		"“4. Mail” was part of “2. Consent”.",
		"“3. Consent” was “2. Consent”.",
		"2 sections unchanged: the beginning and “1. Preamble”",
		"The link “contact” now leads to /b instead of /a.", "“new” is a link now, to /c.", "“old” is no longer a link; it led to /d.",
		"3 paragraphs and 1 item unchanged", "1 paragraph changed only as said above",
		"order removed: news, end of removal, added: letters, end of addition,",
		"Moved here from “3. Log data”: added: From elsewhere., end of addition,",
		"Moved to “2. Logs”: removed: To elsewhere., end of removal,",
		"Version 1 as it was",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "“may”") {
		t.Error("a replacement that occurs twice is told as if it were frequent")
	}
}

func TestSame(t *testing.T) {
	p := comparisonPage(t, site(t, brands()[0]))
	p.Comparison.Comparison = policy.Comparison{Same: true, Sections: changed().Sections[:2]}
	text := words(t, render(t, p))
	if !strings.Contains(text, "Both texts say the same, in the same order") || strings.Contains(text, "What changed in the text") {
		t.Errorf("not said plainly that nothing changed:\n%s", text)
	}
}

// TestRewritten shows that a text that is mostly new is told by its sections,
// with the redline behind a fold.
func TestRewritten(t *testing.T) {
	p := comparisonPage(t, site(t, brands()[0]))
	p.Comparison.Rewritten = true
	page := render(t, p)
	text := words(t, page)
	for _, want := range []string{
		"New sections 4. Mail 4 words", "Sections that are gone 5. Gone 2 words",
		"Sections that stayed Before the first heading unchanged 1. Preamble unchanged", "3. Consent 3 words added, 3 removed",
		"The two texts, word by word",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if !bytes.Contains(page, []byte(`<details class="word-by-word">`)) {
		t.Error("the redline of a rewritten text stands open")
	}
}

// TestRedlineStructure holds what assistive technology relies on: each ins
// and del says in words what it is, once; each details has a summary first;
// lists hold items alone; what is there for the eye alone has no id and
// nothing to focus.
func TestRedlineStructure(t *testing.T) {
	for _, rewritten := range []bool{false, true} {
		p := comparisonPage(t, site(t, brands()[0]))
		p.Comparison.Rewritten = rewritten
		root, err := html.Parse(bytes.NewReader(render(t, p)))
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]int{}
		inspectRedline(t, root, false, counts)
		if counts["ins"] < 10 || counts["del"] < 6 || counts["details"] < 5 || counts["table"] < 3 {
			t.Errorf("too little to inspect: %v", counts)
		}
	}
}

func inspectRedline(t *testing.T, n *html.Node, hidden bool, counts map[string]int) {
	t.Helper()
	hidden = hidden || attributes(n)["aria-hidden"] == "true"
	counts[n.Data]++
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	switch first := n.FirstChild; {
	case hidden && (attributes(n)["id"] != "" || attributes(n)["href"] != ""):
		t.Errorf("%s for the eye alone has an id or can be focused", n.Data)
	case n.Data == "ins" && attributes(n.Parent)["class"] != "key" && !hidden:
		if s := text.String(); !strings.HasPrefix(s, "added: ") || !strings.HasSuffix(s, ", end of addition, ") {
			t.Errorf("ins does not say that it is one: %q", s)
		}
	case n.Data == "del" && attributes(n.Parent)["class"] != "key" && !hidden:
		if s := text.String(); !strings.HasPrefix(s, "removed: ") || !strings.HasSuffix(s, ", end of removal, ") {
			t.Errorf("del does not say that it is one: %q", s)
		}
	case n.Data == "details" && (first == nil || first.Data != "summary"):
		t.Error("details without a summary first")
	case n.Data == "ul":
		for c := range n.ChildNodes() {
			if c.Type == html.ElementNode && c.Data != "li" {
				t.Errorf("%s in a list", c.Data)
			}
		}
	}
	for c := range n.ChildNodes() {
		inspectRedline(t, c, hidden, counts)
	}
}

// TestRedlineKeepsTheTexts reads old and new text out of the page again.
func TestRedlineKeepsTheTexts(t *testing.T) {
	c := policy.Comparison{WordsChanged: 2, Sections: []policy.SectionComparison{{ID: "a", Title: "A", OldID: "a", OldTitle: "A", Level: 2, Status: policy.SectionChanged,
		Blocks: blocks(same(policy.BlockHeading, "A"), edited(policy.BlockParagraph, keep("one  "), del("two"), ins("three"), keep("< four"), ins(" & five")))}}}
	page := string(component(t, templates.Redline("a.md", "b.md", &c, "")))
	for _, want := range []string{
		`<p class="was" aria-hidden="true">one  <del>two</del>&lt; four</p>`,
		`<p>one  <del><span class="said">removed: </span>two<span class="said">, end of removal, </span></del><ins><span class="said">added: </span>three<span class="said">, end of addition, </span></ins>&lt; four<ins>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in:\n%s", want, page)
		}
	}
}

// TestRedline holds the page that is a file of its own against its golden
// file, and its policy against the style that it brings.
func TestRedline(t *testing.T) {
	c := changed()
	golden(t, "redline.html", component(t, templates.Redline("privacy@1", "privacy@2", &c, "del{color:red}")))

	page := component(t, templates.Redline("a", "b", &c, "p::after{content:'</style>'}\r\nq{}\r\x00"))
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var style, rules string
	for n := range root.Descendants() {
		switch {
		case n.Data == "style" && n.FirstChild != nil:
			style = n.FirstChild.Data
		case n.Data == "meta" && attributes(n)["http-equiv"] == "Content-Security-Policy":
			rules = attributes(n)["content"]
		case n.Data == "script" || n.Data == "link" || n.Data == "img":
			t.Errorf("%s in a page that needs nothing", n.Data)
		}
	}
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(rules, want) {
		t.Errorf("rules %q lack %s of style %q", rules, want, style)
	}
	if want := "p::after{content:'<\\/style>'}\nq{}\n\uFFFD"; style != want {
		t.Errorf("style %q, want %q", style, want)
	}
}

// TestRedlinePageStyle shows that the stylesheet for such a page is whole.
func TestRedlinePageStyle(t *testing.T) {
	style := string(stylesheet(t, "redline-page.css", ""))
	if strings.Contains(style, "@import") || strings.Contains(style, "url(") || !strings.Contains(style, ".said{") {
		t.Error("the stylesheet of redline pages needs other files, or lacks its rules")
	}
}
