package command_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/command"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
)

// registerJane stores an account of the User ID jane, and its confirmed
// address.
func registerJane(t *testing.T, url string) identity.Code {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	code := identity.NewCode()
	_, _, err = s.Accounts().Register(t.Context(), account.Registration{
		ID: account.ID{1}, UserID: "jane", PasswordHash: "none", Profile: code, At: time.Now(),
		Details: map[account.Field]string{account.Email: "jane@example.org"}, Session: account.NewSession{ID: [16]byte{1}},
	})
	must(t, err)
	must(t, s.Close())
	return code
}

// TestKeysOpenTheAPI has a running edge take up keys that commands make, and
// holds what a person sees of it afterwards.
func TestKeysOpenTheAPI(t *testing.T) {
	dir := t.TempDir()
	url, public, keys := "sqlite:"+filepath.Join(dir, "edge.db"), newPublic(t), filepath.Join(dir, "keys.json")
	jane := registerJane(t, url)
	answer(t, url, jane, consent.Granted, "Send me offers.")
	edge(t, "keys", "new", "--keys", keys)
	n := start(t, public, url, keys)

	var out, said bytes.Buffer
	p := command.Program{Stdout: &out, Stderr: &said, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now}
	run := func(args ...string) string {
		t.Helper()
		out.Reset()
		if code := command.Run(t.Context(), p, append(args, "--store", url)); code != command.Fine {
			t.Fatalf("edge %s: %d %s", strings.Join(args, " "), code, said.String())
		}
		return strings.TrimSpace(out.String())
	}
	get := func(key, path string, status int, want string) {
		t.Helper()
		r, err := http.NewRequest("GET", "http://"+n.admin+path, nil)
		must(t, err)
		r.Header.Set("Authorization", "Bearer "+key)
		answer, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		body, err := io.ReadAll(answer.Body)
		must(t, err)
		must(t, answer.Body.Close())
		if answer.StatusCode != status || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %s, want %d with %s", path, answer.StatusCode, body, status, want)
		}
	}
	key := run("api", "keys", "new", "crm", "--scope", "permit,profile")
	get(key, "/api/v1/permit?use=marketing.email&who=jane", 200, `"allowed":true`)
	get(key, "/api/v1/profiles/jane?purpose=marketing", 200, `"categories":[]`)
	get(key, "/api/v1/profiles/nobody?purpose=marketing", 404, "no such person")
	get(key, "/api/v1/suppression/marketing.email", 403, "no scope suppression")
	if said := run("permit", "marketing.email", "Jane", "--public", public); !strings.HasPrefix(said, "allowed: ") {
		t.Error(said)
	}
	second := run("api", "keys", "rotate", "crm")
	get(key, "/api/v1/permit?use=marketing.email&who="+jane.String(), 200, `"allowed":true`)
	get(second, "/api/v1/permit?use=marketing.email&who="+jane.String(), 200, `"allowed":true`)
	run("api", "keys", "revoke", "crm")
	get(second, "/api/v1/permit?use=marketing.email&who="+jane.String(), 401, "Bearer")

	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	list, err := s.Disclosures().Accesses(t.Context(), jane, 0, 9)
	must(t, err)
	must(t, s.Close())
	var seen []string
	for _, a := range list {
		seen = append(seen, fmt.Sprintf("%s %s %s", a.Key, a.What, a.Purpose))
	}
	if got := strings.Join(seen, ", "); got != "operator permit marketing.email, crm profile marketing, crm permit marketing.email" {
		t.Error(got)
	}
}

// TestPermitOfAJoinedBrowser holds that a grant from before a browser signed in
// allows nothing that the profile does not allow.
func TestPermitOfAJoinedBrowser(t *testing.T) {
	url, public, browser := "sqlite:"+filepath.Join(t.TempDir(), "edge.db"), newPublic(t), identity.NewCode()
	jane := registerJane(t, url)
	answer(t, url, browser, consent.Granted, "Send me offers.")
	permit := func(want int) {
		t.Helper()
		if code, said := ask(t, "permit", "marketing.email", browser.String(), "--public", public, "--store", url); code != want {
			t.Errorf("exit code %d, %s", code, said)
		}
	}
	permit(command.Fine)
	s, err := store.Open(t.Context(), store.Config{URL: url})
	must(t, err)
	_, err = s.Accounts().SignIn(t.Context(), account.SignIn{
		Account: account.ID{1}, PasswordHash: "none", Joined: browser, At: time.Now(), Session: account.NewSession{ID: [16]byte{2}, Hash: account.SessionHash{2}},
	})
	must(t, err)
	must(t, s.Close())
	permit(command.No)
	answer(t, url, jane, consent.Granted, "Send me offers.")
	permit(command.Fine)
	answer(t, url, jane, consent.Refused, "Send me offers.")
	permit(command.No)
}
