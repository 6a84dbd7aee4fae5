package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// CatalogFormat is the version of the catalog's format.
const CatalogFormat = 4

// A Catalog is what the edge knows of the sites; see the package comment.
type Catalog struct {
	Format int `json:"format"`
	// Company is who answers for the sites.
	Company Company `json:"company"`
	// Identity says when a visitor gets a personal identification code.
	Identity  Identity   `json:"identity"`
	Sites     []Site     `json:"sites"`
	Redirects []Redirect `json:"redirects"`
	// Timed are sorted by host, path and moment.
	Timed    []Timed         `json:"timed"`
	Policies []CatalogPolicy `json:"policies"`
	Choices  []Choice        `json:"choices"`
	// Purposes, Categories, Retention, Mechanisms and Processors are all
	// that the content declares, for all policies.
	Purposes   []Purpose   `json:"purposes"`
	Categories []Category  `json:"categories"`
	Retention  []Retention `json:"retention"`
	Mechanisms []Mechanism `json:"mechanisms"`
	Processors []Processor `json:"processors"`
	// Forms are sorted by id.
	Forms []Form `json:"forms"`
	// Texts are the words of sections that offer choices, by their hashes.
	Texts map[string]string `json:"texts"`
}

// A Company is who answers for the sites and for the data.
type Company struct {
	Name      string `json:"name"`
	LegalName string `json:"legal_name"`
	// Domain is the one that the hosts of the sites share where they are
	// published; a preview has others.
	Domain string `json:"domain"`
	// PostalAddress has a line for each line of an envelope, without the
	// name; none where the company states no address.
	PostalAddress []string  `json:"postal_address"`
	Contacts      []Contact `json:"contacts"`
}

// A Contact is one of the company's mail addresses.
type Contact struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Email string `json:"email"`
	// About says what to write there for; it may be empty.
	About string `json:"about"`
}

// An Identity says when a visitor gets a personal identification code.
type Identity string

// The two ways.
const (
	// OnVisit gives one with the first page.
	OnVisit Identity = "on-visit"
	// OnChoice waits until the visitor makes a choice.
	OnChoice Identity = "on-choice"
)

// A Site is one of the provider's sites.
type Site struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Host   string `json:"host"`
	Origin string `json:"origin"`
	// Language is a tag of BCP 47, such as "en".
	Language string `json:"language"`
	// Shell is the file of the site's page without content, below the host's
	// folder, where no address leads.
	Shell string `json:"shell"`
}

// A Redirect leads from an old address to the present one.
type Redirect struct {
	Host string `json:"host"`
	From string `json:"from"`
	To   string `json:"to"`
}

// A Timed page stands in place of the file at its path from a moment on,
// until another one of the same path does.
type Timed struct {
	Host string `json:"host"`
	// Path is decoded, as a request asks for it.
	Path string `json:"path"`
	// From is a whole second in UTC.
	From time.Time `json:"from"`
	// File is the file's path below the host's folder, beginning with .at/.
	File string `json:"file"`
}

// compare orders timed pages as the catalog lists them.
func (t Timed) compare(o Timed) int {
	return cmp.Or(cmp.Compare(t.Host, o.Host), cmp.Compare(t.Path, o.Path), t.From.Compare(o.From))
}

// A CatalogPolicy is what the edge knows of a [Policy].
type CatalogPolicy struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Short string `json:"short"`
	// Site is the id of the site that has its pages.
	Site string `json:"site"`
	// Address is that of the page of whichever version is in force.
	Address string `json:"address"`
	// Contact is the id of the company's contact for questions about it;
	// empty where it names none.
	Contact string `json:"contact"`
	// Versions are ordered by number, which is the order of their effective
	// dates.
	Versions []CatalogVersion `json:"versions"`
	// Notices are sorted by their two versions.
	Notices []Notice `json:"notices"`
}

// A CatalogVersion is what the edge knows of a [Version].
type CatalogVersion struct {
	Number    int `json:"number"`
	Published Day `json:"published"`
	Effective Day `json:"effective"`
	// Address is the permanent one.
	Address  string    `json:"address"`
	Summary  string    `json:"summary"`
	Sections []Section `json:"sections"`
	// Aliases lead from ids that sections had to those that they have.
	Aliases map[string]string `json:"aliases"`
	// Promises are those of the sections, headings within included, by the
	// section's id. They name what is declared now; what a version promised
	// and nobody declares any more is left out.
	Promises map[string]Promises `json:"promises"`
}

// A Notice tells somebody who knows one version what another one changes.
type Notice struct {
	// From is the number of the version that the reader knows, To that of a
	// later one, in force or announced.
	From int `json:"from"`
	To   int `json:"to"`
	// Kind is the weight of all of it.
	Kind    Kind     `json:"kind"`
	Changes []Change `json:"changes"`
	// Choices are the ids of those that fall back to not asked.
	Choices []string `json:"choices"`
	// Address is that of the page that compares the two.
	Address string `json:"address"`
	// HTML is a fragment, ready to stand in a page, for when the later
	// version is in force, AnnouncedHTML for as long as it is announced.
	HTML          string `json:"html"`
	AnnouncedHTML string `json:"announced_html"`
}

