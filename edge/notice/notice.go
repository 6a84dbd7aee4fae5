// Package notice tells each visitor which changes of policies concern them.
//
// What somebody is told follows from two versions of a policy, the one that
// they saw last and the one that is in force or announced, whatever lies
// between. Who comes for the first time has seen what is in force, and is told
// nothing about the past. A change that is editorial alone makes no banner,
// and is listed on the page /notices.
//
// Nothing here reads a database: the versions are in the identity cookie.
package notice

import (
	"strconv"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// MaxShown is how many notices a banner shows; it counts the others.
const MaxShown = 2

// A Pending notice is one that a visitor has not put away yet.
type Pending struct {
	Policy *policy.CatalogPolicy
	Notice *policy.Notice
	// Announced says that its later version is not in force yet.
	Announced bool
}

// Known is the value of the hidden field "known" that puts the notice away,
// such as "privacy@4".
func (p *Pending) Known() string { return p.Policy.ID + "@" + strconv.Itoa(p.Notice.To) }

// HTML is the fragment that tells it.
func (p *Pending) HTML() string {
	if p.Announced {
		return p.Notice.AnnouncedHTML
	}
	return p.Notice.HTML
}

// Weighty says whether the notice belongs on a banner.
func (p *Pending) Weighty() bool { return p.Notice.Kind != policy.Editorial }

// For returns what a visitor is to be told at a time, material changes first,
// in the order of the catalog otherwise. For who is to be told nothing it
// allocates nothing.
func For(c *policy.Catalog, v identity.Visitor, now time.Time) []Pending {
	var list []Pending
	for i := range c.Policies {
		p := &c.Policies[i]
		seen, acknowledged := v.Seen(p.ID), v.Acknowledged(p.ID)
		force, next := endpoints(p, now)
		if seen > 0 && seen < force && acknowledged < force {
			list = add(list, p, seen, force, false)
		}
		if next > 0 && acknowledged < next {
			list = add(list, p, force, next, true)
		}
	}
	return list
}

// endpoints returns the number of the version in force and that of the next
// one that is announced, 0 for none.
func endpoints(p *policy.CatalogPolicy, now time.Time) (force, next int) {
	for i := range p.Versions {
		v := &p.Versions[i]
		switch {
		case !v.Effective.After(now):
			force = v.Number
		case next == 0 && !v.Published.After(now):
			next = v.Number
		}
	}
	return force, next
}

func add(list []Pending, p *policy.CatalogPolicy, from, to int, announced bool) []Pending {
	n := p.Notice(from, to)
	if n == nil {
		return list
	}
	one := Pending{p, n, announced}
	at := len(list)
	for at > 0 && weight(n.Kind) > weight(list[at-1].Notice.Kind) {
		at--
	}
	list = append(list, one)
	copy(list[at+1:], list[at:])
	list[at] = one
	return list
}

func weight(k policy.Kind) int {
	switch k {
	case policy.Material:
		return 2
	case policy.Clarification:
		return 1
	}
	return 0
}
