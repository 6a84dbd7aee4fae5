package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"indigex.com/indigex/edge/contest"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/policy"
)

// contestCommands seal the entries of a contest, draw the winners, and check
// both.
func contestCommands() map[string]command {
	return map[string]command{
		"seal":   {run: runContestSeal},
		"draw":   {run: runContestDraw},
		"verify": {run: runContestVerify},
	}
}

// maxContestFile bounds what is read: a list of a million entries has 65 MB.
const maxContestFile = 100 << 20

// withContest opens what a command on a form's contest works on.
func (c *call) withContest(ctx context.Context, run func(*store.Store, *policy.Form) error) error {
	public, url := c.requiredSetting("public"), c.requiredSetting("store")
	if err := c.parse("FORM"); err != nil {
		return err
	}
	catalog, _, err := readCatalog(*public)
	if err != nil {
		return err
	}
	f := catalog.Form(c.arguments[0])
	if f == nil || f.Draw.Winners == 0 {
		return &usageError{"there is no contest " + c.arguments[0], "a contest is a form with draw: in its front matter"}
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	return errors.Join(run(s, f), s.Close())
}

func runContestSeal(ctx context.Context, c *call) error {
	to := c.flags.String("to", "", "")
	return c.withContest(ctx, func(s *store.Store, f *policy.Form) error {
		if now := c.Now(); now.Before(f.Closes.Time) {
			return &usageError{"entries close at " + f.Closes.String(), "seal the list then"}
		}
		tickets, err := ticketsOf(ctx, s, f)
		if err != nil {
			return err
		}
		entries := make([]contest.Entry, 0, len(tickets))
		for entry := range tickets {
			entries = append(entries, entry)
		}
		list, err := contest.Close(form.Terms(f), entries)
		if err != nil {
			return err
		}
		if err := writeNew(*to, f.ID+"-list.txt", list.Text()); err != nil {
			return err
		}
		fmt.Fprintf(c.Stdout, "sealed: entries %d, fingerprint %s\npublish the fingerprint before %s, and the list whenever you like\n", list.Len(), list.Hash(), f.Draw.Known)
		return nil
	})
}

// ticketsOf returns the submissions of a contest by what stands for them in its
// list.
func ticketsOf(ctx context.Context, s *store.Store, f *policy.Form) (map[contest.Entry]form.Submission, error) {
	all := map[contest.Entry]form.Submission{}
	var after identity.Nonce
	for {
		list, err := s.Forms().Submissions(ctx, f.ID, after, pageSize)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			after = one.ID
			if one.State == form.Taken {
				all[form.Ticket(one.ID).Entry(f.ID)] = one
			}
		}
		if len(list) < pageSize {
			return all, nil
		}
	}
}

