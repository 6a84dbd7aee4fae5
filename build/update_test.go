package build_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"indigex.com/indigex/build"
)

// TestUpdate makes random edits and wants, after each, what a build from
// nothing gives: the same files and the same problems.
func TestUpdate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newDeclaredWorld(t, "")
		cfg := build.Config{Content: f.dir, Out: t.TempDir(), Now: worldTime, Port: 8080, Assets: plain}
		b, err := build.New(cfg)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := b.Build(context.Background()); err != nil {
			rt.Fatal(err)
		}
		last := output(t, cfg.Out)
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			var paths []string
			for range rapid.IntRange(1, 2).Draw(rt, "edits") {
				paths = append(paths, edit(rt, f)...)
			}
			if rapid.IntRange(0, 9).Draw(rt, "overflow") == 0 {
				paths = nil
			}
			r, err := b.Update(context.Background(), paths)
			fresh := cfg
			fresh.Out = t.TempDir()
			want, wantErr := build.Run(context.Background(), fresh)
			if !errors.Is(err, wantErr) || lines(r.Problems) != lines(want.Problems) {
				rt.Fatalf("update: %v\n%swant: %v\n%s", err, lines(r.Problems), wantErr, lines(want.Problems))
			}
			if wantErr == nil {
				last = output(t, fresh.Out)
			}
			sameOutput(rt, output(t, cfg.Out), last)
			if rt.Failed() {
				rt.FailNow()
			}
		}
	})
}

