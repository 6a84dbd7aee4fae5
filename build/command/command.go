// Package command is the indigex program: its commands, their flags, and what
// it says on a terminal. Every command turns flags into a Config, makes one
// call, and reports.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/problem"
)

// Exit codes.
const (
	Fine     = 0
	Problems = 1 // the content has problems
	Usage    = 2 // wrong use, or something around the program is wrong
)

// A Server is the edge, which serves the sites that were built. It is handed
// in, since generator and edge know nothing of each other.
type Server struct {
	// Start opens what the edge keeps of visitors in a folder, which is
	// there: its keys and its database, both made where there are none. Several
	// programs may use one folder. The error names what can't be used.
	Start func(ctx context.Context, data string, log *slog.Logger) (Edge, error)
	// HTTP puts a handler behind the timeouts and limits of production.
	HTTP func(handler http.Handler, log *slog.Logger) *http.Server
	// Limit bounds how many connections one address may hold.
	Limit func(net.Listener) net.Listener
	// AdminListen listens where this machine alone can ask.
	AdminListen func(addr string) (net.Listener, error)
}

// An Edge is what the edge keeps of visitors, open.
type Edge interface {
	// Open opens a folder of output. It is called once.
	Open(public string) (Sites, error)
	// Admin answers on the listener for operators.
	Admin() (http.Handler, error)
	// Close ends the sites and then stores what waits. No request is under
	// way any more.
	Close() error
}

// Sites answer requests for the sites of one folder. Where they are
// preview.Sites too, each page has the bar in which an editor sees it as
// somebody else.
type Sites interface {
	http.Handler
	// Reload sees that files and catalog changed. On an error the sites
	// stay as they were.
	Reload() error
}

// A command is one of the words that may follow the program's name. One that
// is followed by a further word has commands below it instead of run.
type command struct {
	run   func(context.Context, *call) error
	below map[string]command
}

func commands() map[string]command {
	return map[string]command{
		"serve":   {run: runServe},
		"build":   {run: runBuild},
		"check":   {run: runCheck},
		"policy":  {below: policyCommands()},
		"version": {run: runVersion},
	}
}

// A call is a command with its arguments and its surroundings.
type call struct {
	server         Server
	args           []string
	stdout, stderr io.Writer
	flags          *flag.FlagSet
	// arguments are those that are no flags, once parsed.
	arguments []string
}

var (
	// errProblems says that problems were reported already.
	errProblems = errors.New("the content has problems")
	// errDiffers says that two texts were compared and are not the same.
	errDiffers = errors.New("the texts differ")
)

// Run executes one command line and returns the exit code.
func Run(ctx context.Context, server Server, args []string, stdout, stderr io.Writer) int {
	c := &call{server: server, args: args, stdout: stdout, stderr: stderr}
	return c.dispatch(ctx, "", commands())
}

// dispatch runs the command that the first argument names. Before are the
// words that led here, with a space behind each.
func (c *call) dispatch(ctx context.Context, before string, all map[string]command) int {
	if len(c.args) == 0 {
		fmt.Fprint(c.stderr, helpOf(strings.TrimSpace(before)))
		return Usage
	}
	name := c.args[0]
	c.args = c.args[1:]
	if name == "help" || name == "-h" || name == "--help" {
		if len(c.args) == 0 {
			fmt.Fprint(c.stdout, helpOf(strings.TrimSpace(before)))
			return Fine
		}
		name, c.args = c.args[0], append(slices.Clone(c.args[1:]), "--help")
	}
	cmd, ok := all[name]
	if !ok {
		fmt.Fprintf(c.stderr, "indigex: there is no command %q\n%s", before+name, didYouMean(before, name, all))
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
	if near := problem.Nearest(name, slices.Sorted(maps.Keys(all))); near != "" {
		return fmt.Sprintf("hint: did you mean %q?\n", before+near)
	}
	return fmt.Sprintf("hint: indigex %s--help lists the commands\n", before)
}

// exit reports an error and returns the code that it means.
func (c *call) exit(err error, name string) int {
	var usage *build.UsageError
	switch {
	case err == nil:
		return Fine
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, helpOf(name))
		return Fine
	case errors.Is(err, errProblems), errors.Is(err, errDiffers):
		return Problems
	case errors.As(err, &usage):
		fmt.Fprintf(c.stderr, "indigex %s: %v\n", name, usage)
		if usage.Hint != "" {
			fmt.Fprintf(c.stderr, "hint: %s\n", usage.Hint)
		}
	default:
		fmt.Fprintf(c.stderr, "indigex %s: %v\n", name, err)
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
			return nil
		case len(c.arguments) == len(names):
			return c.misused(fmt.Sprintf("argument %q is one too many", c.flags.Arg(0)))
		}
		c.arguments = append(c.arguments, c.flags.Arg(0))
	}
}

func (c *call) misused(message string) error {
	return &build.UsageError{Message: message, Hint: "indigex " + c.flags.Name() + " --help shows what it takes"}
}

func (c *call) contentFlag() *string { return c.flags.String("content", "content", "") }
