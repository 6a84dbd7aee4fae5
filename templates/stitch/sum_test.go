package stitch

import (
	"hash/crc32"
	"testing"

	"pgregory.net/rapid"
)

// TestJoined compares with the checksum of the whole text.
func TestJoined(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
		first, second := crc32.ChecksumIEEE(text[:cut]), crc32.ChecksumIEEE(text[cut:])
		if got, want := joined(first, second, shift(uint32(len(text)-cut))), crc32.ChecksumIEEE(text); got != want {
			t.Fatalf("joined is %08x, want %08x", got, want)
		}
	})
}

// TestShift takes lengths that no test has the memory for: shifting by two
// lengths in turn is shifting by their sum.
func TestShift(t *testing.T) {
	if shift(0) != one || shift(1) != toTheEight {
		t.Errorf("shifts by 0 and 1 are %08x and %08x", shift(0), shift(1))
	}
	rapid.Check(t, func(t *rapid.T) {
		sum := rapid.Uint32().Draw(t, "sum")
		n := rapid.Uint32Range(0, sum).Draw(t, "n")
		if shift(n).times(shift(sum-n)) != shift(sum) || shift(sum-n).times(shift(n)) != shift(sum) {
			t.Fatalf("shift by %d is not that by %d and %d", sum, n, sum-n)
		}
	})
}
