package policy

import (
	"fmt"
	"maps"
	"slices"
)

// checkTexts holds the texts against their hashes, and looks for those of
// every section that offers a choice. All else has been checked.
func (c *Catalog) checkTexts() error {
	for _, hash := range slices.Sorted(maps.Keys(c.Texts)) {
		if own := HashText(c.Texts[hash]); own != hash {
			return &memberError{"texts", fmt.Sprintf("%q is not %s, the hash of its text", hash, own)}
		}
	}
	done := map[[2]string]bool{} // many choices share a section
	for i := range c.Choices {
		choice := &c.Choices[i]
		key := [2]string{choice.Policy, choice.Section}
		if done[key] {
			continue
		}
		done[key] = true
		p := c.Policy(choice.Policy)
		for j := range p.Versions {
			s := p.Offering(&p.Versions[j], choice.Section)
			if s == nil {
				continue
			}
			if _, ok := c.Texts[s.Hash]; !ok {
				return &memberError{"texts", fmt.Sprintf("%s, of section %q in version %d of policy %q, which offers choice %q, is missing", s.Hash, s.ID, p.Versions[j].Number, p.ID, choice.ID)}
			}
		}
	}
	return nil
}
