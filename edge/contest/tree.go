package contest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
)

// root returns the Merkle tree hash of RFC 6962, section 2.1.
func root(list []Entry) Hash {
	switch len(list) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaf(list[0])
	}
	k := split(len(list))
	return node(root(list[:k]), root(list[k:]))
}

// split returns the largest power of two below n, which is at least 2.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func leaf(e Entry) Hash {
	var b [1 + len(e)]byte
	copy(b[1:], e[:])
	return sha256.Sum256(b[:])
}

func node(left, right Hash) Hash {
	var b [1 + 2*len(left)]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+len(left):], right[:])
	return sha256.Sum256(b[:])
}

// A Proof shows with some 20 hashes at most that an entry stands in a list,
// without the list: the audit path of RFC 6962, section 2.1.1.
type Proof struct {
	// Index is the position of the entry, from 0, Size the number of entries.
	Index, Size int
	// Path is from the entry upwards.
	Path []Hash
}

// ErrAbsent says that an entry does not stand in a list.
var ErrAbsent = errors.New("is not in the list")

// Prove shows that an entry stands in the list. Where it does not, the error
// wraps [ErrAbsent].
func (l List) Prove(e Entry) (Proof, error) {
	i, found := l.Find(e)
	if !found {
		return Proof{}, fmt.Errorf("contest proof: entry %s %w", e, ErrAbsent)
	}
	return Proof{i, len(l.entries), path(i, l.entries)}, nil
}

func path(i int, list []Entry) []Hash {
	if len(list) == 1 {
		return nil
	}
	k := split(len(list))
	if i < k {
		return append(path(i, list[:k]), root(list[k:]))
	}
	return append(path(i-k, list[k:]), root(list[:k]))
}

// Check holds the proof against the root of a list, as section 2.1.3.2 of RFC
// 9162 does.
func (p Proof) Check(e Entry, root Hash) error {
	if p.Index < 0 || p.Index >= p.Size {
		return fmt.Errorf("contest proof: position %d is not one of %d", p.Index, p.Size)
	}
	at, last, h := p.Index, p.Size-1, leaf(e)
	for _, sibling := range p.Path {
		if last == 0 {
			return errors.New("contest proof: path is too long")
		}
		if at&1 == 0 && at < last {
			h = node(h, sibling)
		} else {
			h = node(sibling, h)
			// The last of an odd row has no sibling until one is on its left.
			for at != 0 && at&1 == 0 {
				at, last = at>>1, last>>1
			}
		}
		at, last = at>>1, last>>1
	}
	if last != 0 {
		return errors.New("contest proof: path is too short")
	}
	if h != root {
		return fmt.Errorf("contest proof: entry %s at %d leads to root %s, not %s", e, p.Index, h, root)
	}
	return nil
}
