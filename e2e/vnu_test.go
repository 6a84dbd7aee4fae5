package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestValid lets the Nu HTML checker read every page of the build for
// production.
func TestValid(t *testing.T) {
	t.Parallel()
	jar := module(t, "vnu-jar/build/dist/vnu.jar")
	java, err := exec.LookPath("java")
	if err != nil {
		lacking(t, "there is no Java", "apt-get install default-jre-headless")
	}
	out := production(t)
	public := filepath.Join(out.dir, "public")
	// More heap than this has no use, and other tests run beside.
	cmd := exec.Command(java, "-Xmx512m", "-jar", jar, "--errors-only", "--format", "json", "--exit-zero-always", "--skip-non-html", public)
	var report bytes.Buffer
	cmd.Stderr = &report
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
	var found struct {
		Messages []struct {
			Type, URL, Message, Extract string
			LastLine                    int
		}
	}
	if err := json.Unmarshal(report.Bytes(), &found); err != nil {
		t.Fatalf("%v\n%s", err, report.String())
	}
	for _, m := range found.Messages {
		t.Errorf("%s:%d: %s: %s: %s", strings.TrimPrefix(m.URL, "file:"+public+"/"), m.LastLine, m.Type, m.Message, m.Extract)
	}
}
