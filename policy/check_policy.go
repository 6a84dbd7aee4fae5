package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// policy also notes the ids of the policy and of its sections.
func (k *catalogChecker) policy(p *CatalogPolicy) error {
	if !isID(p.ID) {
		return &memberError{"id", fmt.Sprintf("%q is not a name of small letters, digits and hyphens", p.ID)}
	}
	if k.policies[p.ID] {
		return &memberError{"id", fmt.Sprintf("%q stands twice", p.ID)}
	}
	k.policies[p.ID] = true
	if err := checkTitle(p.Title); err != nil {
		return within("title", err)
	}
	if err := checkTitle(p.Short); err != nil {
		return within("short", err)
	}
	origin, ok := k.origins[p.Site]
	if !ok {
		return &memberError{"site", fmt.Sprintf("%q is not the id of a site", p.Site)}
	}
	if !isPage(p.Address, origin) || !strings.HasSuffix(p.Address, "/") {
		return &memberError{"address", fmt.Sprintf("%q is not an address on %s that ends in a slash", p.Address, origin)}
	}
	if p.Contact != "" && !k.ids.contacts[p.Contact] {
		return &memberError{"contact", fmt.Sprintf("%q is not the id of a contact", p.Contact)}
	}
	for i := range p.Versions {
		if err := k.version(p, i, origin); err != nil {
			return within(fmt.Sprintf("versions[%d]", i), err)
		}
	}
	if err := each("notices", p.Notices, func(n *Notice) error { return k.notice(n, len(p.Versions), origin) }); err != nil {
		return err
	}
	return ascending("notices", p.Notices, Notice.compare)
}

// version checks the one at an index.
func (k *catalogChecker) version(p *CatalogPolicy, i int, origin string) error {
	v := &p.Versions[i]
	if v.Number != i+1 {
		return &memberError{"number", fmt.Sprintf("%d is not %d, the next number", v.Number, i+1)}
	}
	if !v.Published.isDay() {
		return &memberError{"published", fmt.Sprintf("%v is not midnight UTC", v.Published)}
	}
	if !v.Effective.isDay() {
		return &memberError{"effective", fmt.Sprintf("%v is not midnight UTC", v.Effective)}
	}
	if v.Effective.Before(v.Published.Time) {
		return &memberError{"effective", "precedes the day of publication"}
	}
	if i > 0 && !v.Effective.After(p.Versions[i-1].Effective.Time) {
		return &memberError{"effective", fmt.Sprintf("is not after that of version %d", i)}
	}
	if !isPage(v.Address, origin) {
		return &memberError{"address", fmt.Sprintf("%q is not an address on %s", v.Address, origin)}
	}
	if err := checkTitle(v.Summary); err != nil {
		return within("summary", err)
	}
	if err := k.textOf(p.ID, v); err != nil {
		return err
	}
	return k.promises(v)
}

