package templates_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"indigex.com/indigex/templates"
	"indigex.com/indigex/templates/stitch"
)

// The marks of a shell's file.
const (
	shellTitle = "::title of the page::"
	shellBody  = "<!--content of the page-->"
)

func shellFile(t *testing.T) string {
	t.Helper()
	s := *site(t, brands()[1])
	s.EdgeStylesheet, s.Script = "/assets/edge.css", "/assets/notice.js"
	prepared, err := templates.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := templates.ShellDocument(prepared).Render(context.Background(), &file); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// TestShell makes a page from a site's shell: all of the site is there, and
// nothing of the page can leave its place.
func TestShell(t *testing.T) {
	s, err := templates.ParseShell([]byte(shellFile(t)))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := s.Render(context.Background(), &page, `You & us </title><script>`, templ.Raw("<h1>Yours</h1>")); err != nil {
		t.Fatal(err)
	}
	got := page.String()
	for _, want := range []string{
		`<title>You &amp; us &lt;/title&gt;&lt;script&gt; · INDIGEX Shop</title>`, `<meta name="robots" content="noindex">`,
		`<main id="main-content" tabindex="-1"><h1>Yours</h1></main>`, `<link rel="stylesheet" href="/assets/edge.css">`,
		`<html lang="en">`, `<header class="masthead">`, `<footer class="footer">`, "</head>",
	} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%d times %s in:\n%s", strings.Count(got, want), want, got)
		}
	}
	for _, unwanted := range []string{"canonical", "<script", stitch.Marker, shellTitle, shellBody, `aria-current="page"`} {
		if strings.Contains(got, unwanted) {
			t.Errorf("the page has %s", unwanted)
		}
	}
	if site, edge := strings.Index(got, `href="site.css"`), strings.Index(got, `href="/assets/edge.css"`); site < 0 || edge < site {
		t.Error("the edge's style doesn't follow the site's")
	}
}

func TestShellRefused(t *testing.T) {
	file := shellFile(t)
	for name, spoiled := range map[string]string{
		"empty":           "",
		"another page":    "<!doctype html><title>Home</title><main></main>",
		"no title":        strings.Replace(file, shellTitle, "", 1),
		"no content":      strings.Replace(file, shellBody, "", 1),
		"two titles":      strings.Replace(file, shellBody, shellBody+shellTitle, 1),
		"content twice":   strings.Replace(file, shellBody, shellBody+shellBody, 1),
		"content first":   shellBody + shellTitle,
		"cut in the head": file[:strings.Index(file, "</head>")],
	} {
		if _, err := templates.ParseShell([]byte(spoiled)); err == nil || !strings.HasPrefix(err.Error(), "shell: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestShellErrors passes on what goes wrong while a page is written.
func TestShellErrors(t *testing.T) {
	s, err := templates.ParseShell([]byte(shellFile(t)))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	body := templ.ComponentFunc(func(context.Context, io.Writer) error { return broken })
	if err := s.Render(context.Background(), io.Discard, "", body); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	r, w := io.Pipe()
	r.CloseWithError(broken)
	if err := s.Render(context.Background(), w, "", templ.Raw("")); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
