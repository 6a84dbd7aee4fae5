package templates

import "strings"

// MailView is what a mail says.
type MailView struct {
	Company string
	// Title is its subject, too.
	Title string
	// Text are paragraphs, Points a list behind them.
	Text, Points []string
	// Action is the one thing to do; none where its URL is empty.
	Action Link
	// Why says why the reader gets it.
	Why string
	// End is the address that ends messages of its kind, and Address the
	// sender's on an envelope; both are of messages by choice alone.
	End     string
	Address []string
}

// MailText is a mail without marks (RFC 3676 asks for lines below 79
// characters; what sends it wraps them).
func MailText(v MailView) string {
	var b strings.Builder
	line := func(text ...string) { b.WriteString(strings.Join(text, "") + "\n") }
	line(v.Title)
	line()
	for _, text := range v.Text {
		line(text)
		line()
	}
	for _, text := range v.Points {
		line("* ", text)
	}
	if len(v.Points) > 0 {
		line()
	}
	if v.Action.URL != "" {
		line(v.Action.Title, ":")
		line(v.Action.URL)
		line()
	}
	line("-- ")
	line(v.Company)
	line(v.Why)
	if v.End != "" {
		line("To get no more of these: ", v.End)
	}
	for _, text := range v.Address {
		line(text)
	}
	return b.String()
}
