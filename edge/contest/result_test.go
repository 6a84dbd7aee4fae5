package contest

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDecide(t *testing.T) {
	tests := []struct{ entries, winners, substitutes int }{
		{1, 1, 0}, {2, 2, 0}, {3, 3, 0}, {4, 3, 1}, {5, 3, 2}, {100, 3, 2},
	}
	for _, test := range tests {
		l := closed(t, cable(), test.entries)
		r := decided(t, l, "04 17 22")
		if len(r.Winners) != test.winners || len(r.Substitutes) != test.substitutes {
			t.Errorf("%d entries: %d win, %d wait", test.entries, len(r.Winners), len(r.Substitutes))
		}
		order, err := Draw(l, []byte("04 17 22"), 5)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range slices.Concat(r.Winners, r.Substitutes) {
			if e != l.Entry(order[i]) {
				t.Errorf("%d entries: place %d is %s", test.entries, i, e)
			}
		}
	}
}

func TestDecideWaits(t *testing.T) {
	l := closed(t, cable(), 4)
	known := cable().Known
	if _, err := Decide(l, []byte("5"), known.Add(-time.Nanosecond)); !errors.Is(err, ErrEarly) {
		t.Errorf("a moment before: %v", err)
	}
	if _, err := Decide(l, []byte("5"), known); err != nil {
		t.Errorf("at the moment: %v", err)
	}
	if _, err := Decide(closed(t, cable(), 0), []byte("5"), known); !errors.Is(err, ErrEmpty) {
		t.Errorf("nobody entered: %v", err)
	}
}

func TestResultText(t *testing.T) {
	l := closed(t, cable(), 4)
	r := decided(t, l, " 04  17\r\nbonus 5\r\n")
	want := strings.Join([]string{
		"indigex contest result 1", "form contest", "list " + l.Hash().String(), "drawn 2027-02-05T18:05:00Z",
		"seed 04 17", "seed bonus 5",
		"winner " + r.Winners[0].String(), "winner " + r.Winners[1].String(), "winner " + r.Winners[2].String(),
		"substitute " + r.Substitutes[0].String(), "",
	}, "\n")
	if got := string(r.Text()); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestResultRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList().Filter(func(l List) bool { return l.Len() > 0 }).Draw(t, "list")
		r, err := Decide(l, anySeed().Draw(t, "seed"), l.Terms().Known.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseResult(r.Text())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("got %v, want %v: %v", again, r, err)
		}
		if err := Verify(l, again); err != nil {
			t.Fatal(err)
		}
	})
}

