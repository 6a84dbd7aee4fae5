package compare

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"

	"indigex.com/indigex/policy"
)

// rawBlock writes the text of a block of raw HTML.
func (w *writer) rawBlock(n *ast.HTMLBlock) {
	var source []byte
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		source = append(source, line.Value(w.src)...)
	}
	if n.HasClosure() {
		source = append(source, n.ClosureLine.Value(w.src)...)
	}
	w.begin(policy.BlockParagraph)
	r := rawReader{writer: w, source: html.NewTokenizer(bytes.NewReader(source))}
	for r.next() {
	}
	w.href = ""
	w.flush()
}

// A rawReader writes the text of raw HTML.
type rawReader struct {
	*writer
	source *html.Tokenizer
	// level and id are those of the heading around, hidden is the element
	// around that readers never see.
	level  int
	id     string
	hidden string
	cell   bool
}

func (r *rawReader) next() bool {
	switch r.source.Next() {
	case html.ErrorToken:
		return false
	case html.TextToken:
		if r.hidden == "" {
			r.write(r.source.Text())
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		r.open(r.source.Token())
	case html.EndTagToken:
		name, _ := r.source.TagName()
		r.end(string(name))
	}
	return true
}

func (r *rawReader) open(tag html.Token) {
	switch tag.Data {
	case "script", "style", "template", "title":
		r.hidden = tag.Data
	case "a":
		r.href = attribute(tag, "href")
	case "img":
		r.image(tag)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		r.begin(policy.BlockHeading)
		r.level, r.id = int(tag.Data[1]-'0'), attribute(tag, "id")
	case "li":
		r.begin(policy.BlockItem)
	case "tr":
		r.begin(policy.BlockRow)
		r.cell = false
	case "td", "th":
		if r.cell {
			r.cells, r.space = r.cells+1, false
		}
		r.cell = true
	default:
		r.boundary(tag.Data)
	}
}

func (r *rawReader) end(name string) {
	switch name {
	case r.hidden:
		r.hidden = ""
	case "a":
		r.href = ""
	case "h1", "h2", "h3", "h4", "h5", "h6":
		if r.level > 0 {
			r.heading(r.level, r.id)
			r.level = 0
		}
	case "td", "th":
	default:
		r.boundary(name)
	}
}

// boundary ends the block where an element begins or ends that is shown as
// one of its own.
func (r *rawReader) boundary(name string) {
	switch name {
	case "br":
		r.space = true
	case "p", "div", "ul", "ol", "li", "tr", "table", "thead", "tbody", "tfoot", "caption", "dl", "dt", "dd",
		"blockquote", "pre", "hr", "section", "article", "aside", "header", "footer", "nav", "main",
		"details", "summary", "figure", "figcaption", "form", "fieldset", "legend", "address", "center", "option":
		r.flush()
	}
}

func (w *writer) image(tag html.Token) {
	outer := w.href
	w.href = attribute(tag, "src")
	w.write([]byte(attribute(tag, "alt")))
	w.href = outer
}

func attribute(tag html.Token, name string) string {
	for _, a := range tag.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// rawInline reads a tag within a paragraph: it may be a link, an image or a
// line end, and is invisible itself.
func (w *writer) rawInline(n *ast.RawHTML) {
	var source strings.Builder
	for i := range n.Segments.Len() {
		segment := n.Segments.At(i)
		source.Write(segment.Value(w.src))
	}
	z := html.NewTokenizer(strings.NewReader(source.String()))
	z.Next()
	switch tag := z.Token(); {
	case tag.Data == "br":
		w.space = true
	case tag.Data == "a" && tag.Type == html.StartTagToken:
		w.href = attribute(tag, "href")
	case tag.Data == "a" && tag.Type == html.EndTagToken:
		w.href = ""
	case tag.Data == "img":
		w.image(tag)
	}
}
