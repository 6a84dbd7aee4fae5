package admin_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"indigex.com/indigex/edge/admin"
	"indigex.com/indigex/edge/admin/apikey"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

// noted holds what a person sees of accesses, the newest first, each as
// "key what purpose".
func (w *world) noted(code identity.Code, want ...string) {
	w.Helper()
	list, err := w.store.Disclosures().Accesses(w.Context(), code, 0, 100)
	w.must(err)
	var got []string
	for _, a := range list {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", a.Key, a.What, a.Purpose)))
	}
	if !slices.Equal(got, want) {
		w.Errorf("noted %q, want %q", got, want)
	}
}

// give makes a key in the store and has the world use it.
func (w *world) give(name string, scopes ...apikey.Scope) apikey.Key {
	w.Helper()
	text, id, hash := apikey.New()
	k := apikey.Key{ID: id, Name: name, Hash: hash, Scopes: scopes, Created: w.now, Expires: w.now.Add(time.Hour)}
	w.must(w.store.APIKeys().Add(w.Context(), k))
	w.key = text
	return k
}

func TestPermit(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name, query string
		status      int
		want        string
	}{
		{"granted", "use=letters&who=" + w.jane.String(), 200, `{"allowed":true,"use":"letters","choice":"letters","purposes":["offers"],"state":"granted","policy":"privacy","version":3,"receipt":"`},
		{"by a purpose", "use=offers&who=" + w.jane.String(), 200, `"allowed":true`},
		{"refused", "use=letters&who=" + w.rick.String(), 200, `{"allowed":false,`},
		{"an unknown code", "use=letters&who=" + identity.NewCode().String(), 200, `"state":"not-asked"`},
		{"a User ID", "use=letters&who=Jane", 200, `"allowed":true`},
		{"an unknown User ID", "use=letters&who=nobody", 200, `{"allowed":false,`},
		{"no such use", "use=other&who=" + w.jane.String(), 404, "no choice and no purpose"},
		{"no such use of nobody", "use=other&who=nobody", 404, "no choice and no purpose"},
		{"no person", "use=letters", 422, "required query parameter is missing"},
		{"an empty one", "use=letters&who=", 422, "required query parameter is missing"},
		{"two persons", "use=letters&who=jane&who=rick", 400, "stands twice"},
		{"something more", "use=letters&who=jane&at=now", 422, "unknown query parameter"},
		{"an address", "use=letters&who=jane@example.org", 422, "names nobody"},
		{"bad escape", "use=%zz&who=x", 400, "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.api("GET", "/api/v1/permit?"+tt.query, "", tt.status, tt.want)
			if strings.Contains(got, "@example") {
				t.Error("the answer repeats somebody's address")
			}
		})
	}
	// By a code nothing is read that a code does not open already.
	w.noted(w.jane, "admin-key permit letters")
	w.noted(w.rick)
	w.broken = errors.New("disk is gone")
	r := w.ask("GET", "/api/v1/permit?use=letters&who="+w.jane.String(), "Authorization", "Bearer "+secret)
	if got := w.text(r); r.StatusCode != 503 || strings.Contains(got, "disk") || r.Header.Get("Retry-After") == "" {
		t.Errorf("without a store: %d %v %s", r.StatusCode, r.Header, got)
	}
}

