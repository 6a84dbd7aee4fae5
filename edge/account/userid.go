// Package account has what registered people may do: register, sign in on any
// device, correct what is held of them, and end it. Passwords, the limits of
// guessing them, and the pages are in the packages below it.
//
// # Joining
//
// An account has a profile: the personal identification code under which its
// choices stand. A browser that signs in had a code of its own, which joins the
// account; from then on the browser carries the profile's. Where the two were
// answered differently, both answers stay recorded and the difference is kept
// until the person decides. Until then the one that permits less holds: a
// refusal of the browser's is recorded for the profile, a grant never is. A
// browser that never answered a choice differs in nothing.
//
// # Sessions
//
// A session is a browser that is signed in. Its token is in a cookie of the
// apex alone; a store has the token's SHA-256, so that who reads the store
// cannot sign in. What a token opens is asked of the store at each request: a
// session that has ended has ended on every node.
package account

import (
	"slices"
	"strings"
)

// A UserIDError says why a User ID is not taken, and what would be.
type UserIDError struct{ Text string }

func (e *UserIDError) Error() string { return "user id: " + e.Text }

// reserved are names that an official page or address could have, and that
// nobody shall be taken for.
var reserved = []string{
	"abuse", "account", "admin", "administrator", "anonymous", "billing", "contact", "editor", "guest", "help", "hostmaster", "info", "legal", "mail",
	"nobody", "noreply", "official", "operator", "owner", "postmaster", "privacy", "root", "sales", "security", "staff", "support", "system", "webmaster",
}

// FoldUserID returns a User ID as it is stored and compared: 3 to 32 of the
// letters a to z, digits, dots, hyphens and underscores, with letters in lower
// case. There are no others, so that no two that look alike are different ones.
// Names that belong to the company are refused: those of a fixed list, and
// those given. The error is a *[UserIDError].
func FoldUserID(name string, taken ...string) (string, error) {
	if len(name) < 3 || len(name) > 32 {
		return "", &UserIDError{"A User ID has 3 to 32 characters."}
	}
	folded := []byte(name)
	for i, c := range folded {
		switch {
		case 'A' <= c && c <= 'Z':
			folded[i] = c + 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return "", &UserIDError{"A User ID has only the letters a to z, digits, dots, hyphens, and underscores."}
		}
	}
	id := string(folded)
	if !strings.ContainsAny(id, "abcdefghijklmnopqrstuvwxyz0123456789") {
		return "", &UserIDError{"A User ID has at least one letter or digit."}
	}
	bare := strings.Trim(id, ".-_")
	if slices.Contains(reserved, bare) || slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, bare) }) {
		return "", &UserIDError{"This name is reserved. Choose another."}
	}
	return id, nil
}
