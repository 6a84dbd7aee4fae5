package subject

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/policy"
)

// A Reader finds all that is held of a person. Its fields are required.
type Reader struct {
	Store    Store
	Accounts account.Store
	Choices  consent.Store
	// Disclosures are where data went.
	Disclosures disclosure.Store
	// Forms are what people sent.
	Forms form.Store
}

// maxCopied bounds what a copy has of a kind.
const maxCopied = 100_000

// A Copy is all that is held of a person but for their receipts, as JSON. Its
// members are described in docs/privacy.md.
type Copy struct {
	Schema  string    `json:"schema"`
	Made    time.Time `json:"made"`
	Company string    `json:"company"`
	// UserID is empty for who never registered.
	UserID          string       `json:"user_id,omitempty"`
	Code            string       `json:"code"`
	JoinedCodes     []string     `json:"joined_codes"`
	Registered      *time.Time   `json:"registered,omitempty"`
	SignedIn        *time.Time   `json:"signed_in,omitempty"`
	PasswordChanged *time.Time   `json:"password_changed,omitempty"`
	Erasing         *time.Time   `json:"erasing,omitempty"`
	Details         []Detail     `json:"details"`
	Sessions        []Session    `json:"sessions"`
	Passkeys        []Passkey    `json:"passkeys"`
	Choices         []Choice     `json:"choices"`
	Differences     []Difference `json:"differences"`
	Mails           []Mail       `json:"mails"`
	Changes         []Change     `json:"changes"`
	Disclosures     []Disclosure `json:"disclosures"`
	Accesses        []Access     `json:"accesses"`
	Forms           []Form       `json:"forms"`
}

// A Detail is one that the person gave.
type Detail struct {
	Field     string     `json:"field"`
	Value     string     `json:"value"`
	Confirmed *time.Time `json:"confirmed,omitempty"`
}

// A Session is a browser that is signed in.
type Session struct {
	Device string    `json:"device"`
	Began  time.Time `json:"began"`
	Used   time.Time `json:"used"`
}

// A Passkey is one that opens the account. Public is its COSE_Key in base64.
type Passkey struct {
	Name   string     `json:"name"`
	Added  time.Time  `json:"added"`
	Used   *time.Time `json:"used,omitempty"`
	Public []byte     `json:"public"`
}

// A Choice is one that was answered.
type Choice struct {
	Choice  string    `json:"choice"`
	State   string    `json:"state"`
	At      time.Time `json:"at"`
	Receipt string    `json:"receipt"`
}

// A Difference waits for the person's decision.
type Difference struct {
	Choice  string    `json:"choice"`
	Browser string    `json:"browser"`
	Profile string    `json:"profile"`
	At      time.Time `json:"at"`
}

// A Mail is one that was sent.
type Mail struct {
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Choice  string    `json:"choice,omitempty"`
	Receipt string    `json:"receipt,omitempty"`
}

// A Disclosure is data that was passed on.
type Disclosure struct {
	At         time.Time `json:"at"`
	Processor  string    `json:"processor"`
	Purpose    string    `json:"purpose"`
	Categories []string  `json:"categories"`
}

// An Access is one system's look at the person's data.
type Access struct {
	At      time.Time `json:"at"`
	System  string    `json:"system"`
	What    string    `json:"what"`
	Purpose string    `json:"purpose,omitempty"`
}

// A Form is one that the person sent. What stands apart from who sent it is not
// here.
type Form struct {
	Form      string              `json:"form"`
	At        time.Time           `json:"at"`
	State     string              `json:"state"`
	Reference string              `json:"reference,omitempty"`
	Words     string              `json:"words_sha256"`
	Answers   map[string][]string `json:"answers"`
	Case      []Entry             `json:"case,omitempty"`
}

