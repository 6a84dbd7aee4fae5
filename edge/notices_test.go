package edge_test

import (
	"strings"
	"testing"
)

// acknowledge sends the form that puts notices away, with another version.
func (v *visitor) acknowledge(known string) (status int, page string) {
	v.Helper()
	form := v.hidden("/notices")
	form.Set("known", known)
	r := v.ask("POST", "/notices", form.Encode())
	return r.StatusCode, v.text(r) + r.Header.Get("Location")
}

func TestNoticesOfAVersionThatIsNotThereAreShownAgain(t *testing.T) {
	v := notified(t)
	if page := v.text(v.ask("GET", "/preferences", "")); !strings.Contains(page, "1 change to read") {
		t.Error("the preference centre doesn't count what waits")
	}
	status, page := v.acknowledge("privacy@7")
	if status != 409 || !strings.Contains(page, "has changed since you opened the page") || !strings.Contains(page, "From version 1 to 2") {
		t.Errorf("%d: %s", status, page)
	}
	if status, to := v.acknowledge("privacy@2"); status != 303 || to != "/notices?thanks" {
		t.Errorf("%d to %s", status, to)
	}
	if page := v.text(v.ask("GET", "/notices?thanks", "")); !strings.Contains(page, "Thank you.") || strings.Contains(page, "From version") {
		t.Errorf("after putting it away: %s", page)
	}
}

func TestNoticesFormWithNothingMarkedSaysNoThanks(t *testing.T) {
	v := notified(t)
	form := v.hidden("/notices")
	form.Del("known")
	if r := v.ask("POST", "/notices", form.Encode()); r.StatusCode != 303 || r.Header.Get("Location") != "/notices" {
		t.Errorf("%d to %s", r.StatusCode, r.Header.Get("Location"))
	}
	if page := v.text(v.ask("GET", "/notices", "")); !strings.Contains(page, "From version 1 to 2") {
		t.Error("the notice is gone")
	}
}
