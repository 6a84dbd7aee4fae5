package stitch

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
)

// ErrNoSlot says that a file is gzip, but not a packed page. It can be sent
// as it is, and has no room for a notice.
var ErrNoSlot = errors.New("gzip file has no notice slot")

var errShort = errors.New("packed page is cut off")

// A Page is a packed page that was opened. It may be used by several
// goroutines at once.
type Page struct {
	packed        []byte
	first, second part
	shift         polynomial // by the second half
}

// A part is one half of a page.
type part struct {
	deflate []byte // of the second half, with the end
	sum     uint32 // of the plain text
	length  uint32 // of the plain text
}

// Open reads a packed page. It keeps packed, which must not be changed
// afterwards, and copies nothing. Header, lengths and checksums must agree
// with each other; that the halves agree with them, [Page.Verify] tells. The
// error is [ErrNoSlot] for another gzip file.
func Open(packed []byte) (*Page, error) {
	if err := recognise(packed); err != nil {
		return nil, err
	}
	if v := packed[len(preamble)]; v != version {
		return nil, fmt.Errorf("packed page has version %d of the format, not %d", v, version)
	}
	field := func(i int) uint32 { return binary.LittleEndian.Uint32(packed[len(preamble)+1+4*i:]) }
	body := packed[headerSize : len(packed)-trailerSize]
	n := field(0)
	if uint64(n) > uint64(len(body)) {
		return nil, fmt.Errorf("packed page is cut off in its first half, which has %d bytes", n)
	}
	p := &Page{
		packed: packed,
		first:  part{body[:n:n], field(1), field(2)},
		second: part{body[n:len(body):len(body)], field(3), field(4)},
	}
	p.shift = shift(p.second.length)
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

// recognise refuses what is not a packed page by its first bytes, or is
// shorter than the shortest.
func recognise(packed []byte) error {
	const shortestGzip = 18
	switch {
	case !bytes.HasPrefix(packed, []byte(preamble)[:3]):
		return errors.New("packed page is not a gzip file")
	case len(packed) < shortestGzip:
		return errShort
	case !bytes.HasPrefix(packed, []byte(preamble)):
		return ErrNoSlot
	case len(packed) < headerSize+trailerSize:
		return errShort
	}
	return nil
}

// check compares what the page says twice.
func (p *Page) check() error {
	length := uint64(p.first.length) + uint64(p.second.length)
	trailer := p.packed[len(p.packed)-trailerSize:]
	switch {
	case length > MaxPage:
		return fmt.Errorf("packed page has %d bytes, of which %d are possible", length, MaxPage)
	case !ends(p.first.deflate, flush):
		return errors.New("packed page: the first half has no end")
	case !ends(p.second.deflate, flush+end):
		return errors.New("packed page: the second half has no end")
	case uint64(binary.LittleEndian.Uint32(trailer[4:])) != length:
		return errors.New("packed page: the length is not that of the halves")
	case binary.LittleEndian.Uint32(trailer) != joined(p.first.sum, p.second.sum, p.shift):
		return errors.New("packed page: the checksum is not that of the halves")
	}
	return nil
}

// ends says whether deflate has a block's header and then the suffix.
func ends(deflate []byte, suffix string) bool {
	return len(deflate) > len(suffix) && bytes.HasSuffix(deflate, []byte(suffix))
}

// Verify decodes the page, and says what in it is not as its header tells:
// then the file was damaged, and a browser would refuse it.
func (p *Page) Verify() error {
	if err := p.first.verify(end); err != nil {
		return fmt.Errorf("packed page: first half: %w", err)
	}
	if err := p.second.verify(""); err != nil {
		return fmt.Errorf("packed page: second half: %w", err)
	}
	return nil
}

// verify decodes a part by itself, with what it lacks at its end.
func (h part) verify(rest string) error {
	// flate takes no byte too many from what can read a single byte.
	in := bytes.NewReader(slices.Concat(h.deflate, []byte(rest)))
	sum := crc32.NewIEEE()
	n, err := io.Copy(sum, io.LimitReader(flate.NewReader(in), int64(h.length)+1))
	switch {
	case err != nil:
		return err
	case n != int64(h.length):
		return errors.New("the length is another")
	case sum.Sum32() != h.sum:
		return errors.New("the checksum is another")
	case in.Len() > 0:
		return errors.New("a final block stands too early")
	}
	return nil
}

// Whole returns the packed page without a notice, the bytes that everyone
// shares. They must not be changed.
func (p *Page) Whole() []byte { return p.packed }

// Slot returns the offset in the plain page at which a notice stands.
func (p *Page) Slot() int { return int(p.first.length) }

// Stitched returns the page in gzip, with a notice in its slot. The stream
// keeps the notice, which must not be changed before it is written. An empty
// notice gives the page, though not in the bytes of [Page.Whole].
func (p *Page) Stitched(notice []byte) Stream {
	through := crc32.Update(p.first.sum, crc32.IEEETable, notice)
	return Stream{
		first:  p.first.deflate,
		notice: notice,
		second: p.second.deflate,
		packed: true,
		sum:    joined(through, p.second.sum, p.shift),
		length: p.first.length + uint32(len(notice)) + p.second.length,
	}
}
