package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// control is a page with mistakes that the checker has to find.
const control = `<!doctype html><html lang="en"><title>Control</title><p id="a">First<p id="a">Second`

// newer are styles that the checker doesn't know yet, of CSS Overflow 5: they
// mark the place in a list of contents. Browsers without them leave it plain.
var newer = []string{"“scroll-target-group”: Property", "Unknown pseudo-element or pseudo-class “:target-current”"}

// A message is what the checker says of a file.
type message struct {
	Type, URL, Message, Extract string
	LastLine                    int
}

// nu lets the Nu HTML checker read all pages and stylesheets in folders.
func nu(t *testing.T, folders ...string) []message {
	t.Helper()
	jar := module(t, "vnu-jar/build/dist/vnu.jar")
	java, err := exec.LookPath("java")
	if err != nil {
		lacking(t, "there is no Java", "apt-get install default-jre-headless")
	}
	// The checker would take a quarter of the machine's memory, and has no
	// use for it.
	args := []string{"-Xmx512m", "-jar", jar, "--errors-only", "--format", "json", "--exit-zero-always", "--skip-non-html", "--also-check-css"}
	cmd := exec.Command(java, append(args, folders...)...)
	var report bytes.Buffer
	cmd.Stderr = &report
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
	var found struct{ Messages []message }
	if err := json.Unmarshal(report.Bytes(), &found); err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
	return slices.DeleteFunc(found.Messages, func(m message) bool {
		return slices.ContainsFunc(newer, func(known string) bool { return strings.Contains(m.Message, known) })
	})
}

// TestValid lets the checker read every page and every stylesheet of the
// build for production, and one bad page.
func TestValid(t *testing.T) {
	t.Parallel()
	out := production(t)
	public, bad := filepath.Join(out.dir, "public"), t.TempDir()
	// It stands in such a folder as pages of later moments do.
	if err := os.Mkdir(filepath.Join(bad, pending), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, pending, "control.html"), []byte(control), 0o644); err != nil {
		t.Fatal(err)
	}
	noticed := false
	for _, m := range nu(t, public, bad) {
		if strings.HasSuffix(m.URL, "/control.html") {
			noticed = noticed || strings.Contains(m.Message, "Duplicate ID")
			continue
		}
		t.Errorf("%s:%d: %s: %s: %s", strings.TrimPrefix(m.URL, "file:"+public+"/"), m.LastLine, m.Type, m.Message, m.Extract)
	}
	if !noticed {
		t.Error("the checker doesn't notice a duplicate id")
	}
}