// An Entry is what was said in a case.
type Entry struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// A Change is one that was made.
type Change struct {
	At     time.Time `json:"at"`
	What   string    `json:"what"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
}

// Copy reads all that is held.
func (r *Reader) Copy(ctx context.Context, c *policy.Catalog, now time.Time, p Person) (Copy, error) {
	a := &p.Account
	made := Copy{
		Schema: "indigex-export-1", Made: now.UTC(), Company: c.Company.Name, UserID: a.UserID, Code: p.Codes[0].String(), JoinedCodes: []string{},
		Registered: when(a.Created), SignedIn: when(a.SignedIn), PasswordChanged: when(a.PasswordChanged), Erasing: when(a.Erasing),
		Details: []Detail{}, Sessions: []Session{}, Passkeys: []Passkey{}, Choices: []Choice{}, Differences: []Difference{}, Mails: []Mail{}, Changes: []Change{}, Disclosures: []Disclosure{}, Accesses: []Access{}, Forms: []Form{},
	}
	for _, code := range p.Codes[1:] {
		made.JoinedCodes = append(made.JoinedCodes, code.String())
	}
	for _, f := range account.Fields() {
		if d := a.Details[f]; d.Value != "" {
			made.Details = append(made.Details, Detail{string(f), d.Value, when(d.Confirmed)})
		}
	}
	if err := r.passedOn(ctx, &made, p); err != nil {
		return made, err
	}
	if err := r.sent(ctx, &made, p); err != nil {
		return made, err
	}
	records, err := r.Choices.Latest(ctx, p.Codes[0])
	for _, s := range records {
		made.Choices = append(made.Choices, Choice{s.Choice, string(s.State), s.At, s.Receipt})
	}
	if err != nil || !p.Registered() {
		return made, err
	}
	return made, r.registered(ctx, &made, now, p)
}

// passedOn reads where the person's data went.
func (r *Reader) passedOn(ctx context.Context, to *Copy, p Person) error {
	for _, code := range p.Codes {
		passed, err := r.Disclosures.Disclosures(ctx, code, 0, maxCopied)
		if err != nil {
			return err
		}
		for _, d := range passed {
			to.Disclosures = append(to.Disclosures, Disclosure{d.At, d.Processor, d.Purpose, d.Categories})
		}
		looks, err := r.Disclosures.Accesses(ctx, code, 0, maxCopied)
		if err != nil {
			return err
		}
		for _, a := range looks {
			to.Accesses = append(to.Accesses, Access{a.At, a.Key, string(a.What), a.Purpose})
		}
	}
	return nil
}

// sent reads the forms that the person sent.
func (r *Reader) sent(ctx context.Context, to *Copy, p Person) error {
	for _, code := range p.Codes {
		list, err := r.Forms.Of(ctx, code, maxCopied)
		if err != nil {
			return err
		}
		for _, s := range list {
			one := Form{s.Form, s.At, string(s.State), s.Reference, s.Words, s.Answers, nil}
			if s.Reference != "" {
				c, err := r.Forms.Case(ctx, s.Reference)
				if err != nil && !errors.Is(err, form.ErrNotFound) {
					return err
				}
				for _, e := range c.Entries {
					one.Case = append(one.Case, Entry{e.At, e.By, e.Text})
				}
			}
			to.Forms = append(to.Forms, one)
		}
	}
	return nil
}

// registered reads what is held of an account.
func (r *Reader) registered(ctx context.Context, to *Copy, now time.Time, p Person) error {
	sessions, err := r.Accounts.Sessions(ctx, p.Account.ID, now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		to.Sessions = append(to.Sessions, Session{s.Device, s.Created, s.Used})
	}
	passkeys, err := r.Accounts.Passkeys(ctx, p.Account.ID)
	if err != nil {
		return err
	}
	for _, k := range passkeys {
		to.Passkeys = append(to.Passkeys, Passkey{k.Name, k.Created, when(k.Used), k.Public})
	}
	differences, err := r.Accounts.Differences(ctx, p.Account.Profile)
	if err != nil {
		return err
	}
	for _, d := range differences {
		to.Differences = append(to.Differences, Difference{d.Choice, string(d.Browser), string(d.Profile), d.At})
	}
	notes, err := r.Store.Notes(ctx, p, maxCopied)
	if err != nil {
		return err
	}
	for _, n := range notes {
		to.Mails = append(to.Mails, Mail{string(n.Kind), n.At, n.Choice, n.Receipt})
	}
	changes, err := r.Accounts.Changes(ctx, p.Account.ID, 0, maxCopied)
	for _, c := range changes {
		to.Changes = append(to.Changes, Change{c.At, c.What, c.By, c.Reason})
	}
	return err
}

// when is a time that may be none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
