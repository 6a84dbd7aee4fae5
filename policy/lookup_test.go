package policy

import (
	"testing"
	"time"
)

// TestOffering follows a section through a policy that renames it twice, and
// back: sharing, recipients, partners, sharing.
func TestOffering(t *testing.T) {
	version := func(number int, aliases map[string]string, ids ...string) CatalogVersion {
		v := CatalogVersion{Number: number, Aliases: aliases}
		for _, id := range ids {
			v.Sections = append(v.Sections, Section{ID: id})
		}
		return v
	}
	p := &CatalogPolicy{Versions: []CatalogVersion{
		version(1, nil, "consent", "sharing"),
		version(2, map[string]string{"sharing": "recipients"}, "consent", "recipients"),
		version(3, map[string]string{"recipients": "partners"}, "consent", "partners", "surveys"),
		version(4, map[string]string{"partners": "sharing", "memory": "consent"}, "consent", "sharing"),
	}}
	for _, test := range []struct {
		section string
		in      [4]string
	}{
		{"consent", [4]string{"consent", "consent", "consent", "consent"}},
		{"sharing", [4]string{"sharing", "recipients", "partners", "sharing"}},
		{"recipients", [4]string{"sharing", "recipients", "partners", "sharing"}},
		{"partners", [4]string{"sharing", "recipients", "partners", "sharing"}},
		{"surveys", [4]string{"", "", "surveys", ""}},
		{"memory", [4]string{"", "", "", "consent"}},
		{"", [4]string{}},
	} {
		for i, want := range test.in {
			got := ""
			if s := p.Offering(&p.Versions[i], test.section); s != nil {
				got = s.ID
			}
			if got != want {
				t.Errorf("%q in version %d is %q, want %q", test.section, i+1, got, want)
			}
		}
	}
}

func TestLookUp(t *testing.T) {
	c := sample()
	if c.Site("shop.lanterns.localhost") != &c.Sites[1] || c.Site("shop") != nil {
		t.Error("sites are not found by their hosts")
	}
	if c.Policy("privacy") != &c.Policies[0] || c.Policy("cookies") != nil {
		t.Error("policies are not found by their ids")
	}
	if c.Choice("marketing.postal") != &c.Choices[0] || c.Choice("") != nil {
		t.Error("choices are not found by their ids")
	}
}

func TestLookUpDeclared(t *testing.T) {
	c := sample()
	if c.Purpose("repairs") != &c.Purposes[1] || c.Category("request") != &c.Categories[1] || c.Term("request") != &c.Retention[1] {
		t.Error("purposes, categories and terms are not found by their ids")
	}
	if c.Mechanism("preferences") != &c.Mechanisms[0] || c.Processor("printer") != &c.Processors[0] || c.Form("repair") != &c.Forms[0] {
		t.Error("mechanisms, processors and forms are not found by their ids")
	}
	if c.TermOf("contact.postal") != &c.Retention[0] || c.TermOf("account") != nil {
		t.Error("terms are not found by what they are for")
	}
	if c.Company.Contact("sales") != &c.Company.Contacts[1] || c.Company.Contact("") != nil || c.Forms[0].Field("light") != &c.Forms[0].Fields[2] || c.Forms[0].Field("") != nil {
		t.Error("contacts and fields are not found by their names")
	}
	if c.Purpose("") != nil || c.Category("account") != nil || c.Term("") != nil || c.Mechanism("") != nil || c.Processor("") != nil || c.Form("") != nil {
		t.Error("what is not there is found")
	}
}

// TestPlaces asks where the version in force declares something: the first
// version declares nothing, and the second from its day on.
func TestPlaces(t *testing.T) {
	p := &sample().Policies[0]
	before, after := day("2027-01-31").Time, day("2027-02-01").Time
	const second = "https://lanterns.example/privacy/v/2/"
	for name, test := range map[string]struct {
		place          func(time.Time) *Place
		title, address string
	}{
		"purpose":                   {func(at time.Time) *Place { return p.Declaring(at, "letters", "") }, "1. Consent", second + "#consent"},
		"purpose and category":      {func(at time.Time) *Place { return p.Declaring(at, "repairs", "contact.postal") }, "1. Consent", second + "#consent"},
		"both in the second":        {func(at time.Time) *Place { return p.Declaring(at, "repairs", "request") }, "2. Recipients", second + "#recipients"},
		"not together":              {func(at time.Time) *Place { return p.Declaring(at, "letters", "request") }, "", ""},
		"unknown":                   {func(at time.Time) *Place { return p.Declaring(at, "", "") }, "", ""},
		"choice":                    {func(at time.Time) *Place { return p.Deciding(at, "marketing.postal") }, "1. Consent", second + "#consent"},
		"processor":                 {func(at time.Time) *Place { return p.Naming(at, "printer") }, "2. Recipients", second + "#recipients"},
		"mechanism":                 {func(at time.Time) *Place { return p.Keeping(at, "preferences") }, "1. Consent", second + "#consent"},
		"mechanism of another name": {func(at time.Time) *Place { return p.Keeping(at, "printer") }, "", ""},
	} {
		title, address := "", ""
		if place := test.place(after); place != nil {
			title, address = place.Section.Title, place.Address()
		}
		if title != test.title || address != test.address {
			t.Errorf("%s: %q at %s", name, title, address)
		}
		if test.place(before) != nil || test.place(time.Time{}) != nil {
			t.Errorf("%s: declared before any version says so", name)
		}
	}
}
