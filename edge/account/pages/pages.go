// Package pages has the addresses at which people register, sign in and out,
// see what is held of them, and change it. All of them are on the first site's
// host, where the session cookie is; other hosts lead there.
//
// The words of registration, and what each field is for, are those of the form
// "register" of the catalog. Where there is none, nobody can register.
//
// An account opens to a session whose browser carries the profile's code. Where
// it carries another one, as after its cookies were deleted, the person is
// asked to sign in, which joins the two.
package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/account/password"
	"indigex.com/indigex/edge/account/throttle"
	consentpages "indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/subject"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

// The addresses.
const (
	Home     = "/account"
	Register = Home + "/register"
	SignIn   = Home + "/sign-in"
	SignOut  = Home + "/sign-out"
	Password = Home + "/password"
	Export   = Home + "/export"
	Erase    = Home + "/erase"
	Confirm  = "/confirm/"
)

// formID is that of the catalog's form.
const formID = "register"

// A Handler answers for accounts. Its fields are required.
type Handler struct {
	Registry *account.Registry
	Choices  *consentpages.Handler
	Links    mail.Links
	Subjects *subject.Reader
	// Form answers a link that confirms what somebody sent by a form.
	Form func(x *exchange.Exchange, link mail.Link) error
}

// Member returns who is signed in; ok is false for nobody.
func (h *Handler) Member(x *exchange.Exchange) (a account.Account, ok bool, err error) {
	p, ok, err := h.signedIn(x)
	return p.Account, ok, err
}

// person is who is signed in.
type person struct {
	account.Account
	session account.Session
	token   account.Token
}

// signedIn returns who is signed in; ok is false for nobody, and where the
// browser carries another code than the profile's.
func (h *Handler) signedIn(x *exchange.Exchange) (p person, ok bool, err error) {
	if x.State != identity.Known {
		return person{}, false, nil
	}
	p, ok, err = h.session(x)
	return p, ok && p.Profile.Equal(x.Visitor.Code), err
}

// session is who the session is of that the browser has, whatever its code.
func (h *Handler) session(x *exchange.Exchange) (p person, ok bool, err error) {
	token, has := account.ReadToken(x.Request)
	if !has {
		return person{}, false, nil
	}
	p.token = token
	p.session, p.Account, err = h.Registry.Store.Session(x.Request.Context(), token.Hash(), h.Registry.Now())
	if errors.Is(err, account.ErrNotFound) {
		return person{}, false, nil
	}
	return p, err == nil, err
}

// required is signedIn for pages that are one person's: who isn't signed in is
// led to where one does so.
func (h *Handler) required(x *exchange.Exchange) (p person, ok bool, err error) {
	p, ok, err = h.signedIn(x)
	if err == nil && !ok {
		back := ""
		if x.Request.Method != http.MethodPost && x.Request.URL.Path != Home {
			back = "?" + exchange.ReturnField + "=" + url.QueryEscape(x.Request.URL.EscapedPath())
		}
		x.Redirect(http.StatusSeeOther, SignIn+back)
	}
	return p, ok, err
}

// browser is what asks.
func browser(x *exchange.Exchange) account.Browser {
	b := account.Browser{Code: x.Visitor.Code, Device: account.Device(x.Request.UserAgent()), Address: x.Client}
	if token, ok := account.ReadToken(x.Request); ok {
		b.Session = token.Hash()
	}
	return b
}

// reads says whether a request only reads.
func reads(x *exchange.Exchange) bool { return x.Request.Method != http.MethodPost }

// fieldsOf allows the fields of a form.
func fieldsOf(names ...string) func(string) bool {
	return func(field string) bool {
		for _, name := range names {
			if field == name {
				return true
			}
		}
		return false
	}
}

// refusal is what a form says of an error, and the status that goes with it;
// status is 0 for errors that a form has nothing to say about.
func refusal(x *exchange.Exchange, err error) (status int, problems []templates.Problem) {
	var input *account.InputError
	var wait *throttle.WaitError
	switch {
	case errors.As(err, &input):
		for _, p := range input.Problems {
			problems = append(problems, templates.Problem(p))
		}
		return http.StatusUnprocessableEntity, problems
	case errors.Is(err, account.ErrRefused):
		return http.StatusUnprocessableEntity, []templates.Problem{{Text: "The User ID and the password do not go together. Check both, and whether the Caps Lock key is on."}}
	case errors.As(err, &wait):
		retryAfter(x, wait.For)
		return http.StatusTooManyRequests, []templates.Problem{{Text: "There were too many tries. Wait " + inWords(wait.For) + ", then try again. It does not help to try before."}}
	case errors.Is(err, password.ErrBusy):
		retryAfter(x, 5*time.Second)
		return http.StatusServiceUnavailable, []templates.Problem{{Text: "Too many people sign in at this moment. Try again in a few seconds."}}
	}
	return 0, nil
}

func retryAfter(x *exchange.Exchange, wait time.Duration) {
	x.Writer.Header().Set("Retry-After", seconds(wait))
}

// registration returns the catalog's form.
func registration(x *exchange.Exchange) (*policy.Form, error) {
	if f := x.World.Catalog.Form(formID); f != nil {
		return f, nil
	}
	return nil, &exchange.Error{Kind: exchange.Missing, Text: "Accounts are not offered here."}
}

// enter has the answer sign the browser in: it carries the profile's code from
// now on.
func (h *Handler) enter(x *exchange.Exchange, w account.Welcome) error {
	v := x.World.Newcomer(x.Now)
	if x.State == identity.Known {
		v = x.Visitor
	}
	v.Code, v.UserID = w.Account.Profile, w.Account.UserID
	if err := x.Remember(v); err != nil {
		return err
	}
	w.Token.Write(x.Writer)
	return nil
}

// back is the address to lead back to that a request names.
func back(x *exchange.Exchange, values url.Values) string {
	if values != nil {
		return x.Back(values.Get(exchange.ReturnField))
	}
	return x.Back(x.Request.URL.Query().Get(exchange.ReturnField))
}

// hidden are the fields that every form has.
func hidden(token, back string, more ...templates.HiddenField) []templates.HiddenField {
	list := []templates.HiddenField{{Name: exchange.TokenField, Value: token}}
	if back != "" {
		list = append(list, templates.HiddenField{Name: exchange.ReturnField, Value: back})
	}
	return append(list, more...)
}

// withBack is an address of this package that leads back later.
func withBack(path, back string) string {
	if back == "" {
		return path
	}
	return path + "?" + exchange.ReturnField + "=" + url.QueryEscape(back)
}

// detail is the field of that name; empty for others.
func detail(name string) account.Field {
	for _, f := range account.Fields() {
		if string(f) == name {
			return f
		}
	}
	return ""
}

// isChoice says whether a field of a form is about a choice.
func isChoice(name string) bool { return strings.HasPrefix(name, "choice.") }
