package command

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"indigex.com/indigex/edge/identity"
)

func keyCommands() map[string]command {
	return map[string]command{
		"new":    {run: runKeysNew},
		"rotate": {run: runKeysRotate},
		"list":   {run: runKeysList},
		"retire": {run: runKeysRetire},
	}
}

func runKeysNew(_ context.Context, c *call) error {
	file := c.requiredSetting("keys")
	if err := c.parse(); err != nil {
		return err
	}
	ring := identity.New(c.Now())
	if err := ring.Create(*file); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "made %s with key %s\n", *file, ring.List(c.Now())[0].ID)
	return nil
}

func runKeysRotate(_ context.Context, c *call) error {
	file := c.requiredSetting("keys")
	lead := c.flags.Duration("lead", identity.DefaultLead, "")
	if err := c.parse(); err != nil {
		return err
	}
	old, err := identity.Load(*file)
	if err != nil {
		return err
	}
	ring, err := old.Rotate(c.Now(), *lead)
	if err != nil {
		return err
	}
	if err := ring.Save(*file); err != nil {
		return err
	}
	list := ring.List(c.Now())
	added := list[len(list)-1]
	fmt.Fprintf(c.Stdout, "added key %s, which issues from %s\nbring %s to every node before %s\n",
		added.ID, stamp(added.IssuesFrom), *file, stamp(added.IssuesFrom.Add(-identity.Skew)))
	return nil
}

func runKeysList(_ context.Context, c *call) error {
	file := c.requiredSetting("keys")
	if err := c.parse(); err != nil {
		return err
	}
	ring, err := identity.Load(*file)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tUSE\tISSUES FROM\tACCEPTED UNTIL")
	for _, k := range ring.List(c.Now()) {
		until := "no end yet"
		if !k.AcceptedUntil.IsZero() {
			until = stamp(k.AcceptedUntil)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.ID, k.Use, stamp(k.IssuesFrom), until)
	}
	return w.Flush()
}

func runKeysRetire(_ context.Context, c *call) error {
	file := c.requiredSetting("keys")
	if err := c.parse("ID"); err != nil {
		return err
	}
	old, err := identity.Load(*file)
	if err != nil {
		return err
	}
	ring, err := old.Retire(c.arguments[0], c.Now())
	if err != nil {
		return err
	}
	if err := ring.Save(*file); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "removed key %s: who has a cookie made with it becomes a new visitor\nbring %s to every node now\n", c.arguments[0], *file)
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
