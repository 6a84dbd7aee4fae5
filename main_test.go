package main

import (
	"context"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"indigex.com/indigex/build/command"
)

const module = "indigex.com/indigex"

// mayImport says, for each folder at the top, which others it may import.
// A new direction is a change to this table.
var mayImport = map[string][]string{
	".":         {"build", "edge"},
	"build":     {"build", "templates", "policy"},
	"edge":      {"edge", "templates", "policy"},
	"templates": {"templates", "policy"},
	"policy":    {"policy"}, // its tests
}

// onlyIn names the folders that may import packages that the small binary
// must not carry, or that belong to one task.
var onlyIn = map[string]string{
	"github.com/yuin/goldmark":        "build",
	"github.com/alecthomas/chroma":    "build",
	"github.com/dlclark/regexp2":      "build",
	"go.yaml.in/yaml":                 "build",
	"github.com/fsnotify/fsnotify":    "build",
	"github.com/evanw/esbuild":        "build templates",
	"github.com/fxamacker/cbor":       "build",
	"golang.org/x/image":              "build",
	"golang.org/x/tools/txtar":        "build",
	"golang.org/x/term":               "build",
	"github.com/rogpeppe/go-internal": ". edge",
	"github.com/jackc/pgx":            "edge",
	"github.com/pressly/goose":        "edge",
	"github.com/VictoriaMetrics":      "edge",
	"modernc.org/sqlite":              "edge",
	"github.com/a-h/templ":            "templates build edge",
	"github.com/gorilla/securecookie": "edge",
	"golang.org/x/crypto":             "edge",
	"github.com/wneessen/go-mail":     "edge",
	"github.com/danielgtaylor/huma":   "edge",
	"github.com/santhosh-tekuri":      "edge",
	"github.com/go-webauthn/webauthn": "edge",
	"github.com/descope":              "edge",
	"golang.org/x/net/html":           "build templates edge",
	"pgregory.net/rapid":              "build templates edge policy",
	"znkr.io/diff":                    "build",
}

// TestImports reads the imports of every file. It does not ask the go
// command, whose answer a cached test run may not have seen change.
func TestImports(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || name == "e2e") {
			return fs.SkipDir
		}
		if filepath.Ext(name) == ".go" {
			files++
			checkImports(t, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d files were read", files)
	}
}

func checkImports(t *testing.T, name string) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	folder := top(path.Dir(name))
	allowed, known := mayImport[folder]
	if !known {
		t.Errorf("%s: folder %s is not in the design", name, folder)
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if rel, ours := strings.CutPrefix(imported, module+"/"); ours {
			if !contains(allowed, top(rel)) {
				t.Errorf("%s imports %s: %s may import %v", name, imported, folder, allowed)
			}
			continue
		}
		checkForeign(t, name, folder, imported)
	}
}

func checkForeign(t *testing.T, name, folder, imported string) {
	if !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
		return // the standard library
	}
	if folder == "policy" && !strings.HasSuffix(name, "_test.go") {
		t.Errorf("%s imports %s: policy uses the standard library alone", name, imported)
	}
	for prefix, folders := range onlyIn {
		if strings.HasPrefix(imported, prefix) {
			if !contains(strings.Fields(folders), folder) {
				t.Errorf("%s imports %s, which only %s may", name, imported, folders)
			}
			return
		}
	}
	t.Errorf("%s imports %s, which no folder may: add it to the table", name, imported)
}

func top(folder string) string {
	first, _, _ := strings.Cut(folder, "/")
	return first
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"indigex": func() { os.Exit(command.Run(context.Background(), server(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// scripts run the real program. Each is a small world with what is done in
// it; the language is that of testscript.
var scripts = map[string]string{
	"help": `
indigex --help
stdout 'indigex COMMAND --help explains a command'
indigex help build
stdout 'Examples:'
! stderr .
! indigex
stderr 'Usage: indigex COMMAND'
! indigex biuld
stderr 'did you mean "build"'
! indigex build --oot x
stderr 'flag provided but not defined: -oot'
stderr 'hint: indigex build --help'
! indigex check extra
stderr 'argument "extra" is one too many'
! indigex check --format xml
stderr 'possible: text, json, github, sarif'
! indigex build --now yesterday
stderr 'RFC 3339'
! indigex build
stderr 'there is no content folder content'
! indigex serve --addr 256.0.0.1:1
stderr 'can.t listen on 256.0.0.1:1'
indigex version
stdout '^indigex .*, commit .*, go1'
`,
	"build": `
indigex build --out public --no-cache
stdout '^built 1 sites, 2 pages \(2 changed\), 0 policies in \d+ ms$'
exists public/example.com/index.html public/catalog.json
indigex build --out public
stdout '\(0 changed\)'
indigex check
stdout '^content: no problems$'
mkdir theirs
cp content/provider.yaml theirs/file.yaml
! indigex build --out theirs
stderr 'theirs has files that were not built by indigex'
stderr 'hint: name an empty or new folder'
` + smallWorld,
	"problems": `
! exec indigex build --out public
! exists public/example.com
stderr '^content/sites/apex/index.md:4:1: key "layuot" is not known here$'
stderr '^     4 \| layuot: home$'
stderr '^  hint: did you mean "layout"\?$'
stderr '1 error; nothing was written'
! stdout .
! exec indigex check
stdout '^content/sites/apex/index.md:4:1: key "layuot"'
stdout '^content: 1 error$'
! exec indigex check --format json
stdout '"rule": "unknown-key"'
! exec indigex check --format github
stdout '^::error file=content/sites/apex/index.md,line=4,col=1,title=unknown-key::key'
! exec indigex check --format sarif
stdout '"version": "2.1.0"'
` + strings.Replace(smallWorld, "layout: home", "layuot: home", 1),
}

const smallWorld = `
-- content/provider.yaml --
name: Example
domain: example.com
-- content/sites/apex/site.yaml --
title: Example
host: example.com
description: A company.
brand:
  light: {background: "#ffffff", surface: "#f4f6f8", text: "#16191d", muted: "#555c66", line: "#d5dae0", accent: "#1f4e9c"}
  dark: {background: "#101317", surface: "#191e24", text: "#e8ebef", muted: "#a5adb8", line: "#333a43", accent: "#8fb4ff"}
-- content/sites/apex/index.md --
---
title: Welcome
description: The home page.
layout: home
---
Words.
-- content/sites/apex/404.md --
---
title: Not found
description: There is no such page.
---
`

func TestScripts(t *testing.T) {
	dir := t.TempDir()
	all := maps.Clone(scripts)
	maps.Copy(all, policyScripts)
	for name, script := range all {
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		env.Setenv("INDIGEX_CACHE", filepath.Join(env.WorkDir, "cache"))
		return nil
	}})
}

// TestExitCodes holds the codes that scripts rely on.
func TestExitCodes(t *testing.T) {
	var out strings.Builder
	for args, want := range map[string]int{"--help": command.Fine, "version": command.Fine, "": command.Usage, "nothing": command.Usage, "build --nothing": command.Usage, "check --content nowhere": command.Usage} {
		if got := command.Run(context.Background(), server(), strings.Fields(args), &out, &out); got != want {
			t.Errorf("indigex %s: exit code %d, want %d", args, got, want)
		}
	}
}
