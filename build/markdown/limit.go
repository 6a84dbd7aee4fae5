package markdown

import (
	"bytes"
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"indigex.com/indigex/build/problem"
)

// Some of the parsers take time that grows with the square of what they are
// given: each unclosed link reads on to the end of its paragraph. The bounds
// below keep a document within about a second; they count steps, never time,
// so that a document is the same on every machine.
const (
	// maxBody bounds the Markdown of one file, in bytes.
	maxBody = 256 << 10
	// maxLines bounds its lines: each is offered to all that is open.
	maxLines = 20_000
	// maxUnclosed bounds the links and the code of a document that are not
	// closed, and maxFailed the marks < that begin nothing.
	maxUnclosed, maxFailed = 100, 500
	// maxBrackets bounds the brackets that are open at a time.
	maxBrackets = 500
	// maxMarks bounds the marks of emphasis in one block.
	maxMarks = 2000
	// maxNotes bounds the footnotes: each mark looks through all.
	maxNotes = 1000
	// maxBraces bounds the braces of one heading's attributes.
	maxBraces = 50
	// maxParagraph bounds the lines of a paragraph that may hold definitions
	// of links.
	maxParagraph = 5000
	// maxColumns bounds the columns of a table, maxCells the cells of all
	// tables, with those that short rows leave out, and maxPipes the escaped
	// pipes in them.
	maxColumns, maxCells, maxPipes = 200, 20_000, 2000
	// maxProblems bounds the problems of a document: the last one says how
	// many more there are.
	maxProblems = 100
	// maxSource bounds the line that a problem shows, in bytes.
	maxSource = 400
)

// A bound is what a document can have too much of.
type bound int

const (
	links bound = iota
	ticks
	brackets
	rawHTML
	emphasis
	notes
	braces
	definitions
	tables
	depths
	bounds // their number
)

// Messages and hints, by bound.
var excesses = [bounds][2]string{
	links:       {fmt.Sprintf("more than %d links are not closed", maxUnclosed), "close each ( behind ], or write a backslash before ["},
	ticks:       {fmt.Sprintf("more than %d pieces of code are not closed", maxUnclosed), "write a backslash before each ` that is text"},
	brackets:    {fmt.Sprintf("more than %d brackets are not closed", maxBrackets), "write a backslash before each [ that is text"},
	rawHTML:     {fmt.Sprintf("more than %d marks < are text", maxFailed), "write a backslash before each, or put them into code"},
	emphasis:    {fmt.Sprintf("paragraph has more than %d marks of emphasis", maxMarks), "divide the paragraph, or put it into code"},
	notes:       {fmt.Sprintf("there are more than %d footnotes", maxNotes), "divide the text into several pages"},
	braces:      {fmt.Sprintf("heading has more than %d braces", maxBraces), "a heading takes an id {#id} and classes {.class}"},
	definitions: {fmt.Sprintf("paragraph has more than %d lines", maxParagraph), "divide it by empty lines"},
	tables:      {fmt.Sprintf("tables have more than %d columns or %d cells", maxColumns, maxCells), "divide the table over several pages"},
	depths:      {"quotations and lists nest too deeply", "write the inner ones as paragraphs"},
}

// Work counts what the parser has done for one document.
type work struct {
	count [bounds]int
	// first is where a bound was passed, 1 more than the offset; 0: it holds.
	first [bounds]int
	pipes int
	// block is the one whose emphasis and brackets are counted.
	block ast.Node
}

// workKey finds the work in the parser's context.
var workKey = parser.NewContextKey()

func workOf(pc parser.Context) *work { return pc.Get(workKey).(*work) }

// add counts n towards a bound and says whether it holds.
func (w *work) add(b bound, n, limit, offset int) bool {
	w.count[b] += n
	if w.count[b] <= limit {
		return true
	}
	if w.first[b] == 0 {
		w.first[b] = offset + 1
	}
	return false
}

// excessive reports the bounds that a document has passed.
func (p *page) excessive(w *work) {
	for b, first := range w.first {
		rule := "too-large"
		if bound(b) == depths {
			rule = "nesting"
		}
		if first > 0 {
			p.report(first-1, problem.Error, rule, excesses[b][0], excesses[b][1])
		}
	}
}

// boundedInline gives up an inline parser once it has failed too often.
type boundedInline struct {
	parser.InlineParser
	bound bound
}

func (b boundedInline) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	w := workOf(pc)
	if w.block != parent {
		w.block, w.count[emphasis], w.count[brackets] = parent, 0, 0
	}
	line, segment := block.PeekLine()
	switch {
	case b.bound == emphasis:
		return b.emphasis(w, parent, block, pc)
	case w.first[b.bound] > 0:
		return nil
	case b.bound == links && line[0] == ']':
		w.count[brackets] = max(0, w.count[brackets]-1)
	case b.bound == links && !w.add(brackets, 1, maxBrackets, segment.Start):
		return nil
	}
	costly, limit := b.bound != links || bytes.HasPrefix(line, []byte("](")), maxUnclosed
	if b.bound == rawHTML {
		limit = maxFailed
	}
	n := b.InlineParser.Parse(parent, block, pc)
	if costly && (n == nil || b.bound == ticks && n.Kind() != ast.KindCodeSpan) {
		w.add(b.bound, 1, limit, segment.Start)
	}
	return n
}

