package templates

import (
	"slices"

	"indigex.com/indigex/policy"
)

// mostTexts is how many sentences a notice has.
const mostTexts = 3

// texts are those of the heaviest kind among the changes, and how many more
// there are.
func (n *NoticeView) texts() (list []string, more int) {
	for _, kind := range []policy.Kind{policy.Material, policy.Clarification, policy.Editorial} {
		for _, c := range n.Changes {
			if c.Kind == kind && c.Text != "" && !slices.Contains(list, c.Text) {
				list = append(list, c.Text)
			}
		}
		if len(list) > 0 {
			break
		}
	}
	if len(list) > mostTexts {
		more = len(list) - mostTexts
		list = list[:mostTexts]
	}
	return list, more
}

// asks names what is to be decided.
func (n *NoticeView) asks() string {
	var names []string
	for _, c := range n.Choices {
		names = append(names, "“"+c.Name+"”")
	}
	if len(names) > mostTexts {
		return "Decide about " + count(len(names), "choice")
	}
	return "Decide about " + series(names)
}

// moreChanges says how many changes a notice leaves out.
func moreChanges(n int) string {
	if n == 1 {
		return "There is 1 more change."
	}
	return "There are " + itoa(n) + " more changes."
}

// seeLabel names the link to the comparison.
func (n *NoticeView) seeLabel() string {
	if n.Announced {
		return "See what will change"
	}
	return "See what changed"
}
