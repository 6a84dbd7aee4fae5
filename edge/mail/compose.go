package mail

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

const (
	// confirmAge and resetAge are how long links hold that were asked for;
	// unsubscribeAge is that of links in what is sent by choice.
	confirmAge     = 3 * 24 * time.Hour
	resetAge       = time.Hour
	unsubscribeAge = 400 * 24 * time.Hour
)

// A writing is a letter that becomes a message.
type writing struct {
	catalog *policy.Catalog
	letter  *Letter
	now     time.Time
	view    templates.MailView
	fields  map[string]string
	links   []Link
}

// compose returns the words of a letter, and the links that are in it. A
// letter that cannot be written, now or ever, is a *[RefusedError].
func compose(ctx context.Context, c *policy.Catalog, l *Letter, now time.Time) (*Message, []Link, error) {
	w := &writing{catalog: c, letter: l, now: now, fields: map[string]string{"Auto-Submitted": "auto-generated"}}
	w.view.Company = c.Company.Name
	if len(c.Company.Contacts) == 0 || len(c.Sites) == 0 {
		return nil, nil, &RefusedError{"the company has no address to write from"}
	}
	if err := w.write(); err != nil {
		return nil, nil, err
	}
	if l.Choice != "" {
		if err := w.byChoice(); err != nil {
			return nil, nil, err
		}
	}
	var html bytes.Buffer
	if err := templates.MailHTML(w.view).Render(ctx, &html); err != nil {
		return nil, nil, fmt.Errorf("letter %s: %w", l.Kind, err)
	}
	m := &Message{
		ID:       hex.EncodeToString(l.ID[:]) + "@" + c.Company.Domain,
		FromName: c.Company.Name, From: c.Company.Contacts[0].Email, To: l.To,
		Subject: w.view.Title, Text: templates.MailText(w.view), HTML: html.String(), Fields: w.fields, At: now,
	}
	for _, text := range []string{m.FromName, m.From, m.To, m.Subject} {
		if strings.ContainsAny(text, "\r\n\x00") {
			return nil, nil, &RefusedError{"a line of its header has a line break"}
		}
	}
	return m, w.links, nil
}

// link returns the address of a new link.
func (w *writing) link(path string, age time.Duration) string {
	token := NewToken()
	l := w.letter
	w.links = append(w.links, Link{
		Hash: token.Hash(), Letter: l.ID, Kind: l.Kind, Account: l.Account, Address: l.To, Code: l.Code, Choice: l.Choice, Expires: w.now.Add(age),
	})
	return w.catalog.Sites[0].Origin + path + token.Text()
}

