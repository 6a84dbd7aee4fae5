package contest

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTicket(t *testing.T) {
	ours := ticket(1)
	text := ours.String()
	if text != "00000000000000000000000004" {
		t.Fatalf("ticket is %s", text)
	}
	for _, typed := range []string{text, "0000 0000 0000 0000 0000 0000 04", "000000-0000000000-0000000004"} {
		if got, err := ParseTicket(typed); err != nil || got != ours {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	for _, bad := range []string{"", text[1:], text + "0", text[:25] + "5", text[:25] + "U", "é" + text[2:], strings.Repeat(" ", 1e6) + text} {
		_, err := ParseTicket(bad)
		if err == nil {
			t.Errorf("%.40q was read", bad)
		} else if bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("the error tells the ticket: %v", err)
		}
	}
	if a, b := NewTicket(), NewTicket(); a == b {
		t.Error("two people have one ticket")
	}
}

func TestTicketRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ours := Ticket(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "ticket"))
		for _, text := range []string{ours.String(), strings.ToLower(ours.String())} {
			if got, err := ParseTicket(text); err != nil || got != ours {
				t.Fatalf("%s: %v, %v", text, got, err)
			}
		}
	})
}

func TestTicketStaysOutOfLogs(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("entered", "ticket", ticket(1))
	if strings.Contains(b.String(), ticket(1).String()) {
		t.Error(b.String())
	}
}

// TestEntry holds an entry to one that openssl made:
//
//	printf 'indigex contest entry 1\ncontest\n' |
//	  openssl dgst -sha256 -mac HMAC -macopt hexkey:00000000000000000000000000000001
func TestEntry(t *testing.T) {
	const want = "7c2f71f3961eb3ede21b82d85b0bc1df8f5a131b0a9f34c24a86b3d171e9fcda"
	if got := ticket(1).Entry("contest").String(); got != want {
		t.Errorf("got %s", got)
	}
	if ticket(1).Entry("contest") == ticket(1).Entry("other") {
		t.Error("a ticket is the same in two contests")
	}
}

func TestClose(t *testing.T) {
	entries := people("contest", 20)
	l, err := Close(cable(), entries)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(entries, people("contest", 20)) {
		t.Error("the caller's slice was sorted")
	}
	slices.Reverse(entries)
	again, err := Close(cable(), entries)
	if err != nil || again.Hash() != l.Hash() {
		t.Errorf("another order gave another list: %v", err)
	}
	for _, e := range entries {
		if i, found := l.Find(e); !found || l.Entry(i) != e {
			t.Errorf("entry %s is not found", e)
		}
	}
	if _, found := l.Find(ticket(21).Entry("contest")); found {
		t.Error("who did not enter is found")
	}
	if _, err := Close(cable(), append(entries, entries[4])); err == nil || !strings.Contains(err.Error(), entries[4].String()+" stands twice") {
		t.Errorf("twice: %v", err)
	}
}

func TestCloseDropsFractions(t *testing.T) {
	terms := cable()
	terms.Closed = terms.Closed.Add(999 * time.Millisecond).In(time.FixedZone("east", 3600))
	if closed(t, terms, 4).Hash() != closed(t, cable(), 4).Hash() {
		t.Error("a fraction or a zone changed the list")
	}
	terms = cable()
	terms.Known = terms.Closed.Add(999 * time.Millisecond)
	if _, err := Close(terms, nil); err == nil {
		t.Error("the seed is known in the second of the closing")
	}
}

