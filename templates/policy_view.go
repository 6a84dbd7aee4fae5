package templates

import (
	"time"

	"github.com/a-h/templ"

	"indigex.com/indigex/policy"
)

// A VersionState is how a version stands to the time asked about.
type VersionState int

// The states of a version.
const (
	InForce VersionState = iota
	// Superseded versions were in force.
	Superseded
	// Announced versions are published and will be in force.
	Announced
	// Drafts are not published; only an editor sees them.
	Draft
)

// A VersionRef names a version, with the addresses of its pages.
type VersionRef struct {
	Number               int
	State                VersionState
	Published, Effective time.Time
	// Until is the day from which the next version holds; zero where none is
	// published.
	Until time.Time
	// URL is the permanent address of the version.
	URL string
	// Changes is the address of the comparison with the version before;
	// empty for the first.
	Changes string
}

// PolicyLinks are the addresses that all pages of a policy share.
type PolicyLinks struct {
	// InForce is the page of the version in force, Versions the list of all,
	// Feed the Atom feed, Data the policy for programs.
	InForce, Versions, Feed, Data string
}

// A PolicyPage is what the page of a version shows beside title, lead and
// contents of its Page.
type PolicyPage struct {
	PolicyLinks
	Version VersionRef
	// Permanent says that this is the version's own page, not that of
	// whichever is in force.
	Permanent bool
	// Current is the version in force; nil where none is.
	Current *VersionRef
	// ToCurrent is the comparison of a superseded version with the one in
	// force; empty for all others.
	ToCurrent string
	// Upcoming are the announced versions, each with its summary and the
	// comparison that leads to it from this version.
	Upcoming []Upcoming
	// Summary says what changed with this version, Override why a material
	// change of it had no notice ahead; empty where there is none.
	Summary, Override string
	// Updated is when the text last changed (the version's publication).
	Updated time.Time
	// Reviewed is the last review of this version; zero means none.
	Reviewed time.Time
	Review   string
	// Contact answers questions about the policy; nil means none.
	Contact *Contact
	// Preamble stands before the first section; nil means nothing.
	Preamble templ.Component
	Sections []PolicySection
}

// An Upcoming version is announced.
type Upcoming struct {
	VersionRef
	Summary string
	// Comparison is the page that says what will change.
	Comparison string
}

// A PolicySection is a section with what it offers.
type PolicySection struct {
	// Number is that before the title, such as "3."; empty means none.
	ID, Number string
	// Title is inline HTML without the number.
	Title string
	// Aliases are other ids that lead here.
	Aliases []string
	Body    templ.Component
	Choices []PolicyChoice
}

// A PolicyChoice is a choice that a section offers.
type PolicyChoice struct {
	ID, Name, Words string
	// URL leads to it in the preference centre.
	URL string
}

// A VersionList is the index of all versions, the newest first.
type VersionList struct {
	PolicyLinks
	Versions []VersionEntry
	Reviews  []policy.Review
}

// A VersionEntry is one version in the index.
type VersionEntry struct {
	VersionRef
	Summary, Override string
	Changes           []DeclaredChange
	// ToCurrent is the comparison with the version in force; empty where
	// there is none.
	ToCurrent string
}

// A DeclaredChange is what the editor says of a change.
type DeclaredChange struct {
	Kind     policy.Kind
	Text     string
	Sections []Link
	Choices  []PolicyChoice
}

// A ComparisonPage says what changed between two versions.
type ComparisonPage struct {
	PolicyLinks
	Old, New VersionRef
	// Summaries are those of the versions after the old one, up to the new
	// one, the newest first.
	Summaries []VersionSummary
	// Changes are those declared that still show between the two.
	Changes []DeclaredChange
	// Choices are asked again of those who made them under the old version.
	Choices []PolicyChoice
	policy.Comparison
}

// A VersionSummary is what one version said of itself.
type VersionSummary struct {
	Number  int
	Summary string
}

// A NoticeView is what a reader is told of the difference between the version
// that they saw last and another one.
type NoticeView struct {
	// Policy is the policy's title.
	Policy string
	// Announced says that the new version will hold from Effective on; else
	// it holds since then.
	Announced bool
	Effective time.Time
	// Changes are those declared that still show between the two versions.
	// A notice tells those of the heaviest kind.
	Changes []DeclaredChange
	// Comparison is the absolute address of the page that shows the
	// difference, Decide that of the page where the choices are made.
	Comparison, Decide string
	// Choices are asked again. Where there are none, there is nothing to
	// decide.
	Choices []PolicyChoice
}
