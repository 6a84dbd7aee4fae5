package password

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for password, want := range map[string]string{
		"":                               "too short",
		"1234567":                        "too short",
		"ééééééé":                        "too short",
		"password":                       "break-ins",
		"PassWord":                       "break-ins",
		"p@$$w0rd":                       "break-ins",
		"qwertyuiop":                     "break-ins",
		"iloveyou1":                      "break-ins",
		"aaaaaaaaaaaa":                   "over and over",
		"ababababab":                     "over and over",
		"mnopqrstuv":                     "over and over",
		"98765432":                       "over and over",
		"lantern92":                      "little more",
		"Lanterns!x":                     "little more",
		"anna.b-9":                       "little more",
		"\xff\xfe345678":                 "not text",
		"nul\x00nul\x00nul":              "not text",
		strings.Repeat("long ", 205):     "too long",
		"correct horse battery staple":   "",
		"lantern in the harbour":         "",
		"zwölf Boxkämpfer":               "",
		"九つの長い言葉を並べる":                    "",
		strings.Repeat("abcd efg ", 100): "",
	} {
		err := Check(password, "anna.b", "lantern", "")
		var weak *WeakError
		if want == "" && err != nil || want != "" && (!errors.As(err, &weak) || !strings.Contains(weak.Text, want)) {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}

// The search in the list finds every line of it, and nothing else.
func TestCommon(t *testing.T) {
	all := strings.Split(strings.TrimSuffix(common, "\n"), "\n")
	if !slices.IsSorted(all) || len(all) < 10_000 {
		t.Fatalf("the list has %d lines, sorted: %v", len(all), slices.IsSorted(all))
	}
	for _, line := range all {
		if !isCommon(line) || isCommon(line+"\x00") || isCommon(line[:len(line)-1]+"\n") {
			t.Errorf("%q is not found as it stands", line)
		}
	}
	for _, other := range []string{"", "\n", "0", "zzzzzzzzzzzzzzz", all[0] + "\n" + all[1], "correct horse"} {
		if isCommon(other) {
			t.Errorf("%q is on the list", other)
		}
	}
}

func TestEstimateGrowsWithThePassword(t *testing.T) {
	for password, want := range map[string]Strength{
		"password": Weak, "hznfkweo": Fair, "hznf7!Kweo": Good, "lantern harbour": Good, "correct horse battery staple": Strong, "abcdefghijk1": Fair,
	} {
		if got := Estimate(password); got != want {
			t.Errorf("%q is %s, want %s", password, got, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("password", "anna")
	f.Add("\xff", "\xff")
	f.Fuzz(func(t *testing.T, password, word string) {
		refused := Check(password, word) != nil
		if s := Estimate(password, word); (s == Weak) != refused {
			t.Errorf("refused: %v, and %s", refused, s)
		}
	})
}
