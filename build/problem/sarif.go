package problem

import (
	"io"
	"net/url"
	"path"
	"slices"
)

// The types below are the part of SARIF 2.1.0 (OASIS, 2020) that is used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int           `json:"startLine"`
		StartColumn int           `json:"startColumn"`
		Snippet     *sarifMessage `json:"snippet,omitempty"`
	}
)

func writeSARIF(w io.Writer, list List) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "indigex", Rules: []sarifRule{}}}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	var rules []string
	for _, p := range list {
		rules = append(rules, p.Rule)
		run.Results = append(run.Results, sarifOf(p))
	}
	slices.Sort(rules)
	for _, rule := range slices.Compact(rules) {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{rule})
	}
	return encode(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// sarifOf is a problem as a result (section 3.27).
func sarifOf(p Problem) sarifResult {
	text := p.Message
	if p.Hint != "" {
		text += ". " + p.Hint
	}
	level := p.Severity.String()
	if p.Severity == Notice {
		level = "note"
	}
	r := sarifResult{RuleID: p.Rule, Level: level, Message: sarifMessage{text}}
	if p.Path == "" {
		return r
	}
	where := sarifPhysical{Artifact: sarifArtifact{address(p.Path)}}
	if p.Line > 0 {
		where.Region = &sarifRegion{StartLine: p.Line, StartColumn: max(p.Col, 1)}
		if p.Source != "" {
			where.Region.Snippet = &sarifMessage{p.Source}
		}
	}
	r.Locations = []sarifLocation{{where}}
	return r
}

// address is a path as a URI: relative to where the command ran, or with the
// scheme file where the user named the content by an absolute path.
func address(name string) string {
	u := url.URL{Path: name}
	if path.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}
