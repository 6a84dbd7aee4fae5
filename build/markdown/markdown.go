// Package markdown compiles the Markdown of one file, without looking at any
// other: what depends on the rest of the content (the addresses of links,
// the sizes of images) is left open as gaps, which the caller fills in.
//
// # The language
//
// CommonMark with GitHub's tables, task lists, strikethrough and links in
// plain text, and with
//
//	[^name]              a footnote; its text in a paragraph "[^name]: …"
//	Term                 a definition list
//	: Definition
//	## Title {#id .class}  a heading with an id or classes of its own
//	> [!NOTE] Title      a callout: NOTE, TIP, IMPORTANT, WARNING, CAUTION;
//	> Text               the title may be left out
//	![Alt](file "Text")  alone in its paragraph: a figure with a caption
//	"…" '…' -- --- ...   typographic quotes, dashes, ellipses
//	```go                highlighted code, as classes of chroma
//
// Headings without an id get one of ASCII letters and digits; doubles get -2,
// -3 and so on. HTML is shown as text. Links lead to http, https, mailto and
// tel addresses, or through a gap to what the caller knows; those with any
// other scheme lose their address. Images come from the site alone. Tables
// and code can be reached and scrolled by keyboard.
//
// # Problems
//
// Errors: attribute, duplicate-id, encoding, heading-order (an h1), image-alt,
// image-missing, nesting, remote-image, too-large. Warnings: callout, code-language,
// footnote, heading-order (a skipped level), heading-text, link-scheme,
// link-target, link-text, raw-html.
//
// The hundredth says how many more there are (too-many), as severe as the worst
// of them.
//
// # Cost
//
// A text of more than 256 KiB or 20,000 lines is refused, and what would take
// long beyond its size (unclosed links, marks of emphasis, cells of tables)
// is bounded: see limit.go. Of languages without a scanner of our own, code of
// more than 4 KiB is plain.
//
// Compiling costs less than goldmark with GitHub's extensions alone: the
// document is written in one walk into one buffer, typography is done while
// writing, and common languages of code have scanners of our own.
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
	// Words counts the words of the visible text, blocks of code left out.
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
	// Target is the destination as the editor wrote it, without Markdown's
	// escapes and entities; percent-decoding and all other interpretation
	// are left to the caller. It is never empty.
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
	// Start and End bound the heading's element in the document's HTML.
	Start, End int
	// Nested says that it stands in a list or a quotation.
	Nested bool
}
