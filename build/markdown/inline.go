package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// inline writes an inline node.
func (p *page) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		p.textNode(n)
	case *ast.String:
		p.out = escape(p.out, n.Value)
	case *ast.CodeSpan:
		p.write("<code>")
		p.codeSpan(n)
		p.write("</code>")
	case *ast.Emphasis:
		if n.Level == 2 {
			p.enclose("<strong>", n, "</strong>")
		} else {
			p.enclose("<em>", n, "</em>")
		}
	case *extast.Strikethrough:
		if p.bare {
			p.blocks(n)
		} else {
			p.enclose("<del>", n, "</del>")
		}
	case *ast.Link:
		p.link(n)
	case *ast.AutoLink:
		p.autoLink(n)
	case *ast.Image:
		p.image(n)
	case *ast.RawHTML:
		p.rawInline(n)
	case *extast.FootnoteLink:
		p.footnoteMark(n)
	case *extast.FootnoteBacklink:
		p.backlink(n)
	case *extast.TaskCheckBox:
		if n.IsChecked {
			p.write(`<input type="checkbox" disabled checked aria-label="Done"> `)
		} else {
			p.write(`<input type="checkbox" disabled aria-label="To do"> `)
		}
	default:
		p.blocks(n)
	}
}

func (p *page) textNode(n *ast.Text) {
	if p.notes {
		p.checkMarks(n.Segment.Start, n.Segment.Stop)
	}
	if n.IsRaw() {
		p.out = escape(p.out, n.Segment.Value(p.src))
	} else {
		p.text(p.src, n.Segment.Start, n.Segment.Stop)
	}
	switch {
	case n.HardLineBreak() && !p.bare:
		p.endWord()
		p.write("<br>\n")
	case n.SoftLineBreak(), n.HardLineBreak():
		p.endWord()
		p.write("\n")
	}
}

func (p *page) codeSpan(n *ast.CodeSpan) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		segment := c.(*ast.Text).Segment
		value := segment.Value(p.src)
		if line, ok := bytes.CutSuffix(value, []byte("\n")); ok {
			p.out = append(escape(p.out, line), ' ')
			continue
		}
		p.out = escape(p.out, value)
	}
	p.inWord = true
}

func (p *page) rawInline(n *ast.RawHTML) {
	for i := range n.Segments.Len() {
		segment := n.Segments.At(i)
		value := segment.Value(p.src)
		if i == 0 {
			p.rawHTML(segment.Start, value)
		}
		p.out = escape(p.out, value)
	}
}

// plainWords appends the plain text of inline nodes, without escapes and markup,
// to an attribute.
func (p *page) plainWords(into []byte, parent ast.Node) []byte {
	for c := parent.FirstChild(); c != nil; c = c.NextSibling() {
		switch n := c.(type) {
		case *ast.Text:
			value := n.Segment.Value(p.src)
			if !n.IsRaw() {
				value = unescape(value)
			}
			into = attribute(into, bytes.ReplaceAll(value, []byte("\n"), []byte(" ")))
			if n.SoftLineBreak() || n.HardLineBreak() {
				into = append(into, ' ')
			}
		case *ast.String:
			into = attribute(into, n.Value)
		case *ast.AutoLink:
			into = attribute(into, n.Label(p.src))
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				segment := n.Segments.At(i)
				into = attribute(into, segment.Value(p.src))
			}
		case *extast.FootnoteLink:
		default:
			into = p.plainWords(into, c)
		}
	}
	return into
}
