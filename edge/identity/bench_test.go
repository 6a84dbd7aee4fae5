package identity

import (
	"fmt"
	"net/http/httptest"
	"testing"
)

// BenchmarkRead reads the cookie of somebody who knows three policies, beside
// four cookies of others; in a ring of 14 keys, which a rotation a month makes,
// as made with the newest, with the oldest, and with a key that is not there.
// The first two are remembered; opening them is what it costs when they aren't.
//
//	go test -run=- -bench=. ./edge/identity
func BenchmarkRead(b *testing.B) {
	const others = "theme=dark; a=0123456789; b=0123456789; c=0123456789; "
	w := newWorld(b)
	foreign := newWorld(b).value(NewVisitor())
	oldest := w.value(regular())
	for range 13 {
		w.rotate()
	}
	for _, bench := range []struct {
		name, value string
		want        State
	}{{"newest", w.value(regular()), Known}, {"oldest", oldest, Known}, {"foreign", foreign, Broken}} {
		b.Run(bench.name, func(b *testing.B) {
			r := request(others + codeCookie + "=" + bench.value)
			b.ReportAllocs()
			for b.Loop() {
				if _, state := w.cookies.Read(r); state != bench.want {
					b.Fatal(state)
				}
			}
		})
		b.Run(bench.name+" opened", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if o := w.ring.open(bench.value, w.now); (o.key != nil) != (bench.want == Known) {
					b.Fatal(o.visitor)
				}
			}
		})
	}
	b.Run("none", func(b *testing.B) {
		r := request(others)
		b.ReportAllocs()
		for b.Loop() {
			w.cookies.Read(r)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	w, v := newWorld(b), regular()
	b.ReportAllocs()
	for b.Loop() {
		w.must(w.cookies.Write(httptest.NewRecorder(), v))
	}
}

func BenchmarkToken(b *testing.B) {
	w := newWorld(b)
	form, err := w.forms.Begin(httptest.NewRecorder(), request())
	w.must(err)
	r := request(formCookie + "=" + exact.EncodeToString(form.cookie[:]))
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			form.Token("preferences")
		}
	})
	b.Run("verify", func(b *testing.B) {
		token := form.Token("preferences")
		b.ReportAllocs()
		for b.Loop() {
			_, err := w.forms.Verify(r, "preferences", token)
			w.must(err)
		}
	})
}

// BenchmarkReload reads the file of 14 keys, unchanged and changed.
func BenchmarkReload(b *testing.B) {
	w := newWorld(b)
	for range 13 {
		w.rotate()
	}
	path := b.TempDir() + "/keys"
	w.must(w.ring.Create(path))
	keys, err := OpenKeys(path)
	w.must(err)
	for _, changed := range []bool{false, true} {
		b.Run(fmt.Sprintf("changed=%v", changed), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if changed {
					keys.data = nil
				}
				_, err := keys.Reload()
				w.must(err)
			}
		})
	}
}

func regular() Visitor {
	return NewVisitor().WithSeen("privacy", 3).WithSeen("cookies", 1).WithAcknowledged("privacy", 4).WithSeen("contest-terms", 2)
}
