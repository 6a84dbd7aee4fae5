package front_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build/front"
)

type sheet struct {
	Title  front.Text    `front:"title,required"`
	Layout string        `front:"layout,oneof=page|guide"`
	Date   front.Date    `front:"date"`
	Draft  bool          `front:"draft"`
	Weight int           `front:"weight"`
	Label  front.Label   `front:"navigation"`
	Tags   []front.Text  `front:"tags"`
	Price  front.Decimal `front:"price"`
	Specs  front.Pairs   `front:"specs"`
	Image  *picture      `front:"image"`
	Rooms  []room        `front:"rooms"`
	Old    []renamed     `front:"old"`
}

type room struct {
	Name  front.Text `front:"*"`
	Seats int        `front:"seats,required"`
}

type renamed struct {
	From front.Text `front:"*"`
	To   front.Text `front:"="`
}

type picture struct {
	front.Pos
	File front.Text `front:"file,required"`
	Alt  front.Text `front:"alt,required"`
}

// decode reads a Markdown file and returns its problems, one a line.
func decode(file string) (sheet, string) {
	var s sheet
	src, _, problems := front.Split([]byte(file))
	if len(problems) == 0 {
		problems = front.Decode(src, &s)
	}
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d:%d %s: %s", p.Line, p.Col, p.Rule, p.Message)
		if p.Hint != "" {
			fmt.Fprintf(&b, " (%s)", p.Hint)
		}
		b.WriteString("\n")
	}
	return s, b.String()
}

