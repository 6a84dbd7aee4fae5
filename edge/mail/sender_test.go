package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/mail/mailtest"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// An office sends letters by a clock of its own.
type office struct {
	*testing.T
	*mail.Sender
	store *store.Store
	mu    sync.Mutex
	now   time.Time
	log   bytes.Buffer
	count map[string]int
}

const address = "anna@lanterns.example"

func catalog() *policy.Catalog {
	choice := policy.Choice{ID: "letters", Name: "Letters", Words: "Write to me.", Refuse: "Don’t write to me.", Policy: "privacy", Section: "letters"}
	choice.Hash = policy.HashChoice(choice.Words, choice.Refuse)
	day := policy.Day{Time: mailtest.At.AddDate(0, -1, 0)}
	version := func(n int, effective policy.Day) policy.CatalogVersion {
		return policy.CatalogVersion{Number: n, Published: day, Effective: effective, Summary: "We write less.", Sections: []policy.Section{{ID: "letters", Title: "Letters", Hash: policy.HashText("We write.")}}}
	}
	return &policy.Catalog{
		Company: policy.Company{
			Name: "Lanterns", LegalName: "Lanterns & Sons", Domain: "lanterns.example", PostalAddress: []string{"Mill Lane 1", "Riverton"},
			Contacts: []policy.Contact{{ID: "office", Label: "Office", Email: "office@lanterns.example"}},
		},
		Sites: []policy.Site{{ID: "apex", Host: "lanterns.example", Origin: "https://lanterns.example"}}, Choices: []policy.Choice{choice},
		Texts: map[string]string{policy.HashText("We write."): "We write."},
		Policies: []policy.CatalogPolicy{{
			ID: "privacy", Title: "Privacy policy", Versions: []policy.CatalogVersion{version(1, day), version(2, policy.Day{Time: mailtest.At.AddDate(0, 1, 0)})},
			Notices: []policy.Notice{{From: 1, To: 2, Kind: policy.Material, Address: "https://lanterns.example/privacy/changes/1..2/", Changes: []policy.Change{{Kind: policy.Material, Text: "Letters come by boat."}, {Kind: policy.Editorial, Text: "A comma."}}}},
		}},
	}
}

func newOffice(t *testing.T, s *store.Store, transport mail.Transport) *office {
	o := &office{T: t, store: s, now: mailtest.At, count: map[string]int{}}
	c := catalog()
	o.Sender = &mail.Sender{
		Outbox: s.Mail(), Transport: transport, Choices: s, Catalog: func() *policy.Catalog { return c }, Logger: slog.New(slog.NewJSONHandler(&o.log, nil)),
		Now: func() time.Time {
			o.mu.Lock()
			defer o.mu.Unlock()
			return o.now
		},
		Count: func(_ mail.Kind, outcome string) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.count[outcome]++
		},
	}
	return o
}

func (o *office) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// put puts letters into the outbox.
func put(t *testing.T, s *store.Store) func(...mail.Letter) {
	return func(letters ...mail.Letter) {
		t.Helper()
		if err := s.Accounts().Write(t.Context(), letters); err != nil {
			t.Fatal(err)
		}
	}
}

func (o *office) write(l mail.Letter) {
	o.Helper()
	put(o.T, o.store)(l)
}

func (o *office) flush() {
	o.Helper()
	if err := o.Flush(o.Context()); err != nil {
		o.Fatal(err)
	}
	if text := o.log.String(); strings.Contains(text, address) || strings.Contains(text, "anna") {
		o.Errorf("the log names a person: %s", text)
	}
}

func (o *office) letter(kind mail.Kind) mail.Letter {
	l := mail.NewLetter(kind, address, [16]byte{1}, o.now)
	l.Values = map[string]string{"user_id": "anna", "when": "2026-03-08T09:00:00Z", "policy": "privacy", "from": "1", "to": "2"}
	return l
}

// onEach runs a test on each engine.
func onEach(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) {
		test(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t, "-c fsync=off").Database()}))
	})
}

func TestOutbox(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) { mailtest.Conform(t, s.Mail(), put(t, s)) })
}

