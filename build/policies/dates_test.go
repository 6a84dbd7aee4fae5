package policies

import (
	"strings"
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	const v2, v3, meta = "policies/privacy/2026-01-01.md", "policies/privacy/2026-07-01.md", "policies/privacy/policy.yaml"
	for _, test := range []struct{ name, changes, want string }{
		{"material at once", edit(t, v3, "published: 2026-05-15", "published: 2026-07-01"),
			"2026-07-01.md:4:12 error policy-date: a material change takes effect on 2026-07-01, the day of its publication"},
		{"retroactive", edit(t, v3, "published: 2026-05-15", "published: 2026-07-02", "kind: material", "kind: clarification"),
			"2026-07-01.md:3:12 error policy-date: the version holds from 2026-07-01, before it is published on 2026-07-02"},
		{"short reason", edit(t, v3, "published: 2026-05-15", "published: 2026-07-01\noverride: It is urgent."),
			"2026-07-01.md:4:11 error policy-date: the reason of the override has 13 characters, at least 20 are needed"},
		{"override without need", edit(t, v3, "published: 2026-05-15", "published: 2026-05-15\noverride: A court ordered it from one day to the next."),
			"2026-07-01.md:4:11 notice policy-date: the version needs no override"},
		{"not published", edit(t, v3, "published: 2026-05-15\n", ""),
			"2026-07-01.md:1:1 error policy-date: version 3 has no date of publication"},
		{"effective out of order", edit(t, v3, "version: 3", "version: 2") + edit(t, v2, "version: 2", "version: 3"),
			"2026-01-01.md:4:12 error policy-date: version 3 holds from 2026-01-01, version 2 from 2026-07-01: later versions hold later"},
		{"published out of order", edit(t, v3, "published: 2026-05-15", "published: 2025-11-14"),
			"2026-07-01.md:3:12 error policy-date: version 3 is published on 2025-11-14, before version 2 on 2025-11-15"},
		{"published the same day", edit(t, v3, "published: 2026-05-15", "published: 2025-11-15"),
			"2026-07-01.md:3:12 error policy-date: the wording differs from that of version 2, and the day of publication is still 2025-11-15"},
		{"early review", edit(t, meta, "date: 2026-02-02", "date: 2025-12-31"),
			"policy.yaml:7:12 error policy-date: the review of 2025-12-31 is before version 2 held, from 2026-01-01"},
		{"review to come", edit(t, meta, "date: 2026-02-02", "date: 2026-06-02"),
			"policy.yaml:7:12 error policy-date: the review of 2026-06-02 is still to come"},
	} {
		if got := problems(t, load(t, test.changes), worldTime); !strings.Contains(got, test.want) {
			t.Errorf("%s: problems are\n%swant\n%s", test.name, got, test.want)
		}
	}
}

func TestDatesOverride(t *testing.T) {
	reason := edit(t, "policies/privacy/2026-07-01.md", "published: 2026-05-15", "published: 2026-07-01\noverride: A court ordered it from one day to the next.")
	if got := problems(t, load(t, reason), worldTime); strings.Contains(got, "policy-date") {
		t.Errorf("problems are\n%s", got)
	}
}

// TestReviewAge warns the moment after twelve months, counted from the review
// of the version in force, else from the day on which it took effect.
func TestReviewAge(t *testing.T) {
	const rule = "warning policy-review: version 3 was last looked at on 2026-07-01, more than twelve months ago"
	s := load(t, "")
	for at, want := range map[string]bool{"2027-07-01T00:00:00Z": false, "2027-07-01T00:00:01Z": true} {
		now, _ := time.Parse(time.RFC3339, at)
		if got := problems(t, s, now); strings.Contains(got, rule) != want {
			t.Errorf("at %s problems are\n%s", at, got)
		}
	}
	reviewed := edit(t, "policies/privacy/policy.yaml", "reviews:\n", "reviews:\n  - {date: 2027-01-02, version: 3, note: \"Read; nothing changed.\"}\n")
	if got := problems(t, load(t, reviewed), time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC)); strings.Contains(got, "policy-review") {
		t.Errorf("problems are\n%s", got)
	}
}
