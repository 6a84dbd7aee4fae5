package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
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
	who, err := identity.ParseCode(c.arguments[1])
	if err != nil {
		return &usageError{"WHO is no personal identification code", "it is 26 capital letters and digits, as the page /preferences shows it"}
	}
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
	d, err := consent.Permit(ctx, s, catalog, c.Now(), use, who)
	if err := errors.Join(err, s.Close()); err != nil {
		return unknownUse(err)
	}
	return c.printDecision(d, *format)
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
