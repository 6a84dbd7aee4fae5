package stitch

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// version is that of the format.
const version = 1

// The parts of a packed page that are the same in each.
const (
	// preamble is all that stands before the version.
	preamble = "\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff" + "\x19\x00" + "NS\x15\x00"
	// flush is how each half ends.
	flush = "\x00\x00\xff\xff"
	// end is what makes the halves a complete deflate stream.
	end = "\x03\x00"

	headerSize  = len(preamble) + 1 + 5*4
	trailerSize = 2 * 4
)

// Pack returns a page as a gzip file that is cut at the slot, an offset from
// 0 up to the page's length. The level is one of compress/flate. The same
// arguments give the same bytes; another release of Go may compress
// otherwise. It fails where the slot is outside of the page, the level
// unknown, or the page longer than [MaxPage].
func Pack(page []byte, slot, level int) ([]byte, error) {
	if len(page) > MaxPage {
		return nil, fmt.Errorf("page has %d bytes, of which %d can be packed", len(page), MaxPage)
	}
	if slot < 0 || slot > len(page) {
		return nil, fmt.Errorf("slot %d is outside of the page, which has %d bytes", slot, len(page))
	}
	var b bytes.Buffer
	b.Write(make([]byte, headerSize))
	deflate, err := flate.NewWriter(&b, level)
	if err != nil {
		return nil, err
	}
	if err := half(deflate, page[:slot]); err != nil {
		return nil, err
	}
	n := b.Len() - headerSize
	// Nothing in the second half may refer to the first.
	deflate.Reset(&b)
	if err := half(deflate, page[slot:]); err != nil {
		return nil, err
	}
	b.WriteString(end)
	packed := appendTrailer(b.Bytes(), crc32.ChecksumIEEE(page), uint32(len(page)))
	appendHeader(packed[:0], n, page[:slot], page[slot:])
	return packed, nil
}

// half writes one half of a page, up to a boundary of bytes.
func half(deflate *flate.Writer, plain []byte) error {
	if _, err := deflate.Write(plain); err != nil {
		return err
	}
	return deflate.Flush()
}

// appendHeader appends the header of a page whose first half has n bytes when
// it is compressed.
func appendHeader(b []byte, n int, first, second []byte) []byte {
	b = append(b, preamble...)
	b = append(b, version)
	b = binary.LittleEndian.AppendUint32(b, uint32(n))
	for _, plain := range [][]byte{first, second} {
		b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(plain))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(plain)))
	}
	return b
}

// appendTrailer appends what ends a gzip file (RFC 1952, section 2.3.1).
func appendTrailer(b []byte, sum, length uint32) []byte {
	b = binary.LittleEndian.AppendUint32(b, sum)
	return binary.LittleEndian.AppendUint32(b, length)
}
