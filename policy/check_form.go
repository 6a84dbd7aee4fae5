package policy

import (
	"fmt"
	"slices"
	"strings"
)

func (k *catalogChecker) form(f *Form) error {
	if !isID(f.ID) {
		return &memberError{"id", fmt.Sprintf("%q is not a name of small letters, digits and hyphens", f.ID)}
	}
	if err := titles("title", f.Title, "description", f.Description); err != nil {
		return err
	}
	if !k.policies[f.Policy] {
		return &memberError{"policy", fmt.Sprintf("%q is not the id of a policy", f.Policy)}
	}
	if !slices.Contains(Whos(), f.Who) {
		return &memberError{"who", fmt.Sprintf("%q is not %s", f.Who, strings.Join(Whos(), ", "))}
	}
	if err := k.ids.terms.has(f.Retention); err != nil {
		return within("retention", err)
	}
	if err := f.CheckThen(); err != nil {
		return err
	}
	if f.Then.Mail != "" && !slices.ContainsFunc(k.catalog.Company.Contacts, func(c Contact) bool { return c.ID == f.Then.Mail }) {
		return &memberError{"then.mail", fmt.Sprintf("%q is not the id of a contact", f.Then.Mail)}
	}
	parts := ids{}
	if err := each("parts", f.Parts, func(p *Part) error { return checkPart(parts, p) }); err != nil {
		return err
	}
	fields := ids{}
	err := each("fields", f.Fields, func(field *Field) error {
		if fields[field.Name] {
			return &memberError{"name", fmt.Sprintf("%q stands twice", field.Name)}
		}
		fields[field.Name] = true
		return k.field(field)
	})
	if err != nil {
		return err
	}
	if hash := HashForm(f, k.catalog.Choices); f.Hash != hash {
		return &memberError{"hash", fmt.Sprintf("%q is not %s, that of the words", f.Hash, hash)}
	}
	return nil
}

// checkPart checks a part of a form behind those that were seen.
func checkPart(seen ids, p *Part) error {
	switch {
	case p.ID == "" && len(seen) > 0:
		return &memberError{"id", "is empty, and other parts come before"}
	case p.ID == "" && p.Title != "":
		return &memberError{"title", "has no heading whose title it is"}
	case p.ID != "" && !isSectionID(p.ID):
		return &memberError{"id", fmt.Sprintf("%q has a space", p.ID)}
	case seen[p.ID]:
		return &memberError{"id", fmt.Sprintf("%q stands twice", p.ID)}
	}
	seen[p.ID] = true
	if p.ID != "" {
		if err := checkTitle(p.Title); err != nil {
			return within("title", err)
		}
	}
	if strings.TrimSpace(p.Text) == "" || !strings.HasSuffix(p.Text, "\n") {
		return &memberError{"text", "has no line that ends in a line feed"}
	}
	// Lines of code have tabs, and there may be empty ones between them.
	if err := checkLine(strings.NewReplacer("\n", "", "\t", "").Replace(p.Text)); err != nil {
		return within("text", err)
	}
	if strings.TrimSpace(p.HTML) == "" {
		return &memberError{"html", "is empty"}
	}
	return within("html", checkFragment(p.HTML))
}

func (k *catalogChecker) field(f *Field) error {
	if !isFieldName(f.Name) {
		return &memberError{"name", fmt.Sprintf("%q is not a letter and small letters, digits, dots, hyphens and underscores behind it", f.Name)}
	}
	if !slices.Contains(FieldTypes(), f.Type) {
		return &memberError{"type", fmt.Sprintf("%q is not %s", f.Type, strings.Join(FieldTypes(), ", "))}
	}
	for _, m := range []struct{ name, text string }{{"label", f.Label}, {"help", f.Help}, {"low", f.Low}, {"high", f.High}, {"value", f.Value}} {
		if err := checkLine(m.text); err != nil {
			return within(m.name, err)
		}
	}
	if f.Type == "consent" {
		return k.consent(f)
	}
	if f.Choice != "" || strings.HasPrefix(f.Name, "choice.") {
		return &memberError{"choice", fmt.Sprintf("is one of type consent, not %s", f.Type)}
	}
	if f.Type != "hidden" {
		if err := checkTitle(f.Label); err != nil {
			return within("label", err)
		}
	}
	if err := k.collected(f); err != nil {
		return err
	}
	if _, err := f.Limits(); err != nil {
		return &memberError{"min", err.Error()}
	}
	return checkAnswers(f)
}

