package policies

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	hashA    = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" // of nothing
	entriesA = "d1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	sumsA    = "cookies 1 2024-03-01 " + hashA + "\n"
	sumsB    = sumsA + "privacy 2 2025-03-01 " + hashA + "\nprivacy 10 2027-03-01 " + hashA + " " + entriesA + "\n"
)

func TestHashFile(t *testing.T) {
	if got := HashFile(nil); got != hashA {
		t.Errorf("hash of nothing is %s, want %s", got, hashA)
	}
	plain := HashFile([]byte("---\na: b\n---\nText.\n"))
	for name, same := range map[string]string{
		"line ends of Windows": "---\r\na: b\r\n---\r\nText.\r\n",
		"a byte-order mark":    "\xef\xbb\xbf---\na: b\n---\nText.\n",
	} {
		if got := HashFile([]byte(same)); got != plain {
			t.Errorf("with %s the hash is another", name)
		}
	}
	for name, other := range map[string]string{
		"a space at the end":  "---\na: b\n---\nText. \n",
		"no end":              "---\na: b\n---\nText.",
		"a lone return":       "---\na: b\n---\nText.\r",
		"a mark in the text":  "---\na: b\n---\n\xef\xbb\xbfText.\n",
		"another capital":     "---\na: b\n---\ntext.\n",
		"other front matter":  "---\na: c\n---\nText.\n",
		"an empty line above": "\n---\na: b\n---\nText.\n",
	} {
		if HashFile([]byte(other)) == plain {
			t.Errorf("with %s the hash is the same", name)
		}
	}
}

func TestParseSums(t *testing.T) {
	for _, text := range []string{"", sumsA, sumsB} {
		sums, problems := ParseSums([]byte(text))
		if len(problems) > 0 || string(sums.Encode()) != text {
			t.Errorf("%q is read as %q; problems %v", text, sums.Encode(), problems)
		}
		windows, problems := ParseSums([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
		if len(problems) > 0 || string(windows.Encode()) != text {
			t.Errorf("%q with line ends of Windows is read as %q; problems %v", text, windows.Encode(), problems)
		}
	}
	sums, _ := ParseSums([]byte(sumsB))
	line := sums.Find("privacy", 10)
	if line == nil || line.File() != "policies/privacy/2027-03-01.md" || line.Line != 3 {
		t.Errorf("line of privacy version 10: %+v", line)
	}
}

func TestParseSumsRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no end", strings.TrimSuffix(sumsA, "\n"), "1:1 the last line has no end"},
		{"mark", byteOrderMark + sumsA, "1:1 the file begins with a byte-order mark"},
		{"empty line", sumsA + "\n", "2:1 the line is empty"},
		{"two spaces", "cookies  1 2024-03-01 " + hashA + "\n", `1:9 "" is no number of a version`},
		{"six parts", "cookies 1 2024-03-01 " + hashA + " " + entriesA + " \n", "1:1 the line has 6 parts, not 4 or 5"},
		{"two hashes of the file", "cookies 1 2024-03-01 " + hashA + " " + hashA + "\n", "1:70 the hash does not begin with d1:"},
		{"short hash of entries", "cookies 1 2024-03-01 " + hashA + " d1:47DE\n", "1:70 the hash has 3 bytes, not 32"},
		{"tab", "cookies\t1 2024-03-01 " + hashA + "\n", "1:1 the line has 3 parts, not 4 or 5"},
		{"comment", "# cookies\n" + sumsA, "1:1 the line has 2 parts, not 4 or 5"},
		{"id", "Cookies 1 2024-03-01 " + hashA + "\n", `1:1 "Cookies" is no id of a policy`},
		{"path", "../cookies 1 2024-03-01 " + hashA + "\n", `1:1 "../cookies" is no id of a policy`},
		{"number", "cookies one 2024-03-01 " + hashA + "\n", `1:9 "one" is no number of a version`},
		{"zero", "cookies 0 2024-03-01 " + hashA + "\n", `1:9 "0" is no number of a version`},
		{"leading zero", "cookies 01 2024-03-01 " + hashA + "\n", `1:9 "01" is no number of a version`},
		{"sign", "cookies +1 2024-03-01 " + hashA + "\n", `1:9 "+1" is no number of a version`},
		{"day", "cookies 1 2024-02-30 " + hashA + "\n", `1:11 "2024-02-30" is no day`},
		{"time", "cookies 1 2024-03-01T00:00:00Z " + hashA + "\n", `1:11 "2024-03-01T00:00:00Z" is no day`},
		{"kind of hash", "cookies 1 2024-03-01 h2:" + hashA[3:] + "\n", "1:22 the hash does not begin with h1:"},
		{"base64", "cookies 1 2024-03-01 h1:?" + hashA[4:] + "\n", "1:22 the hash is not base64"},
		{"spare bits", "cookies 1 2024-03-01 " + strings.Replace(hashA, "FU=", "FV=", 1) + "\n", "1:22 the hash is not base64"},
		{"short hash", "cookies 1 2024-03-01 h1:47DE\n", "1:22 the hash has 3 bytes, not 32"},
		{"doubled", sumsA + sumsA, "2:1 cookies version 1 stands in line 1 too"},
		{"order of policies", "privacy 2 2025-03-01 " + hashA + "\n" + sumsA, "2:1 cookies version 1 stands behind privacy version 2"},
		{"order of numbers", "privacy 10 2027-03-01 " + hashA + "\nprivacy 2 2025-03-01 " + hashA + "\n", "2:1 privacy version 2 stands behind privacy version 10"},
		{"merge", "<<<<<<< HEAD\n" + sumsA + "=======\n>>>>>>> theirs\n", "1:1 a merge left its marks\n3:1 a merge left its marks\n4:1 a merge left its marks"},
	} {
		t.Run(test.name, func(t *testing.T) {
			sums, problems := ParseSums([]byte(test.text))
			var got []string
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Col, p.Message))
				if p.Hint == "" || p.Rule != "policy-sums" {
					t.Errorf("problem without hint or rule: %+v", p)
				}
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), test.want)
			}
			if !sums.flawed {
				t.Error("the sums count as sound")
			}
		})
	}
}

