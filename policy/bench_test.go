package policy

import "testing"

// BenchmarkDecodeCatalog reads a catalog, as an edge does when it starts and
// whenever the sites were built anew.
func BenchmarkDecodeCatalog(b *testing.B) {
	data := []byte(sampleFile)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeCatalog(data); err != nil {
			b.Fatal(err)
		}
	}
}
