package build_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"indigex.com/indigex/build"
	"indigex.com/indigex/build/problem"
)

// world is a whole small company: two sites, a folder with news, a product,
// pictures, tags, an alias, links across.
const world = `
-- provider.yaml --
name: Example
legal_name: Example, Inc.
domain: example.com
contacts:
  - {id: sales, label: Sales, email: sales@example.com}
-- sites/apex/site.yaml --
title: Example
host: example.com
description: A company.
weight: 1
navigation:
  - {title: News, page: news/index.md}
brand:
  light: {background: "#ffffff", surface: "#f4f6f8", text: "#16191d", muted: "#555c66", line: "#d5dae0", accent: "#1f4e9c"}
  dark: {background: "#101317", surface: "#191e24", text: "#e8ebef", muted: "#a5adb8", line: "#333a43", accent: "#8fb4ff"}
-- sites/apex/index.md --
---
title: Welcome
description: The home page.
features:
  - {page: ../shop/index.md}
list: {of: news, sort: date, limit: 2, title: Latest}
---
See [the lamp](../shop/lamp.md#use) and [news](news/index.md).
-- sites/apex/404.md --
---
title: Not found
description: There is no such page.
---
Go [home](index.md).
-- sites/apex/news/index.md --
---
title: News
description: What is new.
list: {sort: date, feed: true}
---
-- sites/apex/news/first.md --
---
title: First
description: The first news.
layout: article
date: 2026-01-10
tags: [light]
---
## Heading {#heading}

Words with a [link](second.md#more).
-- sites/apex/news/second.md --
---
title: Second
description: The second news.
layout: article
date: 2026-02-10
tags: [light, sound]
aliases: [/old-second/]
---
## More

![A dot](dot.svg "A dot, drawn")
-- sites/apex/news/dot.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10"><circle cx="5" cy="5" r="4"/></svg>
-- sites/shop/site.yaml --
title: Example Shop
short: Shop
host: shop.example.com
description: What the company offers.
weight: 2
currency: USD
brand:
  light: {background: "#ffffff", surface: "#f4f6f8", text: "#16191d", muted: "#555c66", line: "#d5dae0", accent: "#8a4b00"}
  dark: {background: "#101317", surface: "#191e24", text: "#e8ebef", muted: "#a5adb8", line: "#333a43", accent: "#f0b050"}
-- sites/shop/index.md --
---
title: Shop
description: All that there is.
---
-- sites/shop/404.md --
---
title: Not found
description: There is no such page.
---
-- sites/shop/lamp.md --
---
title: Lamp
description: A lamp for the desk.
layout: product
product:
  sku: LMP-1
  price: 1249.5
  availability: in-stock
  specifications:
    Power: 5 W
  related: [../apex/news/first.md]
---
## Use

Switch it on.
`

var worldTime = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// A folder is a content folder made of literals.
type folder struct {
	t   testing.TB
	dir string
}

// newWorld writes the world, changed by more files in the same form.
func newWorld(t testing.TB, changes string) folder {
	t.Helper()
	f := folder{t, filepath.Join(t.TempDir(), "content")}
	for _, text := range []string{world, changes} {
		for _, file := range txtar.Parse([]byte(text)).Files {
			f.write(file.Name, string(file.Data))
		}
	}
	return f
}

func (f folder) write(name, text string) {
	f.t.Helper()
	full := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) remove(name string) {
	f.t.Helper()
	if err := os.RemoveAll(filepath.Join(f.dir, filepath.FromSlash(name))); err != nil {
		f.t.Fatal(err)
	}
}

// replace changes a part of a file, which must be there.
func (f folder) replace(name, old, new string) {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err != nil {
		f.t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		f.t.Fatalf("%s has no %q", name, old)
	}
	f.write(name, strings.Replace(string(text), old, new, 1))
}

// output reads a folder of output, without its list.
func output(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A reporter is a test or a property.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// plain stands for the styles where a test is not about them.
var plain = fstest.MapFS{
	"site.css": {Data: []byte("a{color:red}")}, "code.css": {Data: []byte("b{color:red}")}, "edge.css": {Data: []byte("i{color:red}")},
	"notice.js": {Data: []byte("console.log(document.title)")},
}

// sameOutput compares two outputs file by file.
func sameOutput(t reporter, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if text, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if text != want[name] {
			t.Errorf("%s differs:\n%s", name, firstDifference(text, want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s should not be there", name)
		}
	}
}

func firstDifference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-60)
	return fmt.Sprintf(" got …%q\nwant …%q", got[from:min(len(got), i+80)], want[from:min(len(want), i+80)])
}

// run builds a world that has no errors.
func run(t testing.TB, cfg build.Config) build.Result {
	t.Helper()
	if cfg.Now.IsZero() {
		cfg.Now = worldTime
	}
	r, err := build.Run(context.Background(), cfg)
	if err != nil {
		t.Fatalf("%v\n%s", err, lines(r.Problems))
	}
	return r
}

// check returns the problems of a world, one a line.
func check(t testing.TB, f folder) string {
	t.Helper()
	report, err := build.Check(context.Background(), build.Config{Content: f.dir, Now: worldTime})
	if err != nil {
		t.Fatal(err)
	}
	return lines(report.Problems)
}

func lines(list problem.List) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s:%d:%d %s %s: %s", p.Path, p.Line, p.Col, p.Severity, p.Rule, p.Message)
		if p.Hint != "" {
			fmt.Fprintf(&b, " (%s)", p.Hint)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// failed builds a world that has errors.
func failed(t testing.TB, cfg build.Config) build.Result {
	t.Helper()
	r, err := build.Run(context.Background(), cfg)
	if !errors.Is(err, build.ErrContent) {
		t.Fatalf("error %v, want %v", err, build.ErrContent)
	}
	return r
}
