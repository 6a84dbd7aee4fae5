package policy

import "slices"

// Site returns the site with a host, or nil.
func (c *Catalog) Site(host string) *Site {
	return found(c.Sites, func(s *Site) bool { return s.Host == host })
}

// Policy returns the policy with an id, or nil.
func (c *Catalog) Policy(id string) *CatalogPolicy {
	return found(c.Policies, func(p *CatalogPolicy) bool { return p.ID == id })
}

// Choice returns the choice with an id, or nil.
func (c *Catalog) Choice(id string) *Choice {
	return found(c.Choices, func(c *Choice) bool { return c.ID == id })
}

// Purpose returns the purpose with an id, or nil.
func (c *Catalog) Purpose(id string) *Purpose {
	return found(c.Purposes, func(p *Purpose) bool { return p.ID == id })
}

// Category returns the kind of data with an id, or nil.
func (c *Catalog) Category(id string) *Category {
	return found(c.Categories, func(k *Category) bool { return k.ID == id })
}

// Term returns the rule of retention with an id, or nil.
func (c *Catalog) Term(id string) *Retention {
	return found(c.Retention, func(r *Retention) bool { return r.ID == id })
}

// TermOf returns the rule that says how long a kind of data is kept, or nil
// where there is no such kind.
func (c *Catalog) TermOf(category string) *Retention {
	if k := c.Category(category); k != nil {
		return c.Term(k.Retention)
	}
	return nil
}

// Mechanism returns the mechanism with an id, or nil.
func (c *Catalog) Mechanism(id string) *Mechanism {
	return found(c.Mechanisms, func(m *Mechanism) bool { return m.ID == id })
}

// Processor returns the processor with an id, or nil.
func (c *Catalog) Processor(id string) *Processor {
	return found(c.Processors, func(p *Processor) bool { return p.ID == id })
}

// Form returns the form with an id, or nil.
func (c *Catalog) Form(id string) *Form {
	return found(c.Forms, func(f *Form) bool { return f.ID == id })
}

// Contact returns the contact of the company with an id, or nil.
func (c *Company) Contact(id string) *Contact {
	return found(c.Contacts, func(k *Contact) bool { return k.ID == id })
}

// Field returns the field with a name, or nil.
func (f *Form) Field(name string) *Field {
	return found(f.Fields, func(f *Field) bool { return f.Name == name })
}

func found[T any](list []T, is func(*T) bool) *T {
	for i := range list {
		if is(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// Version returns the version with a number, or nil.
func (p *CatalogPolicy) Version(number int) *CatalogVersion {
	if number < 1 || number > len(p.Versions) {
		return nil
	}
	return &p.Versions[number-1]
}

// Notice returns what tells a reader of one version about a later one, or nil
// where there is none. The notices have to be sorted, as those of a decoded
// catalog are.
func (p *CatalogPolicy) Notice(from, to int) *Notice {
	i, ok := slices.BinarySearchFunc(p.Notices, Notice{From: from, To: to}, Notice.compare)
	if !ok {
		return nil
	}
	return &p.Notices[i]
}

// Offering returns the section of a version that a [Choice] means by the
// section's id, whichever version that id is from, or nil where the version
// has none. An id that the version doesn't have is followed through the
// aliases of the versions between: forward from the id, or backward to it.
func (p *CatalogPolicy) Offering(v *CatalogVersion, section string) *Section {
	if s := v.section(section); s != nil {
		return s
	}
	if s := v.section(v.Aliases[section]); s != nil {
		return s
	}
	before, behind := p.Versions[:v.Number-1], p.Versions[v.Number:]
	if s := v.section(present(append(before[:len(before):len(before)], *v), section, "")); s != nil {
		return s
	}
	return found(v.Sections, func(s *Section) bool { return present(behind, s.ID, section) == section })
}

// present follows an id through the aliases of versions, in their order, and
// returns the id that it comes to, or the one to stop at where it passes that.
func present(versions []CatalogVersion, id, stop string) string {
	for i := range versions {
		if to, ok := versions[i].Aliases[id]; ok {
			id = to
		}
		if id == stop {
			break
		}
	}
	return id
}

// section returns the section with exactly this id, or nil.
func (v *CatalogVersion) section(id string) *Section {
	return found(v.Sections, func(s *Section) bool { return s.ID == id })
}
