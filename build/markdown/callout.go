package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"indigex.com/indigex/build/problem"
)

// calloutKinds are the words in brackets that make a callout of a quotation,
// with their labels and classes.
var calloutKinds = [...]struct{ word, label, class string }{
	{"NOTE", "Note", "note"},
	{"TIP", "Tip", "tip"},
	{"IMPORTANT", "Important", "important"},
	{"WARNING", "Warning", "warning"},
	{"CAUTION", "Caution", "caution"},
}

// A calloutTitle is the first line of a callout: its children are the
// editor's own title. It is the first child of the quotation.
type calloutTitle struct {
	ast.BaseBlock
	kind int
}

var kindCalloutTitle = ast.NewNodeKind("CalloutTitle")

func (*calloutTitle) Kind() ast.NodeKind { return kindCalloutTitle }

func (n *calloutTitle) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// calloutWord returns the word of a line that begins with [!word], and where
// the rest of the line begins.
func calloutWord(line []byte) (word []byte, rest int) {
	if !bytes.HasPrefix(line, []byte("[!")) {
		return nil, 0
	}
	end := bytes.IndexByte(line, ']')
	if end < 3 || end > 20 || bytes.IndexFunc(line[2:end], func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }) >= 0 {
		return nil, 0
	}
	if rest = end + 1; rest < len(line) && line[rest] != ' ' && line[rest] != '\n' && line[rest] != '\t' {
		return nil, 0
	}
	return line[2:end], rest
}

// callouts takes the first line from the first paragraph of a quotation and
// makes it a callout's title.
type callouts struct{}

func (callouts) Transform(n *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote := n.Parent()
	if quote == nil || quote.Kind() != ast.KindBlockquote || n.PreviousSibling() != nil || n.Lines().Len() == 0 {
		return
	}
	first := n.Lines().At(0)
	word, rest := calloutWord(first.Value(reader.Source()))
	if word == nil || first.Padding > 0 {
		return
	}
	for kind, known := range calloutKinds {
		if !bytes.EqualFold(word, []byte(known.word)) {
			continue
		}
		title := &calloutTitle{kind: kind}
		own := text.NewSegment(first.Start+rest, first.Stop)
		own = own.TrimLeftSpace(reader.Source())
		if own = own.TrimRightSpace(reader.Source()); own.Len() > 0 {
			title.Lines().Append(own)
		}
		quote.InsertBefore(quote, n, title)
		n.Lines().SetSliced(1, n.Lines().Len())
		if n.Lines().Len() == 0 {
			quote.RemoveChild(quote, n)
		}
		return
	}
}

// quotation writes a quotation, or a callout. A callout's role is note, so
// that several of one kind are not taken for landmarks of the same name.
func (p *page) quotation(n *ast.Blockquote) {
	title, ok := n.FirstChild().(*calloutTitle)
	if !ok {
		p.checkCallout(n)
		p.enclose("<blockquote>\n", n, "</blockquote>\n")
		return
	}
	kind := calloutKinds[title.kind]
	p.write(`<aside class="callout callout-`)
	p.write(kind.class)
	p.write(`" role="note" aria-label="`)
	p.write(kind.label)
	p.write("\">\n")
	p.blocks(n)
	p.write("</aside>\n")
}

func (p *page) calloutTitle(n *calloutTitle) {
	p.write(`<p class="callout-title">`)
	if n.FirstChild() == nil {
		p.write(calloutKinds[n.kind].label)
		p.words++
	}
	p.blocks(n)
	p.flush()
	p.write("</p>\n")
}

// checkCallout reports a quotation that is meant as a callout.
func (p *page) checkCallout(n *ast.Blockquote) {
	paragraph, ok := n.FirstChild().(*ast.Paragraph)
	if !ok || paragraph.Lines().Len() == 0 {
		return
	}
	first := paragraph.Lines().At(0)
	word, _ := calloutWord(first.Value(p.src))
	if word == nil {
		return
	}
	var words []string
	for _, known := range calloutKinds {
		words = append(words, known.word)
	}
	hint := "a callout is NOTE, TIP, IMPORTANT, WARNING or CAUTION"
	if near := problem.Nearest(string(word), words); near != "" {
		hint = fmt.Sprintf("did you mean [!%s]?", near)
	}
	p.report(first.Start, problem.Warning, "callout", fmt.Sprintf("there is no callout %q", word), hint)
}
