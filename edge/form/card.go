package form

// Lengths of card numbers (ISO/IEC 7812-1, with what is in use).
const (
	leastDigits = 13
	mostDigits  = 19
)

// HasCard says whether a text has a number that a payment card could have: 13
// to 19 digits, with spaces, hyphens or dots between, that begin as one of the
// large schemes' do and whose check digit holds (Luhn; ISO/IEC 7812-1, annex
// B). Of ten random numbers with such a beginning one passes, so a person may
// be asked in vain; a card number is never let pass for its spelling.
func HasCard(text string) bool {
	digits := make([]byte, 0, 64)
	for _, c := range text + "x" {
		if d, ok := digit(c); ok {
			digits = append(digits, d)
			continue
		}
		if between := c == ' ' || c == '-' || c == '.' || c == '\u00a0' || c == '\u2010' || c == '\u2011' || c == '\u2013' || c == '/' || c == '\n'; between {
			continue
		}
		if anyCard(digits) {
			return true
		}
		digits = digits[:0]
	}
	return false
}

// digit is the value of an ASCII, full-width or Arabic-Indic digit.
func digit(c rune) (byte, bool) {
	for _, zero := range []rune{'0', '\uff10', '\u0660', '\u06f0'} {
		if c >= zero && c <= zero+9 {
			return byte(c - zero), true
		}
	}
	return 0, false
}

// anyCard looks at every run of digits that a card number could be.
func anyCard(digits []byte) bool {
	for from := range digits {
		for n := leastDigits; n <= mostDigits && from+n <= len(digits); n++ {
			if run := digits[from : from+n]; scheme(run) && luhn(run) {
				return true
			}
		}
	}
	return false
}

// A prefix is how the numbers of a scheme begin: from and to have so many
// digits, and numbers are of one of the lengths.
type prefix struct {
	digits, from, to int
	lengths          []int
}

// scheme says whether a number begins as those of a large scheme.
func scheme(number []byte) bool {
	for _, p := range []prefix{
		{1, 4, 4, []int{13, 16, 19}},                   // Visa
		{2, 51, 55, []int{16}},                         // Mastercard
		{4, 2221, 2720, []int{16}},                     // Mastercard
		{2, 34, 34, []int{15}}, {2, 37, 37, []int{15}}, // American Express
		{3, 300, 305, []int{14, 16, 19}},                   // Diners Club
		{2, 36, 36, []int{14, 16, 19}},                     // Diners Club
		{2, 38, 39, []int{14, 16, 19}},                     // Diners Club
		{4, 6011, 6011, []int{16, 19}},                     // Discover
		{3, 644, 649, []int{16, 19}},                       // Discover
		{2, 65, 65, []int{16, 19}},                         // Discover
		{4, 3528, 3589, []int{16, 17, 18, 19}},             // JCB
		{2, 62, 62, []int{16, 17, 18, 19}},                 // UnionPay
		{2, 50, 50, []int{13, 14, 15, 16, 17, 18, 19}},     // Maestro
		{2, 56, 58, []int{13, 14, 15, 16, 17, 18, 19}},     // Maestro
		{4, 6304, 6304, []int{13, 14, 15, 16, 17, 18, 19}}, // Maestro
		{2, 67, 67, []int{13, 14, 15, 16, 17, 18, 19}},     // Maestro
	} {
		head := 0
		for _, d := range number[:p.digits] {
			head = head*10 + int(d)
		}
		if head < p.from || head > p.to {
			continue
		}
		for _, n := range p.lengths {
			if n == len(number) {
				return true
			}
		}
	}
	return false
}

// luhn says whether the check digit holds.
func luhn(number []byte) bool {
	sum := 0
	for i, d := range number {
		n := int(d)
		if (len(number)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
