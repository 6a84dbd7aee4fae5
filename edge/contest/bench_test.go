package contest

import "testing"

// many is how many people the benchmarks have.
const many = 100_000

func BenchmarkClose(b *testing.B) {
	entries := people("contest", many)
	for b.Loop() {
		if _, err := Close(cable(), entries); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	l := closed(b, cable(), many)
	for b.Loop() {
		decided(b, l, "04 17 22")
	}
}

// BenchmarkDrawAll puts everybody into the order.
func BenchmarkDrawAll(b *testing.B) {
	l := closed(b, cable(), many)
	for b.Loop() {
		if _, err := Draw(l, []byte("04 17 22"), many); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseList(b *testing.B) {
	text := closed(b, cable(), many).Text()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ParseList(text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify is all that who checks a drawing does, from the texts.
func BenchmarkVerify(b *testing.B) {
	l := closed(b, cable(), many)
	list, result := l.Text(), decided(b, l, "04 17 22").Text()
	for b.Loop() {
		l, err := ParseList(list)
		if err != nil {
			b.Fatal(err)
		}
		r, err := ParseResult(result)
		if err != nil {
			b.Fatal(err)
		}
		if err := Verify(l, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProve(b *testing.B) {
	l := closed(b, cable(), many)
	for b.Loop() {
		if _, err := l.Prove(l.Entry(many / 2)); err != nil {
			b.Fatal(err)
		}
	}
}
