package policy

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// check holds the catalog against the rules of its format, beyond the types
// of its members. The error is about the first member that breaks one.
func (c *Catalog) check() error {
	if c.Format != CatalogFormat {
		return &memberError{"format", fmt.Sprintf("%d is not %d, the one format that is known", c.Format, CatalogFormat)}
	}
	if err := checkTitle(c.Provider); err != nil {
		return within("provider", err)
	}
	if len(c.Sites) == 0 {
		return within("sites", badValue("has no site"))
	}
	for i, s := range c.Sites {
		if err := s.check(c.Sites[:i]); err != nil {
			return within(fmt.Sprintf("sites[%d]", i), err)
		}
	}
	seen := make(map[Redirect]bool, len(c.Redirects))
	for i, r := range c.Redirects {
		if err := r.check(c.Sites, seen); err != nil {
			return within(fmt.Sprintf("redirects[%d]", i), err)
		}
	}
	return nil
}

func (s Site) check(before []Site) error {
	if !isID(s.ID) {
		return &memberError{"id", fmt.Sprintf("%q is not a name of small letters, digits and hyphens", s.ID)}
	}
	if slices.ContainsFunc(before, func(o Site) bool { return o.ID == s.ID }) {
		return &memberError{"id", fmt.Sprintf("%q stands twice", s.ID)}
	}
	if err := checkTitle(s.Title); err != nil {
		return within("title", err)
	}
	if !isHost(s.Host) {
		return &memberError{"host", fmt.Sprintf("%q is not a host name in small letters, without port and path", s.Host)}
	}
	if slices.ContainsFunc(before, func(o Site) bool { return o.Host == s.Host }) {
		return &memberError{"host", fmt.Sprintf("%q stands twice", s.Host)}
	}
	if !isOriginOf(s.Origin, s.Host) {
		return &memberError{"origin", fmt.Sprintf("%q is not http:// or https:// with host %s and at most a port", s.Origin, s.Host)}
	}
	return nil
}

// check also notes the redirect in seen, which holds host and path alone.
func (r Redirect) check(sites []Site, seen map[Redirect]bool) error {
	if !slices.ContainsFunc(sites, func(s Site) bool { return s.Host == r.Host }) {
		return &memberError{"host", fmt.Sprintf("%q is not the host of a site", r.Host)}
	}
	if !isPath(r.From) {
		return &memberError{"from", fmt.Sprintf("%q is not a path from the root", r.From)}
	}
	key := Redirect{Host: r.Host, From: r.From}
	if seen[key] {
		return &memberError{"from", fmt.Sprintf("%q stands twice for host %s", r.From, r.Host)}
	}
	seen[key] = true
	if !staysWithin(r.To, sites) {
		return &memberError{"to", fmt.Sprintf("%q is neither a path nor an address on one of the sites", r.To)}
	}
	if r.To == r.From {
		return &memberError{"to", fmt.Sprintf("%q leads to itself", r.To)}
	}
	return nil
}

func checkTitle(s string) error {
	if strings.TrimSpace(s) == "" {
		return badValue("is empty")
	}
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

// isPath says whether s is a path as a request asks for it, decoded. Two
// slashes at the start would be another host's address.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r == '\\' || r == '?' || r == '#' || unicode.IsControl(r) })
}

// staysWithin says whether a browser that follows the address stays on the
// sites. Only characters that an address may have (RFC 3986) are let through:
// browsers drop or turn the others, so that they might read another address.
func staysWithin(to string, sites []Site) bool {
	outside := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`\"<>^{|}`+"`", r) }
	if _, err := url.Parse(to); err != nil || strings.ContainsFunc(to, outside) {
		return false
	}
	for _, s := range sites {
		if path, ok := strings.CutPrefix(to, s.Origin); ok && strings.HasPrefix(path, "/") {
			return true
		}
	}
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//")
}
