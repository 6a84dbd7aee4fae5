package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/exchange"
	"indigex.com/indigex/edge/identity"
)

const codeCookie = "__Secure-code"

// known makes the browser one whose visitor saw a version.
func (w *town) known(version int) identity.Visitor {
	w.Helper()
	x, rec := w.begin("GET", "")
	v := identity.NewVisitor().WithSeen("privacy", version)
	w.must(x.Remember(v))
	w.take(rec)
	return v
}

func TestPersonWhoIsKnown(t *testing.T) {
	w := newTown(t)
	v := w.known(1)
	x, rec := w.begin("POST", "")
	if p, err := x.Person(); err != nil || p.Code != v.Code || p.Seen("privacy") != 1 || rec.Header()["Set-Cookie"] != nil {
		t.Errorf("%v, cookies %q", err, rec.Header()["Set-Cookie"])
	}
}

// Who cannot be known is somebody new, who has seen what is in force and has
// agreed to nothing.
func TestPersonWhoIsNew(t *testing.T) {
	for what, spoil := range map[string]func(string) string{
		"no cookie":      func(string) string { return "" },
		"cut":            func(s string) string { return s[:len(s)/2] },
		"flipped":        func(s string) string { return "A" + s[1:] },
		"another cookie": func(string) string { return strings.Repeat("A", 22) },
	} {
		w := newTown(t)
		old := w.known(1)
		w.cookies[codeCookie] = spoil(w.cookies[codeCookie])
		w.new(what, old)
	}
	w := newTown(t)
	w.new("knows a version that there isn't", w.known(3))
	w = newTown(t)
	old := w.known(1)
	w.now = w.now.AddDate(0, 0, -2)
	w.new("of the day after tomorrow", old)
	w = newTown(t)
	old = w.known(1)
	w.world.Cookies = newTown(t).world.Cookies
	w.new("of a key that is gone", old)
}

// new wants the person of a POST to be a new one.
func (w *town) new(what string, old identity.Visitor) {
	w.Helper()
	x, rec := w.begin("POST", "")
	p, err := x.Person()
	if err != nil || p.Code.IsZero() || p.Code == old.Code || p.Seen("privacy") != 1 || p.Acknowledged("privacy") != 0 {
		w.Errorf("%s: %v, seen %d", what, err, p.Seen("privacy"))
	}
	if lines := w.take(rec); len(lines) != 1 || !strings.HasPrefix(lines[0], codeCookie+"=") || rec.Header().Get("Cache-Control") != "private, no-store" {
		w.Errorf("%s: cookies %q, %v", what, lines, rec.Header())
	}
	if again, err := x.Person(); err != nil || again.Code != p.Code || len(rec.Header()["Set-Cookie"]) != 1 {
		w.Errorf("%s: asked again, somebody else: %v", what, err)
	}
}

// Of two identities neither is trusted; of a flood nothing is.
func TestPersonWhoIsNotTrusted(t *testing.T) {
	w := newTown(t)
	one := w.known(1)
	first := w.cookies[codeCookie]
	two := w.known(1)
	x, rec := w.begin("POST", "", "Cookie: "+codeCookie+"="+first)
	if p, err := x.Person(); kindOf(err) != "Conflict" || !p.Code.IsZero() || !strings.Contains(exchange.Explain(err).Words(), "nothing was stored") {
		t.Errorf("two identities: %v", err)
	}
	if lines := w.take(rec); len(lines) < 3 || w.cookies[codeCookie] == "" {
		t.Errorf("two identities leave %q", lines)
	}
	x, _ = w.begin("POST", "")
	if p, err := x.Person(); err != nil || p.Code == one.Code || p.Code == two.Code {
		t.Errorf("after two identities one of them stays: %v", err)
	}
	x, rec = w.begin("POST", "", "Cookie: "+strings.Repeat("a;", 3200))
	if p, err := x.Person(); kindOf(err) != "Request Header Fields Too Large" || !p.Code.IsZero() || rec.Header()["Set-Cookie"] != nil {
		t.Errorf("a flood: %v, cookies %q", err, rec.Header()["Set-Cookie"])
	}
}

