package stitch_test

import (
	"bytes"
	"compress/flate"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// FuzzOpen opens any bytes. What opens can be stitched, and what is verified
// besides can be decoded.
func FuzzOpen(f *testing.F) {
	for _, page := range []string{"", small, strings.Repeat(small, 40)} {
		for _, level := range []int{flate.NoCompression, flate.BestCompression} {
			packed, err := stitch.Pack([]byte(page), len(page)/2, level)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(packed, "<p>Notice</p>")
		}
	}
	f.Fuzz(func(t *testing.T, packed []byte, notice string) {
		before := bytes.Clone(packed)
		p, err := stitch.Open(packed)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Whole(), before) || p.Slot() < 0 || p.Slot() > stitch.MaxPage {
			t.Fatalf("slot %d of a file of %d bytes, or other bytes than its own", p.Slot(), len(packed))
		}
		stitched := written(t, p.Stitched([]byte(notice)))
		if p.Verify() != nil {
			return
		}
		page := decoded(t, packed)
		same(t, "the stitched page", decoded(t, stitched), slices.Concat(page[:p.Slot()], []byte(notice), page[p.Slot():]))
	})
}

// FuzzStitched joins any texts.
func FuzzStitched(f *testing.F) {
	f.Add([]byte("<p>"), []byte("<b>Notice</b>"), []byte("</p>"), 9)
	f.Add([]byte(small), []byte(""), []byte(small), 1)
	f.Add([]byte(""), bytes.Repeat([]byte("x"), 70_000), []byte(""), 0)
	f.Fuzz(func(t *testing.T, first, notice, second []byte, level int) {
		if level < flate.HuffmanOnly || level > flate.BestCompression {
			return
		}
		holds(t, slices.Concat(first, second), len(first), level, notice)
	})
}
