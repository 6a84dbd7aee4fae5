package consent

import (
	"encoding/json"
	"time"

	"indigex.com/indigex/policy"
)

// Support returns the file /.well-known/gpc.json, by which a site says that it
// honours Global Privacy Control (W3C, Global Privacy Control, section 4): the
// last update is the effective date of the newest version in force that offers
// a choice which the signal refuses. It is nil where none does.
func Support(c *policy.Catalog, at time.Time) []byte {
	var updated policy.Day
	for i := range c.Choices {
		v, section := Offer(c, &c.Choices[i], at)
		if c.Choices[i].GPC && section != nil && v.Effective.After(updated.Time) {
			updated = v.Effective
		}
	}
	if updated.IsZero() {
		return nil
	}
	// A bool and a day always marshal.
	b, _ := json.Marshal(struct {
		GPC        bool       `json:"gpc"`
		LastUpdate policy.Day `json:"lastUpdate"`
	}{true, updated})
	return append(b, '\n')
}