// TestTerms gives each of the terms a value that it must not have.
func TestTerms(t *testing.T) {
	tests := map[string]struct {
		spoil func(*Terms)
		want  string
	}{
		"no form":            {func(t *Terms) { t.Form = "" }, "form: has 0 characters"},
		"a long form":        {func(t *Terms) { t.Form = strings.Repeat("a", 101) }, "form: has 101"},
		"a line in a form":   {func(t *Terms) { t.Form = "a\nb" }, `form: "a\nb"`},
		"no closing":         {func(t *Terms) { t.Closed = time.Time{} }, "closed: "},
		"nobody wins":        {func(t *Terms) { t.Winners = 0 }, "winners: 0"},
		"too many win":       {func(t *Terms) { t.Winners = 1_000_001 }, "winners: 1000001"},
		"fewer than none":    {func(t *Terms) { t.Substitutes = -1 }, "substitutes: -1"},
		"no source":          {func(t *Terms) { t.Source = "" }, "source: has 0 bytes"},
		"a long source":      {func(t *Terms) { t.Source = strings.Repeat("a", 1001) }, "source: has 1001"},
		"a line in a source": {func(t *Terms) { t.Source = "a\nknown" }, "source: has the character U+000A"},
		"words backwards":    {func(t *Terms) { t.Source = "a\u202eb" }, "source: has the character U+202E"},
		"bad UTF-8":          {func(t *Terms) { t.Source = "a\xff" }, "source: is not UTF-8"},
		"space at the end":   {func(t *Terms) { t.Source = "a " }, "source: has space"},
		"seed not told":      {func(t *Terms) { t.Known = time.Time{} }, "known: the time"},
		"seed after 9999":    {func(t *Terms) { t.Known = t.Known.AddDate(8000, 0, 0) }, "known: the time"},
		"seed at closing":    {func(t *Terms) { t.Known = t.Closed }, "not after the closing"},
		"seed before":        {func(t *Terms) { t.Known = t.Closed.Add(-time.Hour) }, "not after the closing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			terms := cable()
			test.spoil(&terms)
			if _, err := Close(terms, people("contest", 3)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestListText(t *testing.T) {
	l := closed(t, cable(), 2)
	want := fmt.Sprintf(`indigex contest list 1
form contest
closed 2027-01-29T22:00:00Z
winners 3
substitutes 2
source NIST Randomness Beacon 2.0, outputValue of the first pulse at or after 18:00 UTC on 5 February 2027, in capital letters
known 2027-02-05T18:00:00Z
entries 2
root %s

%s
%s
`, l.Root(), l.Entry(0), l.Entry(1))
	if got := string(l.Text()); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestListRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList().Draw(t, "list")
		again, err := ParseList(l.Text())
		if err != nil {
			t.Fatal(err)
		}
		if again.Terms() != l.Terms() || again.Root() != l.Root() || !slices.Equal(again.entries, l.entries) {
			t.Fatalf("got %v, want %v", again, l)
		}
	})
}

// TestParseList changes one place of a good text. Each has its line named, or
// what does not fit.
func TestParseList(t *testing.T) {
	l := closed(t, cable(), 3)
	text := string(l.Text())
	first, second := l.Entry(0).String(), l.Entry(1).String()
	tests := []struct{ old, new, want string }{
		{"list 1\n", "list 2\n", "line 1: "},
		{"form contest\n", "", "line 2: "},
		{"form contest", "form  contest", "form: "},
		{"22:00:00Z", "22:00:00+00:00", "line 3: closed: "},
		{"22:00:00Z", "22:00:00.0Z", "line 3: closed: "},
		{"winners 3", "winners 03", "line 4: winners: "},
		{"winners 3", "winners +3", "line 4: winners: "},
		{"winners 3", "winners 0", "winners: 0"},
		{"substitutes 2", "substitutes 1000001", "line 5: substitutes: "},
		{"source NIST", "source  NIST", "source: has space"},
		{"known 2027-02", "known 2026-02", "not after the closing"},
		{"entries 3", "entries 2", "line 10: 3 lines of entries follow, not 2"},
		{"entries 3", "entries 999999", "line 10: 3 lines of entries follow"},
		{"root ", "root 00", "line 9: "},
		{"root " + l.Root().String(), "root " + first, "root: " + first + " is not that of the entries"},
		{first, strings.ToUpper(first), "line 11: "},
		{first, "g" + first[1:], "line 11: "},
		{first, second, "entry 2: " + second + " stands twice"},
		{first + "\n" + second, second + "\n" + first, "entry 2: " + first + " is less"},
		{"\n\n", "\n\n\n", "line 10: 4 lines"},
		{"\n", "\r\n", "line 1: "},
	}
	for _, test := range tests {
		changed := strings.Replace(text, test.old, test.new, 1)
		if changed == text {
			t.Fatalf("%q is not in the text", test.old)
		}
		if _, err := ParseList([]byte(changed)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q for %q: got %v, want %q", test.new, test.old, err, test.want)
		}
	}
	for _, changed := range []string{"", text[:len(text)-1], text + "\n", text + text, "\ufeff" + text} {
		if _, err := ParseList([]byte(changed)); err == nil {
			t.Errorf("%.40q … was read", changed)
		}
	}
}

func FuzzParseList(f *testing.F) {
	for _, n := range []int{0, 1, 5} {
		f.Add(closed(f, cable(), n).Text())
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ParseList(text)
		if err != nil {
			return
		}
		if again := l.Text(); !bytes.Equal(again, text) {
			t.Errorf("a second spelling: %q for %q", text, again)
		}
		if made, err := Close(l.Terms(), l.entries); err != nil || made.Hash() != l.Hash() {
			t.Errorf("no list could be closed to this: %v", err)
		}
	})
}
