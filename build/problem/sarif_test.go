package problem_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"indigex.com/indigex/build/problem"
)

// required are the members that the specification demands of the objects
// that we write (SARIF 2.1.0, OASIS 2020, sections in parentheses), and
// allowed the others of them that we use. An object may have no more.
var required = map[string][]string{
	"sarifLog":            {"version", "runs"},  // 3.13.2, 3.13.4
	"run":                 {"tool"},             // 3.14.6
	"tool":                {"driver"},           // 3.18.2
	"toolComponent":       {"name"},             // 3.19.8
	"reportingDescriptor": {"id"},               // 3.49.3
	"result":              {"message"},          // 3.27.11
	"message":             {"text"},             // 3.11.8: unless it has an id
	"location":            {},                   // 3.28
	"physicalLocation":    {"artifactLocation"}, // 3.29.3: unless it has an address
	"artifactLocation":    {"uri"},              // 3.4.3: unless it has an index
	"region":              {"startLine"},        // 3.30.5: a text region
	"artifactContent":     {"text"},             // 3.3.2: of a text file
}

var allowed = map[string][]string{
	"sarifLog":         {"$schema"},
	"run":              {"columnKind", "results"},
	"toolComponent":    {"rules"},
	"result":           {"ruleId", "level", "locations"},
	"location":         {"physicalLocation"},
	"physicalLocation": {"region"},
	"region":           {"startColumn", "snippet"},
}

// members says of which kind the members are that are objects or arrays of
// them.
var members = map[string]string{
	"runs": "run", "tool": "tool", "driver": "toolComponent", "rules": "reportingDescriptor", "results": "result",
	"message": "message", "locations": "location", "physicalLocation": "physicalLocation",
	"artifactLocation": "artifactLocation", "region": "region", "snippet": "artifactContent",
}

// values are checks of single values, by name of the member.
var values = map[string]func(any) bool{
	"version":     func(v any) bool { return v == "2.1.0" },
	"$schema":     isAbsolute,
	"columnKind":  func(v any) bool { return v == "unicodeCodePoints" || v == "utf16CodeUnits" },
	"level":       func(v any) bool { return v == "none" || v == "note" || v == "warning" || v == "error" },
	"startLine":   atLeastOne,
	"startColumn": atLeastOne,
	"uri":         isReference,
	"text":        isText,
	"name":        isText,
	"id":          isText,
	"ruleId":      isText,
}

func isText(v any) bool { s, ok := v.(string); return ok && s != "" }

func atLeastOne(v any) bool { n, ok := v.(float64); return ok && n >= 1 && n == float64(int(n)) }

func isAbsolute(v any) bool {
	u, err := url.Parse(fmt.Sprint(v))
	return err == nil && u.IsAbs()
}

// isReference accepts a URI reference (RFC 3986) with no character that one
// can't have.
func isReference(v any) bool {
	s, ok := v.(string)
	_, err := url.Parse(s)
	return ok && err == nil && s != "" && !strings.ContainsAny(s, " \\\"<>{}|^`\n") && strings.IndexFunc(s, func(r rune) bool { return r > '~' }) < 0
}

// conforms returns what is wrong with an object of a kind, and within it.
func conforms(kind, at string, object map[string]any) []string {
	var wrong []string
	for _, name := range required[kind] {
		if _, ok := object[name]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: %s lacks %s", at, kind, name))
		}
	}
	for name, value := range object {
		here := path.Join(at, name)
		if !slices.Contains(required[kind], name) && !slices.Contains(allowed[kind], name) {
			wrong = append(wrong, fmt.Sprintf("%s: %s has no such member", here, kind))
		}
		if check := values[name]; check != nil && !check(value) {
			wrong = append(wrong, fmt.Sprintf("%s can't be %v", here, value))
		}
		wrong = append(wrong, within(members[name], here, value)...)
	}
	return wrong
}

func within(kind, at string, value any) []string {
	switch value := value.(type) {
	case nil:
		return []string{at + " is null"}
	case map[string]any:
		return conforms(kind, at, value)
	case []any:
		var wrong []string
		for i, item := range value {
			wrong = append(wrong, within(kind, fmt.Sprintf("%s/%d", at, i), item)...)
		}
		return wrong
	}
	return nil
}

