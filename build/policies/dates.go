package policies

import (
	"fmt"
	"time"
	"unicode/utf8"

	"indigex.com/indigex/build/front"
	"indigex.com/indigex/build/problem"
	"indigex.com/indigex/policy"
)

// leastReason is how many characters the reason of an override has at least:
// readers are shown it.
const leastReason = 20

// dates checks that readers have time to see a change before it holds, that
// the dates of versions follow each other, and that somebody read each policy
// within twelve months.
func (c *checker) dates() {
	for _, p := range c.Policies {
		for _, v := range p.Versions {
			if !c.legible(v) {
				continue
			}
			c.ahead(v)
			if before := v.Before(); before != nil && c.legible(before) {
				c.order(before, v)
			}
		}
		c.reviews(p)
	}
}

func (c *checker) date(file string, at front.Pos, message, hint string) {
	c.report(problem.Error, file, at, "policy-date", message, hint)
}

// ahead checks that a version is published before it takes effect where that
// matters.
func (c *checker) ahead(v *Version) {
	published, effective := v.Meta.Published, v.Effective()
	switch {
	case published.IsZero() && v.Meta.Draft: // has no such date yet
	case published.IsZero():
		c.date(v.File, place, fmt.Sprintf("version %d has no date of publication", v.Number()), "add published: YYYY-MM-DD, the day from which people can read it, or draft: true")
	case effective.Before(published.Time):
		c.date(v.File, published.Pos, fmt.Sprintf("the version holds from %s, before it is published on %s", day(effective), day(published.Time)), "let it take effect later: what nobody could read holds for nobody")
	case v.material() && !effective.After(published.Time) && v.Meta.Override.Value == "":
		c.date(v.File, v.Meta.Effective.Pos, fmt.Sprintf("a material change takes effect on %s, the day of its publication", day(effective)), "let it take effect later, and name the file by that day; where it can't wait, add override: with the reason, which readers are shown")
	}
	c.override(v)
}

func (c *checker) override(v *Version) {
	reason := v.Meta.Override
	needed := v.material() && !v.Meta.Published.IsZero() && !v.Effective().After(v.Meta.Published.Time)
	switch n := utf8.RuneCountInString(reason.Value); {
	case n == 0:
	case n < leastReason:
		c.date(v.File, reason.Pos, fmt.Sprintf("the reason of the override has %d characters, at least %d are needed", n, leastReason), "tell readers in a sentence why the change could not wait")
	case !needed && !v.Meta.Draft:
		c.report(problem.Notice, v.File, reason.Pos, "policy-date", "the version needs no override: no material change of it holds without notice ahead", "remove the line")
	}
}

func (v *Version) material() bool {
	for _, change := range v.Meta.Changes {
		if change.Kind == string(policy.Material) {
			return true
		}
	}
	return false
}

// order checks the dates of a version against those of the one before.
func (c *checker) order(before, v *Version) {
	if !v.Effective().After(before.Effective()) {
		c.date(v.File, v.Meta.Effective.Pos, fmt.Sprintf("version %d holds from %s, version %d from %s: later versions hold later", v.Number(), day(v.Effective()), before.Number(), day(before.Effective())), "correct the date and the file's name, or the version's number")
	}
	published, last := v.Meta.Published, before.Meta.Published
	switch {
	case published.IsZero() || last.IsZero():
	case published.Time.Before(last.Time):
		c.date(v.File, published.Pos, fmt.Sprintf("version %d is published on %s, before version %d on %s", v.Number(), day(published.Time), before.Number(), day(last.Time)), "correct the date, or the version's number")
	case published.Time.Equal(last.Time) && !c.Compare(before, v).Same:
		c.date(v.File, published.Pos, fmt.Sprintf("the wording differs from that of version %d, and the day of publication is still %s", before.Number(), day(last.Time)), "write the day from which people can read this version")
	}
}

// reviews checks the records of reviews, and warns where the last look at the
// version in force is older than twelve months.
func (c *checker) reviews(p *Policy) {
	held := p.InForce(c.Now)
	var last time.Time
	if held != nil {
		last = held.Effective()
	}
	for _, r := range p.Meta.Reviews {
		v := p.Version(r.Version.Value)
		switch {
		case v == nil || r.Date.IsZero(): // reported elsewhere
		case r.Date.Time.Before(v.Effective()):
			c.date(p.File, r.Date.Pos, fmt.Sprintf("the review of %s is before version %d held, from %s", day(r.Date.Time), v.Number(), day(v.Effective())), "correct the date, or name the version that was read")
		case r.Date.Time.After(c.clock):
			c.date(p.File, r.Date.Pos, fmt.Sprintf("the review of %s is still to come", day(r.Date.Time)), "record a review once it is done")
		case v == held && r.Date.Time.After(last):
			last = r.Date.Time
		}
	}
	if held != nil && c.Set.files[p.File] != nil && last.AddDate(1, 0, 0).Before(c.Now) {
		c.report(problem.Warning, p.File, place, "policy-review", fmt.Sprintf("version %d was last looked at on %s, more than twelve months ago", held.Number(), day(last)),
			fmt.Sprintf(`read it against what the sites do; then add below reviews: - {date: %s, version: %d, note: "…"}, or publish a new version`, day(c.Now), held.Number()))
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
