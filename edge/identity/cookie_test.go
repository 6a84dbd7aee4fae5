package identity

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var longHost = strings.Repeat(strings.Repeat("a", 63)+".", 3) + strings.Repeat("b", 61)

func recorder() *httptest.ResponseRecorder { return httptest.NewRecorder() }

func TestWrite(t *testing.T) {
	w, response := newWorld(t), recorder()
	v := regular()
	w.must(w.cookies.Write(response, v))
	line := response.Header().Get("Set-Cookie")
	if _, attributes, _ := strings.Cut(line, "; "); !strings.HasPrefix(line, "__Secure-code=") || attributes != "Path=/; Domain=lanterns.example; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("the line is %s", line)
	}
	if got := response.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	got := w.want(Known, "theme=dark; "+strings.Split(line, ";")[0]+"; a=b")
	if v.Issued = w.now; !reflect.DeepEqual(got, v) {
		t.Errorf("read is %+v, want %+v", got, v)
	}
	if again := w.value(v); strings.Contains(line, again) || strings.Contains(line, v.Code.String()) {
		t.Error("the value is not encrypted, or twice the same")
	}
}

func TestNone(t *testing.T) {
	w := newWorld(t)
	value := w.value(NewVisitor())
	w.want(None)
	w.want(None, "")
	w.want(None, ";;; ;", "a=b")
	w.want(None, "__secure-code="+value+"; __Secure-codes="+value+"; x__Secure-code="+value+"; code="+value+"; a=__Secure-code")
}

// Two identity cookies that differ are both refused, wherever they stand and
// whichever of them holds; two copies are one.
func TestDoubled(t *testing.T) {
	w := newWorld(t)
	a, b := codeCookie+"="+w.value(NewVisitor()), codeCookie+"="+w.value(NewVisitor())
	w.want(Doubled, a+"; "+b)
	w.want(Doubled, a, b)
	w.want(Doubled, a+"; "+a+"; x=y; "+b)
	w.want(Doubled, codeCookie+"=; "+a)
	w.want(Doubled, a+"; "+codeCookie)
	w.want(Doubled, a+"; "+codeCookie+"=\x01")
	w.want(Doubled, a+"; "+codeCookie+`="`+strings.TrimPrefix(a, codeCookie+"=")+`"`)
	w.want(Known, a+"; x=y;"+a+" ;  "+a)
	w.want(Known, a, a)
}

// More pairs than net/http parses, or more bytes than are looked at, hide the
// visitor's cookie: that is not a visitor without one.
func TestFlooded(t *testing.T) {
	w := newWorld(t)
	own := codeCookie + "=" + w.value(NewVisitor())
	w.want(Known, strings.Repeat("a=b;", 2999)+own)
	w.want(Flooded, strings.Repeat("a=b;", 3000)+own)
	w.want(Flooded, own+strings.Repeat(";", 3000))
	w.want(Flooded, slices.Repeat([]string{"a=b"}, 3001)...)
	w.want(Flooded, "a="+strings.Repeat("b", maxCookies-1), own)
	r := request(strings.Repeat("a=b;", 2999) + own)
	if len(r.CookiesNamed(codeCookie)) != 1 {
		t.Error("net/http parses fewer cookies than this package")
	}
}

// Each cut and each flipped bit makes the cookie one that does not hold.
func TestBroken(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"privacy", "cookies-1", "cookies-12", "cookies-123", "cookies-1234"} {
		w.broken(w.value(NewVisitor().WithSeen(id, 3))) // each ends otherwise in base64
	}
}

func (w *world) broken(value string) {
	w.Helper()
	for i := range value {
		w.want(Broken, codeCookie+"="+value[:i])
		for bit := range 8 {
			flipped := []byte(value)
			if flipped[i] ^= 1 << bit; flipped[i] != ';' && strings.TrimSpace(string(flipped)) == string(flipped) {
				w.want(Broken, codeCookie+"="+string(flipped))
			}
		}
	}
	w.want(Broken, codeCookie+"="+value+"=")
	w.want(Broken, codeCookie+"="+value+value)
	w.want(Broken, codeCookie+"="+strings.Repeat("A", 5000))
	w.want(Broken, codeCookie+`="`+value+`"`)
	w.want(Known, codeCookie+"="+value)
}

// A value that the same keys made for another cookie or purpose is refused,
// here and there.
func TestPurposeIsAuthenticated(t *testing.T) {
	w := newWorld(t)
	v := NewVisitor()
	v.Issued = w.now
	codec := w.ring.keys[0].codec
	for _, purpose := range []string{codeCookie, "__Host-session", "__Host-session identity 1", codeCookie + " identity 2"} {
		value, err := codec.Encode(purpose, &v)
		w.must(err)
		w.want(Broken, codeCookie+"="+value)
		var got Visitor
		if codec.Decode(purpose, w.value(v), &got) == nil {
			t.Errorf("an identity passes for %s", purpose)
		}
	}
}

