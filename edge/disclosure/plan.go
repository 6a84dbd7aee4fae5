package disclosure

import (
	"fmt"
	"slices"

	"indigex.com/indigex/policy"
)

// A Plan is what may be passed on to a processor for a purpose, and of whom:
// what the processor may receive, the purpose uses, and the person gave for it
// or agreed to.
type Plan struct {
	Processor *policy.Processor
	Purpose   *policy.Purpose
	// Categories are the kinds of data, sorted.
	Categories []string
	// Choices must all be granted by a person; none for a purpose that needs
	// no choice, for which then only what was given for it is passed on.
	Choices []string
}

// A RefusedError says why nothing may be passed on.
type RefusedError struct{ Text, Hint string }

func (e *RefusedError) Error() string { return e.Text }

// NewPlan returns the plan of a processor and a purpose. The error is a
// *[RefusedError]: the declarations do not permit it. There is no plan for a
// sale, whatever they say.
func NewPlan(c *policy.Catalog, processor, purpose string) (*Plan, error) {
	p := &Plan{Processor: c.Processor(processor), Purpose: c.Purpose(purpose)}
	switch {
	case p.Processor == nil:
		return nil, &RefusedError{fmt.Sprintf("there is no processor %q", processor), "processors.yaml declares them"}
	case p.Purpose == nil:
		return nil, &RefusedError{fmt.Sprintf("there is no purpose %q", purpose), "purposes.yaml declares them"}
	case policy.IsSale(p.Purpose.DPV):
		return nil, &RefusedError{fmt.Sprintf("purpose %q is a sale", purpose), "nothing is sold"}
	case !slices.Contains(p.Processor.Purposes, purpose):
		return nil, &RefusedError{fmt.Sprintf("processor %q works for no purpose %q", processor, purpose), "add the purpose to the processor in processors.yaml, and publish a version of the policy that says so"}
	}
	for _, k := range p.Processor.Categories {
		if slices.Contains(p.Purpose.Categories, k) {
			p.Categories = append(p.Categories, k)
		}
	}
	slices.Sort(p.Categories)
	if len(p.Categories) == 0 {
		return nil, &RefusedError{fmt.Sprintf("processor %q receives nothing that purpose %q uses", processor, purpose), "processors.yaml and purposes.yaml say which categories"}
	}
	for i := range c.Choices {
		if k := &c.Choices[i]; k.ID == p.Purpose.Choice || slices.Contains(k.Purposes, purpose) {
			p.Choices = append(p.Choices, k.ID)
		}
	}
	return p, nil
}

// Fields returns the fields of a form whose answers may be passed on, by
// category: those that were asked for the purpose, and where a choice permits
// it, those of the form to register.
func (p *Plan) Fields(f *policy.Form) map[string]string {
	fields := map[string]string{}
	for i := range f.Fields {
		q := &f.Fields[i]
		agreed := q.Purpose == p.Purpose.ID || f.ID == "register" && len(p.Choices) > 0
		if _, taken := fields[q.Category]; agreed && !taken && q.Type != "password" && slices.Contains(p.Categories, q.Category) {
			fields[q.Category] = q.Name
		}
	}
	return fields
}
