package policy

import "testing"

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
