package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/account/throttle"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

const (
	// perAddress is how many accounts an address may register in a window.
	perAddress, window = 100, time.Hour
	// confirmEvery is how often an address is asked whether it is somebody's.
	confirmEvery = 24 * time.Hour
	// resetMost mails may go to one account for a forgotten password, in the
	// time for which the link of each holds: whoever asks in vain, has one.
	resetMost, resetEvery = 3, time.Hour
	// addressesMost is how many addresses one account names in a day.
	addressesMost = 10
)

// ErrRefused says that a User ID and a password don't go together, and not
// whether there is such a User ID.
var ErrRefused = errors.New("user id and password do not go together")

// A Problem is a field to be mended.
type Problem struct{ Field, Text string }

// An InputError says what is to be mended in a form. Nothing was stored.
type InputError struct{ Problems []Problem }

func (e *InputError) Error() string { return "form has fields to be mended" }

// add adds what an error of a field says, if there is one.
func (e *InputError) add(field string, err error) {
	var id *UserIDError
	var weak *password.WeakError
	var detail *DetailError
	switch {
	case err == nil:
	case errors.As(err, &id):
		e.Problems = append(e.Problems, Problem{field, id.Text})
	case errors.As(err, &weak):
		e.Problems = append(e.Problems, Problem{field, weak.Text})
	case errors.As(err, &detail):
		e.Problems = append(e.Problems, Problem{field, detail.Text})
	}
}

// or returns the error where there is anything to mend, and otherwise nil.
func (e *InputError) or() error {
	if len(e.Problems) > 0 {
		return e
	}
	return nil
}

// A Registry applies the rules of accounts. Its fields are required; it may be
// used by several goroutines.
type Registry struct {
	Store   Store
	Choices consent.Store
	Hasher  *password.Hasher
	Limiter *throttle.Limiter
	// Ring returns the keys of marks.
	Ring func() *identity.Ring
	Now  func() time.Time
}

// A Browser is what asks to be signed in.
type Browser struct {
	// Code is the one that it had; zero for none.
	Code identity.Code
	// Device is what it says that it is; see [Device].
	Device  string
	Address netip.Addr
	// Session is the one that it had; zero for none.
	Session SessionHash
}

// An Application is a posted form for a new account.
type Application struct {
	// Nonce is the form's: sent twice, it makes one account.
	Nonce            identity.Nonce
	UserID, Password string
	Details          map[Field]string
	// Required are the fields that must not be empty.
	Required []Field
	// Host is where, for the records of refusals.
	Host    string
	Browser Browser
}

// Welcome is what a person has who registered or signed in.
type Welcome struct {
	Account Account
	// Token opens the session; it is nowhere else.
	Token Token
	// Strength is the password's, for who chose one.
	Strength password.Strength
	// Differences are the choices to decide about.
	Differences []Difference
}

// company returns the words that neither names nor passwords may be.
func company(c *policy.Catalog) []string {
	return []string{c.Company.Name, c.Company.LegalName, c.Company.Domain}
}

// Check says what is to be mended in an application, all of it; it asks no
// store, so a User ID may be taken all the same. The error is an *[InputError].
func (a *Application) Check(c *policy.Catalog) error {
	var wrong InputError
	id, err := FoldUserID(a.UserID, company(c)...)
	wrong.add("user_id", err)
	wrong.add("password", password.Check(a.Password, append(company(c), cmp.Or(id, a.UserID), a.Details[Email], a.Details[Name])...))
	for _, field := range Fields() {
		value, err := CheckDetail(field, a.Details[field])
		if err == nil && value == "" && slices.Contains(a.Required, field) {
			err = &DetailError{"This is needed."}
		}
		wrong.add(string(field), err)
	}
	return wrong.or()
}

