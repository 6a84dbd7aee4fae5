package policy

import (
	"math/rand/v2"
	"testing"
	"time"
)

func period(t testing.TB, text string) Period {
	t.Helper()
	p, err := ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParsePeriod(t *testing.T) {
	for text, want := range map[string]Period{
		"P3Y": {Years: 3}, "P400D": {Days: 400}, "P1Y6M": {Years: 1, Months: 6}, "P2W": {Weeks: 2}, "PT12H": {Hours: 12},
		"P9999Y": {Years: 9999}, "P1DT1H30M5S": {Days: 1, Hours: 1, Minutes: 30, Seconds: 5}, "PT1M": {Minutes: 1}, "P1M": {Months: 1}, "P0D": {},
	} {
		if got := period(t, text); got != want || got.String() != text {
			t.Errorf("%s is read as %+v, which is %s", text, got, got)
		}
	}
	for _, text := range []string{
		"", "P", "PT", "P1", "3Y", "p3y", "P03Y", "P0Y", "P1Y0M", "P1.5Y", "P-1D", "+P1D", "P1D2Y", "P1Y1Y", "P1W2D", "P1Y2W", "P1DT", "PT1D", "P1H",
		"P10000D", "P99999999999999999999D", " P1D", "P1D ", "P1D\n", "PP1D", "PT1HT1M", "P१D", "three years",
	} {
		if got, err := ParsePeriod(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestAddTo(t *testing.T) {
	for _, test := range []struct{ start, period, end string }{
		{"2026-03-01T12:00:00Z", "P3Y", "2029-03-01T12:00:00Z"},
		{"2024-02-29T00:00:00Z", "P3Y", "2027-02-28T00:00:00Z"},
		{"2024-02-29T00:00:00Z", "P4Y", "2028-02-29T00:00:00Z"},
		{"2026-08-31T23:59:59Z", "P6M", "2027-02-28T23:59:59Z"},
		{"2026-11-30T00:00:00Z", "P1Y3M", "2028-02-29T00:00:00Z"},
		{"2026-01-31T00:00:00Z", "P1M1D", "2026-03-01T00:00:00Z"},
		{"2026-01-01T00:00:00Z", "P400D", "2027-02-05T00:00:00Z"},
		{"2026-03-28T00:00:00Z", "P2W", "2026-04-11T00:00:00Z"},
		{"2026-12-31T23:00:00Z", "PT12H", "2027-01-01T11:00:00Z"},
		{"2026-03-01T01:00:00+02:00", "P1M", "2026-03-28T23:00:00Z"}, // 28 February in UTC
		{"2026-03-01T00:00:00Z", "P0D", "2026-03-01T00:00:00Z"},
	} {
		start, err := time.Parse(time.RFC3339, test.start)
		if err != nil {
			t.Fatal(err)
		}
		if got := period(t, test.period).AddTo(start).Format(time.RFC3339); got != test.end {
			t.Errorf("%s and %s is %s, want %s", test.start, test.period, got, test.end)
		}
	}
}

// TestBefore holds that counting back finds what is over, and, where months
// differ in length, little less.
func TestBefore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		p := Period{Years: r.IntN(4), Months: r.IntN(15), Days: r.IntN(500), Hours: r.IntN(30)}
		end := time.Unix(r.Int64N(4e9), 0).UTC()
		last := p.Before(end)
		if r.IntN(2) == 0 {
			last = last.Add(-time.Duration(r.Int64N(int64(90 * 24 * time.Hour))))
		}
		if over := p.AddTo(last); over.After(end) {
			t.Fatalf("%v from %v is over at %v, after %v", p, last, over, end)
		}
		if later := p.Before(end).Add(4 * 24 * time.Hour); !p.AddTo(later).After(end) {
			t.Fatalf("%v from %v is over at %v too", p, later, end)
		}
	}
}

func TestExceeds(t *testing.T) {
	for _, test := range []struct {
		p, other   string
		longer, by bool // and the other way round
	}{
		{"P3Y", "P1Y", true, false}, {"P1Y", "P12M", false, false}, {"P90D", "P3M", true, true}, {"P1Y", "P365D", true, false},
		{"P366D", "P1Y", true, false}, {"P2W", "P14D", false, false}, {"PT24H", "P1D", false, false}, {"P0D", "PT1S", false, true},
	} {
		p, other := period(t, test.p), period(t, test.other)
		if p.Exceeds(other) != test.longer || other.Exceeds(p) != test.by {
			t.Errorf("%s exceeds %s: %v, the other way round: %v", p, other, p.Exceeds(other), other.Exceeds(p))
		}
	}
}

// FuzzParsePeriod holds that a period has one text.
func FuzzParsePeriod(f *testing.F) {
	f.Add("P1Y2M3DT4H5M6S")
	f.Add("P2W")
	f.Add("PT0S")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePeriod(text)
		if err == nil && p.String() != text {
			t.Errorf("%q is read as %v", text, p)
		}
	})
}
