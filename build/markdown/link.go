package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"indigex.com/indigex/build/problem"
)

// A destination is what the address of a link or an image leads to.
type destination int

const (
	nowhere  destination = iota // empty
	ours                        // for the caller to resolve
	web                         // http and https
	contact                     // mailto and tel
	foreign                     // protocol-relative
	unwanted                    // any other scheme, or an address without a host
)

// classify says what a destination leads to, and its scheme in lower case.
// The destination is as browsers read it.
func classify(target string) (destination, string) {
	if target == "" {
		return nowhere, ""
	}
	if len(target) > 1 && isSlash(target[0]) && isSlash(target[1]) {
		return foreign, ""
	}
	scheme, rest, ok := strings.Cut(target, ":")
	if !ok || !isScheme(scheme) {
		return ours, ""
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		if len(rest) > 2 && rest[:2] == "//" && !strings.ContainsRune("/\\?#:@", rune(rest[2])) {
			return web, scheme
		}
	case "mailto", "tel":
		return contact, scheme
	}
	return unwanted, scheme
}

// asRead returns a destination as browsers read it: without control
// characters and spaces at its ends, without tabs and line ends anywhere
// (https://url.spec.whatwg.org/#concept-basic-url-parser).
func asRead(target []byte) string {
	return strings.TrimFunc(string(bytes.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, target)), func(r rune) bool { return r <= ' ' })
}

// isSlash counts backslashes, as browsers do.
func isSlash(c byte) bool { return c == '/' || c == '\\' }

// isScheme says whether s has the form of a scheme (RFC 3986, section 3.1).
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		alpha := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !alpha && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}

// link writes a link. One that must not be is written as its text.
func (p *page) link(n *ast.Link) {
	if p.bare || p.inLink {
		p.blocks(n)
		return
	}
	if !p.openLink(asRead(unescape(n.Destination)), n.Pos()) {
		p.blocks(n)
		return
	}
	if len(n.Title) > 0 {
		p.write(` title="`)
		p.out = attribute(p.out, unescape(n.Title))
		p.write(`"`)
	}
	p.write(">")
	start := len(p.out)
	p.inLink = true
	p.blocks(n)
	p.inLink = false
	if len(bytes.TrimSpace(p.out[start:])) == 0 {
		p.report(n.Pos(), problem.Warning, "link-text", "link has no text", "write between the brackets where it leads")
	}
	p.write("</a>")
}

// openLink writes the start of a link up to the address, and says whether
// there is to be a link.
func (p *page) openLink(target string, offset int) bool {
	const rule = "link-scheme"
	kind, scheme := classify(target)
	switch kind {
	case ours:
		p.write(`<a href="`)
		p.gap(LinkGap, target, offset)
		p.write(`"`)
	case web, contact:
		p.write(`<a href="`)
		p.out = attribute(p.out, util.URLEscape([]byte(target), false))
		p.write(`"`)
		if kind == web {
			p.write(` rel="noopener"`)
		}
	case nowhere:
		p.report(offset, problem.Warning, "link-target", "link has no address", "write between the parentheses where it leads")
	case foreign:
		p.report(offset, problem.Warning, rule, fmt.Sprintf("link %q leaves out https", target), "write https: before //")
	default:
		if scheme == "http" || scheme == "https" {
			p.report(offset, problem.Warning, rule, fmt.Sprintf("link %q names no host", target), "write https://host/path")
			break
		}
		p.report(offset, problem.Warning, rule, fmt.Sprintf("links with the scheme %q are left out", scheme), "use https, mailto or tel, or write ./ before a file name with a colon")
	}
	return kind == ours || kind == web || kind == contact
}

// autoLink writes an address that stands for itself.
func (p *page) autoLink(n *ast.AutoLink) {
	label := n.Label(p.src)
	target := asRead(n.URL(p.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	linked := !p.bare && !p.inLink && p.openLink(target, n.Pos())
	if linked {
		p.write(">")
	}
	p.out = escape(p.out, label)
	p.inWord = true
	if linked {
		p.write("</a>")
	}
}

// image writes an image, or its text where the image must not be.
func (p *page) image(n *ast.Image) {
	if p.bare || !p.openImage(n) {
		p.out = p.plainWords(p.out, n)
		return
	}
	if len(n.Title) > 0 {
		p.write(` title="`)
		p.out = attribute(p.out, unescape(n.Title))
		p.write(`"`)
	}
	p.write(">")
}

// figure writes an image with its title as caption.
func (p *page) figure(n *ast.Image) {
	start := len(p.out)
	p.write("<figure>")
	if !p.openImage(n) {
		p.out = append(p.out[:start], "<p>"...)
		p.out = p.plainWords(p.out, n)
		p.write("</p>\n")
		return
	}
	p.write("><figcaption>")
	// A quotation mark needs a backslash in a title, and means what it means
	// elsewhere.
	caption := bytes.ReplaceAll(n.Title, []byte(`\"`), []byte(`"`))
	p.text(caption, 0, len(caption))
	p.flush()
	p.write("</figcaption></figure>\n")
}

// openImage writes an img element up to its alt attribute, and says whether
// there is to be one. A page shows no picture of another host: that would
// tell it who reads the page.
func (p *page) openImage(n *ast.Image) bool {
	target := asRead(unescape(n.Destination))
	switch kind, _ := classify(target); kind {
	case ours:
	case nowhere:
		p.report(n.Pos(), problem.Error, "image-missing", "image names no file", "write between the parentheses which file it is")
		return false
	default:
		p.report(n.Pos(), problem.Error, "remote-image", "image is not a file of this site", "put the file beside the page")
		return false
	}
	p.write("<img")
	p.gap(ImageGap, target, n.Pos())
	p.write(` alt="`)
	start := len(p.out)
	p.out = p.plainWords(p.out, n)
	if len(bytes.TrimSpace(p.out[start:])) == 0 {
		p.report(n.Pos(), problem.Error, "image-alt", "image has no alt text", "write between the brackets what one sees in it: ![A balanced line](file)")
	}
	p.write(`"`)
	return true
}
