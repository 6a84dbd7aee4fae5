// Package bundle joins and minifies styles and scripts with esbuild.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"indigex.com/indigex/build/problem"
)

// Styles returns a stylesheet with everything that it imports, minified.
// The extra rules come last, so they win over rules of the same weight.
// Mistakes are problems whose path is below the folder named by label.
func Styles(assets fs.FS, label, entry, extra string) ([]byte, problem.List) {
	options := settings(assets)
	options.Stdin = &api.StdinOptions{Contents: fmt.Sprintf("@import %q;\n%s", "./"+entry, extra), Loader: api.LoaderCSS, Sourcefile: "entry"}
	return bundled(options, label)
}

// Script returns a script with everything that it imports, minified, as one
// that needs no module. Mistakes are problems whose path is below the folder
// named by label.
func Script(assets fs.FS, label, entry string) ([]byte, problem.List) {
	options := settings(assets)
	options.EntryPoints = []string{entry}
	options.Format, options.MinifyIdentifiers = api.FormatIIFE, true
	return bundled(options, label)
}

// settings are those of all that is bundled.
func settings(assets fs.FS) api.BuildOptions {
	return api.BuildOptions{
		Bundle: true, Write: false, Outfile: "out",
		MinifyWhitespace: true, MinifySyntax: true,
		LegalComments: api.LegalCommentsNone, Charset: api.CharsetUTF8,
		Engines: []api.Engine{{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "113"}, {Name: api.EngineSafari, Version: "16.4"}},
		Plugins: []api.Plugin{reading(assets)},
	}
}

func bundled(options api.BuildOptions, label string) ([]byte, problem.List) {
	result := api.Build(options)
	var problems problem.List
	for _, m := range result.Errors {
		problems = append(problems, convert(m, label, problem.Error))
	}
	for _, m := range result.Warnings {
		problems = append(problems, convert(m, label, problem.Warning))
	}
	if len(result.OutputFiles) == 0 {
		return nil, problems
	}
	return result.OutputFiles[0].Contents, problems
}

// reading lets esbuild read from the file system handed in, and from no other.
func reading(assets fs.FS) api.Plugin {
	return api.Plugin{Name: "assets", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind == api.ResolveCSSURLToken {
				return api.OnResolveResult{Path: args.Path, External: true}, nil
			}
			name := path.Clean(args.Path)
			if args.Namespace == "assets" {
				name = path.Join(path.Dir(args.Importer), args.Path)
			}
			return api.OnResolveResult{Path: name, Namespace: "assets"}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "assets"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			text, err := fs.ReadFile(assets, args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			contents, loader := string(text), api.LoaderCSS
			if path.Ext(args.Path) == ".js" {
				loader = api.LoaderJS
			}
			return api.OnLoadResult{Contents: &contents, Loader: loader}, nil
		})
	}}
}

func convert(m api.Message, label string, severity problem.Severity) problem.Problem {
	p := problem.Problem{Path: label, Severity: severity, Rule: "assets", Message: m.Text}
	if m.Location != nil {
		p.Path = path.Join(label, strings.TrimPrefix(m.Location.File, "assets:"))
		p.Line, p.Col, p.Source = m.Location.Line, m.Location.Column+1, m.Location.LineText
	}
	return p
}

// Fingerprint puts a part of the data's hash into a file name:
// site.css becomes site.5f3a9c1b2d.css.
func Fingerprint(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
}
