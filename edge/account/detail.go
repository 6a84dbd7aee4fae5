package account

import (
	"net/mail"
	"strings"
	"unicode"
)

// A DetailError says why a detail is not taken, and what would be.
type DetailError struct{ Text string }

func (e *DetailError) Error() string { return "detail: " + e.Text }

// limits are how many bytes a detail has at most.
var limits = map[Field]int{Name: 200, Email: 254, Phone: 40, PostalAddress: 500}

// CheckDetail returns a detail as it is stored: without white space around it,
// a postal address with line feeds between its lines. An empty one is fine. The
// error is a *[DetailError].
func CheckDetail(field Field, value string) (string, error) {
	value = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\r", "\n"))
	if len(value) > limits[field] {
		return "", &DetailError{"This is too long."}
	}
	breaks := field == PostalAddress
	if strings.ContainsFunc(value, func(c rune) bool {
		return unicode.IsControl(c) && !(breaks && c == '\n') || c == unicode.ReplacementChar || c == '\u2028' || c == '\u2029'
	}) {
		return "", &DetailError{"This has characters that are no text, such as line breaks."}
	}
	switch {
	case value == "":
		return "", nil
	case field == Email && !isAddress(value):
		return "", &DetailError{"This is not an email address. One looks like name@example.com."}
	case field == Phone && !isPhone(value):
		return "", &DetailError{"This is not a phone number. Use digits, spaces, and the signs + - ( ) . /"}
	}
	return value, nil
}

// isAddress says whether a text is an address and nothing else (RFC 5322,
// section 3.4.1), at a domain with a dot.
func isAddress(text string) bool {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || parsed.Name != "" || strings.ContainsAny(text, " \t<>\"(),;:\\") {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

func isPhone(text string) bool {
	digits := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			digits++
		} else if !strings.ContainsRune("+-()./ ", c) {
			return false
		}
	}
	return digits >= 3
}
