package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/edge/form"
)

// complaintCommands work on cases: complaints, and what else people sent that
// is to be answered.
func complaintCommands() map[string]command {
	return map[string]command{
		"list":   {run: runComplaintsList},
		"show":   {run: runComplaintsShow},
		"answer": {run: runComplaintsAnswer},
	}
}

const (
	maxCases  = 10_000
	maxAnswer = 100_000
)

// withForms opens the store of forms for a command with so many arguments.
func (c *call) withForms(ctx context.Context, run func(form.Store) error, arguments ...string) error {
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
	err = run(s.Forms())
	switch {
	case errors.Is(err, form.ErrNotFound):
		err = &usageError{"there is no case " + c.arguments[0], "edge complaints list --all shows them"}
	case errors.Is(err, form.ErrClosed):
		err = &usageError{"case " + c.arguments[0] + " is closed", "the person can open another one"}
	}
	return errors.Join(err, s.Close())
}

// runComplaintsList shows no address and no text: what it prints ends in
// tickets and logs.
func runComplaintsList(ctx context.Context, c *call) error {
	all := c.flags.Bool("all", false, "")
	return c.withForms(ctx, func(s form.Store) error {
		list, err := s.Cases(ctx, *all, maxCases)
		if err != nil {
			return err
		}
		late := 0
		for _, k := range list {
			state := standing(&k, c.Now())
			if strings.HasPrefix(state, "LATE") {
				late++
			}
			fmt.Fprintf(c.Stdout, "%-14s %-16s opened %s  %s\n", k.Reference, k.Form, k.Opened.Format(time.DateOnly), state)
		}
		fmt.Fprintf(c.Stdout, "%d cases, %d late\n", len(list), late)
		return nil
	})
}

// standing is how a case stands, in words.
func standing(k *form.Case, now time.Time) string {
	switch {
	case !k.Closed.IsZero():
		return "closed " + k.Closed.Format(time.DateOnly)
	case !k.Answered.IsZero():
		return "answered " + k.Answered.Format(time.DateOnly)
	case now.After(k.Due):
		return "LATE since " + k.Due.Format(time.DateOnly)
	}
	return "due " + k.Due.Format(time.DateOnly)
}

func runComplaintsShow(ctx context.Context, c *call) error {
	return c.withForms(ctx, func(s form.Store) error {
		k, err := s.Case(ctx, c.arguments[0])
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Stdout, "%s  %s\nanswers go to %s\n", k.Reference, standing(&k, c.Now()), k.Address)
		for _, e := range k.Entries {
			fmt.Fprintf(c.Stdout, "\n%s, %s:\n%s\n", map[string]string{form.ByPerson: "the person", form.ByCompany: "the company"}[e.By], e.At.Format(time.RFC3339), visible(e.Text))
		}
		return nil
	}, "REFERENCE")
}

// visible is a text that cannot steer a terminal.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, text)
}

func runComplaintsAnswer(ctx context.Context, c *call) error {
	file, closed := c.flags.String("text", "", ""), c.flags.Bool("close", false, "")
	return c.withForms(ctx, func(s form.Store) error {
		text, err := answerText(*file)
		if err != nil {
			return err
		}
		desk := &form.Desk{Store: s, Now: c.Now}
		k, err := desk.Answer(ctx, c.arguments[0], text, *closed)
		if err == nil {
			fmt.Fprintf(c.Stdout, "%s  %s; the answer waits to be mailed\n", k.Reference, standing(&k, c.Now()))
		}
		return err
	}, "REFERENCE")
}

// answerText reads what the company says.
func answerText(file string) (string, error) {
	if file == "" {
		return "", &usageError{"no answer was given", "--text names the file that has it"}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n"))
	switch {
	case text == "" || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", &usageError{file + " has no text", "write the answer in UTF-8"}
	case len(text) > maxAnswer:
		return "", &usageError{fmt.Sprintf("%s has more than %d bytes", file, maxAnswer), "shorten it, or send the rest as another answer"}
	case form.HasCard(text):
		return "", &usageError{file + " has what looks like the number of a payment card", "remove it: none is ever stored"}
	}
	return text, nil
}
