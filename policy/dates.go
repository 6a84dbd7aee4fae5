package policy

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"
)

// A Day is a day of the calendar: its first moment, midnight UTC. As JSON it
// is text such as "2026-03-01".
type Day struct{ time.Time }

// ParseDay reads a day as it is written in JSON.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, fmt.Errorf("%q is not a day such as 2026-03-01", text)
	}
	return Day{t}, nil
}

// MarshalJSON writes the day. That of another moment than a day's first is
// written too: [Catalog.Encode] refuses it.
func (d Day) MarshalJSON() ([]byte, error) {
	return []byte(d.UTC().Format(`"` + time.DateOnly + `"`)), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Day) UnmarshalJSON(data []byte) error {
	var text string
	err := json.Unmarshal(data, &text)
	if err == nil {
		*d, err = ParseDay(text)
	}
	return err
}

// isDay says whether the day is one that comes back from its JSON the same.
func (d Day) isDay() bool {
	return isMoment(d.Time) && d.Equal(d.Truncate(24*time.Hour))
}

// momentLayout is that of a moment as the catalog writes it, by RFC 3339.
const momentLayout = "2006-01-02T15:04:05Z"

// parseMoment reads a moment. time.Parse alone would take fractions of a
// second, too, which are not in the layout.
func parseMoment(text string) (time.Time, error) {
	t, err := time.Parse(momentLayout, text)
	if err != nil || t.Format(momentLayout) != text {
		return time.Time{}, fmt.Errorf("%q is not a moment such as 2026-03-01T00:00:00Z", text)
	}
	return t, nil
}

// isMoment says whether the time is a whole second in UTC that RFC 3339 can
// write. The zero time is none: it means that nobody has set it.
func isMoment(t time.Time) bool {
	return !t.IsZero() && t.Location() == time.UTC && t.Nanosecond() == 0 && t.Year() >= 0 && t.Year() <= 9999
}

// after returns the index of the first version that doesn't hold yet at a
// time. Versions are ordered by the dates on which they take effect.
func after[V any](versions []V, effective func(*V) time.Time, at time.Time) int {
	return sort.Search(len(versions), func(i int) bool { return effective(&versions[i]).After(at) })
}

// inForce returns the version that holds at a time, or nil before the first.
func inForce[V any](versions []V, effective func(*V) time.Time, at time.Time) *V {
	i := after(versions, effective, at)
	if i == 0 {
		return nil
	}
	return &versions[i-1]
}

// announced returns the versions that are published at a time but don't hold
// yet, the next one first.
func announced[V any](versions []V, published, effective func(*V) time.Time, at time.Time) []*V {
	var all []*V
	for i := after(versions, effective, at); i < len(versions); i++ {
		if v := &versions[i]; !published(v).After(at) {
			all = append(all, v)
		}
	}
	return all
}