func TestDecode(t *testing.T) {
	s, problems := decode(`---
title: "Lines: balanced"   # a comment
layout: guide
date: 2026-03-01
draft: true
weight: 10
navigation: false
tags:
  - audio
  - cables
price: 24.9
specs:
  Length: 5 m
  Pins: 3
image: {file: a.svg, alt: A line}
rooms:
  hall: {seats: 300}
  hut: {seats: 3}
old: {first: second}
---
Body
`)
	if problems != "" {
		t.Fatal(problems)
	}
	if s.Title.Value != "Lines: balanced" || s.Title.Line != 2 || s.Title.Col != 8 {
		t.Errorf("title %+v", s.Title)
	}
	if want := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); !s.Date.Time.Equal(want) {
		t.Errorf("date %v, want %v", s.Date.Time, want)
	}
	if !s.Draft || s.Weight != 10 || !s.Label.Hidden || s.Price.Value != "24.90" {
		t.Errorf("%+v", s)
	}
	if len(s.Tags) != 2 || s.Tags[1].Value != "cables" || s.Tags[1].Line != 10 {
		t.Errorf("tags %+v", s.Tags)
	}
	if len(s.Specs) != 2 || s.Specs[1].Label != "Pins" || s.Specs[1].Value != "3" {
		t.Errorf("specs %+v", s.Specs)
	}
	if len(s.Rooms) != 2 || s.Rooms[1].Name.Value != "hut" || s.Rooms[1].Name.Line != 18 || s.Rooms[1].Seats != 3 {
		t.Errorf("rooms %+v", s.Rooms)
	}
	if len(s.Old) != 1 || s.Old[0].From.Value != "first" || s.Old[0].To.Value != "second" || s.Old[0].To.Col != 14 {
		t.Errorf("old names %+v", s.Old)
	}
	if s.Image == nil || s.Image.Alt.Value != "A line" || s.Image.Line != 15 {
		t.Errorf("image %+v", s.Image)
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"unknown key", "---\ntitle: A\nlayuot: guide\n---\n", `3:1 unknown-key: key "layuot" is not known here (did you mean "layout"?)`},
		{"missing key", "---\ndraft: true\n---\n", `2:1 missing-key: key "title" is missing (add a line "title: …")`},
		{"no front matter", "Body\n", `1:1 missing-key: key "title" is missing (add a line "title: …")`},
		{"empty value", "---\ntitle:\n---\n", `2:7 missing-value: title has no value (write one: title: …)`},
		{"number for text", "---\ntitle: 2026\n---\n", `2:8 wrong-type: title wants text, found a number (put it in quotes: "2026")`},
		{"list for text", "---\ntitle: [a]\n---\n", `2:8 wrong-type: title wants a single value, found a list (write title: value)`},
		{"text for list", "---\ntitle: A\ntags: audio\n---\n", `3:7 wrong-type: tags wants a list, found a single value (write tags: [one, two])`},
		{"text for number", "---\ntitle: A\nweight: heavy\n---\n", `3:9 wrong-type: weight wants a whole number (write it without quotes, such as 10)`},
		{"text for bool", "---\ntitle: A\ndraft: yes please\n---\n", `3:8 wrong-type: draft wants true or false (write true or false, without quotes)`},
		{"impossible date", "---\ntitle: A\ndate: 2026-02-30\n---\n", `3:7 wrong-type: date wants a date (write it as 2026-03-01, or with a time as 2026-03-01T09:00:00Z)`},
		{"amount", "---\ntitle: A\nprice: 1,5\n---\n", `3:8 wrong-type: price wants an amount (write digits and at most two decimals, such as 24.90)`},
		{"unknown value", "---\ntitle: A\nlayout: giude\n---\n", `3:9 unknown-value: layout can't be "giude" (did you mean "guide"?)`},
		{"line break", "---\ntitle: \"A\\nB\"\n---\n", `2:8 control-character: title has a line break or a character that can't be seen (write it in one line, of characters that can be seen)`},
		{"turned text", "---\ntitle: \"A\\u202eB\"\n---\n", `2:8 control-character: title has a line break or a character that can't be seen (write it in one line, of characters that can be seen)`},
		{"doubled key", "---\ntitle: A\ntitle: B\n---\n", `3:1 doubled-key: key "title" stands twice, first in line 2 (keep one of them)`},
		{"nested", "---\ntitle: A\nimage: {file: a.svg}\n---\n", `3:8 missing-key: key "alt" is missing (add a line "alt: …")`},
		{"mapping by key", "---\ntitle: A\nrooms: {hall: {setas: 3}}\n---\n", "3:16 unknown-key: key \"setas\" is not known here (did you mean \"seats\"?)\n3:15 missing-key: key \"seats\" is missing (add a line \"seats: …\")"},
		{"list for mapping by key", "---\ntitle: A\nrooms: [a]\n---\n", "3:8 wrong-type: rooms wants a mapping (key: value), found a list (write rooms: {key: value}, or the keys in lines of their own below it)"},
		{"no end", "---\ntitle: A\n", `1:1 front-matter: front matter has no end (close it with a line that holds only ---)`},
		{"colon", "---\ntitle: A: B\n---\n", `2:1 yaml: not valid YAML: mapping values are not allowed in this context (put text that holds a colon in quotes: title: "One: two")`},
		{"alias", "---\ntitle: &a A\ntags: [*a]\n---\n", "2:8 yaml: anchors and aliases are not allowed (write the value out)\n3:8 yaml: anchors and aliases are not allowed (write the value out)"},
		{"tag", "---\ntitle: !!binary YQ==\n---\n", `2:8 yaml: the tag !!binary is not allowed (remove it)`},
		{"several at once", "---\ntitel: A\nweight: x\n---\n", "2:1 unknown-key: key \"titel\" is not known here (did you mean \"title\"?)\n3:9 wrong-type: weight wants a whole number (write it without quotes, such as 10)\n2:1 missing-key: key \"title\" is missing (add a line \"title: …\")"},
		{"windows line ends", "---\r\ntitle: A\r\nwieght: 1\r\n---\r\n", `3:1 unknown-key: key "wieght" is not known here (did you mean "weight"?)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, got := decode(test.file); strings.TrimSpace(got) != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestCostlyYAML(t *testing.T) {
	bomb := "---\ntitle: A\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntags: [*c]\n---\n"
	for name, file := range map[string]string{
		"too large": "---\ntitle: " + strings.Repeat("a", front.MaxSize) + "\n---\n",
		"deep":      "---\ntitle: " + strings.Repeat("[", 60000) + "\n---\n",
		"aliases":   bomb,
		"not UTF-8": "---\ntitle: \xff\n---\n",
		"two":       "---\ntitle: A\n--- {}\nb: c\n---\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, problems := decode(file); problems == "" {
				t.Error("no problem was found")
			}
		})
	}
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name, file string
		body       string
	}{
		{"plain", "---\na: b\n---\nBody", "Body"},
		{"none", "Body\n---\n", "Body\n---\n"},
		{"byte order mark", "\xef\xbb\xbf---\na: b\n---\nBody", "Body"},
		{"windows", "---\r\na: b\r\n---\r\nBody", "Body"},
		{"empty", "", ""},
		{"rule in the body", "---\na: b\n---\nOne\n\n---\nTwo", "One\n\n---\nTwo"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, body, problems := front.Split([]byte(test.file))
			if got := test.file[body:]; got != test.body || len(problems) > 0 {
				t.Errorf("body %q, want %q; problems %v", got, test.body, problems)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("---\ntitle: A\nspecs: {a: b}\n---\n")
	f.Add("---\n? a\n: b\n---\n")
	f.Add("---\n- a\n---\n")
	f.Add("---\ntitle: A\nimage: {}\ntags: [1]\n---\n")
	f.Fuzz(func(t *testing.T, file string) {
		var s sheet
		src, body, _ := front.Split([]byte(file))
		if body < 0 || body > len(file) || src.Start > src.End {
			t.Fatalf("bounds %d %d %d", src.Start, src.End, body)
		}
		for _, p := range front.Decode(src, &s) {
			if p.Line < 1 || p.Col < 1 || p.Message == "" {
				t.Errorf("problem without a place: %+v", p)
			}
		}
	})
}
