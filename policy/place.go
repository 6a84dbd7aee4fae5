package policy

import (
	"net/url"
	"slices"
	"time"
)

// A Place is a section of a version, as a page refers to it.
type Place struct {
	Version *CatalogVersion
	// Section has the title with its number.
	Section *Section
}

// Address is the permanent one of the section.
func (p *Place) Address() string { return p.Version.Address + "#" + url.PathEscape(p.Section.ID) }

// Declaring returns the section in which the version in force at a time says
// that a kind of data is used for a purpose; the first, where several do. An
// empty category stands for any. It is nil where none does, and where no
// version is in force.
func (p *CatalogPolicy) Declaring(at time.Time, purpose, category string) *Place {
	return p.place(at, func(of *Promises) bool {
		return slices.Contains(of.Purposes, purpose) && (category == "" || slices.Contains(of.Categories, category))
	})
}

// Deciding returns the section in which the version in force at a time offers
// a choice; nil as for [CatalogPolicy.Declaring].
func (p *CatalogPolicy) Deciding(at time.Time, choice string) *Place {
	return p.place(at, func(of *Promises) bool { return slices.Contains(of.Choices, choice) })
}

// Naming returns the section in which the version in force at a time names a
// processor; nil as for [CatalogPolicy.Declaring].
func (p *CatalogPolicy) Naming(at time.Time, processor string) *Place {
	return p.place(at, func(of *Promises) bool { return slices.Contains(of.Processors, processor) })
}

// Keeping returns the section in which the version in force at a time promises
// a mechanism; nil as for [CatalogPolicy.Declaring].
func (p *CatalogPolicy) Keeping(at time.Time, mechanism string) *Place {
	return p.place(at, func(of *Promises) bool { return slices.Contains(of.Mechanisms, mechanism) })
}

func (p *CatalogPolicy) place(at time.Time, has func(*Promises) bool) *Place {
	v := p.InForce(at)
	if v == nil {
		return nil
	}
	s := found(v.Sections, func(s *Section) bool {
		promises, ok := v.Promises[s.ID]
		return ok && has(&promises)
	})
	if s == nil {
		return nil
	}
	return &Place{v, s}
}
