package contest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math/bits"
	"strings"
)

// maxSeed is the most bytes of a seed.
const maxSeed = 4096

// ErrEmpty says that there is nobody who could win.
var ErrEmpty = errors.New("list has no entries")

// ErrEarly says that a draw was tried before its seed could be known.
var ErrEarly = errors.New("seed is not known yet")

// Draw returns the positions in the list of the first so many entries of the
// order that the seed gives, at least 1: the winners, and the substitutes after
// them. Where there are fewer entries, it returns all. The first of a longer
// draw are those of a shorter one.
//
// It fails for an empty list with [ErrEmpty], for a seed that is not as the
// package comment has it, and for a list whose seed was known at its closing.
func Draw(l List, seed []byte, winners int) ([]int, error) {
	text, err := Normalize(seed)
	if err != nil {
		return nil, fmt.Errorf("contest draw: %w", err)
	}
	order, err := draw(l, text, winners)
	if err != nil {
		return nil, fmt.Errorf("contest draw: %w", err)
	}
	return order, nil
}

// draw takes a seed in its one form.
func draw(l List, seed string, winners int) ([]int, error) {
	if len(l.entries) == 0 {
		return nil, ErrEmpty
	}
	if !l.terms.Known.After(l.terms.Closed) {
		return nil, errors.New("seed was known before the closing")
	}
	if winners < 1 {
		return nil, fmt.Errorf("%d winners are not 1 or more", winners)
	}
	order := make([]int, len(l.entries))
	for i := range order {
		order[i] = i
	}
	winners = min(winners, len(order))
	shuffle(order, winners, newStream(l.root, seed))
	return order[:winners], nil
}

// shuffle puts the first n places into their final order.
func shuffle(order []int, n int, s *stream) {
	for i := range n {
		j := i + s.below(len(order)-i)
		order[i], order[j] = order[j], order[i]
	}
}

// Normalize brings a seed into its one form, by the rules of the package
// comment, or says what it must not have. What it returns, it returns again.
func Normalize(seed []byte) (string, error) {
	if len(seed) > maxSeed {
		return "", fmt.Errorf("seed: has %d bytes, more than %d", len(seed), maxSeed)
	}
	for i, c := range seed {
		if (c < ' ' || c > '~') && c != '\t' && c != '\n' && c != '\r' {
			return "", fmt.Errorf("seed: byte %d is %#02x, which is not printable ASCII", i+1, c)
		}
	}
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(string(seed), "\r", "\n"), "\n") {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	if len(lines) == 0 {
		return "", errors.New("seed: is empty")
	}
	return strings.Join(lines, "\n"), nil
}

// A stream is the words that a list and a seed give.
type stream struct {
	mac   hash.Hash // keyed
	count uint64    // the number of the next block
	block [sha256.Size]byte
	used  int // bytes of block
}

// newStream takes a seed in its one form.
func newStream(root Hash, seed string) *stream {
	key := sha256.New()
	key.Write([]byte("indigex contest draw 1\n"))
	key.Write(root[:])
	key.Write([]byte(seed))
	return &stream{mac: hmac.New(sha256.New, key.Sum(nil)), used: sha256.Size}
}

func (s *stream) word() uint32 {
	if s.used == len(s.block) {
		var counter [8]byte
		binary.BigEndian.PutUint64(counter[:], s.count)
		s.mac.Reset()
		s.mac.Write(counter[:])
		s.mac.Sum(s.block[:0])
		s.count++
		s.used = 0
	}
	w := binary.BigEndian.Uint32(s.block[s.used:])
	s.used += 4
	return w
}

// below returns a number from 0 to n-1, each equally likely. n is 1 to
// maxEntries.
func (s *stream) below(n int) int {
	// A remainder would favour small numbers, so what is too large is thrown
	// away: less than half of the words, since n has just as many bits.
	shift := 32 - bits.Len(uint(n-1))
	for {
		if r := int(s.word() >> shift); r < n {
			return r
		}
	}
}