// Every kind of letter arrives with its words, at a real server.
func TestLettersArrive(t *testing.T) {
	server := mailtest.Start(t)
	transport, err := mail.OpenSMTP(server.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t), transport)
	want := map[string]string{
		"Confirm your email address": "/confirm/", "Your email address was changed": "another email address", "Choose another password": "/confirm/", "Your password was changed": "signed out",
		"A passkey was added": "opens the account", "A passkey was removed": "nobody can sign in with it",
		"Your account will be erased": "8 March 2026, 09:00 UTC", "Your account stays": "not be erased", "Your account is erased": "last message", "Privacy policy: what changes for you": "Letters come by boat.",
	}
	for _, kind := range []mail.Kind{mail.ConfirmAddress, mail.AddressChanged, mail.ResetPassword, mail.PasswordChanged, mail.PasskeyAdded, mail.PasskeyRemoved, mail.ErasureAsked, mail.ErasureWithdrawn, mail.Erased, mail.PolicyChange} {
		o.write(o.letter(kind))
	}
	o.flush()
	mails := server.Mails(t)
	if len(mails) != len(want) || o.count["sent"] != len(want) {
		t.Fatalf("%d mails arrived, sent %v", len(mails), o.count)
	}
	for _, m := range mails {
		if text, known := want[m.Subject]; !known || !strings.Contains(m.Text, text) || !strings.Contains(m.HTML, "<h1") || m.From.Address != "office@lanterns.example" || m.To[0].Address != address || m.Headers["Auto-Submitted"] == nil {
			t.Errorf("%s: %+v", m.Subject, m)
		}
		if strings.Contains(m.Subject, "Privacy") && (strings.Contains(m.Text, "comma") || !strings.Contains(m.Text, "On 1 April 2026")) {
			t.Errorf("a policy's change is told as %s", m.Text)
		}
		if m.Headers["List-Unsubscribe"] != nil {
			t.Errorf("%s can be ended", m.Subject)
		}
	}
	o.followed(mails)
}

// followed wants each link to be known by its hash, and the database not to
// have what is sent.
func (o *office) followed(mails []mailtest.Mail) {
	o.Helper()
	n := 0
	for _, m := range mails {
		for _, found := range regexp.MustCompile(`https://lanterns\.example/confirm/(\S+)`).FindAllStringSubmatch(m.Text, -1) {
			n++
			token, ok := mail.ParseToken(found[1])
			l, err := o.store.Mail().Link(o.Context(), token.Hash(), o.now)
			if !ok || err != nil || l.Address != address {
				o.Errorf("link of %s: %v, %+v, %v", m.Subject, ok, l, err)
			}
		}
	}
	if waiting, dead, err := o.store.Mail().Backlog(o.Context()); n != 2 || waiting+dead != 0 || err != nil {
		o.Errorf("%d links; %d letters wait, %d are dead, %v", n, waiting, dead, err)
	}
}

// What rests on a choice is sent while it is granted, and ends by one press.
func TestLettersByChoice(t *testing.T) {
	server := mailtest.Start(t)
	transport, err := mail.OpenSMTP(server.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t), transport)
	code := identity.NewCode()
	l := o.letter(mail.PolicyChange)
	l.Choice, l.Code = "letters", code
	o.write(l)
	o.flush()
	if len(server.Mails(t)) != 0 || o.count["not-permitted"] != 1 {
		t.Fatalf("sent without a grant: %v", o.count)
	}
	o.answer(code, consent.Granted)
	l.ID[0]++
	o.write(l)
	o.answer(code, consent.Refused)
	o.answer(code, consent.Granted)
	o.flush()
	mails := server.Mails(t)
	if len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), o.count)
	}
	end := regexp.MustCompile(`^<https://lanterns\.example/unsubscribe/[\w-]{43}>$`)
	if m := mails[0]; !end.MatchString(strings.Join(m.Headers["List-Unsubscribe"], "|")) || strings.Join(m.Headers["List-Unsubscribe-Post"], "|") != "List-Unsubscribe=One-Click" || !strings.Contains(m.Text, "Lanterns & Sons\nMill Lane 1") && !strings.Contains(m.Text, "Lanterns & Sons\r\nMill Lane 1") {
		t.Errorf("the mail has %v, %q", m.Headers, m.Text)
	}
	l.ID[0]++
	o.write(l)
	o.answer(code, consent.Refused)
	o.flush()
	if n := len(server.Mails(t)); n != 1 || o.count["not-permitted"] != 2 {
		t.Errorf("after a refusal %d mails went out, %v", n, o.count)
	}
}

