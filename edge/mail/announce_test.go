package mail_test

import (
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/mail/mailtest"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// holder registers somebody whose address is confirmed.
func (o *office) holder(id string, confirmed bool) identity.Code {
	o.Helper()
	code := identity.NewCode()
	r := account.Registration{
		ID: account.ID(identity.NewCode()), UserID: id, PasswordHash: "x", Profile: code, At: o.now, Details: map[account.Field]string{account.Email: id + "@lanterns.example"},
		Session: account.NewSession{ID: storetest.Nonce(), Hash: account.NewToken().Hash(), Mark: account.Mark(storetest.Nonce())},
	}
	if _, _, err := o.store.Accounts().Register(o.Context(), r); err != nil {
		o.Fatal(err)
	}
	if !confirmed {
		return code
	}
	token := mail.NewToken()
	l := mail.Link{Hash: token.Hash(), Kind: mail.ConfirmAddress, Account: r.ID, Address: id + "@lanterns.example", Expires: o.now.Add(time.Hour)}
	if err := o.store.Mail().AddLink(o.Context(), l); err != nil {
		o.Fatal(err)
	}
	if _, err := o.store.Accounts().Confirm(o.Context(), token.Hash(), o.now); err != nil {
		o.Fatal(err)
	}
	return code
}

// Whom a change affects is told once, and nobody else: who answered a choice
// that it touches, and not who registered when it held already.
func TestAnnounce(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, &broken{})
		c := catalog()
		c.Policies[0].Versions[1].Published = policy.Day{Time: mailtest.At.AddDate(0, 0, 10)}
		c.Policies[0].Notices[0].Changes[0].Choices = []string{"letters"}
		o.Sender.Catalog = func() *policy.Catalog { return c }
		a := &mail.Announcer{Holders: s.Holders(), Choices: s, Catalog: o.Sender.Catalog, Now: o.Now}
		told := func(want ...string) {
			t.Helper()
			for range 2 {
				if err := a.Pass(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			list, err := s.Mail().Take(t.Context(), o.now, o.now.Add(1000*time.Hour), 50)
			if err != nil || len(list) != len(want) {
				t.Fatalf("%d are told, want %q, %v", len(list), want, err)
			}
			for i, l := range list {
				if err := s.Mail().Drop(t.Context(), l.ID); err != nil {
					t.Error(err)
				}
				if l.Values["user_id"] != want[i] || l.Kind != mail.PolicyChange || l.Values["from"] != "1" || l.Values["to"] != "2" || l.Choice != "" {
					t.Errorf("%+v, want %q", l, want)
				}
			}
		}
		o.answer(o.holder("anna", true), consent.Refused)
		o.holder("bertha", true)
		o.answer(o.holder("clara", false), consent.Granted)
		told()
		o.later(10 * 24 * time.Hour)
		told("anna")
		o.later(60 * 24 * time.Hour)
		o.answer(o.holder("dora", true), consent.Granted)
		told()
		c.Policies[0].Notices[0].Changes[0].Choices = nil
		told("bertha")
	})
}
