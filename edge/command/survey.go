package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/survey"
)

// runSurvey shows what may be shown of a survey that has closed.
func runSurvey(ctx context.Context, c *call) error {
	public, url := c.requiredSetting("public"), c.requiredSetting("store")
	format := c.flags.String("format", "text", "")
	if err := c.parse("FORM"); err != nil {
		return err
	}
	if *format != "text" && *format != "csv" {
		return &usageError{fmt.Sprintf("there is no format %q", *format), "--format is text or csv"}
	}
	catalog, _, err := readCatalog(*public)
	if err != nil {
		return err
	}
	f := catalog.Form(c.arguments[0])
	switch {
	case f == nil || !f.Apart:
		return &usageError{"there is no survey " + c.arguments[0], "a survey is a form with apart: true in its front matter"}
	case c.Now().Before(f.Closes.Time):
		return &usageError{"the survey closes at " + f.Closes.String(), "count it then: two counts would show who answered in between"}
	}
	if err := present(*url); err != nil {
		return err
	}
	s, err := c.openStore(ctx, *url, true)
	if err != nil {
		return err
	}
	tally := survey.NewTally(f)
	err = errors.Join(s.Forms().Apart(ctx, f.ID, func(a form.Answers) { tally.Add(a) }), s.Close())
	if err != nil {
		return err
	}
	if *format == "csv" {
		return tally.Result().WriteCSV(c.Stdout)
	}
	c.printSurvey(tally.Result())
	return nil
}

// printSurvey prints a result as bars.
func (c *call) printSurvey(r survey.Result) {
	fmt.Fprintf(c.Stdout, "%s\nabout %d people answered; counts are rounded to 5, and groups under %d are hidden\n", r.Title, r.Answers, survey.Threshold)
	const width = 40
	for _, q := range r.Questions {
		fmt.Fprintf(c.Stdout, "\n%s\n", q.Label)
		most := 1
		for _, g := range q.Groups {
			most = max(most, g.Count)
		}
		for _, g := range q.Groups {
			if g.Hidden {
				fmt.Fprintf(c.Stdout, "  %-30s      hidden\n", visible(g.Answer))
				continue
			}
			fmt.Fprintf(c.Stdout, "  %-30s %5d %s\n", visible(g.Answer), g.Count, strings.Repeat("█", g.Count*width/most))
		}
		for _, text := range q.Texts {
			fmt.Fprintf(c.Stdout, "  “%s”\n", visible(strings.ReplaceAll(text, "\n", " ")))
		}
		if q.Withheld {
			fmt.Fprintf(c.Stdout, "  fewer than %d people wrote something: withheld\n", survey.Threshold)
		}
	}
}
