package admin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store/storetest"
)

// BenchmarkPermit asks by a key of the store about one person and about 1000,
// who all granted it.
func BenchmarkPermit(b *testing.B) {
	s, c := storetest.SQLite(b), catalog()
	var who []string
	for range 1000 {
		code := identity.NewCode()
		storetest.Append(b, s, storetest.Submission(code, "letters"))
		who = append(who, code.String())
	}
	text, id, hash := apikey.New()
	if err := s.APIKeys().Add(b.Context(), apikey.Key{ID: id, Name: "bench", Hash: hash, Scopes: apikey.Scopes(), Created: storetest.At}); err != nil {
		b.Fatal(err)
	}
	now := storetest.At
	h, err := admin.New(admin.Config{
		Keys: s.APIKeys(), Now: func() time.Time { return now },
		Permit: func(ctx context.Context, use string, who identity.Code) (admin.Decision, error) {
			return consent.Permit(ctx, s, c, storetest.At, use, who)
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(b *testing.B, method, path, body string) {
		for b.Loop() {
			now = now.Add(time.Second / 100) // below the limit
			r := httptest.NewRequest(method, "http://127.0.0.1:9090"+path, strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+text)
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK {
				b.Fatal(rec.Code, rec.Body)
			}
		}
	}
	b.Run("one", func(b *testing.B) { ask(b, "GET", "/api/v1/permit?use=letters&who="+who[0], "") })
	b.Run("thousand", func(b *testing.B) {
		ask(b, "POST", "/api/v1/permit", `{"use":"letters","who":["`+strings.Join(who, `","`)+`"]}`)
	})
}
