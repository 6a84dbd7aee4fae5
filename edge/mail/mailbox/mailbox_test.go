package mailbox_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/mail/mailbox"
)

// What was written into the folder is shown, the newest first, and nothing else
// of the folder is.
func TestMailbox(t *testing.T) {
	dir := t.TempDir()
	folder, err := mail.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for i, subject := range []string{"The first", "The <b>second</b> ☂"} {
		m := &mail.Message{
			ID: string(rune('a'+i)) + "@lanterns.example", FromName: "Lanterns", From: "a@lanterns.example", To: "anna@lanterns.example", Subject: subject,
			Text: "Words of " + subject + ", long enough to be wrapped by what sends it, = with signs that are encoded.", HTML: "<head></head><p>HTML<script>alert(1)</script>", At: at.Add(time.Duration(i) * time.Hour),
			Fields: map[string]string{"List-Unsubscribe": "<https://lanterns.example/unsubscribe/x>"},
		}
		if err := folder.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.eml"), []byte("no mail"), 0o600); err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string, string) {
		rec := httptest.NewRecorder()
		mailbox.Handler(os.DirFS(dir)).ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		return rec.Code, rec.Body.String(), rec.Header().Get("Content-Security-Policy")
	}
	status, list, _ := get(mailbox.Path)
	one, two := strings.Index(list, "The first"), strings.Index(list, "The &lt;b&gt;second&lt;/b&gt; ☂")
	if status != 200 || two < 0 || one < two || strings.Contains(list, "broken") {
		t.Errorf("%d: %s", status, list)
	}
	_, rest, _ := strings.Cut(list[two-200:], `href="`)
	address, _, _ := strings.Cut(rest, `"`)
	if status, page, _ := get(address); status != 200 || !strings.Contains(page, "by what sends it, = with signs that are encoded.") || !strings.Contains(page, "https://lanterns.example/unsubscribe/x") {
		t.Errorf("%s: %d %s", address, status, page)
	}
	if status, html, policy := get(address + "/html"); status != 200 || !strings.Contains(html, "<p>HTML") || !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%d %s %s", status, html, policy)
	}
	for _, path := range []string{"/secret.txt", "/..%2f..%2fetc%2fpasswd", "/none.eml", "/broken.eml", "/secret.txt/html"} {
		if status, body, _ := get(mailbox.Path + path); status != 404 || strings.Contains(body, "secret") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}
