package notice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/notice"
	"indigex.com/indigex/policy"
)

// lanterns is a company whose policy has five versions, one a month from
// January on, each published a month before. The third says what the first
// did, the change to the fourth is editorial.
func lanterns() *policy.Catalog {
	day := func(month int) policy.Day {
		return policy.Day{Time: time.Date(2026, time.Month(month), 1, 0, 0, 0, 0, time.UTC)}
	}
	p := policy.CatalogPolicy{ID: "privacy", Title: "Privacy policy", Short: "Privacy"}
	for n := 1; n <= 5; n++ {
		p.Versions = append(p.Versions, policy.CatalogVersion{Number: n, Published: day(n - 1), Effective: day(n)})
	}
	for from := 1; from <= 4; from++ {
		for to := from + 1; to <= 5; to++ {
			kind := policy.Material
			switch {
			case from == 1 && to == 3:
				continue
			case to == 4 && from != 2:
				kind = policy.Editorial
			}
			p.Notices = append(p.Notices, policy.Notice{From: from, To: to, Kind: kind, HTML: fmt.Sprintf("%d to %d", from, to), AnnouncedHTML: fmt.Sprintf("soon %d to %d", from, to)})
		}
	}
	return &policy.Catalog{Policies: []policy.CatalogPolicy{p}}
}

func TestFor(t *testing.T) {
	for _, tt := range []struct {
		month, seen, acknowledged int
		all, weighty              string
	}{
		{5, 5, 0, "", ""}, // a newcomer
		{2, 1, 0, "1 to 2, soon 2 to 3", "1 to 2, soon 2 to 3"},
		{2, 1, 2, "soon 2 to 3", "soon 2 to 3"},
		{2, 2, 3, "", ""},
		{3, 1, 4, "", ""}, // there and back
		{3, 2, 0, "2 to 3, soon 3 to 4", "2 to 3"},
		{3, 2, 4, "", ""}, // who knows of a later version was told of it all
		{3, 2, 3, "soon 3 to 4", ""},
		{4, 3, 0, "soon 4 to 5, 3 to 4", "soon 4 to 5"}, // editorial
		{4, 1, 0, "soon 4 to 5, 1 to 4", "soon 4 to 5"},
		{5, 1, 0, "1 to 5", "1 to 5"},
		{5, 2, 0, "2 to 5", "2 to 5"},
		{5, 0, 0, "", ""}, // knows nothing of the policy
	} {
		v := identity.NewVisitor()
		if tt.seen > 0 {
			v = v.WithSeen("privacy", tt.seen)
		}
		if tt.acknowledged > 0 {
			v = v.WithAcknowledged("privacy", tt.acknowledged)
		}
		list := notice.For(lanterns(), v, time.Date(2026, time.Month(tt.month), 15, 0, 0, 0, 0, time.UTC))
		if got := words(list); got != tt.all {
			t.Errorf("in month %d, seen %d, acknowledged %d: told %q, want %q", tt.month, tt.seen, tt.acknowledged, got, tt.all)
		}
		if got := words(notice.Weighty(list)); got != tt.weighty {
			t.Errorf("in month %d, seen %d, acknowledged %d: the banner tells %q, want %q", tt.month, tt.seen, tt.acknowledged, got, tt.weighty)
		}
	}
}

func words(list []notice.Pending) string {
	var all []string
	for i := range list {
		all = append(all, list[i].HTML())
	}
	return strings.Join(all, ", ")
}

func TestMaterialChangesComeFirst(t *testing.T) {
	c := lanterns()
	other := c.Policies[0]
	other.ID = "cookies"
	c.Policies = append(c.Policies, other)
	v := identity.NewVisitor().WithSeen("privacy", 3).WithSeen("cookies", 2)
	list := notice.For(c, v, time.Date(2026, 4, 15, 0, 0, 0, 0, time.UTC))
	if len(list) < 2 || list[len(list)-1].Notice.Kind != policy.Editorial || list[0].Notice.Kind != policy.Material {
		t.Errorf("told in the order %s", words(list))
	}
}

// What most pages ask costs no memory.
func TestNothingToTellAllocatesNothing(t *testing.T) {
	c, v := lanterns(), identity.NewVisitor().WithSeen("privacy", 5)
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	if n := testing.AllocsPerRun(100, func() {
		if len(notice.For(c, v, now)) > 0 {
			t.Fatal("told something")
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// The button on a banner says nothing of what the banner does not show.
func TestBannerPutsAwayOnlyWhatItShows(t *testing.T) {
	c := lanterns()
	for _, id := range []string{"cookies", "terms"} {
		p := c.Policies[0]
		p.ID = id
		c.Policies = append(c.Policies, p)
	}
	v := identity.NewVisitor().WithSeen("privacy", 2).WithSeen("cookies", 2).WithSeen("terms", 2)
	list := notice.For(c, v, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	html, err := notice.Banner(t.Context(), list, "token", "/")
	if err != nil || len(list) != 3 {
		t.Fatal(len(list), err)
	}
	if n := strings.Count(string(html), `name="known"`); n != notice.MaxShown || !strings.Contains(string(html), "1 more change") {
		t.Errorf("puts away %d: %s", n, html)
	}
}
