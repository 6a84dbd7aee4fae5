package templates

import "time"

// A Banner stands in the notice slot of a page: what changed for the visitor
// since they last said that they know of it, with a button to be done with it.
type Banner struct {
	// Notices are fragments that [Notice] made, the weightiest first.
	Notices []string
	// More is how many further notices there are; /notices shows all.
	More int
	// Token is the form token of "notices".
	Token string
	// Known are the values of the hidden fields "known": what pressing the
	// button says that the visitor knows, such as "privacy@4".
	Known []string
	// Return is the path and query to come back to; empty for /notices.
	Return string
}

// ChoiceState is what a person said of a choice.
type ChoiceState string

// The three states.
const (
	NotAsked ChoiceState = "not-asked"
	Granted  ChoiceState = "granted"
	Refused  ChoiceState = "refused"
)

// A ChoiceView is one choice as its person sees it.
type ChoiceView struct {
	ID, Name string
	// Words and Refuse are the exact words of the two answers.
	Words, Refuse string
	// Kind, Channel and Sender are those of policy.Choice.
	Kind, Channel, Sender string
	// Section is the section that offers it: its title with number, and the
	// permanent address of the version in force with the section's id.
	Section Link
	// State holds now, after what follows has been taken into account.
	State ChoiceState
	// Since is when the standing answer was given, Version the number of the
	// policy's version that was in force then, Policy the policy's short
	// title. Zero where nothing stands.
	Since   time.Time
	Version int
	Policy  string
	// Receipt is the address of the receipt of the standing answer.
	Receipt string
	// Signal says that the state is Refused since the browser sends Global
	// Privacy Control.
	Signal bool
	// Again says why an answer given before does not stand any more; nil
	// where it does, or where there was none.
	Again *Again
	// Picked is the answer that the form shows as marked: the standing one,
	// or after a mistake the one that was sent. NotAsked marks none.
	Picked ChoiceState
	// Conflict says that another window gave another answer meanwhile, which
	// is State; Picked is then what this window sent.
	Conflict bool
}

// Again is why an answer fell back to not asked.
type Again struct {
	// Was is the answer before.
	Was ChoiceState
	// Text says what changed for the reader, in a sentence or a few.
	Text []string
	// Comparison is the address of the page that shows the difference; empty
	// where the choice's own words changed and no version did. Words and Refuse are the
	// exact words that the person saw then, where they differ from now.
	Comparison    string
	Words, Refuse string
}

// A Problem is something to mend in a form that was sent.
type Problem struct {
	// Field is the name of the field, and the id of the element to link to;
	// empty for the form as a whole.
	Field, Text string
}

// ChoiceForm is what a form with choices sends beside the answers.
type ChoiceForm struct {
	// Action is the address that it is posted to.
	Action string
	// Token, Offer and Shown are values of hidden fields of these names: the
	// form token, the mark of the words and versions shown, and the answers
	// that stood when the form was made.
	Token, Offer, Shown string
	Problems            []Problem
}

// PreferencesPage is the preference centre.
type PreferencesPage struct {
	Provider string
	Form     ChoiceForm
	// Choices are in the order of the content.
	Choices []ChoiceView
	// Signal says that the browser sends Global Privacy Control.
	Signal bool
	// Code is the visitor's personal identification code; empty where they
	// have none yet.
	Code string
	// Pending is how many notices wait on /notices.
	Pending int
	// Answered says that there is a history to look at.
	Answered bool
}

// A ReceiptView is one form that a person sent, with its records.
type ReceiptView struct {
	ID string
	// URL is the receipt's page, Data the same for programs.
	URL, Data string
	At        time.Time
	Host      string
	// Source is in words: "the preference centre", "a notice of a change".
	Source string
	// Reason is the operator's, where one did it.
	Reason  string
	Records []RecordView
}

// A RecordView is one answer as it was recorded.
type RecordView struct {
	Choice, Name string
	// State is granted or refused.
	State ChoiceState
	// Words and Refuse are the exact words that stood on the form.
	Words, Refuse          string
	Policy                 string
	Version                int
	Section                Link
	SectionHash, WordsHash string
	// Stands says that the answer holds now.
	Stands bool
}

// A ReceiptPage shows one receipt: what was saved, or what was saved once.
type ReceiptPage struct {
	Provider string
	Receipt  ReceiptView
	// Saved says that it was saved by the request before.
	Saved bool
	// Code is the person's identification code.
	Code string
}

// HistoryPage lists all receipts of a person, the newest first.
type HistoryPage struct {
	Provider string
	Receipts []ReceiptView
	// Older is the address of the page with older ones; empty at the end.
	Older string
	Code  string
}

// NoticesPage says all that changed for a visitor since the versions that
// they know.
type NoticesPage struct {
	Provider string
	Form     ChoiceForm
	Notices  []PendingNotice
	// Choices are those to renew or to refuse, each once.
	Choices []ChoiceView
	Signal  bool
	// Known are the values of the hidden fields "known".
	Known []string
	// Thanks says that the visitor just said that they know of the changes.
	Thanks bool
	// Policies lead to the policies, for when there is nothing to tell.
	Policies []Link
}

// A PendingNotice is one policy's difference between the version that the
// visitor knows and another one.
type PendingNotice struct {
	Policy    string
	From, To  int
	Announced bool
	Effective time.Time
	Summary   string
	Changes   []DeclaredChange
	// Comparison shows the difference, Text is the page of the new version.
	Comparison, Text string
}

// A FailurePage says why there is no answer to a request.
type FailurePage struct {
	// Title names what happened, Text says it in a sentence, and Cure what
	// to do now; empty where there is nothing to do.
	Title, Text, Cure string
	// Reference is the request's id, by which its log line is found; empty
	// shows none.
	Reference string
	// Links lead to where one can go on.
	Links []Link
}
