package form

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

const (
	// perAddress is how many forms an address may send in a window.
	perAddress, window = 60, time.Hour
	// answerWithin is how long the company has to answer a case (GDPR,
	// article 12(3): one month).
	answerWithin = 30 * 24 * time.Hour
	// confirmEvery is how often an address is asked to confirm one form.
	confirmEvery = 24 * time.Hour
	// mailsADay is how many mails a day about cases an address gets that
	// somebody typed.
	mailsADay = 5
)

// A Desk takes what people send. Its fields are required; it may be used by
// several goroutines.
type Desk struct {
	Store   Store
	Limiter *throttle.Limiter
	Now     func() time.Time
}

// A Post is what somebody sent, and who.
type Post struct {
	// Nonce is the page's.
	Nonce   identity.Nonce
	Code    identity.Code
	Account [16]byte
	Address netip.Addr
	Answers Answers
}

// An Outcome is what became of a post.
type Outcome struct {
	Submission
	// Key opens the case; it is nowhere else.
	Key mail.Token
}

// Open says whether a form may be sent now; a *[TimeError] says when.
func (d *Desk) Open(f *policy.Form) error { return open(f, d.Now()) }

// Person is who a form that is sent once counts.
func Person(code identity.Code, account [16]byte) [16]byte {
	if account != [16]byte{} {
		return account
	}
	return code
}

// Take stores answers that [Read] found good, with what follows. The errors are
// a *[TimeError], [ErrTwice], *[throttle.WaitError], and those of the store.
func (d *Desk) Take(ctx context.Context, c *policy.Catalog, f *policy.Form, p Post) (Outcome, error) {
	if err := d.Open(f); err != nil {
		return Outcome{}, err
	}
	if err := d.Limiter.Allow(ctx, "form", throttle.Network(p.Address), perAddress, window); err != nil {
		return Outcome{}, err
	}
	s := d.sending(c, f, p)
	out := Outcome{Submission: s.Submission, Key: mail.NewToken()}
	if f.Then.Ticket != "" {
		d.openCase(f, p, &s, out.Key)
	}
	if err := d.letters(ctx, c, f, &s); err != nil {
		return Outcome{}, err
	}
	_, err := d.Store.Send(ctx, s)
	out.Reference = s.Reference
	return out, err
}

// sending is what is stored of a post.
func (d *Desk) sending(c *policy.Catalog, f *policy.Form, p Post) Sending {
	s := Sending{
		Submission: Submission{
			ID: p.Nonce, Form: f.ID, Code: p.Code, Account: p.Account, At: d.Now().UTC().Truncate(time.Microsecond), State: Taken,
			Words: f.Hash, Answers: Answers{}, Apart: Answers{},
		},
		Text: policy.FormWords(f, c.Choices),
	}
	if f.Who == "once" {
		s.Person = Person(p.Code, p.Account)
	}
	if f.Then.Confirm {
		s.State = Waiting
	}
	for name, list := range p.Answers {
		to := s.Answers
		if q := f.Field(name); f.Apart && q != nil && !strings.HasPrefix(q.Category, "contact.") {
			to = s.Apart
		}
		to[name] = list
	}
	return s
}

// email is the answer to the form's first field for an address.
func email(f *policy.Form, a Answers) string {
	i := slices.IndexFunc(f.Fields, func(q policy.Field) bool { return q.Type == "email" })
	if i < 0 {
		return ""
	}
	return a.First(f.Fields[i].Name)
}

func (d *Desk) openCase(f *policy.Form, p Post, s *Sending, key mail.Token) {
	s.Reference = newReference(f.Then.Ticket)
	s.Case = &Case{
		Reference: s.Reference, Form: f.ID, Opened: s.At, Due: s.At.Add(answerWithin), Code: p.Code, Account: p.Account, Address: email(f, p.Answers),
		Entries: []Entry{{At: s.At, By: ByPerson, Text: Text(f, p.Answers)}},
	}
	s.Links = []mail.Link{{Hash: key.Hash(), Letter: p.Nonce, Kind: mail.CaseOpened, Account: p.Account, Code: p.Code, Choice: s.Reference, Expires: s.At.Add(mail.CaseAge)}}
}

