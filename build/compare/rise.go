package compare

// A step has a place and a weight.
type step struct{ at, weight int }

// heaviestRise returns which steps belong to the heaviest subsequence whose
// places rise. No two steps have the same place.
func heaviestRise(steps []step) []bool {
	high := 0
	for _, s := range steps {
		high = max(high, s.at+1)
	}
	// tree is a Fenwick tree: for a range of places, the step that ends the
	// heaviest rise found so far, by number from 1.
	tree := make([]int, high+1)
	sum, before := make([]int, len(steps)+1), make([]int, len(steps)+1)
	best := 0
	for i, s := range steps {
		n := i + 1
		for at := s.at; at > 0; at -= at & -at {
			if sum[tree[at]] > sum[before[n]] {
				before[n] = tree[at]
			}
		}
		sum[n] = sum[before[n]] + s.weight
		for at := s.at + 1; at <= high; at += at & -at {
			if sum[n] > sum[tree[at]] {
				tree[at] = n
			}
		}
		if sum[n] > sum[best] {
			best = n
		}
	}
	kept := make([]bool, len(steps))
	for n := best; n > 0; n = before[n] {
		kept[n-1] = true
	}
	return kept
}
