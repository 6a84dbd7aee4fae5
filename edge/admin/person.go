package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
)

// A Profile is what a registered person told of themselves. Empty is none.
type Profile struct {
	// Code is the one under which the person's choices stand.
	Code                              identity.Code
	UserID                            string
	Name, Email, Phone, PostalAddress string
}

// ErrNobody says that nobody has a User ID.
var ErrNobody = errors.New("nobody has the user id")

// People are registered people. It may be used by several goroutines. Errors
// other than those named mean that nobody can say.
type People interface {
	// Profile returns the details of a User ID in small letters; ErrNobody
	// for none.
	Profile(ctx context.Context, userID string) (Profile, error)
	// Addressed returns the codes of those who have an email address and
	// showed that it is theirs. None is not an error.
	Addressed(ctx context.Context, email string) ([]identity.Code, error)
	// Erased says whether a code was somebody's who was erased.
	Erased(ctx context.Context, code identity.Code) (bool, error)
}

// An asked one is whoever somebody asks about.
type asked struct {
	// given is how.
	given string
	// codes are the person's, or those of all who have an address; none for
	// nobody.
	codes []identity.Code
	// named says that it was not by a code, so that asking is noted.
	named bool
}

// errUnreadable says that a text names nobody by its very form.
var errUnreadable = errors.New("neither a personal identification code nor a User ID")

// find returns whom a code or a User ID names, who may be nobody.
func (h *handler) find(ctx context.Context, who string) (asked, error) {
	// A code is in capital letters, a User ID in small ones; what can be
	// read as a code is one.
	if code, err := identity.ParseCode(who); err == nil {
		if h.cfg.People == nil {
			return asked{given: who, codes: []identity.Code{code}}, nil
		}
		gone, err := h.cfg.People.Erased(ctx, code)
		if err != nil || gone {
			return asked{given: who}, err
		}
		return asked{given: who, codes: []identity.Code{code}}, nil
	}
	userID, ok := userID(who)
	if !ok {
		return asked{}, errUnreadable
	}
	if h.cfg.People == nil {
		return asked{}, unavailable()
	}
	p, err := h.cfg.People.Profile(ctx, userID)
	if errors.Is(err, ErrNobody) {
		return asked{given: who, named: true}, nil
	}
	return asked{given: who, codes: []identity.Code{p.Code}, named: true}, err
}

// findAny is find for email addresses too.
func (h *handler) findAny(ctx context.Context, who string) (asked, error) {
	if !strings.Contains(who, "@") {
		return h.find(ctx, who)
	}
	if !address(who) {
		return asked{}, errUnreadable
	}
	if h.cfg.People == nil {
		return asked{}, unavailable()
	}
	codes, err := h.cfg.People.Addressed(ctx, who)
	return asked{given: who, codes: codes, named: true}, err
}

// findAll finds each of a list, and says of one that cannot be read where it
// stands, not what it is.
func findAll(ctx context.Context, list []string, find func(context.Context, string) (asked, error)) ([]asked, error) {
	all := make([]asked, len(list))
	for i, who := range list {
		var err error
		if all[i], err = find(ctx, who); errors.Is(err, errUnreadable) {
			return nil, unreadable(fmt.Sprintf("body.who[%d]", i))
		} else if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func unreadable(where string) error {
	return huma.Error422UnprocessableEntity("validation failed", &huma.ErrorDetail{Location: where, Message: "names nobody that could be: see the description"})
}

// userID returns a User ID in small letters, where a text has the form of one.
func userID(text string) (string, bool) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
	id := strings.ToLower(text)
	return id, len(text) >= 3 && len(text) <= 32 && strings.Trim(id, letters) == "" && !strings.ContainsFunc(id, func(r rune) bool { return !strings.ContainsRune(letters, r) })
}

// address says whether a text could be an email address of up to 254 bytes
// (RFC 5321, section 4.5.3.1.3).
func address(text string) bool {
	local, domain, _ := strings.Cut(text, "@")
	return len(text) <= 254 && local != "" && domain != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\uFFFD' })
}

// note notes what is asked about those who were named, before anybody gets
// an answer. It fails where that is not stored.
func (h *handler) note(ctx context.Context, what disclosure.What, purpose string, all ...asked) error {
	var list []disclosure.Access
	for _, s := range all {
		for _, code := range s.codes {
			if s.named {
				list = append(list, disclosure.Access{At: h.now(), Code: code, Key: keyOf(ctx).Name, What: what, Purpose: purpose})
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	if h.cfg.Trail == nil {
		return unavailable()
	}
	return h.cfg.Trail.Access(ctx, list)
}

// now is the time as it is stored.
func (h *handler) now() time.Time { return h.cfg.Now().UTC().Truncate(time.Microsecond) }
