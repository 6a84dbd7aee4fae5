package edge_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/form"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/policy"
)

// onEachWithForms runs a test in a town with forms, on each engine.
func onEachWithForms(t *testing.T, test func(*testing.T, *town)) {
	onEach(t, func(t *testing.T, w *town) {
		w.shape = func(c *policy.Catalog) {
			settle(c)
			addForms(c)
		}
		w.publish(1)
		w.must(w.server.Reload())
		test(t, w)
	})
}

// addForms adds a form of each sort.
func addForms(c *policy.Catalog) {
	c.Company.Contacts = append(c.Company.Contacts, policy.Contact{ID: "care", Label: "Care", Email: "care@lanterns.example"})
	field := func(name, kind string, required bool) policy.Field {
		return policy.Field{Name: name, Type: kind, Label: "Your " + name, Required: required, Category: "account.user-id", Purpose: "account"}
	}
	part := field("part", "several", false)
	part.Options = []string{"Wick", "Glass"}
	closes := policy.Moment{Time: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	letters := policy.Field{Name: "choice.letters", Type: "consent", Choice: "letters"}
	for _, f := range []policy.Form{
		{ID: "ask", Who: "anyone", Then: policy.Then{Mail: "care", Subject: "Question", Say: "We answer by mail."}, Fields: []policy.Field{{Name: "from", Type: "hidden", Value: "web"}, field("message", "long-text", true), field("email", "email", true), part, letters}},
		{ID: "complaint", Who: "anyone", Then: policy.Then{Mail: "care", Subject: "Privacy Policy", Ticket: "PP"}, Fields: []policy.Field{field("message", "long-text", true), field("email", "email", true)}},
		{ID: "survey", Who: "once", Closes: closes, Apart: true, Fields: []policy.Field{field("better", "long-text", false)}},
		{ID: "letters", Who: "anyone", Then: policy.Then{Confirm: true}, Fields: []policy.Field{field("email", "email", true), letters}},
		{ID: "club", Who: "account", Fields: []policy.Field{field("message", "text", true)}},
	} {
		f.Title, f.Description, f.Policy, f.Retention = "Form "+f.ID, "For both sites.", "privacy", "account"
		f.Hash = policy.HashForm(&f, c.Choices)
		c.Forms = append(c.Forms, f)
	}
}

// submissions are what the database has of a form.
func (w *town) submissions(id string) []form.Submission {
	w.Helper()
	list, err := w.store.Forms().Submissions(w.Context(), id, identity.Nonce{}, 100)
	w.must(err)
	return list
}

func TestFormIsTaken(t *testing.T) { onEachWithForms(t, formTaken) }

// A visitor mends mistakes, all of which are said at once, and sends.
func formTaken(t *testing.T, w *town) {
	v := w.visitor()
	page := v.text(v.ask("GET", "/forms/ask", "", "Host: "+market))
	if !strings.Contains(page, "For: account.") || !strings.Contains(page, `maxlength="10000"`) {
		t.Errorf("form: %s", page)
	}
	sent := v.form("/forms/ask", "/forms/ask")
	r := v.posted("/forms/ask", sent, "message=<b>Smoke</b>", "email=anna")
	if page := v.text(r); r.StatusCode != 422 || !strings.Contains(page, "&lt;b&gt;Smoke") || !strings.Contains(page, "Write an email address") || !strings.Contains(page, `href="#email"`) {
		t.Fatalf("%d %s", r.StatusCode, page)
	}
	sent.Set("part", "Wick")
	sent.Add("part", "Glass")
	for range 2 {
		r := v.posted("/forms/ask", sent, "email=anna@lanterns.example", "choice.letters=granted")
		if to := r.Header.Get("Location"); r.StatusCode != 303 || to != "/forms/ask?sent" {
			t.Fatalf("%d %s: %s", r.StatusCode, to, v.text(r))
		}
	}
	if page := v.text(v.ask("GET", "/forms/ask?sent", "")); !strings.Contains(page, "We answer by mail.") {
		t.Errorf("thanks: %s", page)
	}
	list := w.submissions("ask")
	if len(list) != 1 || list[0].Answers.First("message") != "<b>Smoke</b>" || len(list[0].Answers["part"]) != 2 || list[0].Answers.First("from") != "web" {
		t.Fatalf("%+v", list)
	}
	if words, err := w.store.Text(t.Context(), list[0].Words); err != nil || !strings.Contains(words, "title: Form ask") {
		t.Errorf("words %q, %v", words, err)
	}
	records, err := w.store.Latest(t.Context(), list[0].Code)
	if err != nil || len(records) != 1 || records[0].State != "granted" {
		t.Errorf("choices %+v, %v", records, err)
	}
	if l := w.letters()[mail.FormSent]; l.To != "care@lanterns.example" || !strings.Contains(l.Values["text"], "Wick, Glass") || l.Values["reply_to"] != "anna@lanterns.example" {
		t.Errorf("letter %+v", l)
	}
}

func TestFormThreats(t *testing.T) { onEachWithForms(t, formThreats) }

// What a form does not ask for, and what comes from elsewhere, is not taken.
func formThreats(t *testing.T, w *town) {
	v := w.visitor()
	good := "message=x&email=a@lanterns.example"
	for name, post := range map[string]struct {
		form   string
		fields []string
		want   int
	}{
		"unknown field":  {form: good + "&admin=1", want: 400},
		"field twice":    {form: good + "&email=b@lanterns.example", want: 400},
		"hidden changed": {form: good + "&from=elsewhere", want: 422},
		"no text":        {form: good + "&part=%ff", want: 400},
		"NUL":            {form: "message=a%00b&email=a@lanterns.example", want: 400},
		"card":           {form: "message=4111+1111+1111+1111&email=a@lanterns.example", want: 422},
		"header":         {form: "message=x&email=a@lanterns.example%0d%0aBcc:b@lanterns.example", want: 422},
		"another site":   {form: good, fields: []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"}, want: 403},
		"sibling":        {form: good, fields: []string{"Origin: https://" + market, "Sec-Fetch-Site: same-site"}, want: 403},
		"large":          {form: "message=" + strings.Repeat("x", 70<<10), want: 413},
	} {
		form := v.form("/forms/ask", "/forms/ask")
		if strings.Contains(post.form, "from=") {
			form.Del("from")
		}
		r := v.ask("POST", "/forms/ask", form.Encode()+"&"+post.form, post.fields...)
		if r.StatusCode != post.want {
			t.Errorf("%s: %d, want %d", name, r.StatusCode, post.want)
		}
	}
	other := v.form("/forms/complaint", "/forms/complaint")
	if r := v.posted("/forms/ask", other, "message=x", "email=a@lanterns.example"); r.StatusCode != 403 {
		t.Errorf("another form's token: %d", r.StatusCode)
	}
	if r := v.posted("/forms/ask", url.Values{}, "message=x", "email=a@lanterns.example"); r.StatusCode != 403 {
		t.Errorf("no token: %d", r.StatusCode)
	}
	if list := w.submissions("ask"); len(list) != 0 {
		t.Errorf("stored %+v", list)
	}
	for path, want := range map[string]int{"/forms/nothing": 404, "/forms/": 404, "/forms/register": 303, "/forms/ask/x": 404} {
		if r := v.ask("GET", path, ""); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, want)
		}
	}
}