func TestPermitMany(t *testing.T) {
	w := newWorld(t)
	got := w.api("POST", "/api/v1/permit", `{"use":"letters","who":["`+w.rick.String()+`","jane","nobody","`+w.jane.String()+`"]}`, 200, "")
	var answer struct {
		Answers []struct {
			Who     string
			Allowed bool
			State   string
		}
	}
	w.must(json.Unmarshal([]byte(got), &answer))
	if s := fmt.Sprint(answer.Answers); s != fmt.Sprintf("[{%s false refused} {jane true granted} {nobody false not-asked} {%s true granted}]", w.rick, w.jane) {
		t.Error(s)
	}
	w.noted(w.jane, "admin-key permit letters")
	many := func(n int) string {
		return `{"use":"letters","who":["` + strings.Repeat(w.jane.String()+`","`, n-1) + w.rick.String() + `"]}`
	}
	if n := strings.Count(w.api("POST", "/api/v1/permit", many(1000), 200, ""), `"allowed":true`); n != 999 {
		t.Errorf("%d of 999 are allowed", n)
	}
	for name, tt := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"too many":        {many(1001), 422, "body.who"},
		"none":            {`{"use":"letters","who":[]}`, 422, "body.who"},
		"null":            {`{"use":"letters","who":null}`, 422, "body.who"},
		"no list":         {`{"use":"letters"}`, 422, "who"},
		"unknown member":  {`{"use":"letters","who":["jane"],"jane@example.org":1}`, 422, "unexpected property"},
		"a member twice":  {`{"use":"other","who":["jane"],"Use":"letters"}`, 400, "stands twice"},
		"an address":      {`{"use":"letters","who":["jane","rick@example.org"]}`, 422, "body.who[1]"},
		"unknown use":     {`{"use":"other","who":["jane"]}`, 404, "no choice"},
		"no JSON":         {`{"use":jane@example.org`, 400, "no JSON"},
		"something after": {`{"use":"letters","who":["jane"]} {}`, 400, ""},
		"nothing":         {"", 400, "required"},
		"too long":        {`{"use":"letters","who":["` + strings.Repeat(" ", 256<<10) + `"]}`, 413, "too large"},
	} {
		if got := w.api("POST", "/api/v1/permit", tt.body, tt.status, tt.want); strings.Contains(got, "@example") || strings.Contains(got, `"value"`) {
			t.Errorf("%s: the answer repeats what was sent: %s", name, got)
		}
	}
	if got := w.api("POST", "/api/v1/permit", `{"use":"letters","who":[1`+strings.Repeat(",1", 100_000)+`]}`, 422, "body.who"); len(got) > 4096 {
		t.Errorf("%d bytes say what is wrong", len(got))
	}
	for field, value := range map[string]string{"Content-Type": "text/plain", "Content-Encoding": "gzip"} {
		if r := w.send("POST", "/api/v1/permit", many(2), "Authorization", "Bearer "+secret, field, value); r.StatusCode != 415 {
			t.Errorf("%s %s: %d", field, value, r.StatusCode)
		}
	}
}

func TestSuppression(t *testing.T) {
	w := newWorld(t)
	body := `{"use":"letters","who":["JANE@example.org","rick@example.org","new@example.org","jane","` + w.rick.String() + `"]}`
	w.api("POST", "/api/v1/suppression", body, 200, `{"suppressed":["rick@example.org","new@example.org","`+w.rick.String()+`"],"permitted":["JANE@example.org","jane"]}`)
	w.noted(w.jane, "admin-key suppression letters", "admin-key suppression letters")
	w.noted(w.rick, "admin-key suppression letters")
	w.api("POST", "/api/v1/suppression", `{"use":"letters","who":["a\u0000@example.org"]}`, 422, "body.who[0]")
	w.api("POST", "/api/v1/suppression", `{"use":"other","who":["new@example.org"]}`, 404, "no choice")

	// Of several who have an address, each must have granted it.
	w.people[1].Email = "jane@example.org"
	for range 2 {
		w.api("POST", "/api/v1/suppression", `{"use":"letters","who":["jane@example.org"]}`, 200, `"permitted":[]`)
		slices.Reverse(w.people)
	}
}

func TestRefused(t *testing.T) {
	w := newWorld(t)
	storetest.Append(t, w.store, storetest.Submission(identity.NewCode(), "-letters"))
	var codes []string
	path := "/api/v1/suppression/letters?limit=1"
	for range 3 {
		var page struct {
			Codes []string
			Next  string
		}
		w.must(json.Unmarshal([]byte(w.api("GET", path, "", 200, `"codes":[`)), &page))
		codes = append(codes, page.Codes...)
		path = "/api/v1/suppression/letters?limit=1&after=" + page.Next
	}
	if len(codes) != 2 || !slices.IsSorted(codes) || !slices.Contains(codes, w.rick.String()) {
		t.Errorf("refused by %v, also by %s", codes, w.rick)
	}
	w.api("GET", "/api/v1/suppression/offers", "", 404, "no choice")
	w.api("GET", "/api/v1/suppression/letters?limit=0", "", 422, "query.limit")
	w.api("GET", "/api/v1/suppression/letters?after=x", "", 422, "query.after")
}