// edit changes the content in one of the ways that editors do, and returns
// the paths that a watcher would name.
func edit(rt *rapid.T, f folder) []string {
	pages := []string{
		"sites/apex/index.md", "sites/apex/news/index.md", "sites/apex/news/first.md", "sites/apex/news/second.md",
		"sites/shop/index.md", "sites/shop/lamp.md", "sites/shop/torch.md", "sites/shop/more/index.md", "sites/shop/more/bulb.md",
	}
	name := rapid.SampledFrom(pages).Draw(rt, "page")
	n := rapid.IntRange(0, 3).Draw(rt, "n")
	switch rapid.SampledFrom([]string{"write", "write", "write", "write", "remove", "picture", "settings", "settings", "folder", "declared", "declared"}).Draw(rt, "edit") {
	case "write":
		f.write(name, page(rt, name, n))
		return []string{name}
	case "remove":
		f.remove(name)
		return []string{name}
	case "picture":
		f.write("sites/apex/news/dot.svg", fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 10"/>`, 20+n))
		return []string{"sites/apex/news/dot.svg"}
	case "settings":
		return settings(rt, f, n)
	case "declared":
		return declared(rt, f, n)
	default:
		f.remove("sites/shop/more")
		return []string{"sites/shop/more"}
	}
}

// declared changes what policies, forms and their lists say; now and then so
// that it isn't right.
func declared(rt *rapid.T, f folder, n int) []string {
	const announced = "policies/privacy/2026-07-01.md"
	edits := [][3]string{
		{announced, "We may ask you .*", []string{"We may ask you.", "We may ask you [here](/privacy/#notice).", "We may ask you about [the lamp](../../sites/shop/lamp.md#use).", "We may ask you [there](/nowhere/)."}[n]},
		{announced, "^published: .*", []string{"published: 2026-05-15", "published: 2026-06-15", "published: 2026-05-16", "published: 2026-07-02"}[n]},
		{"policies/privacy/policy.yaml", "^(title|short): .*", []string{"$1: One", "$1: Two", "$1: Three", "$1:"}[n]},
		{"policies/privacy/policy.yaml", "^site: .*", []string{"site: apex", "site: shop", "site: apex", "site: none"}[n]},
		{"choices.yaml", "words: \"Send me.*", []string{`words: "Send me it."`, `words: "Send me news."`, `words: "Send me mail."`, `words: ""`}[n]},
		{"forms/register.md", "^title: .*", []string{"title: One", "title: Two", "title: Three", "titel: Four"}[n]},
		{"forms/register.md", "category: contact.email", []string{"category: contact.email", "category: contact.email", "category: contact.email", "category: contact"}[n]},
	}
	if rapid.IntRange(0, 9).Draw(rt, "all") == 0 {
		f.remove("policies/privacy")
		return []string{"policies/privacy"}
	}
	e := rapid.SampledFrom(edits).Draw(rt, "declared")
	text, err := os.ReadFile(filepath.Join(f.dir, e[0]))
	if err != nil {
		return nil // removed before
	}
	f.write(e[0], regexp.MustCompile("(?m)"+e[1]+"$").ReplaceAllString(string(text), e[2]))
	f.publishAll()
	return []string{e[0], "policies/policies.sum"}
}

// settings changes provider.yaml or a site.yaml.
func settings(rt *rapid.T, f folder, n int) []string {
	file := func(name string) string {
		text, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil {
			rt.Fatal(err)
		}
		return string(text)
	}
	name := rapid.SampledFrom([]string{"provider.yaml", "sites/apex/site.yaml", "sites/shop/site.yaml"}).Draw(rt, "file")
	kind := rapid.SampledFrom([]string{"name: .*", "title: .*", "short: .*", "currency: .*", "weight: .*", "host: .*", "- {title: News, .*", "accent: \"#1f4e9c\""}).Draw(rt, "setting")
	word := []string{"One", "Two", "Three", "Four"}[n]
	value := map[string]string{
		"name: .*": "name: " + word, "title: .*": "title: " + word, "short: .*": "short: " + word,
		"currency: .*": "currency: " + []string{"USD", "EUR", "GBP", "CHF"}[n], "weight: .*": fmt.Sprintf("weight: %d", n),
		"host: .*":            "host: " + []string{"shop.example.com", "example.com", "store.example.com", "a.example.com"}[n],
		"- {title: News, .*":  "- {title: News, page: " + []string{"news/index.md", "news/first.md#heading", "news/first.md#use", "index.md"}[n] + "}",
		"accent: \"#1f4e9c\"": "accent: \"#1f4e9d\"",
	}[kind]
	f.write(name, regexp.MustCompile("(?m)"+kind+"$").ReplaceAllString(file(name), value))
	return []string{name}
}

// page draws a page: what it says, what it is linked to, how it is listed.
func page(rt *rapid.T, name string, n int) string {
	extra := rapid.SliceOfDistinct(rapid.SampledFrom([]string{
		"weight: 5", "tags: [light]", "tags: [sound]", "draft: true", "navigation: false", "date: 2026-03-01", "navigation: Short",
		"aliases: [/old/]", "list: {sort: date, feed: true}", "layout: guide", "features: [{page: " + relative(name, "sites/shop/lamp.md") + "}]",
		"publish: 2030-01-01",
	}), func(s string) string { key, _, _ := strings.Cut(s, ":"); return key }).Draw(rt, "front")
	body := rapid.SampledFrom([]string{
		"Plain words.", "## Use\n\nWords.", "## Heading {#heading}\n\nWords.", "## Other\n\n## Third\n\nWords.",
		"[lamp](" + relative(name, "sites/shop/lamp.md") + "#use)", "[torch](" + relative(name, "sites/shop/torch.md") + ")",
		"![Dot](" + relative(name, "sites/apex/news/dot.svg") + ")", "[home](/)", "[lamp](/lamp/)", "Broken [", "[policy](/privacy/#consent)", "[new](/privacy/v/3/#surveys)", "[form](/forms/survey)",
	}).Draw(rt, "body")
	return fmt.Sprintf("---\ntitle: Title %d\ndescription: About it.\n%s\n---\n%s\n", n, strings.Join(extra, "\n"), body)
}

func relative(from, to string) string {
	rel, err := filepath.Rel(path.Dir(from), to)
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(rel)
}

func TestUpdateTouchesLittle(t *testing.T) {
	f := newWorld(t, "")
	b, err := build.New(build.Config{Content: f.dir, Out: t.TempDir(), Now: worldTime, Port: 8080})
	if err == nil {
		_, err = b.Build(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, file, old, new string
		want                 []string
	}{
		{"words", "sites/apex/news/first.md", "Words", "Other words", []string{"/news/first/"}},
		{"heading that is linked", "sites/apex/news/second.md", "## More", "## More\n\n## Still more", []string{"/news/second/"}},
		{"title", "sites/apex/news/first.md", "title: First", "title: Premier",
			[]string{"/", "/news/", "/news/feed.atom", "/news/first/", "/news/second/", "/tags/light/", "/lamp/"}},
		{"picture", "sites/apex/news/dot.svg", `height="10"`, `height="12"`, []string{"/news/dot.svg", "/news/second/"}},
		{"nothing", "sites/apex/news/dot.svg", `height="12"`, `height="12"`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f.replace(test.file, test.old, test.new)
			r, err := b.Update(context.Background(), []string{test.file})
			if err != nil {
				t.Fatal(err, lines(r.Problems))
			}
			var got []string
			for _, a := range r.Addresses {
				got = append(got, a.Path)
			}
			if strings.Join(got, " ") != strings.Join(test.want, " ") {
				t.Errorf("changed %v, want %v", got, test.want)
			}
		})
	}
}
