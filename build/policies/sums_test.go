package policies

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	hashA = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" // of nothing
	sumsA = "cookies 1 2024-03-01 " + hashA + "\n"
	sumsB = sumsA + "privacy 2 2025-03-01 " + hashA + "\nprivacy 10 2027-03-01 " + hashA + "\n"
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
		{"two spaces", "cookies  1 2024-03-01 " + hashA + "\n", "1:1 the line has 5 parts, not 4"},
		{"tab", "cookies\t1 2024-03-01 " + hashA + "\n", "1:1 the line has 3 parts, not 4"},
		{"comment", "# cookies\n" + sumsA, "1:1 the line has 2 parts, not 4"},
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
			"policies/policies.sum:2:1 the line has 3 parts, not 4 (" + sumForm + ")"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := worldFiles(t, "")
			test.change(files)
			set := newLoader().Load(files)
			var got []string
			for _, p := range set.Verify().Sorted() {
				got = append(got, fmt.Sprintf("%s:%d:%d %s (%s)", p.Path, p.Line, p.Col, p.Message, p.Hint))
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), test.want)
			}
			all := problems(t, set, worldTime)
			for _, p := range set.Verify() {
				if !strings.Contains(all, p.Message) {
					t.Errorf("checking does not find %q", p.Message)
				}
			}
		})
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
