// Package front decodes the YAML that editors write: front matter, site.yaml
// and the other files of settings. It is strict on purpose: an unknown key, a
// doubled key, a wrong type or a missing value is a problem at its line and
// column, and all problems of a file are reported together.
//
// The target is a struct whose fields carry a tag:
//
//	Title Text `front:"title,required"`
//
// The name is followed by options: "required"; "oneof=a|b" for text that must
// be one of a list. Types that can stand in a field: string, bool, int, the
// types of this package, structs, slices and pointers to these. A struct that
// embeds Pos gets its own place.
//
// A slice of structs takes a list, or, where a field of type Text has the name
// "*", a mapping: that field gets the key, and the others come from the
// mapping below it, or the one named "=" from the value itself.
//
// Anchors, aliases, merge keys and tags of YAML are refused: no file needs
// them, and they are the usual way to make a small file cost much.
package front

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/build/problem"
)

// MaxSize is the most bytes of YAML that a file may have.
const MaxSize = 64 << 10

// A Pos is a place in a file, both counted from 1, Col in characters.
type Pos struct{ Line, Col int }

// Text is a string that knows where it stands.
type Text struct {
	Value string
	Pos
}

// Date is a day or a moment. A day is midnight UTC.
type Date struct {
	Time time.Time
	Pos
}

// IsZero says that the file has no such date.
func (d Date) IsZero() bool { return d.Time.IsZero() }

// Decimal is a number of money, kept as written: digits, at most two
// decimals.
type Decimal struct {
	Value string
	Pos
}

// Number is a whole number that knows where it stands.
type Number struct {
	Value int
	Pos
}

// Label is text, or false for "none".
type Label struct {
	Value  string
	Hidden bool
	Pos
}

// Pairs is a mapping of text to any scalar, in the order of the file.
type Pairs []Pair

// A Pair is one entry of Pairs.
type Pair struct {
	Label, Value string
	Pos
}

// A Source is YAML and where it stands.
type Source struct {
	// File is the whole text of the file, for the lines shown with problems.
	File []byte
	// Start and End bound the YAML in it, in bytes.
	Start, End int
}

// Whole is a Source that is all of a file.
func Whole(file []byte) Source { return Source{File: file, End: len(file)} }

var (
	fence = []byte("---")
	bom   = []byte("\xef\xbb\xbf")
)

// Split finds the front matter of a Markdown file: the lines between a first
// line "---" and the next such line. Body is the offset of what follows.
// A file without front matter has an empty Source and Body 0 (behind a byte
// order mark). A front matter that never ends is a problem.
func Split(file []byte) (meta Source, body int, problems problem.List) {
	start := 0
	if bytes.HasPrefix(file, bom) {
		start = len(bom)
	}
	first, next := line(file, start)
	if !bytes.Equal(bytes.TrimRight(first, " \t\r"), fence) {
		return Source{File: file, Start: start, End: start}, start, nil
	}
	for at := next; at < len(file); {
		text, after := line(file, at)
		if bytes.Equal(bytes.TrimRight(text, " \t\r"), fence) {
			return Source{File: file, Start: next, End: at}, after, nil
		}
		at = after
	}
	return Source{File: file, Start: start, End: start}, len(file), problem.List{{
		Line: 1, Col: 1, Rule: "front-matter", Source: "---",
		Message: "front matter has no end",
		Hint:    "close it with a line that holds only ---",
	}}
}

// line returns the line that starts at an offset, without its line feed, and
// the offset of the next.
func line(file []byte, at int) ([]byte, int) {
	if i := bytes.IndexByte(file[at:], '\n'); i >= 0 {
		return file[at : at+i], at + i + 1
	}
	return file[at:], len(file)
}

// Line returns the text of a line, counted from 1, as problems show it.
func Line(file []byte, number int) string {
	at := 0
	for n := 1; at < len(file); n++ {
		text, next := line(file, at)
		if n == number {
			text = bytes.TrimRight(text, "\r")
			if n == 1 {
				text = bytes.TrimPrefix(text, bom)
			}
			return strings.ToValidUTF8(string(text[:min(len(text), 1000)]), "\uFFFD")
		}
		at = next
	}
	return ""
}

// firstLine is the number of the file's line on which the YAML starts.
func (s Source) firstLine() int { return 1 + bytes.Count(s.File[:s.Start], []byte("\n")) }

// invalid returns the line of the first byte that is not UTF-8, or 0.
func (s Source) invalid() int {
	text := s.File[s.Start:s.End]
	if utf8.Valid(text) {
		return 0
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return s.firstLine() + bytes.Count(text[:at], []byte("\n"))
		}
		at += size
	}
	return 0
}
