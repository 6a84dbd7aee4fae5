package markdown

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

// sample returns a page of about 5 KB: headings, lists, links, a table and a
// block of code in the language.
func sample(tb testing.TB, language string) []byte {
	tb.Helper()
	page, err := os.ReadFile("testdata/bench/page.md")
	if err != nil {
		tb.Fatal(err)
	}
	code, err := os.ReadFile("testdata/bench/" + language + ".txt")
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.Replace(page, []byte("CODE\n"), []byte("```"+language+"\n"+string(code)+"```\n"), 1)
}

var benchLanguages = []string{"go", "json", "yaml", "bash"}

// BenchmarkFloor is goldmark alone, with GitHub's extensions and heading ids.
func BenchmarkFloor(b *testing.B) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	for _, language := range benchLanguages {
		b.Run(language, func(b *testing.B) {
			src := sample(b, language)
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				if err := md.Convert(src, &out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCompile compiles pages whose code is known already.
func BenchmarkCompile(b *testing.B) {
	for _, language := range benchLanguages {
		b.Run(language, func(b *testing.B) {
			src := sample(b, language)
			c := New()
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				c.Compile(src, 0)
			}
		})
	}
}

// BenchmarkCompileUnique compiles pages whose code is on no other page.
func BenchmarkCompileUnique(b *testing.B) {
	for _, language := range benchLanguages {
		b.Run(language, func(b *testing.B) {
			src := sample(b, language)
			at := bytes.Index(src, []byte("1000001"))
			c := New()
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for i := 1000001; b.Loop(); i++ {
				strconv.AppendInt(src[:at], int64(i), 10)
				c.Compile(src, 0)
			}
		})
	}
}