func TestSARIFConforms(t *testing.T) {
	strange := problem.List{
		{Path: "sites/a/file with 100% ümlaut?#[x].md", Line: 1, Rule: "file-name", Message: "m", Source: "s"},
		{Path: "a:b.md", Rule: "file-name", Message: "m", Hint: "h"},
		{Path: "x.md", Line: 2, Col: 2, Rule: "file-name", Message: "one\ntwo"},
	}
	for _, c := range []struct {
		name, dir string
		list      problem.List
	}{
		{"of each severity", "content", sample()},
		{"strange paths", ".", strange},
		{"an absolute folder", "/srv/the content", strange},
		{"a problem of no file", "content", problem.List{{Rule: "r", Message: "m"}}},
		{"no problems", "content", nil},
	} {
		var log map[string]any
		text := written(t, problem.SARIF, c.dir, c.list, false)
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range conforms("sarifLog", "", log) {
			t.Errorf("%s: %s\n%s", c.name, wrong, text)
		}
	}
}

// sarif is what a reader of SARIF looks at.
type sarif struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Name  string
				Rules []struct{ ID string }
			}
		}
		ColumnKind string
		Results    []struct {
			RuleID, Level string
			Message       struct{ Text string }
			Locations     []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           *struct {
						StartLine, StartColumn int
						Snippet                *struct{ Text string }
					}
				}
			}
		}
	}
}

func TestSARIF(t *testing.T) {
	list := append(sample(), problem.Problem{Path: "a b.md", Rule: "file-name", Message: "m"}, sample()[0])
	var log sarif
	if err := json.Unmarshal([]byte(written(t, problem.SARIF, "content", list, false)), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 || len(log.Runs[0].Results) != len(list) {
		t.Fatalf("log %+v has not one run with %d results", log, len(list))
	}
	run := log.Runs[0]
	if got := fmt.Sprint(run.Tool.Driver); got != "{indigex [{assets} {file-name} {not-found-page} {unknown-key}]}" {
		t.Errorf("the driver and its rules are %s", got)
	}
	if run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("columns count %s", run.ColumnKind)
	}
	var got []string
	for _, r := range run.Results {
		line := fmt.Sprintf("%s %s %q", r.Level, r.RuleID, r.Message.Text)
		for _, l := range r.Locations {
			at := l.PhysicalLocation
			line += " " + at.ArtifactLocation.URI
			if at.Region != nil {
				line += fmt.Sprintf(" %d:%d", at.Region.StartLine, at.Region.StartColumn)
				if at.Region.Snippet != nil {
					line += fmt.Sprintf(" %q", at.Region.Snippet.Text)
				}
			}
		}
		got = append(got, line)
	}
	want := []string{
		`error unknown-key "key \"tilte\" is not known here. did you mean \"title\"?" content/sites/shop/cables/index.md 3:1 "tilte: Cables"`,
		`warning not-found-page "the site has no 404.md" content/sites/shop`,
		`note assets "style can't be read" templates/assets/site.css 12:1`,
		`error file-name "m" content/a%20b.md`,
		`error unknown-key "key \"tilte\" is not known here. did you mean \"title\"?" content/sites/shop/cables/index.md 3:1 "tilte: Cables"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("results:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSARIFAddress(t *testing.T) {
	for _, c := range []struct{ dir, path, want string }{
		{"content", "sites/a/x.md", `"content/sites/a/x.md"`},
		{"../other", "x.md", `"../other/x.md"`},
		{"/srv/my content", "x.md", `"file:///srv/my%20content/x.md"`},
		{".", "a:b.md", `"./a:b.md"`},
	} {
		text := written(t, problem.SARIF, c.dir, problem.List{{Path: c.path, Rule: "r", Message: "m"}}, false)
		if !strings.Contains(text, `"uri": `+c.want) {
			t.Errorf("%s below %s: want uri %s in\n%s", c.path, c.dir, c.want, text)
		}
	}
}
