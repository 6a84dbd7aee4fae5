package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

func runPermit(ctx context.Context, c *call) error {
	public, url := c.requiredSetting("public"), c.requiredSetting("store")
	format := c.flags.String("format", "text", "")
	if err := c.parse("USE", "WHO"); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return &usageError{fmt.Sprintf("--format %q is not known", *format), "possible: text, json"}
	}
	use := c.arguments[0]
	catalog, _, err := readCatalog(*public)
	if err != nil {
		return err
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	d, err := c.permit(ctx, s, catalog, use, c.arguments[1])
	if err := errors.Join(err, s.Close()); err != nil {
		return unknownUse(err)
	}
	return c.printDecision(d, *format)
}

// permit answers for a code or a User ID, and notes the latter before.
func (c *call) permit(ctx context.Context, s *store.Store, catalog *policy.Catalog, use, who string) (d consent.Decision, err error) {
	code, err := identity.ParseCode(who)
	if err == nil {
		return permitted(ctx, s, s.Accounts(), question{catalog, c.Now(), use, code})
	}
	unknown := &usageError{"WHO is nobody", "WHO is a User ID, or a personal identification code: 26 capital letters and digits, as the page /preferences shows it"}
	userID, err := account.FoldUserID(who)
	if err != nil {
		return d, unknown
	}
	p, err := registered{s}.Profile(ctx, userID)
	if errors.Is(err, admin.ErrNobody) {
		return d, unknown
	}
	if err != nil {
		return d, err
	}
	code = p.Code
	if d, err = consent.Permit(ctx, s, catalog, c.Now(), use, code); err != nil {
		return d, err
	}
	return d, s.Disclosures().Access(ctx, []disclosure.Access{{At: c.Now(), Code: code, Key: apikey.CommandName, What: disclosure.Permit, Purpose: use}})
}

// A question is whether a use is permitted to a person at a time.
type question struct {
	catalog *policy.Catalog
	at      time.Time
	use     string
	who     identity.Code
}

// permitted answers a question. The code of a browser that joined a profile
// allows only what the profile allows too: what was answered there since holds
// for the same person.
func permitted(ctx context.Context, choices consent.Store, accounts account.Store, q question) (consent.Decision, error) {
	d, err := consent.Permit(ctx, choices, q.catalog, q.at, q.use, q.who)
	if err != nil || !d.Allowed {
		return d, err
	}
	id, err := accounts.Owner(ctx, q.who)
	if errors.Is(err, account.ErrNotFound) {
		return d, nil
	}
	if err != nil {
		return consent.Decision{}, err
	}
	a, err := accounts.Account(ctx, id)
	if err != nil {
		return consent.Decision{}, err
	}
	if a.Profile.Equal(q.who) {
		return d, nil
	}
	return consent.Permit(ctx, choices, q.catalog, q.at, q.use, a.Profile)
}

// unknownUse adds a hint to the error of a use that is none.
func unknownUse(err error) error {
	var unknown *consent.UnknownUseError
	if !errors.As(err, &unknown) {
		return err
	}
	hint := "the ids are those of choices.yaml and purposes.yaml"
	if len(unknown.Near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", unknown.Near[0])
	}
	return &usageError{fmt.Sprintf("there is no choice or purpose %q", unknown.Use), hint}
}

func (c *call) printDecision(d consent.Decision, format string) error {
	switch {
	case format == "json":
		e := json.NewEncoder(c.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(d); err != nil {
			return err
		}
	case d.Allowed:
		fmt.Fprintf(c.Stdout, "allowed: %s\n", d.Reason)
	default:
		fmt.Fprintf(c.Stdout, "not allowed: %s\n", d.Reason)
	}
	if !d.Allowed {
		return errNo
	}
	return nil
}
