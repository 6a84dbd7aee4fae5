package stitch

import (
	"encoding/binary"
	"fmt"
	"io"
)

const (
	// streamHeader is that of a gzip file with nothing said about it.
	streamHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
	// maxStored is how many bytes a stored block holds (RFC 1951, section
	// 3.2.4).
	maxStored = 1<<16 - 1
	// storedHeader is how many bytes precede them.
	storedHeader = 5
)

// A Stream is a page with a notice in it, ready to be written. It refers to
// the page and the notice, and can be written more than once.
type Stream struct {
	first, notice, second []byte
	packed                bool   // in gzip
	sum, length           uint32 // of the whole, where it is packed
}

// StitchPlain returns a page that isn't compressed, with a notice at the slot
// that [Slot] found in it. The stream keeps both. It fails where the slot is
// outside of the page.
func StitchPlain(page []byte, slot int, notice []byte) (Stream, error) {
	if slot < 0 || slot > len(page) {
		return Stream{}, fmt.Errorf("slot %d is outside of the page, which has %d bytes", slot, len(page))
	}
	return Stream{first: page[:slot], notice: notice, second: page[slot:]}, nil
}

// Len is how many bytes the stream has, as for Content-Length.
func (s Stream) Len() int64 {
	n := int64(len(s.first)) + int64(len(s.notice)) + int64(len(s.second))
	if s.packed {
		blocks := (int64(len(s.notice)) + maxStored - 1) / maxStored
		n += int64(len(streamHeader)) + storedHeader*blocks + int64(trailerSize)
	}
	return n
}

// WriteTo writes the stream, in a few calls for the parts that there are, and
// returns how many bytes it wrote. It stops at the first error, which is that
// of w.
func (s Stream) WriteTo(w io.Writer) (int64, error) {
	out := &sink{w: w}
	if !s.packed {
		out.write(s.first)
		out.write(s.notice)
		out.write(s.second)
		return out.n, out.err
	}
	out.write(append(out.frame[:0], streamHeader...))
	out.write(s.first)
	for rest := s.notice; len(rest) > 0; {
		k := min(len(rest), maxStored)
		out.write(appendStored(out.frame[:0], k))
		out.write(rest[:k])
		rest = rest[k:]
	}
	out.write(s.second)
	out.write(appendTrailer(out.frame[:0], s.sum, s.length))
	return out.n, out.err
}

// appendStored appends the header of a stored block of k bytes that is not
// the last one.
func appendStored(b []byte, k int) []byte {
	b = append(b, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(k))
	return binary.LittleEndian.AppendUint16(b, ^uint16(k))
}

// A sink counts what is written, until an error.
type sink struct {
	w   io.Writer
	n   int64
	err error
	// frame holds what stands around the parts, one after the other: a
	// writer keeps nothing (io.Writer), and a stream costs one allocation.
	frame [len(streamHeader)]byte
}

func (s *sink) write(b []byte) {
	if s.err != nil || len(b) == 0 {
		return
	}
	n, err := s.w.Write(b)
	s.n += int64(n)
	s.err = err
}
