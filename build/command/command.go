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
	"net"
	"net/http"

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
	// Open opens a folder of output.
	Open func(public string, log *slog.Logger) (Sites, error)
	// HTTP puts a handler behind the timeouts and limits of production.
	HTTP func(handler http.Handler, log *slog.Logger) *http.Server
	// Limit bounds how many connections one address may hold.
	Limit func(net.Listener) net.Listener
}

// Sites answer requests for the sites of one folder.
type Sites interface {
	http.Handler
	// Reload sees that files and catalog changed. On an error the sites
	// stay as they were.
	Reload() error
}

// A command is one of the words that may follow the program's name.
type command struct {
	summary string
	run     func(context.Context, *call) error
}

func commands() map[string]command {
	return map[string]command{
		"serve":   {"build, watch, and serve all sites on this machine", runServe},
		"build":   {"write the sites to a folder", runBuild},
		"check":   {"find all problems of the content", runCheck},
		"version": {"print what this program was built from", runVersion},
	}
}

// A call is a command with its arguments and its surroundings.
type call struct {
	server         Server
	args           []string
	stdout, stderr io.Writer
	flags          *flag.FlagSet
}

// errProblems says that problems were reported already.
var errProblems = errors.New("the content has problems")

// Run executes one command line and returns the exit code.
func Run(ctx context.Context, server Server, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, helpAll)
		return Usage
	}
	name := args[0]
	if name == "help" || name == "-h" || name == "--help" {
		if len(args) > 1 {
			return Run(ctx, server, []string{args[1], "--help"}, stdout, stderr)
		}
		fmt.Fprint(stdout, helpAll)
		return Fine
	}
	cmd, ok := commands()[name]
	if !ok {
		fmt.Fprintf(stderr, "indigex: there is no command %q\n%s", name, didYouMean(name))
		return Usage
	}
	c := &call{server: server, args: args[1:], stdout: stdout, stderr: stderr, flags: flag.NewFlagSet(name, flag.ContinueOnError)}
	c.flags.SetOutput(io.Discard)
	return c.exit(cmd.run(ctx, c), name)
}

func didYouMean(name string) string {
	names := []string{}
	for n := range commands() {
		names = append(names, n)
	}
	if near := problem.Nearest(name, names); near != "" {
		return fmt.Sprintf("hint: did you mean %q?\n", near)
	}
	return "hint: indigex --help lists the commands\n"
}

// exit reports an error and returns the code that it means.
func (c *call) exit(err error, name string) int {
	var usage *build.UsageError
	switch {
	case err == nil:
		return Fine
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, help[name])
		return Fine
	case errors.Is(err, errProblems):
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

// parse reads the flags; no command takes other arguments.
func (c *call) parse() error {
	err := c.flags.Parse(c.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return &build.UsageError{Message: err.Error(), Hint: "indigex " + c.flags.Name() + " --help shows what it takes"}
	case c.flags.NArg() > 0:
		return &build.UsageError{Message: fmt.Sprintf("argument %q is one too many", c.flags.Arg(0)), Hint: "indigex " + c.flags.Name() + " --help shows what it takes"}
	}
	return nil
}

func (c *call) contentFlag() *string { return c.flags.String("content", "content", "") }
