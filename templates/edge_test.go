package templates_test

import (
	"bytes"
	"context"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"indigex.com/indigex/templates"
	"indigex.com/indigex/templates/stitch"
)

// edgePage is a page as the edge answers it.
func edgePage(tb testing.TB, b brand, body templ.Component) []byte {
	tb.Helper()
	s := *site(tb, b)
	s.EdgeStylesheet = "edge.css"
	prepared, err := templates.Prepare(s)
	if err != nil {
		tb.Fatal(err)
	}
	var file, page bytes.Buffer
	if err := templates.ShellDocument(prepared).Render(context.Background(), &file); err != nil {
		tb.Fatal(err)
	}
	shell, err := templates.ParseShell(file.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	if err := shell.Render(context.Background(), &page, "Your choices", body); err != nil {
		tb.Fatal(err)
	}
	return page.Bytes()
}

func written(tb testing.TB, c templ.Component) string {
	tb.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// TestEdgeGallery renders the edge's pages in every brand, holds what all
// pages promise, and weighs them: with both styles at most 14 KB.
func TestEdgeGallery(t *testing.T) {
	dir := *gallery
	if dir == "" {
		dir = t.TempDir()
	}
	for _, b := range brands() {
		folder := filepath.Join(dir, b.id)
		styles, own := stylesheet(t, "site.css", b.tokens), stylesheet(t, "edge.css", "")
		write(t, folder, "edge.css", own)
		for name, body := range edgeBodies(t) {
			page := edgePage(t, b, body)
			write(t, folder, "edge-"+name+".html", page)
			if n := zipped(t, page) + zipped(t, styles) + zipped(t, own); n > 14<<10 {
				t.Errorf("%s/%s: page and styles weigh %d bytes compressed, more than 14 KB", b.id, name, n)
			}
			root, err := html.Parse(bytes.NewReader(page))
			if err != nil {
				t.Fatal(err)
			}
			for _, complaint := range append(inspect(root), inspectForms(root)...) {
				t.Errorf("%s/%s: %s", b.id, name, complaint)
			}
		}
		told := strings.Replace(string(render(t, article(t, site(t, b)))), stitch.Marker, written(t, templates.BannerHTML(banner(t))), 1)
		if !strings.Contains(told, `<aside class="notice"`) {
			t.Errorf("%s: the article has no place for the banner", b.id)
		}
		write(t, folder, "edge-banner.html", []byte(told))
		if n := zipped(t, []byte(told)) + zipped(t, styles); n > 14<<10 {
			t.Errorf("%s: an article with a banner and styles weighs %d bytes", b.id, n)
		}
	}
}

func TestEdgeGolden(t *testing.T) {
	for name, body := range edgeBodies(t) {
		golden(t, "edge-"+name+".html", []byte(written(t, body)))
	}
	golden(t, "edge-banner.html", []byte(written(t, templates.BannerHTML(banner(t)))))
}

// inspectForms returns what is wrong with the forms of a page: each refers by
// links and descriptions only to ids that exist, posts, has its token, and
// offers each choice in a group with two answers.
func inspectForms(root *html.Node) []string {
	var wrong, wanted []string
	ids, answers := map[string]bool{}, map[string][]string{}
	for n := range root.Descendants() {
		attr := attributes(n)
		ids[attr["id"]] = true
		wanted = append(wanted, strings.Fields(attr["aria-describedby"]+" "+attr["aria-labelledby"])...)
		if id, ok := strings.CutPrefix(attr["href"], "#"); ok {
			wanted = append(wanted, id)
		}
		switch {
		case n.Data == "form" && (attr["method"] != "post" || attr["action"] == ""):
			wrong = append(wrong, "form that does not post to an address")
		case n.Data == "input" && attr["type"] == "radio":
			answers[attr["name"]] = append(answers[attr["name"]], attr["value"])
		}
	}
	for _, id := range wanted {
		if !ids[id] {
			wrong = append(wrong, "nothing has the id "+id)
		}
	}
	for name, values := range answers {
		if !slices.Equal(values, []string{"granted", "refused"}) || !ids[name] {
			wrong = append(wrong, "answers or group of "+name)
		}
	}
	return wrong
}

// TestNothingPreselected marks only what a person said.
func TestNothingPreselected(t *testing.T) {
	list := choiceViews()
	for i := range list {
		list[i].State, list[i].Picked, list[i].Again = templates.NotAsked, templates.NotAsked, nil
	}
	page := written(t, templates.Preferences(templates.PreferencesPage{Provider: "INDIGEX", Form: form("/preferences"), Choices: list}))
	if strings.Contains(page, "checked") || strings.Contains(page, "required") {
		t.Errorf("an answer is marked or demanded:\n%s", page)
	}
	if n := strings.Count(page, "<b>Not asked.</b>"); n != len(list) {
		t.Errorf("%d choices are called not asked, want %d", n, len(list))
	}
	list[2].Picked = templates.Refused
	page = written(t, templates.Preferences(templates.PreferencesPage{Choices: list}))
	if !strings.Contains(page, `name="choice.marketing.telephone" value="refused" checked`) || strings.Count(page, "checked") != 1 {
		t.Errorf("not just the refusal is marked:\n%s", page)
	}
}

// TestNothingIsLost shows each choice once, whatever its kind.
func TestNothingIsLost(t *testing.T) {
	list := append(choiceViews(), templates.ChoiceView{ID: "dreams", Name: "Dreams", Kind: "unheard-of"})
	page := written(t, templates.Preferences(templates.PreferencesPage{Choices: list}))
	for _, c := range list {
		if n := strings.Count(page, `<fieldset id="choice.`+c.ID+`"`); n != 1 {
			t.Errorf("%s stands there %d times", c.ID, n)
		}
	}
}

// TestAcknowledgingAgreesToNothing keeps the two forms of the notices apart.
func TestAcknowledgingAgreesToNothing(t *testing.T) {
	page := written(t, edgeBodies(t)["notices"])
	forms := regexp.MustCompile(`(?s)<form.*?</form>`).FindAllString(page, -1)
	if len(forms) != 2 {
		t.Fatalf("%d forms, want 2", len(forms))
	}
	if !strings.Contains(forms[0], `name="choice.`) || strings.Contains(forms[0], `name="known"`) {
		t.Error("the form with choices acknowledges")
	}
	if strings.Contains(forms[1], `name="choice.`) || strings.Count(forms[1], `name="known"`) != 2 {
		t.Error("the acknowledgement answers choices, or leaves out a policy")
	}
}

// TestEdgeEscaping plants markup in every string of every view.
func TestEdgeEscaping(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	var (
		preferences templates.PreferencesPage
		receipt     templates.ReceiptPage
		history     templates.HistoryPage
		notices     templates.NoticesPage
		failure     templates.FailurePage
	)
	for _, view := range []any{&preferences, &receipt, &history, &notices, &failure} {
		plant(reflect.ValueOf(view).Elem(), evil)
	}
	for name, body := range map[string]templ.Component{
		"preferences": templates.Preferences(preferences), "receipt": templates.Receipt(receipt),
		"history": templates.History(history), "notices": templates.Notices(notices), "failure": templates.Failure(failure),
		"banner": templates.BannerHTML(templates.Banner{Token: evil, Known: []string{evil}, Return: evil, More: 1}),
	} {
		page := written(t, body)
		if strings.Contains(page, "<script") || !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%s lets markup through, or shows nothing:\n%s", name, page)
		}
	}
}

// plant sets every string below v, and makes one item of every list.
func plant(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		plant(v.Index(0), text)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		plant(v.Elem(), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			plant(v.Field(i), text)
		}
	}
}
