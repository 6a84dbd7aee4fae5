package markdown

import "bytes"

// A paint writes code as HTML, with neighbouring pieces of one class in one
// element.
type paint struct {
	out []byte
	// class is that of the open element, "" where none is open.
	class string
	// solid is the end of what is written but for white space.
	solid int
}

// put writes text of a class; "" stands for text that looks like the text
// around it. White space between pieces of one class is in their element.
func (p *paint) put(class string, text []byte) {
	words := len(bytes.TrimRight(text, " \t\n"))
	if class != p.class && words > 0 {
		p.end()
		if class != "" {
			p.out = append(p.out, `<span class="`...)
			p.out = append(p.out, class...)
			p.out = append(p.out, `">`...)
		}
		p.class = class
	}
	p.out = escape(p.out, text[:words])
	if words > 0 {
		p.solid = len(p.out)
	}
	p.out = append(p.out, text[words:]...)
}

// end closes the open element, before the white space at its end.
func (p *paint) end() {
	const tag = "</span>"
	if p.class == "" {
		return
	}
	p.class = ""
	p.out = append(p.out, tag...)
	copy(p.out[p.solid+len(tag):], p.out[p.solid:len(p.out)-len(tag)])
	copy(p.out[p.solid:], tag)
}

func blank(text []byte) bool {
	for _, c := range text {
		if c > ' ' {
			return false
		}
	}
	return true
}
