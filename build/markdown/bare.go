package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// bareLinks makes links of addresses in plain text, as GitHub does
// (https://github.github.com/gfm/#autolinks-extension-). It wakes at the
// character that no address lacks (":" of "https:", "." of "www.", "@") and
// takes back the text before it.
type bareLinks struct{}

func (bareLinks) Trigger() []byte { return []byte{':', '.', '@'} }

func (bareLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if pc.IsInLinkLabel() || segment.Padding > 0 || len(line) < 4 {
		return nil
	}
	src := block.Source()
	at := segment.Start
	start, stop := 0, 0
	link := ast.AutoLinkType(ast.AutoLinkURL)
	var protocol []byte
	switch line[0] {
	case ':':
		start, stop = webAddress(src, at, at+len(line))
	case '.':
		start, stop = wwwAddress(src, at, at+len(line))
		protocol = []byte("http")
	default:
		start, stop = mailAddress(src, at, at+len(line))
		link = ast.AutoLinkEmail
	}
	if stop == 0 || !takeBack(parent, pc, start, at) {
		return nil
	}
	block.Advance(stop - at)
	n := ast.NewAutoLink(link, ast.NewTextSegment(text.NewSegment(start, stop)))
	n.Protocol = protocol
	n.SetPos(start)
	return n
}

// webAddress returns the range of the address whose ":" stands at src[at];
// zeros where there is none.
func webAddress(src []byte, at, end int) (start, stop int) {
	switch {
	case !bytes.HasPrefix(src[at:end], []byte("://")):
		return 0, 0
	case bytes.HasSuffix(src[:at], []byte("https")):
		start = at - len("https")
	case bytes.HasSuffix(src[:at], []byte("http")):
		start = at - len("http")
	default:
		return 0, 0
	}
	if !boundary(src, start) {
		return 0, 0
	}
	if stop = rest(src, at+3, end); stop == 0 {
		return 0, 0
	}
	return start, stop
}

// wwwAddress does the same for the "." of "www.".
func wwwAddress(src []byte, at, end int) (start, stop int) {
	if !bytes.HasSuffix(src[:at], []byte("www")) || !boundary(src, at-3) {
		return 0, 0
	}
	if stop = rest(src, at+1, end); stop == 0 {
		return 0, 0
	}
	return at - 3, stop
}

// mailAddress does the same for the "@" of a mail address.
func mailAddress(src []byte, at, end int) (start, stop int) {
	start = at
	for start > 0 && (isAlnum(src[start-1]) || bytes.IndexByte([]byte(".-_+"), src[start-1]) >= 0) {
		start--
	}
	stop, dots := domain(src, at+1, end)
	if start == at || dots == 0 || stop < end && (src[stop] == '-' || src[stop] == '_') {
		return 0, 0
	}
	return start, stop
}

// boundary says whether an address may begin at src[start].
func boundary(src []byte, start int) bool {
	return start == 0 || bytes.IndexByte([]byte(" \t\n*_~("), src[start-1]) >= 0
}

// domain reads a host name and returns its end and the number of its dots.
func domain(src []byte, from, end int) (stop, dots int) {
	for stop = from; stop < end; stop++ {
		c := src[stop]
		switch {
		case isAlnum(c) || c == '-' && stop > from:
		case c == '.' && stop > from && stop+1 < end && isAlnum(src[stop+1]) && isAlnum(src[stop-1]):
			dots++
		default:
			return stop, dots
		}
	}
	return stop, dots
}

// rest returns the end of an address whose host begins at src[from], or 0. A
// port, a path and a query belong to it; punctuation at its end does not.
func rest(src []byte, from, end int) int {
	stop, dots := domain(src, from, end)
	if dots == 0 {
		return 0
	}
	if stop < end && bytes.IndexByte([]byte(":/?#"), src[stop]) >= 0 {
		for stop < end && src[stop] > ' ' && src[stop] != '<' && src[stop] != 0x7f {
			stop++
		}
	}
	return trim(src, from, stop)
}

// trim leaves out what ends the sentence rather than the address: full stops
// and the like, a parenthesis that the address doesn't open, an entity.
func trim(src []byte, from, stop int) int {
	extra := bytes.Count(src[from:stop], []byte(")")) - bytes.Count(src[from:stop], []byte("("))
	for ; stop > from; stop-- {
		switch src[stop-1] {
		case '?', '!', '.', ',', ':', '*', '_', '~', '\'', '"':
		case ')':
			if extra <= 0 {
				return stop
			}
			extra--
		case ';':
			amp := entityStart(src[from:stop])
			if amp < 0 {
				return stop
			}
			stop = from + amp + 1
		default:
			return stop
		}
	}
	return stop
}

// entityStart returns where the entity that ends an address begins, or -1.
func entityStart(address []byte) int {
	i := len(address) - 2
	for i >= 0 && isAlnum(address[i]) {
		i--
	}
	if i < 0 || address[i] != '&' || i == len(address)-2 {
		return -1
	}
	return i
}

func isAlnum(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// takeBack removes the text from start to at from the end of parent, and says
// whether it could: an address may hold "_", which waits as a delimiter.
func takeBack(parent ast.Node, pc parser.Context, start, at int) bool {
	if !reachable(parent, start, at) {
		return false
	}
	for at > start {
		if d, ok := parent.LastChild().(*parser.Delimiter); ok {
			pc.RemoveDelimiter(d) // becomes text
			continue
		}
		last := parent.LastChild().(*ast.Text)
		at = last.Segment.Start
		if at < start {
			last.Segment.Stop = start
		} else {
			parent.RemoveChild(parent, last)
		}
	}
	return true
}

// reachable says whether the end of parent is text from start to at.
func reachable(parent ast.Node, start, at int) bool {
	for n := parent.LastChild(); at > start; n = n.PreviousSibling() {
		var segment text.Segment
		switch n := n.(type) {
		case *ast.Text:
			segment = n.Segment
			if n.SoftLineBreak() || n.HardLineBreak() || n.IsRaw() {
				return false
			}
		case *parser.Delimiter:
			segment = n.Segment
		default:
			return false
		}
		if segment.Stop != at || segment.IsEmpty() || segment.Padding > 0 {
			return false
		}
		at = segment.Start
	}
	return true
}
