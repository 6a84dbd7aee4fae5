package compare

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"indigex.com/indigex/policy"
)

// blocks writes the blocks below a node.
func (w *writer) blocks(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		w.block(n)
	}
}

func (w *writer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.astHeading(n)
	case *ast.Paragraph:
		w.paragraph(n)
	case *ast.List:
		w.list(n)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.code(n)
	case *ast.HTMLBlock:
		w.rawBlock(n)
	case *extast.Table:
		w.table(n)
	case *extast.DefinitionTerm:
		w.leaf(policy.BlockTerm, n)
	case *extast.DefinitionDescription:
		w.definition(n)
	case *extast.FootnoteList, *ast.LinkReferenceDefinition:
	case *ast.TextBlock:
		w.leaf(policy.BlockParagraph, n)
	default: // a quotation, a list of definitions
		w.blocks(n)
	}
}

// leaf writes a block whose children are inline.
func (w *writer) leaf(kind policy.BlockKind, n ast.Node) {
	w.begin(kind)
	w.inlines(n)
	w.flush()
}

func (w *writer) astHeading(n *ast.Heading) {
	w.begin(policy.BlockHeading)
	w.inlines(n)
	if n.Parent().Kind() != ast.KindDocument {
		w.level = n.Level
		w.flush()
		return
	}
	id := ""
	if value, ok := n.AttributeString("id"); ok {
		if name, ok := value.([]byte); ok {
			id = string(name)
		}
	}
	w.heading(n.Level, id)
}

// paragraph writes a paragraph, with the caption that follows where it is a
// single image with a title.
func (w *writer) paragraph(n *ast.Paragraph) {
	w.begin(policy.BlockParagraph)
	w.callout = n.Parent().Kind() == ast.KindBlockquote && n.PreviousSibling() == nil && w.isCallout(n)
	w.inlines(n)
	w.endCallout()
	w.flush()
	if image, ok := n.FirstChild().(*ast.Image); ok && len(image.Title) > 0 && image.NextSibling() == nil {
		w.begin(policy.BlockCaption)
		w.prose(image.Title)
		w.flush()
	}
}

// isCallout says whether a quotation's first paragraph begins with the mark
// of a callout.
func (w *writer) isCallout(n *ast.Paragraph) bool {
	if n.Lines().Len() == 0 {
		return false
	}
	line := n.Lines().At(0)
	for _, mark := range []string{"[!NOTE]", "[!TIP]", "[!IMPORTANT]", "[!WARNING]", "[!CAUTION]"} {
		if text := line.Value(w.src); len(text) >= len(mark) && bytes.EqualFold(text[:len(mark)], []byte(mark)) {
			return true
		}
	}
	return false
}

// endCallout ends a callout's title: its own, or the name of its kind.
func (w *writer) endCallout() {
	if !w.callout {
		return
	}
	w.callout = false
	end := bytes.IndexByte(w.line, ']')
	if end < 4 || !bytes.HasPrefix(w.line, []byte("[!")) {
		return
	}
	own := bytes.TrimLeft(w.line[end+1:], " ")
	if len(own) == 0 {
		w.line = append(bytes.ToUpper(w.line[2:3:3]), bytes.ToLower(w.line[3:end])...)
	} else {
		cut := len(w.line) - len(own)
		w.line = append([]byte(nil), own...)
		for i := range w.links {
			w.links[i].from -= cut
			w.links[i].to -= cut
		}
	}
	w.flush()
}

func (w *writer) list(n *ast.List) {
	w.lists++
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		w.flush()
		marker := ""
		if n.IsOrdered() {
			marker = strconv.Itoa(number) + "."
			number++
		}
		w.item(item, marker)
	}
	w.lists--
}

// item writes an item of a list; only its first paragraph has the marker.
func (w *writer) item(n ast.Node, marker string) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		kind := c.Kind()
		if c.PreviousSibling() != nil || kind != ast.KindParagraph && kind != ast.KindTextBlock {
			w.block(c)
			continue
		}
		w.begin(policy.BlockItem)
		w.marker = marker
		w.inlines(c)
		w.flush()
	}
}

func (w *writer) definition(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if kind := c.Kind(); kind == ast.KindParagraph || kind == ast.KindTextBlock {
			w.leaf(policy.BlockDefinition, c)
			continue
		}
		w.block(c)
	}
}

func (w *writer) table(n *extast.Table) {
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		kind := policy.BlockRow
		if row.Kind() == extast.KindTableHeader {
			kind = policy.BlockHead
		}
		w.begin(kind)
		tabs := 0
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			w.cells, w.space = tabs+w.cells, false
			tabs = 1
			w.inlines(cell)
		}
		w.flush()
	}
}

// code writes each line of code as a block: in code, lines are what a reader
// sees.
func (w *writer) code(n ast.Node) {
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		w.begin(policy.BlockCode)
		w.write(line.Value(w.src))
		w.flush()
	}
}

// endSection writes the footnotes that the section has referred to. One may
// refer to others.
func (w *writer) endSection() {
	w.flush()
	for len(w.waiting) > 0 {
		note := w.waiting[0]
		w.waiting = w.waiting[1:]
		for c := note.FirstChild(); c != nil; c = c.NextSibling() {
			if c.Kind() == ast.KindParagraph {
				w.leaf(policy.BlockNote, c)
				continue
			}
			w.block(c)
		}
	}
}

// footnotes returns the footnotes of a document by their index.
func footnotes(root ast.Node) map[int]*extast.Footnote {
	list, ok := root.LastChild().(*extast.FootnoteList)
	if !ok {
		return nil
	}
	notes := map[int]*extast.Footnote{}
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		if note, ok := n.(*extast.Footnote); ok {
			notes[note.Index] = note
		}
	}
	return notes
}
