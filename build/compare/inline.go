package compare

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// inlines writes the text below a node into the block.
func (w *writer) inlines(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		w.inline(n)
	}
}

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.plain(n)
	case *ast.String:
		w.write(n.Value)
	case *ast.Link:
		w.leading(string(resolve(n.Destination)), n)
	case *ast.Image:
		w.leading(string(resolve(n.Destination)), n)
	case *ast.AutoLink:
		w.auto(n)
	case *ast.RawHTML:
		w.rawInline(n)
	case *extast.TaskCheckBox:
		if n.IsChecked {
			w.write([]byte("[x] "))
		} else {
			w.write([]byte("[ ] "))
		}
	case *extast.FootnoteLink:
		if note := w.notes[n.Index]; note != nil {
			w.waiting = append(w.waiting, note)
			delete(w.notes, n.Index)
		}
	case *extast.FootnoteBacklink:
	default: // emphasis, code, struck text
		w.inlines(n)
	}
}

func (w *writer) plain(n *ast.Text) {
	value := n.Segment.Value(w.src)
	if n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan {
		w.write(value)
	} else {
		w.prose(value)
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.space = true
		w.endCallout()
	}
}

// leading writes the text of a link or an image. The inner one counts.
func (w *writer) leading(href string, n ast.Node) {
	outer := w.href
	w.href = href
	w.inlines(n)
	w.href = outer
}

func (w *writer) auto(n *ast.AutoLink) {
	outer := w.href
	w.href = string(n.URL(w.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(n.URL(w.src), []byte("mailto:")) {
		w.href = "mailto:" + w.href
	}
	w.write(n.Label(w.src))
	w.href = outer
}

// prose writes text in which a backslash and an ampersand have a meaning.
func (w *writer) prose(text []byte) {
	if bytes.IndexByte(text, '\\') < 0 && bytes.IndexByte(text, '&') < 0 {
		w.write(text)
		return
	}
	w.write(resolve(text))
}

// resolve replaces backslash escapes and references to characters, in one
// pass: what an escape leaves is not read again (CommonMark 2.4, 2.5).
func resolve(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && isPunctuation(text[i+1]):
			i++
			out = append(out, text[i])
		case c == '&':
			value, n := reference(text[i:])
			out = append(out, value...)
			i += n - 1
		default:
			out = append(out, c)
		}
	}
	return out
}

func isPunctuation(c byte) bool {
	return strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) >= 0
}

// longestReference bounds the names of characters, "&CounterClockwise…;".
const longestReference = 40

// reference returns what a reference to a character stands for and how long
// it is, or the ampersand itself.
func reference(text []byte) (string, int) {
	end := bytes.IndexByte(text[:min(len(text), longestReference)], ';')
	if end > 1 {
		name := string(text[:end+1])
		value := html.UnescapeString(name)
		// A value with a semicolon at its end comes of a name that HTML
		// knows without one, which Markdown does not.
		if value != name && (!strings.HasSuffix(value, ";") || name == "&semi;" || name[1] == '#') {
			return value, end + 1
		}
	}
	return "&", 1
}
