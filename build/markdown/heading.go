package markdown

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"

	"indigex.com/indigex/build/problem"
)

// An anchor is the use of an id.
type anchor struct {
	// line is where an editor chose the id, 0 where we did.
	line int
	// taken says that an element has the id.
	taken bool
	// next is the number to try next when we make an id from this one.
	next int
}

// anchor notes an id that is written.
func (p *page) anchor(id string) {
	if p.ids == nil {
		p.ids = map[string]anchor{}
	}
	a := p.ids[id]
	a.taken = true
	p.ids[id] = a
	p.anchors = append(p.anchors, id)
}

// choosesIDs says whether there may be a heading with an id that the editor
// chose: most pages have none, and need no walk to find them.
func choosesIDs(src []byte) bool {
	for {
		_, rest, ok := bytes.Cut(src, []byte("{"))
		if !ok {
			return false
		}
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		if bytes.IndexByte(line, '#') >= 0 || bytes.Contains(line, []byte("id")) {
			return true
		}
		src = rest[len(line):]
	}
}

// reserve notes the ids that the editor chose, so that we choose no such id
// for a heading before.
func (p *page) reserve(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Type() != ast.TypeBlock {
			return
		}
		if heading, ok := c.(*ast.Heading); ok {
			p.reserveHeading(heading)
			continue
		}
		p.reserve(c)
	}
}

func (p *page) reserveHeading(n *ast.Heading) {
	id, ok := n.AttributeString("id")
	if !ok {
		return
	}
	if p.ids == nil {
		p.ids = map[string]anchor{}
	}
	if name, ok := id.([]byte); ok && p.ids[string(name)].line == 0 {
		line, _ := p.place(n.Pos())
		p.ids[string(name)] = anchor{line: line}
	}
}

// heading writes a heading and notes it for the table of contents.
func (p *page) heading(n *ast.Heading) {
	at := n.Pos()
	if lines := n.Lines(); lines.Len() > 0 && lines.At(0).Start < at {
		at = lines.At(0).Start
	}
	p.headingOrder(n.Level, at)
	toc := p.contents(n)
	if toc == "" {
		p.report(at, problem.Warning, "heading-text", "heading has no text", "write a text, or remove the line")
		return
	}
	line, _ := p.place(at)
	id, class := p.attributes(n, at)
	if id == "" {
		id = p.choose(slug(toc))
	}
	p.anchor(id)
	start := len(p.out)
	level := string('0' + rune(n.Level))
	p.write("<h")
	p.write(level)
	p.write(` id="`)
	p.out = attribute(p.out, []byte(id))
	p.write(`"`)
	if class != "" {
		p.write(` class="`)
		p.out = attribute(p.out, []byte(class))
		p.write(`"`)
	}
	p.write(">")
	p.blocks(n)
	p.flush()
	p.write("</h")
	p.write(level)
	p.write(">\n")
	p.headings = append(p.headings, Heading{
		Level: n.Level, ID: id, HTML: toc, Line: line,
		Start: start, End: len(p.out), Nested: n.Parent().Kind() != ast.KindDocument,
	})
}

// headingOrder checks that the page's title is the only first heading and
// that no level is skipped (WCAG 1.3.1, technique G141).
func (p *page) headingOrder(level, at int) {
	const rule = "heading-order"
	switch {
	case level == 1:
		p.report(at, problem.Error, rule, "the title is the page's h1", "write ## for the headings of the text")
	case level > p.level+1:
		p.report(at, problem.Warning, rule,
			fmt.Sprintf("h%d follows h%d: a level is skipped", level, p.level),
			fmt.Sprintf("write %s", strings.Repeat("#", p.level+1)))
	}
	p.level = level
}

// contents returns the heading as a table of contents shows it.
func (p *page) contents(n *ast.Heading) string {
	start := len(p.out)
	p.bare = true
	p.blocks(n)
	p.flush()
	p.bare = false
	html := string(bytes.TrimSpace(p.out[start:]))
	p.out = p.out[:start]
	return html
}

// attributes returns the id and the class that the editor gave a heading.
func (p *page) attributes(n *ast.Heading, at int) (id, class string) {
	for _, a := range n.Attributes() {
		name := string(a.Name)
		value, ok := a.Value.([]byte)
		switch {
		case name != "id" && name != "class":
			p.report(p.find(a.Name, n, at), problem.Error, "attribute", fmt.Sprintf("attribute %q is not allowed", name), "a heading takes an id {#id} and classes {.class}")
		case !ok || len(value) == 0 || name == "id" && bytes.ContainsAny(value, " \t\n"):
			p.report(p.find([]byte("{"), n, at), problem.Error, "attribute", name+" is not a name", "write {#id} or {.class}")
		case name == "id" && (bytes.HasPrefix(value, []byte("fn:")) || bytes.HasPrefix(value, []byte("fnref:"))):
			p.report(p.find([]byte("{"), n, at), problem.Error, "attribute", fmt.Sprintf("id %q is that of a footnote", value), "choose an id that does not begin with fn: or fnref:")
		case name == "class":
			class = string(value)
		default:
			id = p.chosen(string(value), p.find([]byte("{"), n, at))
		}
	}
	return id, class
}

// find returns where a text stands behind the words of a heading.
func (p *page) find(what []byte, n *ast.Heading, at int) int {
	from := at
	if lines := n.Lines(); lines.Len() > 0 {
		from = lines.At(lines.Len() - 1).Stop
	}
	line, _, _ := bytes.Cut(p.src[from:], []byte("\n"))
	return from + max(0, bytes.Index(line, what))
}

// chosen returns the id that an editor chose, or "" where it is taken.
func (p *page) chosen(id string, at int) string {
	first := p.ids[id]
	if !first.taken {
		return id
	}
	hint := ""
	if first.line > 0 {
		hint = fmt.Sprintf("it is used in line %d already", first.line)
	}
	p.report(at, problem.Error, "duplicate-id", fmt.Sprintf("id %q is used twice", id), hint)
	return ""
}

// choose returns an id that is free: the wanted one, or that with a number.
func (p *page) choose(wanted string) string {
	a, used := p.ids[wanted]
	if !used {
		return wanted
	}
	for n := max(2, a.next); ; n++ {
		id := wanted + "-" + strconv.Itoa(n)
		if _, used := p.ids[id]; !used {
			a.next = n + 1
			p.ids[wanted] = a
			return id
		}
	}
}

// noIDs keeps goldmark from choosing ids: the page does.
type noIDs struct{}

func (noIDs) Generate([]byte, ast.NodeKind) []byte { return nil }
func (noIDs) Put([]byte)                           {}
