package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
)

// gravesOf is the file of tombstones beside a key ring.
func gravesOf(keys string) string { return keys + ".erased" }

// person finds who is meant by a User ID or a personal identification code.
func person(ctx context.Context, s *store.Store, who string) (subject.Person, error) {
	unknown := &usageError{"nobody is known by " + who, "WHO is a User ID, or a personal identification code of 26 capital letters and digits"}
	if code, err := identity.ParseCode(who); err == nil {
		p, err := s.Subjects().Known(ctx, code)
		if err != nil || p.Registered() {
			return p, err
		}
		if records, err := s.Latest(ctx, code); err != nil || len(records) > 0 {
			return p, err
		}
		return p, unknown
	}
	id, err := account.FoldUserID(who)
	if err != nil {
		return subject.Person{}, unknown
	}
	a, err := s.Accounts().Find(ctx, id)
	if errors.Is(err, account.ErrNotFound) {
		return subject.Person{}, unknown
	}
	if err != nil {
		return subject.Person{}, err
	}
	return s.Subjects().Person(ctx, a.ID)
}

func runExport(ctx context.Context, c *call) error {
	public, url := c.requiredSetting("public"), c.requiredSetting("store")
	to := c.flags.String("to", "", "")
	if err := c.parse("WHO"); err != nil {
		return err
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
	p, err := person(ctx, s, c.arguments[0])
	if err == nil {
		err = c.export(ctx, s, catalog, p, *to)
	}
	return errors.Join(err, s.Close())
}

// export writes a person's zip to a file that is its owner's alone.
func (c *call) export(ctx context.Context, s *store.Store, catalog *policy.Catalog, p subject.Person, to string) error {
	if to == "" {
		to = p.Codes[0].String() + ".zip"
	}
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{to + " is there already", "--to names another file"}
	}
	if err != nil {
		return err
	}
	reader := &subject.Reader{Store: s.Subjects(), Accounts: s.Accounts(), Choices: s, Disclosures: s.Disclosures(), Forms: s.Forms()}
	err = errors.Join(reader.Export(ctx, file, catalog, c.Now(), p), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(to))
	}
	fmt.Fprintf(c.Stdout, "wrote %s\n", to)
	return nil
}

func runErase(ctx context.Context, c *call) error {
	url, keys := c.requiredSetting("store"), c.requiredSetting("keys")
	if err := c.parse("WHO"); err != nil {
		return err
	}
	if err := present(*url); err != nil {
		return err
	}
	graves, err := subject.OpenGraves(gravesOf(*keys))
	if err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	p, err := person(ctx, s, c.arguments[0])
	if err == nil {
		keeper := &subject.Keeper{Store: s.Subjects(), Graves: graves, Now: c.Now, Logger: slog.New(slog.DiscardHandler)}
		err = keeper.Erase(ctx, p)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, "erased; receipts stay, and name nobody")
	return nil
}
