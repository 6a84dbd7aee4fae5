package passkey_test

import (
	"bytes"
	"errors"
	"testing"

	virtual "github.com/descope/virtualwebauthn"

	"indigex.com/indigex/edge/account/passkey"
)

// A device is a person's authenticator, in software.
type device struct {
	t     testing.TB
	site  virtual.RelyingParty
	keys  virtual.Authenticator
	owner passkey.Owner
	key   virtual.Credential
}

var lanterns = passkey.Site{Origin: "https://lanterns.example", Name: "Lanterns"}

func newDevice(t testing.TB) *device {
	owner := passkey.Owner{Handle: []byte("sixteen bytes ok"), Name: "anna"}
	return &device{
		t: t, owner: owner, site: virtual.RelyingParty{ID: "lanterns.example", Name: "Lanterns", Origin: lanterns.Origin},
		keys: virtual.NewAuthenticatorWithOptions(virtual.AuthenticatorOptions{UserHandle: owner.Handle}), key: virtual.NewCredential(virtual.KeyTypeEC2),
	}
}

// make answers an offer.
func (d *device) make(c passkey.Challenge) []byte {
	d.t.Helper()
	offer, err := lanterns.Offer(c, d.owner)
	if err != nil {
		d.t.Fatal(err)
	}
	options, err := virtual.ParseAttestationOptions(string(offer))
	if err != nil {
		d.t.Fatal(err)
	}
	return []byte(virtual.CreateAttestationResponse(d.site, d.keys, d.key, *options))
}

// sign answers what a page asks.
func (d *device) sign(c passkey.Challenge) []byte {
	d.t.Helper()
	asked, err := lanterns.Ask(c)
	if err != nil {
		d.t.Fatal(err)
	}
	options, err := virtual.ParseAssertionOptions(string(asked))
	if err != nil {
		d.t.Fatal(err)
	}
	return []byte(virtual.CreateAssertionResponse(d.site, d.keys, d.key, *options))
}

// register has the device's key be one of the owner's.
func (d *device) register() {
	d.t.Helper()
	c := passkey.NewChallenge("first page")
	key, err := lanterns.Made(c, d.owner, d.make(c))
	if err != nil {
		d.t.Fatal(err)
	}
	d.owner.Keys = append(d.owner.Keys, key)
}

func (d *device) find(handle []byte) (passkey.Owner, error) {
	if !bytes.Equal(handle, d.owner.Handle) {
		return passkey.Owner{}, errors.New("asked for somebody else")
	}
	return d.owner, nil
}

func TestSignIn(t *testing.T) {
	d := newDevice(t)
	d.register()
	c := passkey.NewChallenge("second page")
	d.key.Counter = 7
	owner, key, err := lanterns.Answer(c, d.sign(c), d.find)
	if err != nil || owner.Name != "anna" || key.Counter != 7 || !bytes.Equal(key.Credential, d.key.ID) {
		t.Fatalf("got %q with %+v: %v", owner.Name, key, err)
	}
}

// What was signed for another page, another site or by another key opens
// nothing, and neither does what is no answer at all.
func TestRefused(t *testing.T) {
	c := passkey.NewChallenge("page")
	for name, answer := range map[string]func(d *device) []byte{
		"another page": func(d *device) []byte { return d.sign(passkey.NewChallenge("another page")) },
		"another site": func(d *device) []byte {
			d.site.Origin = "https://lanterns.example.evil.example"
			return d.sign(c)
		},
		"sibling host": func(d *device) []byte {
			d.site.Origin = "https://shop.lanterns.example"
			return d.sign(c)
		},
		"plain http": func(d *device) []byte {
			d.site.Origin = "http://lanterns.example"
			return d.sign(c)
		},
		"another party": func(d *device) []byte {
			d.site.ID = "evil.example"
			return d.sign(c)
		},
		"another key": func(d *device) []byte {
			id := d.key.ID
			d.key = virtual.NewCredential(virtual.KeyTypeEC2)
			d.key.ID = id
			return d.sign(c)
		},
		"unknown key": func(d *device) []byte {
			d.key = virtual.NewCredential(virtual.KeyTypeEC2)
			return d.sign(c)
		},
		"nobody verified": func(d *device) []byte {
			d.keys.Options.UserNotVerified = true
			return d.sign(c)
		},
		"nobody present": func(d *device) []byte {
			d.keys.Options.UserNotPresent = true
			return d.sign(c)
		},
		"flipped": func(d *device) []byte {
			return bytes.Replace(d.sign(c), []byte(`"signature":"`), []byte(`"signature":"AAAA`), 1)
		},
		"made":       func(d *device) []byte { return d.make(c) },
		"empty":      func(*device) []byte { return nil },
		"no JSON":    func(*device) []byte { return []byte("{") },
		"large":      func(d *device) []byte { return append(d.sign(c), bytes.Repeat([]byte(" "), passkey.MaxAnswer)...) },
		"deep":       func(*device) []byte { return bytes.Repeat([]byte("["), passkey.MaxAnswer) },
		"two values": func(d *device) []byte { return append(d.sign(c), d.sign(c)...) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t)
			d.register()
			if _, _, err := lanterns.Answer(c, answer(d), d.find); !errors.Is(err, passkey.ErrRefused) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMadeRefused(t *testing.T) {
	c := passkey.NewChallenge("page")
	for name, answer := range map[string]func(d *device) []byte{
		"another page": func(d *device) []byte { return d.make(passkey.NewChallenge("another page")) },
		"another site": func(d *device) []byte {
			d.site.Origin = "https://shop.lanterns.example"
			return d.make(c)
		},
		"nobody verified": func(d *device) []byte {
			d.keys.Options.UserNotVerified = true
			return d.make(c)
		},
		"signed": func(d *device) []byte { return d.sign(c) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDevice(t)
			if _, err := lanterns.Made(c, d.owner, answer(d)); !errors.Is(err, passkey.ErrRefused) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A store that cannot be asked is no reason to tell a person that their
// passkey is wrong.
func TestFindFails(t *testing.T) {
	d := newDevice(t)
	d.register()
	c := passkey.NewChallenge("page")
	down := errors.New("store is down")
	_, _, err := lanterns.Answer(c, d.sign(c), func([]byte) (passkey.Owner, error) { return passkey.Owner{}, down })
	if !errors.Is(err, down) {
		t.Errorf("got %v", err)
	}
}

// Nothing that is sent makes it panic, or passes.
func FuzzAnswer(f *testing.F) {
	d := newDevice(f)
	d.register()
	c := passkey.NewChallenge("page")
	f.Add(d.sign(passkey.NewChallenge("another")))
	f.Add(d.make(c))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if _, _, err := lanterns.Answer(c, answer, d.find); err == nil {
			t.Error("took an answer that nobody signed")
		}
		if _, err := lanterns.Made(passkey.NewChallenge("another"), d.owner, answer); err == nil {
			t.Error("took a passkey that nobody made")
		}
	})
}
