package admin_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/identity"
)

// FuzzAsked sends any body and query: the answer is one that is described, and
// a refusal repeats nothing that looks like an address.
func FuzzAsked(f *testing.F) {
	for _, body := range []string{
		"", "{", "[]", "null", `{"use":"letters","who":["jane"]}`, `{"use":"letters","who":["jane@example.org"]}`, `{"use":"letters","USE":"x","who":[]}`,
		`{"a":{"b":[1,{"c":2}]},"a":1}`, strings.Repeat("[", 5000), "\"\xff\"", `{"use":"\u0000","who":["\ud800"]}`,
	} {
		f.Add(body, "use=letters&who=jane")
	}
	f.Add("", "use=%zz&who=\x00")
	file := filepath.Join(f.TempDir(), "key")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		f.Fatal(err)
	}
	key, err := admin.LoadKey(file)
	if err != nil {
		f.Fatal(err)
	}
	h, err := admin.New(admin.Config{Key: key, Permit: func(context.Context, string, identity.Code) (admin.Decision, error) {
		return admin.Decision{}, errors.New("disk is gone")
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body, query string) {
		for _, method := range []string{"GET", "POST"} {
			r := httptest.NewRequest(method, "http://127.0.0.1:9090/api/v1/permit", strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("Authorization", "Bearer "+secret)
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			switch rec.Code {
			case 400, 413, 422, 429, 503: // the store does not answer
			default:
				t.Errorf("%s %q %q: %d %s", method, query, body, rec.Code, rec.Body)
			}
			if strings.Contains(rec.Body.String(), "@") {
				t.Errorf("%s %q %q: repeats %s", method, query, body, rec.Body)
			}
		}
	})
}
