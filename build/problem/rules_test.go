package problem_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var ruleName = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// rules gathers the names of rules from the source of the generator: what is
// given as Rule in a Problem, as a constant rule, or first to a function
// called report.
func rules(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if name, err := strconv.Unquote(lit.Value); err == nil && ruleName.MatchString(name) {
				found[name] = true
			}
		}
	}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
					add(n.Value)
				}
			case *ast.ValueSpec:
				if n.Names[0].Name == "rule" && len(n.Values) == 1 {
					add(n.Values[0])
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "report" {
					if i := slices.IndexFunc(n.Args, isString); i >= 0 {
						add(n.Args[i])
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isString(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING
}

// TestRulesExplained holds that the guide for editors explains every rule,
// and none that there isn't.
func TestRulesExplained(t *testing.T) {
	guide, err := os.ReadFile("../../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "## What the messages mean\n")
	section, _, _ = strings.Cut(section, "\n## ")
	explained := map[string]bool{}
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "| `") {
			first := strings.Split(line, "|")[1]
			for name := range strings.SplitSeq(first, ",") {
				explained[strings.Trim(name, " `")] = true
			}
		}
	}
	known := rules(t)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !explained[name] {
			t.Errorf("docs/editors.md does not explain the rule %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(explained)) {
		if !known[name] {
			t.Errorf("docs/editors.md explains %q, which is no rule", name)
		}
	}
	if len(known) < 40 {
		t.Errorf("found %d rules in the source: too few to be all", len(known))
	}
}
