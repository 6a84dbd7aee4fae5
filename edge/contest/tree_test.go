package contest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRoot holds roots to those that golang.org/x/mod/sumdb/tlog gives, which
// is another implementation of RFC 6962.
func TestRoot(t *testing.T) {
	for n, want := range map[int]string{
		0:   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		1:   "4a50df992aeac32d82b093b18d40f1b66d9e5788e990fbf4fe9777180a81acb6",
		2:   "af38bd9b48b0ff9d3a5f775752f365659145baf95660b8684a3ac3ede4f0e6ad",
		7:   "a98f4e849be3cee5b59c3980b6652e3b28c525c13f9080f24301cc7b0051ebde",
		100: "d34ae892eaca4b5dc6ec33788e7ec73ae640f00fd80fd827d8cb27ba81f7fbc5",
	} {
		if got := closed(t, cable(), n).Root().String(); got != want {
			t.Errorf("%d entries: got %s", n, got)
		}
	}
}

func TestProof(t *testing.T) {
	for n := 1; n <= 70; n++ {
		l := closed(t, cable(), n)
		for i := range n {
			p, err := l.Prove(l.Entry(i))
			if err != nil || p.Index != i || p.Size != n {
				t.Fatalf("entry %d of %d: %v, %v", i, n, p, err)
			}
			if err := p.Check(l.Entry(i), l.Root()); err != nil {
				t.Fatalf("entry %d of %d: %v", i, n, err)
			}
		}
	}
	_, err := closed(t, cable(), 5).Prove(ticket(6).Entry("contest"))
	if !errors.Is(err, ErrAbsent) {
		t.Errorf("who did not enter: %v", err)
	}
}

// TestProofRefused changes a proof in one way, which must not hold then.
func TestProofRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList().Filter(func(l List) bool { return l.Len() > 1 }).Draw(t, "list")
		i := rapid.IntRange(0, l.Len()-1).Draw(t, "position")
		e, root := l.Entry(i), l.Root()
		p, err := l.Prove(e)
		if err != nil {
			t.Fatal(err)
		}
		step := rapid.IntRange(0, len(p.Path)-1).Draw(t, "step")
		switch rapid.SampledFrom(strings.Fields("entry root path short long index negative size")).Draw(t, "change") {
		case "entry":
			e = l.Entry((i + 1) % l.Len())
		case "root":
			root[0] ^= 1
		case "path":
			p.Path[step][31] ^= 1
		case "short":
			p.Path = slices.Delete(p.Path, step, step+1)
		case "long":
			p.Path = slices.Insert(p.Path, step, root)
		case "index":
			p.Index = (p.Index + 1) % p.Size
		case "negative":
			p.Index -= p.Size
		case "size":
			p.Size = p.Index
		}
		if p.Check(e, root) == nil {
			t.Fatal("the changed proof holds")
		}
	})
}
