package policy

import (
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

func checkTitle(s string) error {
	if strings.TrimSpace(s) == "" {
		return badValue("is empty")
	}
	return checkLine(s)
}

// checkLine checks a text that may be empty.
func checkLine(s string) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return badValue("has a control character")
	}
	return nil
}

func isID(s string) bool {
	return s != "" && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

// isHost follows RFC 1123, section 2.1, in small letters: the host is
// compared byte by byte and is the name of a folder.
func isHost(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isID(label) || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// isOriginOf says whether s is an origin as RFC 6454, section 6.2, writes it,
// so without the default port, and its host is this one.
func isOriginOf(s, host string) bool {
	rest, secure := strings.CutPrefix(s, "https://")
	if !secure {
		var plain bool
		if rest, plain = strings.CutPrefix(s, "http://"); !plain {
			return false
		}
	}
	rest, ok := strings.CutPrefix(rest, host)
	if !ok || rest == "" {
		return ok
	}
	port, err := strconv.ParseUint(strings.TrimPrefix(rest, ":"), 10, 16)
	standard := secure && port == 443 || !secure && port == 80
	return err == nil && port > 0 && !standard && rest == ":"+strconv.FormatUint(port, 10)
}

// isLanguage says whether s has the form of a tag of BCP 47: parts of one to
// eight letters and digits, the first of letters alone.
func isLanguage(s string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	first, _, _ := strings.Cut(s, "-")
	for part := range strings.SplitSeq(s, "-") {
		if part == "" || len(part) > 8 || strings.Trim(part, letters+digits) != "" {
			return false
		}
	}
	return strings.Trim(first, letters) == ""
}

// isShell says whether s is a path below a host's folder that is never
// served: dot segments aren't. Those of .at/ stand in for pages.
func isShell(s string) bool {
	folder, _, below := strings.Cut(s, "/")
	return below && len(folder) > 1 && folder[0] == '.' && folder != ".at" && fs.ValidPath(s) && isPath("/"+s)
}

// isPath says whether s is a path as a request asks for it, decoded. Two
// slashes at the start would be another host's address.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r == '\\' || r == '?' || r == '#' || unicode.IsControl(r) })
}

// isAddress says whether s has nothing but characters that an address may
// have (RFC 3986): browsers drop or turn the others, so that they might read
// another address.
func isAddress(s string) bool {
	outside := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>^{|}`+"`", r) }
	_, err := url.Parse(s)
	return err == nil && !strings.ContainsFunc(s, outside)
}

// originOf returns scheme, host and port of an address that has them before
// the slash of its path.
func originOf(address string) (origin string, ok bool) {
	scheme, rest, found := strings.Cut(address, "://")
	host, _, hasPath := strings.Cut(rest, "/")
	if !found || !hasPath {
		return "", false
	}
	return address[:len(scheme)+len("://")+len(host)], true
}

// isPage says whether the address is absolute, on a site's origin, and names
// a page rather than a place in it or an answer to a query.
func isPage(address, origin string) bool {
	of, ok := originOf(address)
	return ok && of == origin && isAddress(address) && !strings.ContainsAny(address, "?#")
}

// isChoiceID says whether s is the id of a choice or of anything else that is
// declared beside them, such as third-party.offers: small
// letters and digits in parts that a hyphen or a dot divides.
func isChoiceID(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '-' })
	length := max(0, len(parts)-1)
	for _, part := range parts {
		if strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
		length += len(part)
	}
	// Two dividers side by side, or one at an end, make s longer.
	return s != "" && length == len(s)
}

// isSectionID says whether s can be the id of an element: not empty, and
// without a space (HTML, section 3.2.6).
func isSectionID(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

// isTextHash says whether s can be what [HashText] returns.
func isTextHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
