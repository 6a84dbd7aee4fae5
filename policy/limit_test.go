package policy_test

import (
	"testing"

	"indigex.com/indigex/policy"
)

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		kind, min, max string
		wrong          string
	}{
		{"text", "2", "40", ""}, {"long-text", "", "25000", ""}, {"number", "-5", "5", ""}, {"date", "2026-01-01", "2026-12-31", ""}, {"zip-code", "", "", ""},
		{"text", "", "201", "201 is not from 0 to 200, the limits of type text"},
		{"text", "40", "2", "min is more than max"},
		{"text", "-1", "", "-1 is not from 0 to 200, the limits of type text"},
		{"number", "1.5", "", `"1.5" is no whole number`},
		{"number", "+1", "", `"+1" is no whole number`},
		{"date", "2026-12-31", "2026-01-01", "min is more than max"},
		{"date", "soon", "", `"soon" is not a day such as 2026-03-01`},
		{"choice", "1", "", "a field of type choice has no min and max"},
	} {
		f := policy.Field{Type: test.kind, Min: test.min, Max: test.max}
		_, err := f.Limits()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.wrong {
			t.Errorf("%s from %q to %q: %q, want %q", test.kind, test.min, test.max, got, test.wrong)
		}
	}
}

func TestPatterns(t *testing.T) {
	for kind, texts := range map[string]map[string]bool{
		"email":    {"a@b.example": true, "a.b+c@d-e.example": true, "a@b": true, "a@-b.example": false, "a b@c.example": false, "a@b..c": false, "@b.example": false, "a@b.example\nx": false},
		"phone":    {"+1 (555) 010-0199": true, "911": true, "12": false, "+1/5": false, "call me": false, "555-0100 x": false},
		"zip-code": {"64101": true, "64101-1234": true, "6410": false, "64101-": false, "SW1A": false},
	} {
		l, err := (&policy.Field{Type: kind}).Limits()
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range texts {
			if l.Match(text) != want {
				t.Errorf("%s %q: %v", kind, text, !want)
			}
		}
	}
}

func TestMoment(t *testing.T) {
	for text, fine := range map[string]bool{"": true, "2027-01-29T22:00:00Z": true, "2027-01-29": false, "2027-01-29T22:00:00.5Z": false, "2027-01-29T22:00:00+01:00": false} {
		m, err := policy.ParseMoment(text)
		if (err == nil) != fine || fine && m.String() != text {
			t.Errorf("%q: %v, %v", text, m, err)
		}
	}
}