// Register makes an account and signs the browser in. The profile has a code
// that there was never before, which nobody can have set in the browser; the
// browser's joins it, as at sign-in. Sent twice, the form makes one account, and
// opens it to who gives its password. Beside the store's errors there are an
// *[InputError], *[throttle.WaitError] and [password.ErrBusy].
func (r *Registry) Register(ctx context.Context, c *policy.Catalog, a Application) (Welcome, error) {
	if err := a.Check(c); err != nil {
		return Welcome{}, err
	}
	if err := r.Limiter.Allow(ctx, "registration", throttle.Network(a.Browser.Address), perAddress, window); err != nil {
		return Welcome{}, err
	}
	now := r.Now().UTC()
	reg := Registration{Profile: identity.NewCode(), Details: map[Field]string{}, At: now}
	_, _ = rand.Read(reg.ID[:])
	reg.UserID, _ = FoldUserID(a.UserID)
	for _, field := range Fields() {
		reg.Details[field], _ = CheckDetail(field, a.Details[field])
	}
	var err error
	if reg.PasswordHash, err = r.Hasher.Hash(ctx, a.Password); err != nil {
		return Welcome{}, err
	}
	// What will be refused must not use up the one letter of a day.
	_, err = r.Store.Find(ctx, reg.UserID)
	if errors.Is(err, ErrNotFound) {
		reg.Letters, err = r.confirmation(ctx, reg.ID, reg.UserID, reg.Details[Email])
	}
	if err != nil {
		return Welcome{}, err
	}
	token := NewToken()
	reg.Session = r.session(a.Nonce, token, reg.UserID, reg.Profile, a.Browser.Device)
	_, repeated, err := r.Store.Register(ctx, reg)
	if err == nil {
		var w Welcome
		w, err = r.first(ctx, c, a, reg, repeated)
		w.Strength = password.Estimate(a.Password, company(c)...)
		if err == nil {
			return w, nil
		}
	}
	if errors.Is(err, ErrTaken) || errors.Is(err, ErrRefused) {
		err = &InputError{[]Problem{{"user_id", "Somebody has this User ID. Choose another, or sign in if it is yours."}}}
	}
	return Welcome{}, err
}

// first signs in who has registered: again, where the form came before, whose
// answer may never have arrived.
func (r *Registry) first(ctx context.Context, c *policy.Catalog, a Application, reg Registration, repeated bool) (Welcome, error) {
	in, profile := SignIn{Account: reg.ID, PasswordHash: reg.PasswordHash}, reg.Profile
	if repeated {
		cred, _, err := r.Store.Credentials(ctx, reg.UserID, nil)
		if err != nil {
			return Welcome{}, err
		}
		if ok, _, err := r.verify(ctx, cred, a.Password); err != nil || !ok {
			return Welcome{}, cmp.Or(err, ErrRefused)
		}
		in, profile = SignIn{Account: cred.Account, PasswordHash: cred.PasswordHash}, cred.Profile
	}
	// What the browser refused is recorded by a form of its own: the nonce of
	// this one is for what this one says.
	var own identity.Nonce
	_, _ = rand.Read(own[:])
	attempt := Attempt{Nonce: own, Host: a.Host, Browser: a.Browser}
	if err := r.join(ctx, c, &in, profile, attempt); err != nil {
		return Welcome{}, err
	}
	return r.begun(ctx, in, reg.UserID, profile, Attempt{Nonce: a.Nonce, Browser: a.Browser})
}

// session returns a session that begins now.
func (r *Registry) session(nonce identity.Nonce, token Token, userID string, profile identity.Code, device string) NewSession {
	return NewSession{ID: nonce, Hash: token.Hash(), Device: device, Mark: r.marks(userID, profile)[0]}
}

// marks are those of a browser with a code, the one to store first.
func (r *Registry) marks(userID string, code identity.Code) []Mark {
	var marks []Mark
	for _, mark := range r.Ring().Marks(r.Now(), "device", userID+"\n"+code.String()) {
		marks = append(marks, mark)
	}
	return marks
}

// confirmation returns the letter that asks whether an address is the
// account's; none for no address, and for one that was asked lately, whoever
// named it.
func (r *Registry) confirmation(ctx context.Context, id ID, userID, address string) ([]mail.Letter, error) {
	if address == "" {
		return nil, nil
	}
	err := r.Limiter.Allow(ctx, "confirmation", strings.ToLower(address), 1, confirmEvery)
	if err == nil {
		err = r.Limiter.Allow(ctx, "addresses", string(id[:]), addressesMost, confirmEvery)
	}
	var wait *throttle.WaitError
	if errors.As(err, &wait) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []mail.Letter{r.letter(mail.ConfirmAddress, address, id, userID)}, nil
}

func (r *Registry) letter(kind mail.Kind, to string, id ID, userID string) mail.Letter {
	l := mail.NewLetter(kind, to, id, r.Now().UTC())
	l.Values = map[string]string{"user_id": userID}
	return l
}