func TestProfile(t *testing.T) {
	w := newWorld(t)
	w.api("GET", "/api/v1/profiles/Jane?purpose=orders", "", 200,
		`{"purpose":"orders","categories":["contact.name","contact.postal"],"name":"Jane Lantern","postal_address":"1 Wick Street"}`)
	w.api("GET", "/api/v1/profiles/jane?purpose=offers", "", 200,
		`{"purpose":"offers","categories":["contact.email","contact.name"],"name":"Jane Lantern","email":"jane@example.org"}`)
	w.noted(w.jane, "admin-key profile offers", "admin-key profile orders")
	if got := w.api("GET", "/api/v1/profiles/rick?purpose=offers", "", 403, "needs the choice letters"); strings.Contains(got, "Rick") {
		t.Error(got)
	}
	w.noted(w.rick, "admin-key profile-refused offers")
	nobody := w.api("GET", "/api/v1/profiles/nobody?purpose=offers", "", 404, "no such person")
	if got := w.api("GET", "/api/v1/profiles/b%C3%BCro?purpose=offers", "", 404, ""); got != nobody {
		t.Errorf("%s differs from %s", got, nobody)
	}
	w.api("GET", "/api/v1/profiles/jane?purpose=other", "", 404, "no purpose")
	w.api("GET", "/api/v1/profiles/jane", "", 422, "query.purpose")
	w.api("HEAD", "/api/v1/profiles/jane?purpose=orders", "", 200, "")
	w.broken = errors.New("disk is gone")
	w.api("GET", "/api/v1/profiles/jane?purpose=offers", "", 503, "")
}

func TestDisclosures(t *testing.T) {
	w := newWorld(t)
	w.give("shop", apikey.Disclosure)
	body := func(who, processor, purpose, categories, reference string) string {
		return fmt.Sprintf(`{"who":%q,"processor":%q,"purpose":%q,"categories":[%s],"reference":%q}`, who, processor, purpose, categories, reference)
	}
	sent := body("jane", "delivery", "orders", `"contact.postal","contact.name"`, "order-17")
	const want = `"key":"shop","reference":"order-17","processor":"delivery","purpose":"orders","categories":["contact.name","contact.postal"]}`
	w.api("POST", "/api/v1/disclosures", sent, 201, want)
	w.now = w.now.Add(time.Minute)
	w.api("POST", "/api/v1/disclosures", sent, 200, want)
	w.api("POST", "/api/v1/disclosures", body("rick", "delivery", "orders", `"contact.name"`, "order-17"), 409, "something else")
	w.api("GET", "/api/v1/disclosures?who=jane", "", 200, `{"disclosures":[{"at":"2026-03-01T08:30:00.123456Z",`+want+`]}`)
	w.api("GET", "/api/v1/disclosures?who="+w.jane.String()+"&skip=1", "", 200, `{"disclosures":[]}`)
	w.noted(w.jane, "shop disclosures", "shop disclosures", "shop disclosure orders")
	w.noted(w.rick)
	for _, tt := range []struct{ body, want string }{
		{body("jane", "spy", "orders", `"contact.name"`, "a"), `"message":"is not declared","location":"body.processor"`},
		{body("jane", "delivery", "other", `"contact.name"`, "a"), `"message":"is not declared","location":"body.purpose"`},
		{body("jane", "delivery", "offers", `"contact.name"`, "a"), `none of the processor's, which are orders","location":"body.purpose"`},
		{body("jane", "delivery", "orders", `"contact.name","contact.email"`, "a"), `contact.email is none of the processor's`},
		{body("jane", "delivery", "orders", `"contact.phone"`, "a"), `contact.phone is none of the purpose's`},
		{body("jane", "delivery", "orders", `"shoe size"`, "a"), `"location":"body.categories[0]"`},
		{body("jane", "delivery", "orders", `"contact.name","contact.name"`, "a"), `body.categories`},
		{body("jane", "delivery", "orders", `"contact.name"`, "a b"), `body.reference`},
		{body("jane@example.org", "delivery", "orders", `"contact.name"`, "a"), `body.who`},
	} {
		w.api("POST", "/api/v1/disclosures", tt.body, 422, tt.want)
	}
	w.api("POST", "/api/v1/disclosures", body("nobody", "delivery", "orders", `"contact.name"`, "a"), 404, "no such person")
	w.api("GET", "/api/v1/disclosures?who=nobody", "", 404, "no such person")
}

