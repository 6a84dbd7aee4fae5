package command

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"indigex.com/indigex/edge/mail"
)

// mailCommands work on letters that could not be sent.
func mailCommands() map[string]command {
	return map[string]command{
		"list":    {run: runMailList},
		"retry":   {run: runMailRetry},
		"discard": {run: runMailDiscard},
	}
}

// maxDead is how many dead letters a command works on.
const maxDead = 10_000

// withOutbox opens the outbox for a command with so many arguments.
func (c *call) withOutbox(ctx context.Context, run func(mail.Outbox) error, arguments ...string) error {
	url := c.requiredSetting("store")
	if err := c.parse(arguments...); err != nil {
		return err
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	return errors.Join(run(s.Mail()), s.Close())
}

// runMailList shows no address: what it prints ends in tickets and logs.
func runMailList(ctx context.Context, c *call) error {
	return c.withOutbox(ctx, func(o mail.Outbox) error {
		dead, err := o.Dead(ctx, maxDead)
		if err != nil {
			return err
		}
		for _, w := range dead {
			fmt.Fprintf(c.Stdout, "%x  %s  %-18s %2d tries  %s\n", w.ID, w.At.Format(time.RFC3339), w.Kind, w.Tries, w.Reason)
		}
		waiting, all, err := o.Backlog(ctx)
		fmt.Fprintf(c.Stdout, "%d dead, %d waiting\n", all, waiting)
		return err
	})
}

func runMailRetry(ctx context.Context, c *call) error {
	return c.eachDead(ctx, "tries again", func(o mail.Outbox, w mail.Waiting) error { return o.PutBack(ctx, w.ID, c.Now(), "") })
}

func runMailDiscard(ctx context.Context, c *call) error {
	return c.eachDead(ctx, "discarded", func(o mail.Outbox, w mail.Waiting) error { return o.Drop(ctx, w.ID) })
}

// eachDead does something with a dead letter, or with all.
func (c *call) eachDead(ctx context.Context, did string, do func(mail.Outbox, mail.Waiting) error) error {
	return c.withOutbox(ctx, func(o mail.Outbox) error {
		dead, err := o.Dead(ctx, maxDead)
		if err != nil {
			return err
		}
		which, n := c.arguments[0], 0
		for _, w := range dead {
			if which != "all" && which != hex.EncodeToString(w.ID[:]) {
				continue
			}
			if err := do(o, w); err != nil {
				return err
			}
			n++
		}
		if n == 0 && which != "all" {
			return &usageError{"no dead letter has the id " + which, "edge mail list shows them; all means each"}
		}
		fmt.Fprintf(c.Stdout, "%s: %d\n", did, n)
		return nil
	}, "ID")
}
