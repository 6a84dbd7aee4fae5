package policy

import (
	"slices"
	"strconv"
	"strings"
)

// A Form asks people for data.
type Form struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// Policy is the one whose words hold for the form.
	Policy string `json:"policy"`
	// Who may send it: anyone, account or once.
	Who string `json:"who"`
	// Retention is the rule for what was sent.
	Retention string `json:"retention"`
	// Opens and Closes bound the time in which it may be sent; zero for no
	// bound.
	Opens  Moment `json:"opens"`
	Closes Moment `json:"closes"`
	// Apart has answers stored apart from contact information, joined by a
	// random key that is deleted when the form closes.
	Apart bool `json:"apart"`
	Then  Then `json:"then"`
	// Draw says how winners are drawn; its Winners are 0 where none are.
	Draw Draw `json:"draw"`
	// Parts are the words of the form, in order.
	Parts  []Part  `json:"parts"`
	Fields []Field `json:"fields"`
	// Hash is [HashForm] of the form.
	Hash string `json:"hash"`
}

// Then is what follows when a form was sent.
type Then struct {
	// Say is what the page says afterwards; it may be empty.
	Say string `json:"say"`
	// Mail is the id of the contact to whom what was sent is mailed, with
	// Subject in front of the subject line; empty for nobody.
	Mail    string `json:"mail"`
	Subject string `json:"subject"`
	// Ticket are the letters that begin the reference number of a case;
	// empty where there is none to follow.
	Ticket string `json:"ticket"`
	// Confirm has nothing hold before the person opened a link that goes to
	// the address in the form's field of type email.
	Confirm bool `json:"confirm"`
}

// Draw is what is announced of a drawing of winners.
type Draw struct {
	// Winners and Substitutes are how many are drawn.
	Winners     int `json:"winners"`
	Substitutes int `json:"substitutes"`
	// Source says where the public seed comes from, Known from when on it can
	// be known.
	Source string `json:"source"`
	Known  Moment `json:"known"`
}

// A Part is a heading of the second level and what stands below it, or what
// stands before the first.
type Part struct {
	// ID and Title are those of the heading; empty where there is none.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Text is what a reader sees, the heading included, one block a line.
	Text string `json:"text"`
	// HTML is the same as a fragment, ready to stand in a page. Headings
	// keep their ids, and links lead to absolute addresses or to those that
	// the edge has on every host.
	HTML string `json:"html"`
}

// A Field is one question of a form.
type Field struct {
	Name string `json:"name"`
	// Type is one of [FieldTypes].
	Type     string `json:"type"`
	Label    string `json:"label"`
	Help     string `json:"help"`
	Required bool   `json:"required"`
	// Category and Purpose are declared by the policy; both are empty for a
	// field of consent, which has a Choice instead, and may be for a hidden
	// one.
	Category string `json:"category"`
	Purpose  string `json:"purpose"`
	Choice   string `json:"choice"`
	// Options are the answers of a choice or several.
	Options []string `json:"options"`
	// From and To bound a scale, whose ends Low and High name.
	From int    `json:"from"`
	To   int    `json:"to"`
	Low  string `json:"low"`
	High string `json:"high"`
	// Min and Max bound what is entered: a whole number for one, a day for a
	// date, and how many characters a text has; empty for no bound but
	// [Field.Limits].
	Min string `json:"min"`
	Max string `json:"max"`
	// Value is that of a hidden field.
	Value string `json:"value"`
}

// FieldTypes returns the types that a field may have.
func FieldTypes() []string {
	return []string{
		"text", "long-text", "email", "phone", "postal-address", "zip-code", "number", "date",
		"choice", "several", "scale", "consent", "hidden", "user-id", "password",
	}
}

// Whos returns who may send a form: anyone, people with an account, or each
// person once.
func Whos() []string { return []string{"anyone", "account", "once"} }

// MaxSteps is how many steps a scale may have above its first: each is a
// button.
const MaxSteps = 20

// FormWords returns the words of a form as a person is shown them, for keeping
// with what was sent: lines of a key, a colon, a space and a text. The keys
// come in this order, a line is left out where the text is empty, and no text
// has a line feed, so that two forms with other words never come out the same:
//
//	form, title, description, policy, who, retention
//	text                                   for each line of each part's Text
//	field, type, label, help               for each field that is not hidden
//	required                               "true", where it is
//	category, purpose
//	choice, words, refuse                  of the choice that a field offers
//	option                                 for each
//	from, to, low, high                    of a scale
//	min, max                               of any other
//
// Choices are those of the catalog that has the form.
func FormWords(f *Form, choices []Choice) string {
	var b strings.Builder
	line := func(key, text string) {
		if text != "" {
			b.WriteString(key + ": " + text + "\n")
		}
	}
	line("form", f.ID)
	line("title", f.Title)
	line("description", f.Description)
	line("policy", f.Policy)
	line("who", f.Who)
	line("retention", f.Retention)
	for _, part := range f.Parts {
		for text := range strings.SplitSeq(part.Text, "\n") {
			line("text", text)
		}
	}
	for i := range f.Fields {
		if field := &f.Fields[i]; field.Type != "hidden" {
			field.words(choices, line)
		}
	}
	return b.String()
}

func (f *Field) words(choices []Choice, line func(key, text string)) {
	line("field", f.Name)
	line("type", f.Type)
	line("label", f.Label)
	line("help", f.Help)
	if f.Required {
		line("required", "true")
	}
	line("category", f.Category)
	line("purpose", f.Purpose)
	line("choice", f.Choice)
	if i := slices.IndexFunc(choices, func(c Choice) bool { return c.ID == f.Choice }); i >= 0 {
		line("words", choices[i].Words)
		line("refuse", choices[i].Refuse)
	}
	for _, option := range f.Options {
		line("option", option)
	}
	if f.Type == "scale" {
		line("from", strconv.Itoa(f.From))
		line("to", strconv.Itoa(f.To))
		line("low", f.Low)
		line("high", f.High)
	}
	line("min", f.Min)
	line("max", f.Max)
}

// HashForm returns [HashText] of a form's [FormWords]: what a person sent is
// bound to the words that they saw. It changes with every word, and with
// neither the addresses of the sites nor the marks of HTML.
func HashForm(f *Form, choices []Choice) string { return HashText(FormWords(f, choices)) }
