package stitch_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// put changes bytes of the golden page.
func put(t *testing.T, at int, b ...byte) []byte {
	t.Helper()
	packed := fromHex(t, golden)
	if at < 0 {
		at += len(packed)
	}
	copy(packed[at:], b)
	return packed
}

// TestOpenRefuses breaks the golden page in each of its parts.
func TestOpenRefuses(t *testing.T) {
	whole := fromHex(t, golden)
	for name, c := range map[string]struct {
		packed []byte
		want   string
	}{
		"empty":                 {nil, "not a gzip file"},
		"other file":            {[]byte("<!doctype html>" + small), "not a gzip file"},
		"other compression":     {put(t, 2, 7), "not a gzip file"},
		"beginning":             {whole[:12], "cut off"},
		"header":                {whole[:40], "cut off"},
		"version":               {put(t, 16, 2), "version 2 of the format, not 1"},
		"first half too long":   {put(t, 17, 0xff, 0xff, 0xff, 0xff), "cut off in its first half, which has 4294967295 bytes"},
		"first half over end":   {put(t, 17, 28), "cut off in its first half"},
		"first half to the end": {put(t, 17, 27), "first half has no end"},
		"first half shorter":    {put(t, 17, 12), "first half has no end"},
		"no first half":         {put(t, 17, 0), "first half has no end"},
		"first checksum":        {put(t, 21, 0), "checksum"},
		"first length":          {put(t, 25, 4), "length"},
		"second checksum":       {put(t, 29, 0), "checksum"},
		"second length":         {put(t, 33, 1), "length"},
		"swapped lengths":       {put(t, 25, 2, 0, 0, 0, 0xac, 0x2a, 0x93, 0xd8, 3), "checksum"},
		"too long together":     {put(t, 25, 0, 0, 0, 4), "packed page has 67108866 bytes, of which 67108864 are possible"},
		"lengths that overflow": {put(t, 25, 0xff, 0xff, 0xff, 0xff), "of which 67108864 are possible"},
		"first boundary":        {put(t, 37+9, 1), "first half has no end"},
		"second boundary":       {put(t, -11, 0xfe), "second half has no end"},
		"final block":           {put(t, -10, 1), "second half has no end"},
		"checksum":              {put(t, -8, 0), "checksum"},
		"length":                {put(t, -4, 4), "length"},
		"something behind":      {append(slices.Clone(whole), 0), "second half has no end"},
	} {
		p, err := stitch.Open(c.packed)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, stitch.ErrNoSlot) || p != nil {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
}

// TestOpenTruncated cuts the golden page everywhere.
func TestOpenTruncated(t *testing.T) {
	whole := fromHex(t, golden)
	for n := range whole {
		if _, err := stitch.Open(whole[:n:n]); err == nil {
			t.Errorf("the first %d of %d bytes were opened", n, len(whole))
		}
	}
}

// TestOpenOtherGzip sees that a page that was compressed in the ordinary way
// can be told from one that is damaged.
func TestOpenOtherGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(small))
	_ = z.Close()
	for name, packed := range map[string][]byte{
		"ordinary":       b.Bytes(),
		"other subfield": put(t, 12, 'B', 'C'),
		"with a time":    put(t, 4, 1),
	} {
		if _, err := stitch.Open(packed); !errors.Is(err, stitch.ErrNoSlot) {
			t.Errorf("%s: error is %v, want %v", name, err, stitch.ErrNoSlot)
		}
	}
	p, _, notice := opened(t, []byte(small))
	if _, err := stitch.Open(written(t, p.Stitched(notice))); !errors.Is(err, stitch.ErrNoSlot) {
		t.Errorf("stitched page: error is %v, want %v", err, stitch.ErrNoSlot)
	}
}

// TestDamage flips each bit of a page: what Open and Verify let through still
// decodes to the page, whatever is put into it.
func TestDamage(t *testing.T) {
	p, _, notice := opened(t, []byte(small))
	slot := p.Slot()
	let := 0
	for i := range len(p.Whole()) * 8 {
		packed := slices.Clone(p.Whole())
		packed[i/8] ^= 1 << (i % 8)
		damaged, err := stitch.Open(packed)
		if err != nil || damaged.Verify() != nil {
			continue
		}
		let++
		same(t, "a damaged page", decoded(t, written(t, damaged.Stitched(notice))),
			slices.Concat([]byte(small[:slot]), notice, []byte(small[slot:])))
	}
	// Bits that fill a byte up have no meaning, and are less than one in
	// each half.
	if let > 16 {
		t.Errorf("%d damaged pages were let through", let)
	}
}

// forge makes a packed page of halves that are already compressed.
func forge(first, second string, halves [2][]byte) []byte {
	packed := slices.Clone([]byte("\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x19\x00NS\x15\x00\x01"))
	le := binary.LittleEndian
	packed = le.AppendUint32(packed, uint32(len(halves[0])))
	for _, plain := range []string{first, second} {
		packed = le.AppendUint32(packed, crc32.ChecksumIEEE([]byte(plain)))
		packed = le.AppendUint32(packed, uint32(len(plain)))
	}
	packed = slices.Concat(packed, halves[0], halves[1], []byte{3, 0})
	packed = le.AppendUint32(packed, crc32.ChecksumIEEE([]byte(first+second)))
	return le.AppendUint32(packed, uint32(len(first+second)))
}

// inTurn compresses texts with one window for all, and a boundary behind
// each.
func inTurn(t *testing.T, texts ...string) (parts [2][]byte) {
	t.Helper()
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		_, _ = z.Write([]byte(text))
		_ = z.Flush()
		parts[i] = bytes.Clone(b.Bytes())
		b.Reset()
	}
	return parts
}

// TestVerifyRefuses forges pages that say the right things in the header, and
// do others. The first two are valid gzip files, but cannot be stitched.
func TestVerifyRefuses(t *testing.T) {
	good := inTurn(t, small)[0]
	early := slices.Concat([]byte("\x01\x01\x00\xfe\xffx"), []byte("\x00\x00\x00\xff\xff"))
	for name, c := range map[string]struct {
		packed []byte
		want   string
	}{
		"reaching back":      {forge(small, small, inTurn(t, small, small)), "second half: flate: corrupt"},
		"final block early":  {forge("x", "", [2][]byte{early, []byte("\x00\x00\x00\xff\xff")}), "first half: a final block stands too early"},
		"other text":         {forge(strings.ToUpper(small), small, [2][]byte{good, good}), "first half: the checksum is another"},
		"other second text":  {forge(small, strings.ToUpper(small), [2][]byte{good, good}), "second half: the checksum is another"},
		"more than was said": {forge(small[1:], small, [2][]byte{good, good}), "first half: the length is another"},
		"less than was said": {forge(small, "x"+small, [2][]byte{good, good}), "second half: the length is another"},
		"two members":        {append(fromHex(t, golden), fromHex(t, golden)...), "second half: a final block stands too early"},
		"no blocks":          {forge("x", "", [2][]byte{[]byte("\xff\x00\x00\xff\xff"), good}), "first half: flate: corrupt"},
	} {
		p, err := stitch.Open(c.packed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := p.Verify(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", name, err, c.want)
		}
	}
	p, err := stitch.Open(forge(small, small, [2][]byte{good, good}))
	if err != nil || p.Verify() != nil {
		t.Errorf("an honest page is refused: %v", err)
	}
}
