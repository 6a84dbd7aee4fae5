package identity

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzRead holds the reading of cookies against net/http: whatever that finds
// is found here, two different values are doubled, what it refuses to parse is
// flooded, and nobody but the owner of the one good cookie is known.
func FuzzRead(f *testing.F) {
	w := newWorld(f)
	own := NewVisitor().WithSeen("privacy", 3)
	cookie := codeCookie + "=" + w.value(own)
	for _, seed := range []string{"", "a=b", cookie, cookie + "; " + cookie, codeCookie + "=x; " + cookie, cookie + ";", strings.Repeat(";", 3000), codeCookie + `="x"`, " ; =; " + codeCookie} {
		f.Add(seed, "", false)
		f.Add(seed, codeCookie+"=y", true)
		f.Add(seed, seed, true)
	}
	f.Fuzz(func(t *testing.T, first, second string, good bool) {
		lines := []string{first, second}
		if good {
			lines = append(lines, cookie)
		}
		v, state := w.cookies.Read(request(lines...))
		found := request(lines...).CookiesNamed(codeCookie)
		different := false
		for _, c := range found {
			different = different || c.Value != found[0].Value
		}
		switch {
		case state == Known && !v.Code.Equal(own.Code):
			t.Fatal("somebody else is known")
		case state == Known && (len(found) == 0 || codeCookie+"="+found[0].Value != cookie):
			t.Fatalf("known, where net/http finds %v", found)
		case different && state != Doubled && state != Flooded:
			t.Fatalf("%v, where net/http finds %v", state, found)
		case len(found) > 0 && state == None:
			t.Fatalf("none, where net/http finds %v", found)
		case good && len(found) == 0 && state != Flooded:
			t.Fatalf("%v, where net/http finds nothing", state)
		}
	})
}

// FuzzRing reads a ring's file: what is taken is written as the same bytes.
func FuzzRing(f *testing.F) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ring := New(now)
	for range 3 {
		data, err := ring.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		if ring, err = ring.Rotate(now, 0); err != nil {
			f.Fatal(err)
		}
		now = now.Add(DefaultLead)
	}
	f.Add([]byte(`{"format": 1, "keys": [{}]}`))
	path := filepath.Join(f.TempDir(), "keys")
	f.Fuzz(func(t *testing.T, data []byte) {
		ring, err := decodeRing(data)
		if err != nil {
			return
		}
		if err := ring.Save(path); err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%v: %q is written as %q", err, data, again)
		}
		if list := ring.List(now); len(list) == 0 {
			t.Fatal("a ring without keys")
		}
	})
}

// FuzzSealed reads what only this program writes: a fault of another one must
// not be a panic. What is taken is JSON of the documented shape and is written
// as the same bytes.
func FuzzSealed(f *testing.F) {
	v := regular()
	v.Issued = time.Unix(1767225600, 0)
	data, err := sealed{}.Serialize(&v)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"code":"06AFPF8YBV5S18W0CV9Q7KXJ3M","issued":0}`))
	f.Add([]byte(`{"code":"06AFPF8YBV5S18W0CV9Q7KXJ3M","issued":1767225600,"policies":{"privacy":[3,4]}}`))
	f.Add([]byte(`{"code":"06AFPF8YBV5S18W0CV9Q7KXJ3M","issued":1767225600,"policies":{"b":[1,0],"a":[1,0]}}`))
	f.Add([]byte(`{"code":"06AFPF8YBV5S18W0CV9Q7KXJ3M","issued":1767225600,"policies":{"a":[1,0],"a":[1,0]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v Visitor
		if (sealed{}).Deserialize(data, &v) != nil {
			return
		}
		var file struct {
			Code     Code              `json:"code"`
			Issued   int64             `json:"issued"`
			Policies map[string][2]int `json:"policies"`
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(&file); err != nil || file.Code != v.Code || file.Issued != v.Issued.Unix() || len(file.Policies) != len(v.policies) {
			t.Fatalf("%q is %+v, as JSON %+v, %v", data, v, file, err)
		}
		for id, versions := range file.Policies {
			if versions != [2]int{v.Seen(id), v.Acknowledged(id)} {
				t.Fatalf("%q is %+v", data, v)
			}
		}
		if again, err := (sealed{}).Serialize(&v); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%v: %q is written as %q", err, data, again)
		}
	})
}

// FuzzToken: no token but the one that was given out holds.
func FuzzToken(f *testing.F) {
	w := newWorld(f)
	response := recorder()
	form, err := w.forms.Begin(response, &http.Request{})
	w.must(err)
	cookie, _, _ := strings.Cut(response.Header().Get("Set-Cookie"), ";")
	token := form.Token("preferences")
	f.Add(cookie, "preferences", token)
	f.Add(cookie, "notices", token)
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, line, purpose, other string) {
		if _, err := w.forms.Verify(request(line), purpose, other); err == nil && (purpose != "preferences" || other != token || !strings.Contains(line, cookie)) {
			t.Fatalf("%q, %q, %q holds", line, purpose, other)
		}
	})
}