func (o *office) answer(code identity.Code, state consent.State) {
	o.Helper()
	c := o.Catalog()
	choice := &c.Choices[0]
	hash := policy.HashText("We write.")
	sub := consent.Submission{
		Nonce: storetest.Nonce(), Code: code, Host: "lanterns.example", At: o.now, Source: consent.FromPreferences,
		Answers: []consent.Answer{{Choice: "letters", State: state, Policy: "privacy", Version: 1, SectionHash: hash, WordsHash: choice.Hash}},
		Texts:   map[string]string{hash: "We write.", choice.Hash: choice.Words + "\n" + choice.Refuse + "\n"},
	}
	if _, _, err := o.store.Append(o.Context(), sub); err != nil {
		o.Fatal(err)
	}
}

// A transport that fails has letters wait longer each time, and then end.
type broken struct {
	err error
	ids map[string]bool // of what it was given
}

func (b *broken) Send(_ context.Context, m *mail.Message) error {
	if b.ids == nil {
		b.ids = map[string]bool{}
	}
	b.ids[m.ID] = true
	return b.err
}

func TestLettersThatFail(t *testing.T) {
	transport := &broken{err: errors.New("no route to " + address)}
	o := newOffice(t, storetest.SQLite(t), transport)
	o.write(o.letter(mail.PasswordChanged))
	tries := 0
	for range 200 {
		before := o.count["retried"]
		o.flush()
		tries += o.count["retried"] - before
		o.later(time.Hour)
	}
	dead, err := o.store.Mail().Dead(t.Context(), 5)
	if len(transport.ids) != 1 {
		t.Errorf("one letter has %d names", len(transport.ids))
	}
	if err != nil || len(dead) != 1 || dead[0].Reason != "could not be handed on" || tries < 9 || tries > 20 {
		t.Errorf("after %d tries: %+v, %v", tries, dead, err)
	}
	transport.err = &mail.RefusedError{Reason: "the server refused it with code 550"}
	o.write(o.letter(mail.PasswordChanged))
	o.flush()
	if _, dead, _ := o.store.Mail().Backlog(t.Context()); dead != 2 {
		t.Errorf("refused for good, and not dead: %v", o.count)
	}
}

// A letter that was asked for by a User ID goes to the address that its account
// confirmed, and nowhere where there is none.
func TestLettersByUserID(t *testing.T) {
	server := mailtest.Start(t)
	transport, err := mail.OpenSMTP(server.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t), transport)
	o.holder("clara", true)
	o.holder("dora", false)
	for _, id := range []string{"clara", "dora", "nobody"} {
		l := o.letter(mail.ResetPassword)
		l.To, l.Account, l.Values = mail.Later, [16]byte{}, map[string]string{"user_id": id}
		o.write(l)
	}
	o.write(mail.NewLetter(mail.Nothing, mail.Later, [16]byte{}, o.now))
	o.flush()
	mails := server.Mails(t)
	if len(mails) != 1 || mails[0].To[0].Address != "clara@lanterns.example" {
		t.Errorf("mails: %+v", mails)
	}
	if waiting, dead, err := o.store.Mail().Backlog(t.Context()); waiting+dead != 0 || err != nil {
		t.Errorf("%d wait, %d are dead, %v", waiting, dead, err)
	}
}

// A letter whose lines could become others is never sent.
func TestLettersWithLineBreaks(t *testing.T) {
	server := mailtest.Start(t)
	transport, err := mail.OpenSMTP(server.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t), transport)
	for _, to := range []string{address + "\r\nBcc: b@lanterns.example", "a@lanterns.example, b@lanterns.example", "no address", "<a@lanterns.example>\n.\nMAIL FROM:<x@y.example>"} {
		l := o.letter(mail.PasswordChanged)
		l.To = to
		o.write(l)
	}
	o.flush()
	if n := len(server.Mails(t)); n != 0 || o.count["dead"] != 4 {
		t.Errorf("%d mails arrived, %v", n, o.count)
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	folder, err := mail.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t), folder)
	o.write(o.letter(mail.ConfirmAddress))
	o.flush()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 1 || !strings.HasSuffix(names[0], ".eml") {
		t.Fatalf("%v, %v", names, err)
	}
	info, err := os.Stat(names[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
