package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"indigex.com/indigex/build/problem"
)

const (
	// maxInline bounds a drawing that becomes part of pages, in bytes.
	maxInline = 64 << 10
	// maxDepth bounds how deep its elements nest.
	maxDepth = 32
)

// Inline returns a drawing as it is put into the HTML of a page, hidden from
// assistive technology and out of the order of focus; or the problems that
// keep it out, with their places and without a path.
//
// A drawing in a page is not confined as one in an img element is: it could
// run scripts, restyle the page, fetch from elsewhere, or take the ids of its
// headings. So only elements and attributes that draw are let through, each
// attribute with the values that it needs, and ids get a prefix made of the
// drawing's hash.
func Inline(src []byte) (string, problem.List) {
	sum := sha256.Sum256(src)
	in := &inliner{src: src, prefix: "art-" + hex.EncodeToString(sum[:3]) + "-", ids: map[string]*element{}, nested: []*element{{}}}
	if len(src) > maxInline {
		in.report(0, fmt.Sprintf("drawing is larger than %d KiB", maxInline>>10), "simplify its paths")
		return "", in.problems
	}
	in.decoder = xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(src, []byte("\ufeff"))))
	in.bom = len(src) - len(bytes.TrimPrefix(src, []byte("\ufeff")))
	for in.next() {
	}
	if len(in.problems) == 0 {
		in.expand(in.nested[0])
	}
	if len(in.problems) > 0 {
		return "", in.problems
	}
	return in.out.String(), nil
}

// An inliner copies a drawing token by token.
type inliner struct {
	src      []byte
	bom      int
	prefix   string
	decoder  *xml.Decoder
	out      strings.Builder
	open     []string // names of open elements
	bare     int      // depth within elements that are left out
	pending  bool     // the last start tag lacks its ">"
	ended    bool     // the root is closed
	problems problem.List

	// nested are the open elements that are copied, below one that holds the
	// root.
	nested []*element
	ids    map[string]*element
	// added is the number of elements that references draw, excess says that
	// it was reported as too large.
	added  int
	excess bool
}

// next copies one token, and says whether there may be more.
func (in *inliner) next() bool {
	start := in.bom + int(in.decoder.InputOffset())
	token, err := in.decoder.Token()
	end := in.bom + int(in.decoder.InputOffset())
	if err != nil {
		in.finish(err, end)
		return false
	}
	switch token := token.(type) {
	case xml.StartElement:
		in.start(token, start, end)
	case xml.EndElement:
		in.end(token)
	case xml.CharData:
		in.text(token, start)
	case xml.ProcInst:
		if token.Target != "xml" {
			in.report(start, fmt.Sprintf("processing instruction %q is not allowed", token.Target), "remove it")
		}
	case xml.Directive:
		in.report(start, "a DOCTYPE is not allowed", "remove the line")
	}
	return true
}

// finish reports why the decoder stopped, unless the drawing is complete.
func (in *inliner) finish(err error, at int) {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		in.report(at, "drawing can't be read: "+syntax.Msg, "")
	case !in.ended:
		in.report(at, "drawing has no svg element", "")
	}
}

// start copies a start tag.
func (in *inliner) start(e xml.StartElement, start, end int) {
	name := e.Name.Local
	in.open = append(in.open, name)
	before := len(in.problems)
	switch {
	case in.bare > 0 || name == "title" || name == "desc":
		in.bare++ // the page says what the drawing is, where it matters
		return
	case in.ended || len(in.open) == 1 && name != "svg":
		in.report(start, fmt.Sprintf("<%s> stands outside of <svg>", name), "")
	case e.Name.Space != svgSpace && e.Name.Space != "":
		in.report(start, fmt.Sprintf("<%s> is of a foreign namespace", name), "save the drawing as plain SVG")
	case len(in.open) > maxDepth:
		in.report(start, fmt.Sprintf("elements nest deeper than %d", maxDepth), "")
	case !elements[name] || name == "svg" && len(in.open) > 1:
		in.report(start, fmt.Sprintf("<%s> is not allowed in a drawing within a page", name), "use shapes, text and gradients")
	}
	if len(in.problems) > before {
		in.bare++
		return
	}
	in.close(">")
	in.out.WriteString("<" + name)
	if len(in.open) == 1 {
		in.out.WriteString(` aria-hidden="true" focusable="false"`)
	}
	parent, made := in.nested[len(in.nested)-1], &element{}
	parent.children = append(parent.children, made)
	in.nested = append(in.nested, made)
	for _, a := range e.Attr {
		in.attribute(a, in.src[start:end], start)
	}
	in.pending = true
}

// close ends the last start tag with ">" or "/>", and says whether it was
// still to be ended.
func (in *inliner) close(with string) bool {
	if !in.pending {
		return false
	}
	in.out.WriteString(with)
	in.pending = false
	return true
}

