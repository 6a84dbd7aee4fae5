package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"indigex.com/indigex/edge/account/passkey"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

const (
	// maxPasskeys is how many an account may have.
	maxPasskeys = 20
	// maxPasskeyName is how many characters a name of one has.
	maxPasskeyName = 60
	// passkeyTries are how often an hour an address may come with one: they
	// cannot be guessed, but each try costs a signature's check.
	passkeyTries = 600
)

// A Passkey is one by which the person signs in, beside the password.
type Passkey struct {
	// ID names it to its owner. It is the nonce of the form that added it.
	ID identity.Nonce
	// Name is the person's for it.
	Name string
	passkey.Key
	Created time.Time
	// Used is when it opened a session last; zero for never.
	Used time.Time
}

// A PasskeyUse is what signing in with a passkey leaves of it.
type PasskeyUse struct {
	Credential []byte
	Flags      byte
	Counter    uint32
}

// ErrKnown says that a passkey is somebody's already.
var ErrKnown = errors.New("passkey is known already")

// PasskeyOwner is who an authenticator makes a passkey for.
func (r *Registry) PasskeyOwner(ctx context.Context, a Account) (passkey.Owner, error) {
	keys, err := r.Store.Passkeys(ctx, a.ID)
	o := passkey.Owner{Handle: a.ID[:], Name: a.UserID}
	for _, k := range keys {
		o.Keys = append(o.Keys, k.Key)
	}
	return o, err
}

// AddPasskey adds what a browser made of a page with a challenge. The page is
// for who gave the password just before. The errors are passkey.ErrRefused,
// [ErrKnown], [ErrStale] for a page that was answered before, an *[InputError],
// and those of the store.
func (r *Registry) AddPasskey(ctx context.Context, site passkey.Site, a Account, nonce identity.Nonce, c passkey.Challenge, answer []byte, name string) error {
	o, err := r.PasskeyOwner(ctx, a)
	if err != nil {
		return err
	}
	name, err = passkeyName(name)
	if err != nil {
		return err
	}
	key, err := site.Made(c, o, answer)
	if err != nil {
		return err
	}
	if len(o.Keys) >= maxPasskeys && !slices.ContainsFunc(o.Keys, func(k passkey.Key) bool { return string(k.Credential) == string(key.Credential) }) {
		return &InputError{[]Problem{{"", "An account has at most 20 passkeys. Remove one that you do not use."}}}
	}
	act := r.passkeyAct(a, mail.PasskeyAdded, name)
	return r.Store.AddPasskey(ctx, a.ID, Passkey{ID: nonce, Name: name, Key: key, Created: act.At}, act)
}

// RenamePasskey gives a passkey another name. The errors are an *[InputError],
// [ErrNotFound], and those of the store.
func (r *Registry) RenamePasskey(ctx context.Context, a Account, which identity.Nonce, name string) error {
	name, err := passkeyName(name)
	if err != nil {
		return err
	}
	return r.Store.RenamePasskey(ctx, a.ID, which, name, Act{At: r.Now().UTC(), By: ByPerson})
}

// RemovePasskey has a passkey open nothing any more.
func (r *Registry) RemovePasskey(ctx context.Context, a Account, which identity.Nonce) error {
	return r.Store.RemovePasskey(ctx, a.ID, which, r.passkeyAct(a, mail.PasskeyRemoved, ""))
}

// passkeyAct is a change of passkeys, with a letter to an address that is the
// person's for sure.
func (r *Registry) passkeyAct(a Account, kind mail.Kind, name string) Act {
	act := Act{At: r.Now().UTC(), By: ByPerson}
	if d := a.Details[Email]; !d.Confirmed.IsZero() {
		l := r.letter(kind, d.Value, a.ID, a.UserID)
		if name != "" {
			l.Values["name"] = name
		}
		act.Letters = []mail.Letter{l}
	}
	return act
}

// passkeyName returns a name in one line.
func passkeyName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return "Passkey", nil
	case utf8.RuneCountInString(name) > maxPasskeyName:
		return "", &InputError{[]Problem{{"", "A name has at most 60 characters."}}}
	case strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsGraphic(c) }):
		return "", &InputError{[]Problem{{"", "A name has letters, digits and signs that can be seen."}}}
	}
	return name, nil
}

// SignInWithPasskey begins a session where what a browser answered holds for a
// page's challenge, as [Registry.SignIn] does for a password. The error is
// passkey.ErrRefused for anything that does not hold, whoever has such a
// passkey, and for a page that was answered before.
func (r *Registry) SignInWithPasskey(ctx context.Context, cat *policy.Catalog, site passkey.Site, c passkey.Challenge, answer []byte, a Attempt) (Welcome, error) {
	if err := r.Limiter.Allow(ctx, "passkey", throttle.Network(a.Browser.Address), passkeyTries, window); err != nil {
		return Welcome{}, err
	}
	var found Account
	_, key, err := site.Answer(c, answer, func(handle []byte) (passkey.Owner, error) {
		var id ID
		if copy(id[:], handle) != len(id) || len(handle) != len(id) {
			return passkey.Owner{}, passkey.ErrRefused
		}
		var err error
		if found, err = r.Store.Account(ctx, id); errors.Is(err, ErrNotFound) {
			return passkey.Owner{}, passkey.ErrRefused
		} else if err != nil {
			return passkey.Owner{}, err
		}
		return r.PasskeyOwner(ctx, found)
	})
	if err != nil {
		return Welcome{}, err
	}
	in := SignIn{Account: found.ID, Passkey: &PasskeyUse{Credential: key.Credential, Flags: key.Flags, Counter: key.Counter}}
	w, err := r.enter(ctx, cat, in, found.UserID, found.Profile, a)
	if errors.Is(err, ErrStale) {
		err = passkey.ErrRefused
	}
	return w, err
}
