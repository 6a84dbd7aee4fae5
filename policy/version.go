package policy

import (
	"cmp"
	"slices"
	"time"
)

// A Policy is one document that people are held to and hold the provider to,
// with every version that it ever had.
type Policy struct {
	ID          string
	Title       string
	Short       string
	Description string
	// Site is the id of the site whose host has the policy's pages.
	Site string
	// Contact is the id of the provider's contact for questions about it.
	Contact string
	// Versions are ordered by number, which is the order of their effective
	// dates.
	Versions []Version
	Reviews  []Review
}

// A Version is the text of a policy as it holds from a day on.
type Version struct {
	// Number counts from 1 without a gap.
	Number int
	// Published is the day on which people could first read the version,
	// Effective the one from which it holds, each at midnight UTC.
	Published, Effective time.Time
	// Summary says in plain words what changed for the reader.
	Summary string
	// Changes are what the editor says of the difference to the version
	// before; none in the first.
	Changes []Change
	// Aliases lead from ids that sections had to those that they have.
	Aliases map[string]string
	// Promises says, by the id of a section, what the section promises.
	Promises map[string]Promises
	// Override is the reason why a material change took effect without
	// notice ahead; empty where it didn't.
	Override string
	// Sections are the parts of the text, in its order.
	Sections []Section
}

// A Kind is the weight of a change, as its editor declares it.
type Kind string

// The kinds of changes, by rising weight.
const (
	// Editorial changes no meaning: a typo, a comma, a link.
	Editorial Kind = "editorial"
	// Clarification says better what held before.
	Clarification Kind = "clarification"
	// Material changes what the reader gets, gives, or may decide.
	Material Kind = "material"
)

// A Change is one declared difference between two versions.
type Change struct {
	Kind Kind `json:"kind"`
	// Text says in one sentence what it means for the reader.
	Text     string   `json:"text"`
	Sections []string `json:"sections"`
	// Choices and Purposes are those that the change affects: an affected
	// choice falls back to not asked.
	Choices  []string `json:"choices"`
	Purposes []string `json:"purposes"`
	// Processors are those that the change adds or concerns.
	Processors []string `json:"processors"`
}

// Promises are the ids of what a section promises.
type Promises struct {
	Choices    []string `json:"choices"`
	Purposes   []string `json:"purposes"`
	Categories []string `json:"categories"`
	Processors []string `json:"processors"`
	Mechanisms []string `json:"mechanisms"`
}

// A Review is a record that somebody read a version against what the sites
// do, and found that nothing has to change.
type Review struct {
	Date    time.Time
	Version int
	Note    string
}

func (v *Version) published() time.Time { return v.Published }
func (v *Version) effective() time.Time { return v.Effective }

// InForce returns the version that holds at a time, or nil before the first.
// It depends on the time asked about alone, never on when the sites were
// built.
func (p *Policy) InForce(at time.Time) *Version {
	return inForce(p.Versions, (*Version).effective, at)
}

// Announced returns the versions that are published at a time but don't hold
// yet, the next one first.
func (p *Policy) Announced(at time.Time) []*Version {
	return announced(p.Versions, (*Version).published, (*Version).effective, at)
}

// Version returns the version with a number, or nil.
func (p *Policy) Version(number int) *Version {
	i, ok := slices.BinarySearchFunc(p.Versions, number, func(v Version, n int) int { return cmp.Compare(v.Number, n) })
	if !ok {
		return nil
	}
	return &p.Versions[i]
}
