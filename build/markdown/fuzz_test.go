package markdown

import (
	"bytes"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// FuzzCompile feeds arbitrary text. Whatever it is, the HTML is well-formed,
// holds nothing but the elements and attributes that the package writes, and
// the document's parts fit each other.
func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{"testdata/*.md", "testdata/bench/page.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal("no seeds", err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src, uint16(0))
		}
	}
	for _, code := range []string{"yaml\na: {b", "bash\n$($(\"${", "go\n\"\\", "js\n`${", "python\n\"\"\"", "toml\n[", "ini\n=", "sql\n/*", "diff\n-a", "html\n<p x=\"", "json\n{\"a\": -"} {
		f.Add([]byte("```"+code+"\n```\n"), uint16(0))
	}
	for _, text := range []string{"[^1]\n[^1]: [^1]", "> [!NOTE] [^1]\n[^1]: x", "|a|\n|-|\n|\\|", "<a\n", "[a]: javascript:x\n[a]", "a_b@c.d_", "www.", "://", "- [ ] http://a.b)", "## {#", "\x00\x01\x7f", "![![a](b)](c \"d\")", "[![a](b)](c)", "[http://a.b](c)", "[<http://a.b>](c)", "[[^1]](c)\n\n[^1]: x\n: y"} {
		f.Add([]byte(text), uint16(0))
	}
	c := New()
	f.Fuzz(func(t *testing.T, src []byte, start uint16) {
		at := min(int(start), len(src))
		doc := c.Compile(bytes.Clone(src), at)
		checkDocument(t, doc, src)
		ids := checkHTML(t, filled(t, doc))
		if !slices.Equal(ids, doc.Anchors) {
			t.Errorf("anchors %q, ids %q", doc.Anchors, ids)
		}
		for _, h := range doc.Headings {
			checkHTML(t, []byte("<p>"+h.HTML+"</p>"))
			if !slices.Contains(doc.Anchors, h.ID) {
				t.Errorf("heading %q is not among the anchors", h.ID)
			}
		}
	})
}

// checkDocument checks all but the HTML.
func checkDocument(t *testing.T, doc Document, src []byte) {
	lines := strings.Split(string(src), "\n")
	inside := func(line, col int) bool {
		return line >= 1 && line <= len(lines) && col >= 1 && col <= len(lines[line-1])+1
	}
	for _, g := range doc.Gaps {
		if !inside(g.Line, g.Col) {
			t.Errorf("gap at %d:%d of %d lines", g.Line, g.Col, len(lines))
		}
	}
	for _, p := range doc.Problems {
		if !inside(p.Line, p.Col) || p.Rule == "" || p.Message == "" || p.Path != "" {
			t.Errorf("problem %+v of %d lines", p, len(lines))
		}
		if utf8.Valid(src) && !strings.Contains(lines[p.Line-1], p.Source) {
			t.Errorf("problem shows %q, line %d is %q", p.Source, p.Line, lines[p.Line-1])
		}
	}
	if !slices.IsSorted(doc.Anchors) {
		sorted := slices.Sorted(slices.Values(doc.Anchors))
		if len(slices.Compact(sorted)) != len(doc.Anchors) {
			t.Errorf("anchors %q are not unique", doc.Anchors)
		}
	}
}

// filled returns the HTML with its gaps filled.
func filled(t *testing.T, doc Document) []byte {
	var b []byte
	from := 0
	for _, g := range doc.Gaps {
		if g.Offset < from || g.Offset > len(doc.HTML) {
			t.Fatalf("gap at %d, after one at %d, in %d bytes", g.Offset, from, len(doc.HTML))
		}
		b = append(b, doc.HTML[from:g.Offset]...)
		opening, text := `<a href="`, "x"
		if g.Kind == ImageGap {
			opening, text = "<img", ` src="x"`
		}
		if !bytes.HasSuffix(b, []byte(opening)) {
			t.Fatalf("gap after %q", b[max(0, len(b)-20):])
		}
		b = append(b, text...)
		from = g.Offset
	}
	return append(b, doc.HTML[from:]...)
}

// written are the elements that the package writes, with their attributes.
var written = map[string]string{
	"a": "href title rel class role aria-label", "aside": "class role aria-label", "blockquote": "", "br": "",
	"code": "class", "dd": "", "del": "", "div": "class role tabindex aria-label", "dl": "", "dt": "", "em": "",
	"figcaption": "", "figure": "", "h1": "id class", "h2": "id class", "h3": "id class", "h4": "id class",
	"h5": "id class", "h6": "id class", "hr": "", "img": "src alt title",
	"input": "type disabled checked aria-label", "li": "id", "ol": "start", "p": "class", "pre": "class tabindex",
	"section": "class role aria-label", "span": "class", "strong": "", "sup": "id", "table": "", "tbody": "",
	"td": "class", "th": "class scope", "thead": "", "tr": "", "ul": "",
}

// checkHTML checks that elements are written out, nest, and are ours. It
// returns their ids.
func checkHTML(t *testing.T, src []byte) (ids []string) {
	if !utf8.Valid(src) || bytes.ContainsFunc(src, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) {
		t.Errorf("not clean text: %q", src)
	}
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(src)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF || len(open) > 0 {
				t.Errorf("%v with %q open in %s", z.Err(), open, src)
			}
			return ids
		}
		token := z.Token()
		switch kind {
		case html.StartTagToken:
			ids = append(ids, checkTag(t, token, open)...)
			if !slices.Contains([]string{"br", "hr", "img", "input"}, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> with %q open in %s", token.Data, open, src)
			}
			open = open[:len(open)-1]
		case html.TextToken:
		default:
			t.Errorf("%v in %s", token, src)
		}
	}
}

// phrasing are the elements that may stand in a paragraph (HTML, section
// 3.2.5.2.5).
var phrasing = strings.Fields("a br code del em img input span strong sup")

func checkTag(t *testing.T, token html.Token, open []string) (ids []string) {
	allowed, ok := written[token.Data]
	if !ok {
		t.Errorf("element %v", token)
	}
	for _, outer := range open {
		inline := strings.Contains(" p h1 h2 h3 h4 h5 h6 dt figcaption a em strong del sup ", " "+outer+" ")
		if inline && !slices.Contains(phrasing, token.Data) || outer == "a" && token.Data == "a" {
			t.Errorf("<%s> within %q", token.Data, open)
		}
	}
	for _, a := range token.Attr {
		if !slices.Contains(strings.Fields(allowed), a.Key) {
			t.Errorf("attribute %s in %v", a.Key, token)
		}
		switch a.Key {
		case "id":
			ids = append(ids, a.Val)
		case "href":
			checkAddress(t, a.Val)
		}
	}
	return ids
}

func checkAddress(t *testing.T, address string) {
	scheme, _, _ := strings.Cut(strings.ToLower(address), ":")
	if address == "x" || strings.HasPrefix(address, "#") {
		return
	}
	if !slices.Contains([]string{"http", "https", "mailto", "tel"}, scheme) {
		t.Errorf("address %q", address)
	}
	if u, err := url.Parse(address); err == nil && strings.HasPrefix(scheme, "http") && u.Host == "" {
		t.Errorf("address %q has no host", address)
	}
}
