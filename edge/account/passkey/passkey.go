// Package passkey makes and verifies passkeys: discoverable credentials of Web
// Authentication, level 3, by which a person signs in without a User ID and
// without a password.
//
// A ceremony has two steps, as the password forms have: a page with a challenge
// and what the browser is asked, and a post with what the authenticator
// answered. Nothing is kept between the two. The challenge is the hash of the
// page's form token, which is bound to the browser, to what the page is for and
// to a time; so the post carries what its answer must have signed, and nobody
// but this server can have made it. Who takes an answer has to store the
// token's nonce with it: one page is answered once.
package passkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// MaxAnswer is how many bytes an authenticator's answer has at most.
const MaxAnswer = 16 << 10

// timeout is how long a browser lets a person look for their authenticator.
const timeout = 5 * time.Minute

// ErrRefused says that an answer does not hold, whatever is wrong with it.
var ErrRefused = errors.New("passkey: answer does not hold")

// A Challenge is what an authenticator signs.
type Challenge [sha256.Size]byte

// NewChallenge returns the challenge of a page with a form token.
func NewChallenge(token string) Challenge {
	return sha256.Sum256([]byte("passkey challenge\x00" + token))
}

// A Site is who asks (the relying party).
type Site struct {
	// Origin is that of the pages with passkeys, as browsers write it:
	// "https://example.com". Passkeys are bound to its host.
	Origin string
	// Name is shown by authenticators.
	Name string
}

// An Owner is a person with passkeys.
type Owner struct {
	// Handle is 1 to 64 bytes that say nothing of the person. It is stored in
	// authenticators and comes back with each answer.
	Handle []byte
	// Name is what the person knows their account by.
	Name string
	Keys []Key
}

// A Key is what is stored of a passkey. None of it is secret.
type Key struct {
	// Credential is its id, of the authenticator's choosing.
	Credential []byte
	// Public is the COSE_Key (RFC 9052, section 7).
	Public []byte
	// Flags are those of the authenticator data, section 6.1; Counter is how
	// often it signed, and stays 0 for one that lives on several devices.
	Flags   byte
	Counter uint32
}

// Ask returns what a page asks the browser for to sign somebody in, as the
// JSON of PublicKeyCredentialRequestOptions.
func (s Site) Ask(c Challenge) ([]byte, error) {
	party, err := s.party()
	if err != nil {
		return nil, err
	}
	asked, _, err := party.BeginDiscoverableLogin(webauthn.WithChallenge(c[:]))
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return json.Marshal(asked.Response)
}

// Answer verifies what a browser answered to [Site.Ask]. find returns whose a
// handle is; an error of it is returned as it is. The key is the one that
// signed, with its flags and counter as they are from now on: who stores it
// refuses a counter that is not ahead of the stored one, unless both are 0, for
// then a copy of the authenticator signs, too (section 7.2, step 22). Anything
// else that does not hold is [ErrRefused].
func (s Site) Answer(c Challenge, answer []byte, find func(handle []byte) (Owner, error)) (Owner, Key, error) {
	party, err := s.party()
	if err != nil {
		return Owner{}, Key{}, err
	}
	if len(answer) > MaxAnswer {
		return Owner{}, Key{}, ErrRefused
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Owner{}, Key{}, refused(err)
	}
	var found Owner
	var failed error
	by := func(_, handle []byte) (webauthn.User, error) {
		found, failed = find(handle)
		return user{found}, failed
	}
	_, used, err := party.ValidatePasskeyLogin(by, s.session(c, nil), parsed)
	switch {
	case failed != nil:
		return Owner{}, Key{}, failed
	case err != nil:
		return Owner{}, Key{}, refused(err)
	}
	key := keyOf(used)
	key.Counter = parsed.Response.AuthenticatorData.Counter
	return found, key, nil
}

// Offer returns what a page asks the browser for to make a passkey, as the
// JSON of PublicKeyCredentialCreationOptions. An authenticator that has one of
// the owner's makes no other.
func (s Site) Offer(c Challenge, o Owner) ([]byte, error) {
	party, err := s.party()
	if err != nil {
		return nil, err
	}
	var have []protocol.CredentialDescriptor
	for _, k := range o.Keys {
		one := credential(k)
		have = append(have, one.Descriptor())
	}
	offer, _, err := party.BeginRegistration(user{o}, webauthn.WithExclusions(have), func(options *protocol.PublicKeyCredentialCreationOptions) error {
		options.Challenge = c[:]
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return json.Marshal(offer.Response)
}

// Made verifies what a browser answered to [Site.Offer]. What does not hold is
// [ErrRefused].
func (s Site) Made(c Challenge, o Owner, answer []byte) (Key, error) {
	party, err := s.party()
	if err != nil {
		return Key{}, err
	}
	if len(answer) > MaxAnswer {
		return Key{}, ErrRefused
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, refused(err)
	}
	made, err := party.CreateCredential(user{o}, s.session(c, o.Handle), parsed)
	if err != nil {
		return Key{}, refused(err)
	}
	return keyOf(made), nil
}

// party is the library's view of the site. Whoever holds the authenticator has
// to show that it is theirs, by a finger or a PIN: the passkey stands for User
// ID and password both. What made it is not asked.
func (s Site) party() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(s.Origin)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("passkey: origin %q is none", s.Origin)
	}
	limit := webauthn.TimeoutConfig{Timeout: timeout, TimeoutUVD: timeout}
	party, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: s.Name, RPOrigins: []string{s.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return party, nil
}

// session is what the library would have kept between the steps.
func (s Site) session(c Challenge, handle []byte) webauthn.SessionData {
	u, _ := url.Parse(s.Origin)
	return webauthn.SessionData{
		Challenge: protocol.URLEncodedBase64(c[:]).String(), RelyingPartyID: u.Hostname(), UserID: handle,
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault(),
	}
}

// refused keeps what the library says for the log: its details name fields and
// rules, and repeat nothing that was sent.
func refused(err error) error {
	var e *protocol.Error
	if errors.As(err, &e) {
		return fmt.Errorf("%w: %s", ErrRefused, e.Type)
	}
	return ErrRefused
}

func keyOf(c *webauthn.Credential) Key {
	return Key{Credential: bytes.Clone(c.ID), Public: bytes.Clone(c.PublicKey), Flags: byte(c.Flags.ProtocolValue()), Counter: c.Authenticator.SignCount}
}

func credential(k Key) webauthn.Credential {
	return webauthn.Credential{
		ID: k.Credential, PublicKey: k.Public, Flags: webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(k.Flags)),
		Authenticator: webauthn.Authenticator{SignCount: k.Counter},
	}
}

// user is an owner as the library asks for one.
type user struct{ Owner }

func (u user) WebAuthnID() []byte          { return u.Handle }
func (u user) WebAuthnName() string        { return u.Name }
func (u user) WebAuthnDisplayName() string { return u.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential {
	var list []webauthn.Credential
	for _, k := range u.Keys {
		list = append(list, credential(k))
	}
	return list
}
