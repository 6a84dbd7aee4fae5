package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Period is a span of the calendar, such as three years: a duration of ISO
// 8601-1, 5.5.2, in whole numbers. As text and as JSON it is "P3Y", "P1Y6M",
// "P90D", "PT12H" or, with weeks, which stand alone, "P2W".
type Period struct {
	Years, Months, Weeks, Days, Hours, Minutes, Seconds int
}

// maxUnit is the largest number of one unit.
const maxUnit = 9999

// ParsePeriod reads a period in its one form: units from the largest to the
// smallest, none of them with zero, no zero ahead of a number. A period of no
// length is "P0D".
func ParsePeriod(text string) (Period, error) {
	var p Period
	n, clock := 0, false
	for _, c := range strings.TrimPrefix(text, "P") {
		unit := p.unit(c, clock)
		switch {
		case c >= '0' && c <= '9' && n <= maxUnit:
			n = 10*n + int(c-'0')
		case c == 'T':
			clock = true
		case unit != nil && n <= maxUnit:
			*unit, n = n, 0
		default:
			return Period{}, badPeriod(text)
		}
	}
	// What is doubled, out of order or left over is written otherwise.
	if p.String() != text || p.Weeks != 0 && p != (Period{Weeks: p.Weeks}) {
		return Period{}, badPeriod(text)
	}
	return p, nil
}

func badPeriod(text string) error {
	return fmt.Errorf("%q is not a period such as P3Y, P1Y6M, P90D or PT12H", text)
}

// unit returns what a letter counts, before or behind the T; nil for nothing.
func (p *Period) unit(letter rune, clock bool) *int {
	switch {
	case letter == 'Y' && !clock:
		return &p.Years
	case letter == 'M' && !clock:
		return &p.Months
	case letter == 'W' && !clock:
		return &p.Weeks
	case letter == 'D' && !clock:
		return &p.Days
	case letter == 'H' && clock:
		return &p.Hours
	case letter == 'M' && clock:
		return &p.Minutes
	case letter == 'S' && clock:
		return &p.Seconds
	}
	return nil
}

// String writes the period as [ParsePeriod] reads it.
func (p Period) String() string {
	b := []byte{'P'}
	write := func(n int, unit byte) {
		if n != 0 {
			b = append(strconv.AppendInt(b, int64(n), 10), unit)
		}
	}
	write(p.Years, 'Y')
	write(p.Months, 'M')
	write(p.Weeks, 'W')
	write(p.Days, 'D')
	if p.Hours != 0 || p.Minutes != 0 || p.Seconds != 0 {
		b = append(b, 'T')
	}
	write(p.Hours, 'H')
	write(p.Minutes, 'M')
	write(p.Seconds, 'S')
	if len(b) == 1 {
		return "P0D"
	}
	return string(b)
}

// MarshalJSON writes the period as text. One that no text means is written
// too: [Catalog.Encode] refuses it.
func (p Period) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Period) UnmarshalJSON(data []byte) error {
	var text string
	err := json.Unmarshal(data, &text)
	if err == nil {
		*p, err = ParsePeriod(text)
	}
	return err
}

// AddTo returns the moment at which the period ends that begins at start, by
// the calendar of UTC. Years and months are counted first; where the month
// that they lead to is too short, its last day is taken. Then come days, then
// hours. So does appendix E of XML Schema Part 2 (2004).
func (p Period) AddTo(start time.Time) time.Time {
	t := addMonths(start.UTC(), 12*p.Years+p.Months)
	return t.AddDate(0, 0, 7*p.Weeks+p.Days).Add(p.clock())
}

// Before returns the last moment from which on the period has ended at end:
// what began then or earlier is over, as [Period.AddTo] counts. Where months
// have unequal length, some of what began up to three days later is over, too.
func (p Period) Before(end time.Time) time.Time {
	t := end.UTC().Add(-p.clock()).AddDate(0, 0, -7*p.Weeks-p.Days)
	return addMonths(t, -12*p.Years-p.Months)
}

func (p Period) clock() time.Duration {
	return time.Duration(p.Hours)*time.Hour + time.Duration(p.Minutes)*time.Minute + time.Duration(p.Seconds)*time.Second
}

func addMonths(t time.Time, months int) time.Time {
	first := t.AddDate(0, 0, 1-t.Day()).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// Exceeds says whether the period may last longer than another, be it only
// from some days on: a year exceeds 365 days, and 366 days exceed a year. The
// days to begin with are the four by which section 3.2.6.2 of XML Schema Part
// 2 orders durations.
func (p Period) Exceeds(other Period) bool {
	for _, start := range []time.Time{
		time.Date(1696, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(1697, 2, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1903, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(1903, 7, 1, 0, 0, 0, 0, time.UTC),
	} {
		if p.AddTo(start).After(other.AddTo(start)) {
			return true
		}
	}
	return false
}
