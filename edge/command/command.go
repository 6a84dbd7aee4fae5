// Package command is the edge program: its commands, their flags, and what it
// says on a terminal. Every command turns flags into a Config, makes a call or
// two, and reports.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Exit codes.
const (
	Fine  = 0
	No    = 1 // the answer is no
	Usage = 2 // wrong use, or something around the program is wrong
)

// A Program is what a command line runs in.
type Program struct {
	Stdout, Stderr io.Writer
	// LookupEnv looks a setting up in the environment; os.LookupEnv does.
	LookupEnv func(string) (string, bool)
	// Now is the clock; time.Now is.
	Now func() time.Time
}

// A command is one of the words that may follow the program's name. One that
// is followed by a further word has commands below it instead of run.
type command struct {
	run   func(context.Context, *call) error
	below map[string]command
}

func commands() map[string]command {
	return map[string]command{
		"serve":      {run: runServe},
		"keys":       {below: keyCommands()},
		"api":        {below: apiCommands()},
		"migrate":    {run: runMigrate},
		"backup":     {run: runBackup},
		"restore":    {run: runRestore},
		"permit":     {run: runPermit},
		"mail":       {below: mailCommands()},
		"complaints": {below: complaintCommands()},
		"contest":    {below: contestCommands()},
		"disclose":   {run: runDisclose},
		"survey":     {run: runSurvey},
		"export":     {run: runExport},
		"erase":      {run: runErase},
		"version":    {run: runVersion},
	}
}

// A call is a command with its arguments and its surroundings.
type call struct {
	Program
	args  []string
	flags *flag.FlagSet
	// arguments are those that are no flags, once parsed.
	arguments []string
	// settings are the names of flags that stand in the environment too.
	settings []string
}

// errNo says that the answer, which was given already, is no.
var errNo = errors.New("no")

// A usageError is a mistake of whoever calls, with its cure.
type usageError struct{ message, hint string }

func (e *usageError) Error() string { return e.message }

// Run executes one command line and returns the exit code. It ends with the
// context.
func Run(ctx context.Context, p Program, args []string) int {
	c := &call{Program: p, args: args}
	return c.dispatch(ctx, "", commands())
}

// dispatch runs the command that the first argument names. Before are the
// words that led here, with a space behind each.
func (c *call) dispatch(ctx context.Context, before string, all map[string]command) int {
	if len(c.args) == 0 {
		fmt.Fprint(c.Stderr, helpOf(strings.TrimSpace(before)))
		return Usage
	}
	name := c.args[0]
	c.args = c.args[1:]
	if name == "help" || name == "-h" || name == "--help" {
		if len(c.args) == 0 {
			fmt.Fprint(c.Stdout, helpOf(strings.TrimSpace(before)))
			return Fine
		}
		name, c.args = c.args[0], append(slices.Clone(c.args[1:]), "--help")
	}
	cmd, ok := all[name]
	if !ok {
		fmt.Fprintf(c.Stderr, "edge: there is no command %q\n%s", before+name, didYouMean(before, name, all))
		return Usage
	}
	if cmd.below != nil {
		return c.dispatch(ctx, before+name+" ", cmd.below)
	}
	c.flags = flag.NewFlagSet(before+name, flag.ContinueOnError)
	c.flags.SetOutput(io.Discard)
	return c.exit(cmd.run(ctx, c), before+name)
}

func didYouMean(before, name string, all map[string]command) string {
	if near := nearest(name, slices.Sorted(maps.Keys(all))); near != "" {
		return fmt.Sprintf("hint: did you mean %q?\n", before+near)
	}
	return fmt.Sprintf("hint: edge %s--help lists the commands\n", before)
}

// exit reports an error and returns the code that it means.
func (c *call) exit(err error, name string) int {
	var usage *usageError
	switch {
	case err == nil:
		return Fine
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.Stdout, helpOf(name))
		return Fine
	case errors.Is(err, errNo):
		return No
	case errors.As(err, &usage) && usage.hint != "":
		fmt.Fprintf(c.Stderr, "edge %s: %v\nhint: %s\n", name, err, usage.hint)
	default:
		fmt.Fprintf(c.Stderr, "edge %s: %v\n", name, err)
	}
	return Usage
}

// parse reads the flags, and between them one argument for each of the names.
func (c *call) parse(names ...string) error {
	c.arguments = nil
	for rest := c.args; ; rest = c.flags.Args()[1:] {
		err := c.flags.Parse(rest)
		switch {
		case errors.Is(err, flag.ErrHelp):
			return err
		case err != nil:
			return c.misused(err.Error())
		case c.flags.NArg() == 0 && len(c.arguments) < len(names):
			return c.misused("argument " + names[len(c.arguments)] + " is missing")
		case c.flags.NArg() == 0:
			return c.required()
		case len(c.arguments) == len(names):
			return c.misused(fmt.Sprintf("argument %q is one too many", c.flags.Arg(0)))
		}
		c.arguments = append(c.arguments, c.flags.Arg(0))
	}
}

func (c *call) misused(message string) error {
	return &usageError{message, "edge " + c.flags.Name() + " --help shows what it takes"}
}