func TestFormOnce(t *testing.T) { onEachWithForms(t, formOnce) }

// A survey is answered once by a person, apart from who they are, until it
// closes.
func formOnce(t *testing.T, w *town) {
	v := w.visitor()
	v.ask("GET", "/", "")
	second := v.form("/forms/survey", "/forms/survey")
	v.sends("/forms/survey", "/forms/survey?sent", "better=Oil")
	if r := v.posted("/forms/survey", second, "better=More"); r.StatusCode != 409 {
		t.Errorf("sent in a second window: %d", r.StatusCode)
	}
	if page := v.text(v.ask("GET", "/forms/survey", "")); !strings.Contains(page, "You have sent this form already") {
		t.Errorf("opened again: %s", page)
	}
	if list := w.submissions("survey"); len(list) != 1 || len(list[0].Answers) != 0 {
		t.Errorf("what names the person has %+v", list)
	}
	late := w.visitor()
	open := late.form("/forms/survey", "/forms/survey")
	w.later(40 * 24 * time.Hour)
	if page := v.text(w.visitor().ask("GET", "/forms/survey", "")); !strings.Contains(page, "It was open until") {
		t.Errorf("after it closed: %s", page)
	}
	if r := late.posted("/forms/survey", open, "better=Late"); r.StatusCode != 403 && r.StatusCode != 409 || len(w.submissions("survey")) != 1 {
		t.Errorf("sent after it closed: %d", r.StatusCode)
	}
}

func TestFormOnceOfManyPosts(t *testing.T) {
	onEachWithForms(t, func(t *testing.T, w *town) {
		v := w.visitor()
		v.ask("GET", "/", "")
		sent := v.form("/forms/survey", "/forms/survey")
		sent.Set("better", "Oil")
		if got := w.together(50, func(int) *http.Request { return v.toSend("/forms/survey", sent) }); got[303] != 50 {
			t.Errorf("fifty posts of one page: %v", got)
		}
		if list := w.submissions("survey"); len(list) != 1 {
			t.Errorf("%d submissions", len(list))
		}
	})
}

func TestFormConfirmed(t *testing.T) { onEachWithForms(t, formConfirmed) }

