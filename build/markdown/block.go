package markdown

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"indigex.com/indigex/build/problem"
)

// blocks writes the children of a node.
func (p *page) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		p.block(n)
	}
}

// block writes a block, or hands inline nodes on: an item of a list may hold
// either.
func (p *page) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		p.paragraph(n)
	case *ast.TextBlock:
		p.blocks(n)
		p.flush()
		if n.NextSibling() != nil && n.FirstChild() != nil {
			p.write("\n")
		}
	case *ast.Heading:
		p.heading(n)
	case *ast.List:
		p.list(n)
	case *ast.ListItem:
		p.listItem(n)
	case *ast.FencedCodeBlock:
		p.fenced(n)
	case *ast.CodeBlock:
		p.plainCode(p.lines(n.Lines()))
	case *ast.Blockquote:
		p.quotation(n)
	case *calloutTitle:
		p.calloutTitle(n)
	case *ast.ThematicBreak:
		p.write("<hr>\n")
	case *ast.HTMLBlock:
		p.rawBlock(n)
	case *extast.Table:
		p.table(n)
	case *extast.DefinitionList:
		p.enclose("<dl>\n", n, "</dl>\n")
	case *extast.DefinitionTerm:
		p.enclose("<dt>", n, "</dt>\n")
		p.flush()
	case *extast.DefinitionDescription:
		p.enclose("<dd>", n, "</dd>\n")
		p.flush()
	case *extast.FootnoteList:
		p.footnotes(n)
	case *extast.Footnote:
		p.footnote(n)
	case *ast.LinkReferenceDefinition:
	default:
		p.inline(n)
	}
}

func (p *page) enclose(open string, n ast.Node, end string) {
	p.write(open)
	p.blocks(n)
	p.write(end)
}

// paragraph writes a paragraph, or a figure where it is one image with a
// title.
func (p *page) paragraph(n *ast.Paragraph) {
	if image, ok := n.FirstChild().(*ast.Image); ok && len(image.Title) > 0 && image.NextSibling() == nil {
		p.figure(image)
		return
	}
	start := len(p.out)
	p.enclose("<p>", n, "</p>\n")
	p.flush()
	if p.excerpt == "" && n.Parent().Kind() == ast.KindDocument {
		p.excerpt = plain(p.out[start:])
	}
}

// plain returns the text of HTML that this package has written, without
// footnote marks and with single spaces.
func plain(html []byte) string {
	text := make([]byte, 0, len(html))
	for i := 0; i < len(html); {
		switch c := html[i]; {
		case bytes.HasPrefix(html[i:], []byte("<sup ")):
			i += bytes.Index(html[i:], []byte("</sup>")) + len("</sup>")
		case c == '<':
			i += bytes.IndexByte(html[i:], '>') + 1
		case c == '&':
			value, n := entity(html[i:])
			text, i = append(text, value...), i+n
		case c <= ' ':
			if n := len(text); n > 0 && text[n-1] != ' ' {
				text = append(text, ' ')
			}
			i++
		default:
			text = append(text, c)
			i++
		}
	}
	return string(bytes.TrimSuffix(text, []byte(" ")))
}

func (p *page) list(n *ast.List) {
	if !n.IsOrdered() {
		p.enclose("<ul>\n", n, "</ul>\n")
		return
	}
	p.write("<ol")
	if n.Start != 1 {
		p.write(` start="`)
		p.out = strconv.AppendInt(p.out, int64(n.Start), 10)
		p.write(`"`)
	}
	p.enclose(">\n", n, "</ol>\n")
}

func (p *page) listItem(n *ast.ListItem) {
	p.write("<li>")
	if first := n.FirstChild(); first != nil && first.Kind() != ast.KindTextBlock {
		p.write("\n")
	}
	p.blocks(n)
	p.write("</li>\n")
}

// table writes a table within a region that scrolls and that a keyboard
// reaches (WCAG 2.1.1). Regions have different names, since assistive
// technology lists them.
func (p *page) table(n *extast.Table) {
	p.tables++
	p.write(`<div class="table" role="region" tabindex="0" aria-label="Table`)
	if p.tables > 1 {
		p.write(" ")
		p.out = strconv.AppendInt(p.out, int64(p.tables), 10)
	}
	p.write("\"><table>\n")
	body := false
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		if row.Kind() == extast.KindTableHeader {
			p.write("<thead>\n")
			p.row(row, true)
			p.write("</thead>\n")
			continue
		}
		if !body {
			p.write("<tbody>\n")
			body = true
		}
		p.row(row, false)
	}
	if body {
		p.write("</tbody>\n")
	}
	p.write("</table></div>\n")
}

func (p *page) row(n ast.Node, header bool) {
	p.write("<tr>")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		// An empty header cell is a plain one: it heads nothing.
		tag, end := "<td", "</td>"
		if header && c.FirstChild() != nil {
			tag, end = `<th scope="col"`, "</th>"
		}
		p.write(tag)
		switch c.(*extast.TableCell).Alignment {
		case extast.AlignRight:
			p.write(` class="right"`)
		case extast.AlignCenter:
			p.write(` class="center"`)
		}
		p.enclose(">", c, end)
		p.flush()
	}
	p.write("</tr>\n")
}

// rawBlock shows HTML as text.
func (p *page) rawBlock(n *ast.HTMLBlock) {
	content := p.lines(n.Lines())
	if n.HasClosure() {
		content = append(content, n.ClosureLine.Value(p.src)...)
	}
	p.rawHTML(n.Pos(), content)
	p.write("<p>")
	p.out = escape(p.out, bytes.TrimSpace(content))
	p.write("</p>\n")
}

// rawHTML reports HTML in Markdown, once a line.
func (p *page) rawHTML(offset int, html []byte) {
	line, _ := p.place(offset)
	if n := len(p.problems); n > 0 && p.problems[n-1].Rule == "raw-html" && p.problems[n-1].Line == line {
		return
	}
	p.report(offset, problem.Warning, "raw-html", "HTML is shown as text", instead(html))
}

// instead says how to write in Markdown what HTML begins with.
func instead(html []byte) string {
	name := bytes.ToLower(bytes.TrimLeft(html, " \t\n</"))
	if end := bytes.IndexAny(name, " \t\n/>"); end >= 0 {
		name = name[:end]
	}
	if bytes.HasPrefix(name, []byte("!--")) {
		return "remove it: what is not for readers does not belong here"
	}
	switch string(name) {
	case "b", "strong":
		return "write **words**"
	case "i", "em":
		return "write *words*"
	case "br":
		return "end the line with a backslash"
	case "a":
		return "write [words](address)"
	case "img":
		return "write ![what one sees in it](file)"
	case "code", "tt", "kbd":
		return "write `words`"
	case "del", "s", "strike":
		return "write ~~words~~"
	}
	return "write it in Markdown, or put a backslash before < where it is text"
}

// lines returns the text of a block of code, good until the next call.
func (p *page) lines(segments *text.Segments) []byte {
	p.scratch = p.scratch[:0]
	for i := range segments.Len() {
		line := segments.At(i)
		p.scratch = append(p.scratch, line.Value(p.src)...)
	}
	return p.scratch
}
