package form_test

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/policy"
)

// repair is a form with a field of each type.
func repair() *policy.Form {
	return &policy.Form{ID: "repair", Fields: []policy.Field{
		{Name: "source", Type: "hidden", Value: "web"},
		{Name: "name", Type: "text", Label: "Name", Required: true, Max: "20"},
		{Name: "fault", Type: "long-text", Label: "What happened?", Min: "3"},
		{Name: "email", Type: "email", Label: "Email"},
		{Name: "phone", Type: "phone", Label: "Phone"},
		{Name: "zip", Type: "zip-code", Label: "Zip"},
		{Name: "wicks", Type: "number", Label: "How many?", Min: "1", Max: "9"},
		{Name: "day", Type: "date", Label: "When?", Min: "2026-01-01"},
		{Name: "part", Type: "choice", Label: "Part", Options: []string{"Wick", "Glass"}},
		{Name: "signs", Type: "several", Label: "Signs", Options: []string{"Smoke", "Noise"}},
		{Name: "light", Type: "scale", Label: "Light", From: 1, To: 5},
		{Name: "choice.letters", Type: "consent", Choice: "letters"},
	}}
}

func TestRead(t *testing.T) {
	sent := url.Values{
		"source": {"web"}, "name": {"Anna"}, "fault": {"It\r\nsmokes."}, "email": {" a@lanterns.example "}, "phone": {"+1 555 010 0199"}, "zip": {"64101"},
		"wicks": {"2.0"}, "day": {"2026-03-01"}, "part": {"Wick"}, "signs": {"Smoke", "Noise"}, "light": {"3"}, "choice.letters": {"granted"},
	}
	answers, problems := form.Read(repair(), sent)
	want := form.Answers{
		"source": {"web"}, "name": {"Anna"}, "fault": {"It\nsmokes."}, "email": {"a@lanterns.example"}, "phone": {"+1 555 010 0199"}, "zip": {"64101"},
		"wicks": {"2"}, "day": {"2026-03-01"}, "part": {"Wick"}, "signs": {"Smoke", "Noise"}, "light": {"3"},
	}
	if len(problems) > 0 || !reflect.DeepEqual(answers, want) {
		t.Errorf("%v, %v", answers, problems)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ field, text, says string }{
		{"name", " ", "This is needed."},
		{"name", strings.Repeat("a", 21), "This is longer than 20 characters: by 1."},
		{"name", "𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜𝒜", "longer than 20"}, // two units each
		{"name", "An\x07na", "signs that cannot be seen"},
		{"name", "An\nna", "signs that cannot be seen"},
		{"fault", "ab", "shorter than 3"},
		{"email", "anna", "Write an email address"},
		{"email", "a@b.example\nBcc: c@d.example", "Write an email address"},
		{"phone", "call me", "Write a phone number"},
		{"zip", "6410", "Write five digits"},
		{"wicks", "0", "Write a whole number from 1 to 9."},
		{"wicks", "1.5", "Write a whole number"},
		{"wicks", "0x5", "Write a whole number"},
		{"wicks", "NaN", "Write a whole number"},
		{"day", "2026-02-30", "Write a day that there is"},
		{"day", "2025-12-31", "on or after 1 January 2026"},
		{"part", "wick", "Choose one of the answers that are shown."},
		{"signs", "Fire", "Choose one of the answers"},
		{"light", "6", "Choose a number from 1 to 5."},
		{"fault", "my card is 4111 1111 1111 1111, thanks", "number of a payment card"},
		{"source", "elsewhere", "not as it was shown"},
	} {
		sent := url.Values{"source": {"web"}, "name": {"Anna"}}
		sent.Set(test.field, test.text)
		answers, problems := form.Read(repair(), sent)
		if len(problems) != 1 || problems[0].Field != test.field || !strings.Contains(problems[0].Text, test.says) {
			t.Errorf("%s %q: %v", test.field, test.text, problems)
		}
		if len(answers[test.field]) > 0 {
			t.Errorf("%s %q: taken as %q", test.field, test.text, answers[test.field])
		}
	}
}

// All that is to be mended comes at once, in the order of the fields.
func TestReadSaysAll(t *testing.T) {
	_, problems := form.Read(repair(), url.Values{"email": {"x"}, "zip": {"x"}})
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	if !reflect.DeepEqual(fields, []string{"source", "name", "email", "zip"}) {
		t.Errorf("%v", problems)
	}
}

func TestCards(t *testing.T) {
	for text, want := range map[string]bool{
		"4111111111111111": true, "4111-1111-1111-1111": true, "5555 5555 5555 4444": true, "2223003122003222": true, "378282246310005": true,
		"6011111111111117": true, "3530111333300000": true, "36700102000000": true, "４１１１１１１１１１１１１１１１": true,
		"pay with 4111.1111.1111.1111 until 12/27, code 123": true, "x4111111111111111x": true,
		"4111111111111112": false, "1234567890123456": false, "+1 (555) 010-0199": false, "order 20261124, part 4711-0815": false, "": false,
		"9999999999999995": false, "ISBN 978-3-16-148410-0": false,
	} {
		if got := form.HasCard(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A number with a scheme's beginning and the right last digit is found however
// it is cut, and whatever stands around it.
func TestCardsHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := append([]byte("4"), []byte(rapid.StringMatching(`[0-9]{14}`).Draw(t, "digits"))...)
		for last := byte('0'); last <= '9'; last++ {
			if number := string(digits) + string(last); luhn(number) {
				var text strings.Builder
				text.WriteString(rapid.SampledFrom([]string{"", "card ", "no. 7: ", "\n"}).Draw(t, "before"))
				for _, d := range number {
					text.WriteString(string(d) + rapid.SampledFrom([]string{"", "", " ", "-", "."}).Draw(t, "between"))
				}
				if !form.HasCard(text.String() + rapid.SampledFrom([]string{"", " 12/29", ", thanks"}).Draw(t, "behind")) {
					t.Fatalf("%q is let pass", text.String())
				}
			}
		}
	})
}

func luhn(number string) bool {
	sum := 0
	for i := range number {
		n := int(number[len(number)-1-i] - '0')
		sum += n
		if i%2 == 1 {
			sum += n
			if n > 4 {
				sum -= 9
			}
		}
	}
	return sum%10 == 0
}

// Whatever is sent, what is taken is what the form asks for, and is taken again
// as it is.
func FuzzRead(f *testing.F) {
	f.Add("name=Anna&source=web&wicks=1e0&signs=Smoke&signs=Noise")
	f.Add("zip=64101&day=0000-01-01&light=%2B3&fault=a%0D%0Ab")
	f.Fuzz(func(t *testing.T, query string) {
		sent, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		answers, _ := form.Read(repair(), sent)
		for name, list := range answers {
			if !form.Asks(repair(), name) || len(list) > 1 && !form.Repeats(repair(), name) {
				t.Errorf("took %q as %q", name, list)
			}
		}
		sent = url.Values(answers)
		if again, _ := form.Read(repair(), sent); !reflect.DeepEqual(again, answers) {
			t.Errorf("%v is taken again as %v", answers, again)
		}
	})
}
