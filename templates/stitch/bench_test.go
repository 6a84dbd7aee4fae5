package stitch_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"

	"indigex.com/indigex/templates/stitch"
)

// article is a real page, of 12 KB, with its slot where its main part begins.
func article(b *testing.B) []byte {
	b.Helper()
	page, err := os.ReadFile("../testdata/golden/policy-comparison.html")
	if err != nil {
		b.Fatal(err)
	}
	return bytes.Replace(page, []byte("<main"), []byte(stitch.Marker+"<main"), 1)
}

// BenchmarkPack packs a page, and compresses it in the ordinary way. The
// ratio is of the sizes.
//
//	go test -run=- -bench=Pack ./templates/stitch
func BenchmarkPack(b *testing.B) {
	page := article(b)
	slot, _ := stitch.Slot(page)
	var ordinary bytes.Buffer
	b.Run("gzip", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ordinary.Reset()
			z, _ := gzip.NewWriterLevel(&ordinary, gzip.BestCompression)
			_, _ = z.Write(page)
			_ = z.Close()
		}
		b.ReportMetric(float64(ordinary.Len()), "B/page")
	})
	b.Run("packed", func(b *testing.B) {
		b.ReportAllocs()
		size := 0
		for b.Loop() {
			packed, err := stitch.Pack(page, slot, gzip.BestCompression)
			if err != nil {
				b.Fatal(err)
			}
			size = len(packed)
		}
		b.ReportMetric(float64(size), "B/page")
		b.ReportMetric(float64(size)/float64(ordinary.Len()), "×gzip")
	})
}

func BenchmarkOpen(b *testing.B) {
	p, _, _ := opened(b, article(b))
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = stitch.Open(p.Whole())
		}
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = p.Verify()
		}
	})
}

// BenchmarkStitched leaves the connection out: what joining itself costs.
func BenchmarkStitched(b *testing.B) {
	p, _, notice := opened(b, article(b))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = p.Stitched(notice).WriteTo(io.Discard)
	}
}

// BenchmarkServed serves a stitched page over a loopback connection, and the
// same bytes when they are simply there.
//
//	go test -run=- -bench=Served ./templates/stitch
func BenchmarkServed(b *testing.B) {
	p, _, notice := opened(b, article(b))
	var there bytes.Buffer
	_, _ = p.Stitched(notice).WriteTo(&there)
	b.Run("plain", func(b *testing.B) {
		serve(b, there.Len(), func(w io.Writer) { _, _ = w.Write(there.Bytes()) })
	})
	b.Run("stitched", func(b *testing.B) {
		serve(b, there.Len(), func(w io.Writer) { _, _ = p.Stitched(notice).WriteTo(w) })
	})
}

// serve asks again and again for what write writes.
func serve(b *testing.B, size int, write func(io.Writer)) {
	b.ReportAllocs()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(size))
		write(w)
	}))
	defer server.Close()
	request, err := http.NewRequest("GET", server.URL, nil)
	if err != nil {
		b.Fatal(err)
	}
	// So the client doesn't decode.
	request.Header.Set("Accept-Encoding", "gzip")
	for b.Loop() {
		r, err := server.Client().Do(request)
		if err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r.Body)
		r.Body.Close()
		if err != nil || n != int64(size) {
			b.Fatal(n, err)
		}
	}
}
