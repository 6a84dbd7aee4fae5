package identity

import (
	"encoding/base64"
	"net/http"
	"strings"
)

const (
	// maxPairs is how many cookies net/http parses; of more it returns none.
	maxPairs = 3000
	// maxCookies is how many bytes of cookies are looked at.
	maxCookies = 16 << 10
	// maxLine is the longest cookie that each browser takes, with its name
	// and attributes (RFC 6265, section 6.1).
	maxLine = 4096
)

// A State says what a request's cookies told.
type State int

const (
	// None is a request without the cookie: a new visitor.
	None State = iota
	// Known is one whose cookie holds.
	Known
	// Doubled has two cookies of the name that differ, as a sibling host can
	// bring about. Neither is trusted: call [Cookies.Expire], and then
	// [Cookies.Write] with a new visitor.
	Doubled
	// Broken has a cookie that does not hold: cut, changed, made with a key
	// that is not in the ring, too old or from the future. A new visitor, who
	// has agreed to nothing.
	Broken
	// Flooded has more cookies than are parsed, so that the visitor's own may
	// be among them. Answer 431, and never write a new identity over it.
	Flooded
)

func (s State) String() string {
	switch s {
	case None:
		return "none"
	case Known:
		return "known"
	case Doubled:
		return "doubled"
	case Broken:
		return "broken"
	case Flooded:
		return "flooded"
	}
	return "unknown"
}

// find looks for a cookie by its exact name in all Cookie lines of a header.
// The state is None, Known with the value, Doubled or Flooded. Two equal
// values are one. It parses as net/http does, except that a value which that
// would leave out or unquote is a value like any other.
func find(header http.Header, name string) (value string, state State) {
	lines := header["Cookie"]
	pairs, size := 0, 0
	for _, line := range lines {
		pairs += strings.Count(line, ";") + 1
		size += len(line)
	}
	if pairs > maxPairs || size > maxCookies {
		return "", Flooded
	}
	for _, line := range lines {
		for part := ""; line != ""; {
			part, line, _ = strings.Cut(line, ";")
			found, is := valueOf(part, name)
			if !is {
				continue
			}
			if state == Known && found != value {
				return "", Doubled
			}
			value, state = found, Known
		}
	}
	return value, state
}

// valueOf returns the value of a pair with a name.
func valueOf(pair, name string) (value string, is bool) {
	before, value, _ := strings.Cut(pair, "=")
	const space = " \t\r\n"
	return strings.Trim(value, space), strings.Trim(before, space) == name
}

// canonical says whether the end of a value is the one that an encoder writes:
// decoders let bits pass that no byte holds.
func canonical(value string) bool {
	if len(value) < 4 || len(value)%4 != 0 {
		return false
	}
	var last [3]byte
	_, err := base64.URLEncoding.Strict().Decode(last[:], []byte(value[len(value)-4:]))
	return err == nil
}
