package markdown

import (
	"bytes"
	"strings"
)

// A yamlScanner reads YAML line by line.
type yamlScanner struct {
	paint
	// block is the indentation of the line whose value is a block of text,
	// -1 where none is.
	block int
}

// scanYAML writes YAML as HTML.
func scanYAML(into, code []byte) []byte {
	s := yamlScanner{paint: paint{out: into}, block: -1}
	for line := range bytes.Lines(code) {
		s.line(line)
	}
	s.end()
	return s.out
}

func (s *yamlScanner) line(line []byte) {
	text := bytes.TrimLeft(line, " \t")
	indent := len(line) - len(text)
	s.put("", line[:indent])
	switch {
	case blank(text):
		s.put("", text)
		return
	case s.block >= 0 && indent > s.block:
		s.put("sd", text)
		return
	case indent == 0 && (bytes.HasPrefix(text, []byte("---")) || bytes.HasPrefix(text, []byte("..."))):
		s.put("nn", text)
		return
	}
	s.block = -1
	for bytes.HasPrefix(text, []byte("- ")) {
		s.put("", text[:2])
		text = text[2:]
	}
	text = s.key(text)
	if marker := bytes.TrimSpace(text); len(marker) > 0 && (marker[0] == '|' || marker[0] == '>') {
		s.block = indent
		s.put("", text)
		return
	}
	s.value(text)
}

// key writes the key that text begins with and returns the rest.
func (s *yamlScanner) key(text []byte) []byte {
	if bytes.IndexByte([]byte("[{#&*!|>"), text[0]) >= 0 {
		return text
	}
	n := scalarLength(text, ":")
	if n == len(text) || text[n] != ':' || n+1 < len(text) && text[n+1] > ' ' {
		return text
	}
	s.put("nt", text[:n])
	s.put("", text[n:n+1])
	return text[n+1:]
}

// value writes a value, a list or a map within the line, and a comment.
func (s *yamlScanner) value(text []byte) {
	flow := 0
	for len(text) > 0 {
		n, class := 1, ""
		switch c := text[0]; {
		case c <= ' ' || c == ',':
		case c == '[' || c == '{':
			flow++
		case c == ']' || c == '}':
			flow--
		case c == '#':
			n, class = len(text), "c"
		case c == '&' || c == '*':
			n, class = wordLength(text), "cp"
		case c == '!':
			n, class = wordLength(text), "kt"
		case flow > 0:
			n = scalarLength(text, ",]}:")
			class = scalarClass(text[:n])
			if n < len(text) && text[n] == ':' {
				class = "nt"
			}
		default:
			n = scalarLength(text, "")
			class = scalarClass(text[:n])
		}
		n = max(1, n)
		s.put(class, text[:n])
		text = text[n:]
	}
}

// scalarLength returns the length of the quoted or plain scalar that text
// begins with. A plain one ends before a comment and before one of the stops;
// a colon stops only where white space follows it.
func scalarLength(text []byte, stops string) int {
	switch text[0] {
	case '"':
		return quote{mark: '"'}.length(text)
	case '\'':
		return quote{mark: '\''}.length(text)
	}
	for i, c := range text {
		switch {
		case c == '\n', c == '#' && i > 0 && text[i-1] == ' ':
			return i
		case c == ':' && i+1 < len(text) && text[i+1] > ' ':
		case strings.IndexByte(stops, c) >= 0:
			return i
		}
	}
	return len(text)
}

func wordLength(text []byte) int {
	if n := bytes.IndexAny(text, " \n,]}"); n > 0 {
		return n
	}
	return len(text)
}

// scalarClass returns the class of a scalar: by its quotes, or by what it
// looks like.
func scalarClass(scalar []byte) string {
	switch scalar = bytes.TrimSpace(scalar); {
	case len(scalar) == 0:
		return ""
	case scalar[0] == '"':
		return "s2"
	case scalar[0] == '\'':
		return "s1"
	}
	switch string(scalar) {
	case "true", "false", "null", "yes", "no", "on", "off":
		return "kc"
	}
	digits := bytes.TrimLeft(scalar, "-+")
	switch {
	case len(digits) == 10 && digits[4] == '-' && only(digits, "0123456789-"):
		return "ld"
	case len(digits) > 0 && only(digits, "0123456789._") || bytes.HasPrefix(digits, []byte("0x")):
		return "m"
	}
	return "l"
}

// only says whether text consists of the given characters.
func only(text []byte, characters string) bool {
	for _, c := range text {
		if strings.IndexByte(characters, c) < 0 {
			return false
		}
	}
	return true
}
