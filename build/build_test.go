package build_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/buildtest"
	"indigex.com/indigex/policy"
)

func TestBuild(t *testing.T) {
	f := newWorld(t, "")
	out := filepath.Join(t.TempDir(), "out")
	r := run(t, build.Config{Content: f.dir, Out: out})
	if r.Sites != 2 || r.Pages != 8 || r.Changed != 8 {
		t.Errorf("result %+v", r)
	}
	files := output(t, out)
	for name, parts := range map[string][]string{
		"example.com/index.html": {
			`<a href="https://shop.example.com/lamp/#use">the lamp</a>`, `<a href="/news/">news</a>`,
			`<link rel="canonical" href="https://example.com/"`, `"@type":"Organization"`, "Second",
		},
		"example.com/news/second/index.html": {
			`src="/news/dot.svg" width="20" height="10" loading="lazy"`, `<figcaption>A dot, drawn</figcaption>`, `"@type":"BreadcrumbList"`,
		},
		"example.com/news/feed.atom":        {"https://example.com/news/second/", "2026-02-10"},
		"example.com/tags/light/index.html": {"/news/first/", "/news/second/"},
		"example.com/404.html":              {"Not found"},
		"example.com/sitemap.xml":           {"<loc>https://example.com/news/first/</loc>"},
		"example.com/robots.txt":            {"https://example.com/sitemap.xml"},
		"example.com/old-second/index.html": {"https://example.com/news/second/"},
		"shop.example.com/lamp/index.html":  {"$1,249.50", "LMP-1", `"priceCurrency":"USD"`, "https://example.com/news/first/"},
	} {
		for _, part := range parts {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s has no %q:\n%s", name, part, files[name])
			}
		}
	}
	if strings.Contains(files["example.com/sitemap.xml"], "404") {
		t.Error("the sitemap names the page for what isn't there")
	}
	c, err := policy.DecodeCatalog([]byte(files["catalog.json"]))
	if err != nil || len(c.Sites) != 2 || c.Sites[1].Host != "shop.example.com" || len(c.Redirects) != 1 {
		t.Errorf("catalog %+v, error %v", c, err)
	}
}

// TestDeterministic builds the same content on one core and on many, at
// other times, with and without a cache, compressed or not, into new folders
// and old ones.
func TestDeterministic(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "content")
	if err := buildtest.Corpus(dir, 100); err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	build1 := func(procs int, cfg build.Config) map[string]string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		cfg.Content, cfg.Compress = dir, true
		if cfg.Out == "" {
			cfg.Out = t.TempDir()
		}
		run(t, cfg)
		return output(t, cfg.Out)
	}
	want := build1(1, build.Config{})
	if len(want) < 200 {
		t.Fatalf("%d files", len(want))
	}
	sameOutput(t, build1(8, build.Config{Cache: cache, Now: worldTime.AddDate(1, 0, 0)}), want)
	again := t.TempDir()
	sameOutput(t, build1(4, build.Config{Cache: cache, Out: again}), want)
	sameOutput(t, build1(4, build.Config{Cache: cache, Out: again}), want)
}

func TestErrorsWriteNothing(t *testing.T) {
	f := newWorld(t, "")
	out := t.TempDir()
	cfg := build.Config{Content: f.dir, Out: out, Now: worldTime}
	run(t, cfg)
	before := output(t, out)
	f.replace("sites/apex/news/first.md", "second.md#more", "third.md")
	f.replace("sites/apex/news/second.md", "title: Second", "title: Changed")
	if r := failed(t, cfg); !strings.Contains(lines(r.Problems), "first.md:10:14 error link-target") {
		t.Errorf("problems:\n%s", lines(r.Problems))
	}
	sameOutput(t, output(t, out), before)
}

