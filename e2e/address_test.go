package e2e

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The addresses that pages may link to although no file stands there: the
// edge answers them, some on the first site alone. A form is at /forms/ and
// the name of its file.
var (
	everywhere = []string{
		"/preferences", "/preferences/history", "/notices", "/search",
		"/.well-known/gpc.json", "/.well-known/change-password", "/.well-known/security.txt",
	}
	onFirstSite = []string{
		"/account", "/account/register", "/account/sign-in", "/account/sign-out", "/account/password",
		"/account/export", "/account/erase",
	}
)

// answered says whether the edge answers an address. Of its fragments only
// those of choices are known before it runs.
func (o *output) answered(u *url.URL) bool {
	if u.Fragment != "" {
		return u.Path == "/preferences" && o.choice(strings.TrimPrefix(u.Fragment, "choice.")) && strings.HasPrefix(u.Fragment, "choice.")
	}
	if id, ok := strings.CutPrefix(u.Path, "/forms/"); ok {
		files, err := filepath.Glob(filepath.Join(o.dir, "content", "forms", "*.md"))
		return err == nil && slices.Contains(files, filepath.Join(o.dir, "content", "forms", id+".md"))
	}
	return slices.Contains(everywhere, u.Path) || u.Host == o.Sites[0].Host && slices.Contains(onFirstSite, u.Path)
}

func (o *output) choice(id string) bool {
	for _, c := range o.Choices {
		if c.ID == id {
			return true
		}
	}
	return false
}

// TestLeads asks for good and bad addresses: a list that lets everything pass
// would prove nothing.
func TestLeads(t *testing.T) {
	t.Parallel()
	out := production(t)
	var home, product *document
	for _, p := range out.pages {
		if p.kind() == "home" && p.site == out.Sites[0] {
			home = p
		} else if p.kind() == "product" {
			product = p
		}
	}
	for _, tt := range []struct {
		from    *document
		address string
		want    bool
	}{
		{home, "/preferences", true},
		{home, "/preferences#choice.marketing.email", true},
		{home, "/preferences#choice.marketing.pigeon", false},
		{home, "/preferences#marketing.email", false},
		{home, "/preferences/", false},
		{home, "/preferences/elsewhere", false},
		{home, "/notices#1", false},
		{home, "/forms/complaint", true},
		{home, "/forms/nothing", false},
		{home, "/forms/", false},
		{home, "/account/export", true},
		{product, "/account/export", false},
		{product, home.site.Origin + "/account/export", true},
		{product, "/notices", true},
		{home, "/.well-known/gpc.json", true},
		{home, "/.well-known/other", false},
		{home, "/privacy/#sharing", true},
		{home, "/privacy/#nothing", false},
		{home, "/privacy/v/99/", false},
		{home, "/" + out.Timed[0].File, false},
	} {
		if got := out.leads(tt.from, tt.address); got != tt.want {
			t.Errorf("%s: %s leads somewhere: %v", tt.from.name, tt.address, got)
		}
	}
}
