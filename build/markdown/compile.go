package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"indigex.com/indigex/build/problem"
)

// A Compiler turns Markdown into documents. It is safe for concurrent use;
// one for a whole build shares its cache of highlighted code.
type Compiler struct {
	parser    parser.Parser
	footnotes parser.ASTTransformer
	code      *highlighter
	pages     sync.Pool
}

// New returns a Compiler for the Markdown described in the package comment.
func New() *Compiler {
	c := &Compiler{parser: newParser(), footnotes: extension.NewFootnoteASTTransformer(), code: newHighlighter()}
	c.pages.New = func() any { return &page{code: c.code} }
	return c
}

// newParser puts goldmark's parsers together. Typography is left to the
// renderer and links in plain text to a parser of our own: goldmark's look at
// every word, which costs a third of its time.
func newParser() parser.Parser {
	heading := parser.WithHeadingAttribute()
	underlined := boundedUnderlined{parser.NewSetextHeadingParser(heading), parser.NewSetextHeadingParser()}
	marked := boundedHeading{parser.NewATXHeadingParser(heading), parser.NewATXHeadingParser()}
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(underlined, 100),
			util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(boundedBlock{parser.NewListParser(), depths}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(marked, 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(boundedBlock{parser.NewBlockquoteParser(), depths}, 800),
			util.Prioritized(parser.NewHTMLBlockParser(), 900),
			util.Prioritized(boundedBlock{extension.NewFootnoteBlockParser(), notes}, 999),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(boundedInline{parser.NewCodeSpanParser(), ticks}, 100),
			util.Prioritized(extension.NewFootnoteParser(), 101),
			util.Prioritized(boundedInline{parser.NewLinkParser(), links}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(boundedInline{parser.NewRawHTMLParser(), rawHTML}, 400),
			util.Prioritized(boundedInline{parser.NewEmphasisParser(), emphasis}, 500),
			util.Prioritized(boundedInline{extension.NewStrikethroughParser(), emphasis}, 500),
			util.Prioritized(bareLinks{}, 999),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(callouts{}, 50),
			util.Prioritized(boundedParagraph{parser.LinkReferenceParagraphTransformer, definitions}, 100),
			util.Prioritized(boundedParagraph{extension.NewTableParagraphTransformer(), tables}, 200),
		),
		parser.WithASTTransformers(
			util.Prioritized(extension.NewTableASTTransformer(), 0),
		),
	)
}

// Compile compiles the Markdown that begins at byte start of the file src, so
// that lines and columns are those of the file. It never fails: mistakes are
// among the document's problems, and what can be shown is shown. The document
// shares no memory with src.
func (c *Compiler) Compile(src []byte, start int) Document {
	start = max(0, min(start, len(src)))
	p := c.pages.Get().(*page)
	p.begin(src, start)
	reader, pc := text.NewReader(p.src), parser.NewContext(parser.WithIDs(noIDs{}))
	work := &work{}
	pc.Set(workKey, work)
	root := c.parser.Parse(reader, parser.WithContext(pc))
	p.excessive(work)
	if p.notes {
		p.unused(root)
		c.footnotes.Transform(root.(*ast.Document), reader, pc)
	}
	if choosesIDs(p.src) {
		p.reserve(root)
	}
	p.blocks(root)
	p.problems.Sort()
	p.more()
	doc := p.document()
	p.end()
	c.pages.Put(p)
	return doc
}

// begin readies a page for a file.
func (p *page) begin(src []byte, start int) {
	if start == 0 {
		src = bytes.TrimPrefix(src, []byte("\ufeff"))
	}
	lineStart := bytes.LastIndexByte(src[:start], '\n') + 1
	p.first = 1 + bytes.Count(src[:start], []byte("\n"))
	p.indent = utf8.RuneCount(bytes.TrimPrefix(src[lineStart:start], []byte("\ufeff")))
	p.line, p.lineStart = p.first, 0
	p.level = 1
	p.src = src[start:]
	if len(p.src) > maxBody || bytes.Count(p.src, []byte("\n")) > maxLines {
		p.report(0, problem.Error, "too-large", fmt.Sprintf("text is larger than %d KiB or %d lines", maxBody>>10, maxLines), "divide it into several pages")
		p.src = nil
		return
	}
	if bytes.IndexByte(p.src, '\r') >= 0 {
		p.src = bytes.ReplaceAll(p.src, []byte("\r\n"), []byte("\n"))
	}
	if !utf8.Valid(p.src) {
		p.replaceInvalid()
	}
	if at := tooDeep(p.src); at >= 0 {
		p.report(at, problem.Error, "nesting", "quotations and lists nest too deeply", "the text ends before this line")
		p.src = p.src[:at]
	}
	p.notes = bytes.Contains(p.src, []byte("[^"))
}

// maxDepth bounds how many quotations and lists one line may begin: the
// parser calls itself for each, and its time grows with the square of it.
const maxDepth = 50

// tooDeep returns where the first line stands that begins more than maxDepth
// quotations and lists, or -1.
func tooDeep(src []byte) int {
	for at := 0; at < len(src); {
		line := src[at:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end]
		}
		if len(line) > maxDepth && depth(line) > maxDepth {
			return at
		}
		at += len(line) + 1
	}
	return -1
}

// depth counts the quotations and lists that a line begins.
func depth(line []byte) int {
	for depth := 0; ; depth++ {
		line = bytes.TrimLeft(line, " \t")
		digits := len(line) - len(bytes.TrimLeft(line, "0123456789"))
		switch rest := line[digits:]; {
		case len(rest) > 0 && rest[0] == '>' && digits == 0:
			line = rest[1:]
		case len(rest) > 1 && rest[1] <= ' ' && bytes.IndexByte([]byte("-+*.)"), rest[0]) >= 0:
			line = rest[1:]
		default:
			return depth
		}
	}
}

// replaceInvalid replaces what is not UTF-8 and says where the first such
// byte stands.
func (p *page) replaceInvalid() {
	for i := 0; i < len(p.src); {
		r, n := utf8.DecodeRune(p.src[i:])
		if r == utf8.RuneError && n == 1 {
			p.src = bytes.ToValidUTF8(p.src, []byte("\ufffd"))
			p.report(i, problem.Error, "encoding", "text is not UTF-8", "save the file with the encoding UTF-8")
			return
		}
		i += n
	}
}

// document copies what the page has gathered, so that the page can be used
// again.
func (p *page) document() Document {
	return Document{
		HTML:     bytes.Clone(p.out),
		Gaps:     slices.Clone(p.gaps),
		Headings: slices.Clone(p.headings),
		Anchors:  slices.Clone(p.anchors),
		Excerpt:  p.excerpt,
		Words:    p.words,
		Code:     p.highlighted,
		Problems: p.problems,
	}
}

// end lets go of what belongs to one document and keeps the buffers.
func (p *page) end() {
	clear(p.gaps)
	clear(p.headings)
	clear(p.anchors)
	clear(p.ids)
	*p = page{
		code: p.code, out: p.out[:0], scratch: p.scratch[:0], gaps: p.gaps[:0], headings: p.headings[:0],
		anchors: p.anchors[:0], ids: p.ids,
	}
}
