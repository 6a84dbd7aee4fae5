package markdown

import (
	"bytes"
	"strings"
)

// A grammar is what a scanner needs to know of a language. Most blocks of
// code on most sites are in a few languages; for these a scanner is a hundred
// times as fast as chroma's regular expressions, and gives the same classes.
type grammar struct {
	// comments begin a comment that ends with the line.
	comments []string
	// block says that there are comments between /* and */.
	block bool
	// quotes begin and end strings; triple ones too where that is set.
	quotes []quote
	triple bool
	// words have classes of their own; in lower case where fold is set.
	words map[string]string
	fold  bool
	// call is the class of a word before a parenthesis.
	call string
	// next is the class of the word after a word.
	next map[string]string
	// marks are characters that begin words, besides letters and "_".
	marks string
	// signed says that a minus belongs to the number behind it.
	signed bool
	// line reads what stands at the start of a line; keys are strings and
	// words before a colon.
	line func(s *scanner)
	key  string
	// hash is the class of the lines that begin with #, such as #include.
	hash string
}

// A quote is a kind of string.
type quote struct {
	mark  byte
	class string
	// raw strings have no escapes and go on over lines.
	raw bool
	// insert begins what is inserted up to a closing brace.
	insert string
}

// A scanner reads code from src[i:] and paints it.
type scanner struct {
	*grammar
	paint
	src []byte
	i   int
	// after is the class of the next word.
	after string
}

// scan writes code as HTML.
func (g *grammar) scan(into, code []byte) []byte {
	s := scanner{grammar: g, paint: paint{out: into}, src: code}
	for fresh := true; s.i < len(code); {
		c := code[s.i]
		if fresh && c > ' ' {
			fresh = false
			if s.lineStart() {
				continue
			}
		}
		fresh = fresh || c == '\n'
		s.token(c)
	}
	s.end()
	return s.out
}

// take paints the next n bytes.
func (s *scanner) take(class string, n int) {
	n = min(n, len(s.src)-s.i)
	s.put(class, s.src[s.i:s.i+n])
	s.i += n
}

// lineStart reads what has a meaning at the start of a line only, and says
// whether there was such a thing.
func (s *scanner) lineStart() bool {
	from := s.i
	if s.hash != "" && s.src[s.i] == '#' {
		s.take(s.hash, s.toLineEnd())
	} else if s.line != nil {
		s.line(s)
	}
	return s.i > from
}

// token reads the token that begins with c.
func (s *scanner) token(c byte) {
	switch {
	case c <= ' ':
		s.take("", 1)
	case isWordStart(c) || strings.IndexByte(s.marks, c) >= 0:
		s.word()
	case '0' <= c && c <= '9', s.signed && c == '-' && s.i+1 < len(s.src) && isAlnum(s.src[s.i+1]):
		s.number()
	case s.comment() || s.text(c):
	default:
		s.take("", 1)
	}
}

func isWordStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

// wordEnd returns the end of the word that begins at src[i].
func (s *scanner) wordEnd() int {
	end := s.i + 1
	for end < len(s.src) && (isWordStart(s.src[end]) || '0' <= s.src[end] && s.src[end] <= '9') {
		end++
	}
	return end
}

func (s *scanner) word() {
	end := s.wordEnd()
	word := s.src[s.i:end]
	var folded [40]byte
	if s.fold && len(word) <= len(folded) {
		word = lower(folded[:0], word)
	}
	class, known := s.words[string(word)]
	rest := bytes.TrimLeft(s.src[end:], " ")
	switch {
	case !known && s.after != "":
		class = s.after
	case known && class == "nb" && s.call != "" && s.call != "nb" && !bytes.HasPrefix(rest, []byte("(")):
		class = "" // a built-in function's name that isn't called
	case !known && s.call != "" && bytes.HasPrefix(s.src[end:], []byte("(")):
		class = s.call
	case word[0] == '@':
		class = "nd"
	}
	s.after = s.next[string(word)]
	s.take(class, end-s.i)
}

func lower(into, word []byte) []byte {
	for _, c := range word {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		into = append(into, c)
	}
	return into
}

// number reads a number with all that may belong to it, an exponent's sign
// included.
func (s *scanner) number() {
	end := s.i + 1
	for end < len(s.src) {
		c := s.src[end]
		sign := (c == '+' || c == '-') && s.src[end-1]|0x20 == 'e' && !bytes.HasPrefix(s.src[s.i:], []byte("0x"))
		if !isAlnum(c) && c != '.' && c != '_' && !sign {
			break
		}
		end++
	}
	s.take(numberClass(s.src[s.i:end]), end-s.i)
}

func numberClass(number []byte) string {
	switch {
	case len(number) > 1 && number[0] == '0' && number[1]|0x20 == 'x':
		return "mh"
	case bytes.ContainsAny(number, ".eE"):
		return "mf"
	}
	return "mi"
}

// comment reads a comment, where one begins.
func (s *scanner) comment() bool {
	rest := s.src[s.i:]
	if s.block && bytes.HasPrefix(rest, []byte("/*")) {
		end := bytes.Index(rest[2:], []byte("*/"))
		if end < 0 {
			end = len(rest)
		}
		s.take("cm", end+4)
		return true
	}
	for _, mark := range s.comments {
		if bytes.HasPrefix(rest, []byte(mark)) {
			s.take("c1", s.toLineEnd())
			return true
		}
	}
	return false
}

// toLineEnd counts the bytes up to the end of the line.
func (s *scanner) toLineEnd() int {
	if n := bytes.IndexByte(s.src[s.i:], '\n'); n >= 0 {
		return n
	}
	return len(s.src) - s.i
}

// text reads a string, where one begins.
func (s *scanner) text(c byte) bool {
	for _, q := range s.quotes {
		if q.mark != c {
			continue
		}
		rest := s.src[s.i:]
		n := q.length(rest)
		if s.triple && len(rest) > 5 && rest[1] == c && rest[2] == c {
			n = tripleLength(rest)
		}
		class := q.class
		if s.key != "" && bytes.HasPrefix(bytes.TrimLeft(rest[n:], " \t"), []byte(":")) {
			class = s.key
		}
		s.insertions(class, q.insert, s.i+n)
		return true
	}
	return false
}

// length returns the length of the string that text begins with. One that
// isn't ended ends with the line, or the text where it may have lines.
func (q quote) length(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == q.mark:
			return i + 1
		case c == '\n' && !q.raw:
			return i
		case c == '\\' && (!q.raw || q.insert != ""):
			i++
		}
	}
	return len(text)
}

func tripleLength(text []byte) int {
	if n := bytes.Index(text[3:], text[:3]); n >= 0 {
		return n + 6
	}
	return len(text)
}

// insertions paints a string up to end, with what is inserted into it.
func (s *scanner) insertions(class, insert string, end int) {
	for insert != "" {
		from := bytes.Index(s.src[s.i:end], []byte(insert))
		if from < 0 {
			break
		}
		s.take(class, from)
		n := bytes.IndexByte(s.src[s.i:end], '}') + 1
		if n == 0 {
			break
		}
		s.take("si", n)
	}
	s.take(class, end-s.i)
}
