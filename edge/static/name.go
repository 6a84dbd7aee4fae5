package static

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// notFoundPage is what a site shows for a 404. It has no address of its own.
const notFoundPage = "404.html"

// resolve turns the path of a request into the name of a file below the root,
// with status 200, or says which status the path deserves: 400 where no
// honest client would send it, 404 where nothing may ever stand there.
func resolve(u *url.URL) (name string, status int) {
	rest, ok := strings.CutPrefix(u.Path, "/")
	if !ok || malformed(u) {
		return "", http.StatusBadRequest
	}
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	status = http.StatusOK
	first := true
	for segment := range strings.SplitSeq(rest, "/") {
		switch {
		case segment == "." || segment == "..":
			return "", http.StatusBadRequest
		case first && segment == ".well-known": // RFC 8615
		case private(segment):
			status = http.StatusNotFound
		}
		first = false
	}
	if strings.HasSuffix(rest, packedSuffix) || rest == notFoundPage {
		status = http.StatusNotFound
	}
	return rest, status
}

// malformed says whether the path holds what could be read in two ways: by
// this server, a proxy in front of it, and the file system.
func malformed(u *url.URL) bool {
	if !utf8.ValidString(u.Path) || strings.Contains(u.Path, `\`) || strings.ContainsFunc(u.Path, unicode.IsControl) {
		return true
	}
	// RawPath is set only where the path was not encoded in the usual way.
	return strings.Contains(strings.ToLower(u.RawPath), "%2f")
}

// private says whether a part of a path is none that a site publishes:
// hidden files, what editors leave behind, path parameters, and a percent
// sign, which a client meant as an escape of an escape.
func private(segment string) bool {
	if segment == "" || segment[0] == '.' || segment[0] == '#' || strings.ContainsAny(segment, "%;") {
		return true
	}
	lower := strings.ToLower(segment)
	for _, suffix := range []string{"~", "#", ".bak", ".orig", ".old", ".swp", ".swo", ".tmp"} {
		if strings.HasSuffix(lower, suffix) {
			return true
		}
	}
	return false
}
