package identity

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

const (
	// maxPolicies is how many policies the longest cookie line has room for.
	maxPolicies = 20
	// maxVersion bounds the digits of a version's number.
	maxVersion = 999_999_999
	// maxUserID is in bytes, each one of userIDLetters.
	maxUserID     = 32
	userIDLetters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
)

// A Visitor is what the identity cookie tells: whose it is, and which versions
// of the policies they know. It is a value; With… return a changed copy.
type Visitor struct {
	Code Code
	// Issued is when the cookie was written, in whole seconds of UTC. Zero
	// before that.
	Issued time.Time
	// UserID is that of the account whose code it is, for showing it; empty
	// for a code without one. It opens nothing.
	UserID string
	// policies are sorted by id, none of them twice, and never changed.
	policies []acquaintance
}

// An acquaintance is what a visitor knows of one policy.
type acquaintance struct {
	id                 string
	seen, acknowledged int
}

// NewVisitor returns somebody with a new code who has seen nothing yet.
func NewVisitor() Visitor { return Visitor{Code: NewCode()} }

// Seen returns the number of the version of a policy that the visitor saw
// last, 0 for none.
func (v Visitor) Seen(policy string) int { return v.of(policy).seen }

// Acknowledged returns the number of the announced version of which the
// visitor said that they know of it, 0 for none.
func (v Visitor) Acknowledged(policy string) int { return v.of(policy).acknowledged }

// WithSeen returns the visitor after seeing a version of a policy. An
// acknowledgement of it or of an earlier one has served then.
func (v Visitor) WithSeen(policy string, version int) Visitor {
	a := v.of(policy)
	a.id, a.seen = policy, version
	if a.acknowledged <= version {
		a.acknowledged = 0
	}
	return v.with(a)
}

// WithAcknowledged returns the visitor after acknowledging an announced
// version of a policy.
func (v Visitor) WithAcknowledged(policy string, version int) Visitor {
	a := v.of(policy)
	a.id, a.acknowledged = policy, version
	return v.with(a)
}

// Known says whether all versions that the visitor knows are ones that there
// are; latest holds the number of each policy's newest one. A visitor who
// knows a later one is to be treated as new, and never as having agreed. A
// policy that is not in latest has been withdrawn and says nothing.
//
// Nodes whose catalogs differ make honest visitors look like that, so bring a
// catalog to every node before its new version is published.
func (v Visitor) Known(latest map[string]int) bool {
	for _, a := range v.policies {
		if newest, ok := latest[a.id]; ok && max(a.seen, a.acknowledged) > newest {
			return false
		}
	}
	return true
}

// Only returns the visitor without the policies that latest does not hold, so
// that withdrawn ones do not fill the cookie.
func (v Visitor) Only(latest map[string]int) Visitor {
	v.policies = slices.DeleteFunc(slices.Clone(v.policies), func(a acquaintance) bool {
		_, ok := latest[a.id]
		return !ok
	})
	return v
}

// Due says whether the cookie is over 30 days old, so that it should be
// written anew when an answer that is not to be cached gives the occasion.
func (v Visitor) Due(now time.Time) bool { return now.Sub(v.Issued) > 30*24*time.Hour }

// LogValue keeps the visitor out of logs.
func (v Visitor) LogValue() slog.Value { return v.Code.LogValue() }

func (v Visitor) of(policy string) acquaintance {
	if i, ok := v.find(policy); ok {
		return v.policies[i]
	}
	return acquaintance{}
}

func (v Visitor) find(policy string) (int, bool) {
	return slices.BinarySearchFunc(v.policies, policy, func(a acquaintance, id string) int { return cmp.Compare(a.id, id) })
}

func (v Visitor) with(a acquaintance) Visitor {
	i, ok := v.find(a.id)
	v.policies = slices.Clone(v.policies)
	if ok {
		v.policies[i] = a
	} else {
		v.policies = slices.Insert(v.policies, i, a)
	}
	return v
}

// check says what keeps the visitor out of a cookie.
func (v Visitor) check() error {
	if v.Code.IsZero() {
		return errors.New("visitor has no code")
	}
	if len(v.UserID) > maxUserID || strings.Trim(v.UserID, userIDLetters) != "" {
		return errors.New("visitor has a user id that is none")
	}
	if len(v.policies) > maxPolicies {
		return fmt.Errorf("visitor knows %d policies, and a cookie has room for %d", len(v.policies), maxPolicies)
	}
	for _, a := range v.policies {
		if err := a.check(); err != nil {
			return err
		}
	}
	return nil
}

func (a acquaintance) check() error {
	if a.id == "" || len(a.id) > 63 || a.id[0] == '-' || strings.Trim(a.id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("visitor knows a policy %q, which is no id", a.id)
	}
	if min(a.seen, a.acknowledged) < 0 || max(a.seen, a.acknowledged) > maxVersion || a.seen == 0 && a.acknowledged == 0 {
		return fmt.Errorf("visitor knows versions %d and %d of policy %s", a.seen, a.acknowledged, a.id)
	}
	return nil
}
