package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// publish makes and publishes a version of the contest terms that holds from
// today on, while the preview runs.
func (w *world) publish(summary string) {
	w.t.Helper()
	today := time.Now().UTC().Format(time.DateOnly)
	file := w.newDraft("contest-terms")
	w.replace(file, `summary: ""`, "summary: "+summary)
	w.replace(file, "changes: []", "changes:\n  - {kind: clarification, sections: [about], choices: [], purposes: [], processors: [], text: "+summary+"}")
	w.replace(file, "hold for every contest on the INDIGEX sites", "hold for each contest on the INDIGEX sites")
	lines := strings.Split(w.read(file), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "effective:") {
			lines[i] = "effective: " + today
		}
	}
	w.write(file, strings.Join(lines, "\n"))
	w.rename(file, "content/policies/contest-terms/"+today+".md")
	w.indigex("policy", "publish", "contest-terms")
}

// TestNoticeOfANewVersion publishes a version while two visitors are about:
// the one who was here before is told, in its words, and no longer once they
// say that they know; the one who comes after is told nothing.
func TestNoticeOfANewVersion(t *testing.T) {
	t.Parallel()
	const summary = "We chose a shorter word for contests."
	w := serve(t)
	shop, proav := w.site(t, "shop").Origin, w.site(t, "proav").Origin
	before, after := w.tab(t), w.tab(t)
	before.visit(shop + "/")
	before.visit(proav + "/")
	if got := before.banner(); strings.Contains(got, summary) {
		t.Fatalf("told before it was published: %s", got)
	}
	w.publish(summary)
	eventually(t, "a banner with the summary", func() (bool, any) {
		before.visit(proav + "/")
		got := before.banner()
		return strings.Contains(got, summary), got
	})
	if inside := eval[bool](before, `document.querySelector("main").firstElementChild.matches("aside.notice") && !document.querySelector("dialog, [role=dialog], [role=alertdialog]")`); !inside {
		t.Error("the banner doesn't stand at the beginning of the page's text")
	}
	after.visit(shop + "/")
	after.visit(shop + "/")
	if got := after.banner(); strings.Contains(got, summary) {
		t.Errorf("a newcomer is told of the past: %s", got)
	}
	if got := before.press("aside.notice form button"); got != proav+"/" {
		t.Errorf("the button leads to %s", got)
	}
	for _, address := range []string{proav + "/", shop + "/"} {
		before.visit(address)
		if got := before.banner(); got != "" {
			t.Errorf("%s after saying that it is known: %s", address, got)
		}
	}
}

// TestNoticeFromTheVersionSeen compares for each visitor with the version that
// they saw, not with the one before.
func TestNoticeFromTheVersionSeen(t *testing.T) {
	t.Parallel()
	w := serve(t)
	force := w.policy(t, "privacy").inForce(time.Now()).Number
	origin := w.site(t, "telecom").Origin
	told := map[string]bool{}
	for _, seen := range []int{1, 2} {
		b := w.tab(t)
		b.visit(origin + "/")
		b.as("privacy", seen)
		text := b.banner()
		if text == "" || told[text] {
			t.Errorf("a visitor of version %d reads what another reads: %s", seen, text)
		}
		told[text] = true
		comparison := fmt.Sprintf("/privacy/changes/%d..%d/", seen, force)
		if links := eval[[]string](b, `[...document.querySelectorAll("aside.notice a")].map(a => a.href)`); !strings.Contains(strings.Join(links, " "), comparison) {
			t.Errorf("a visitor of version %d is led to %v", seen, links)
		}
		b.visit(origin + notices)
		b.shows(fmt.Sprintf("From version %d to %d", seen, force))
		b.follow(chromedp.Click(chromedp.CSS(fmt.Sprintf(".pending a[href$='%s']", comparison)), chromedp.NodeReady))
		if n := eval[int](b, `document.querySelectorAll(".redline :is(ins, del)").length`); n == 0 {
			t.Errorf("%s marks nothing", comparison)
		}
	}
}

// TestAskedAgain looks at the day on which a version takes effect that touches
// one choice: that one is asked again, the others stand.
func TestAskedAgain(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	newest := policy.Versions[len(policy.Versions)-1]
	origin := w.site(t, "apex").Origin
	b := w.tab(t)
	b.visit(origin + preferences)
	b.mark("third-party.offers=granted", "marketing.email=granted", "use.questionnaires=refused")
	b.save()
	b.bar(`bar.querySelector("button[value='` + newest.Effective + `']").click()`)
	b.visit(origin + notices)
	if got := eval[[]string](b, `[...document.querySelectorAll("fieldset[id^='choice.']")].map(f => f.id)`); len(got) != 1 || got[0] != "choice.third-party.offers" {
		t.Fatalf("asked again are %v", got)
	}
	b.stands()
	b.shows("You had granted this, and it does not count any more.")
	b.visit(origin + preferences)
	b.stands("marketing.email=Granted", "use.questionnaires=Refused")
	b.visit(origin + notices)
	b.mark("third-party.offers=refused")
	b.press(".choice-form button")
	b.visit(origin + preferences)
	b.stands("marketing.email=Granted", "use.questionnaires=Refused", "third-party.offers=Refused")
}

// TestAnnounced tells of a version before it takes effect, and once.
func TestAnnounced(t *testing.T) {
	t.Parallel()
	w := serve(t)
	policy := w.policy(t, "privacy")
	newest := policy.Versions[len(policy.Versions)-1]
	origin := w.site(t, "security").Origin
	b := w.tab(t)
	b.visit(origin + "/")
	b.visit(origin + "/")
	if got := b.banner(); !strings.Contains(got, long(newest.Effective)) {
		t.Fatalf("the announced version's day %s is not in the banner: %s", newest.Effective, got)
	}
	b.press("aside.notice form button")
	if got := b.banner(); got != "" {
		t.Errorf("told again: %s", got)
	}
}