// write finds the words.
func (w *writing) write() error {
	v, company := &w.view, w.catalog.Company.Name
	id := w.letter.Values["user_id"]
	why := "You get this message since you have the account “" + id + "” with " + company + ". It is no advertising, and cannot be ended by itself."
	account := templates.Link{Title: "Your account", URL: w.catalog.Sites[0].Origin + "/account"}
	v.Why = why
	switch w.letter.Kind {
	case ConfirmAddress:
		v.Title = "Confirm your email address"
		v.Text = []string{
			"Somebody, most likely you, gave this address for the account “" + id + "” with " + company + ". Open the link and press the button there, and the address is confirmed.",
			"If it was not you, do nothing. The address is not used then. The link holds for three days.",
		}
		v.Action = templates.Link{Title: "Confirm this address", URL: w.link("/confirm/", confirmAge)}
		v.Why = "You get this message since this address was given for an account. We do not send another one today."
	case AddressChanged:
		v.Title = "Your email address was changed"
		v.Text = []string{"The account “" + id + "” has another email address from now on. If that was not you, sign in within three days, change the password, and write to us: until then nobody can use the new address to choose a password."}
		v.Action = account
	case ResetPassword:
		v.Title = "Choose another password"
		v.Text = []string{
			"Somebody, most likely you, forgot the password of the account “" + id + "”. With this link you choose another. It holds for an hour, and works once.",
			"If it was not you, do nothing. Your password stays as it is.",
		}
		v.Action = templates.Link{Title: "Choose another password", URL: w.link("/confirm/", resetAge)}
	case PasswordChanged:
		v.Title = "Your password was changed"
		v.Text = []string{"The password of the account “" + id + "” was changed, and all other browsers were signed out. If that was not you, choose another password at once: “Forgot your password?” on the page to sign in sends you a link."}
		v.Action = account
	case PasskeyAdded:
		v.Title = "A passkey was added"
		v.Text = []string{"The passkey “" + w.letter.Values["name"] + "” opens the account “" + id + "” from now on. If that was not you, remove it in your account, and change the password."}
		v.Action = templates.Link{Title: "Your passkeys", URL: account.URL + "/passkeys"}
	case PasskeyRemoved:
		v.Title = "A passkey was removed"
		v.Text = []string{"A passkey of the account “" + id + "” was removed: nobody can sign in with it any more. If that was not you, sign in and change the password."}
		v.Action = templates.Link{Title: "Your passkeys", URL: account.URL + "/passkeys"}
	case ConfirmForm, FormSent, CaseOpened, CaseAnswered, ContestWon:
		return w.form()
	case ErasureAsked:
		v.Title = "Your account will be erased"
		v.Text = []string{
			"The account “" + id + "” and what belongs to it will be erased on " + day(w.letter.Values["when"]) + ". Until then you can keep it after all, in your account.",
			"If it was not you who asked for it, sign in, keep the account, and change the password.",
		}
		v.Action = account
	case ErasureWithdrawn:
		v.Title = "Your account stays"
		v.Text = []string{"The account “" + id + "” will not be erased."}
		v.Action = account
	case Erased:
		v.Title = "Your account is erased"
		v.Text = []string{"The account “" + id + "” and what belonged to it are erased, this address included: this is the last message to it."}
		v.Why = "You get this message since you had an account with " + company + "."
	case PolicyChange:
		return w.policyChange()
	default:
		return &RefusedError{"there are no words for its kind"}
	}
	return nil
}

func day(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "a later day"
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// policyChange tells what another version changes, and nothing else.
func (w *writing) policyChange() error {
	values := w.letter.Values
	p := w.catalog.Policy(values["policy"])
	from, _ := strconv.Atoi(values["from"])
	to, _ := strconv.Atoi(values["to"])
	if p == nil || p.Version(to) == nil || p.Notice(from, to) == nil {
		return &RefusedError{"the policy has no such change any more"}
	}
	n, version := p.Notice(from, to), p.Version(to)
	w.view.Title = p.Title + ": what changes for you"
	when := "Since " + version.Effective.Format("2 January 2006") + " a new version holds."
	if version.Effective.After(w.now) {
		when = "On " + version.Effective.Format("2 January 2006") + " a new version comes into force."
	}
	w.view.Text = []string{when + " " + version.Summary}
	for _, c := range n.Changes {
		if c.Kind == policy.Material && c.Text != "" {
			w.view.Points = append(w.view.Points, c.Text)
		}
	}
	w.view.Action = templates.Link{Title: "See each word that changes", URL: n.Address}
	if len(n.Choices) > 0 {
		w.view.Text = append(w.view.Text, "Choices that it touches are asked again. Until you answer, they permit nothing.")
	}
	return nil
}

// byChoice adds what a message needs that is sent by a choice: a way to end it
// with one press (RFC 8058), and the postal address of who sends it, which the
// law of many countries wants, such as 15 U.S.C. § 7704(a)(5).
func (w *writing) byChoice() error {
	address := w.catalog.Company.PostalAddress
	if len(address) == 0 {
		return &RefusedError{"the company states no postal address, without which nothing may be sent by choice: give postal_address in provider.yaml"}
	}
	choice := w.catalog.Choice(w.letter.Choice)
	w.view.Address = append([]string{w.catalog.Company.LegalName}, address...)
	w.view.End = w.link("/unsubscribe/", unsubscribeAge)
	w.view.Why = "You get this message since you agreed to it: “" + choice.Words + "”"
	w.fields["List-Unsubscribe"] = "<" + w.view.End + ">"
	w.fields["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
	return nil
}
