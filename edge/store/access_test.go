package store_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"indigex.com/indigex/edge/account"
	"indigex.com/indigex/edge/admin/apikey/apikeytest"
	"indigex.com/indigex/edge/disclosure/disclosuretest"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

func TestAPISQLite(t *testing.T) { conformAPI(t, storetest.SQLite(t)) }

func TestAPIPostgres(t *testing.T) {
	conformAPI(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t, "-c fsync=off").Database()}))
}

// conformAPI holds an empty store to what other systems rest on.
func conformAPI(t *testing.T, s *store.Store) {
	t.Run("keys", func(t *testing.T) { apikeytest.Conform(t, s.APIKeys()) })
	t.Run("disclosures", func(t *testing.T) { disclosuretest.Conform(t, s.Disclosures()) })
	t.Run("refused", func(t *testing.T) { refused(t, s) })
	t.Run("addressed", func(t *testing.T) { addressed(t, s) })
}

func refused(t *testing.T, s *store.Store) {
	codes := make([]identity.Code, 5)
	for i := range codes {
		codes[i] = identity.NewCode()
	}
	slices.SortFunc(codes, func(a, b identity.Code) int { return bytes.Compare(a[:], b[:]) })
	for _, code := range codes {
		storetest.Append(t, s, storetest.Submission(code, "-letters", "calls"))
	}
	storetest.Append(t, s, storetest.Submission(codes[1], "letters"))
	storetest.Append(t, s, storetest.Submission(identity.NewCode(), "letters"))
	want := [][]identity.Code{{codes[0], codes[2]}, {codes[3], codes[4]}, nil}
	after := identity.Code{}
	for page := range want {
		got, err := s.Refused(t.Context(), "letters", after, 2)
		if err != nil || !slices.Equal(got, want[page]) {
			t.Fatalf("page %d: %v, %v, want %v", page, got, err, want[page])
		}
		if len(got) > 0 {
			after = got[len(got)-1]
		}
	}
	if got, err := s.Refused(t.Context(), "calls", identity.Code{}, 9); len(got) != 0 || err != nil {
		t.Errorf("a choice that was granted: %v, %v", got, err)
	}
}

// addressed holds that an address leads to those who showed that it is theirs.
func addressed(t *testing.T, s *store.Store) {
	register := func(id byte, userID string, confirmed bool) identity.Code {
		t.Helper()
		code := identity.NewCode()
		link := mail.Link{Hash: mail.TokenHash{id}, Kind: mail.ConfirmAddress, Account: account.ID{id}, Address: "Jane@Example.org", Expires: storetest.At.Add(time.Hour)}
		_, _, err := s.Accounts().Register(t.Context(), account.Registration{
			ID: account.ID{id}, UserID: userID, PasswordHash: "none", Profile: code, At: storetest.At,
			Details: map[account.Field]string{account.Email: "Jane@Example.org"},
			Session: account.NewSession{ID: [16]byte{id}, Hash: account.SessionHash{id}, Mark: account.Mark{id}},
		})
		if err == nil && confirmed {
			err = s.Mail().AddLink(t.Context(), link)
		}
		if err == nil && confirmed {
			_, err = s.Accounts().Confirm(t.Context(), link.Hash, storetest.At)
		}
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	jane := register(1, "jane", true)
	register(2, "mallory", false)
	for address, want := range map[string][]identity.Code{"jane@example.ORG": {jane}, "j@example.org": nil, "": nil} {
		if got, err := s.Addressed(t.Context(), address); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", address, got, err, want)
		}
	}
}
