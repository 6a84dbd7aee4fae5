package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

// Edit changes details of an account. An address that is new is asked whether
// it is the person's, and the one before is told. The errors are an
// *[InputError], an *[EditError] and those of the store.
func (r *Registry) Edit(ctx context.Context, a Account, edits []Edit) (Account, error) {
	var wrong InputError
	act := Act{At: r.Now().UTC(), By: ByPerson}
	for i := range edits {
		e := &edits[i]
		value, err := CheckDetail(e.Field, e.Value)
		wrong.add(string(e.Field), err)
		e.Value = value
	}
	if err := wrong.or(); err != nil {
		return Account{}, err
	}
	// What will be refused must not use up the one letter of a day.
	if now, err := r.Store.Account(ctx, a.ID); err != nil {
		return Account{}, err
	} else if stale(edits, now.Details) {
		return Account{}, &EditError{Stored: now.Details}
	}
	for _, e := range edits {
		before := a.Details[Email]
		if e.Field != Email || e.Value == before.Value {
			continue
		}
		letters, err := r.confirmation(ctx, a.ID, a.UserID, e.Value)
		if err != nil {
			return Account{}, err
		}
		act.Letters = letters
		if !before.Confirmed.IsZero() {
			act.Letters = append(act.Letters, r.letter(mail.AddressChanged, before.Value, a.ID, a.UserID))
		}
	}
	return r.Store.Edit(ctx, a.ID, edits, act)
}

// stale says whether a field was changed otherwise meanwhile.
func stale(edits []Edit, stored map[Field]Detail) bool {
	return slices.ContainsFunc(edits, func(e Edit) bool {
		now := stored[e.Field]
		return now.Value != e.Value && now.Revision != e.Revision
	})
}

// Ask sends another confirmation to the address of an account; sent is false
// where one was sent within a day, or where there is nothing to confirm.
func (r *Registry) Ask(ctx context.Context, a Account) (sent bool, err error) {
	d := a.Details[Email]
	if d.Value == "" || !d.Confirmed.IsZero() {
		return false, nil
	}
	letters, err := r.confirmation(ctx, a.ID, a.UserID, d.Value)
	if err != nil || len(letters) == 0 {
		return false, err
	}
	return true, r.Store.Write(ctx, letters)
}

// ChangePassword replaces the password of an account whose present one is
// given, and ends its other sessions. The errors are an *[InputError],
// [ErrRefused] for a wrong present password, *[throttle.WaitError],
// [password.ErrBusy], and those of the store.
func (r *Registry) ChangePassword(ctx context.Context, c *policy.Catalog, a Account, present, next string, b Browser) (password.Strength, error) {
	cred, try, err := r.begin(ctx, a.UserID, b)
	if err != nil {
		return 0, err
	}
	ok, _, err := r.verify(ctx, cred, present)
	if err == nil && !ok {
		// A form that is sent again finds what it did.
		if ok, _, err = r.verify(ctx, cred, next); err == nil && ok && r.Now().Sub(a.PasswordChanged) < identity.TokenAge {
			return password.Estimate(next, company(c)...), r.Limiter.Succeeded(ctx, try)
		}
		err = errors.Join(err, ErrRefused)
	}
	if err != nil {
		return 0, err
	}
	_ = r.Limiter.Succeeded(ctx, try)
	hash, err := r.newPassword(ctx, c, a, next)
	if err != nil {
		return 0, err
	}
	err = r.Store.SetPassword(ctx, a.ID, cred.PasswordHash, hash, b.Session, r.passwordChanged(a))
	if errors.Is(err, ErrStale) {
		err = ErrRefused
	}
	return password.Estimate(next, company(c)...), err
}

// Reauthenticate holds a password against an account once more, as before what
// cannot be undone. The errors are as of [Registry.SignIn].
func (r *Registry) Reauthenticate(ctx context.Context, a Account, given string, b Browser) (Credentials, error) {
	cred, try, err := r.begin(ctx, a.UserID, b)
	if err != nil {
		return Credentials{}, err
	}
	ok, _, err := r.verify(ctx, cred, given)
	if err == nil && !ok {
		err = ErrRefused
	}
	if err != nil {
		return Credentials{}, err
	}
	_ = r.Limiter.Succeeded(ctx, try)
	return cred, nil
}

