package admin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/edge/admin"
)

func TestKeyFiles(t *testing.T) {
	tests := []struct {
		name, text string
		mode       os.FileMode
		want       string // in the error; empty for none
	}{
		{"good", secret, 0o600, ""},
		{"read-only", secret + "\r\n", 0o400, ""},
		{"group may read", secret, 0o640, "chmod 600"},
		{"all may read", secret, 0o604, "chmod 600"},
		{"short", "tooshort", 0o600, "must have 22 to 512"},
		{"empty", "", 0o600, "must have 22 to 512"},
		{"long", strings.Repeat("x", 600), 0o600, "must have 22 to 512"},
		{"two words", secret + " " + secret, 0o600, "printable"},
		{"accents", secret + "é", 0o600, "printable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(file, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			key, err := admin.LoadKey(file)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error has the key: %v", err)
			}
			if shown := fmt.Sprintf("%v %+v %s", key, key, key.LogValue()); strings.Contains(shown, secret) {
				t.Errorf("the key shows itself: %s", shown)
			}
		})
	}
	if _, err := admin.LoadKey(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "make one with") {
		t.Errorf("no file: %v", err)
	}
	if _, err := admin.LoadKey(t.TempDir()); err == nil {
		t.Error("a folder is a key")
	}
}
