package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"indigex.com/indigex/policy"
	"indigex.com/indigex/templates"
)

const host = "lanterns.example"

// newPublic makes the public folder of a company with one site, one policy and
// one choice.
func newPublic(t testing.TB) string {
	dir := filepath.Join(t.TempDir(), "public")
	var shell bytes.Buffer
	must(t, templates.ShellDocument(&templates.Site{ID: "apex", Title: "Lanterns", Language: "en", Origin: "https://" + host}).Render(t.Context(), &shell))
	write(t, dir, host+"/.edge/shell.html", shell.String())
	write(t, dir, host+"/index.html", "<!doctype html><title>Lanterns</title><p>first")
	write(t, dir, host+"/404.html", "<!doctype html><title>Nothing</title>")
	writeCatalog(t, dir)
	return dir
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write replaces a file below a folder as a build does.
func write(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(file), 0o755))
	must(t, os.WriteFile(file+".new", []byte(text), 0o644))
	must(t, os.Rename(file+".new", file))
}

// writeCatalog writes the catalog with redirects from the paths to the home
// page.
func writeCatalog(t testing.TB, dir string, redirects ...string) {
	t.Helper()
	const words, refuse, section = "Send me offers.", "Send me none.", "2. Offers\nWe send offers."
	c := policy.Catalog{
		Format: policy.CatalogFormat, Company: policy.Company{Name: "Lanterns", LegalName: "Lanterns", Domain: "lanterns.example"}, Identity: policy.OnVisit,
		Sites: []policy.Site{{ID: "apex", Title: "Lanterns", Host: host, Origin: "https://" + host, Language: "en", Shell: ".edge/shell.html"}},
		Policies: []policy.CatalogPolicy{{
			ID: "privacy", Title: "Privacy policy", Short: "Privacy", Site: "apex", Address: "https://" + host + "/privacy/",
			Versions: []policy.CatalogVersion{{
				Number: 1, Published: day(2025, 1, 1), Effective: day(2025, 3, 1), Address: "https://" + host + "/privacy/v/1/",
				Summary: "The first version.", Sections: []policy.Section{{ID: "offers", Title: "2. Offers", Hash: policy.HashText(section)}},
			}},
		}},
		Choices: []policy.Choice{{
			ID: "marketing.email", Name: "Offers", Words: words, Refuse: refuse, Hash: policy.HashChoice(words, refuse),
			Kind: "marketing", Channel: "email", Sender: "provider", Policy: "privacy", Section: "offers", Purposes: []string{"marketing"},
		}},
		Purposes: []policy.Purpose{{ID: "marketing", Name: "Offers", Text: "We send offers.", Choice: "marketing.email"}},
		Texts:    map[string]string{policy.HashText(section): section},
	}
	for _, from := range redirects {
		c.Redirects = append(c.Redirects, policy.Redirect{Host: host, From: from, To: "/"})
	}
	data, err := c.Encode()
	must(t, err)
	write(t, dir, "catalog.json", string(data))
}

func day(year int, month time.Month, of int) policy.Day {
	return policy.Day{Time: time.Date(year, month, of, 0, 0, 0, 0, time.UTC)}
}