// An answer sets the identity once, however often it changes meanwhile, and
// leaves other cookies alone.
func TestRememberTheLast(t *testing.T) {
	w := newTown(t)
	x, rec := w.begin("POST", "")
	p, err := x.Person()
	w.must(err)
	_, err = x.Token("lamps")
	w.must(err)
	w.must(x.Remember(p.WithAcknowledged("privacy", 2)))
	if lines := w.take(rec); len(lines) != 2 {
		t.Errorf("cookies %q", lines)
	}
	x, _ = w.begin("GET", "")
	if x.State != identity.Known || x.Visitor.Code != p.Code || x.Visitor.Acknowledged("privacy") != 2 {
		t.Errorf("the visitor is %v, %+v", x.State, x.Visitor)
	}
}

// Policies that are gone are forgotten, and new ones known as they are.
func TestMeet(t *testing.T) {
	w := newTown(t)
	v := w.world.Meet(identity.NewVisitor().WithSeen("gone", 4), w.now)
	if v.Seen("gone") != 0 || v.Seen("privacy") != 1 {
		t.Errorf("in March: %+v", v)
	}
	if v := w.world.Newcomer(w.now.AddDate(0, 1, 0)); v.Seen("privacy") != 2 {
		t.Errorf("in April: %+v", v)
	}
	if v := w.world.Meet(v, w.now.AddDate(0, 1, 0)); v.Seen("privacy") != 1 {
		t.Errorf("who was there in March: %+v", v)
	}
}

func TestSignals(t *testing.T) {
	for fields, want := range map[string]bool{
		"": false, "Sec-GPC: 1": true, "Sec-GPC: 0": false, "Sec-GPC: true": false, "Sec-GPC: 11": false, "Sec-GPC: ": false, "Sec-GPC: 1,Sec-GPC: 1": false, "Sec-GPC: 1;x": false,
	} {
		var list []string
		if fields != "" {
			list = strings.Split(fields, ",")
		}
		if x, _ := newTown(t).begin("GET", "", list...); x.Signal != want {
			t.Errorf("%q: %v", fields, x.Signal)
		}
	}
}

func TestExplain(t *testing.T) {
	for err, want := range map[error]int{
		consent.ErrSuperseded: 409, &consent.ConflictError{Conflicts: []consent.Conflict{{Choice: "lamps"}}}: 409, consent.ErrNotFound: 404,
		consent.ErrUnavailable: 503, consent.ErrForeignNonce: 403, identity.ErrForeign: 403, identity.ErrExpired: 403, identity.ErrFlooded: 431,
		errors.New("disk secret"): 500, &exchange.Error{Kind: exchange.Method}: 405, &exchange.Error{}: 500,
	} {
		for _, err := range []error{err, fmt.Errorf("wrapped: %w", err)} {
			e := exchange.Explain(err)
			if e.Kind.Status() != want || e.Kind.Title() == "" || e.Words() == "" || strings.Contains(e.Words(), "secret") {
				t.Errorf("%v is %d, %q, want %d", err, e.Kind.Status(), e.Words(), want)
			}
		}
	}
	seen := map[int]bool{}
	for kind := exchange.Failed; kind <= exchange.Unavailable; kind++ {
		if s := kind.Status(); s < 400 || seen[s] || kind.Title() == "" || (&exchange.Error{Kind: kind}).Words() == "" {
			t.Errorf("kind %d: %d %q", kind, s, kind.Title())
		}
		seen[kind.Status()] = true
	}
	cause := errors.New("cause")
	if e := (&exchange.Error{Kind: exchange.Missing, Text: "Gone.", Cause: cause}); !errors.Is(e, cause) || e.Words() != "Gone." || e.Error() != "Not Found: cause" {
		t.Errorf("%v, %s", e, e.Words())
	}
}
