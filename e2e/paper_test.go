package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestPaper reads a policy and a comparison as they are printed: the whole
// text, its version and address, and nothing that only a screen can use.
func TestPaper(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	b := w.tab(t)
	for _, address := range []string{policy.Address, policy.Versions[1].Address, policy.Address + "changes/3..4/"} {
		b.open(address)
		b.prefer("dark", "print")
		if list := eval[[]string](b, `[...document.querySelectorAll("nav a, .permalink, .skip")]
			.filter(e => e.checkVisibility()).map(e => e.innerText || e.className)`); len(list) > 0 {
			t.Errorf("%s, printed: %q is of no use on paper", address, list)
		}
		all := eval[[2]int](b, `(() => {
			const text = [...document.querySelectorAll(":is(.policy-text .text, .redline) :is(p, li, h3, td):not([aria-hidden], [aria-hidden] *)")];
			return [text.filter(e => e.checkVisibility({contentVisibilityProperty: true})).length, text.length];
		})()`)
		if all[0] != all[1] || all[0] < 20 {
			t.Errorf("%s, printed: %d of %d elements of text", address, all[0], all[1])
		}
		if got := eval[string](b, `document.querySelector(".filed").innerText`); got == "" {
			t.Errorf("%s, printed: nothing says what the sheet is", address)
		}
		if got := eval[colours](b, computedColours); got.Background != "rgb(255, 255, 255)" || got.Text != "rgb(0, 0, 0)" {
			t.Errorf("%s, printed: colours %v", address, got)
		}
		b.prefer("light", "")
	}
	b.open(policy.Address)
	b.prefer("light", "print")
	now := policy.inForce(time.Now())
	want := "in force since " + long(now.Effective) + ". Its permanent address: " + now.Address
	if got := eval[string](b, `document.querySelector(".filed").innerText`); !strings.HasSuffix(got, want) {
		t.Errorf("the printed policy ends with %q, want %q", got, want)
	}
}
