package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestTimed holds the files of later states against the catalog, from which
// the edge knows when each takes its place.
func TestTimed(t *testing.T) {
	t.Parallel()
	out := production(t)
	if len(out.Timed) == 0 {
		t.Fatal("no version of a policy takes effect later")
	}
	listed := map[string]bool{}
	for _, f := range out.Timed {
		name := f.Host + "/" + f.File
		if listed[name] || !out.files[name] {
			t.Errorf("the catalog lists %s twice, or it isn't there", name)
		}
		listed[name] = true
		path := f.Path
		if strings.HasSuffix(path, "/") {
			path += "index.html"
		}
		if want := pending + "/" + f.From.UTC().Format("2006-01-02T150405Z") + path; f.File != want {
			t.Errorf("%s%s from %v on is %s, want %s", f.Host, f.Path, f.From, f.File, want)
		}
		if !f.From.After(built) {
			t.Errorf("%s is from before the build", name)
		}
	}
	for name := range out.files {
		if strings.Contains(name, "/"+pending+"/") && !listed[name] {
			t.Errorf("the catalog doesn't list %s", name)
		}
	}
}

// TestChangeOfVersions reads the pages of each policy at each moment at which
// another version takes effect: they agree on which one holds.
func TestChangeOfVersions(t *testing.T) {
	t.Parallel()
	out := production(t)
	seen := 0
	for _, p := range out.later {
		for _, policy := range out.Policies {
			if p.address() != policy.Address {
				continue
			}
			at, err := time.Parse("2006-01-02T150405Z", p.moment)
			if err != nil {
				t.Errorf("%s: %v", p.name, err)
				continue
			}
			seen++
			out.agree(t, policy, policy.inForce(at), p.moment)
		}
	}
	for _, policy := range out.Policies {
		out.agree(t, policy, policy.inForce(built), "")
	}
	if seen == 0 {
		t.Error("no policy changes later")
	}
}

// agree wants a version's address on the policy's own page and its permanent
// page without a banner, and all earlier ones with one.
func (o *output) agree(t *testing.T, policy *policy, want version, moment string) {
	t.Helper()
	main := o.document(t, moment, policy.Address)
	line := ""
	for n := range main.elements("p") {
		if attr(n, "class") == "version" {
			for a := range elements(n, "a") {
				line = attr(a, "href")
				break
			}
		}
	}
	if main.site.Origin+line != want.Address {
		t.Errorf("%s shows %s, want %s", main.name, line, want.Address)
	}
	for _, v := range policy.Versions {
		kind := "superseded"
		if v.Number == want.Number {
			kind = "version"
		} else if v.Number > want.Number {
			kind = "announced"
		}
		if p := o.document(t, moment, v.Address); p.kind() != kind {
			t.Errorf("%s is %q, want %q", p.name, p.kind(), kind)
		}
	}
}

// document is the page that stands at an address at a moment.
func (o *output) document(t *testing.T, moment, address string) *document {
	t.Helper()
	for _, s := range o.Sites {
		path, ok := strings.CutPrefix(address, s.Origin)
		if !ok {
			continue
		}
		name := o.at(moment, s.Host, path+"index.html")
		for _, p := range o.documents() {
			if p.name == name {
				return p
			}
		}
	}
	t.Fatalf("%s: nothing stands there at moment %q", address, moment)
	return nil
}
