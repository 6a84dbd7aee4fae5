package policy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"

	"reflect"
	"strings"
	"testing"
	"time"
)

func day(text string) Day {
	d, err := ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

// sample is a small catalog that has something of everything.
func sample() *Catalog {
	const words = "Write to us.\nWe answer."
	c := &Catalog{
		Format: CatalogFormat,
		Company: Company{
			Name: "Lanterns & Co.", LegalName: "Lanterns and Company, Inc.", Domain: "lanterns.example",
			PostalAddress: []string{"1 Wick Lane", "Kansas City, MO 64101"},
			Contacts:      []Contact{{"privacy", "Privacy", "privacy@lanterns.example", "Questions."}, {"sales", "Sales", "sales@lanterns.example", ""}},
		},
		Identity: OnVisit,
		Sites: []Site{
			{ID: "apex", Title: "Lanterns", Host: "lanterns.example", Origin: "https://lanterns.example", Language: "en", Shell: ".edge/shell.html"},
			{ID: "shop", Title: "Lantern shop", Host: "shop.lanterns.localhost", Origin: "http://shop.lanterns.localhost:8080", Language: "fr-CA", Shell: ".edge/shell.html"},
		},
		Redirects: []Redirect{
			{Host: "shop.lanterns.localhost", From: "/old/", To: "/new/"},
			{Host: "lanterns.example", From: "/lampe à huile/", To: "http://shop.lanterns.localhost:8080/oil/#wicks"},
		},
		Timed: []Timed{
			{"lanterns.example", "/privacy/", day("2027-02-01").Time, ".at/2027-02-01T000000Z/privacy/index.html"},
			{"lanterns.example", "/privacy/", day("2026-12-15").Time, ".at/2026-12-15T000000Z/privacy/index.html"},
		},
		Policies: []CatalogPolicy{samplePolicy(HashText(words))},
		Choices: []Choice{{
			ID: "marketing.postal", Name: "Letters", Words: "Write to me.", Refuse: "Do not write to me.", Hash: HashChoice("Write to me.", "Do not write to me."),
			Kind: "marketing", Channel: "postal", Sender: "provider", Policy: "privacy", Section: "consent", Purposes: []string{"letters"}, GPC: true,
		}},
		Purposes: []Purpose{
			{ID: "letters", Name: "Letters", Text: "We write to you.", DPV: "dpv:DirectMarketing", Categories: []string{"contact.postal"}, Choice: "marketing.postal", Optional: true},
			{ID: "repairs", Name: "Repairs", Text: "We mend your lantern.", Categories: []string{"contact.postal", "request"}},
		},
		Categories: []Category{
			{ID: "contact.postal", Name: "Postal address", Text: "Where letters go.", DPV: "pd:PhysicalAddress", Retention: "account"},
			{ID: "request", Name: "What you ask for", Retention: "request"},
		},
		Retention: []Retention{
			{ID: "account", Keep: Period{Years: 3}, From: "last visit", Text: "Three years after your last visit."},
			{ID: "request", Keep: Period{Days: 90}, From: "last answer", Text: "90 days after our last answer."},
		},
		Mechanisms: []Mechanism{{ID: "preferences", Name: "Your preferences", Text: "Offers every choice.", Address: "/preferences"}},
		Processors: []Processor{{ID: "printer", Role: "Printer", Service: "Prints letters.", Country: "US", Purposes: []string{"letters"}, Categories: []string{"contact.postal"}}},
		Texts:      map[string]string{HashText(words): words},
	}
	form := sampleForm()
	form.Hash = HashForm(&form, c.Choices)
	c.Forms = []Form{form}
	return c
}

func samplePolicy(hash string) CatalogPolicy {
	const lanterns = "https://lanterns.example/privacy/"
	return CatalogPolicy{
		ID: "privacy", Title: "Privacy policy", Short: "Privacy", Site: "apex", Address: lanterns, Contact: "privacy",
		Versions: []CatalogVersion{
			{Number: 1, Published: day("2026-03-01"), Effective: day("2026-03-01"), Address: lanterns + "v/1/", Summary: "The first version.",
				Sections: []Section{{"sharing", "1. Sharing", hash}}},
			{Number: 2, Published: day("2026-12-15"), Effective: day("2027-02-01"), Address: lanterns + "v/2/", Summary: "You can say no to letters.",
				Sections: []Section{{"consent", "1. Consent", hash}, {"recipients", "2. Recipients", hash}}, Aliases: map[string]string{"sharing": "recipients"},
				Promises: map[string]Promises{
					"consent":    {Choices: []string{"marketing.postal"}, Purposes: []string{"letters", "repairs"}, Categories: []string{"contact.postal"}, Mechanisms: []string{"preferences"}},
					"recipients": {Purposes: []string{"repairs"}, Categories: []string{"contact.postal", "request"}, Processors: []string{"printer"}},
				}},
		},
		Notices: []Notice{{
			From: 1, To: 2, Kind: Material, Choices: []string{"marketing.postal"}, Address: lanterns + "changes/1..2/", HTML: "<p>You can say no.</p>", AnnouncedHTML: "<p>You will be able to.</p>",
			Changes: []Change{{Kind: Material, Text: "You can say no.", Sections: []string{"consent"}, Choices: []string{"marketing.postal"}}},
		}},
	}
}

func sampleForm() Form {
	return Form{
		ID: "repair", Title: "Have a lantern mended", Description: "Tell us what is broken.", Policy: "privacy", Who: "anyone", Retention: "request",
		Parts: []Part{
			{Text: "We mend it.\n", HTML: "<p>We <em>mend</em> it.</p>\n"},
			{ID: "letters", Title: "Letters", Text: "Letters\nSay no in your preferences.\n", HTML: "<h2 id=\"letters\">Letters</h2>\n<p>Say no in your <a href=\"/preferences\">preferences</a>.</p>\n"},
		},
		Fields: []Field{
			{Name: "source", Type: "hidden", Value: "web"},
			{Name: "part", Type: "several", Label: "Which part?", Required: true, Category: "request", Purpose: "repairs", Options: []string{"Wick", "Glass"}},
			{Name: "light", Type: "scale", Label: "How bright?", Category: "request", Purpose: "repairs", From: 1, To: 5, Low: "Dark", High: "Bright"},
			{Name: "address", Type: "postal-address", Label: "Address", Help: "Where it goes back to.", Category: "contact.postal", Purpose: "repairs"},
			{Name: "choice.marketing.postal", Type: "consent", Choice: "marketing.postal"},
		},
	}
}

//go:embed testdata/catalog.json
var sampleFile string

func TestEncode(t *testing.T) {
	got, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != sampleFile {
		t.Errorf("encoded:\n%s\nwant:\n%s", got, sampleFile)
	}
}

func TestEncodeLeavesTheCatalogAsItIs(t *testing.T) {
	c := sample()
	if _, err := c.Encode(); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c, sample()) {
		t.Errorf("encoding changed the catalog: %+v", c)
	}
}

