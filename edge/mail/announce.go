package mail

import (
	"context"
	"slices"
	"strconv"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// A Holder is a person with an account and an address that is theirs for sure.
type Holder struct {
	Account [16]byte
	UserID  string
	Address string
	Code    identity.Code
	Created time.Time
}

// Holders are those who are told of changes. It may be used by several
// goroutines. An error of the database wraps consent.ErrUnavailable.
type Holders interface {
	// Holders lists those behind an account's id, in the order of ids.
	Holders(ctx context.Context, after [16]byte, most int) ([]Holder, error)
	// Told returns the version of a policy that an account was told of last,
	// 0 for none.
	Told(ctx context.Context, account [16]byte, policy string) (int, error)
	// Tell notes that an account is told of a version, and has a letter go
	// out with it; an account that was told already is not told again.
	Tell(ctx context.Context, account [16]byte, policy string, version int, at time.Time, l Letter) error
}

// An Announcer tells those whom a policy's change affects, once. Its fields
// are required.
type Announcer struct {
	Holders Holders
	Choices consent.Store
	// Catalog returns the one that is served.
	Catalog func() *policy.Catalog
	Now     func() time.Time
}

// holdersAtOnce is how many are read at once.
const holdersAtOnce = 200

// Pass writes to all whom the newest published version of a policy affects and
// who were not told of it. It may end early and begin anew: nobody is told
// twice.
func (a *Announcer) Pass(ctx context.Context) error {
	c, now := a.Catalog(), a.Now()
	var after [16]byte
	for {
		list, err := a.Holders.Holders(ctx, after, holdersAtOnce)
		if err != nil {
			return err
		}
		for i := range list {
			for k := range c.Policies {
				if err := a.tell(ctx, &c.Policies[k], &list[i], now); err != nil {
					return err
				}
			}
			after = list[i].Account
		}
		if len(list) < holdersAtOnce {
			return nil
		}
	}
}

// tell writes to one person about one policy, where it affects them. What they
// know is the version that they were told of last, or else the one that was in
// force when they registered; what lies between does not count.
func (a *Announcer) tell(ctx context.Context, p *policy.CatalogPolicy, h *Holder, now time.Time) error {
	newest := published(p, now)
	from, err := a.Holders.Told(ctx, h.Account, p.ID)
	if err != nil {
		return err
	}
	if from == 0 {
		if v := p.InForce(h.Created); v != nil {
			from = v.Number
		}
	}
	n := p.Notice(from, newest)
	if n == nil || n.Kind != policy.Material {
		return nil
	}
	affected, err := a.affected(ctx, n, h)
	if err != nil || !affected {
		return err
	}
	l := NewLetter(PolicyChange, h.Address, h.Account, now.UTC())
	l.Values = map[string]string{"user_id": h.UserID, "policy": p.ID, "from": strconv.Itoa(from), "to": strconv.Itoa(newest)}
	return a.Holders.Tell(ctx, h.Account, p.ID, newest, now, l)
}

// published is the number of the newest version that is published at a time, 0
// for none.
func published(p *policy.CatalogPolicy, now time.Time) int {
	newest := 0
	for i := range p.Versions {
		if !p.Versions[i].Published.After(now) {
			newest = max(newest, p.Versions[i].Number)
		}
	}
	return newest
}

// affected says whether a material change touches a person: one that names
// choices touches who answered one of them, any other one everybody.
func (a *Announcer) affected(ctx context.Context, n *policy.Notice, h *Holder) (bool, error) {
	var records []consent.Record
	for i := range n.Changes {
		c := &n.Changes[i]
		if c.Kind != policy.Material {
			continue
		}
		if len(c.Choices) == 0 {
			return true, nil
		}
		if records == nil {
			var err error
			if records, err = a.Choices.Latest(ctx, h.Code); err != nil {
				return false, err
			}
		}
		if slices.ContainsFunc(records, func(r consent.Record) bool { return slices.Contains(c.Choices, r.Choice) }) {
			return true, nil
		}
	}
	return false, nil
}
