package problem

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
)

// Formats that Write knows.
const (
	Text   = "text"   // for people at a terminal
	JSON   = "json"   // an array of objects
	GitHub = "github" // workflow commands, shown as annotations
	SARIF  = "sarif"  // Static Analysis Results Interchange Format 2.1.0
)

// Formats lists them.
func Formats() []string { return []string{Text, JSON, GitHub, SARIF} }

// Write prints the list with its paths Located. Colour uses terminal colours
// in Text.
func Write(w io.Writer, format, dir string, list List, colour bool) error {
	list = Located(dir, list)
	switch format {
	case Text:
		return writeText(w, list, colour)
	case JSON:
		return writeJSON(w, list)
	case GitHub:
		return writeGitHub(w, list)
	case SARIF:
		return writeSARIF(w, list)
	}
	return fmt.Errorf("format %q is not known", format)
}

// Located puts the paths of a list below the content folder as the user named
// it, but for those of the templates, which are not in it.
func Located(dir string, list List) List {
	all := make(List, len(list))
	for i, p := range list {
		if p.Path != "" && !strings.HasPrefix(p.Path, "templates/") {
			p.Path = path.Join(dir, p.Path)
		}
		all[i] = p
	}
	return all
}

func writeText(w io.Writer, list List, colour bool) error {
	bold, dim, red, yellow, off := "", "", "", "", ""
	if colour {
		bold, dim, red, yellow, off = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
	}
	var b strings.Builder
	for _, p := range list {
		mark := ""
		switch p.Severity {
		case Error:
			mark = red
		case Warning:
			mark = yellow + "warning: "
		case Notice:
			mark = "notice: "
		}
		fmt.Fprintf(&b, "%s%s:%s %s%s%s\n", bold, clean(p.Place()), off, mark, clean(p.Message), off)
		if source, caret := p.Excerpt(); source != "" {
			number := fmt.Sprintf("%4d", p.Line)
			margin := strings.Repeat(" ", len(number))
			fmt.Fprintf(&b, "  %s%s |%s %s\n  %s%s |%s %s\n", dim, number, off, source, dim, margin, off, caret)
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "  %shint:%s %s\n", bold, off, clean(p.Hint))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeJSON(w io.Writer, list List) error {
	type entry struct {
		Path     string `json:"path"`
		Line     int    `json:"line"`
		Col      int    `json:"col"`
		Severity string `json:"severity"`
		Rule     string `json:"rule"`
		Message  string `json:"message"`
		Source   string `json:"source,omitempty"`
		Hint     string `json:"hint,omitempty"`
	}
	entries := make([]entry, len(list))
	for i, p := range list {
		entries[i] = entry{p.Path, p.Line, p.Col, p.Severity.String(), p.Rule, p.Message, p.Source, p.Hint}
	}
	return encode(w, entries)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeGitHub prints workflow commands, escaped as GitHub Actions' toolkit
// documents: % CR LF in messages, : and , as well in properties. The hint is
// the annotation's second line.
func writeGitHub(w io.Writer, list List) error {
	message := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range list {
		text := message.Replace(p.Message)
		if p.Hint != "" {
			text += "%0A" + message.Replace(p.Hint)
		}
		place := "file=" + property.Replace(p.Path)
		if p.Line > 0 {
			place += fmt.Sprintf(",line=%d,col=%d", p.Line, max(p.Col, 1))
		}
		// What is a control character still would reach whoever reads the log.
		command := clean(fmt.Sprintf("::%s %s,title=%s::%s", p.Severity, place, property.Replace(p.Rule), text))
		if _, err := io.WriteString(w, command+"\n"); err != nil {
			return err
		}
	}
	return nil
}
