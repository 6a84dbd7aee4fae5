// Package stitch puts a notice into a compressed page without compressing
// anything again.
//
// A page of HTML has one slot, the offset at which a notice may stand.
// [Pack] makes a gzip file of the page that is cut there. Who is to be told
// nothing gets that file as it is; for who is to be told something, [Open]
// and [Page.Stitched] send its two halves with the notice between them, as
// one gzip stream.
//
//	packed, err := stitch.Pack(html, slot, gzip.BestCompression) // when building
//
//	page, err := stitch.Open(packed) // when serving
//	stream := page.Stitched(notice)
//	header.Set("Content-Encoding", "gzip")
//	header.Set("Content-Length", strconv.FormatInt(stream.Len(), 10))
//	_, err = stream.WriteTo(w)
//
// # A packed page
//
// It is a gzip file of one member (RFC 1952, section 2.3), which any decoder
// turns into the page. Numbers are little endian; n and m are the compressed
// lengths of the halves.
//
//	offset  bytes
//	0       2      ID1, ID2: 1f 8b
//	2       1      CM: 08, deflate
//	3       1      FLG: 04, FEXTRA alone
//	4       4      MTIME: 0, so that the same page gives the same file
//	8       1      XFL: 0
//	9       1      OS: ff, unknown
//	10      2      XLEN: 25
//	12      2      SI1, SI2: "NS", for notice slot (section 2.3.1.1)
//	14      2      LEN: 21
//	16      1      version of this format: 1
//	17      4      n
//	21      4      CRC-32 of the first half of the page
//	25      4      length of the first half of the page, which is the slot
//	29      4      CRC-32 of the second half of the page
//	33      4      length of the second half of the page
//	37      n      the first half
//	37+n    m      the second half
//	37+n+m  2      the end: 03 00
//	39+n+m  4      CRC32 of the page
//	43+n+m  4      ISIZE: length of the page
//
// Each half is a sequence of deflate blocks (RFC 1951, section 3.2.3), none
// of which is marked as final. The last is a stored block without data
// (section 3.2.4): three bits of header, zeros up to the next byte, 00 00 ff
// ff. Elsewhere this is called a sync flush. So each half begins and ends
// between two bytes. No distance in the second half reaches back beyond its
// own beginning, since another number of bytes may come to stand before it;
// that is what the cut costs in compression. The end is a final block with
// fixed codes (section 3.2.6) that holds the end-of-block code alone.
//
// There is no other form: no other flag, no other subfield, no name. A page
// has at most [MaxPage] bytes.
//
// # A stitched page
//
//	bytes
//	10      1f 8b 08 00, 00 00 00 00, 00 ff: as above, but without FEXTRA
//	n       the first half, as it is packed
//	5+k     the notice, in stored blocks of k bytes, 1 ≤ k ≤ 65,535, each
//	        with the header 00, k, 65,535-k; none for an empty notice
//	m+2     the second half and the end, as they are packed
//	4       CRC32 of the whole
//	4       ISIZE: length of the whole, modulo 2^32
//
// The notice is not compressed: it is short, and it may hold what is meant
// for one visitor alone. A secret that is compressed together with other text
// can be guessed from the length of the answer; a stored one can't.
//
// The CRC-32 follows from those of the parts. A CRC-32 is the remainder of a
// polynomial over GF(2), so appending b bytes to a text multiplies its CRC-32
// by x^(8b) and adds that of those bytes. The factor for the second half is
// computed when the page is opened; what is left for a request is the CRC-32
// of the notice and one multiplication.
package stitch

import "bytes"

// Marker is written by a template where a notice may stand. It stays in the
// page, as a comment that no reader sees, so that the slot can be found again
// in a page that isn't packed.
const Marker = "<!--notice-->"

// MaxPage is how many bytes a page may have.
const MaxPage = 64 << 20

// Slot returns the slot of a page, which is just behind its [Marker]. ok is
// false for a page without a marker: it has no room for a notice, is
// compressed in the ordinary way, and is the same for everyone. ok is also
// false where more than one stands, since the page doesn't say then which is
// meant: that is a mistake in a template, to be told where the page is built.
func Slot(page []byte) (offset int, ok bool) {
	before, after, found := bytes.Cut(page, []byte(Marker))
	if !found || bytes.Contains(after, []byte(Marker)) {
		return 0, false
	}
	return len(before) + len(Marker), true
}
