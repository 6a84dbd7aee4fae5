package mail

import (
	"strings"
	"time"

	"indigex.com/indigex/templates"
)

// CaseAge is how long a link to a case holds.
const CaseAge = 3 * 365 * 24 * time.Hour

// form finds the words of letters about what somebody sent.
func (w *writing) form() error {
	v, values := &w.view, w.letter.Values
	f := w.catalog.Form(values["form"])
	if f == nil {
		return &RefusedError{"there is no such form any more"}
	}
	reference := values["reference"]
	switch w.letter.Kind {
	case ConfirmForm:
		v.Title = "Confirm: " + f.Title
		v.Text = []string{
			"Somebody, most likely you, gave this address in the form “" + f.Title + "”. Open the link and press the button there, and it holds.",
			"If it was not you, do nothing: then this is the only message. The link holds for three days.",
		}
		v.Action = templates.Link{Title: "Confirm", URL: w.linkTo("/confirm/", confirmAge, values["submission"])}
		v.Why = "You get this message since this address was given in a form of " + w.catalog.Company.Name + "."
	case FormSent:
		v.Title = join(f.Then.Subject, reference, f.Title)
		v.Text = strings.Split(strings.TrimRight(values["text"], "\n"), "\n")
		v.Why = "The form “" + f.Title + "” sends its answers here. Answer by this mail’s reply, or by the case’s reference with the edge’s commands."
		if to := values["reply_to"]; to != "" {
			w.fields["Reply-To"] = to
		}
	case CaseOpened:
		v.Title = "We have your message: " + reference
		v.Text = []string{"Thank you. What you wrote in the form “" + f.Title + "” has the reference " + reference + ". With this link you see at any time how it stands. Keep it to yourself: whoever has it can read your case."}
		v.Action = templates.Link{Title: "Your case", URL: w.linkTo("/complaints/"+reference+"?key=", CaseAge, reference)}
		v.Why = "You get this message since this address was given in a form of " + w.catalog.Company.Name + "."
	case ContestWon:
		v.Title = "You won: " + f.Title
		v.Text = []string{"Your entry in “" + f.Title + "” was drawn. We send the prize to the address that you gave in the form. We never ask for money or for a password to hand out a prize: who does, is not us."}
		v.Action = templates.Link{Title: "The contest", URL: w.catalog.Sites[0].Origin + "/forms/" + f.ID}
		v.Why = "You get this message since you entered this contest of " + w.catalog.Company.Name + "."
	case CaseAnswered:
		v.Title = "An answer to your message: " + reference
		v.Text = append([]string{"We have answered what you wrote in the form “" + f.Title + "”:"}, strings.Split(values["text"], "\n")...)
		v.Action = templates.Link{Title: "Your case", URL: w.linkTo("/complaints/"+reference+"?key=", CaseAge, reference)}
		v.Why = "You get this message since you wrote to " + w.catalog.Company.Name + "."
	}
	return nil
}

// linkTo is a new link to one thing.
func (w *writing) linkTo(path string, age time.Duration, thing string) string {
	address := w.link(path, age)
	w.links[len(w.links)-1].Choice = thing
	return address
}

func join(parts ...string) string {
	var list []string
	for _, part := range parts {
		if part != "" {
			list = append(list, part)
		}
	}
	return strings.Join(list, ": ")
}
