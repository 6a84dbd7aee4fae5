package compare

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"indigex.com/indigex/build/front"
)

// Parse reads Markdown. It never fails: bytes that are not UTF-8 count as the
// replacement character, front matter without an end as text.
func Parse(src []byte) *Text {
	src = normalize(src)
	plain := markupEnds(src)
	const bytesPerToken = 5
	w := &writer{src: src[:plain], text: &Text{tokens: make([]token, 0, len(src)/bytesPerToken)}, used: map[string]int{}}
	root := newParser().Parse(text.NewReader(w.src))
	w.notes = footnotes(root)
	w.blocks(root)
	for line := range bytes.SplitSeq(src[plain:], []byte("\n")) {
		w.begin("paragraph")
		w.write(line)
		w.flush()
	}
	w.endSection()
	return w.text
}

func newParser() parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()),
	).Parser()
}

// normalize removes front matter and byte-order marks, and makes all line
// ends line feeds.
func normalize(src []byte) []byte {
	if _, body, problems := front.Split(src); len(problems) == 0 {
		src = src[body:]
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	return bytes.ToValidUTF8(src, []byte("\ufffd"))
}