// Nothing holds before the link in the mail was opened and its button pressed.
func formConfirmed(t *testing.T, w *town) {
	v := w.visitor()
	for range 2 {
		v.sends("/forms/letters", "/forms/letters?sent", "email=anna@lanterns.example", "choice.letters=granted")
	}
	list := w.submissions("letters")
	if len(list) != 2 || list[0].State != form.Waiting {
		t.Fatalf("%+v", list)
	}
	letters := w.letters()
	l, asked := letters[mail.ConfirmForm]
	if !asked || l.To != "anna@lanterns.example" {
		t.Fatalf("asked by %+v", letters)
	}
	token := mail.NewToken()
	w.must(w.store.Mail().AddLink(t.Context(), mail.Link{Hash: token.Hash(), Letter: l.ID, Kind: l.Kind, Address: l.To, Code: l.Code, Choice: l.Values["submission"], Expires: w.clock().Add(time.Hour)}))
	path := "/confirm/" + token.Text()
	phone := w.visitor()
	for range 3 {
		phone.ask("GET", path, "")
		phone.ask("HEAD", path, "")
	}
	if w.submissions("letters")[0].State != form.Waiting {
		t.Fatal("a scanner confirmed it")
	}
	if r := phone.posted(path, phone.form(path, path)); r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, phone.text(r))
	}
	if w.submissions("letters")[0].State != form.Taken {
		t.Error("is not confirmed")
	}
	if r := phone.ask("GET", path, ""); r.StatusCode != 404 {
		t.Errorf("the link again: %d", r.StatusCode)
	}
}

func TestFormForMembers(t *testing.T) {
	onEachWithForms(t, func(t *testing.T, w *town) {
		v := w.visitor()
		if r := v.ask("GET", "/forms/club", ""); r.StatusCode != 303 || !strings.HasPrefix(r.Header.Get("Location"), "/account/sign-in?return_to=") {
			t.Errorf("nobody is signed in: %d %s", r.StatusCode, r.Header.Get("Location"))
		}
		anna := w.registered("anna", "email=anna@lanterns.example")
		anna.sends("/forms/club", "/forms/club?sent", "message=Hello")
		if list := w.submissions("club"); len(list) != 1 || list[0].Account == [16]byte{} {
			t.Errorf("%+v", list)
		}
		if page := anna.account(); !strings.Contains(page, "Form: Form club") || !strings.Contains(page, "Hello") {
			t.Error("the account does not show what was sent")
		}
	})
}

func TestCase(t *testing.T) { onEachWithForms(t, followed) }

// A case is followed by its key, and by nothing else.
func followed(t *testing.T, w *town) {
	v := w.visitor()
	status, to := v.send("/forms/complaint", "message=You wrote to me.", "email=anna@lanterns.example")
	found := regexp.MustCompile(`^/complaints/(PP-[0-9A-Z]{4}-[0-9A-Z]{4})\?key=([\w-]{43})&sent$`).FindStringSubmatch(to)
	if status != 303 || found == nil {
		t.Fatalf("%d %s", status, to)
	}
	reference, key := found[1], found[2]
	page := v.text(v.ask("GET", to, ""))
	if !strings.Contains(page, reference) || !strings.Contains(page, "You wrote to me.") || !strings.Contains(page, "You get an answer by") {
		t.Errorf("case: %s", page)
	}
	for _, path := range []string{"/complaints/" + reference, "/complaints/" + reference + "?key=" + mail.NewToken().Text(), "/complaints/PP-0000-0000?key=" + key, "/complaints/" + strings.ToLower(reference) + "?key=" + key} {
		if r := v.ask("GET", path, ""); r.StatusCode != 404 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	letters := w.letters()
	if l := letters[mail.FormSent]; l.Values["reference"] != reference || l.To != "care@lanterns.example" {
		t.Errorf("to the company: %+v", l)
	}
	if l := letters[mail.CaseOpened]; l.To != "anna@lanterns.example" {
		t.Errorf("to the person: %+v", l)
	}
	path := "/complaints/" + reference
	more := v.posted(path, v.form(path+"?key="+key, path), "add=And again.")
	if more.StatusCode != 303 {
		t.Fatalf("%d %s", more.StatusCode, v.text(more))
	}
	desk := &form.Desk{Store: w.store.Forms(), Now: w.clock}
	last := v.form(path+"?key="+key, path)
	_, err := desk.Answer(t.Context(), reference, "We <stopped>.", true)
	w.must(err)
	page = v.text(v.ask("GET", path+"?key="+key, ""))
	if !strings.Contains(page, "We &lt;stopped&gt;.") || !strings.Contains(page, "And again.") || !strings.Contains(page, "Closed on") || strings.Contains(page, `name="add"`) {
		t.Errorf("closed: %s", page)
	}
	if r := v.posted(path, last, "add=Still there?"); r.StatusCode != 409 {
		t.Errorf("added to a closed case: %d", r.StatusCode)
	}
	if page := v.text(v.ask("GET", "/complaints/", "")); !strings.Contains(page, "opened 1 case by our forms") {
		t.Errorf("count: %s", page)
	}
}
