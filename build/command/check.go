package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
)

func runCheck(ctx context.Context, c *call) error {
	contentDir, format := c.contentFlag(), c.flags.String("format", problem.Text, "")
	now := c.flags.String("now", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	cfg := build.Config{Content: *contentDir, Cache: cacheFolder()}
	var err error
	if cfg.Now, err = moment(*now); err != nil {
		return err
	}
	if !slices.Contains(problem.Formats(), *format) {
		return &build.UsageError{Message: fmt.Sprintf("--format %q is not known", *format), Hint: "possible: " + strings.Join(problem.Formats(), ", ")}
	}
	report, err := build.Check(ctx, cfg)
	if err != nil {
		return err
	}
	list := report.Problems
	if *format == problem.Text && len(report.Coverage) > 0 {
		if err := policies.WriteCoverage(c.stdout, report.Coverage); err != nil {
			return err
		}
	}
	if err := problem.Write(c.stdout, *format, cfg.Content, list, colour(c.stdout)); err != nil {
		return err
	}
	if *format == problem.Text {
		fmt.Fprintf(c.stdout, "%s: %s\n", cfg.Content, tally(list))
	}
	if list.Count(problem.Error)+list.Count(problem.Warning) > 0 {
		return errProblems
	}
	return nil
}
