package policy

import (
	"strings"
	"testing"
	"time"
)

// Each case spoils the sample and names how the error begins.
func TestEncodeRefuses(t *testing.T) {
	noon := time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		spoil func(*Catalog)
		want  string
	}{
		{"timed on unknown host", func(c *Catalog) { c.Timed[0].Host = "evil.example" }, "timed[0].host: "},
		{"timed without path", func(c *Catalog) { c.Timed[0].Path = "" }, "timed[0].path: "},
		{"timed path with dots", func(c *Catalog) { c.Timed[0].Path = "/a/../b" }, "timed[0].path: "},
		{"timed path with query", func(c *Catalog) { c.Timed[0].Path = "/a?b" }, "timed[0].path: "},
		{"timed path with two slashes", func(c *Catalog) { c.Timed[0].Path = "/a//" }, "timed[0].path: "},
		{"no moment", func(c *Catalog) { c.Timed[0].From = time.Time{} }, "timed[0].from: "},
		{"a nanosecond", func(c *Catalog) { c.Timed[0].From = noon.Add(1) }, "timed[1].from: "},
		{"another zone", func(c *Catalog) { c.Timed[0].From = noon.In(time.FixedZone("", 3600)) }, "timed[1].from: "},
		{"a moment twice", func(c *Catalog) { c.Timed[0].From = c.Timed[1].From }, "timed[1]: stands twice"},
		{"a file elsewhere", func(c *Catalog) { c.Timed[1].File = "privacy/index.html" }, "timed[0].file: "},
		{"a file outside", func(c *Catalog) { c.Timed[1].File = ".at/../../secret" }, "timed[0].file: "},
		{"a rooted file", func(c *Catalog) { c.Timed[1].File = "/.at/x" }, "timed[0].file: "},
		{"a folder", func(c *Catalog) { c.Timed[1].File = ".at/x/" }, "timed[0].file: "},
		{"a file with a backslash", func(c *Catalog) { c.Timed[1].File = `.at/x\..\..\y` }, "timed[0].file: "},

		{"no identity", func(c *Catalog) { c.Identity = "" }, "identity: "},
		{"no shell", func(c *Catalog) { c.Sites[1].Shell = "" }, "sites[1].shell: "},
		{"a shell that is served", func(c *Catalog) { c.Sites[1].Shell = "edge/shell.html" }, "sites[1].shell: "},
		{"a shell without a folder", func(c *Catalog) { c.Sites[1].Shell = ".shell.html" }, "sites[1].shell: "},
		{"a shell among timed pages", func(c *Catalog) { c.Sites[1].Shell = ".at/shell.html" }, "sites[1].shell: "},
		{"a shell outside", func(c *Catalog) { c.Sites[1].Shell = "../apex/.edge/shell.html" }, "sites[1].shell: "},
		{"a shell with dots", func(c *Catalog) { c.Sites[1].Shell = ".edge/../shell.html" }, "sites[1].shell: "},
		{"a rooted shell", func(c *Catalog) { c.Sites[1].Shell = "/.edge/shell.html" }, "sites[1].shell: "},

		{"id of a policy", func(c *Catalog) { c.Policies[0].ID = "Privacy" }, "policies[0].id: "},
		{"policy twice", func(c *Catalog) { c.Policies = append(c.Policies, c.Policies[0]) }, "policies[1].id: "},
		{"no title", func(c *Catalog) { c.Policies[0].Title = "" }, "policies[0].title: "},
		{"no short title", func(c *Catalog) { c.Policies[0].Short = " " }, "policies[0].short: "},
		{"unknown site", func(c *Catalog) { c.Policies[0].Site = "lanterns.example" }, "policies[0].site: "},
		{"address on another site", func(c *Catalog) { c.Policies[0].Address = c.Sites[1].Origin + "/privacy/" }, "policies[0].address: "},
		{"relative address", func(c *Catalog) { c.Policies[0].Address = "/privacy/" }, "policies[0].address: "},
		{"address without slash", func(c *Catalog) { c.Policies[0].Address = "https://lanterns.example/privacy" }, "policies[0].address: "},
		{"address of a query", func(c *Catalog) { c.Policies[0].Address = "https://lanterns.example/?/" }, "policies[0].address: "},
		{"address that only begins alike", func(c *Catalog) { c.Policies[0].Address = "https://lanterns.example.evil.example/" }, "policies[0].address: "},

		{"first number", func(c *Catalog) { c.Policies[0].Versions[0].Number = 0 }, "policies[0].versions[0].number: "},
		{"gap in numbers", func(c *Catalog) { c.Policies[0].Versions[1].Number = 3 }, "policies[0].versions[1].number: "},
		{"no day of publication", func(c *Catalog) { c.Policies[0].Versions[1].Published = Day{} }, "policies[0].versions[1].published: "},
		{"noon", func(c *Catalog) { c.Policies[0].Versions[1].Effective = Day{noon} }, "policies[0].versions[1].effective: "},
		{"effective before published", func(c *Catalog) { c.Policies[0].Versions[1].Effective = day("2026-12-14") }, "policies[0].versions[1].effective: precedes"},
		{"effective with the one before", func(c *Catalog) {
			c.Policies[0].Versions[1].Published, c.Policies[0].Versions[1].Effective = day("2026-03-01"), day("2026-03-01")
		}, "policies[0].versions[1].effective: is not after that of version 1"},
		{"address of a version", func(c *Catalog) { c.Policies[0].Versions[1].Address += "#consent" }, "policies[0].versions[1].address: "},
		{"no summary", func(c *Catalog) { c.Policies[0].Versions[1].Summary = "" }, "policies[0].versions[1].summary: "},
		{"section without id", func(c *Catalog) { c.Policies[0].Versions[1].Sections[1].ID = "" }, "policies[0].versions[1].sections[1].id: "},
		{"section twice", func(c *Catalog) { c.Policies[0].Versions[1].Sections[1].ID = "consent" }, "policies[0].versions[1].sections[1].id: "},
		{"section without title", func(c *Catalog) { c.Policies[0].Versions[1].Sections[1].Title = "" }, "policies[0].versions[1].sections[1].title: "},
		{"short hash", func(c *Catalog) { c.Policies[0].Versions[1].Sections[1].Hash = "2c26" }, "policies[0].versions[1].sections[1].hash: "},
		{"hash in capitals", func(c *Catalog) { c.Policies[0].Versions[1].Sections[1].Hash = strings.Repeat("A", 64) }, "policies[0].versions[1].sections[1].hash: "},
		{"alias to nowhere", func(c *Catalog) { c.Policies[0].Versions[1].Aliases["old"] = "gone" }, "policies[0].versions[1].aliases: "},
		{"alias of a section", func(c *Catalog) { c.Policies[0].Versions[1].Aliases["consent"] = "recipients" }, "policies[0].versions[1].aliases: "},
		{"empty alias", func(c *Catalog) { c.Policies[0].Versions[1].Aliases[""] = "recipients" }, "policies[0].versions[1].aliases: "},

		{"notice from version 0", func(c *Catalog) { c.Policies[0].Notices[0].From = 0 }, "policies[0].notices[0].from: "},
		{"notice to version 3", func(c *Catalog) { c.Policies[0].Notices[0].To = 3 }, "policies[0].notices[0].to: "},
		{"notice back", func(c *Catalog) { c.Policies[0].Notices[0].From, c.Policies[0].Notices[0].To = 2, 1 }, "policies[0].notices[0].to: "},
		{"notice to the same", func(c *Catalog) { c.Policies[0].Notices[0].From = 2 }, "policies[0].notices[0].to: "},
		{"notice twice", func(c *Catalog) { p := &c.Policies[0]; p.Notices = append(p.Notices, p.Notices[0]) }, "policies[0].notices[1]: stands twice"},
		{"kind of a notice", func(c *Catalog) { c.Policies[0].Notices[0].Kind = "" }, "policies[0].notices[0].kind: "},
		{"kind of a change", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Kind = "grave" }, "policies[0].notices[0].changes[0].kind: "},
		{"change without text", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Text = "" }, "policies[0].notices[0].changes[0].text: "},
		{"section of a change", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Sections[0] = "" }, "policies[0].notices[0].changes[0].sections[0]: "},
		{"choice of a change", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Choices[0] = "other" }, "policies[0].notices[0].changes[0].choices[0]: "},
		{"purpose of a change", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Purposes = []string{""} }, "policies[0].notices[0].changes[0].purposes[0]: "},
		{"processor of a change", func(c *Catalog) { c.Policies[0].Notices[0].Changes[0].Processors = []string{""} }, "policies[0].notices[0].changes[0].processors[0]: "},
		{"choice of a notice", func(c *Catalog) { c.Policies[0].Notices[0].Choices[0] = "other" }, "policies[0].notices[0].choices[0]: "},
		{"address of a notice", func(c *Catalog) { c.Policies[0].Notices[0].Address = "https://evil.example/" }, "policies[0].notices[0].address: "},
		{"notice without text", func(c *Catalog) { c.Policies[0].Notices[0].HTML = "\n" }, "policies[0].notices[0].html: "},
		{"notice without text ahead", func(c *Catalog) { c.Policies[0].Notices[0].AnnouncedHTML = "" }, "policies[0].notices[0].announced_html: "},

		{"choice twice", func(c *Catalog) { c.Choices = append(c.Choices, c.Choices[0]) }, "choices[1].id: "},
		{"choice without name", func(c *Catalog) { c.Choices[0].Name = "" }, "choices[0].name: "},
		{"choice without words", func(c *Catalog) { c.Choices[0].Words = "" }, "choices[0].words: "},
		{"a line feed, which divides the words in the hash", func(c *Catalog) { c.Choices[0].Refuse += "\n" }, "choices[0].refuse: "},
		{"hash of other words", func(c *Catalog) { c.Choices[0].Words = "Write." }, "choices[0].hash: "},
		{"kind of a choice", func(c *Catalog) { c.Choices[0].Kind = "material" }, "choices[0].kind: "},
		{"channel", func(c *Catalog) { c.Choices[0].Channel = "pigeon" }, "choices[0].channel: "},
		{"sender", func(c *Catalog) { c.Choices[0].Sender = "nobody" }, "choices[0].sender: "},
		{"policy of a choice", func(c *Catalog) { c.Choices[0].Policy = "cookies" }, "choices[0].section: "},
		{"section of a choice", func(c *Catalog) { c.Choices[0].Section = "uses" }, "choices[0].section: "},
		{"text of another hash", func(c *Catalog) { c.Texts[HashText("a")] = "b" }, "texts: "},
		{"no text of a section that offers a choice", func(c *Catalog) { c.Texts = nil }, "texts: "},
		{"no text of a section by its earlier id", func(c *Catalog) {
			c.Choices[0].Section, c.Policies[0].Versions[0].Sections[0].Hash = "recipients", HashText("earlier words")
		}, "texts: "},
		{"purpose of a choice", func(c *Catalog) { c.Choices[0].Purposes[0] = "" }, "choices[0].purposes[0]: "},
		{"purpose of a choice twice", func(c *Catalog) { c.Choices[0].Purposes = []string{"letters", "letters"} }, "choices[0].purposes[1]: "},
		{"contact of a policy", func(c *Catalog) { c.Policies[0].Contact = "nobody" }, "policies[0].contact: "},
		{"promises of no section", func(c *Catalog) { c.Policies[0].Versions[1].Promises["sharing"] = Promises{} }, "policies[0].versions[1].promises: "},
		{"promise of what is not declared", func(c *Catalog) {
			c.Policies[0].Versions[1].Promises["consent"] = Promises{Processors: []string{"pigeon"}}
		}, "policies[0].versions[1].promises.consent.processors[0]: "},

		{"company without name", func(c *Catalog) { c.Company.Name = "" }, "company.name: "},
		{"company without legal name", func(c *Catalog) { c.Company.LegalName = "" }, "company.legal_name: "},
		{"domain with scheme", func(c *Catalog) { c.Company.Domain = "https://lanterns.example" }, "company.domain: "},
		{"empty line of an address", func(c *Catalog) { c.Company.PostalAddress[1] = " " }, "company.postal_address[1]: "},
		{"line end in an address", func(c *Catalog) { c.Company.PostalAddress[0] += "\r\nBcc: x" }, "company.postal_address[0]: "},
		{"contact twice", func(c *Catalog) { c.Company.Contacts[1].ID = "privacy" }, "company.contacts[1].id: "},
		{"mail to two", func(c *Catalog) { c.Company.Contacts[0].Email = "a@b.example,c@d.example" }, "company.contacts[0].email: "},
		{"mail to nobody", func(c *Catalog) { c.Company.Contacts[0].Email = "@b.example" }, "company.contacts[0].email: "},
		{"line end in a mail address", func(c *Catalog) { c.Company.Contacts[0].Email += "\n" }, "company.contacts[0].email: "},

		{"purpose twice", func(c *Catalog) { c.Purposes[1].ID = "letters" }, "purposes[1].id: "},
		{"id of a purpose", func(c *Catalog) { c.Purposes[0].ID = "Letters" }, "purposes[0].id: "},
		{"purpose without text", func(c *Catalog) { c.Purposes[0].Text = "" }, "purposes[0].text: "},
		{"purpose of sale", func(c *Catalog) { c.Purposes[0].DPV = "dpv:SellDataToThirdParties" }, "purposes[0].dpv: "},
		{"term of no vocabulary", func(c *Catalog) { c.Purposes[0].DPV = "DirectMarketing" }, "purposes[0].dpv: "},
		{"unknown category of a purpose", func(c *Catalog) { c.Purposes[0].Categories[0] = "contact.email" }, "purposes[0].categories[0]: "},
		{"category of a purpose twice", func(c *Catalog) { c.Purposes[0].Categories = []string{"request", "request"} }, "purposes[0].categories[1]: "},
		{"unknown choice of a purpose", func(c *Catalog) { c.Purposes[0].Choice = "marketing.email" }, "purposes[0].choice: "},
		{"choice that does not permit", func(c *Catalog) { c.Purposes[1].Choice = "marketing.postal" }, "purposes[1].choice: "},
		{"category twice", func(c *Catalog) { c.Categories[1].ID = "contact.postal" }, "categories[1].id: "},
		{"category without name", func(c *Catalog) { c.Categories[0].Name = "" }, "categories[0].name: "},
		{"category without retention", func(c *Catalog) { c.Categories[0].Retention = "" }, "categories[0].retention: "},
		{"retention twice", func(c *Catalog) { c.Retention[1].ID = "account" }, "retention[1].id: "},
		{"period that no text means", func(c *Catalog) { c.Retention[0].Keep.Months = -1 }, "retention[0].keep: "},
		{"weeks and days", func(c *Catalog) { c.Retention[0].Keep = Period{Weeks: 1, Days: 1} }, "retention[0].keep: "},
		{"retention from nothing", func(c *Catalog) { c.Retention[0].From = "" }, "retention[0].from: "},
		{"mechanism twice", func(c *Catalog) { c.Mechanisms = append(c.Mechanisms, c.Mechanisms[0]) }, "mechanisms[1].id: "},
		{"mechanism elsewhere", func(c *Catalog) { c.Mechanisms[0].Address = "//evil.example/" }, "mechanisms[0].address: "},
		{"processor twice", func(c *Catalog) { c.Processors = append(c.Processors, c.Processors[0]) }, "processors[1].id: "},
		{"country", func(c *Catalog) { c.Processors[0].Country = "us" }, "processors[0].country: "},
		{"unknown purpose of a processor", func(c *Catalog) { c.Processors[0].Purposes[0] = "ads" }, "processors[0].purposes[0]: "},
		{"unknown category of a processor", func(c *Catalog) { c.Processors[0].Categories[0] = "billing" }, "processors[0].categories[0]: "},

		{"form twice", func(c *Catalog) { c.Forms = append(c.Forms, c.Forms[0]) }, "forms[1]: stands twice"},
		{"id of a form", func(c *Catalog) { c.Forms[0].ID = "../repair" }, "forms[0].id: "},
		{"form without title", func(c *Catalog) { c.Forms[0].Title = "" }, "forms[0].title: "},
		{"policy of a form", func(c *Catalog) { c.Forms[0].Policy = "cookies" }, "forms[0].policy: "},
		{"who", func(c *Catalog) { c.Forms[0].Who = "everyone" }, "forms[0].who: "},
		{"retention of a form", func(c *Catalog) { c.Forms[0].Retention = "" }, "forms[0].retention: "},
		{"part without heading behind others", func(c *Catalog) { c.Forms[0].Parts[1].ID, c.Forms[0].Parts[1].Title = "", "" }, "forms[0].parts[1].id: "},
		{"title without heading", func(c *Catalog) { c.Forms[0].Parts[0].Title = "Mending" }, "forms[0].parts[0].title: "},
		{"part without words", func(c *Catalog) { c.Forms[0].Parts[0].Text = "\n" }, "forms[0].parts[0].text: "},
		{"part without end", func(c *Catalog) { c.Forms[0].Parts[0].Text = "We mend it." }, "forms[0].parts[0].text: "},
		{"return in a part", func(c *Catalog) { c.Forms[0].Parts[0].Text = "We\rmend it.\n" }, "forms[0].parts[0].text: "},
		{"script in a part", func(c *Catalog) { c.Forms[0].Parts[0].HTML = "<script>1</script>" }, "forms[0].parts[0].html: "},
		{"other words", func(c *Catalog) { c.Forms[0].Parts[0].Text = "We never mend it.\n" }, "forms[0].hash: "},
		{"other words of a choice", func(c *Catalog) {
			c.Choices[0].Refuse = "No."
			c.Choices[0].Hash = HashChoice(c.Choices[0].Words, "No.")
		}, "forms[0].hash: "},
		{"field twice", func(c *Catalog) { c.Forms[0].Fields[0].Name = "part" }, "forms[0].fields[1].name: "},
		{"name of a field", func(c *Catalog) { c.Forms[0].Fields[0].Name = "a b" }, "forms[0].fields[0].name: "},
		{"type of a field", func(c *Catalog) { c.Forms[0].Fields[1].Type = "card-number" }, "forms[0].fields[1].type: "},
		{"field without label", func(c *Catalog) { c.Forms[0].Fields[1].Label = "" }, "forms[0].fields[1].label: "},
		{"line end in a help", func(c *Catalog) { c.Forms[0].Fields[3].Help += "\nfield: x" }, "forms[0].fields[3].help: "},
		{"category of a field", func(c *Catalog) { c.Forms[0].Fields[1].Category = "" }, "forms[0].fields[1].category: "},
		{"purpose of a field", func(c *Catalog) { c.Forms[0].Fields[1].Purpose = "ads" }, "forms[0].fields[1].purpose: "},
		{"purpose that does not use the category", func(c *Catalog) { c.Forms[0].Fields[1].Purpose = "letters" }, "forms[0].fields[1].purpose: "},
		{"unknown category of a hidden field", func(c *Catalog) { c.Forms[0].Fields[0].Category = "billing" }, "forms[0].fields[0].category: "},
		{"choice of a field", func(c *Catalog) { c.Forms[0].Fields[4].Choice = "use.sound" }, "forms[0].fields[4].choice: "},
		{"name of a consent", func(c *Catalog) { c.Forms[0].Fields[4].Name = "letters" }, "forms[0].fields[4].name: "},
		{"category of a consent", func(c *Catalog) { c.Forms[0].Fields[4].Category = "request" }, "forms[0].fields[4].category: "},
		{"choice beside a question", func(c *Catalog) { c.Forms[0].Fields[1].Choice = "marketing.postal" }, "forms[0].fields[1].choice: "},
		{"no options", func(c *Catalog) { c.Forms[0].Fields[1].Options = nil }, "forms[0].fields[1].options: "},
		{"options of an address", func(c *Catalog) { c.Forms[0].Fields[3].Options = []string{"a"} }, "forms[0].fields[3].options: "},
		{"option twice", func(c *Catalog) { c.Forms[0].Fields[1].Options[1] = "Wick" }, "forms[0].fields[1].options[1]: "},
		{"scale that falls", func(c *Catalog) { c.Forms[0].Fields[2].To = 0 }, "forms[0].fields[2].to: "},
		{"long scale", func(c *Catalog) { c.Forms[0].Fields[2].To = 22 }, "forms[0].fields[2].to: "},
		{"bounds of an address", func(c *Catalog) { c.Forms[0].Fields[3].To = 5 }, "forms[0].fields[3].to: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := sample()
			test.spoil(c)
			if _, err := c.Encode(); err == nil || !strings.HasPrefix(err.Error(), "catalog: "+test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// A choice may be offered by a section that only earlier versions have, or
// that has another id now.
func TestSectionsOfChoices(t *testing.T) {
	for _, section := range []string{"consent", "recipients", "sharing"} {
		c := sample()
		c.Choices[0].Section = section
		if _, err := c.Encode(); err != nil {
			t.Errorf("section %s: %v", section, err)
		}
	}
}

func TestChoiceIDs(t *testing.T) {
	for id, want := range map[string]bool{
		"a": true, "7": true, "marketing.email": true, "third-party.offers": true, "a-b.c-d": true,
		"": false, ".": false, "-": false, ".a": false, "a.": false, "a..b": false, "a.-b": false, "a-": false, "A": false, "a_b": false, "a b": false, "é": false,
	} {
		if isChoiceID(id) != want {
			t.Errorf("%q is the id of a choice: %v", id, !want)
		}
	}
}

func TestCatalogPolicy(t *testing.T) {
	p := &sample().Policies[0]
	for _, test := range []struct {
		at                 time.Time
		inForce, announced int
	}{
		{day("2026-03-01").Add(-1), 0, 0},
		{day("2026-03-01").Time, 1, 0},
		{day("2026-12-15").Add(-1), 1, 0},
		{day("2026-12-15").Time, 1, 2},
		{day("2027-02-01").Add(-1), 1, 2},
		{day("2027-02-01").Time, 2, 0},
	} {
		inForce, announced := 0, 0
		if v := p.InForce(test.at); v != nil {
			inForce = v.Number
		}
		for _, v := range p.Announced(test.at) {
			announced += v.Number
		}
		if inForce != test.inForce || announced != test.announced {
			t.Errorf("%v: version %d in force, %d announced; want %d, %d", test.at, inForce, announced, test.inForce, test.announced)
		}
	}
	if p.Version(2) != &p.Versions[1] || p.Version(0) != nil || p.Version(3) != nil {
		t.Error("versions are not found by their numbers")
	}
	if p.Notice(1, 2) != &p.Notices[0] || p.Notice(1, 3) != nil || p.Notice(2, 1) != nil {
		t.Error("notices are not found by their versions")
	}
}
