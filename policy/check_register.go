package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// registers are the ids of what a catalog declares, by kind.
type registers struct {
	contacts, choices, purposes, categories, terms, mechanisms, processors ids
	// uses are the categories of each purpose.
	uses map[string][]string
	// permits are the purposes of each choice.
	permits map[string][]string
}

type ids map[string]bool

// registers reads the ids of all that is declared, so that what refers to
// them can come first.
func (c *Catalog) registers() (*registers, error) {
	r := &registers{
		ids{}, ids{}, ids{}, ids{}, ids{}, ids{}, ids{},
		make(map[string][]string), make(map[string][]string),
	}
	for _, k := range c.Company.Contacts {
		r.contacts[k.ID] = true
	}
	for _, p := range c.Purposes {
		r.uses[p.ID] = p.Categories
	}
	for _, k := range c.Choices {
		r.permits[k.ID] = k.Purposes
	}
	for _, read := range []func() error{
		func() error { return note(r.choices, "choices", c.Choices, func(k *Choice) string { return k.ID }) },
		func() error { return note(r.purposes, "purposes", c.Purposes, func(p *Purpose) string { return p.ID }) },
		func() error {
			return note(r.categories, "categories", c.Categories, func(k *Category) string { return k.ID })
		},
		func() error {
			return note(r.terms, "retention", c.Retention, func(t *Retention) string { return t.ID })
		},
		func() error {
			return note(r.mechanisms, "mechanisms", c.Mechanisms, func(m *Mechanism) string { return m.ID })
		},
		func() error {
			return note(r.processors, "processors", c.Processors, func(p *Processor) string { return p.ID })
		},
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// note takes the ids of a list, and refuses one that is none or stands twice.
func note[T any](to ids, name string, list []T, id func(*T) string) error {
	return each(name, list, func(v *T) error {
		switch id := id(v); {
		case !isChoiceID(id):
			return &memberError{"id", fmt.Sprintf("%q is not a name of small letters and digits, divided by hyphens and dots", id)}
		case to[id]:
			return &memberError{"id", fmt.Sprintf("%q stands twice", id)}
		default:
			to[id] = true
			return nil
		}
	})
}

// refer checks that a list of a member's names ids, none of them twice.
func (known ids) refer(name string, list []string) error {
	seen := make(ids, len(list))
	return each(name, list, func(id *string) error {
		if seen[*id] {
			return badValue(fmt.Sprintf("%q stands twice", *id))
		}
		seen[*id] = true
		return known.has(*id)
	})
}

func (known ids) has(id string) error {
	if !known[id] {
		return badValue(fmt.Sprintf("%q is not declared", id))
	}
	return nil
}

// declared checks all registers but that of choices.
func (k *catalogChecker) declared(c *Catalog) error {
	if err := each("purposes", c.Purposes, k.purpose); err != nil {
		return err
	}
	if err := each("categories", c.Categories, k.category); err != nil {
		return err
	}
	if err := each("retention", c.Retention, checkTerm); err != nil {
		return err
	}
	if err := each("mechanisms", c.Mechanisms, checkMechanism); err != nil {
		return err
	}
	return each("processors", c.Processors, k.processor)
}

func (k *catalogChecker) purpose(p *Purpose) error {
	if err := titles("name", p.Name, "text", p.Text); err != nil {
		return err
	}
	if err := checkDPV(p.DPV); err != nil {
		return within("dpv", err)
	}
	if err := k.ids.categories.refer("categories", p.Categories); err != nil {
		return err
	}
	if p.Choice == "" {
		return nil
	}
	if err := k.ids.choices.has(p.Choice); err != nil {
		return within("choice", err)
	}
	if !slices.Contains(k.ids.permits[p.Choice], p.ID) {
		return &memberError{"choice", fmt.Sprintf("%q does not permit the purpose", p.Choice)}
	}
	return nil
}

func (k *catalogChecker) category(c *Category) error {
	if err := checkTitle(c.Name); err != nil {
		return within("name", err)
	}
	if err := checkLine(c.Text); err != nil {
		return within("text", err)
	}
	if err := checkDPV(c.DPV); err != nil {
		return within("dpv", err)
	}
	return within("retention", k.ids.terms.has(c.Retention))
}

func checkTerm(r *Retention) error {
	if again, err := ParsePeriod(r.Keep.String()); err != nil || again != r.Keep {
		return &memberError{"keep", fmt.Sprintf("%v is not a period", r.Keep)}
	}
	return titles("from", r.From, "text", r.Text)
}

func checkMechanism(m *Mechanism) error {
	if err := titles("name", m.Name, "text", m.Text); err != nil {
		return err
	}
	if !isAddress(m.Address) || !strings.HasPrefix(m.Address, "/") || strings.HasPrefix(m.Address, "//") {
		return &memberError{"address", fmt.Sprintf("%q is not a path on the sites", m.Address)}
	}
	return nil
}

func (k *catalogChecker) processor(p *Processor) error {
	if err := titles("role", p.Role, "service", p.Service); err != nil {
		return err
	}
	if len(p.Country) != 2 || strings.Trim(p.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return &memberError{"country", fmt.Sprintf("%q is not a code of two capital letters", p.Country)}
	}
	if err := k.ids.purposes.refer("purposes", p.Purposes); err != nil {
		return err
	}
	return k.ids.categories.refer("categories", p.Categories)
}

// promises checks what the sections of a version promise.
func (k *catalogChecker) promises(v *CatalogVersion) error {
	for _, id := range slices.Sorted(maps.Keys(v.Promises)) {
		if v.section(id) == nil {
			return &memberError{"promises", fmt.Sprintf("%q is the id of no section", id)}
		}
		p := v.Promises[id]
		for _, list := range []struct {
			name  string
			known ids
			ids   []string
		}{
			{"choices", k.ids.choices, p.Choices}, {"purposes", k.ids.purposes, p.Purposes}, {"categories", k.ids.categories, p.Categories},
			{"processors", k.ids.processors, p.Processors}, {"mechanisms", k.ids.mechanisms, p.Mechanisms},
		} {
			if err := list.known.refer(list.name, list.ids); err != nil {
				return within("promises", within(id, err))
			}
		}
	}
	return nil
}

// checkCompany checks who answers for the data.
func checkCompany(c *Company) error {
	if err := titles("name", c.Name, "legal_name", c.LegalName); err != nil {
		return err
	}
	if !isHost(c.Domain) {
		return &memberError{"domain", fmt.Sprintf("%q is not a host name in small letters", c.Domain)}
	}
	if err := each("postal_address", c.PostalAddress, func(line *string) error { return checkTitle(*line) }); err != nil {
		return err
	}
	seen := ids{}
	return each("contacts", c.Contacts, func(k *Contact) error {
		if seen[k.ID] {
			return &memberError{"id", fmt.Sprintf("%q stands twice", k.ID)}
		}
		seen[k.ID] = true
		if err := titles("id", k.ID, "label", k.Label); err != nil {
			return err
		}
		if name, host, ok := strings.Cut(k.Email, "@"); !ok || name == "" || host == "" || !isMail(k.Email) {
			return &memberError{"email", fmt.Sprintf("%q is not a mail address", k.Email)}
		}
		return within("about", checkLine(k.About))
	})
}

// isMail says whether s has nothing that would end an address in a mail's
// header or in a link.
func isMail(s string) bool {
	return strings.Count(s, "@") == 1 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),:;<>[\]`, r) }) < 0
}

// titles checks members that must have a text, given as pairs of name and
// text.
func titles(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := checkTitle(pairs[i+1]); err != nil {
			return within(pairs[i], err)
		}
	}
	return nil
}

// checkDPV checks a term of the Data Privacy Vocabulary, which may be missing.
func checkDPV(term string) error {
	prefix, name, _ := strings.Cut(term, ":")
	switch {
	case term == "":
		return nil
	case IsSale(term):
		return badValue(fmt.Sprintf("%q is a purpose of sale", term))
	case prefix != "dpv" && prefix != "pd" || name == "" || !isAddress(name):
		return badValue(fmt.Sprintf("%q is not a term of dpv: or pd:", term))
	}
	return nil
}
