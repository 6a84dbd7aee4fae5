// Package markdown compiles the Markdown of one file, without looking at any
// other: what depends on the rest of the content (the addresses of links,
// the sizes of images) is left open as gaps, which the caller fills in.
package markdown

import "indigex.com/indigex/build/problem"

// A Document is the compiled form of one Markdown body. It depends on the
// source alone, so it can be kept in a cache under the hash of the source.
type Document struct {
	// HTML is the body. Gaps are places in it that are filled in later.
	HTML []byte
	// Gaps are ordered by Offset.
	Gaps     []Gap
	Headings []Heading
	// Anchors are all ids in the body, in order of appearance, each once.
	Anchors []string
	// Excerpt is the plain text of the first paragraph.
	Excerpt string
	// Words counts the words of the visible text.
	Words int
	// Code says that the body has highlighted code.
	Code bool
	// Problems are those that the file itself has: doubled ids, heading
	// order, missing alt text, raw HTML, refused link schemes.
	// Their Path is empty: the caller knows it.
	Problems problem.List
}

// GapKind says what belongs into a gap.
type GapKind uint8

const (
	// LinkGap wants the value of an href attribute, escaped for HTML.
	// The HTML around it is <a href="GAP">.
	LinkGap GapKind = iota
	// ImageGap wants the attributes of an img element: src, width, height,
	// and what else belongs to it. The HTML around it is <imgGAP alt="…">;
	// what is filled in starts with a space.
	ImageGap
)

// A Gap is a place in the HTML that depends on other files.
type Gap struct {
	Offset int
	Kind   GapKind
	// Target is the destination as the editor wrote it, percent-decoding
	// and all other interpretation left to the caller.
	Target string
	// Line and Col are the place of the link in the file.
	Line, Col int
}

// A Heading is one heading of the body.
type Heading struct {
	Level int
	ID    string
	// HTML is the inline content, without links and footnote marks.
	HTML string
	Line int
}