// writeNew writes a file that is not there yet.
func writeNew(name, otherwise string, data []byte) error {
	if name == "" {
		name = otherwise
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{name + " is there already", "--to names another file"}
	}
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// readContest reads a file of a contest, of a size that it can have.
func readContest(name, flag string) ([]byte, error) {
	if name == "" {
		return nil, &usageError{"no " + flag + " was given", "--" + flag + " names the file"}
	}
	info, err := os.Stat(name)
	if err == nil && info.Size() > maxContestFile {
		err = &usageError{name + " is larger than any file of a contest", "name another one"}
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

func runContestDraw(ctx context.Context, c *call) error {
	notify := c.flags.Bool("notify", false, "")
	listFile, seedFile, to := c.flags.String("list", "", ""), c.flags.String("seed", "", ""), c.flags.String("to", "", "")
	return c.withContest(ctx, func(s *store.Store, f *policy.Form) error {
		list, err := listOf(f, *listFile)
		if err != nil {
			return err
		}
		seed, err := readContest(*seedFile, "seed")
		if err != nil {
			return err
		}
		result, err := contest.Decide(list, seed, c.Now())
		if errors.Is(err, contest.ErrEarly) {
			return &usageError{"the seed is not known before " + f.Draw.Known.String(), "draw then"}
		}
		if err != nil {
			return err
		}
		tickets, err := ticketsOf(ctx, s, f)
		if err != nil {
			return err
		}
		if err := writeNew(*to, f.ID+"-result.txt", result.Text()); err != nil {
			return err
		}
		c.printDrawn(f, tickets, "winner", result.Winners)
		c.printDrawn(f, tickets, "substitute", result.Substitutes)
		if !*notify {
			return nil
		}
		return c.notify(ctx, s, f, tickets, result.Winners)
	})
}

// listOf reads the sealed list of a form's contest.
func listOf(f *policy.Form, file string) (contest.List, error) {
	text, err := readContest(file, "list")
	if err != nil {
		return contest.List{}, err
	}
	list, err := contest.ParseList(text)
	if err != nil {
		return list, fmt.Errorf("%s: %w", file, err)
	}
	if of := list.Terms().Form; of != f.ID {
		return list, &usageError{file + " is the list of " + of, "--list names the one of " + f.ID}
	}
	return list, nil
}

// notify writes to the winners.
func (c *call) notify(ctx context.Context, s *store.Store, f *policy.Form, tickets map[contest.Entry]form.Submission, winners []contest.Entry) error {
	var letters []mail.Letter
	for _, entry := range winners {
		if one, known := tickets[entry]; known {
			letters = append(letters, form.Won(f, one, c.Now().UTC())...)
		}
	}
	if err := s.Accounts().Write(ctx, letters); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "letters to winners that wait to be mailed: %d\n", len(letters))
	return nil
}

// printDrawn tells the operator who was drawn, which the published files do not.
func (c *call) printDrawn(f *policy.Form, tickets map[contest.Entry]form.Submission, as string, drawn []contest.Entry) {
	for i, entry := range drawn {
		s, known := tickets[entry]
		if !known {
			fmt.Fprintf(c.Stdout, "%s %d: was erased\n", as, i+1)
			continue
		}
		fmt.Fprintf(c.Stdout, "%s %d: %s\n", as, i+1, visible(strings.ReplaceAll(form.Text(f, s.Answers), "\n", " ")))
	}
}

func runContestVerify(_ context.Context, c *call) error {
	fingerprint, ticket := c.flags.String("fingerprint", "", ""), c.flags.String("ticket", "", "")
	if err := c.parse("LIST", "RESULT"); err != nil {
		return err
	}
	text, err := readContest(c.arguments[0], "list")
	if err != nil {
		return err
	}
	list, err := contest.ParseList(text)
	if err != nil {
		return c.no(fmt.Sprintf("%s: %v", c.arguments[0], err))
	}
	if *fingerprint != "" && *fingerprint != list.Hash().String() {
		return c.no("the list has the fingerprint " + list.Hash().String() + ", not the published one")
	}
	if text, err = readContest(c.arguments[1], "result"); err != nil {
		return err
	}
	result, err := contest.ParseResult(text)
	if err == nil {
		err = contest.Verify(list, result)
	}
	if err != nil {
		return c.no(fmt.Sprintf("%s: %v", c.arguments[1], err))
	}
	fmt.Fprintf(c.Stdout, "the result follows from the list and the seed: entries %d, winners %d, fingerprint %s\n", list.Len(), len(result.Winners), list.Hash())
	if *ticket != "" {
		return c.verifyTicket(list, result, *ticket)
	}
	return nil
}

// verifyTicket says what became of one entry.
func (c *call) verifyTicket(list contest.List, result contest.Result, text string) error {
	t, err := contest.ParseTicket(text)
	if err != nil {
		return &usageError{err.Error(), "a ticket is what the contest's page showed after entering"}
	}
	entry := t.Entry(list.Terms().Form)
	if _, found := list.Find(entry); !found {
		return c.no("the ticket does not stand in the list")
	}
	if i := slices.Index(result.Winners, entry); i >= 0 {
		fmt.Fprintf(c.Stdout, "the ticket won, as number %d\n", i+1)
		return nil
	}
	fmt.Fprintln(c.Stdout, "the ticket stands in the list, and did not win")
	return nil
}

// no says why the answer is no.
func (c *call) no(why string) error {
	fmt.Fprintln(c.Stdout, "does not hold: "+why)
	return errNo
}
