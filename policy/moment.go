package policy

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Moment is a whole second in UTC that may be none. As text it is RFC 3339,
// such as "2027-01-29T22:00:00Z", and empty for none.
type Moment struct{ time.Time }

// ParseMoment reads what [Moment.String] writes, and no other spelling.
func ParseMoment(text string) (Moment, error) {
	if text == "" {
		return Moment{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if m := (Moment{t.UTC()}); err == nil && m.String() == text {
		return m, nil
	}
	return Moment{}, fmt.Errorf("%q is no moment such as 2027-01-29T22:00:00Z", text)
}

// String is the moment as text.
func (m Moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.UTC().Format(time.RFC3339)
}

// MarshalJSON writes the text.
func (m Moment) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

// UnmarshalJSON reads the text.
func (m *Moment) UnmarshalJSON(data []byte) error {
	var text string
	err := json.Unmarshal(data, &text)
	if err == nil {
		*m, err = ParseMoment(text)
	}
	return err
}
