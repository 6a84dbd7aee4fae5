package policy

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"
)

// A catalogChecker holds a catalog against the rules of its format, beyond
// the types of its members. It looks up what it has seen, so that checking a
// large catalog takes no longer, byte for byte, than checking a small one.
type catalogChecker struct {
	catalog   *Catalog
	ids       *registers
	origins   map[string]string  // of the sites, by id
	hosts     map[string]bool    // of the sites
	addresses map[string]bool    // origins again
	redirects map[Redirect]bool  // host and path alone
	policies  map[string]bool    // by id
	sections  map[[2]string]bool // that a policy ever had: ids of both
}

// checkFormat refuses a catalog of another generator, with the cure.
func checkFormat(format int) error {
	if format == CatalogFormat {
		return nil
	}
	return badValue(fmt.Sprintf("%d is not %d, the one format that is known: build the sites anew with the indigex of the same release as this edge", format, CatalogFormat))
}

// check returns an error about the first member that breaks a rule.
func (c *Catalog) check() error {
	if err := checkFormat(c.Format); err != nil {
		return within("format", err)
	}
	if err := checkCompany(&c.Company); err != nil {
		return within("company", err)
	}
	if c.Identity != OnVisit && c.Identity != OnChoice {
		return &memberError{"identity", fmt.Sprintf("%q is not on-visit or on-choice", c.Identity)}
	}
	if len(c.Sites) == 0 {
		return within("sites", badValue("has no site"))
	}
	declared, err := c.registers()
	if err != nil {
		return err
	}
	k := catalogChecker{
		catalog: c, ids: declared,
		origins: make(map[string]string), hosts: make(map[string]bool), addresses: make(map[string]bool),
		redirects: make(map[Redirect]bool), policies: make(map[string]bool), sections: make(map[[2]string]bool),
	}
	if err := k.pages(c); err != nil {
		return err
	}
	if err := each("policies", c.Policies, k.policy); err != nil {
		return err
	}
	if err := each("choices", c.Choices, k.choice); err != nil {
		return err
	}
	if err := k.declared(c); err != nil {
		return err
	}
	if err := each("forms", c.Forms, k.form); err != nil {
		return err
	}
	if err := ascending("forms", c.Forms, func(a, b Form) int { return cmp.Compare(a.ID, b.ID) }); err != nil {
		return err
	}
	return c.checkTexts()
}

// pages checks sites, redirects and timed pages.
func (k *catalogChecker) pages(c *Catalog) error {
	if err := each("sites", c.Sites, k.site); err != nil {
		return err
	}
	if err := each("redirects", c.Redirects, k.redirect); err != nil {
		return err
	}
	if err := each("timed", c.Timed, k.timed); err != nil {
		return err
	}
	return ascending("timed", c.Timed, Timed.compare)
}

// each checks the elements of a list, whose name the error has.
func each[T any](name string, list []T, check func(*T) error) error {
	for i := range list {
		if err := check(&list[i]); err != nil {
			return within(fmt.Sprintf("%s[%d]", name, i), err)
		}
	}
	return nil
}

// ascending says whether each element of a list comes after the one before.
func ascending[T any](name string, list []T, compare func(a, b T) int) error {
	for i := 1; i < len(list); i++ {
		switch order := compare(list[i-1], list[i]); {
		case order == 0:
			return &memberError{fmt.Sprintf("%s[%d]", name, i), "stands twice"}
		case order > 0:
			return &memberError{fmt.Sprintf("%s[%d]", name, i), "belongs before the one that it follows"}
		}
	}
	return nil
}

func (k *catalogChecker) site(s *Site) error {
	if !isID(s.ID) {
		return &memberError{"id", fmt.Sprintf("%q is not a name of small letters, digits and hyphens", s.ID)}
	}
	if _, ok := k.origins[s.ID]; ok {
		return &memberError{"id", fmt.Sprintf("%q stands twice", s.ID)}
	}
	if err := checkTitle(s.Title); err != nil {
		return within("title", err)
	}
	if !isHost(s.Host) {
		return &memberError{"host", fmt.Sprintf("%q is not a host name in small letters, without port and path", s.Host)}
	}
	if k.hosts[s.Host] {
		return &memberError{"host", fmt.Sprintf("%q stands twice", s.Host)}
	}
	if !isOriginOf(s.Origin, s.Host) {
		return &memberError{"origin", fmt.Sprintf("%q is not http:// or https:// with host %s and at most a port", s.Origin, s.Host)}
	}
	if !isLanguage(s.Language) {
		return &memberError{"language", fmt.Sprintf("%q is not a tag such as en or en-US", s.Language)}
	}
	if !isShell(s.Shell) {
		return &memberError{"shell", fmt.Sprintf("%q is not a clean path in a folder such as .edge/", s.Shell)}
	}
	k.origins[s.ID], k.hosts[s.Host], k.addresses[s.Origin] = s.Origin, true, true
	return nil
}

func (k *catalogChecker) redirect(r *Redirect) error {
	if !k.hosts[r.Host] {
		return &memberError{"host", fmt.Sprintf("%q is not the host of a site", r.Host)}
	}
	if !isPath(r.From) {
		return &memberError{"from", fmt.Sprintf("%q is not a path from the root", r.From)}
	}
	key := Redirect{Host: r.Host, From: r.From}
	if k.redirects[key] {
		return &memberError{"from", fmt.Sprintf("%q stands twice for host %s", r.From, r.Host)}
	}
	k.redirects[key] = true
	if !k.staysWithin(r.To) {
		return &memberError{"to", fmt.Sprintf("%q is neither a path nor an address on one of the sites", r.To)}
	}
	if r.To == r.From {
		return &memberError{"to", fmt.Sprintf("%q leads to itself", r.To)}
	}
	return nil
}

func (k *catalogChecker) timed(t *Timed) error {
	if !k.hosts[t.Host] {
		return &memberError{"host", fmt.Sprintf("%q is not the host of a site", t.Host)}
	}
	if !isPath(t.Path) || t.Path != "/" && !fs.ValidPath(strings.TrimSuffix(t.Path[1:], "/")) {
		return &memberError{"path", fmt.Sprintf("%q is not a clean path from the root", t.Path)}
	}
	if !isMoment(t.From) {
		return &memberError{"from", fmt.Sprintf("%v is not a whole second in UTC", t.From)}
	}
	if !strings.HasPrefix(t.File, ".at/") || !fs.ValidPath(t.File) || !isPath("/"+t.File) {
		return &memberError{"file", fmt.Sprintf("%q is not a clean path below .at/", t.File)}
	}
	return nil
}

// staysWithin says whether a browser that follows the address stays on the
// sites.
func (k *catalogChecker) staysWithin(to string) bool {
	if !isAddress(to) {
		return false
	}
	origin, ok := originOf(to)
	if !ok {
		return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//")
	}
	return k.addresses[origin]
}