func TestEncodeWithoutLists(t *testing.T) {
	c := sample()
	c = &Catalog{Format: CatalogFormat, Company: Company{Name: "L", LegalName: "L", Domain: "l.example"}, Identity: OnVisit, Sites: c.Sites}
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeCatalog(data); err != nil {
		t.Errorf("what Encode wrote, DecodeCatalog refuses: %v", err)
	}
}

func TestDecode(t *testing.T) {
	c, err := DecodeCatalog([]byte(sampleFile))
	if err != nil {
		t.Fatal(err)
	}
	want := sample().normal()
	if !reflect.DeepEqual(c, want) {
		t.Errorf("decoded %+v\nwant %+v", c, want)
	}
}

// Each case replaces a part of the sample and names how the error begins.
func TestDecodeRefuses(t *testing.T) {
	const site, redirect = `"host": "shop.lanterns.localhost",
      "origin"`, `"from": "/old/"`
	const timed = `"2026-12-15T00:00:00Z"`
	tests := []struct{ name, old, new, want string }{
		{"empty file", sampleFile, "", "catalog: line 1: "},
		{"another type", sampleFile, `[]`, "catalog: is not an object"},
		{"null", sampleFile, `null`, "catalog: is not an object"},
		{"syntax", `"company": `, `"company" `, "catalog: line 3: "},
		{"trailing data", "  }\n}\n", "  }\n}\n{}", "catalog: line 415: "},
		{"not UTF-8", "Lantern shop", "Lantern \xff", "catalog: is not UTF-8"},
		{"unknown member", `"format": 4`, `"color": 1, "format": 4`, "catalog: color: unknown member"},
		{"unknown member within", redirect, redirect + `, "code": 302`, "catalog: redirects[1].code: unknown member"},
		{"member in other case", `"format"`, `"Format"`, "catalog: Format: unknown member"},
		{"doubled member", `"format": 4`, `"format": 4, "format": 4`, "catalog: format: member stands twice"},
		{"doubled member by escape", redirect, redirect + `, "\u0066rom": "/x/"`, "catalog: redirects[1].from: member stands twice"},
		{"missing member", `"format": 4,`, ``, "catalog: format: member is missing"},
		{"missing member within", "\"title\": \"Lantern shop\",", ``, "catalog: sites[1].title: member is missing"},
		{"later format", `"format": 4`, `"format": 5`, "catalog: format: 5 is not 4, the one format that is known: build the sites anew"},
		{"earlier format", `"format": 4`, `"format": 3`, "catalog: format: 3 is not 4"},
		{"format as text", `"format": 4`, `"format": "1"`, "catalog: format: is not a number"},
		{"format as fraction", `"format": 4`, `"format": 1.0`, "catalog: format: 1.0 is not a whole number"},
		{"number for text", `"/new/"`, `7`, "catalog: redirects[1].to: is not a string"},
		{"null for text", `"/new/"`, `null`, "catalog: redirects[1].to: is not a string"},
		{"null for list", sampleFile[strings.Index(sampleFile, `"redirects": [`):], `"redirects": null}`, "catalog: redirects: is not an array"},
		{"object for site", sampleFile[strings.Index(sampleFile, `"sites": [`):], `"sites": ["apex"], "redirects": []}`, "catalog: sites[0]: is not an object"},
		{"no sites", sampleFile[strings.Index(sampleFile, `"sites": [`):], `"sites": [], "redirects": [], "timed": [], "policies": [], "choices": [], "purposes": [], "categories": [], "retention": [], "mechanisms": [], "processors": [], "forms": [], "texts": {}}`, "catalog: sites: has no site"},
		{"identity", `"on-visit"`, `"always"`, "catalog: identity: \"always\" is not on-visit"},
		{"no language", `"language": "fr-CA"`, `"language": ""`, "catalog: sites[1].language: "},
		{"language in words", `"language": "fr-CA"`, `"language": "Canadian French"`, "catalog: sites[1].language: "},
		{"list for texts", sampleFile[strings.Index(sampleFile, `"texts": {`):], `"texts": []}`, "catalog: texts: is not an object"},
		{"doubled text", `"texts": {`, `"texts": {"a": "", "a": "", `, "catalog: texts.a: member stands twice"},
		{"other words", `"Write to us.\nWe answer."`, `"Write to us."`, "catalog: texts: "},
		{"empty provider", `"Lanterns & Co."`, `" "`, "catalog: company.name: is empty"},
		{"line end in title", `"Lantern shop"`, `"Lantern\nshop"`, "catalog: sites[1].title: has a control character"},
		{"id", `"id": "shop"`, `"id": "Shop"`, "catalog: sites[1].id: "},
		{"id twice", `"id": "shop"`, `"id": "apex"`, "catalog: sites[1].id: "},
		{"host twice", site, `"host": "lanterns.example", "origin"`, "catalog: sites[1].host: "},
		{"host in capitals", site, `"host": "Shop.lanterns.localhost", "origin"`, "catalog: sites[1].host: "},
		{"host with port", site, `"host": "shop.lanterns.localhost:8080", "origin"`, "catalog: sites[1].host: "},
		{"host with slash", site, `"host": "shop/lanterns", "origin"`, "catalog: sites[1].host: "},
		{"host that leaves the folder", site, `"host": "..", "origin"`, "catalog: sites[1].host: "},
		{"host with dot at the end", site, `"host": "shop.lanterns.localhost.", "origin"`, "catalog: sites[1].host: "},
		{"empty host", site, `"host": "", "origin"`, "catalog: sites[1].host: "},
		{"redirect of unknown host", "\"host\": \"shop.lanterns.localhost\",\n      \"from\"", `"host": "evil.example", "from"`, "catalog: redirects[1].host: "},
		{"redirect from no path", redirect, `"from": "old"`, "catalog: redirects[1].from: "},
		{"redirect from two slashes", redirect, `"from": "//old"`, "catalog: redirects[1].from: "},
		{"redirect from query", redirect, `"from": "/old?x"`, "catalog: redirects[1].from: "},
		{"redirect twice", "\"host\": \"lanterns.example\",\n      \"from\": \"/lampe à huile/\"", "\"host\": \"shop.lanterns.localhost\", \"from\": \"/old/\"", "catalog: redirects[1].from: "},
		{"redirect to itself", `"/new/"`, `"/old/"`, "catalog: redirects[1].to: "},
		{"moment without zone", timed, `"2026-12-15T00:00:00"`, "catalog: timed[0].from: \"2026-12-15T00:00:00\" is not a moment"},
		{"moment of another zone", timed, `"2026-12-15T00:00:00+01:00"`, "catalog: timed[0].from: "},
		{"moment with a fraction", timed, `"2026-12-15T00:00:00.5Z"`, "catalog: timed[0].from: "},
		{"moment with an empty fraction", timed, `"2026-12-15T00:00:00.0Z"`, "catalog: timed[0].from: "},
		{"moment that is none", timed, `"2026-13-15T00:00:00Z"`, "catalog: timed[0].from: "},
		{"moments out of order", timed, `"2028-12-15T00:00:00Z"`, "catalog: timed[1]: belongs before"},
		{"moment twice", timed, `"2027-02-01T00:00:00Z"`, "catalog: timed[1]: stands twice"},
		{"unknown member of timed", timed, timed + `, "until": ""`, "catalog: timed[0].until: unknown member"},
		{"day with a time", `"effective": "2027-02-01"`, `"effective": "2027-02-01T00:00:00Z"`, "catalog: policies[0].versions[1].effective: "},
		{"day that is none", `"effective": "2027-02-01"`, `"effective": "2027-02-30"`, "catalog: policies[0].versions[1].effective: "},
		{"number of a version as text", `"number": 2`, `"number": "2"`, "catalog: policies[0].versions[1].number: is not a number"},
		{"missing member of a version", `"number": 2,`, ``, "catalog: policies[0].versions[1].number: member is missing"},
		{"missing member of a section", `"title": "1. Consent",`, ``, "catalog: policies[0].versions[1].sections[0].title: member is missing"},
		{"list for aliases", `"aliases": {}`, `"aliases": []`, "catalog: policies[0].versions[0].aliases: is not an object"},
		{"null for aliases", `"aliases": {}`, `"aliases": null`, "catalog: policies[0].versions[0].aliases: is not an object"},
		{"number for an alias", `"sharing": "recipients"`, `"sharing": 1`, "catalog: policies[0].versions[1].aliases.sharing: is not a string"},
		{"doubled alias", `"sharing": "recipients"`, `"sharing": "recipients", "sharing": "consent"`, "catalog: policies[0].versions[1].aliases.sharing: member stands twice"},
		{"unknown member of a notice", `"announced_html"`, `"text": "", "announced_html"`, "catalog: policies[0].notices[0].text: unknown member"},
		{"doubled member of a change", `"text": "You can say no."`, `"text": "You can say no.", "text": ""`, "catalog: policies[0].notices[0].changes[0].text: member stands twice"},
		{"number in a list", "\"purposes\": [\n        \"letters\"\n      ],\n      \"gpc\"", `"purposes": [1], "gpc"`, "catalog: choices[0].purposes[0]: is not a string"},
		{"null for truth", `"gpc": true`, `"gpc": null`, "catalog: choices[0].gpc: is not true or false"},
		{"unknown member of a choice", `"gpc": true`, `"gpc": true, "default": true`, "catalog: choices[0].default: unknown member"},
		{"missing member of a choice", `"gpc": true`, `"gpc": true}, {`, "catalog: choices[1].id: member is missing"},
		{"period in words", `"P90D"`, `"90 days"`, "catalog: retention[1].keep: \"90 days\" is not a period"},
		{"period in another form", `"P90D"`, `"P090D"`, "catalog: retention[1].keep: "},
		{"number for a period", `"P90D"`, `90`, "catalog: retention[1].keep: is not a string"},
		{"unknown member of a field", `"value": "web"`, `"value": "web", "default": ""`, "catalog: forms[0].fields[0].default: unknown member"},
		{"missing member of a field", `"label": "How bright?",`, ``, "catalog: forms[0].fields[2].label: member is missing"},
		{"text for a bound", `"to": 5`, `"to": "5"`, "catalog: forms[0].fields[2].to: is not a number"},
		{"list for promises", `"promises": {}`, `"promises": []`, "catalog: policies[0].versions[0].promises: is not an object"},
		{"promises of a section twice", `"consent": {`, `"consent": {"choices": [], "purposes": [], "categories": [], "processors": [], "mechanisms": []}, "consent": {`, "catalog: policies[0].versions[1].promises.consent: member stands twice"},
		{"missing member of promises", "\"processors\": [],\n              \"mechanisms\": [\n                \"preferences\"\n              ]", `"processors": []`, "catalog: policies[0].versions[1].promises.consent.mechanisms: member is missing"},
		{"missing member of the company", `"domain": "lanterns.example",`, ``, "catalog: company.domain: member is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if strings.Count(sampleFile, test.old) != 1 {
				t.Fatalf("%q doesn't stand in the sample once", test.old)
			}
			_, err := DecodeCatalog([]byte(strings.Replace(sampleFile, test.old, test.new, 1)))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestRedirectsStayOnTheSites(t *testing.T) {
	for to, want := range map[string]bool{
		"/new/": true, "/new/?a=b#c": true, "/caf%C3%A9/": true, "https://lanterns.example/": true, "http://shop.lanterns.localhost:8080/x": true,
		"": false, "new/": false, "//evil.example/": false, `/\evil.example/`: false, "/\tx": false, "/a b": false, "/café/": false, "/%zz": false,
		"https://evil.example/": false, "https://lanterns.example.evil.example/": false, "https://lanterns.example@evil.example/": false,
		"https://lanterns.example": false, "http://lanterns.example/": false, "http://shop.lanterns.localhost:80800/": false,
		"javascript:alert(1)": false, "https:x": false, "/x\r\nSet-Cookie: a=b": false,
	} {
		c := sample()
		c.Redirects[0].To = to
		if _, err := c.Encode(); (err == nil) != want {
			t.Errorf("redirect to %q: error %v, want one: %v", to, err, !want)
		}
	}
}

func TestOriginsMatchTheirHost(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://shop.example": true, "http://shop.example": true, "http://shop.example:8080": true, "https://shop.example:65535": true,
		"": false, "shop.example": false, "//shop.example": false, "ftp://shop.example": false, "HTTPS://shop.example": false,
		"https://shop.example/": false, "https://shop.example:": false, "https://shop.example:443": false, "http://shop.example:80": false,
		"https://shop.example:0": false, "https://shop.example:65536": false, "https://shop.example:08080": false, "https://shop.example:+81": false,
		"https://other.example": false, "https://shop.example.evil": false, "https://user@shop.example": false, "https://shop.example?x": false,
	} {
		c := &Catalog{Format: CatalogFormat, Company: Company{Name: "p", LegalName: "p", Domain: "p"}, Identity: OnChoice, Sites: []Site{{ID: "shop", Title: "Shop", Host: "shop.example", Origin: origin, Language: "en", Shell: ".edge/shell.html"}}}
		if _, err := c.Encode(); (err == nil) != want {
			t.Errorf("origin %q: error %v, want one: %v", origin, err, !want)
		}
	}
}

// What is accepted is accepted by encoding/json in the same sense, and comes
// back from Encode and DecodeCatalog as the same.
func FuzzDecodeCatalog(f *testing.F) {
	f.Add([]byte(sampleFile))
	f.Add([]byte(`{"format":4,"company":{"name":"p","legal_name":"p","domain":"p","postal_address":[],"contacts":[]},"identity":"on-choice","sites":[{"id":"a","title":"A","host":"a","origin":"http://a","language":"en","shell":".edge/a"}],"redirects":[],"timed":[],"policies":[],"choices":[],"purposes":[],"categories":[],"retention":[{"id":"a","keep":"P1Y","from":"a","text":"a"}],"mechanisms":[],"processors":[],"forms":[],"texts":{}}`))
	f.Add([]byte(`{"format":4,"format":4}`))
	f.Add([]byte(`{"sites":[{"id":{}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeCatalog(data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "catalog: ") {
				t.Fatalf("error %q does not begin with its subject", err)
			}
			return
		}
		var loose Catalog
		err = json.Unmarshal(data, &loose)
		var escaped *time.ParseError // encoding/json takes no escapes in a time
		if !errors.As(err, &escaped) && (err != nil || !reflect.DeepEqual(&loose, c)) {
			t.Fatalf("encoding/json reads %+v (%v), not %+v", loose, err, c)
		}
		once, err := c.Encode()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := DecodeCatalog(once)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("encoded once:\n%s\nand again (%v):\n%s", once, err, twice)
		}
	})
}