// TestVerify changes a result in one way; the error names it.
func TestVerify(t *testing.T) {
	l := closed(t, cable(), 9)
	other := closed(t, cable(), 10)
	tests := map[string]struct {
		spoil func(*Result)
		want  string
	}{
		"nothing":               {func(*Result) {}, ""},
		"another contest":       {func(r *Result) { r.Form = "other" }, "form: "},
		"another list":          {func(r *Result) { r.List = other.Hash() }, "list: "},
		"before the seed":       {func(r *Result) { r.Drawn = cable().Known.Add(-time.Second) }, ErrEarly.Error()},
		"another seed":          {func(r *Result) { r.Seed = "04 17 23" }, "winner 1: "},
		"a seed with space":     {func(r *Result) { r.Seed += " " }, "seed: is not in its one form"},
		"no seed":               {func(r *Result) { r.Seed = "" }, "seed: is empty"},
		"a friend wins":         {func(r *Result) { r.Winners[2] = l.pick([]int{8})[0] }, "winner 3: "},
		"winners exchanged":     {func(r *Result) { r.Winners[0], r.Winners[1] = r.Winners[1], r.Winners[0] }, "winner 1: "},
		"a winner less":         {func(r *Result) { r.Winners = r.Winners[:2] }, "winners: are 2, the draw gives 3"},
		"a winner more":         {func(r *Result) { r.Winners = append(r.Winners, r.Substitutes[0]) }, "winners: are 4, the draw gives 3"},
		"substitutes exchanged": {func(r *Result) { slices.Reverse(r.Substitutes) }, "substitute 1: "},
		"no substitutes":        {func(r *Result) { r.Substitutes = nil }, "substitutes: are 0, the draw gives 2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := decided(t, l, "04 17 22")
			test.spoil(&r)
			err := Verify(l, r)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestVerifyNamesTheFirst spoils everything and mends it in the order of the
// lines.
func TestVerifyNamesTheFirst(t *testing.T) {
	l := closed(t, cable(), 9)
	good := decided(t, l, "04 17 22")
	bad := Result{Form: "other", Seed: "04  17 22"}
	steps := []struct {
		want string
		mend func()
	}{
		{"form: ", func() { bad.Form = good.Form }},
		{"list: ", func() { bad.List = good.List }},
		{ErrEarly.Error(), func() { bad.Drawn = good.Drawn }},
		{"seed: ", func() { bad.Seed = good.Seed }},
		{"winners: ", func() { bad.Winners = good.Winners }},
		{"substitutes: ", func() { bad.Substitutes = good.Substitutes }},
	}
	for _, step := range steps {
		if err := Verify(l, bad); err == nil || !strings.Contains(err.Error(), step.want) {
			t.Errorf("got %v, want %q", err, step.want)
		}
		step.mend()
	}
	if err := Verify(l, bad); err != nil {
		t.Error(err)
	}
}

func TestParseResult(t *testing.T) {
	r := decided(t, closed(t, cable(), 9), "04 17\n22")
	text := string(r.Text())
	winner := "winner " + r.Winners[0].String() + "\n"
	tests := []struct{ old, new, want string }{
		{"result 1\n", "result 2\n", "line 1: "},
		{"form contest", "form Contest", `form: "Contest"`},
		{"list ", "list 0", "line 3: "},
		{"drawn 2027-02-05T18", "drawn 2027-02-05T24", "line 4: drawn: "},
		{"drawn 2027", "drawn 1969", "drawn: the time"},
		{"seed 04 17\nseed 22\n", "", "seed: is empty"},
		{"seed 22\n", "seed \nseed 22\n", "seed: is not in its one form"},
		{"04 17", "04\t17", "seed: is not in its one form"},
		{"04 17", "04 é17", "seed: byte 4 is 0xc3"},
		{"04 17", strings.Repeat("0", 4097), "seed: has 41"},
		{winner, "", ""},
		{winner, "winner\n", "line 7: "},
		{winner, winner + "\n", "line 8: "},
		{"\nsubstitute", "\nother", "line 10: "},
		{winner, "substitute" + winner[6:] + winner, "line 8: "},
	}
	for _, test := range tests {
		changed := strings.Replace(text, test.old, test.new, 1)
		if changed == text {
			t.Fatalf("%q is not in the text", test.old)
		}
		_, err := ParseResult([]byte(changed))
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%.40q for %q: got %v, want %q", test.new, test.old, err, test.want)
		}
	}
	head, _, _ := strings.Cut(text, "winner")
	if _, err := ParseResult([]byte(head)); err == nil || !strings.Contains(err.Error(), "winners: ") {
		t.Errorf("nobody wins: %v", err)
	}
}

func FuzzParseResult(f *testing.F) {
	l := closed(f, cable(), 4)
	f.Add(decided(f, l, "04 17 22").Text())
	f.Add(decided(f, closed(f, cable(), 9), "04\nbonus 5").Text())
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseResult(text)
		if err != nil {
			return
		}
		if again := r.Text(); !bytes.Equal(again, text) {
			t.Errorf("a second spelling: %q for %q", text, again)
		}
		// It must say something, whatever it is asked.
		if Verify(l, r) == nil && !bytes.Equal(r.Text(), decided(t, l, r.Seed).Text()) && r.Drawn.Equal(drawn()) {
			t.Errorf("two results hold for one seed: %q", text)
		}
	})
}