func TestWith(t *testing.T) {
	sums, _ := ParseSums([]byte(sumsB))
	v := &Version{Policy: &Policy{ID: "privacy"}}
	v.Meta.Number.Value, v.Meta.Effective.Time = 3, time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	want := strings.Replace(sumsB, "privacy 10", "privacy 3 2025-10-01 "+hashA+"\nprivacy 10", 1)
	if got := string(sums.With(v).Encode()); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if string(sums.Encode()) != sumsB {
		t.Error("the sums themselves changed")
	}
}

const (
	versionTwo  = "policies/privacy/2026-01-01.md"
	toRestore   = "restore the file from your version control, and write what is new as a new version: indigex policy new privacy"
	toBringBack = "restore the file from your version control: people may have agreed to what it says"
)

// TestSums plants one mistake in what was published.
func TestSums(t *testing.T) {
	clean := worldFiles(t, "")
	sums := string(clean[SumFile])
	lines := strings.SplitAfter(sums, "\n")
	for _, test := range []struct {
		name   string
		change func(files map[string][]byte)
		want   string
	}{
		{"as published", func(map[string][]byte) {}, ""},
		{"line ends of Windows", func(files map[string][]byte) {
			for name, data := range files {
				files[name] = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
			}
		}, ""},
		{"one byte", func(files map[string][]byte) {
			files[versionTwo] = bytes.Replace(files[versionTwo], []byte("rent it out"), []byte("rent it owt"), 1)
		}, versionTwo + ":1:1 the published text of privacy version 2 has changed (" + toRestore + ")"},
		{"front matter", func(files map[string][]byte) {
			files[versionTwo] = bytes.Replace(files[versionTwo], []byte("published: 2025-11-15"), []byte("published: 2025-11-14"), 1)
		}, versionTwo + ":1:1 the published text of privacy version 2 has changed (" + toRestore + ")"},
		{"broken front matter", func(files map[string][]byte) {
			files[versionTwo] = bytes.Replace(files[versionTwo], []byte("version: 2"), []byte("version: [2"), 1)
		}, versionTwo + ":1:1 the published text of privacy version 2 has changed (" + toRestore + ")"},
		{"draft again", func(files map[string][]byte) {
			files[versionTwo] = bytes.Replace(files[versionTwo], []byte("version: 2"), []byte("version: 2\ndraft: true"), 1)
		}, versionTwo + ":1:1 privacy version 2 is published and can't be a draft (" + toRestore + ")"},
		{"file gone", func(files map[string][]byte) { delete(files, versionTwo) },
			"policies/policies.sum:2:1 the published text of privacy version 2 is gone: there is no " + versionTwo + " (" + toBringBack + ")"},
		{"file renamed", func(files map[string][]byte) {
			files["policies/privacy/2026-01-02.md"] = files[versionTwo]
			delete(files, versionTwo)
		}, "policies/policies.sum:2:1 the published text of privacy version 2 is gone: there is no " + versionTwo + " (policies/privacy/2026-01-02.md says that it is version 2: give it its name back, and write what is new as a new version: indigex policy new privacy)"},
		{"folder gone", func(files map[string][]byte) {
			for name := range files {
				if strings.HasPrefix(name, "policies/privacy/") {
					delete(files, name)
				}
			}
		}, "policies/policies.sum:1:1 the published text of privacy version 1 is gone: there is no policies/privacy/2025-01-01.md (" + toBringBack + ")\n" +
			"policies/policies.sum:2:1 the published text of privacy version 2 is gone: there is no " + versionTwo + " (" + toBringBack + ")\n" +
			"policies/policies.sum:3:1 the published text of privacy version 3 is gone: there is no policies/privacy/2026-07-01.md (" + toBringBack + ")"},
		{"not listed", func(files map[string][]byte) { files[SumFile] = []byte(lines[0] + lines[1]) },
			"policies/privacy/2026-07-01.md:2:10 privacy version 3 is not published (publish it: indigex policy publish privacy; or write draft: true while you work on it)"},
		{"no sums", func(files map[string][]byte) {
			delete(files, SumFile)
			delete(files, versionTwo)
			delete(files, "policies/privacy/2026-07-01.md")
		}, "policies/privacy/2025-01-01.md:2:10 privacy version 1 is not published (publish it: indigex policy publish privacy; or write draft: true while you work on it)"},
		{"a draft", func(files map[string][]byte) {
			files["policies/privacy/2027-01-01.md"] = []byte("---\nversion: 4\ndraft: true\n---\n")
		}, ""},
		{"number in the sums", func(files map[string][]byte) {
			files[SumFile] = []byte(lines[0] + strings.Replace(lines[1], " 2 ", " 4 ", 1))
			delete(files, "policies/privacy/2026-07-01.md")
		}, "policies/policies.sum:2:1 " + versionTwo + " is version 2, not 4 (restore policies.sum from your version control)"},
		{"line that can't be read", func(files map[string][]byte) {
			files[SumFile] = []byte(lines[0] + "x" + lines[1][1:10] + "\n" + lines[2])
		},
			"policies/policies.sum:2:1 the line has 3 parts, not 4 or 5 (" + sumForm + ")"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := worldFiles(t, "")
			test.change(files)
			set := newLoader().Load(files)
			var got []string
			for _, p := range set.Verify(worldTime).Sorted() {
				got = append(got, fmt.Sprintf("%s:%d:%d %s (%s)", p.Path, p.Line, p.Col, p.Message, p.Hint))
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), test.want)
			}
			all := problems(t, set, worldTime)
			for _, p := range set.Verify(worldTime) {
				if !strings.Contains(all, p.Message) {
					t.Errorf("checking does not find %q", p.Message)
				}
			}
		})
	}
}