// TestNothingUnnoted holds that where an access cannot be noted, nothing is
// given.
func TestNothingUnnoted(t *testing.T) {
	w := newWorld(t)
	w.deaf = true
	for _, tt := range [][3]string{
		{"GET", "/api/v1/profiles/jane?purpose=orders"},
		{"GET", "/api/v1/profiles/rick?purpose=offers"},
		{"GET", "/api/v1/permit?use=letters&who=jane"},
		{"POST", "/api/v1/permit", `{"use":"letters","who":["jane"]}`},
		{"POST", "/api/v1/suppression", `{"use":"letters","who":["jane@example.org"]}`},
		{"GET", "/api/v1/disclosures?who=" + w.jane.String()},
		{"POST", "/api/v1/disclosures", `{"who":"jane","processor":"delivery","purpose":"orders","categories":["contact.name"],"reference":"a"}`},
	} {
		if got := w.api(tt[0], tt[1], tt[2], 503, "does not answer"); strings.Contains(got, "Jane") || strings.Contains(got, "allowed\":") {
			t.Error(got)
		}
	}
	w.api("GET", "/api/v1/permit?use=letters&who="+w.jane.String(), "", 200, "granted")
	w.noted(w.jane)
}

// TestWithoutParts holds that what is not wired is not available.
func TestWithoutParts(t *testing.T) {
	w := newWorld(t)
	w.give("crm", apikey.Scopes()...)
	h, err := admin.New(admin.Config{Permit: w.permit, Keys: w.store.APIKeys(), Now: func() time.Time { return w.now }})
	w.must(err)
	w.handler = h
	for _, path := range []string{"permit?use=letters&who=jane", "suppression/letters", "profiles/jane?purpose=orders", "disclosures?who=" + w.jane.String()} {
		w.api("GET", "/api/v1/"+path, "", 503, "")
	}
	w.api("GET", "/api/v1/permit?use=letters&who="+w.jane.String(), "", 200, "granted")
}

func TestScopes(t *testing.T) {
	w := newWorld(t)
	requests := map[apikey.Scope][][3]string{
		apikey.Permit:      {{"GET", "/api/v1/permit?use=letters&who=jane"}, {"POST", "/api/v1/permit", `{"use":"letters","who":["jane"]}`}},
		apikey.Suppression: {{"GET", "/api/v1/suppression/letters"}, {"POST", "/api/v1/suppression", `{"use":"letters","who":["jane"]}`}},
		apikey.Profile:     {{"GET", "/api/v1/profiles/jane?purpose=orders"}},
		apikey.Disclosure:  {{"GET", "/api/v1/disclosures?who=jane"}, {"POST", "/api/v1/disclosures", `{"who":"jane","processor":"delivery","purpose":"orders","categories":["contact.name"],"reference":"%s"}`}},
	}
	for _, has := range apikey.Scopes() {
		k := w.give("has-"+string(has), has)
		for scope, list := range requests {
			for _, request := range list {
				r := w.send(request[0], request[1], strings.ReplaceAll(request[2], "%s", k.ID), "Authorization", "Bearer "+w.key)
				if got := w.text(r); (scope == has) != (r.StatusCode/100 == 2) || scope != has && (r.StatusCode != 403 || !strings.Contains(got, "no scope "+string(scope))) {
					t.Errorf("scope %s: %s %s: %d %s", has, request[0], request[1], r.StatusCode, got)
				}
			}
		}
		w.api("GET", "/api/v1/openapi.json", "", 200, "3.1.0")
	}
}

