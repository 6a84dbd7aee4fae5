package apikey_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/admin/apikey"
)

func TestNewIsRead(t *testing.T) {
	text, id, hash := apikey.New()
	gotID, gotHash, err := apikey.Parse(text)
	if err != nil || gotID != id || !gotHash.Equal(hash) || !strings.HasPrefix(text, apikey.Prefix+id+"_") {
		t.Errorf("%s: %s, %v", text, gotID, err)
	}
	if other, _, _ := apikey.New(); other == text {
		t.Error("two keys are the same")
	}
	last := text[:len(text)-1]
	for name, wrong := range map[string]string{
		"nothing": "", "prefix": apikey.Prefix, "shorter": last, "longer": text + "a", "capitals": strings.ToUpper(text),
		"no prefix": strings.TrimPrefix(text, apikey.Prefix), "another letter": last + "1", "bits that don't count": last + "b",
		"space": text[:20] + " " + text[21:], "line feed": text[:20] + "\n" + text[21:], "no second bar": strings.Replace(text, id+"_", id+"a", 1),
	} {
		if _, _, err := apikey.Parse(wrong); !errors.Is(err, apikey.ErrNoKey) {
			t.Errorf("%s is taken for a key", name)
		}
	}
}

// FuzzBearer holds that what is read from a header is what was sent, and that
// a key has one form.
func FuzzBearer(f *testing.F) {
	text, _, _ := apikey.New()
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer " + text, "bearer  " + text + " ", "Basic eDp5", "Bearer a b", "Bearer \x00", "Bearer\t" + text} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := apikey.Bearer([]string{header})
		if err != nil {
			if token != "" {
				t.Errorf("%q: refused, yet %q is returned", header, token)
			}
			return
		}
		if token == "" || strings.ContainsAny(token, " \t\r\n\x00") || !strings.HasSuffix(strings.TrimRight(header, " "), token) {
			t.Errorf("%q: %q", header, token)
		}
		id, hash, err := apikey.Parse(token)
		if err == nil && (!strings.HasPrefix(token, apikey.Prefix+id+"_") || hash != apikey.HashOf(token) || len(token) != len(text)) {
			t.Errorf("%q: id %q", token, id)
		}
	})
}

func TestBearer(t *testing.T) {
	for name, headers := range map[string][]string{"none": nil, "two": {"Bearer a", "Bearer a"}, "basic": {"Basic a"}, "bare": {"a"}, "empty": {"Bearer "}, "inner space": {"Bearer a b"}} {
		if _, err := apikey.Bearer(headers); !errors.Is(err, apikey.ErrNoKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := apikey.Bearer([]string{"bEARER x"}); got != "x" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestScopes(t *testing.T) {
	got, err := apikey.ParseScopes("profile, permit")
	if err != nil || apikey.JoinScopes(got) != "permit,profile" {
		t.Errorf("%v, %v", got, err)
	}
	for text, want := range map[string]string{"": "is not known", "permit,": "is not known", "all": "possible are permit,suppression,profile,disclosure", "permit,permit": "stands twice"} {
		if _, err := apikey.ParseScopes(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestNames(t *testing.T) {
	for name, fine := range map[string]bool{
		"crm": true, "order-desk-2": true, "a": false, "": false, "2nd": false, "-a": false, "a-": false, "Crm": false, "a b": false, "a\n": false,
		strings.Repeat("a", 32): true, strings.Repeat("a", 33): false, apikey.FileName: false, apikey.CommandName: false, "büro": false,
	} {
		if err := apikey.CheckName(name); (err == nil) != fine {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestValid(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		key  apikey.Key
		want bool
	}{
		"endless":     {apikey.Key{}, true},
		"expires now": {apikey.Key{Expires: at}, false},
		"expires":     {apikey.Key{Expires: at.Add(1)}, true},
		"revoked":     {apikey.Key{Revoked: at, Expires: at.Add(time.Hour)}, false},
	} {
		if tt.key.Valid(at) != tt.want {
			t.Errorf("%s: want %v", name, tt.want)
		}
	}
	k := apikey.Key{Scopes: []apikey.Scope{apikey.Permit}}
	if !k.Opens(apikey.Permit) || k.Opens(apikey.Profile) {
		t.Error("opens what it does not have")
	}
}

func TestHashIsNotLogged(t *testing.T) {
	var log strings.Builder
	_, _, hash := apikey.New()
	k := apikey.Key{Name: "crm", Hash: hash}
	slog.New(slog.NewTextHandler(&log, nil)).Info("key", "key", k)
	if got := log.String(); !strings.Contains(got, "key=crm") || strings.Contains(got, fmt.Sprint(hash[:3])) {
		t.Error(got)
	}
}