// signed is the world whose policies.sum says what its versions rest on,
// changed by more files.
func signed(t testing.TB, changes string) *Set {
	t.Helper()
	set := load(t, "")
	sums, changed := set.Sign(set.Policy("privacy"), worldTime)
	if len(changed) != 2 || changed[0].Version != 2 || changed[1].Version != 3 {
		t.Fatalf("signed are %v, want versions 2 and 3", changed)
	}
	return load(t, changes+"-- "+SumFile+" --\n"+string(sums.Encode()))
}

// TestEntriesPlanted changes what is declared without a new version.
func TestEntriesPlanted(t *testing.T) {
	if got := problems(t, signed(t, ""), worldTime); got != "" {
		t.Fatalf("signed as it is:\n%s", got)
	}
	const both, third = "version 2, version 3", "version 3"
	for _, test := range []struct{ name, file, old, new, want string }{
		{"how long something is kept", "purposes.yaml", "keep: P3Y", "keep: P5Y", both},
		{"how long something is kept, in words", "purposes.yaml", "90 days after", "30 days after", third},
		{"another rule of a category", "purposes.yaml", "retention: survey", "retention: account", third},
		{"text of a purpose", "purposes.yaml", "We open your account and keep it.", "We open your account and sell it.", both},
		{"categories of a purpose", "purposes.yaml", "categories: [contact.email, account.user-id]", "categories: [contact.email, account.user-id, contact.name]", both},
		{"data of a processor", "processors.yaml", "categories: [contact.name, contact.postal]", "categories: [contact.name, contact.postal, contact.email]", both},
		{"country of a processor", "processors.yaml", "country: US", "country: CA", both},
		{"words of a choice", "choices.yaml", "Send me the newsletter by email.", "Send me all newsletters by email.", both},
		{"a choice that the signal refuses", "choices.yaml", "gpc: false", "gpc: true", both},
		{"what a mechanism does", "purposes.yaml", "Offers every choice.", "Offers some choices.", both},
		{"where a mechanism is", "purposes.yaml", "address: /preferences", "address: /account", ""},
		{"order of a list", "purposes.yaml", "[contact.email, account.user-id]", "[account.user-id, contact.email]", ""},
		{"a comment", "purposes.yaml", "purposes:\n", "purposes:\n  # What for.\n", ""},
	} {
		set := signed(t, edit(t, test.file, test.old, test.new))
		var got []string
		for _, v := range set.Shifted(set.Policy("privacy"), worldTime) {
			got = append(got, fmt.Sprintf("version %d", v.Number()))
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%s: shifted are %v, want %s", test.name, got, test.want)
		}
		if found := strings.Count(problems(t, set, worldTime), " rests on has changed "); found != len(got) || len(set.Verify(worldTime)) != len(got) {
			t.Errorf("%s: %d problems for %v", test.name, found, got)
		}
	}
	set := signed(t, edit(t, "purposes.yaml", "keep: P3Y", "keep: P5Y"))
	want := "policies/privacy/2026-01-01.md:1:1 error policy-sums: what version 2 of policy privacy rests on has changed in purposes.yaml, choices.yaml or processors.yaml since it was published (restore what was declared from your version control, or tell people of it in a new version, by more than an editorial change: indigex policy new privacy, then indigex policy publish privacy)\n"
	if got := problems(t, set, worldTime); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if later := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC); len(set.Shifted(set.Policy("privacy"), later)) != 1 {
		t.Error("a superseded version is held to what it rested on")
	}
	if got := problems(t, signed(t, "-- purposes.yaml --\npurposes: [\n"), worldTime); strings.Contains(got, "rests on") {
		t.Errorf("what can't be read counts as changed:\n%s", got)
	}
}

