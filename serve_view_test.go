package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// view presses a button of the bar on the home page.
func (b *browser) view(form string) {
	b.Helper()
	if answer, body := b.ask("POST", "/.preview/view", form+"&return=/"); answer.StatusCode != 303 || answer.Header.Get("Location") != "/" {
		b.Fatalf("%s: %d %s", form, answer.StatusCode, body)
	}
}

func TestPagesAreSeenAsBySomebodyElse(t *testing.T) {
	folder := world(t, threeVersions)
	b := serve(t, folder, filepath.Join(folder, "data")).browser()
	if answer, _ := b.ask("GET", "/", ""); !strings.HasPrefix(answer.Header.Get("Set-Cookie"), "__Secure-code=") || !strings.HasPrefix(answer.Header.Get("Cache-Control"), "private") {
		t.Errorf("a first visit: %v", answer.Header)
	}
	b.page("/", "visitor, today<", `<option value="2">`, `<button name="on" value="2199-03-01">`)
	b.view("do=visitor&seen.privacy=1")
	b.page("/", "as somebody who had last seen Privacy 1, today<", `action="/notices"`)
	b.view("do=visitor&seen.privacy=2")
	b.page("/", "as somebody who had last seen Privacy 2, today<", "1 March 2199", "We will keep your name for longer.")
	b.view("on=2199-03-01&gpc=1")
	b.page("/", "on 1 March 2199, with Global Privacy Control<", `<option value="3">`)
	b.view("do=now")
	b.view("do=newcomer")
	if page := b.page("/", "as somebody who came as a newcomer, today<"); strings.Contains(page, "from version 1") {
		t.Errorf("a newcomer is told of the past:\n%s", page)
	}
	b.view("do=show&gpc=1")
	b.page("/preferences", "today, with Global Privacy Control<", "Global Privacy Control</")
	if answer, _ := b.ask("POST", "/.preview/view", "do=now", "Origin: http://evil.localhost"); answer.StatusCode != 403 {
		t.Errorf("a form of another origin: %d", answer.StatusCode)
	}
}
