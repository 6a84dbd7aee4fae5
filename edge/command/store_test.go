package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// answer stores what a person said to the words of the catalog, or to others.
func answer(t *testing.T, url string, who identity.Code, state consent.State, words string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	const section = "2. Offers\nWe send offers."
	text := words + "\nSend me none.\n"
	storetest.Append(t, s, consent.Submission{
		Nonce: storetest.Nonce(), Code: who, Host: host, At: time.Now(), Source: consent.FromPreferences,
		Answers: []consent.Answer{{Choice: "marketing.email", State: state, Policy: "privacy", Version: 1, SectionHash: policy.HashText(section), WordsHash: policy.HashText(text)}},
		Texts:   map[string]string{policy.HashText(section): section, policy.HashText(text): text},
	})
	must(t, s.Close())
}

// ask runs edge with arguments and returns its exit code and all that it said.
func ask(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out strings.Builder
	p := command.Program{Stdout: &out, Stderr: &out, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now}
	return command.Run(t.Context(), p, args), out.String()
}

func TestPermit(t *testing.T) {
	const asked = "Send me offers."
	tests := []struct {
		name, words string
		state       consent.State
		code        int
		want        string
	}{
		{"granted", asked, consent.Granted, command.Fine, "allowed: "},
		{"refused", asked, consent.Refused, command.No, "not allowed: "},
		{"other words", "Send me whatever.", consent.Granted, command.No, "not allowed: "},
	}
	public := newPublic(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, who := "sqlite:"+filepath.Join(t.TempDir(), "edge.db"), identity.NewCode()
			answer(t, url, who, tt.state, tt.words)
			code, said := ask(t, "permit", "marketing.email", who.String(), "--public", public, "--store", url)
			if code != tt.code || !strings.HasPrefix(said, tt.want) {
				t.Errorf("exit code %d, %q; want %d, %q", code, said, tt.code, tt.want)
			}
			if code, said := ask(t, "permit", "marketing.email", identity.NewCode().String(), "--public", public, "--store", url); code != command.No {
				t.Errorf("somebody else: %d %q", code, said)
			}
		})
	}
}

// TestRestoreBringsTheBackupBack holds that what was stored before the backup
// is there again, what came after is not, and nothing of the old log stays.
func TestRestoreBringsTheBackupBack(t *testing.T) {
	dir, public := t.TempDir(), newPublic(t)
	file, backup := filepath.Join(dir, "edge.db"), filepath.Join(dir, "backup.db")
	url := "sqlite:" + file
	before, after := identity.NewCode(), identity.NewCode()
	permitted := func(who identity.Code) bool {
		code, said := ask(t, "permit", "marketing.email", who.String(), "--public", public, "--store", url)
		if code == command.Usage {
			t.Fatal(said)
		}
		return code == command.Fine
	}
	answer(t, url, before, consent.Granted, "Send me offers.")
	if code, said := ask(t, "backup", backup, "--store", url); code != command.Fine {
		t.Fatal(said)
	}
	answer(t, url, after, consent.Granted, "Send me offers.")
	// A log that a crash left behind must not be taken for one of the backup.
	must(t, os.WriteFile(file+"-shm", make([]byte, 32<<10), 0o600))
	if code, said := ask(t, "restore", backup, "--store", url, "--force"); code != command.Fine {
		t.Fatal(said)
	}
	if !permitted(before) || permitted(after) {
		t.Errorf("before the backup: %v, after it: %v", permitted(before), permitted(after))
	}
	// A store that is beyond repair is what backups are for.
	must(t, os.WriteFile(file, []byte(strings.Repeat("ruined ", 1000)), 0o600))
	if code, said := ask(t, "restore", backup, "--store", url, "--force"); code != command.Fine {
		t.Fatal(said)
	}
	if !permitted(before) {
		t.Error("over a ruined store nothing came back")
	}
	// So is one that is gone but for its log.
	must(t, os.Remove(file))
	must(t, os.WriteFile(file+"-wal", []byte(strings.Repeat("ruined ", 1000)), 0o600))
	if code, said := ask(t, "restore", backup, "--store", url); code != command.Fine {
		t.Fatal(said)
	}
	if _, err := os.Stat(file + "-wal"); err == nil {
		t.Error("the log of the old store stays beside the new one")
	}
}

// TestRestoreRefusesDamage offers backups that are cut or ruined; the
// store stays as it was.
func TestRestoreRefusesDamage(t *testing.T) {
	dir := t.TempDir()
	file, backup := filepath.Join(dir, "edge.db"), filepath.Join(dir, "backup.db")
	url := "sqlite:" + file
	answer(t, url, identity.NewCode(), consent.Granted, "Send me offers.")
	if code, said := ask(t, "backup", backup, "--store", url); code != command.Fine {
		t.Fatal(said)
	}
	stood, err := os.ReadFile(file)
	must(t, err)
	whole, err := os.ReadFile(backup)
	must(t, err)
	damaged := filepath.Join(dir, "damaged.db")
	for name, data := range map[string][]byte{"cut": whole[:len(whole)-4096], "empty": nil, "half a page": whole[:2048], "first page": append(make([]byte, 4096), whole[4096:]...), "a page inside": slices.Concat(whole[:4096*4], bytes.Repeat([]byte{0xA5}, 4096*3), whole[4096*7:])} {
		must(t, os.WriteFile(damaged, data, 0o600))
		if code, said := ask(t, "restore", damaged, "--store", url, "--force"); code != command.Usage {
			t.Errorf("%s: exit code %d, %s", name, code, said)
		}
	}
	now, err := os.ReadFile(file)
	must(t, err)
	if string(now) != string(stood) {
		t.Error("the store has changed")
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != 3 {
		t.Errorf("files are left: %v", entries)
	}
}