func (b boundedInline) emphasis(w *work, parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, segment := block.PeekLine()
	if w.count[emphasis] >= maxMarks {
		w.add(emphasis, 1, maxMarks, segment.Start)
		return nil
	}
	n := b.InlineParser.Parse(parent, block, pc)
	if n != nil {
		w.count[emphasis]++
	}
	return n
}

// CloseBlock hands on the end of a block, which links wait for.
func (b boundedInline) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := b.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// boundedBlock opens no quotation and list beyond maxDepth, and no footnote
// beyond maxNotes.
type boundedBlock struct {
	parser.BlockParser
	bound bound
}

func (b boundedBlock) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	w := workOf(pc)
	_, segment := reader.PeekLine()
	if b.bound == depths {
		depth := 0
		for n := parent; n != nil; n = n.Parent() {
			if n.Kind() != ast.KindList { // its items count
				depth++
			}
		}
		if depth <= maxDepth {
			return b.BlockParser.Open(parent, reader, pc)
		}
	} else if w.count[notes] < maxNotes {
		n, state := b.BlockParser.Open(parent, reader, pc)
		if n != nil {
			w.count[notes]++
		}
		return n, state
	}
	if w.first[b.bound] == 0 {
		// What is refused must be what would have been opened.
		line, position := reader.Position()
		if n, _ := b.BlockParser.Open(parent, reader, pc); n != nil {
			w.first[b.bound] = segment.Start + 1
		}
		reader.SetPosition(line, position)
	}
	return nil, parser.NoChildren
}

// boundedHeading reads no attributes where there are too many braces.
type boundedHeading struct {
	parser.BlockParser
	plain parser.BlockParser
}

func (b boundedHeading) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	if braced(line) {
		n, state := b.plain.Open(parent, reader, pc)
		if n != nil {
			workOf(pc).add(braces, maxBraces+1, maxBraces, segment.Start)
		}
		return n, state
	}
	return b.BlockParser.Open(parent, reader, pc)
}

func braced(line []byte) bool { return bytes.Count(line, []byte("{")) > maxBraces }

// boundedUnderlined does the same for headings that a line below makes.
type boundedUnderlined struct {
	parser.BlockParser
	plain parser.BlockParser
}

func (b boundedUnderlined) Close(n ast.Node, reader text.Reader, pc parser.Context) {
	bar := n.Lines().At(0)
	above := bytes.TrimSuffix(reader.Source()[:bar.Start], []byte("\n"))
	from := bytes.LastIndexByte(above, '\n') + 1
	if braced(above[from:]) || braced(reader.Source()[from:bar.Start]) {
		workOf(pc).add(braces, maxBraces+1, maxBraces, from)
		b.plain.Close(n, reader, pc)
		return
	}
	b.BlockParser.Close(n, reader, pc)
}

// boundedParagraph looks for definitions of links and tables in paragraphs of
// bounded size alone.
type boundedParagraph struct {
	parser.ParagraphTransformer
	bound bound
}

func (b boundedParagraph) Transform(n *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := n.Lines()
	if lines.Len() == 0 {
		return
	}
	w, at, holds := workOf(pc), lines.At(0).Start, true
	if b.bound == tables {
		columns := columns(n, reader.Source())
		if columns > 0 {
			pipes := bytes.Count(reader.Source()[at:lines.At(lines.Len()-1).Stop], []byte(`\|`))
			w.pipes += pipes
			holds = w.add(tables, columns*lines.Len(), maxCells, at)
			if columns > maxColumns || w.pipes > maxPipes {
				holds = w.add(tables, maxCells+1, maxCells, at)
			}
		}
	} else if lines.Len() > maxParagraph && reader.Source()[at] == '[' {
		holds = w.add(definitions, lines.Len(), maxParagraph, at)
	}
	if holds {
		b.ParagraphTransformer.Transform(n, reader, pc)
	}
}

// columns returns the most columns that a line of a paragraph could give a
// table; 0 where none is the line below a table's head.
func columns(n *ast.Paragraph, src []byte) int {
	most, lines := 0, n.Lines()
	for i := 1; i < lines.Len(); i++ {
		line := lines.At(i)
		value := line.Value(src)
		if len(bytes.Trim(value, "|-: \t\n\r\v\f")) == 0 && bytes.IndexByte(value, '-') >= 0 {
			most = max(most, 1+bytes.Count(value, []byte("|")))
		}
	}
	return most
}
