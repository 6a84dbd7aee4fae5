package policy_test

import (
	"testing"
	"time"

	"indigex.com/indigex/policy"
)

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// TestInForce asks about the last moment before and the first moment of each
// version.
func TestInForce(t *testing.T) {
	p := policy.Policy{Versions: []policy.Version{
		{Number: 1, Published: date("2024-03-01"), Effective: date("2024-03-01")},
		{Number: 2, Published: date("2025-01-15"), Effective: date("2025-03-01")},
		{Number: 3, Published: date("2025-02-01"), Effective: date("2027-01-01")},
	}}
	for _, test := range []struct {
		at        time.Time
		inForce   int
		announced []int
	}{
		{date("2024-03-01").Add(-time.Nanosecond), 0, nil},
		{date("2024-03-01"), 1, nil},
		{date("2025-01-15").Add(-time.Nanosecond), 1, nil},
		{date("2025-01-15"), 1, []int{2}},
		{date("2025-02-01"), 1, []int{2, 3}},
		{date("2025-03-01").Add(-time.Nanosecond), 1, []int{2, 3}},
		{date("2025-03-01"), 2, []int{3}},
		{date("2027-01-01"), 3, nil},
	} {
		number := 0
		if v := p.InForce(test.at); v != nil {
			number = v.Number
		}
		var announced []int
		for _, v := range p.Announced(test.at) {
			announced = append(announced, v.Number)
		}
		if number != test.inForce || len(announced) != len(test.announced) || len(announced) > 0 && announced[0] != test.announced[0] {
			t.Errorf("%v: version %d in force, %v announced; want %d, %v", test.at, number, announced, test.inForce, test.announced)
		}
	}
	if p.Version(2) == nil || p.Version(2).Number != 2 || p.Version(4) != nil {
		t.Error("versions are not found by their numbers")
	}
}
