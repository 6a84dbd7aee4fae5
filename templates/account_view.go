package templates

import "time"

// A FieldView is one question of a form.
type FieldView struct {
	Name, Label, Help string
	// Type is one of policy.FieldTypes but consent and hidden.
	Type     string
	Required bool
	// Value stands in the field; a password never does. Of several, Values
	// are those that are marked.
	Value  string
	Values []string
	// Options are those of a choice or several, or the numbers of a scale,
	// whose ends are Low and High.
	Options   []string
	Low, High string
	// MinLength and MaxLength bound a text, Min and Max a number or a day,
	// and Pattern is a regular expression; zero or empty for no bound.
	MinLength, MaxLength int
	Min, Max, Pattern    string
	// Autocomplete is a token of HTML, section 4.10.18.7, such as
	// "new-password".
	Autocomplete string
	// Purpose says what the answer is used for, Keep how long it is kept, and
	// Section where the policy says so.
	Purpose, Keep string
	Section       Link
	// Stored is what another window saved meanwhile, where Conflict is set;
	// Value is then what this one sent.
	Stored   string
	Conflict bool
	// Note says more of what stands there, such as that an address waits to
	// be confirmed.
	Note string
}

// A HiddenField is sent as it is.
type HiddenField struct{ Name, Value string }

// A FieldForm is a form of fields.
type FieldForm struct {
	Action   string
	Hidden   []HiddenField
	Fields   []FieldView
	Problems []Problem
	// Button is what sends it.
	Button string
}

// A FormWords is a part of a form's own words.
type FormWords struct{ HTML string }

// A FormPage is a form of the catalog.
type FormPage struct {
	Title, Description string
	// Note says when it closes, or that it has.
	Note string
	Form FieldForm
	// Before stands above the fields, and After between these and the
	// choices.
	Before, After []FormWords
	Choices       []ChoiceView
	// Shut leaves the fields out.
	Shut bool
	// Links lead on.
	Links []Link
}

// A CasePage is one case and what was said in it.
type CasePage struct {
	Reference, Title string
	Opened, Due      time.Time
	// Answered and Closed are zero before.
	Answered, Closed time.Time
	Entries          []CaseEntry
	// Form adds to it; it has no button where the case is closed.
	Form FieldForm
	Said string
}

// A CaseEntry is what one side said.
type CaseEntry struct {
	At   time.Time
	By   string
	Text []string
}

// RegisterPage is the form for a new account.
type RegisterPage struct {
	Title, Description string
	Form               FieldForm
	// Before stands above the fields, and Words between these and the
	// choices.
	Before, Words []FormWords
	// Choices are offered with it; Offer, Shown and so on stand in Hidden.
	Choices []ChoiceView
	// SignIn is the address for who has an account.
	SignIn string
}

// SignInPage is the form to sign in.
type SignInPage struct {
	Form FieldForm
	// Register is the address for who has no account; empty where none can
	// be had.
	Register string
	// Said is what was done before, such as that a password was changed.
	Said string
	// Passkey is the form to sign in with one; nil for none.
	Passkey *PasskeyForm
}

// A PasskeyForm is one that a script fills in with what the browser answers.
type PasskeyForm struct {
	Action string
	Hidden []HiddenField
	// Options are what the browser is asked, as JSON (Web Authentication,
	// level 3, section 5.1.8).
	Options string
	// Create has it make a passkey.
	Create bool
	Fields []FieldView
	Button string
}

// A PasskeyView is one of a person's passkeys.
type PasskeyView struct {
	ID, Name      string
	Created, Used time.Time
}

// PasskeysPage is a person's list of them.
type PasskeysPage struct {
	UserID, Said  string
	Passkeys      []PasskeyView
	Token, Action string
	Add           FieldForm
}

// A TaskPage is one thing to do: a few words and a form with a large button.
type TaskPage struct {
	Title string
	// Text are paragraphs.
	Text  []string
	Form  FieldForm
	Links []Link
}

// A SessionView is one browser that is signed in.
type SessionView struct {
	ID, Device    string
	Created, Used time.Time
	// This is the one that asks.
	This bool
}

// A DifferenceView is a choice that a browser and the profile answered
// differently.
type DifferenceView struct {
	ID, Name         string
	Browser, Profile ChoiceState
	// Holds is what counts until the person decides.
	Holds ChoiceState
	At    time.Time
}

// A HeldView is all that is held of one kind of data.
type HeldView struct {
	ID, Name, Text string
	// Purposes are in words; Keep says how long it is kept, Section where
	// the policy declares it.
	Purposes []string
	Keep     string
	Section  Link
	// Items are what is held, the newest first; More is how many stand in
	// the export alone.
	Items []HeldItem
	More  int
	// Correct leads to where it can be corrected or removed.
	Correct []Link
}

// A HeldItem is one thing that is held.
type HeldItem struct {
	// At is when it was stored; zero where it has no time.
	At   time.Time
	Text string
	URL  string
}

// AccountPage is all that is held of a registered person.
type AccountPage struct {
	Provider, UserID, Code string
	Created                time.Time
	// Erasing is when the account will be erased; zero where nobody asked.
	Erasing time.Time
	// Said is what was done by the request before.
	Said    string
	Details FieldForm
	// Token and Action are those of the small forms beside the details.
	Token, Action string
	// Unconfirmed says that the address waits for its link to be followed.
	Unconfirmed bool
	Sessions    []SessionView
	Differences []DifferenceView
	Held        []HeldView
}