func TestKeysThatAreNotThere(t *testing.T) {
	w := newWorld(t)
	w.want(Broken, codeCookie+"="+newWorld(t).value(NewVisitor()))
	old := codeCookie + "=" + w.value(NewVisitor())
	leaked := w.ring.keys[0].ID
	w.rotate()
	w.want(Known, old)
	ring, err := w.ring.Retire(leaked, w.now)
	w.must(err)
	w.ring = ring
	w.want(Broken, old)

	// A key that is past its end is not accepted either, from a node that
	// missed the rotation.
	missed := w.ring
	w.rotate()
	current := w.ring
	for beyond, want := range map[time.Duration]State{-time.Second: Known, 0: Broken} {
		w.now = current.keys[0].AcceptedUntil.Add(beyond)
		w.ring = missed
		late := codeCookie + "=" + w.value(NewVisitor())
		w.ring = current
		w.want(want, late)
	}
}

func TestAges(t *testing.T) {
	w := newWorld(t)
	issued := w.now
	cookie := codeCookie + "=" + w.value(NewVisitor())
	for age, want := range map[time.Duration]State{
		-400 * 24 * time.Hour: Broken, -time.Hour: Broken, -Skew - time.Second: Broken, -Skew: Known, 0: Known, MaxAge: Known, MaxAge + time.Second: Broken, 800 * 24 * time.Hour: Broken,
	} {
		w.now = issued.Add(age)
		w.want(want, cookie)
	}
}

// The visitor's jar is clean again after an answer that expires and reissues,
// wherever the other cookie came from.
func TestExpireReachesEachVariant(t *testing.T) {
	w := newWorld(t)
	response := recorder()
	r := request()
	r.Host = "KIOSK." + apex + ":8080"
	w.cookies.Expire(response, r)
	w.must(w.cookies.Write(response, NewVisitor()))
	expired := map[string]bool{}
	for _, c := range response.Result().Cookies()[:len(response.Header()["Set-Cookie"])-1] {
		if c.Name != codeCookie || c.Value != "" || c.MaxAge != -1 || !c.Secure || !c.HttpOnly {
			t.Errorf("%v does not expire the cookie", c)
		}
		expired[c.Domain+c.Path] = true
	}
	for _, domain := range []string{"", apex, "kiosk." + apex} {
		for _, path := range []string{"/", "/guides", "/guides/", "/guides/gain", "/guides/gain/"} {
			if !expired[domain+path] {
				t.Errorf("%s%s is not expired", domain, path)
			}
		}
	}
	if len(expired) != 15 {
		t.Errorf("%d are expired: %v", len(expired), expired)
	}
}

// What the request names does not get into the header as anything else.
func TestExpireOfHostileAddresses(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"/" + strings.Repeat("a/", 63), "/" + strings.Repeat("a", 127), "/a;%20Domain=evil/b", "/%0d%0aX:1/", "/a%3b/é/", "/" + strings.Repeat("long/", 2000)} {
		for _, host := range []string{apex, "a;b." + apex, "a b." + apex, "evil.example", "", "evil" + apex} {
			response, r := recorder(), httptest.NewRequest("GET", "https://"+apex+target, nil)
			r.Host = host
			w.cookies.Expire(response, r)
			size := 0
			for _, line := range response.Header()["Set-Cookie"] {
				c, err := http.ParseSetCookie(line)
				if size += len(line); err != nil || c.Name != codeCookie || c.Domain != "" && c.Domain != apex {
					t.Errorf("%s on %s: %s: %v", target, host, line, err)
				}
			}
			if size == 0 || size > 6000 {
				t.Errorf("%s on %s: %d bytes", target, host, size)
			}
		}
	}
}

func TestConfig(t *testing.T) {
	ring := func() *Ring { return nil }
	for _, cfg := range []Config{{}, {Apex: apex}, {Ring: ring}, {Ring: ring, Apex: "." + apex}, {Ring: ring, Apex: apex + ":8080"}, {Ring: ring, Apex: "a b"}, {Ring: ring, Apex: "https://" + apex}} {
		if _, err := NewCookies(cfg); err == nil {
			t.Errorf("%+v makes cookies", cfg.Apex)
		}
		if _, err := NewForms(cfg); err == nil {
			t.Errorf("%+v makes forms", cfg.Apex)
		}
	}
}

func TestStates(t *testing.T) {
	var names []string
	for s := None; s <= Flooded+1; s++ {
		names = append(names, s.String())
	}
	if got := strings.Join(names, " "); got != "none known doubled broken flooded unknown" {
		t.Error(got)
	}
}