// compare orders notices as the catalog lists them.
func (n Notice) compare(o Notice) int {
	return cmp.Or(cmp.Compare(n.From, o.From), cmp.Compare(n.To, o.To))
}

func (v *CatalogVersion) published() time.Time { return v.Published.Time }
func (v *CatalogVersion) effective() time.Time { return v.Effective.Time }

// InForce returns the version that holds at a time, or nil before the first.
func (p *CatalogPolicy) InForce(at time.Time) *CatalogVersion {
	return inForce(p.Versions, (*CatalogVersion).effective, at)
}

// Announced returns the versions that are published at a time but don't hold
// yet, the next one first.
func (p *CatalogPolicy) Announced(at time.Time) []*CatalogVersion {
	return announced(p.Versions, (*CatalogVersion).published, (*CatalogVersion).effective, at)
}

// Encode returns the catalog as the file public/catalog.json: indented, with
// a newline at the end, the same bytes for the same catalog. Redirects, timed
// pages, notices and forms are sorted, all else keeps its order; a list that
// is nil becomes an empty one. What [DecodeCatalog] would refuse is an error here
// already, so that a generator cannot write it.
func (c *Catalog) Encode() ([]byte, error) {
	file := c.normal()
	if err := file.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(file)
	return b.Bytes(), err
}

// normal returns a copy in the order of the format, without a nil list.
func (c *Catalog) normal() *Catalog {
	file := *c
	file.Sites = listed(c.Sites)
	file.Redirects = listed(c.Redirects)
	slices.SortStableFunc(file.Redirects, func(a, b Redirect) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.From, b.From))
	})
	file.Timed = listed(c.Timed)
	slices.SortStableFunc(file.Timed, Timed.compare)
	file.Policies = listed(c.Policies)
	for i := range file.Policies {
		file.Policies[i].normalize()
	}
	file.Company.PostalAddress, file.Company.Contacts = listed(c.Company.PostalAddress), listed(c.Company.Contacts)
	file.Choices = listed(c.Choices)
	for i := range file.Choices {
		file.Choices[i].Purposes = listed(file.Choices[i].Purposes)
	}
	file.normalizeRegisters()
	file.Forms = listed(c.Forms)
	slices.SortStableFunc(file.Forms, func(a, b Form) int { return cmp.Compare(a.ID, b.ID) })
	for i := range file.Forms {
		file.Forms[i].normalize()
	}
	if file.Texts == nil {
		file.Texts = map[string]string{}
	}
	return &file
}

// normalize replaces the lists of a policy, which are those of the original.
func (p *CatalogPolicy) normalize() {
	p.Versions = listed(p.Versions)
	for i := range p.Versions {
		v := &p.Versions[i]
		v.Sections = listed(v.Sections)
		if v.Aliases == nil {
			v.Aliases = map[string]string{}
		}
		promises := make(map[string]Promises, len(v.Promises))
		for id, p := range v.Promises {
			promises[id] = Promises{listed(p.Choices), listed(p.Purposes), listed(p.Categories), listed(p.Processors), listed(p.Mechanisms)}
		}
		v.Promises = promises
	}
	p.Notices = listed(p.Notices)
	slices.SortStableFunc(p.Notices, Notice.compare)
	for i := range p.Notices {
		n := &p.Notices[i]
		n.Choices = listed(n.Choices)
		n.Changes = listed(n.Changes)
		for j := range n.Changes {
			c := &n.Changes[j]
			c.Sections, c.Choices = listed(c.Sections), listed(c.Choices)
			c.Purposes, c.Processors = listed(c.Purposes), listed(c.Processors)
		}
	}
}

// normalizeRegisters replaces the lists of what is declared.
func (c *Catalog) normalizeRegisters() {
	c.Purposes, c.Categories, c.Retention = listed(c.Purposes), listed(c.Categories), listed(c.Retention)
	c.Mechanisms, c.Processors = listed(c.Mechanisms), listed(c.Processors)
	for i := range c.Purposes {
		c.Purposes[i].Categories = listed(c.Purposes[i].Categories)
	}
	for i := range c.Processors {
		p := &c.Processors[i]
		p.Purposes, p.Categories = listed(p.Purposes), listed(p.Categories)
	}
}

// normalize replaces the lists of a form, which are those of the original.
func (f *Form) normalize() {
	f.Parts, f.Fields = listed(f.Parts), listed(f.Fields)
	for i := range f.Fields {
		f.Fields[i].Options = listed(f.Fields[i].Options)
	}
}

// listed copies a list; the copy is never nil.
func listed[T any](list []T) []T { return append([]T{}, list...) }