// textOf checks sections and aliases of one version of a policy.
func (k *catalogChecker) textOf(policy string, v *CatalogVersion) error {
	own := make(map[string]bool, len(v.Sections))
	err := each("sections", v.Sections, func(s *Section) error {
		if !isSectionID(s.ID) {
			return &memberError{"id", fmt.Sprintf("%q is empty or has a space", s.ID)}
		}
		if own[s.ID] {
			return &memberError{"id", fmt.Sprintf("%q stands twice", s.ID)}
		}
		own[s.ID], k.sections[[2]string{policy, s.ID}] = true, true
		if err := checkTitle(s.Title); err != nil {
			return within("title", err)
		}
		if !isTextHash(s.Hash) {
			return &memberError{"hash", fmt.Sprintf("%q is not 64 small hexadecimal digits", s.Hash)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, old := range slices.Sorted(maps.Keys(v.Aliases)) {
		switch id := v.Aliases[old]; {
		case !isSectionID(old):
			return &memberError{"aliases", fmt.Sprintf("%q is empty or has a space", old)}
		case own[old]:
			return &memberError{"aliases", fmt.Sprintf("%q is the id of a section", old)}
		case !own[id]:
			return &memberError{"aliases", fmt.Sprintf("%q leads to %q, which is no section", old, id)}
		}
		k.sections[[2]string{policy, old}] = true
	}
	return nil
}

// notice checks one of a policy that has so many versions.
func (k *catalogChecker) notice(n *Notice, versions int, origin string) error {
	if n.From < 1 || n.From > versions {
		return &memberError{"from", fmt.Sprintf("there is no version %d", n.From)}
	}
	if n.To > versions {
		return &memberError{"to", fmt.Sprintf("there is no version %d", n.To)}
	}
	if n.From >= n.To {
		return &memberError{"to", fmt.Sprintf("version %d is not later than version %d", n.To, n.From)}
	}
	if !n.Kind.known() {
		return &memberError{"kind", fmt.Sprintf("%q is not editorial, clarification or material", n.Kind)}
	}
	if err := each("changes", n.Changes, k.change); err != nil {
		return err
	}
	if err := each("choices", n.Choices, k.knownChoice); err != nil {
		return err
	}
	if !isPage(n.Address, origin) {
		return &memberError{"address", fmt.Sprintf("%q is not an address on %s", n.Address, origin)}
	}
	if strings.TrimSpace(n.HTML) == "" {
		return &memberError{"html", "is empty"}
	}
	if strings.TrimSpace(n.AnnouncedHTML) == "" {
		return &memberError{"announced_html", "is empty"}
	}
	return nil
}

func (k *catalogChecker) change(c *Change) error {
	if !c.Kind.known() {
		return &memberError{"kind", fmt.Sprintf("%q is not editorial, clarification or material", c.Kind)}
	}
	if err := checkTitle(c.Text); err != nil {
		return within("text", err)
	}
	if err := each("sections", c.Sections, filled); err != nil {
		return err
	}
	if err := each("choices", c.Choices, k.knownChoice); err != nil {
		return err
	}
	if err := each("purposes", c.Purposes, filled); err != nil {
		return err
	}
	return each("processors", c.Processors, filled)
}

func (k *catalogChecker) knownChoice(id *string) error {
	return k.ids.choices.has(*id)
}

// choice wants to know the sections of all policies.
func (k *catalogChecker) choice(c *Choice) error {
	for _, m := range []struct{ name, text string }{{"name", c.Name}, {"words", c.Words}, {"refuse", c.Refuse}} {
		if err := checkTitle(m.text); err != nil {
			return within(m.name, err)
		}
	}
	if hash := HashChoice(c.Words, c.Refuse); c.Hash != hash {
		return &memberError{"hash", fmt.Sprintf("%q is not %s, that of the words", c.Hash, hash)}
	}
	if !slices.Contains([]string{"marketing", "third-party", "newsletter", "use", "billing", "profile"}, c.Kind) {
		return &memberError{"kind", fmt.Sprintf("%q is not marketing, third-party, newsletter, use, billing or profile", c.Kind)}
	}
	if !slices.Contains([]string{"", "email", "postal", "telephone"}, c.Channel) {
		return &memberError{"channel", fmt.Sprintf("%q is not email, postal, telephone or empty", c.Channel)}
	}
	if !slices.Contains([]string{"", "provider", "third-party"}, c.Sender) {
		return &memberError{"sender", fmt.Sprintf("%q is not provider, third-party or empty", c.Sender)}
	}
	if !k.sections[[2]string{c.Policy, c.Section}] {
		return &memberError{"section", fmt.Sprintf("policy %q has never had a section %q", c.Policy, c.Section)}
	}
	return k.ids.purposes.refer("purposes", c.Purposes)
}

// known says whether the kind is one of the three.
func (k Kind) known() bool { return k == Editorial || k == Clarification || k == Material }

func filled(id *string) error {
	if *id == "" {
		return badValue("is empty")
	}
	return nil
}
