package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/policy"
)

// An Attempt is a posted form to sign in.
type Attempt struct {
	// Nonce is the form's: sent twice, it begins one session.
	Nonce            identity.Nonce
	UserID, Password string
	// Host is where, for the records of refusals.
	Host    string
	Browser Browser
}

// SignIn begins a session where the password is the account's, and joins the
// browser's code to the profile. The error is [ErrRefused] for a wrong
// password and, after the same work, for a User ID that nobody has. Others are
// *[throttle.WaitError], [password.ErrBusy] and those of the store.
func (r *Registry) SignIn(ctx context.Context, c *policy.Catalog, a Attempt) (Welcome, error) {
	id := foldAny(a.UserID)
	cred, try, err := r.begin(ctx, id, a.Browser)
	if err != nil {
		return Welcome{}, err
	}
	ok, weak, err := r.verify(ctx, cred, a.Password)
	if err != nil {
		return Welcome{}, err
	}
	if !ok {
		return Welcome{}, ErrRefused
	}
	in := SignIn{Account: cred.Account, PasswordHash: cred.PasswordHash}
	if weak {
		if in.Upgraded, err = r.Hasher.Hash(ctx, a.Password); err != nil {
			return Welcome{}, err
		}
	}
	w, err := r.enter(ctx, c, in, id, cred.Profile, a)
	if errors.Is(err, ErrStale) {
		err = ErrRefused
	}
	if err != nil {
		return Welcome{}, err
	}
	// What is right stays right where the limits cannot be reset.
	_ = r.Limiter.Succeeded(ctx, try)
	return w, nil
}

// enter begins a session for who has shown that an account is theirs.
func (r *Registry) enter(ctx context.Context, c *policy.Catalog, in SignIn, userID string, profile identity.Code, a Attempt) (Welcome, error) {
	if err := r.join(ctx, c, &in, profile, a); err != nil {
		return Welcome{}, err
	}
	return r.begun(ctx, in, userID, profile, a)
}

// begun begins the session.
func (r *Registry) begun(ctx context.Context, in SignIn, userID string, profile identity.Code, a Attempt) (Welcome, error) {
	in.Ended, in.At = a.Browser.Session, r.Now().UTC()
	token := NewToken()
	in.Session = r.session(a.Nonce, token, userID, profile, a.Browser.Device)
	account, err := r.Store.SignIn(ctx, in)
	if err != nil {
		return Welcome{}, err
	}
	return Welcome{Account: account, Token: token, Differences: in.Differences}, nil
}

// foldAny folds a User ID; what is none stays one that nobody has, of a length
// that costs nothing.
func foldAny(name string) string {
	if id, err := FoldUserID(name); err == nil {
		return id
	}
	return "/" + strings.ToLower(name[:min(len(name), 64)])
}

// begin counts a try and returns what its password is held against, which is
// zero for a User ID that nobody has.
func (r *Registry) begin(ctx context.Context, id string, b Browser) (Credentials, throttle.Try, error) {
	cred, known, err := r.Store.Credentials(ctx, id, r.marks(id, b.Code))
	try := throttle.Try{UserID: id, Address: b.Address}
	if known && !b.Code.IsZero() {
		try.Device = b.Code
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Credentials{}, try, err
	}
	return cred, try, r.Limiter.Begin(ctx, try)
}

// verify holds a password against credentials, at the same cost where they are
// nobody's.
func (r *Registry) verify(ctx context.Context, cred Credentials, given string) (ok, weak bool, err error) {
	if len(given) > password.MaxLength {
		given = ""
	}
	if cred.PasswordHash == "" {
		return false, false, r.Hasher.VerifyUnknown(ctx, given)
	}
	return r.Hasher.Verify(ctx, cred.PasswordHash, given)
}

// join finds where the browser's choices differ from those of the profile, and
// has the profile refuse what the browser refused.
func (r *Registry) join(ctx context.Context, c *policy.Catalog, in *SignIn, profile identity.Code, a Attempt) error {
	code := a.Browser.Code
	in.At = r.Now().UTC()
	if code.IsZero() || code.Equal(profile) {
		return nil
	}
	owner, err := r.Store.Owner(ctx, code)
	if err == nil && owner != in.Account {
		return nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	in.Joined = code
	browser, err := r.Choices.Latest(ctx, code)
	if err != nil {
		return err
	}
	own, err := r.Choices.Latest(ctx, profile)
	if err != nil {
		return err
	}
	var refused []string
	in.Differences, refused = differences(c, in.At, browser, own)
	sub, any := consent.Refusals(consent.Situation{
		Catalog: c, Now: in.At, Host: a.Host, Source: consent.FromSignIn, Code: profile, Nonce: a.Nonce, Records: own,
	}, refused)
	if any {
		_, _, err = r.Choices.Append(ctx, sub)
	}
	return err
}

// differences returns the choices that a browser answered otherwise than its
// profile, and those of them that it refused.
func differences(c *policy.Catalog, at time.Time, browser, profile []consent.Record) (list []Difference, refused []string) {
	theirs := consent.Evaluate(c, at, profile, false)
	for i, b := range consent.Evaluate(c, at, browser, false) {
		p := theirs[i]
		if b.Stored == consent.NotAsked || b.Stored == p.Stored {
			continue
		}
		list = append(list, Difference{Choice: b.Choice.ID, Browser: b.Stored, Profile: p.Stored, At: at})
		if b.Stored == consent.Refused {
			refused = append(refused, b.Choice.ID)
		}
	}
	return list, refused
}

// SignOut ends a session, and has the browser be known when it comes again
// with its next code.
func (r *Registry) SignOut(ctx context.Context, s Session, a Account, next identity.Code) error {
	return r.Store.EndSession(ctx, a.ID, s.ID, r.marks(a.UserID, next)[0], Act{At: r.Now().UTC(), By: ByPerson})
}

// Protective returns which of two answers permits less: a refusal, then none,
// then a grant.
func Protective(a, b consent.State) consent.State {
	for _, s := range []consent.State{consent.Refused, consent.NotAsked} {
		if a == s || b == s {
			return s
		}
	}
	return consent.Granted
}
