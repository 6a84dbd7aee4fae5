package contest_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"indigex.com/indigex/edge/contest"
)

var closed = time.Date(2027, 1, 29, 22, 0, 0, 0, time.UTC)

func terms(winners, substitutes int) contest.Terms {
	return contest.Terms{Form: "cable", Closed: closed, Winners: winners, Substitutes: substitutes, Source: "The tide at noon.", Known: closed.Add(time.Hour)}
}

// A failer is a testing.TB or a rapid.T.
type failer interface {
	Helper()
	Fatal(...any)
}

// sealed is a list of so many entries, always the same.
func sealed(t failer, n int, of contest.Terms) contest.List {
	t.Helper()
	var entries []contest.Entry
	for i := range n {
		entries = append(entries, contest.Ticket{byte(i), byte(i >> 8), byte(i >> 16), 1}.Entry(of.Form))
	}
	l, err := contest.Close(of, entries)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A drawing is checked by a program that shares no code with it.
func TestVerifiedElsewhere(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("python3 is needed for the independent check: apt-get install python3")
	}
	for _, n := range []int{1, 2, 5, 33, 257} {
		l := sealed(t, n, terms(3, 2))
		r, err := contest.Decide(l, []byte(fmt.Sprintf("1.42 m,\t run %d\r\n", n)), closed.Add(2*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		list, result := filepath.Join(dir, "list.txt"), filepath.Join(dir, "result.txt")
		for name, text := range map[string][]byte{list: l.Text(), result: r.Text()} {
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if said, err := exec.Command(python, "testdata/verify.py", list, result).CombinedOutput(); err != nil {
			t.Errorf("%d entries: %v: %s", n, err, said)
		}
		r.Winners[0] = contest.Entry{1}
		if err := os.WriteFile(result, r.Text(), 0o600); err != nil {
			t.Fatal(err)
		}
		if exec.Command(python, "testdata/verify.py", list, result).Run() == nil {
			t.Errorf("%d entries: another winner passes", n)
		}
	}
}

// Both texts are read as they were written, and a drawing holds; whatever is
// changed in either is found.
func TestTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := sealed(t, rapid.IntRange(1, 40).Draw(t, "entries"), terms(rapid.IntRange(1, 50).Draw(t, "winners"), rapid.IntRange(0, 5).Draw(t, "substitutes")))
		r, err := contest.Decide(l, []byte(rapid.StringMatching(`[ -~]{0,40}x[ -~]{0,40}`).Draw(t, "seed")), closed.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		list, errList := contest.ParseList(l.Text())
		result, errResult := contest.ParseResult(r.Text())
		if err := errors.Join(errList, errResult); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(list.Text(), l.Text()) || !bytes.Equal(result.Text(), r.Text()) || contest.Verify(list, result) != nil {
			t.Fatal("a drawing is not what was read of it")
		}
		text := slices.Clone(r.Text())
		text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		// When it was drawn is the one thing that nothing follows from.
		if changed, err := contest.ParseResult(text); err == nil && contest.Verify(l, changed) == nil && changed.Drawn.Equal(r.Drawn) {
			t.Fatalf("changed, it still holds: %s", text)
		}
	})
}

// Each entry is drawn first equally often: chi-square over 10 entries and 5,000
// seeds stays below the value that chance exceeds once in a million.
func TestFair(t *testing.T) {
	const entries, seeds, bound = 10, 5000, 45.1
	l, count := sealed(t, entries, terms(1, 0)), [entries]float64{}
	for i := range seeds {
		order, err := contest.Draw(l, fmt.Appendf(nil, "seed %d", i), 1)
		if err != nil {
			t.Fatal(err)
		}
		count[order[0]]++
	}
	sum := 0.0
	for _, n := range count {
		sum += (n - seeds/entries) * (n - seeds/entries) / (seeds / entries)
	}
	if sum > bound {
		t.Errorf("chi-square %.1f over %.1f: %v", sum, bound, count)
	}
}

func TestRefused(t *testing.T) {
	l := sealed(t, 3, terms(1, 1))
	if _, err := contest.Decide(l, []byte("x"), closed.Add(time.Minute)); !errors.Is(err, contest.ErrEarly) {
		t.Errorf("before the seed is known: %v", err)
	}
	if _, err := contest.Draw(sealed(t, 0, terms(1, 0)), []byte("x"), 1); !errors.Is(err, contest.ErrEmpty) {
		t.Errorf("without entries: %v", err)
	}
	one := contest.NewTicket().Entry("cable")
	if _, err := contest.Close(terms(1, 0), []contest.Entry{one, one}); err == nil {
		t.Error("an entry stands twice")
	}
	for _, seed := range []string{"", " \r\n", "é", "\x00", string(bytes.Repeat([]byte("x"), 5000))} {
		if _, err := contest.Draw(l, []byte(seed), 1); err == nil {
			t.Errorf("took the seed %q", seed[:min(len(seed), 9)])
		}
	}
	if p, err := l.Prove(l.Entry(1)); err != nil || p.Check(l.Entry(1), l.Root()) != nil || p.Check(l.Entry(2), l.Root()) == nil {
		t.Errorf("proof: %+v, %v", p, err)
	}
}

func FuzzParse(f *testing.F) {
	l := sealed(f, 3, terms(1, 1))
	r, err := contest.Decide(l, []byte("x"), closed.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(l.Text())
	f.Add(r.Text())
	f.Fuzz(func(t *testing.T, text []byte) {
		if l, err := contest.ParseList(text); err == nil && !bytes.Equal(l.Text(), text) {
			t.Errorf("list %q is written %q", text, l.Text())
		}
		if r, err := contest.ParseResult(text); err == nil && !bytes.Equal(r.Text(), text) {
			t.Errorf("result %q is written %q", text, r.Text())
		}
	})
}

// BenchmarkDraw draws three of 100,000 entries.
func BenchmarkDraw(b *testing.B) {
	l := sealed(b, 100_000, terms(3, 3))
	for b.Loop() {
		if _, err := contest.Draw(l, []byte("seed"), 6); err != nil {
			b.Fatal(err)
		}
	}
}
