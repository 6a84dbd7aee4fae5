package picture

import (
	"fmt"
	"strings"
)

// maxExpanded bounds the elements that references add to a drawing: a few
// levels of elements that each use the one before many times draw billions.
const maxExpanded = 1000

// An element is one of a drawing, with what it draws besides itself.
type element struct {
	children   []*element
	references []reference
	// size is the number of elements that it draws, itself included; bounded.
	size    int
	reading bool
}

// A reference names an element by its id.
type reference struct {
	id     string
	offset int
}

// note adds what an attribute refers to, or the id that it gives.
func (in *inliner) note(e *element, name, value string, offset int) {
	switch {
	case name == "id":
		if in.ids[value] == nil {
			in.ids[value] = e
		}
	case name == "href":
		e.references = append(e.references, reference{value[1:], offset})
	case strings.HasPrefix(value, "url(#"):
		id := strings.TrimSuffix(strings.TrimPrefix(value, "url(#"), ")")
		e.references = append(e.references, reference{id, offset})
	}
}

// expand reports references that lead back to themselves, and the one that
// draws too much. It counts each element once, so that its own time is bounded.
func (in *inliner) expand(e *element) {
	e.reading = true
	e.size = 1
	for _, child := range e.children {
		if child.size == 0 {
			in.expand(child)
		}
		e.size += child.size
	}
	for _, r := range e.references {
		target := in.ids[r.id]
		if target == nil {
			continue
		}
		if target.reading {
			in.report(r.offset, fmt.Sprintf("the reference to %q leads back to itself", clip(r.id)), "refer to an element that does not hold or use this one")
			continue
		}
		if target.size == 0 {
			in.expand(target)
		}
		e.size += target.size
		if in.added += target.size; in.added > maxExpanded && !in.excess {
			in.excess = true
			in.report(r.offset, fmt.Sprintf("references draw more than %d elements", maxExpanded), "draw what is repeated less often, or use it as an img")
		}
	}
	e.size = min(e.size, maxInline)
	e.reading = false
}
