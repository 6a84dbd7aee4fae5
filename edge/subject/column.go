package subject

// A Kind is a kind of data, by the id that a company's purposes.yaml has for
// it.
type Kind string

// The kinds that the edge holds by itself. A catalog without one of them has no
// term for it; see [Keeper].
const (
	// Account is who has an account, from the last time they signed in.
	Account Kind = "account.user-id"
	// Device is where they signed in, from the last use.
	Device Kind = "device"
	// Sent is a note of a mail, from the sending.
	Sent Kind = "mail.sent"
	// Disclosed is what was passed on or read by other systems, from then.
	Disclosed Kind = "disclosures"
	// Consent is choices and their records, from the end of the choice.
	Consent Kind = "consent.records"
	// Request is what people sent by forms, Complaint their cases, and
	// Survey what stands apart from who sent it.
	Request   Kind = "request"
	Complaint Kind = "complaint"
	Survey    Kind = "survey.answers"
	// Code is what a browser is known by.
	Code Kind = "identity.code"
)

// Kinds returns those that a pass deletes by age.
func Kinds() []Kind { return []Kind{Account, Device, Sent, Disclosed} }

// An Effect is what erasing a person does to a column.
type Effect string

// The effects.
const (
	// Deleted: the row is gone.
	Deleted Effect = "deleted"
	// Unnamed: the row stays, and the key that named the person is gone.
	Unnamed Effect = "unnamed"
	// Kept: the column never says anything of a person.
	Kept Effect = "kept"
)

// A Column is one of the database.
type Column struct {
	Table, Name string
	// Kind is the kind of data; empty for what is no person's.
	Kind Kind
	// Purpose is what it is for, in words, Keep how long it is kept.
	Purpose, Keep string
	Effect        Effect
}

// A table is columns that share all but their names.
type table struct {
	name          string
	columns       []string
	kind          Kind
	purpose, keep string
	effect        Effect
}

// tables are all of the schema. What is kept by a term names whose: the words
// of the term are the catalog's.
var tables = []table{
	{"receipts", []string{"sequence", "secret", "who", "previous", "host", "at", "source"}, Consent, "proof of what was agreed to", "the term of its kind", Unnamed},
	{"records", []string{"receipt", "position", "choice", "state", "policy", "version", "section_hash", "words_hash", "signal"}, Consent, "proof of what was agreed to", "the term of its kind", Unnamed},
	{"texts", []string{"hash", "text"}, "", "the words that were shown", "with the receipts", Kept},
	{"reasons", []string{"receipt", "code", "reason"}, Consent, "why somebody of the company recorded an answer", "the term of its kind", Deleted},
	{"standing", []string{"code", "choice", "receipt", "position", "state", "key"}, Consent, "what holds now, and whose a receipt is", "as long as the choice stands", Deleted},
	{"nonces", []string{"nonce", "code", "receipt", "at"}, Code, "a form that is sent twice is stored once", "a day after the form", Deleted},
	{"buckets", []string{"key", "failures", "last"}, "", "who guesses passwords is slowed down", "a day", Kept},
	{"letters", []string{"id", "kind", "recipient", "account", "code", "choice", "content", "at", "due", "tries", "reason"}, Sent, "a message on its way", "until it is sent, at most 33 days", Deleted},
	{"links", []string{"hash", "letter", "kind", "account", "address", "code", "choice", "expires"}, Sent, "what a link in a message does", "until it is used or expires", Deleted},
	{"sent", []string{"id", "account", "code", "kind", "choice", "receipt", "at"}, Sent, "which messages were sent, and on which choice", "the term of its kind", Deleted},
	{"told", []string{"account", "policy", "version", "at"}, Sent, "a change is told once", "the term of its kind", Deleted},
	{"accounts", []string{"id", "user_id", "password", "password_at", "profile", "created", "signed_in", "erasing"}, Account, "to sign in", "the term of its kind", Deleted},
	{"details", []string{"account", "field", "value", "revision", "confirmed"}, Account, "what the form to register says of each field", "with the account", Deleted},
	{"sessions", []string{"hash", "id", "account", "device", "created", "used"}, Device, "to stay signed in, and to see where", "30 days after the last use", Deleted},
	{"passkeys", []string{"id", "account", "credential", "public", "flags", "counter", "name", "created", "used"}, Account, "to sign in without the password", "until the person removes it, at most with the account", Deleted},
	{"ceremonies", []string{"nonce", "account", "at"}, Device, "a page for a passkey is answered once", "a day after the page", Deleted},
	{"submissions", []string{"id", "number", "form", "code", "account", "at", "state", "words", "answers", "reference", "joined"}, Request, "what the form says of each field", "the term of the form", Deleted},
	{"senders", []string{"form", "person", "submission"}, Request, "a form is sent once by each person", "until the form closes", Deleted},
	{"apart", []string{"key", "form", "answers"}, Survey, "what the form says of each field", "the term of the form", Deleted},
	{"cases", []string{"reference", "form", "opened", "due", "answered", "closed", "code", "account", "address"}, Complaint, "a case is followed until it is answered", "the term of the form", Deleted},
	{"entries", []string{"reference", "number", "at", "by_whom", "text"}, Complaint, "what was said in a case", "with the case", Deleted},
	{"joined", []string{"code", "account", "at"}, Code, "one person's choices stand in one place", "with the account", Deleted},
	{"devices", []string{"mark", "account", "at"}, Device, "the owner gets in while others guess", "the term of its kind", Deleted},
	{"differences", []string{"account", "choice", "code", "browser", "profile", "at"}, Consent, "a decision that waits for the person", "until the person decides", Deleted},
	{"changes", []string{"account", "number", "at", "what", "by_whom", "reason"}, Account, "what was changed, when, and by whom", "with the account", Deleted},
	{"accesses", []string{"number", "code", "at", "name", "what", "purpose"}, Disclosed, "the person sees who read their data", "the term of its kind", Deleted},
	{"disclosures", []string{"number", "code", "at", "name", "reference", "processor", "purpose", "categories"}, Disclosed, "the person sees where their data went", "the term of its kind", Deleted},
	{"api_keys", []string{"id", "name", "hash", "scopes", "created", "used", "expires", "revoked"}, "", "other systems of the company ask by them", "until an operator deletes them", Kept},
	{"tombstones", []string{"hash", "at"}, "", "a restored backup brings nobody back", "for good", Kept},
	{"deletions", []string{"day", "kind", "count"}, "", "everybody sees what was deleted when", "for good", Kept},
}

// Columns returns all columns of the database but those of its migrations.
func Columns() []Column {
	var list []Column
	for _, t := range tables {
		for _, name := range t.columns {
			list = append(list, Column{t.name, name, t.kind, t.purpose, t.keep, t.effect})
		}
	}
	return list
}