func (in *inliner) end(e xml.EndElement) {
	in.open = in.open[:len(in.open)-1]
	if in.bare > 0 {
		in.bare--
		return
	}
	in.nested = in.nested[:len(in.nested)-1]
	if !in.close("/>") {
		in.out.WriteString("</" + e.Name.Local + ">")
	}
	in.ended = len(in.open) == 0
}

// text copies the words of text elements; elsewhere there is only white space
// between elements.
func (in *inliner) text(data xml.CharData, start int) {
	if in.bare > 0 {
		return
	}
	if len(in.open) > 0 {
		if name := in.open[len(in.open)-1]; name == "text" || name == "tspan" {
			in.close(">")
			in.out.WriteString(escaper.Replace(string(data)))
			return
		}
	}
	if words := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); len(words) > 0 {
		in.report(start+bytes.Index(data, words), "words stand outside of <text>", "")
	}
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// attribute copies an attribute of the start tag that begins at offset.
func (in *inliner) attribute(a xml.Attr, tag []byte, offset int) {
	name, value := a.Name.Local, strings.Join(strings.Fields(a.Value), " ")
	if in.silent(a) {
		return
	}
	at := offset + place(tag, a.Name.Local)
	check, ok := attributes[name]
	href := name == "href" && (a.Name.Space == "" || a.Name.Space == "xlink" || a.Name.Space == "http://www.w3.org/1999/xlink")
	switch {
	case href:
		check, ok = isReference, true
	case a.Name.Space != "":
		ok = false
	}
	if !ok {
		in.report(at, fmt.Sprintf("attribute %q is not allowed in a drawing within a page", name), instead(name))
		return
	}
	if !check(value) {
		in.report(at, fmt.Sprintf("attribute %s can't be %q", name, clip(value)), instead(name))
		return
	}
	in.note(in.nested[len(in.nested)-1], name, value, at)
	in.out.WriteString(" " + name + `="` + escaper.Replace(in.renamed(name, value)) + `"`)
}

// silent says which attributes are left out without a word: they have no
// meaning within HTML, or this package sets them.
func (in *inliner) silent(a xml.Attr) bool {
	switch {
	case a.Name.Space == "xmlns", a.Name.Space == "" && a.Name.Local == "xmlns":
		return true
	case a.Name.Local == "space" && strings.HasSuffix(a.Name.Space, "namespace"):
		return true
	case a.Name.Space != "" || len(in.open) != 1:
		return false
	}
	switch a.Name.Local {
	case "version", "role", "aria-hidden", "aria-label", "focusable":
		return true
	}
	return false
}

// renamed gives ids, and what refers to them, the prefix of the drawing.
func (in *inliner) renamed(name, value string) string {
	switch {
	case name == "id":
		return in.prefix + value
	case name == "href":
		return "#" + in.prefix + value[1:]
	}
	return strings.Replace(value, "url(#", "url(#"+in.prefix, 1)
}

// place returns where an attribute stands within a start tag.
func place(tag []byte, name string) int {
	for from := 0; ; {
		i := bytes.Index(tag[from:], []byte(name))
		if i < 0 {
			return 0
		}
		at := from + i
		from = at + len(name)
		before, after := tag[at-1], bytes.TrimLeft(tag[from:], " \t\r\n")
		if bytes.IndexByte([]byte(" \t\r\n:"), before) >= 0 && len(after) > 0 && after[0] == '=' {
			return 1 + bytes.LastIndexAny(tag[:at], " \t\r\n") // before its prefix
		}
	}
}

func instead(attribute string) string {
	switch attribute {
	case "style", "class":
		return "write presentation attributes, such as fill=\"currentColor\""
	case "href":
		return "refer to an id of the same drawing, such as #arrow"
	case "fill", "stroke", "color", "stop-color":
		return "write a colour such as #8a5300, currentColor or var(--accent)"
	}
	return ""
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// report adds a problem at an offset into the drawing.
func (in *inliner) report(offset int, message, hint string) {
	offset = min(offset, len(in.src))
	lineStart := bytes.LastIndexByte(in.src[:offset], '\n') + 1
	source, _, _ := bytes.Cut(in.src[lineStart:], []byte("\n"))
	before := bytes.TrimPrefix(in.src[lineStart:offset], []byte("\ufeff"))
	in.problems = append(in.problems, problem.Problem{
		Line: 1 + bytes.Count(in.src[:offset], []byte("\n")), Col: 1 + utf8.RuneCount(before),
		Severity: problem.Error, Rule: "drawing", Message: message, Hint: hint,
		Source: string(source[:min(len(source), 400)]),
	})
}
