package build_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/build"
	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
	"indigex.com/indigex/templates/stitch"
)

// hostile has the marker of the slot wherever an editor can write one.
const hostile = `
-- sites/apex/hostile.md --
---
title: "A <!--notice--> title"
description: "A <!--notice--> description."
aliases: [/older/]
tags: [light]
---
## <!--notice-->

A <!--notice--> comment, ` + "`<!--notice-->`" + ` and a [link](/ "<!--notice-->").

<!--notice-->
`

// slotless says whether a file of the output is no page that a notice may
// stand in: the page without content, and those at old addresses.
func slotless(name string) bool {
	return strings.HasSuffix(name, "/.edge/shell.html") || strings.Contains(name, "/old") && strings.HasSuffix(name, "/index.html")
}

// TestSlots wants one slot in every page, now and later, and pages packed at
// it.
func TestSlots(t *testing.T) {
	f, compress := newDeclaredWorld(t, hostile), func(c *build.Config) { c.Compress = true }
	out, _ := buildAt(t, f, worldTime, compress)
	again, _ := buildAt(t, f, worldTime, compress)
	sameOutput(t, again, out)
	packed, later := 0, 0
	for _, name := range slices.Sorted(maps.Keys(out)) {
		if path.Ext(name) != ".html" {
			continue
		}
		want := 1
		if slotless(name) {
			want = 0
		}
		html := out[name]
		if n := strings.Count(html, stitch.Marker); n != want {
			t.Errorf("%s has %d slots, want %d", name, n, want)
		}
		if want == 0 {
			continue
		}
		if !strings.Contains(html, `<main id="main-content" tabindex="-1">`+stitch.Marker) {
			t.Errorf("%s doesn't begin its content with the slot", name)
		}
		checkPacked(t, name, html, out[name+".gz"])
		packed++
		if strings.Contains(name, "/.at/") {
			later++
		}
	}
	if packed < 20 || later < 5 {
		t.Errorf("only %d pages are packed, %d of them for later", packed, later)
	}
	for name, text := range out {
		if strings.HasSuffix(name, ".gz") && unzipped(t, name, text) != out[strings.TrimSuffix(name, ".gz")] {
			t.Errorf("%s is not the file beside it", name)
		}
	}
}

// checkPacked wants a file that the edge can stitch.
func checkPacked(t *testing.T, name, html, gz string) {
	t.Helper()
	p, err := stitch.Open([]byte(gz))
	if err != nil {
		t.Errorf("%s.gz: %v", name, err)
		return
	}
	if err := p.Verify(); err != nil {
		t.Errorf("%s.gz: %v", name, err)
	}
	if slot, _ := stitch.Slot([]byte(html)); p.Slot() != slot {
		t.Errorf("%s.gz is cut at %d, the slot is at %d", name, p.Slot(), slot)
	}
}

func unzipped(t *testing.T, name, text string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(plain)
}

// TestShells reads what the catalog says of each site's page without content.
func TestShells(t *testing.T) {
	f := newDeclaredWorld(t, "")
	f.replace("sites/shop/site.yaml", "title: ", "language: fr-CA\ntitle: ")
	out, _ := buildAt(t, f, worldTime, func(c *build.Config) { c.Compress = true })
	c, err := policy.DecodeCatalog([]byte(out["catalog.json"]))
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range c.Sites {
		file := out[site.Host+"/"+site.Shell]
		s, err := templates.ParseShell([]byte(file))
		if err != nil {
			t.Fatalf("%s: %v", site.Host, err)
		}
		var page bytes.Buffer
		if err := s.Render(context.Background(), &page, "Yours", templates.Redirect("", "", "")); err != nil {
			t.Fatal(err)
		}
		sheet := between(page.String(), `href="/assets/edge.`, `.css"`)
		if out[site.Host+"/assets/edge."+sheet+".css"] == "" {
			t.Errorf("%s: the style of the edge's pages is missing: %q", site.Host, sheet)
		}
		for _, want := range []string{`<html lang="` + site.Language + `">`, `href="/preferences"`, `href="/notices"`, "<title>Yours"} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("%s: the page lacks %s", site.Host, want)
			}
		}
		if out[site.Host+"/"+site.Shell+".gz"] != "" {
			t.Errorf("%s: the page without content is packed, and nobody asks for it", site.Host)
		}
		if strings.Contains(out[site.Host+"/sitemap.xml"], ".edge") {
			t.Errorf("%s: the sitemap names the page without content", site.Host)
		}
	}
	if c.Sites[1].Language != "fr-CA" || c.Sites[0].Language != "en" {
		t.Errorf("languages %s, %s", c.Sites[0].Language, c.Sites[1].Language)
	}
}

// between returns what stands between two texts.
func between(s, before, after string) string {
	_, rest, _ := strings.Cut(s, before)
	found, _, _ := strings.Cut(rest, after)
	return found
}
