package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
)

func policyCommands() map[string]command {
	return map[string]command{
		"list":    {run: runPolicyList},
		"new":     {run: runPolicyNew},
		"publish": {run: runPolicyPublish},
		"verify":  {run: runPolicyVerify},
		"diff":    {run: runPolicyDiff},
		"text":    {run: runPolicyText},
	}
}

func runPolicyList(ctx context.Context, c *call) error {
	contentDir, now := c.contentFlag(), c.flags.String("now", "", "")
	if err := c.parse(); err != nil {
		return err
	}
	at, err := moment(*now)
	if err != nil {
		return err
	}
	set, problems, err := build.OpenPolicies(ctx, build.Config{Content: *contentDir})
	if err != nil {
		return err
	}
	c.report(*contentDir, problems)
	rows := [][]string{{"POLICY", "VERSION", "PUBLISHED", "EFFECTIVE", "STATE", "GRADE", "HASH", ""}}
	for _, p := range set.Policies {
		for _, v := range p.Versions {
			line, flaw := set.Flaw(v)
			rows = append(rows, []string{p.ID, strconv.Itoa(v.Number()), day(v.Meta.Published.Time), day(v.Effective()), stateOf(v, at), grade(v), shortHash(line), flawWords(flaw)})
		}
	}
	for _, line := range set.Missing() {
		rows = append(rows, []string{line.Policy, strconv.Itoa(line.Version), "-", day(line.Day), "-", "-", shortHash(line), flawMissing})
	}
	return writeRows(c.stdout, rows)
}

// writeRows prints rows with their cells below one another.
func writeRows(out io.Writer, rows [][]string) error {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func flawWords(f policies.Flaw) string {
	switch f {
	case policies.Changed:
		return flawChanged
	case policies.Unpublished:
		return flawUnpublished
	}
	return ""
}

// stateOf says how a version stands to a time.
func stateOf(v *policies.Version, at time.Time) string {
	switch {
	case v.Meta.Draft:
		return stateDraft
	case at.Before(v.Meta.Published.Time):
		return stateScheduled
	case at.Before(v.Effective()):
		return stateAnnounced
	case v.Policy.InForce(at) == v:
		return stateInForce
	}
	return stateSuperseded
}

// grade is the years of school that reading the summary takes.
func grade(v *policies.Version) string {
	if v.Meta.Summary.Value == "" {
		return "-"
	}
	return fmt.Sprintf("%.1f", v.Grade())
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}

// shortHash is enough of a hash to compare by eye.
func shortHash(line *policies.Sum) string {
	if line == nil {
		return "-"
	}
	_, hash, _ := strings.Cut(line.Hash, ":")
	return hash[:8]
}

func runPolicyNew(ctx context.Context, c *call) error {
	contentDir, effective := c.contentFlag(), c.flags.String("effective", "", "")
	if err := c.parse("ID"); err != nil {
		return err
	}
	var from time.Time
	if *effective != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, *effective); err != nil {
			return &build.UsageError{Message: fmt.Sprintf("--effective %q is not a day", *effective), Hint: "write it as 2027-05-01"}
		}
	}
	v, err := build.DraftPolicy(ctx, build.Config{Content: *contentDir}, c.arguments[0], from)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, draftNext, path.Join(*contentDir, v.File))
	return writeRows(c.stdout, draftCommands(v.Policy.ID, v.Number()-1))
}

func runPolicyPublish(ctx context.Context, c *call) error {
	contentDir := c.contentFlag()
	if err := c.parse("ID"); err != nil {
		return err
	}
	p, err := build.PublishPolicy(ctx, build.Config{Content: *contentDir, Cache: cacheFolder()}, c.arguments[0])
	c.report(*contentDir, p.Problems)
	switch {
	case errors.Is(err, build.ErrContent):
		fmt.Fprintf(c.stderr, "%s; nothing was written\n", tally(p.Problems))
		return errProblems
	case err != nil:
		return err
	case len(p.Versions) == 0 && len(p.Signed) == 0:
		fmt.Fprintf(c.stdout, nothingToPublish, p.Policy.ID)
		return nil
	}
	for _, name := range p.Files {
		fmt.Fprintf(c.stdout, "wrote %s\n", path.Join(*contentDir, name))
	}
	sums := path.Join(*contentDir, policies.SumFile)
	for _, v := range p.Versions {
		sum := v.Sum()
		if i := slices.IndexFunc(p.Signed, func(s policies.Sum) bool { return s.Version == v.Number() }); i >= 0 {
			sum = p.Signed[i]
		}
		fmt.Fprintf(c.stdout, "added to %s: %s\n", sums, &sum)
	}
	for _, sum := range p.Signed {
		if !slices.ContainsFunc(p.Versions, func(v *policies.Version) bool { return v.Number() == sum.Version }) {
			fmt.Fprintf(c.stdout, signedAnew, sums, sum.Policy, sum.Version, sum.Entries)
		}
	}
	if len(p.Versions) == 0 {
		fmt.Fprint(c.stdout, signedNext)
		return nil
	}
	for _, v := range p.Versions {
		fmt.Fprintln(c.stdout, holds(v, time.Now()))
	}
	fmt.Fprint(c.stdout, publishedNext)
	return nil
}

// holds says from when a version holds.
func holds(v *policies.Version, now time.Time) string {
	name := fmt.Sprintf("%s version %d", v.Policy.ID, v.Number())
	since := v.Effective().Format(time.DateOnly)
	switch stateOf(v, now) {
	case stateScheduled:
		return fmt.Sprintf("%s will be public on %s and holds from %s on", name, day(v.Meta.Published.Time), since)
	case stateAnnounced:
		return fmt.Sprintf("%s is announced and holds from %s on", name, since)
	case stateInForce:
		return fmt.Sprintf("%s is in force since %s", name, since)
	}
	return fmt.Sprintf("%s held from %s on, until the next version", name, since)
}

func runPolicyVerify(ctx context.Context, c *call) error {
	contentDir := c.contentFlag()
	if err := c.parse(); err != nil {
		return err
	}
	set, problems, err := build.OpenPolicies(ctx, build.Config{Content: *contentDir})
	if err != nil {
		return err
	}
	problems = slices.DeleteFunc(problems, func(p problem.Problem) bool { return !strings.HasPrefix(p.Path+"/", "policies/") })
	if problems = append(set.Verify(time.Now()), problems...).Sorted(); len(problems) > 0 {
		if err := problem.Write(c.stdout, problem.Text, *contentDir, problems, colour(c.stdout)); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s: %s\n", *contentDir, tally(problems))
		return errProblems
	}
	of := map[string]bool{}
	for _, line := range set.Sums.Lines {
		of[line.Policy] = true
	}
	n := len(set.Sums.Lines)
	fmt.Fprintf(c.stdout, "%s of %s %s as published\n", count(n, "version", "versions"), count(len(of), "policy", "policies"), either(n, "is", "are"))
	for _, v := range set.Unsigned(time.Now()) {
		fmt.Fprintf(c.stdout, unsigned, v.Policy.ID, v.Number())
	}
	return nil
}

// count is a number with its noun.
func count(n int, one, more string) string { return fmt.Sprintf("%d %s", n, either(n, one, more)) }

func either(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