// TestEntries shows the form that is hashed.
func TestEntries(t *testing.T) {
	s := load(t, edit(t, "purposes.yaml", "text: We open your account and keep it.", `text: 'We "open" it.'`))
	v := s.Policy("privacy").Version(1)
	const want = `category "account.user-id" name "User ID" text "" dpv "pd:Username" retention "account"
category "contact.email" name "Email address" text "" dpv "pd:EmailAddress" retention "account"
choice "newsletter" name "Newsletter" words "Send me the newsletter by email." refuse "Do not send me the newsletter." kind "newsletter" channel "email" sender "provider" purposes ["news"] gpc false
choice "use.announcements" name "Announcements" words "You may announce new lamps to me by email." refuse "Do not announce new lamps to me." kind "use" channel "email" sender "provider" purposes ["announcements"] gpc false
mechanism "preference-centre" name "Your preferences" text "Offers every choice."
mechanism "register" name "Create a User ID" text "Opens your account."
purpose "account" name "Your account" text "We \"open\" it." dpv "dpv:AccountManagement" categories ["account.user-id" "contact.email"] choice "" optional false
purpose "announcements" name "Announcements" text "We announce new lamps to you." dpv "" categories ["contact.email"] choice "use.announcements" optional true
purpose "news" name "Newsletter" text "We send you the newsletter, until you end it." dpv "dpv:DirectMarketing" categories ["contact.email"] choice "newsletter" optional true
retention "account" keep "P3Y" from "last sign-in" text "Three years after you last signed in."
`
	if got := s.Entries(v); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if hash := s.HashEntries(v); !strings.HasPrefix(hash, "d1:") || badHash(hash, "d1:") != "" {
		t.Errorf("the hash is %s", hash)
	}
	v.Meta.Promises = nil
	if s.HashEntries(v) != "" {
		t.Error("a version that promises nothing rests on something")
	}
}

// FuzzParseSums holds that what is read without a problem is read to the byte,
// line ends aside, and that every problem has a place and a cure.
func FuzzParseSums(f *testing.F) {
	f.Add([]byte(sumsB))
	f.Add([]byte(sumsA + sumsA))
	f.Add([]byte("<<<<<<< HEAD\r\n" + sumsA))
	f.Add([]byte(byteOrderMark + "é 1 2024-03-01 h1:\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sums, problems := ParseSums(data)
		for _, p := range problems {
			if p.Line < 1 || p.Col < 1 || p.Hint == "" || p.Message == "" {
				t.Errorf("problem %+v", p)
			}
		}
		if plain := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")); len(problems) == 0 && !bytes.Equal(sums.Encode(), plain) {
			t.Errorf("read as %q", sums.Encode())
		}
		if again, problems := ParseSums(sums.Encode()); len(again.Lines) != len(sums.Lines) && len(problems) == 0 {
			t.Errorf("%d lines, then %d", len(sums.Lines), len(again.Lines))
		}
	})
}
