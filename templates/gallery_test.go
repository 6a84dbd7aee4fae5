package templates_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"indigex.com/indigex/templates"
)

// gallery is where TestGallery leaves its pages, to look at them in a browser:
//
//	go test ./templates -run TestGallery -gallery /tmp/gallery
var gallery = flag.String("gallery", "", "folder for the rendered samples; empty means a temporary one")

// TestGallery renders every layout in every brand and weighs it: HTML and
// styles together stay below the first 14 KB that a server sends unasked
// (RFC 6928: ten segments), the styles alone below 7 KB.
func TestGallery(t *testing.T) {
	dir := *gallery
	if dir == "" {
		dir = t.TempDir()
	}
	for _, b := range brands() {
		folder := filepath.Join(dir, b.id)
		styles, code := stylesheet(t, "site.css", b.tokens), stylesheet(t, "code.css", "")
		if n := zipped(t, styles) + zipped(t, code); n > 7<<10 {
			t.Errorf("%s: styles weigh %d bytes compressed, more than 7 KB", b.id, n)
		}
		write(t, folder, "site.css", styles)
		write(t, folder, "code.css", code)
		for _, name := range []string{"card.svg", "diagram.svg"} {
			write(t, folder, name, read(t, filepath.Join("testdata", name)))
		}
		for name, p := range pages(t, site(t, b)) {
			html := render(t, p)
			write(t, folder, name+".html", html)
			n := zipped(t, html) + zipped(t, styles)
			if p.Highlighted {
				n += zipped(t, code)
			}
			t.Logf("%s/%s: %d bytes, %d compressed, with styles %d", b.id, name, len(html), zipped(t, html), n)
			if n > 14<<10 {
				t.Errorf("%s/%s: page and styles weigh %d bytes compressed, more than 14 KB", b.id, name, n)
			}
		}
	}
}

func render(tb testing.TB, p templates.Page) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := templates.Document(p).Render(context.Background(), &b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// stylesheet bundles an entry point the way the generator does.
func stylesheet(tb testing.TB, entry, extra string) []byte {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.CopyFS(dir, templates.Assets()); err != nil {
		tb.Fatal(err)
	}
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: `@import "./` + entry + `";` + extra, Loader: api.LoaderCSS, ResolveDir: dir},
		Bundle: true, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8,
		Engines: []api.Engine{{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "113"}, {Name: api.EngineSafari, Version: "16.4"}},
	})
	for _, m := range append(result.Errors, result.Warnings...) {
		tb.Errorf("%s: %s", entry, m.Text)
	}
	if len(result.OutputFiles) != 1 {
		tb.Fatalf("%s: %d files, want one", entry, len(result.OutputFiles))
	}
	return result.OutputFiles[0].Contents
}

func zipped(tb testing.TB, data []byte) int {
	tb.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.Copy(z, bytes.NewReader(data)); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Len()
}

func write(tb testing.TB, dir, name string, data []byte) {
	tb.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		tb.Fatal(err)
	}
}

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
