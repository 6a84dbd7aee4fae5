package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A catalog is what the build tells the edge, as far as the tests use it.
type catalog struct {
	Format    int
	Sites     []*site
	Redirects []redirect
	Timed     []timed
	Policies  []*policy
	Choices   []struct{ ID, Policy, Section string }
}

// A redirect leads from an old address to the present one.
type redirect struct{ Host, From, To string }

// A timed is a file that stands at a path from a moment on. The file's name is
// below the host's folder.
type timed struct {
	Host, Path, File string
	From             time.Time
}

type policy struct {
	ID, Title, Short, Address string
	Versions                  []version
}

type version struct {
	Number               int
	Published, Effective string
	Address              string
	Sections             []struct{ ID, Title string }
}

func (o *output) readCatalog() error {
	text, err := os.ReadFile(filepath.Join(o.dir, "public", "catalog.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &o.catalog); err != nil {
		return fmt.Errorf("catalog: %w", err)
	}
	if o.Format != 4 {
		return fmt.Errorf("catalog: format %d, want 4", o.Format)
	}
	return nil
}

// policy returns the policy with an id.
func (o *output) policy(t *testing.T, id string) *policy {
	t.Helper()
	for _, p := range o.Policies {
		if p.ID == id {
			return p
		}
	}
	t.Fatalf("there is no policy %s", id)
	return nil
}

// inForce is the version that holds on a day. The catalog's days are UTC's.
func (p *policy) inForce(at time.Time) version {
	var last version
	for _, v := range p.Versions {
		if v.Effective <= at.UTC().Format(time.DateOnly) {
			last = v
		}
	}
	return last
}

// section returns the title of a section of a version; "" if it has none with
// that id.
func (v version) section(id string) string {
	for _, s := range v.Sections {
		if s.ID == id {
			return s.Title
		}
	}
	return ""
}