// consent checks a field that offers a choice.
func (k *catalogChecker) consent(f *Field) error {
	if err := k.ids.choices.has(f.Choice); err != nil {
		return within("choice", err)
	}
	switch {
	case f.Name != "choice."+f.Choice:
		return &memberError{"name", fmt.Sprintf("%q is not choice.%s", f.Name, f.Choice)}
	case f.Category != "" || f.Purpose != "":
		return &memberError{"category", "and purpose are those of the choice"}
	}
	return checkAnswers(f)
}

// collected checks what data a field asks for, and for what.
func (k *catalogChecker) collected(f *Field) error {
	if f.Type != "hidden" || f.Category != "" {
		if err := k.ids.categories.has(f.Category); err != nil {
			return within("category", err)
		}
	}
	if f.Type != "hidden" || f.Purpose != "" {
		if err := k.ids.purposes.has(f.Purpose); err != nil {
			return within("purpose", err)
		}
	}
	if f.Category != "" && f.Purpose != "" && !slices.Contains(k.ids.uses[f.Purpose], f.Category) {
		return &memberError{"purpose", fmt.Sprintf("%q does not use category %q", f.Purpose, f.Category)}
	}
	return nil
}

// checkAnswers checks the options of a choice, and the bounds of a scale.
func checkAnswers(f *Field) error {
	listed, scale := f.Type == "choice" || f.Type == "several", f.Type == "scale"
	switch {
	case listed && len(f.Options) == 0:
		return &memberError{"options", "has none"}
	case !listed && len(f.Options) > 0:
		return &memberError{"options", fmt.Sprintf("are those of type choice and several, not %s", f.Type)}
	case scale && (f.From >= f.To || f.To-f.From > MaxSteps):
		return &memberError{"to", fmt.Sprintf("a scale can't go from %d to %d", f.From, f.To)}
	case !scale && (f.From != 0 || f.To != 0):
		return &memberError{"to", fmt.Sprintf("is that of a scale, not of type %s", f.Type)}
	}
	seen := ids{}
	return each("options", f.Options, func(option *string) error {
		if seen[*option] {
			return badValue(fmt.Sprintf("%q stands twice", *option))
		}
		seen[*option] = true
		return checkTitle(*option)
	})
}

// isFieldName says whether a browser, a log and a table can all hold the name.
func isFieldName(s string) bool {
	return s != "" && s[0] >= 'a' && s[0] <= 'z' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == ""
}

// CheckThen says what of a form's times and of what follows cannot be. Which
// contacts there are it does not know.
func (f *Form) CheckThen() error {
	t := &f.Then
	address := slices.ContainsFunc(f.Fields, func(q Field) bool { return q.Type == "email" && q.Required })
	switch {
	case !f.Closes.IsZero() && !f.Opens.Before(f.Closes.Time):
		return &memberError{"closes", "is not after opens"}
	case f.Apart && f.Closes.IsZero():
		return &memberError{"apart", "needs a time at which the form closes"}
	case f.Apart && (t.Ticket != "" || t.Mail != "" || t.Confirm):
		return &memberError{"apart", "lets nothing follow that names who answered"}
	case t.Ticket != "" && (len(t.Ticket) < 2 || len(t.Ticket) > 5 || strings.Trim(t.Ticket, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != ""):
		return &memberError{"then.ticket", fmt.Sprintf("%q is not 2 to 5 capital letters", t.Ticket)}
	case (t.Ticket != "" || t.Confirm) && !address:
		return &memberError{"then", "needs a required field of type email, to which the answer goes"}
	case t.Mail == "" && t.Subject != "":
		return &memberError{"then.subject", "has no mail whose subject it is"}
	}
	if err := f.checkDraw(); err != nil {
		return err
	}
	for _, m := range []struct{ name, text string }{{"then.say", t.Say}, {"then.subject", t.Subject}} {
		if err := checkLine(m.text); err != nil {
			return within(m.name, err)
		}
	}
	return nil
}

// maxDrawn is how many winners and substitutes a drawing has at most.
const maxDrawn = 10_000

// checkDraw says what of a drawing cannot be.
func (f *Form) checkDraw() error {
	d := &f.Draw
	switch {
	case *d == (Draw{}):
		return nil
	case d.Winners < 1 || d.Winners > maxDrawn || d.Substitutes < 0 || d.Substitutes > maxDrawn:
		return &memberError{"draw.winners", "is not from 1 to 10000, or the substitutes are more"}
	case f.Who != "once":
		return &memberError{"draw", "needs a form that each person sends once"}
	case f.Apart:
		return &memberError{"draw", "needs to know who won: the form can't keep answers apart"}
	case f.Closes.IsZero() || !d.Known.After(f.Closes.Time):
		return &memberError{"draw.known", "is not after the form closes"}
	case d.Source == "":
		return &memberError{"draw.source", "does not say where the public seed comes from"}
	}
	return within("draw.source", checkTitle(d.Source))
}
