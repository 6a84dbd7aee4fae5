package contest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestNormalize holds that what a copy changes does not change the draw, and
// that all else does.
func TestNormalize(t *testing.T) {
	tests := []struct{ seed, want string }{
		{"04 17 22", "04 17 22"},
		{"  04 17\t 22 \r\n", "04 17 22"},
		{"\n\n04 17\r\n \nbonus  5\r\n", "04 17\nbonus 5"},
		{"04\r17", "04\n17"},
		{"ab", "ab"},
		{"AB", "AB"},
		{"", "seed: is empty"},
		{" \r\n\t", "seed: is empty"},
		{"04\x00", "seed: byte 3 is 0x00"},
		{"04\u00a017", "seed: byte 3 is 0xc2"},
		{"04\v17", "seed: byte 3 is 0x0b"},
		{"\x7f", "seed: byte 1 is 0x7f"},
		{strings.Repeat("a", 4096), strings.Repeat("a", 4096)},
		{strings.Repeat(" ", 4096) + "a", "seed: has 4097 bytes"},
	}
	for _, test := range tests {
		got, err := Normalize([]byte(test.seed))
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, test.want) || err == nil && got != test.want {
			t.Errorf("%.40q: got %q, want %q", test.seed, got, test.want)
		}
	}
}

func TestNormalizeTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, err := Normalize(anySeed().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := Normalize([]byte(once)); err != nil || twice != once {
			t.Fatalf("%q becomes %q: %v", once, twice, err)
		}
	})
}

func TestDrawRefuses(t *testing.T) {
	l := closed(t, cable(), 4)
	if _, err := Draw(closed(t, cable(), 0), []byte("5"), 1); !errors.Is(err, ErrEmpty) {
		t.Errorf("nobody entered: %v", err)
	}
	if _, err := Draw(List{}, []byte("5"), 1); !errors.Is(err, ErrEmpty) {
		t.Errorf("no list: %v", err)
	}
	if _, err := Draw(l, nil, 1); err == nil {
		t.Error("drawn without a seed")
	}
	if _, err := Draw(l, []byte("5"), 0); err == nil {
		t.Error("drawn for nobody")
	}
	early := l
	early.terms.Known = early.terms.Closed
	if _, err := Draw(early, []byte("5"), 1); err == nil {
		t.Error("drawn with a seed that was known at the closing")
	}
}

// TestDraw holds what is true of each draw: it names entries, none twice, the
// same again, and the first of a longer one are those of a shorter.
func TestDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList().Filter(func(l List) bool { return l.Len() > 0 }).Draw(t, "list")
		seed := anySeed().Draw(t, "seed")
		n := rapid.IntRange(1, 50).Draw(t, "winners")
		got, err := Draw(l, seed, n)
		if err != nil {
			t.Fatal(err)
		}
		all, err := Draw(l, seed, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, all[:min(n, l.Len())]) {
			t.Fatalf("%v is not the beginning of %v", got, all)
		}
		slices.Sort(all)
		for i, at := range all {
			if i != at {
				t.Fatalf("%v are not all entries", all)
			}
		}
		if len(all) != l.Len() {
			t.Fatalf("%d of %d entries are drawn", len(all), l.Len())
		}
	})
}

// TestDrawDepends holds that the order depends on each byte of the seed and on
// who entered.
func TestDrawDepends(t *testing.T) {
	orders := map[string]string{}
	for _, n := range []int{99, 100, 101} {
		l := closed(t, cable(), n)
		for _, seed := range []string{"04 17", "04 18", "4 17", "0417", "04\n17"} {
			order, err := Draw(l, []byte(seed), 20)
			if err != nil {
				t.Fatal(err)
			}
			key, name := fmt.Sprint(order), fmt.Sprintf("%d entries, seed %q", n, seed)
			if other, found := orders[key]; found {
				t.Errorf("%s and %s give one order", name, other)
			}
			orders[key] = name
		}
	}
}

// TestUniform counts who is drawn at which place, over seeds that are always
// the same. Seven is not a power of two, so words are thrown away. The
// statistic of each table is far below its bound, which an unbiased draw
// exceeds once in a million (chi-square with the degrees of freedom told).
func TestUniform(t *testing.T) {
	const people, draws = 7, 70_000
	l := closed(t, cable(), people)
	var place [people][people]int       // place, entry: 6 degrees each
	pairs := make([]int, people*people) // of the first two: 41 degrees
	for i := range draws {
		order, err := Draw(l, fmt.Appendf(nil, "seed %d", i), people)
		if err != nil {
			t.Fatal(err)
		}
		for at, who := range order {
			place[at][who]++
		}
		pairs[order[0]*people+order[1]]++
	}
	for at := range place {
		if x := chiSquare(place[at][:], draws); x > 38.3 {
			t.Errorf("place %d: %v is not uniform: %.1f", at, place[at], x)
		}
	}
	pairs = slices.DeleteFunc(pairs, func(n int) bool { return n == 0 })
	if len(pairs) != people*(people-1) {
		t.Fatalf("%d pairs", len(pairs))
	}
	if x := chiSquare(pairs, draws); x > 96 {
		t.Errorf("the first two: %v is not uniform: %.1f", pairs, x)
	} else {
		t.Logf("the first two: %.1f", x)
	}
}

func chiSquare(counts []int, total int) float64 {
	want, sum := float64(total)/float64(len(counts)), 0.0
	for _, n := range counts {
		sum += (float64(n) - want) * (float64(n) - want) / want
	}
	return sum
}

// TestChiSquare holds that the test above notices a draw that is a little
// unfair: one in seven with a chance that is 5 % higher.
func TestChiSquare(t *testing.T) {
	if x := chiSquare([]int{10500, 9917, 9917, 9917, 9917, 9916, 9916}, 70_000); x < 25 || x > 38.3 {
		t.Errorf("5 %%: %.1f", x)
	}
	if x := chiSquare([]int{10700, 9883, 9883, 9883, 9883, 9884, 9884}, 70_000); x <= 38.3 {
		t.Errorf("7 %%: %.1f", x)
	}
}
