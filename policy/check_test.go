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
