package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
)

// CatalogFormat is the version of the catalog's format.
const CatalogFormat = 1

// A Catalog is what the edge knows of the sites; see the package comment.
type Catalog struct {
	Format    int        `json:"format"`
	Provider  string     `json:"provider"`
	Sites     []Site     `json:"sites"`
	Redirects []Redirect `json:"redirects"`
}

// A Site is one of the provider's sites.
type Site struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Host   string `json:"host"`
	Origin string `json:"origin"`
}

// A Redirect leads from an old address to the present one.
type Redirect struct {
	Host string `json:"host"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Encode returns the catalog as the file public/catalog.json: indented, with
// a newline at the end, the same bytes for the same catalog. Sites keep their
// order, redirects are sorted by host and path. What [DecodeCatalog] would
// refuse is an error here already, so that a generator cannot write it.
func (c *Catalog) Encode() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	file := *c
	file.Redirects = slices.Clone(c.Redirects)
	if file.Redirects == nil {
		file.Redirects = []Redirect{}
	}
	slices.SortFunc(file.Redirects, func(a, b Redirect) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.From, b.From))
	})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(file)
	return b.Bytes(), err
}
