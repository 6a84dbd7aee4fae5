package markdown

import (
	"bytes"
	"strings"
)

// shellWords are the words of the shell: keywords and built-in commands.
var shellWords = classes(map[string]string{
	"k": "if then elif else fi for while until do done case esac select continue break return function time",
	"nb": `alias bg bind builtin caller cd command compgen declare dirs disown echo enable eval exec exit export
		false fc fg getopts hash help history jobs kill let local logout popd printf pushd pwd read readonly set
		shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait`,
})

// A shellScanner reads commands from src[i:].
type shellScanner struct {
	paint
	src []byte
	i   int
	// depth counts substitutions within each other; it is bounded.
	depth int
	// here is the word that ends the text behind this line, "" for none.
	here string
}

// scanShell writes a shell's commands as HTML.
func scanShell(into, code []byte) []byte {
	s := shellScanner{paint: paint{out: into}, src: code}
	if bytes.HasPrefix(code, []byte("#!")) {
		s.take("cp", s.toLineEnd())
	}
	for s.i < len(code) {
		s.commands()
		if s.i < len(code) {
			s.take("", 1) // a parenthesis that nothing opened
		}
	}
	s.end()
	return s.out
}

func (s *shellScanner) take(class string, n int) {
	n = min(n, len(s.src)-s.i)
	s.put(class, s.src[s.i:s.i+n])
	s.i += n
}

func (s *shellScanner) toLineEnd() int {
	if n := bytes.IndexByte(s.src[s.i:], '\n'); n >= 0 {
		return n
	}
	return len(s.src) - s.i
}

// commands reads up to the end, or to the parenthesis that ends a
// substitution.
func (s *shellScanner) commands() {
	for open := 0; s.i < len(s.src); {
		switch c := s.src[s.i]; c {
		case '(':
			open++
			s.take("", 1)
		case ')':
			if open == 0 {
				return
			}
			open--
			s.take("", 1)
		case '\n':
			s.take("", 1)
			s.hereText()
		case '#':
			if s.i == 0 || strings.IndexByte(" \t\n;(", s.src[s.i-1]) >= 0 {
				s.take("c1", s.toLineEnd())
			} else {
				s.take("", 1)
			}
		default:
			s.token(c)
		}
	}
}

func (s *shellScanner) token(c byte) {
	rest := s.src[s.i:]
	switch {
	case c == '"':
		s.quoted()
	case c == '\'':
		s.take("s1", quote{mark: '\'', raw: true}.length(rest))
	case c == '$':
		s.variable()
	case c == '`':
		s.take("sb", 1)
	case c == '\\':
		s.take("se", 2)
	case c == '<' && bytes.HasPrefix(rest, []byte("<<")):
		s.hereMark(rest)
	case isWordStart(c) || '0' <= c && c <= '9' || strings.IndexByte("-./%+,:@~", c) >= 0:
		s.word(rest)
	default:
		s.take("", 1)
	}
}

// word reads a word: a number, a name that is set, a command or an argument.
func (s *shellScanner) word(rest []byte) {
	n, name := 0, true
	for n < len(rest) && (isAlnum(rest[n]) || rest[n] >= 0x80 || strings.IndexByte("_-./%+,:@~#", rest[n]) >= 0) {
		name = name && (isAlnum(rest[n]) || rest[n] == '_')
		n++
	}
	class := shellWords[string(rest[:n])]
	switch {
	case name && n < len(rest) && rest[n] == '=' && isWordStart(rest[0]):
		class = "nv"
	case only(rest[:n], "0123456789"):
		class = "m"
	}
	s.take(class, max(1, n))
}

// quoted reads a string in double quotes, with what is substituted in it.
func (s *shellScanner) quoted() {
	s.take("s2", 1)
	for s.i < len(s.src) {
		n := bytes.IndexAny(s.src[s.i:], "\"$\\")
		if n < 0 {
			n = len(s.src) - s.i
		}
		s.take("s2", n)
		if s.i == len(s.src) {
			return
		}
		switch s.src[s.i] {
		case '"':
			s.take("s2", 1)
			return
		case '\\':
			s.take("s2", 2)
		default:
			s.variable()
		}
	}
}

// variable reads what begins with a dollar sign.
func (s *shellScanner) variable() {
	rest := s.src[s.i:]
	n := 1
	for n < len(rest) && (isAlnum(rest[n]) || rest[n] == '_') {
		n++
	}
	switch {
	case n > 1:
		s.take("nv", n)
	case len(rest) == 1:
		s.take("", 1)
	case rest[1] == '{':
		s.take("si", max(2, bytes.IndexByte(rest, '}')+1))
	case rest[1] == '(' && s.depth < 10:
		s.substitution(rest)
	case strings.IndexByte("#?@*!$-", rest[1]) >= 0:
		s.take("nv", 2)
	default:
		s.take("", 1)
	}
}

// substitution reads $(commands) or $((expression)).
func (s *shellScanner) substitution(rest []byte) {
	n := 2
	if bytes.HasPrefix(rest, []byte("$((")) {
		n = 3
	}
	s.take("k", n)
	s.depth++
	s.commands()
	s.depth--
	s.take("k", n-1)
}

// hereMark reads <<WORD and notes the word: a text up to it follows.
func (s *shellScanner) hereMark(rest []byte) {
	word := bytes.TrimLeft(rest[2:], "-'\"")
	n := 0
	for n < len(word) && (isAlnum(word[n]) || word[n] == '_') {
		n++
	}
	if n == 0 {
		s.take("", 2)
		return
	}
	s.here = string(word[:n])
	s.take("s", len(rest)-len(word)+n)
}

// hereText reads the text that a line before has announced.
func (s *shellScanner) hereText() {
	for s.here != "" && s.i < len(s.src) {
		line := s.src[s.i : s.i+s.toLineEnd()]
		if string(bytes.TrimSpace(line)) == s.here {
			s.here = ""
		}
		s.take("s", min(len(line)+1, len(s.src)-s.i))
	}
	s.here = ""
}
