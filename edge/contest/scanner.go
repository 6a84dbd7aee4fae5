package contest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A scanner reads a text line by line, each of an expected kind. After the
// first error it returns zero values, and end has the error.
type scanner struct {
	rest []byte
	line int // the number of the line that was read last, from 1
	err  error
}

func newScanner(text []byte) *scanner { return &scanner{rest: text} }

// next returns a line without its end.
func (s *scanner) next() string {
	if s.err != nil {
		return ""
	}
	s.line++
	line, rest, found := bytes.Cut(s.rest, []byte("\n"))
	if !found {
		s.refuse("does not end with a line feed")
		return ""
	}
	s.rest = rest
	return string(line)
}

// refuse notes the first error, with the line that was read last.
func (s *scanner) refuse(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("line %d: %s", s.line, fmt.Sprintf(format, args...))
	}
}

// title reads a line that is always the same.
func (s *scanner) title(want string) {
	if got := s.next(); got != want {
		s.refuse("is %.80q, not %q", got, want)
	}
}

// value reads a line that begins with a name.
func (s *scanner) value(name string) string {
	line := s.next()
	value, found := strings.CutPrefix(line, name+" ")
	if !found {
		s.refuse("is %.80q, not %q and a value", line, name)
	}
	return value
}

// has says whether the next line begins with a name.
func (s *scanner) has(name string) bool {
	return s.err == nil && bytes.HasPrefix(s.rest, []byte(name+" "))
}

func (s *scanner) number(name string) int {
	text := s.value(name)
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxEntries || strconv.Itoa(n) != text {
		s.refuse("%s: %.80q is not a number from 0 to %d", name, text, maxEntries)
		return 0
	}
	return n
}

func (s *scanner) time(name string) time.Time {
	text := s.value(name)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.UTC().Format(time.RFC3339) != text {
		s.refuse("%s: %.80q is not a time as 2027-01-29T22:00:00Z", name, text)
		return time.Time{}
	}
	return t.UTC()
}

func (s *scanner) hex(name string) [32]byte { return s.digits(s.value(name)) }

// digits reads the 32 bytes that a line says in small hexadecimal digits.
func (s *scanner) digits(text string) [32]byte {
	var b [32]byte
	if len(text) != 2*len(b) || strings.ToLower(text) != text {
		s.refuse("%.80q is not %d small hexadecimal digits", text, 2*len(b))
		return b
	}
	if _, err := hex.Decode(b[:], []byte(text)); err != nil {
		s.refuse("%.80q is not %d small hexadecimal digits", text, 2*len(b))
	}
	return b
}

// entries reads n lines of one entry each.
func (s *scanner) entries(n int) []Entry {
	// A number alone must not reserve memory: the lines have to be there.
	if have := bytes.Count(s.rest, []byte("\n")); s.err == nil && have != n {
		s.refuse("%d lines of entries follow, not %d", have, n)
	}
	if s.err != nil {
		return nil
	}
	list := make([]Entry, n)
	for i := range list {
		list[i] = s.digits(s.next())
	}
	return list
}

// named reads all lines that begin with a name, which are up to maxEntries.
func (s *scanner) named(name string) []Entry {
	var list []Entry
	for s.has(name) {
		if len(list) == maxEntries {
			s.refuse("has more than %d lines %q", maxEntries, name)
			return nil
		}
		list = append(list, s.hex(name))
	}
	return list
}

// end returns the first error; text that is left is one.
func (s *scanner) end() error {
	if s.err == nil && len(s.rest) > 0 {
		return fmt.Errorf("line %d: the text goes on after its end", s.line+1)
	}
	return s.err
}