func TestUnchangedFilesUntouched(t *testing.T) {
	f := newWorld(t, "")
	cfg := build.Config{Content: f.dir, Out: t.TempDir(), Cache: t.TempDir()}
	run(t, cfg)
	old := time.Now().Add(-time.Hour)
	for name := range output(t, cfg.Out) {
		if err := os.Chtimes(filepath.Join(cfg.Out, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	f.replace("sites/apex/news/first.md", "Words", "Other words")
	if r := run(t, cfg); r.Changed != 1 || r.Written != 1 {
		t.Errorf("%d pages, %d files changed", r.Changed, r.Written)
	}
	for name := range output(t, cfg.Out) {
		info, err := os.Stat(filepath.Join(cfg.Out, name))
		if err != nil {
			t.Fatal(err)
		}
		if touched := !info.ModTime().Equal(old); touched != (name == "example.com/news/first/index.html") {
			t.Errorf("%s touched: %v", name, touched)
		}
	}
}

func TestStaleRemoved(t *testing.T) {
	f := newWorld(t, "")
	cfg := build.Config{Content: f.dir, Out: t.TempDir()}
	run(t, cfg)
	foreign := filepath.Join(cfg.Out, "example.com", "theirs.txt")
	if err := os.WriteFile(foreign, []byte("not ours"), 0o644); err != nil {
		t.Fatal(err)
	}
	f.replace("sites/shop/lamp.md", "  related: [../apex/news/first.md]\n", "")
	f.replace("sites/apex/news/second.md", "light, sound", "light")
	f.remove("sites/apex/news/first.md")
	run(t, cfg)
	files := output(t, cfg.Out)
	for _, name := range []string{"example.com/news/first/index.html", "example.com/tags/sound/index.html"} {
		if _, ok := files[name]; ok {
			t.Errorf("%s is still there", name)
		}
	}
	if _, err := os.Stat(filepath.Join(cfg.Out, "example.com/news/first")); !errors.Is(err, os.ErrNotExist) {
		t.Error("its empty folder is still there")
	}
	if files["example.com/theirs.txt"] != "not ours" {
		t.Error("a file that the build never wrote is gone")
	}
}

func TestForeignOutputRefused(t *testing.T) {
	f := newWorld(t, "")
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "thesis.txt"), []byte("years of work"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := build.Run(context.Background(), build.Config{Content: f.dir, Out: out})
	var usage *build.UsageError
	if !errors.As(err, &usage) || usage.Hint == "" {
		t.Errorf("error %v", err)
	}
	if files := output(t, out); len(files) != 1 {
		t.Errorf("files %v", files)
	}
}

func TestFoldersApart(t *testing.T) {
	f := newWorld(t, "")
	for _, out := range []string{f.dir, filepath.Join(f.dir, "public"), filepath.Dir(f.dir)} {
		_, err := build.Run(context.Background(), build.Config{Content: f.dir, Out: out})
		var usage *build.UsageError
		if !errors.As(err, &usage) {
			t.Errorf("out %s: error %v", out, err)
		}
	}
}

// TestMemo wants a second build to do nothing, and to do everything again
// that somebody undid.
func TestMemo(t *testing.T) {
	f := newWorld(t, "")
	cfg := build.Config{Content: f.dir, Out: t.TempDir(), Cache: t.TempDir()}
	first := run(t, cfg)
	want := output(t, cfg.Out)
	second := run(t, cfg)
	if second.Written != 0 || second.Pages != first.Pages || second.Sites != first.Sites {
		t.Errorf("second build %+v", second)
	}
	for name, harm := range map[string]func(file string) error{
		"removed": os.Remove,
		"changed": func(file string) error { return os.WriteFile(file, []byte("changed"), 0o644) },
	} {
		file := filepath.Join(cfg.Out, "example.com/news/first/index.html")
		if err := harm(file); err != nil {
			t.Fatal(err)
		}
		if r := run(t, cfg); r.Written != 1 {
			t.Errorf("%s: %d files written", name, r.Written)
		}
		sameOutput(t, output(t, cfg.Out), want)
	}
}

// TestDamagedCache wants the right output from any cache.
func TestDamagedCache(t *testing.T) {
	f := newWorld(t, "")
	cache := t.TempDir()
	cfg := build.Config{Content: f.dir, Out: t.TempDir(), Cache: cache}
	run(t, cfg)
	want := output(t, cfg.Out)
	for name, harm := range map[string]func([]byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"flipped": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"empty":   func([]byte) []byte { return nil },
		"foreign": func([]byte) []byte { return []byte("something else") },
	} {
		t.Run(name, func(t *testing.T) {
			caches, err := filepath.Glob(filepath.Join(cache, "*", "*"))
			if err != nil || len(caches) < 2 {
				t.Fatal(caches, err)
			}
			for _, file := range caches {
				text, err := os.ReadFile(file)
				if err == nil {
					err = os.WriteFile(file, harm(text), 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			fresh := cfg
			fresh.Out = t.TempDir()
			run(t, fresh)
			sameOutput(t, output(t, fresh.Out), want)
		})
	}
}

// TestTimeZone wants the same dates from the cache as from the files,
// wherever the machine stands.
func TestTimeZone(t *testing.T) {
	zone := time.Local
	t.Cleanup(func() { time.Local = zone })
	time.Local = time.FixedZone("west", -5*3600)
	f := newWorld(t, "")
	cfg := build.Config{Content: f.dir, Out: t.TempDir(), Cache: t.TempDir()}
	run(t, cfg)
	again := cfg
	again.Out = t.TempDir()
	run(t, again)
	sameOutput(t, output(t, again.Out), output(t, cfg.Out))
	if page := output(t, again.Out)["example.com/news/second/index.html"]; !strings.Contains(page, "10 February 2026") {
		t.Error("the date of the page shifted")
	}
}

func TestTime(t *testing.T) {
	f := newWorld(t, `
-- sites/shop/torch.md --
---
title: Torch
description: A torch.
publish: 2026-07-01
expires: 2026-08-01
---
-- sites/shop/draft.md --
---
title: Draft
description: Not done.
draft: true
---
`)
	out, cache := t.TempDir(), t.TempDir()
	for _, test := range []struct {
		now    string
		drafts bool
		torch  bool
		next   string
	}{
		{"2026-06-30T23:59:59Z", false, false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T00:00:00Z", false, true, "2026-08-01T00:00:00Z"},
		{"2026-07-31T23:59:59Z", false, true, "2026-08-01T00:00:00Z"},
		{"2026-08-01T00:00:00Z", false, false, "0001-01-01T00:00:00Z"},
		{"2026-06-01T00:00:00Z", true, true, "2026-07-01T00:00:00Z"},
		{"2026-06-01T00:00:00Z", false, false, "2026-07-01T00:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, build.Config{Content: f.dir, Out: out, Cache: cache, Now: now, Drafts: test.drafts})
		files := output(t, out)
		if _, ok := files["shop.example.com/torch/index.html"]; ok != test.torch {
			t.Errorf("%s: torch is there: %v", test.now, ok)
		}
		if _, ok := files["shop.example.com/draft/index.html"]; ok != test.drafts {
			t.Errorf("%s: draft is there: %v", test.now, ok)
		}
		if got := r.Next.Format(time.RFC3339); got != test.next {
			t.Errorf("%s: next %s, want %s", test.now, got, test.next)
		}
	}
}

func TestCompress(t *testing.T) {
	f := newWorld(t, "")
	out := t.TempDir()
	run(t, build.Config{Content: f.dir, Out: out, Compress: true})
	files := output(t, out)
	page, err := gzip.NewReader(strings.NewReader(files["example.com/index.html.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(page)
	if err != nil || string(text) != files["example.com/index.html"] {
		t.Errorf("unpacked page differs, error %v", err)
	}
	run(t, build.Config{Content: f.dir, Out: out})
	if _, ok := output(t, out)["example.com/index.html.gz"]; ok {
		t.Error("a stale .gz file would be served instead of the page")
	}
}

func TestPreviewHosts(t *testing.T) {
	f := newWorld(t, "")
	out := t.TempDir()
	run(t, build.Config{Content: f.dir, Out: out, Port: 8080})
	files := output(t, out)
	if page := files["example.localhost/index.html"]; !strings.Contains(page, `href="http://shop.example.localhost:8080/lamp/#use"`) || !strings.Contains(page, `href="/assets/site.css"`) {
		t.Errorf("page of the preview:\n%s", page)
	}
}
