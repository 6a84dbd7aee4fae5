package account_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"indigex.com/indigex/edge/account"
)

func TestDetails(t *testing.T) {
	for _, test := range []struct {
		field       account.Field
		given, want string // want "!" is an error
	}{
		{account.Name, "  Anna K. ", "Anna K."}, {account.Name, "", ""}, {account.Name, "a\nb", "!"}, {account.Name, "a\x1b[31m", "!"}, {account.Name, "a\u2028b", "!"}, {account.Name, strings.Repeat("é", 101), "!"},
		{account.Email, "anna@example.com", "anna@example.com"}, {account.Email, "Anna <anna@example.com>", "!"}, {account.Email, "anna@localhost", "!"}, {account.Email, "a@b.c, d@e.f", "!"},
		{account.Email, "a@b.example\r\nBcc: c@d.example", "!"}, {account.Email, "\"a b\"@example.com", "!"}, {account.Email, strings.Repeat("a", 251) + "@b.c", "!"},
		{account.Phone, "+1 (555) 010-0.1/2", "+1 (555) 010-0.1/2"}, {account.Phone, "12", "!"}, {account.Phone, "1-800-LANTERN", "!"},
		{account.PostalAddress, "Mill Lane 1\r\nRiverton\r", "Mill Lane 1\nRiverton"}, {account.PostalAddress, "a\tb", "!"},
	} {
		got, err := account.CheckDetail(test.field, test.given)
		var wrong *account.DetailError
		if test.want == "!" {
			if !errors.As(err, &wrong) || wrong.Text == "" || got != "" {
				t.Errorf("%s %q: %q, %v", test.field, test.given, got, err)
			}
		} else if got != test.want || err != nil {
			t.Errorf("%s %q: %q, %v, want %q", test.field, test.given, got, err, test.want)
		}
	}
}

// Whatever is taken is taken again as it is, and has no line that a header
// could break on.
func FuzzDetails(f *testing.F) {
	f.Add("anna@example.com")
	f.Add("a\r\nb: c")
	f.Fuzz(func(t *testing.T, text string) {
		for _, field := range account.Fields() {
			got, err := account.CheckDetail(field, text)
			if err != nil {
				continue
			}
			if again, err := account.CheckDetail(field, got); again != got || err != nil {
				t.Errorf("%s %q becomes %q and then %q, %v", field, text, got, again, err)
			}
			if utf8.ValidString(text) && field != account.PostalAddress && strings.ContainsFunc(got, unicode.IsControl) {
				t.Errorf("%s %q keeps a control character", field, text)
			}
		}
	})
}

func TestDevices(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                            "Chrome on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)":                                                                                         "A browser on macOS", "<script>": "A browser", "": "A browser",
	} {
		if got := account.Device(agent); got != want {
			t.Errorf("%s: %s, want %s", agent, got, want)
		}
	}
}
