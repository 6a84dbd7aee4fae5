package identity

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

func TestVisitor(t *testing.T) {
	newcomer := NewVisitor()
	v := newcomer.WithSeen("privacy", 3).WithSeen("cookies", 1).WithAcknowledged("privacy", 4)
	if got := []int{v.Seen("privacy"), v.Acknowledged("privacy"), v.Seen("cookies"), v.Acknowledged("cookies"), v.Seen("unknown"), newcomer.Seen("privacy")}; !reflect.DeepEqual(got, []int{3, 4, 1, 0, 0, 0}) {
		t.Errorf("versions are %v", got)
	}
	later := v.WithSeen("privacy", 4)
	if later.Seen("privacy") != 4 || later.Acknowledged("privacy") != 0 || v.Acknowledged("privacy") != 4 {
		t.Errorf("seeing what was announced leaves %v of %v", later, v)
	}
	if only := v.Only(map[string]int{"privacy": 9}); only.Seen("privacy") != 3 || only.Seen("cookies") != 0 || v.Seen("cookies") != 1 {
		t.Errorf("without cookies it is %v", only)
	}
}

// A version that there is not was never agreed to.
func TestKnown(t *testing.T) {
	v := NewVisitor().WithSeen("privacy", 3).WithAcknowledged("privacy", 4).WithSeen("withdrawn", 9)
	for newest, want := range map[int]bool{5: true, 4: true, 3: false, 2: false, 0: false} {
		if got := v.Known(map[string]int{"privacy": newest, "cookies": 1}); got != want {
			t.Errorf("with version %d as the newest, known is %v", newest, got)
		}
	}
}

func TestDue(t *testing.T) {
	w := newWorld(t)
	v := w.want(Known, codeCookie+"="+w.value(NewVisitor()))
	if month := 30 * 24 * time.Hour; v.Due(w.now.Add(month)) || !v.Due(w.now.Add(month+1)) {
		t.Error("a cookie is not due after 30 days")
	}
}

// The largest visitor fits into a cookie, and one more policy is refused
// rather than cut.
func TestCookieIsBounded(t *testing.T) {
	w := newWorld(t)
	v := NewVisitor()
	for i := range maxPolicies {
		id := fmt.Sprintf("%063d", i)
		v = v.WithSeen(id, maxVersion-1).WithAcknowledged(id, maxVersion)
	}
	w.cookies.cfg.Apex = longHost
	response := recorder()
	w.must(w.cookies.Write(response, v))
	line := response.Header().Get("Set-Cookie")
	t.Logf("the longest cookie has %d bytes", len(line))
	if len(line) > 4096 {
		t.Errorf("it has %d bytes", len(line))
	}
	if got := w.want(Known, line[:len(codeCookie)+1+len(response.Result().Cookies()[0].Value)]); !reflect.DeepEqual(got.policies, v.policies) {
		t.Errorf("read is %v", got)
	}
	for name, bad := range map[string]Visitor{
		"another policy": v.WithSeen("one-more", 1), "no code": {}, "version 0": NewVisitor().WithSeen("privacy", 0), "version -1": NewVisitor().WithSeen("privacy", -1),
		"large version": NewVisitor().WithSeen("privacy", maxVersion+1), "id": NewVisitor().WithSeen(`a"`, 1), "no id": NewVisitor().WithSeen("", 1), "long id": NewVisitor().WithSeen(fmt.Sprintf("%064d", 0), 1),
	} {
		response := recorder()
		if err := w.cookies.Write(response, bad); err == nil || len(response.Header()) != 0 {
			t.Errorf("%s: written, %v", name, response.Header())
		}
	}
}
