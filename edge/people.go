package edge

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/account/pages"
	"indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/disclosure"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/form"
	formpages "indigex.com/indigex/edge/form/pages"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	mailpages "indigex.com/indigex/edge/mail/pages"
	"indigex.com/indigex/edge/subject"
)

// People are where registered people are kept, and what it takes to reach
// them. All fields are required.
type People struct {
	Accounts account.Store
	Tries    throttle.Store
	Mail     mail.Outbox
	Subjects subject.Store
	// Disclosures are where people's data went.
	Disclosures disclosure.Store
	// Forms are what people sent.
	Forms form.Store
}

// openPeople prepares the addresses of accounts.
func (s *Server) openPeople() {
	p := s.cfg.People
	mark := func(kind, value string) throttle.Key {
		return s.cfg.Keys.Ring().Marks(s.cfg.Now(), "throttle "+kind, value)[0]
	}
	s.accounts = &pages.Handler{
		Registry: &account.Registry{
			Store: p.Accounts, Choices: s.cfg.Store, Hasher: password.NewHasher(),
			Limiter: throttle.New(p.Tries, mark, s.cfg.Now), Ring: s.cfg.Keys.Ring, Now: s.cfg.Now,
		},
		Choices: s.pages, Links: p.Mail,
		Subjects: &subject.Reader{Store: p.Subjects, Accounts: p.Accounts, Choices: s.cfg.Store, Disclosures: p.Disclosures, Forms: p.Forms},
	}
	s.forms = &formpages.Handler{
		Desk:    &form.Desk{Store: p.Forms, Limiter: s.accounts.Registry.Limiter, Now: s.cfg.Now},
		Choices: s.pages, Links: p.Mail, Member: s.member, Owner: s.owner,
	}
	s.accounts.Form = s.forms.ServeConfirm
	s.mails = &mailpages.Handler{Links: p.Mail, Choices: s.cfg.Store}
	s.pages.Codes = func(ctx context.Context, code identity.Code) ([]identity.Code, error) {
		who, err := p.Subjects.Known(ctx, code)
		// The profile's browser sees what others that joined it answered, and
		// not the other way round.
		if err != nil || !who.Registered() || !who.Account.Profile.Equal(code) {
			return nil, err
		}
		return who.Codes, nil
	}
	s.pages.Decided = func(x *exchange.Exchange, r consent.Receipt) error {
		if x.Visitor.UserID == "" {
			return nil
		}
		var choices []string
		for _, a := range r.Answers {
			choices = append(choices, a.Choice)
		}
		return p.Accounts.Decided(x.Request.Context(), r.Code, choices)
	}
}

// member is who is signed in, with what they told by the form to register.
func (s *Server) member(x *exchange.Exchange) (m formpages.Member, ok bool, err error) {
	a, ok, err := s.accounts.Member(x)
	if err != nil || !ok {
		return m, false, err
	}
	m = formpages.Member{Account: a.ID, Known: map[string]string{}}
	if f := x.World.Catalog.Form("register"); f != nil {
		for field, d := range a.Details {
			if q := f.Field(string(field)); q != nil {
				m.Known[q.Category] = d.Value
			}
		}
	}
	return m, true, nil
}

// owner is the account that a visitor's code belongs to.
func (s *Server) owner(x *exchange.Exchange) ([16]byte, error) {
	id, err := s.cfg.People.Accounts.Owner(x.Request.Context(), x.Visitor.Code)
	if errors.Is(err, account.ErrNotFound) {
		return [16]byte{}, nil
	}
	return id, err
}

// personal finds the addresses of accounts, nil for none.
func (s *Server) personal(path string) *route {
	if s.accounts == nil {
		return nil
	}
	takes := []string{http.MethodGet, http.MethodHead, http.MethodPost}
	handle := func(event string, serve func(*pages.Handler, *exchange.Exchange) error) *route {
		return &route{event, takes, s.bounded(func(x *exchange.Exchange) error {
			return serve(s.accounts, x)
		})}
	}
	switch {
	case path == pages.Home:
		return handle("account", (*pages.Handler).ServeHome)
	case path == pages.Register:
		return handle("register", (*pages.Handler).ServeRegister)
	case path == pages.SignIn:
		return handle("sign-in", (*pages.Handler).ServeSignIn)
	case path == pages.Passkey:
		return handle("passkey", (*pages.Handler).ServePasskey)
	case path == pages.Passkeys:
		return handle("passkeys", (*pages.Handler).ServePasskeys)
	case path == pages.NewPasskey:
		return handle("new-passkey", (*pages.Handler).ServeNewPasskey)
	case path == pages.Script:
		return &route{"passkey-script", takes[:2], s.accounts.ServeScript}
	case path == pages.SignOut:
		return handle("sign-out", (*pages.Handler).ServeSignOut)
	case path == pages.Password:
		return handle("password", (*pages.Handler).ServePassword)
	case path == pages.Export:
		return handle("export", (*pages.Handler).ServeExport)
	case path == pages.Retention:
		return handle("retention", (*pages.Handler).ServeRetention)
	case path == pages.Erase:
		return handle("erase", (*pages.Handler).ServeErase)
	case strings.HasPrefix(path, pages.Confirm):
		return handle("confirm", (*pages.Handler).ServeConfirm)
	case strings.HasPrefix(path, formpages.Forms):
		return &route{"form", takes, s.bounded(s.forms.ServeForm)}
	case strings.HasPrefix(path, formpages.Cases):
		return &route{"case", takes, s.bounded(s.forms.ServeCase)}
	case strings.HasPrefix(path, mailpages.Unsubscribe):
		return &route{"unsubscribe", takes, s.bounded(s.mails.ServeUnsubscribe)}
	case path == "/.well-known/change-password":
		return &route{"change-password", takes[:2], func(x *exchange.Exchange) error {
			if x.OnApex() {
				x.Redirect(http.StatusSeeOther, pages.Password)
			}
			return nil
		}}
	}
	return nil
}
