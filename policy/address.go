package policy

import (
	"slices"
	"strings"
)

// everywhere are the addresses that the edge answers on every host, onApex
// those that it answers on the first one; other hosts lead there.
var (
	everywhere = []string{
		"/preferences", "/preferences/history", "/preferences/retention", "/notices", "/search",
		"/.well-known/gpc.json", "/.well-known/change-password", "/.well-known/security.txt",
	}
	onApex = []string{
		"/account", "/account/register", "/account/sign-in", "/account/sign-out", "/account/password",
		"/account/export", "/account/erase",
	}
)

// Reserved says whether a path belongs to the edge, so that no page may have
// it: "/preferences/", "/forms/anything", "/account/x".
func Reserved(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "preferences", "notices", "search", "account", "forms", "unsubscribe", "confirm", "complaints", ".well-known":
		return true
	}
	return false
}

// EdgeAddresses returns the paths that the edge answers, forms aside.
func EdgeAddresses() []string { return slices.Concat(everywhere, onApex) }

// EdgeAddress says whether the edge answers a path that a text may link to,
// and whether it does so on the first site's host alone. A form's address is
// "/forms/" and the id of a form.
func EdgeAddress(path string, form func(id string) bool) (apex, ok bool) {
	if id, found := strings.CutPrefix(path, "/forms/"); found {
		return false, form(id)
	}
	for _, address := range onApex {
		if path == address {
			return true, true
		}
	}
	for _, address := range everywhere {
		if path == address {
			return false, true
		}
	}
	return false, false
}
