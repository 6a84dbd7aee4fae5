package stitch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/templates/stitch"
)

// small is a whole page.
const small = "<!doctype html><title>Lanterns</title><h1>Lanterns</h1>" + stitch.Marker + "<p>Lanterns for every boat.</p>\n"

// TestStitched is the promise of the package: what a visitor decodes is the
// page with the notice at its slot, for any page, slot and notice.
func TestStitched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		page := drawText(t, "page", []int{0, 1, 50, 4_000, 40_000, 300_000})
		slot := rapid.IntRange(0, len(page)).Draw(t, "slot")
		notice := drawText(t, "notice", []int{0, 1, 900, 65_534, 65_535, 65_536, 2 * 65_535, 200_000})
		level := rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(t, "level")
		holds(t, page, slot, level, notice)
	})
}

// drawText draws the length of a text, which then is a mixture of a few words
// in any order, so that compressing finds much to refer back to, and of
// noise, in which it finds nothing.
func drawText(t *rapid.T, label string, lengths []int) []byte {
	most := rapid.SampledFrom(lengths).Draw(t, label+" length")
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, label), 0))
	words := []string{"lantern ", "<p>", "</p>\n", "boat ", `<a href="/cables/">`, "</a>", "é", "\x00\xff"}
	text := make([]byte, 0, most+20)
	for len(text) < most {
		if random.IntN(20) == 0 {
			text = append(text, byte(random.Uint32()))
		}
		text = append(text, words[random.IntN(len(words))]...)
	}
	return text[:most]
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// holds packs a page, and holds everything that comes out against the page.
func holds(t failer, page []byte, slot, level int, notice []byte) {
	t.Helper()
	packed, err := stitch.Pack(page, slot, level)
	if err != nil {
		t.Fatalf("%v", err)
	}
	same(t, "the packed page", decoded(t, packed), page)
	p, err := stitch.Open(packed)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := p.Verify(); err != nil {
		t.Fatalf("%v", err)
	}
	if p.Slot() != slot || &p.Whole()[0] != &packed[0] || len(p.Whole()) != len(packed) {
		t.Fatalf("slot %d instead of %d, or other bytes than those of the file", p.Slot(), slot)
	}
	want := slices.Concat(page[:slot], notice, page[slot:])
	same(t, "the stitched page", decoded(t, written(t, p.Stitched(notice))), want)
	plain, err := stitch.StitchPlain(page, slot, notice)
	if err != nil {
		t.Fatalf("%v", err)
	}
	same(t, "the plain stitched page", written(t, plain), want)
}

// same compares long texts without showing them.
func same(t failer, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	t.Fatalf("%s has %d bytes instead of %d, and differs from byte %d on", what, len(got), len(want), i)
}

// written is what a stream writes, twice over, in the length that it tells.
func written(t failer, s stitch.Stream) []byte {
	t.Helper()
	var b, again bytes.Buffer
	n, err := s.WriteTo(&b)
	if err != nil || n != int64(b.Len()) || n != s.Len() {
		t.Fatalf("wrote %d bytes, said %d, announced %d: %v", b.Len(), n, s.Len(), err)
	}
	if _, err := s.WriteTo(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatalf("writing the stream again gave something else: %v", err)
	}
	return b.Bytes()
}

// decoded is what one gzip member holds, with nothing behind it.
func decoded(t failer, packed []byte) []byte {
	t.Helper()
	in := bytes.NewReader(packed)
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	z.Multistream(false)
	text, err := io.ReadAll(z)
	if err != nil || in.Len() > 0 {
		t.Fatalf("%v, and %d bytes behind the end", err, in.Len())
	}
	return text
}

// golden is the packed page "<p>" + slot + "hi", without compression, as the
// package comment describes it. A release that writes or reads another form
// cannot serve what an earlier one has built.
var golden = strings.Join([]string{
	"1f8b 08 04 00000000 00 ff", // gzip, FEXTRA
	"1900 4e53 1500",            // 25 bytes: NS, 21 bytes
	"01",                        // version
	"0d000000",                  // the first half takes 13 bytes
	"bba16e3c 03000000",         // CRC-32 and length of "<p>"
	"ac2a93d8 02000000",         // CRC-32 and length of "hi"
	"00 0300 fcff 3c703e",       // a stored block, "<p>"
	"00 0000 ffff",              // an empty one
	"00 0200 fdff 6869",         // a stored block, "hi"
	"00 0000 ffff",              // an empty one
	"0300",                      // end
	"cff2737e 05000000",         // CRC-32 and length of "<p>hi"
}, "")

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	want := fromHex(t, golden)
	packed, err := stitch.Pack([]byte("<p>hi"), 3, flate.NoCompression)
	if err != nil || !bytes.Equal(packed, want) {
		t.Errorf("packed is\n%x, want\n%x: %v", packed, want, err)
	}
	p, err := stitch.Open(want)
	if err != nil {
		t.Fatal(err)
	}
	stitched := fromHex(t, "1f8b08000000000000ff"+"00 0300 fcff 3c703e 00 0000 ffff"+
		"00 0100 feff 21"+ // a stored block, "!"
		"00 0200 fdff 6869 00 0000 ffff"+"0300"+"ac1d998b 06000000")
	if got := written(t, p.Stitched([]byte("!"))); !bytes.Equal(got, stitched) {
		t.Errorf("stitched is\n%x, want\n%x", got, stitched)
	}
}

func TestPackIsDeterministic(t *testing.T) {
	page := []byte(strings.Repeat(small, 100))
	first, err := stitch.Pack(page, 1000, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := stitch.Pack(page, 1000, flate.BestCompression); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same page gave other bytes: %v", err)
	}
}

func TestPackRefuses(t *testing.T) {
	for _, c := range []struct {
		page        []byte
		slot, level int
		want        string
	}{
		{[]byte("page"), -1, 9, "slot -1 is outside of the page, which has 4 bytes"},
		{[]byte("page"), 5, 9, "slot 5 is outside of the page, which has 4 bytes"},
		{[]byte("page"), 4, 17, "level 17"},
		{make([]byte, stitch.MaxPage+1), 0, 1, "page has 67108865 bytes, of which 67108864 can be packed"},
	} {
		if packed, err := stitch.Pack(c.page, c.slot, c.level); err == nil || !strings.Contains(err.Error(), c.want) || packed != nil {
			t.Errorf("slot %d, level %d: error is %v, want %q", c.slot, c.level, err, c.want)
		}
	}
	for _, slot := range []int{-1, 5} {
		if _, err := stitch.StitchPlain([]byte("page"), slot, nil); err == nil {
			t.Errorf("a plain page of 4 bytes has a slot at %d", slot)
		}
	}
}

func TestSlot(t *testing.T) {
	for page, want := range map[string]int{
		small:                                  68,
		stitch.Marker:                          13,
		"":                                     -1,
		"<p>&lt;!--notice--&gt;":               -1,
		"<!-- notice -->":                      -1,
		"<!--NOTICE-->":                        -1,
		stitch.Marker + stitch.Marker:          -1,
		small + "<footer>" + small:             -1,
		"<!--notice<!--notice-->":              23,
		"<p>" + stitch.Marker[:8] + "\n<p>-->": -1,
	} {
		offset, ok := stitch.Slot([]byte(page))
		if ok != (want >= 0) || ok && offset != want || !ok && offset != 0 {
			t.Errorf("slot of %q is %d, %v, want %d", page, offset, ok, want)
		}
	}
}
