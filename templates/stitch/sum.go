package stitch

import "hash/crc32"

// A polynomial over GF(2) of degree 31 or less, in the order of bits that
// CRC-32 uses: the highest bit is the coefficient of x^0, the lowest that of
// x^31. Adding is exclusive or.
type polynomial uint32

// The first powers of x that are needed.
const (
	one        polynomial = 1 << 31
	toTheEight polynomial = 1 << (31 - 8)
)

// times is the product of two polynomials, modulo that of CRC-32 (RFC 1952,
// section 8). It takes the same time whatever they are.
func (p polynomial) times(q polynomial) polynomial {
	var product polynomial
	for range 32 {
		product ^= q & -(p >> 31)
		p <<= 1
		q = q>>1 ^ crc32.IEEE&-(q&1)
	}
	return product
}

// shift is x^(8n): what appending n bytes does to a CRC-32.
func shift(n uint32) polynomial {
	power := one
	for square := toTheEight; n != 0; n >>= 1 {
		if n&1 != 0 {
			power = power.times(square)
		}
		square = square.times(square)
	}
	return power
}

// joined is the CRC-32 of two texts one after the other, from that of each
// and the shift by the second's length. The inversions of bits before and
// after each computation, which keep a CRC-32 from being a plain remainder,
// cancel out.
func joined(first, second uint32, by polynomial) uint32 {
	return uint32(polynomial(first).times(by)) ^ second
}
