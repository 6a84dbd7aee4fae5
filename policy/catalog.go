package policy

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