// newPassword returns the hash of a password that is good enough.
func (r *Registry) newPassword(ctx context.Context, c *policy.Catalog, a Account, next string) (string, error) {
	var wrong InputError
	wrong.add("new_password", password.Check(next, append(company(c), a.UserID, a.Details[Email].Value, a.Details[Name].Value)...))
	if err := wrong.or(); err != nil {
		return "", err
	}
	return r.Hasher.Hash(ctx, next)
}

// passwordChanged is the act of changing one, with a letter to an address that
// is the person's for sure.
func (r *Registry) passwordChanged(a Account) Act {
	act := Act{At: r.Now().UTC(), By: ByPerson}
	if d := a.Details[Email]; !d.Confirmed.IsZero() {
		act.Letters = []mail.Letter{r.letter(mail.PasswordChanged, d.Value, a.ID, a.UserID)}
	}
	return act
}

// Forgot sends a link to choose another password, where there is an account
// with a confirmed address. Nobody is told whether there is: what it does and
// how long it takes is the same. The errors are *[throttle.WaitError] for an
// address that asked too often, and those of the store.
func (r *Registry) Forgot(ctx context.Context, userID string, b Browser) error {
	if err := r.Limiter.Allow(ctx, "forgotten", throttle.Network(b.Address), perAddress, window); err != nil {
		return err
	}
	id := foldAny(userID)
	var often *throttle.WaitError
	allowed := r.Limiter.Allow(ctx, "reset", id, resetMost, resetEvery)
	if allowed != nil && !errors.As(allowed, &often) {
		return allowed
	}
	// Whose it is, and whether it is anybody's, is found when it is sent.
	l := r.letter(mail.ResetPassword, mail.Later, ID{}, id)
	if allowed != nil {
		l.Kind = mail.Nothing
	}
	return r.Store.Write(ctx, []mail.Letter{l})
}

// Reset replaces the password of the account that a link leads to, and ends its
// sessions. The errors are mail.ErrNoLink, an *[InputError],
// [password.ErrBusy], and those of the store.
func (r *Registry) Reset(ctx context.Context, c *policy.Catalog, link mail.Link, next string) (password.Strength, error) {
	a, err := r.Store.Account(ctx, link.Account)
	if errors.Is(err, ErrNotFound) {
		err = mail.ErrNoLink
	}
	if err != nil {
		return 0, err
	}
	hash, err := r.newPassword(ctx, c, a, next)
	if err != nil {
		return 0, err
	}
	_, err = r.Store.Reset(ctx, link.Hash, hash, r.passwordChanged(a))
	return password.Estimate(next, company(c)...), err
}

// EraseLater has an account erased when the time to change one's mind is over,
// for who gives the password once more; EraseNot takes that back.
func (r *Registry) EraseLater(ctx context.Context, a Account, given string, b Browser) (time.Time, error) {
	if _, err := r.Reauthenticate(ctx, a, given, b); err != nil {
		return time.Time{}, err
	}
	when := r.Now().UTC().Add(EraseDelay).Truncate(time.Second)
	return when, r.Store.SetErasing(ctx, a.ID, when, r.erasure(a, mail.ErasureAsked, when))
}

// EraseNot takes an erasure back.
func (r *Registry) EraseNot(ctx context.Context, a Account) error {
	return r.Store.SetErasing(ctx, a.ID, time.Time{}, r.erasure(a, mail.ErasureWithdrawn, time.Time{}))
}

func (r *Registry) erasure(a Account, kind mail.Kind, when time.Time) Act {
	act := Act{At: r.Now().UTC(), By: ByPerson}
	if d := a.Details[Email]; !d.Confirmed.IsZero() {
		l := r.letter(kind, d.Value, a.ID, a.UserID)
		if !when.IsZero() {
			l.Values["when"] = when.Format(time.RFC3339)
		}
		act.Letters = []mail.Letter{l}
	}
	return act
}