// newReference is one that there was never before: 8 of 32 signs that are not
// taken for one another, when they are read aloud. It opens nothing.
func newReference(letters string) string {
	const signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var random [8]byte
	_, _ = rand.Read(random[:])
	for i, b := range random {
		random[i] = signs[b%32]
	}
	return letters + "-" + string(random[:4]) + "-" + string(random[4:])
}

// Text is what was sent, as the company reads it: each question and its answer.
func Text(f *policy.Form, a Answers) string {
	var lines []string
	for i := range f.Fields {
		q := &f.Fields[i]
		if list := a[q.Name]; len(list) > 0 && q.Type != "hidden" {
			lines = append(lines, q.Label+"\n"+strings.Join(list, ", "))
		}
	}
	return strings.Join(lines, "\n\n")
}

// letters are those that go out with a submission. Who names somebody else's
// address, has it written to a few times a day and no more.
func (d *Desk) letters(ctx context.Context, c *policy.Catalog, f *policy.Form, s *Sending) error {
	to := email(f, s.Answers)
	letter := func(kind mail.Kind, to string, values map[string]string) {
		l := mail.NewLetter(kind, to, s.Account, s.At)
		l.Code, l.Values = s.Code, values
		s.Letters = append(s.Letters, l)
	}
	if office := c.Company.Contact(f.Then.Mail); office != nil {
		letter(mail.FormSent, office.Email, map[string]string{"form": f.ID, "reference": s.Reference, "reply_to": to, "text": Text(f, s.Answers)})
	}
	if f.Then.Confirm && to != "" {
		if ok, err := d.may(ctx, "confirm "+f.ID, to, 1, confirmEvery); err != nil {
			return err
		} else if ok {
			letter(mail.ConfirmForm, to, map[string]string{"form": f.ID, "submission": s.ID.String()})
		}
	}
	if f.Then.Ticket != "" && to != "" {
		if ok, err := d.may(ctx, "case", to, mailsADay, confirmEvery); err != nil {
			return err
		} else if ok {
			letter(mail.CaseOpened, to, map[string]string{"form": f.ID, "reference": s.Reference})
		}
	}
	return nil
}

// may says whether an address is written to once more.
func (d *Desk) may(ctx context.Context, what, address string, most int, in time.Duration) (bool, error) {
	err := d.Limiter.Allow(ctx, what, strings.ToLower(address), most, in)
	var often *throttle.WaitError
	if errors.As(err, &often) {
		return false, nil
	}
	return err == nil, err
}

// Add has the person say more in their case, and tells the company. The errors
// are those of the store, and *[throttle.WaitError].
func (d *Desk) Add(ctx context.Context, cat *policy.Catalog, c *Case, text string, from netip.Addr) error {
	if err := d.Limiter.Allow(ctx, "form", throttle.Network(from), perAddress, window); err != nil {
		return err
	}
	now := d.Now().UTC().Truncate(time.Microsecond)
	var letters []mail.Letter
	if f := cat.Form(c.Form); f != nil {
		if office := cat.Company.Contact(f.Then.Mail); office != nil {
			l := mail.NewLetter(mail.FormSent, office.Email, c.Account, now)
			l.Code, l.Values = c.Code, map[string]string{"form": f.ID, "reference": c.Reference, "reply_to": c.Address, "text": text}
			letters = append(letters, l)
		}
	}
	_, err := d.Store.Add(ctx, c.Reference, Entry{At: now, By: ByPerson, Text: text}, false, letters)
	return err
}

// Answer has the company answer a case, and tells the person; closed ends it.
func (d *Desk) Answer(ctx context.Context, reference, text string, closed bool) (Case, error) {
	c, err := d.Store.Case(ctx, reference)
	if err != nil {
		return Case{}, err
	}
	now := d.Now().UTC().Truncate(time.Microsecond)
	var letters []mail.Letter
	if c.Address != "" {
		l := mail.NewLetter(mail.CaseAnswered, c.Address, c.Account, now)
		l.Code, l.Values = c.Code, map[string]string{"form": c.Form, "reference": reference, "text": text}
		letters = append(letters, l)
	}
	return d.Store.Add(ctx, reference, Entry{At: now, By: ByCompany, Text: text}, closed, letters)
}
