package compare

const (
	// taken is the share of a section's words that must come from another
	// for it to have been split off or merged, of at least takenWords words.
	taken      = 0.6
	takenWords = 6
)

// relate finds the sections without partner that were split off from one, or
// merged into one, and joins all that belong together into groups.
func (p *pair) relate() {
	p.findKin(&p.new, &p.old)
	p.findKin(&p.old, &p.new)
	p.group()
}

// findKin gives kin to the sections of one side whose words the other side
// has in a section that its own partner does not account for.
func (p *pair) findKin(s, other *side) {
	var index map[int32][]int
	for i, b := range s.bags {
		if s.partner[i] >= 0 || len(b) < takenWords {
			continue
		}
		if index == nil {
			index = other.index(func(j int) bool { return other.partner[j] >= 0 })
		}
		best, most := -1, 0.0
		for _, j := range p.candidates(index, b) {
			share := p.sharedRest(b, other.bags[j], s.bags[other.partner[j]]) / s.totals[i]
			if share >= taken && share > most {
				best, most = j, share
			}
		}
		s.kin[i] = best
	}
}

// A group is sections that are compared together: a section and its partner,
// with all that were split off or merged. Both lists are in order.
type group struct {
	old, new []int
	elements []element
}

func (p *pair) group() {
	at := make(map[int]int) // groups by the old section that founds them
	for i, new := range p.old.partner {
		if new >= 0 {
			at[i] = len(p.groups)
			p.groups = append(p.groups, group{})
		}
	}
	for i, new := range p.old.partner {
		switch {
		case new >= 0:
			p.addOld(at[i], i)
		case p.old.kin[i] >= 0:
			p.addOld(at[p.new.partner[p.old.kin[i]]], i)
		default:
			p.groups = append(p.groups, group{old: []int{i}})
		}
	}
	for i, old := range p.new.partner {
		switch {
		case old >= 0:
			p.addNew(at[old], i)
		case p.new.kin[i] >= 0:
			p.addNew(at[p.new.kin[i]], i)
		default:
			p.groups = append(p.groups, group{new: []int{i}})
		}
	}
}

func (p *pair) addOld(group, section int) {
	p.groups[group].old = append(p.groups[group].old, section)
}

func (p *pair) addNew(group, section int) {
	p.groups[group].new = append(p.groups[group].new, section)
}
