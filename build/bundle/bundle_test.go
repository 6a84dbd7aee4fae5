package bundle_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"indigex.com/indigex/build/bundle"
	"indigex.com/indigex/build/problem"
)

func assets(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func TestStyles(t *testing.T) {
	fsys := assets(
		"site.css", `@import "parts/base.css"; h1 { color: var(--accent) }`,
		"parts/base.css", `@import "tokens.css"; body { margin: 0px; background: url(/dot.svg) }`,
		"parts/tokens.css", `:root { --accent: red }`,
	)
	css, problems := bundle.Styles(fsys, "assets", "site.css", ":root{--accent:blue}")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := `:root{--accent: red }body{margin:0;background:url(/dot.svg)}h1{color:var(--accent)}:root{--accent:blue}`
	if got := strings.TrimSpace(string(css)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestStylesProblems(t *testing.T) {
	for _, test := range []struct {
		name  string
		fsys  fstest.MapFS
		path  string
		line  int
		level problem.Severity
	}{
		{"missing import", assets("site.css", "\n@import \"base.css\";\n"), "assets/site.css", 2, problem.Error},
		{"syntax", assets("site.css", `@import "base.css";`, "base.css", "a {\n  color red\n}\n"), "assets/base.css", 2, problem.Warning},
		{"missing entry", assets(), "assets/entry", 1, problem.Error},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, problems := bundle.Styles(test.fsys, "assets", "site.css", "")
			if len(problems) == 0 {
				t.Fatal("no problem was found")
			}
			if p := problems[0]; p.Path != test.path || p.Line != test.line || p.Severity != test.level {
				t.Errorf("%+v", p)
			}
		})
	}
}

// TestStylesStayInside wants files outside the assets out of reach.
func TestStylesStayInside(t *testing.T) {
	css, problems := bundle.Styles(assets("site.css", `@import "../../../../etc/hostname";`), "assets", "site.css", "")
	if len(problems) == 0 {
		t.Errorf("no problem; bundled %q", css)
	}
}

// TestScript leaves a script that runs as it is, without words for its
// readers, and with nothing of its own in the page's scope.
func TestScript(t *testing.T) {
	js, problems := bundle.Script(assets("a.js", "// Why.\nimport { greet } from './b.js'\ngreet(document.title)\n", "b.js", "export const greet = name => console.log(name)\n"), "assets", "a.js")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := string(js); strings.Contains(got, "Why") || strings.Contains(got, "import") || !strings.HasPrefix(got, "(()=>{") || !strings.Contains(got, "console.log(") {
		t.Errorf("script:\n%s", got)
	}
	for name, text := range map[string]string{"syntax": "let = = 1", "missing": "import './b.js'"} {
		_, problems := bundle.Script(assets("a.js", text), "assets", "a.js")
		if len(problems) != 1 || problems[0].Path != "assets/a.js" || problems[0].Line != 1 || problems[0].Severity != problem.Error {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

func TestFingerprint(t *testing.T) {
	one, two := bundle.Fingerprint("/assets/site.css", []byte("a")), bundle.Fingerprint("/assets/site.css", []byte("b"))
	if one == two || one != "/assets/site.ca978112ca.css" {
		t.Errorf("%s, %s", one, two)
	}
}
