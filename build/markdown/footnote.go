package markdown

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"indigex.com/indigex/build/problem"
)

// unused reports the footnotes that no mark leads to; goldmark leaves them
// out.
func (p *page) unused(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if note, ok := c.(*extast.Footnote); ok && note.Index < 0 {
			p.report(note.Pos(), problem.Warning, "footnote", fmt.Sprintf("footnote %q is not used", note.Ref), fmt.Sprintf("write [^%s] where it belongs, or remove it", note.Ref))
		}
		if c.Type() == ast.TypeBlock {
			p.unused(c)
		}
	}
}

// checkMarks reports what looks like a footnote's mark and is text, since
// there is no such footnote; once for each name.
func (p *page) checkMarks(from, to int) {
	for i := from; i < to; i++ {
		rest := p.src[i:]
		if !bytes.HasPrefix(rest, []byte("[^")) || i > 0 && p.src[i-1] == '\\' {
			continue
		}
		end := bytes.IndexAny(rest, "]\n")
		if end > 2 && rest[end] == ']' && !p.bare && !p.missing[string(rest[2:end])] {
			if p.missing == nil {
				p.missing = map[string]bool{}
			}
			p.missing[string(rest[2:end])] = true
			p.report(i, problem.Warning, "footnote", fmt.Sprintf("there is no footnote %q", rest[2:end]), fmt.Sprintf("write its text in a line that begins with %s:", rest[:end+1]))
		}
	}
}

func (p *page) footnotes(n *extast.FootnoteList) {
	p.write("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<hr>\n")
	p.enclose("<ol>\n", n, "</ol>\n")
	p.write("</section>\n")
}

func (p *page) footnote(n *extast.Footnote) {
	p.write(`<li id="`)
	id := "fn:" + strconv.Itoa(n.Index)
	p.write(id)
	p.anchor(id)
	p.write("\">\n")
	p.blocks(n)
	p.flush()
	p.write("</li>\n")
}

// footnoteMark writes the number that leads to a footnote. Within a link it
// leads nowhere: links do not nest.
func (p *page) footnoteMark(n *extast.FootnoteLink) {
	if p.bare {
		return
	}
	number := strconv.Itoa(n.Index)
	id := markID(n.Index, n.RefIndex)
	p.anchor(id)
	p.write(`<sup id="`)
	p.write(id)
	p.write(`">`)
	if !p.inLink {
		p.write(`<a href="#fn:`)
		p.write(number)
		p.write(`" class="footnote-ref" role="doc-noteref">`)
	}
	p.write(number)
	if !p.inLink {
		p.write("</a>")
	}
	p.write("</sup>")
}

// backlink leads from a footnote to one of its marks.
func (p *page) backlink(n *extast.FootnoteBacklink) {
	p.write(`&#160;<a href="#`)
	p.write(markID(n.Index, n.RefIndex))
	p.write(`" class="footnote-backref" role="doc-backlink" aria-label="Back to reference `)
	p.out = strconv.AppendInt(p.out, int64(n.Index), 10)
	if n.RefIndex > 0 {
		p.write("-")
		p.out = strconv.AppendInt(p.out, int64(n.RefIndex+1), 10)
	}
	p.write(`">↩︎</a>`)
}

// markID is the id of a footnote's mark; later marks of the same footnote
// have a number of their own.
func markID(footnote, mark int) string {
	id := "fnref:" + strconv.Itoa(footnote)
	if mark > 0 {
		id += "-" + strconv.Itoa(mark+1)
	}
	return id
}
