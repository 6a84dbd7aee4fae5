package build

import (
	"context"
	"net/url"
	"path"
	"slices"

	"indigex.com/indigex/build/policies"
	"indigex.com/indigex/build/problem"
)

// A Report is what a check finds.
type Report struct {
	// Problems are sorted.
	Problems problem.List
	// Coverage is each promise of the policies in force and what keeps it.
	Coverage []policies.Row
}

// Check finds all problems of the content and writes nothing. The error is
// about the check itself, never about the content.
func Check(ctx context.Context, cfg Config) (Report, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return Report{}, err
	}
	b, err := newBuilder(cfg, false)
	if err != nil {
		return Report{}, err
	}
	if err := b.scan(ctx); err != nil {
		return Report{}, err
	}
	b.prepare()
	if err := b.resolve(ctx); err != nil {
		return Report{}, err
	}
	return Report{
		Problems: slices.Concat(b.problems(), b.unused(), b.ahead()).Sorted(),
		Coverage: b.x.declared.Coverage(b.cfg.Now),
	}, nil
}

// unused reports files that no page refers to, be it public or not.
func (b *Builder) unused() problem.List {
	used := map[string]bool{}
	for name, s := range b.sources {
		if s.page == nil {
			continue
		}
		for _, gap := range s.page.Document.Gaps {
			if target, err := url.Parse(gap.Target); err == nil {
				used[join(name, target.Path)] = true
			}
		}
		if s.page.Meta.Image != nil {
			used[join(name, s.page.Meta.Image.File.Value)] = true
		}
	}
	var all problem.List
	for _, t := range b.x.sites {
		brand := t.file.Brand
		for _, name := range []string{brand.Logo.Value, brand.Motif.Value, brand.Icon.Value, brand.Card.Value} {
			used[path.Join("sites", t.id, name)] = true
		}
		for _, s := range t.assets {
			if !used[s.path] {
				all = append(all, problem.Problem{Path: s.path, Severity: problem.Warning, Rule: "unused-asset", Message: "no page uses this file", Hint: "refer to it, or remove it"})
			}
		}
	}
	return all
}
