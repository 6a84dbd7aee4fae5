package policies

import (
	"strings"
	"testing"
)

// TestNamesAndNumbers plants what is wrong with ids, names of files and
// numbers of versions.
func TestNamesAndNumbers(t *testing.T) {
	const second, third = "policies/privacy/2026-01-01.md", "policies/privacy/2026-07-01.md"
	for _, test := range []struct{ name, changes, want string }{
		{"id twice", edit(t, "choices.yaml", "id: use.announcements", "id: newsletter"), `choices.yaml:13:9 error policy-id: choice "newsletter" is declared twice, first in line 2`},
		{"no id", edit(t, "purposes.yaml", "id: surveys", "id: Surveys!"), `error policy-id: purpose id "Surveys!" is no id`},
		{"site", edit(t, "policies/privacy/policy.yaml", "site: apex", "site: nowhere"), `policies/privacy/policy.yaml:4:7 error policy-reference: there is no site "nowhere"`},
		{"contact", edit(t, "policies/privacy/policy.yaml", "contact: privacy", "contact: nobody"), `policies/privacy/policy.yaml:5:10 error policy-reference: there is no contact "nobody"`},
		{"review of no version", edit(t, "policies/privacy/policy.yaml", "version: 2", "version: 9"), `error policy-reference: there is no version 9`},
		{"number twice", edit(t, third, "version: 3", "version: 2"), third + `:2:10 error policy-version: version 2 is that of ` + second + ` too`},
		{"gap", edit(t, third, "version: 3", "version: 4"), third + `:2:10 error policy-version: version 4 follows version 2`},
		{"another day", edit(t, third, "effective: 2026-07-01", "effective: 2026-07-02"), `error policy-version: the version takes effect on 2026-07-02, which is not the day in the file's name`},
		{"folder", "-- policies/Privacy_2/policy.yaml --\ntitle: A\nshort: A\ndescription: A.\nsite: apex\n", `policies/Privacy_2/policy.yaml:0:0 error file-name: the folder's name "Privacy_2" is no id for a policy`},
		{"no version", "-- policies/terms/policy.yaml --\ntitle: A\nshort: A\ndescription: A.\nsite: apex\n", `policies/terms/policy.yaml:0:0 error policy-version: the policy has no version`},
		{"no policy.yaml", "-- policies/terms/2026-01-01.md --\n---\nversion: 1\neffective: 2026-01-01\nsummary: The first.\n---\n## A {#a}\n\nWords.\n", `policies/terms/policy.yaml:0:0 error policy-version: the folder has versions but no policy.yaml`},
		{"form", "-- forms/My_Form.md --\n---\ntitle: A\ndescription: A.\npolicy: privacy\nwho: anyone\nretention: account\nfields: []\n---\n", `forms/My_Form.md:0:0 error file-name: the file's name "My_Form" is no name for a form`},
		{"heading in a list", edit(t, third, "We may ask you what", "- ## In a list {#inner}\n\nWe may ask you what"), `error section-id: a heading stands in a list or a quotation`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := problems(t, load(t, test.changes), worldTime); !strings.Contains(got, test.want) {
				t.Errorf("got\n%swant %s", got, test.want)
			}
		})
	}
}