func TestKeysEnd(t *testing.T) {
	w := newWorld(t)
	first := w.give("crm", apikey.Permit)
	path := "/api/v1/permit?use=letters&who=" + w.jane.String()
	w.api("GET", path, "", 200, "")
	if got, err := w.store.APIKeys().Find(t.Context(), first.ID); err != nil || !got.Used.Equal(w.now.Truncate(24*time.Hour)) {
		t.Errorf("used %v, %v", got.Used, err)
	}
	old := w.key
	w.key = old[:len(old)-2] + map[bool]string{true: "aa", false: "ba"}[old[len(old)-2:] == "ba"]
	w.api("GET", path, "", 401, "")
	text, id, hash := apikey.New()
	_, err := w.store.APIKeys().Rotate(t.Context(), apikey.Key{ID: id, Name: "crm", Hash: hash, Created: w.now, Expires: w.now.Add(2 * time.Hour)}, w.now.Add(time.Minute))
	w.must(err)
	w.key = old
	w.api("GET", path, "", 200, "")
	w.now = w.now.Add(time.Minute)
	w.api("GET", path, "", 401, "")
	w.key = text
	w.api("GET", path, "", 200, "")
	_, err = w.store.APIKeys().Revoke(t.Context(), "crm", w.now)
	w.must(err)
	w.api("GET", path, "", 401, "")
}

func TestLimits(t *testing.T) {
	w := newWorld(t)
	w.give("greedy", apikey.Profile)
	get := func() *http.Response {
		return w.ask("GET", "/api/v1/profiles/jane?purpose=orders", "Authorization", "Bearer "+w.key)
	}
	for range 50 {
		if r := get(); r.StatusCode != 200 {
			t.Fatal(r.Status)
		}
	}
	if r := get(); r.StatusCode != 429 || r.Header.Get("Retry-After") != "1" {
		t.Errorf("%d, after %s", r.StatusCode, r.Header.Get("Retry-After"))
	}
	w.give("modest", apikey.Profile)
	if r := get(); r.StatusCode != 200 {
		t.Errorf("another key: %d", r.StatusCode)
	}
	w.now = w.now.Add(-time.Hour) // a clock that is put back
	w.key = "indigex_wrong"
	for range 50 {
		if r := get(); r.StatusCode != 401 {
			t.Fatal(r.Status)
		}
	}
	if r := get(); r.StatusCode != 429 {
		t.Errorf("many wrong keys: %d", r.StatusCode)
	}
	w.key = secret
	if r := get(); r.StatusCode != 200 {
		t.Errorf("a right one beside wrong ones: %d", r.StatusCode)
	}
}

// TestJourneyPostgres has a system read and pass on what a person then sees.
func TestJourneyPostgres(t *testing.T) {
	w := worldOver(t, storetest.Open(t, store.Config{URL: storetest.Postgres(t, "-c fsync=off").Database()}))
	w.give("shop", apikey.Scopes()...)
	w.api("GET", "/api/v1/profiles/jane?purpose=orders", "", 200, "Jane Lantern")
	w.api("POST", "/api/v1/disclosures", `{"who":"jane","processor":"delivery","purpose":"orders","categories":["contact.name"],"reference":"1"}`, 201, "delivery")
	w.api("POST", "/api/v1/permit", `{"use":"letters","who":["jane","rick","`+w.jane.String()+`"]}`, 200, "granted")
	w.api("POST", "/api/v1/suppression", `{"use":"letters","who":["jane@example.org","rick@example.org"]}`, 200, `"permitted":["jane@example.org"]`)
	w.api("GET", "/api/v1/suppression/letters", "", 200, w.rick.String())
	w.noted(w.jane, "shop suppression letters", "shop permit letters", "shop disclosure orders", "shop profile orders")
	list, err := w.store.Disclosures().Disclosures(t.Context(), w.jane, 0, 9)
	w.must(err)
	if len(list) != 1 || list[0].Processor != "delivery" {
		t.Errorf("%+v", list)
	}
}

// TestFiguresNameNobody holds that the metrics count by described addresses.
func TestFiguresNameNobody(t *testing.T) {
	w := newWorld(t)
	w.api("GET", "/api/v1/profiles/jane?purpose=orders", "", 200, "")
	w.api("GET", "/api/v1/profiles/rick?purpose=offers", "", 403, "")
	w.ask("GET", "/api/v1/profiles/rick")
	got := w.text(w.ask("GET", "/metrics"))
	for _, want := range []string{
		`edge_api_requests_total{address="/api/v1/profiles/{user_id}",class="2xx"} 1`, `edge_api_requests_total{address="/api/v1/profiles/{user_id}",class="4xx"} 1`,
		`edge_api_requests_total{address="/api/",class="4xx"} 1`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(got, "jane") || strings.Contains(got, "rick") {
		t.Error("a figure names somebody")
	}
}
