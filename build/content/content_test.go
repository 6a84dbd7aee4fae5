package content_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build/content"
	"indigex.com/indigex/build/markdown"
	"indigex.com/indigex/build/problem"
)

func lines(list problem.List) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%d:%d %s: %s\n", p.Line, p.Col, p.Rule, p.Message)
	}
	return b.String()
}

func TestContrast(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#FFFFFF", "#ffffff", 1}, {"#777777", "#ffffff", 4.48}, {"#0000ff", "#ffffff", 8.59},
	} {
		if got := content.Contrast(test.a, test.b); math.Abs(got-test.want) > 0.005 {
			t.Errorf("contrast of %s on %s is %.3f, want %.2f", test.a, test.b, got, test.want)
		}
		if content.Contrast(test.a, test.b) != content.Contrast(test.b, test.a) {
			t.Errorf("contrast of %s and %s depends on their order", test.a, test.b)
		}
	}
}

const site = `title: Example
host: example.com
description: A company.
brand:
  light: {background: "#ffffff", surface: "#f4f6f8", text: "#16191d", muted: "#555c66", line: "#d5dae0", accent: "#1f4e9c"}
  dark: {background: "#101317", surface: "#191e24", text: "#e8ebef", muted: "#a5adb8", line: "#333a43", accent: "#8fb4ff"}
`

func TestDecodeSite(t *testing.T) {
	s, problems := content.DecodeSite([]byte(site))
	if len(problems) > 0 || s.Short != "Example" {
		t.Errorf("short %q, problems %s", s.Short, lines(problems))
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"host with scheme", "host: example.com", "host: https://example.com", `2:7 host: "https://example.com" is not a host name`},
		{"host in capitals", "host: example.com", "host: Example.com", `2:7 host: "Example.com" is not a host name`},
		{"colour by name", `accent: "#1f4e9c"`, `accent: blue`, `5:114 colour: accent "blue" is not a colour`},
		{"low contrast in the dark", `muted: "#a5adb8"`, `muted: "#4a4f57"`, `6:77 contrast: dark: muted #4a4f57 on background #101317`},
		{"currency", "host: example.com", "host: example.com\ncurrency: dollars", `3:11 currency: currency "dollars"`},
		{"no brand for the dark", "\n  dark: {", "\n  darc: {", `6:3 unknown-key: key "darc"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, problems := content.DecodeSite([]byte(strings.Replace(site, test.old, test.new, 1)))
			if got := lines(problems); !strings.HasPrefix(got, test.want) {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestDecodeProvider(t *testing.T) {
	p, problems := content.DecodeProvider([]byte("name: Example\ndomain: example.com\ncontacts:\n  - {id: a, label: A, email: nobody}\n"))
	if got := lines(problems); got != "4:30 mail-address: \"nobody\" is not a mail address\n" || p.LegalName != "Example" {
		t.Errorf("provider %+v, problems %s", p, got)
	}
}

func TestCompile(t *testing.T) {
	for _, test := range []struct{ name, front, body, want string }{
		{"fine", "title: A\ndescription: B.", "Words.", ""},
		{"product without product", "title: A\ndescription: B.\nlayout: product", "", `2:1 missing-key: key "product" is missing`},
		{"tags", "title: A\ndescription: B.\ntags: [Live Sound, a, a]", "", "4:8 tag: tag \"Live Sound\" is not lower-case words joined by hyphens\n4:23 tag: tag \"a\" stands twice\n"},
		{"long title", "title: " + strings.Repeat("a", 121) + "\ndescription: B.", "", "2:8 length: title has 121 characters"},
		{"id of the main part", "title: A\ndescription: B.", "## Main content", `5:1 duplicate-id: id "main-content" is that of the page's main part`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := content.Compile(markdown.New(), []byte("---\n"+test.front+"\n---\n"+test.body+"\n"))
			if got := lines(p.Problems); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestPublic(t *testing.T) {
	p := content.Compile(markdown.New(), []byte("---\ntitle: A\ndescription: B.\npublish: 2026-03-01\nexpires: 2026-04-01T12:00:00+02:00\n---\n"))
	for now, want := range map[string]string{
		"2026-02-28T23:59:59Z": "appears only on 2026-03-01",
		"2026-03-01T00:00:00Z": "",
		"2026-04-01T09:59:59Z": "",
		"2026-04-01T10:00:00Z": "expired on 2026-04-01",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Meta.Why(at, false); got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
}

// TestDecodeProviderAddress reads a postal address line by line, and refuses what
// fits on no envelope.
func TestDecodeProviderAddress(t *testing.T) {
	const company = "name: Lanterns\ndomain: lanterns.example\n"
	for name, test := range map[string]struct{ text, want string }{
		"no address":       {"", ""},
		"an address":       {"postal_address: [1 Wick Lane, \"Kansas City, MO 64101\"]\n", ""},
		"one text":         {"postal_address: 1 Wick Lane\n", "3:17 wrong-type: "},
		"too many lines":   {"postal_address: [a, b, c, d, e, f, g]\n", "3:36 postal-address: the postal address has 7 lines, at most 6"},
		"a long line":      {"postal_address: [a, " + strings.Repeat("b", 81) + "]\n", "3:21 postal-address: a line of the postal address has 81 characters"},
		"a contact twice":  {"contacts:\n  - {id: a, label: A, email: a@b.example}\n  - {id: a, label: B, email: b@b.example}\n", `5:5 provider: two contacts have the id "a"`},
		"contacts without": {"contacts:\n  - {id: a, label: A, email: a b}\n", "4:30 mail-address: "},
	} {
		p, problems := content.DecodeProvider([]byte(company + test.text))
		if got := lines(problems); got != test.want && (test.want == "" || !strings.HasPrefix(got, test.want) || strings.Count(got, "\n") != 1) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if name == "an address" && (len(p.PostalAddress) != 2 || p.PostalAddress[1].Value != "Kansas City, MO 64101") {
			t.Errorf("the address is %v", p.PostalAddress)
		}
	}
}
